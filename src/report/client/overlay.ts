/// <reference lib="dom" />

import type { DrawnChart } from './drawn.js';
import { timeField } from './time.js';

/** The marks that lie over one chart: the moment, and what is about to be looked at closely. */
export interface Overlay {
  chart: DrawnChart;
  rule: HTMLElement;
  brush: HTMLElement;
}

/** Lays the marks over a chart, unseen. */
export function overlayOf(chart: DrawnChart): Overlay {
  const lay = (name: string): HTMLElement => {
    const made = document.createElement('div');
    made.className = name;
    made.hidden = true;
    return chart.box.appendChild(made);
  };
  return { chart, rule: lay('rule'), brush: lay('brush') };
}

/** Lays a mark over all time panels of a chart, from one moment to another; none beyond them. */
export function layOver(
  mark: HTMLElement,
  chart: DrawnChart,
  from: number | null,
  to: number | null,
): void {
  const field = from === null || to === null ? null : timeField(chart);
  const [low, high] = field?.scale.domain() ?? [0, 0];
  mark.hidden = field === null || from! > high || to! < low;
  if (field === null || mark.hidden) return;
  const box = chart.box.getBoundingClientRect();
  const left = field.scale(Math.max(low, from!));
  mark.style.left = `${field.left - box.left + left}px`;
  mark.style.width = `${Math.max(1, field.scale(Math.min(high, to!)) - left)}px`;
  mark.style.top = `${field.top - box.top}px`;
  mark.style.height = `${field.bottom - field.top}px`;
}

/** Calls at most once a frame. */
export function onceAFrame(call: () => void): () => void {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      call();
    });
  };
}
