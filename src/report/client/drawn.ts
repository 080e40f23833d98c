/// <reference lib="dom" />

import type { Spec, View } from 'vega';
import type { Row } from '../charts/chart.js';
import type { ChartMeta, TimePanel } from '../charts/parts/stack.js';
import type { Panel } from '../series/panel.js';

/** A chart that stands in the page, alive. */
export interface DrawnChart {
  name: string;
  /** The element that holds it, with `host` inside. */
  box: HTMLElement;
  host: HTMLElement;
  view: View;
  panels: Record<string, Panel>;
  rows: Record<string, Row[]>;
  timePanels: readonly TimePanel[];
  /** Names in its specification. */
  dataSets: readonly string[];
  /** What its data were last drawn for: the stretch of time and the points a line. */
  shown: string;
}

/** A time panel as it lies on the screen. */
export interface PanelBox {
  panel: TimePanel;
  rect: DOMRect;
}

export function timePanelsOf({ usermeta }: Spec): readonly TimePanel[] {
  return ((usermeta ?? {}) as Partial<ChartMeta>).timePanels ?? [];
}

/** Where the time panels of a chart lie now, from the top. */
export function panelBoxes({ host, timePanels }: DrawnChart): PanelBox[] {
  return timePanels.flatMap((panel) => {
    const ground = host.querySelector(`g.concat_${panel.place}_group > g > path.background`);
    return ground ? [{ panel, rect: ground.getBoundingClientRect() }] : [];
  });
}
