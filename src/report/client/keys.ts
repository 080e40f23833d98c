/// <reference lib="dom" />

import type { DrawnChart } from './drawn.js';
import type { Known } from './pointer.js';
import { sharedMoment, sharedSpan } from './shared.js';
import { tellMoment } from './telling.js';
import { moveMoment, timeField, zoomBy } from './time.js';
import { showTip } from './tip.js';

/** Moments that a long stride takes. */
const STRIDE = 10;

/** What keys do on a chart: arrows move the moment, plus and minus zoom, zero shows the whole run. */
function act(key: string, isLong: boolean, chart: DrawnChart, { run }: Known): boolean {
  const [from, to] = sharedSpan.value ?? [0, run.end];
  const middle = sharedMoment.value ?? (from + to) / 2;
  const stride = isLong ? STRIDE : 1;
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      moveMoment(-stride, chart, run);
      return true;
    case 'ArrowRight':
    case 'ArrowUp':
      moveMoment(stride, chart, run);
      return true;
    case 'PageDown':
    case 'PageUp':
      moveMoment(key === 'PageUp' ? STRIDE : -STRIDE, chart, run);
      return true;
    case 'Home':
    case 'End':
      sharedMoment.set(null);
      moveMoment(key === 'Home' ? 1 : -1, chart, run);
      return true;
    case '+':
    case '=':
      zoomBy(0.5, middle, run);
      return true;
    case '-':
    case '_':
      zoomBy(2, middle, run);
      return true;
    case '0':
      sharedSpan.set(null);
      return true;
    case 'Escape':
      sharedMoment.set(null);
      return true;
    default:
      return false;
  }
}

/** Shows beside the rule what the chart says of the moment. */
function tell(chart: DrawnChart, { names }: Known): void {
  const moment = sharedMoment.value;
  const field = moment === null ? null : timeField(chart);
  const [first] = field?.boxes ?? [];
  if (moment === null || !field || !first) return;
  const told = tellMoment(chart, first.panel, moment, names);
  if (told) showTip(told, { x: field.left + field.scale(moment), y: first.rect.top });
}

/** Makes a chart answer the keyboard. */
export function keysOf(chart: DrawnChart, known: Known): void {
  chart.box.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!act(event.key, event.shiftKey, chart, known)) return;
    event.preventDefault();
    requestAnimationFrame(() => tell(chart, known));
  });
  chart.box.addEventListener('blur', () => sharedMoment.set(null));
}
