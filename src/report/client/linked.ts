/// <reference lib="dom" />

import type { DrawnChart } from './drawn.js';
import { keysOf } from './keys.js';
import { drawLegend } from './legend.js';
import { onMoment, shareMoment } from './moment.js';
import { layOver, onceAFrame, overlayOf } from './overlay.js';
import { pointerOf } from './pointer.js';
import { sharedHidden, sharedMoment, sharedSpan } from './shared.js';
import { momentWords, tellMoment } from './telling.js';
import { type RunTime, runTime } from './time.js';
import { hideTip } from './tip.js';
import { onTouchElsewhere } from './touch.js';

/** What a chart that the keyboard reaches says of itself. */
function describe(chart: DrawnChart, names: readonly string[], run: RunTime): void {
  const { box, timePanels } = chart;
  const moment = sharedMoment.value;
  const [panel] = timePanels;
  const told = moment === null || !panel ? null : tellMoment(chart, panel, moment, names);
  box.setAttribute('aria-valuemin', '0');
  box.setAttribute('aria-valuemax', String(run.end));
  box.setAttribute('aria-valuenow', String(moment ?? 0));
  box.setAttribute('aria-valuetext', told ? momentWords(told) : 'no moment chosen');
}

const SELF = 'charts';

/** Joins the charts of time: one moment, one stretch of time, one choice of policies. */
export function linkCharts(charts: readonly DrawnChart[], policies: readonly string[]): void {
  const timed = charts.filter(({ timePanels }) => timePanels.length > 0);
  const run = runTime(timed);
  if (charts.length > 0) drawLegend(policies, charts);
  const overlays = timed.map(overlayOf);
  const lay = onceAFrame(() => {
    const moment = sharedMoment.value;
    for (const { chart, rule } of overlays) layOver(rule, chart, moment, moment);
  });
  let isTold = false;
  onMoment(SELF, ({ seconds }) => {
    isTold = true;
    sharedMoment.set(seconds);
    isTold = false;
  });
  sharedMoment.on((moment) => {
    if (moment === null || isTold) hideTip();
    if (moment !== null && !isTold) shareMoment({ seconds: moment, source: SELF });
    lay();
    const focused = timed.find(({ box }) => box === document.activeElement);
    if (focused) describe(focused, policies, run);
  });
  onTouchElsewhere(
    timed.map(({ box }) => box),
    () => {
      sharedMoment.set(null);
      hideTip();
    },
  );
  sharedHidden.on(hideTip);
  sharedSpan.on(() => {
    hideTip();
    // The panels' scales are new only when they have been drawn.
    setTimeout(lay, 50);
  });
  for (const overlay of overlays) {
    const { box } = overlay.chart;
    box.tabIndex = 0;
    box.setAttribute('role', 'slider');
    box.setAttribute('aria-roledescription', 'chart over time');
    describe(overlay.chart, policies, run);
    pointerOf(overlay, overlays, { names: policies, run });
    keysOf(overlay.chart, { names: policies, run });
  }
}
