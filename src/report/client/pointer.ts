/// <reference lib="dom" />

import type { DrawnChart } from './drawn.js';
import { layOver, type Overlay, onceAFrame } from './overlay.js';
import { sharedMoment, sharedSpan } from './shared.js';
import { tellMoment } from './telling.js';
import {
  panelAt,
  type RunTime,
  secondsAt,
  type TimeField,
  timeField,
  zoomBy,
  zoomTo,
} from './time.js';
import { hideTip, showTip } from './tip.js';
import { isFinger } from './touch.js';

/** What all charts of time know. */
export interface Known {
  names: readonly string[];
  run: RunTime;
}

/** Less than so many pixels is a hand that trembles. */
const DRAG_MIN = 6;
/** The strip with the marks of time under a panel. */
const AXIS_HEIGHT = 24;
/** Pixels of the wheel in which the stretch doubles. */
const WHEEL_DOUBLES = 300;

function isInside(
  { left, right, top, bottom }: TimeField,
  { clientX: x, clientY: y }: MouseEvent,
): boolean {
  return x >= left - 1 && x <= right + 1 && y >= top && y <= bottom + AXIS_HEIGHT;
}

/** Whether a place lies on the marks of time under one of the panels. */
function isOnAxis({ boxes }: TimeField, { clientY: y }: MouseEvent): boolean {
  return boxes.some(({ rect }) => y > rect.bottom && y <= rect.bottom + AXIS_HEIGHT);
}

/** A page must scroll through its charts: the wheel alone zooms on the axis only. */
function zoomsByWheel(chart: DrawnChart, { run }: Known): void {
  chart.box.addEventListener(
    'wheel',
    (event) => {
      const field = timeField(chart);
      const asked = event.ctrlKey || event.metaKey;
      if (!field || !isInside(field, event) || !(asked || isOnAxis(field, event))) return;
      event.preventDefault();
      zoomBy(2 ** (event.deltaY / WHEEL_DOUBLES), secondsAt(field, event.clientX), run);
    },
    { passive: false },
  );
}

/** What the pointer does over one chart: a moment where it is, a stretch where it is drawn. */
export function pointerOf(overlay: Overlay, overlays: readonly Overlay[], known: Known): void {
  const { chart } = overlay;
  const { box } = chart;
  let from: { x: number; seconds: number } | null = null;
  let last: PointerEvent | null = null;

  const look = onceAFrame(() => {
    const field = last && timeField(chart);
    if (!last || !field || !isInside(field, last)) {
      if (!from) sharedMoment.set(null);
      return;
    }
    const seconds = secondsAt(field, last.clientX);
    sharedMoment.set(seconds);
    if (from) {
      const [low, high] = [Math.min(from.seconds, seconds), Math.max(from.seconds, seconds)];
      for (const one of overlays) layOver(one.brush, one.chart, low, high);
      hideTip();
      return;
    }
    const told = tellMoment(chart, panelAt(field, last.clientY).panel, seconds, known.names);
    if (told) showTip(told, { x: last.clientX, y: last.clientY });
  });
  const release = (): void => {
    from = null;
    for (const { brush } of overlays) brush.hidden = true;
  };

  box.addEventListener('pointermove', (event) => {
    last = event;
    look();
  });
  const leave = (): void => {
    last = null;
    look();
  };
  box.addEventListener('pointerleave', (event) => {
    // A finger leaves when it is lifted: what it pointed at stays until it points elsewhere.
    if (!isFinger(event)) leave();
  });
  box.addEventListener('pointerdown', (event) => {
    const field = timeField(chart);
    if (event.button !== 0 || !field || !isInside(field, event)) return;
    from = { x: event.clientX, seconds: secondsAt(field, event.clientX) };
    last = event;
    look();
    box.setPointerCapture(event.pointerId);
  });
  box.addEventListener('pointerup', (event) => {
    const field = timeField(chart);
    const start = from;
    release();
    if (!start || !field) return;
    if (Math.abs(event.clientX - start.x) < DRAG_MIN) {
      look();
      return;
    }
    const end = secondsAt(field, event.clientX);
    zoomTo([Math.min(start.seconds, end), Math.max(start.seconds, end)], known.run);
  });
  box.addEventListener('pointercancel', () => {
    release();
    leave();
  });
  box.addEventListener('dblclick', () => sharedSpan.set(null));
  zoomsByWheel(chart, known);
}
