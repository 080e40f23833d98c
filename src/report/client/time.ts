/// <reference lib="dom" />

import type { Span } from '../series/moment.js';
import { momentSeconds } from '../series/unpack.js';
import { type DrawnChart, type PanelBox, panelBoxes } from './drawn.js';
import { sharedMoment, sharedSpan } from './shared.js';

/** The scale of time of a Vega view. */
interface TimeScale {
  (seconds: number): number;
  invert(pixel: number): number;
  domain(): [number, number];
}

/** Steps that a stretch of time holds at least: closer there is nothing to see. */
const STEPS_MIN = 4;

function scaleOf({ view, timePanels }: DrawnChart): TimeScale {
  return view.scale(`concat_${timePanels[0]?.place ?? 0}_x`) as TimeScale;
}

/** Where a chart's time panels lie, and their scale. */
export interface TimeField {
  boxes: readonly PanelBox[];
  left: number;
  right: number;
  top: number;
  bottom: number;
  scale: TimeScale;
}

/** Null of a chart that is not on the screen. */
export function timeField(chart: DrawnChart): TimeField | null {
  const boxes = panelBoxes(chart);
  const [first] = boxes;
  const last = boxes.at(-1);
  if (!first || !last || first.rect.width === 0) return null;
  const { left, right, top } = first.rect;
  return { boxes, left, right, top, bottom: last.rect.bottom, scale: scaleOf(chart) };
}

/** The moment at a place on the screen, inside what is shown. */
export function secondsAt({ left, right, scale }: TimeField, x: number): number {
  return scale.invert(Math.max(0, Math.min(right - left, x - left)));
}

/** The panel at a height on the screen, or the nearest. */
export function panelAt({ boxes }: TimeField, y: number): PanelBox {
  const away = ({ rect }: PanelBox): number => Math.max(rect.top - y, y - rect.bottom, 0);
  return boxes.reduce((near, box) => (away(box) < away(near) ? box : near));
}

/** How long the run is and how fine its steps are, in seconds. */
export interface RunTime {
  end: number;
  step: number;
}

export function runTime(charts: readonly DrawnChart[]): RunTime {
  const panels = charts.flatMap((chart) => Object.values(chart.panels));
  const ends = charts.map((chart) =>
    chart.timePanels.length > 0 ? scaleOf(chart).domain()[1] : 0,
  );
  return {
    end: Math.max(0, ...ends),
    step: Math.min(1e9, ...panels.map(({ step }) => step)),
  };
}

/** Shows a stretch of time in all charts, cut to the run; one as long as the run is the whole run. */
export function zoomTo([from, to]: Span, { end, step }: RunTime): void {
  const length = Math.max(to - from, Math.min(end, STEPS_MIN * step));
  if (length >= end * 0.999) {
    sharedSpan.set(null);
    return;
  }
  const start = Math.max(0, Math.min(from, end - length));
  sharedSpan.set([start, start + length]);
}

/** Makes what is shown so many times as long, with the moment in its place. */
export function zoomBy(factor: number, around: number, run: RunTime): void {
  const [from, to] = sharedSpan.value ?? [0, run.end];
  zoomTo([around - (around - from) * factor, around + (to - around) * factor], run);
}

/** Moves the moment by so many of its own lengths; what is shown follows it. */
export function moveMoment(by: number, chart: DrawnChart, run: RunTime): void {
  const [from, to] = sharedSpan.value ?? [0, run.end];
  const panel = Object.values(chart.panels)[0];
  const size = panel ? momentSeconds(panel, sharedSpan.value) : run.step;
  const now = sharedMoment.value ?? (by > 0 ? from : to) - Math.sign(by) * size * 0.5;
  const most = run.end - size / 2;
  const next = Math.max(size / 2, Math.min(most, (Math.floor(now / size) + by + 0.5) * size));
  if (next < from || next > to) {
    const length = to - from;
    zoomTo(
      next < from ? [next - size, next - size + length] : [next + size - length, next + size],
      run,
    );
  }
  sharedMoment.set(next);
}
