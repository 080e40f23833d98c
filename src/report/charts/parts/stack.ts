import type { NamedPolicy } from '../../input.js';
import type { RowTable } from '../../numbers/row-table.js';
import { LIGHT } from '../../palette.js';
import type { Spec } from '../chart.js';
import { CHART_CONFIG, themeParams } from './config.js';
import { type HoverTexts, hoverTexts, tooltipKey } from './hover.js';
import { hiddenParam, nameParam } from './policy-colour.js';
import { isTimeLayer, TIME_PARAMS } from './time-axis.js';

/** The width of a panel in a file; a page sets its own. */
export const PANEL_WIDTH = 680;

/** A panel whose horizontal axis is time, and what is said of a moment there. */
export interface TimePanel {
  /** Its place among the panels of its chart, from 0. */
  place: number;
  hover: HoverTexts | null;
}

/** What a compiled specification says of itself, under `usermeta`. */
export interface ChartMeta {
  timePanels: TimePanel[];
  /** What a page tells in tables of what is not over time. */
  tables?: readonly RowTable[];
}

/** One panel: its heading over its layers. */
export function panelView(heading: string, height: number, layer: Spec[]): Spec {
  return { title: tooltipKey(heading), width: PANEL_WIDTH, height, layer };
}

/**
 * Panels one under the other, as wide as each other, so that their horizontal axes are in line.
 * What time panels say under the pointer is told by the page for all of them together: their hover
 * layers are taken out, and stand in the specification's `usermeta`.
 */
export function stack(policies: readonly NamedPolicy[], panels: Spec[]): Spec {
  const timePanels: TimePanel[] = [];
  const drawn = panels.map((panel, place) => {
    const layers = panel['layer'] as Spec[] | undefined;
    if (!layers?.some(isTimeLayer)) return panel;
    const texts = layers.map(hoverTexts);
    timePanels.push({ place, hover: texts.find((found) => found !== null) ?? null });
    return { ...panel, layer: layers.filter((_, index) => texts[index] === null) };
  });
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: { expr: 'paper' },
    params: [...themeParams(LIGHT), nameParam(policies), hiddenParam(), ...TIME_PARAMS],
    config: CHART_CONFIG,
    ...(timePanels.length > 0 ? { usermeta: { timePanels } satisfies ChartMeta } : {}),
    vconcat: drawn,
  };
}

/** A named data set whose numbers are numbers already. */
export function dataset(name: string): Spec {
  return { name, format: { parse: null } };
}
