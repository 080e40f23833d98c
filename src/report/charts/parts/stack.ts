import type { NamedPolicy } from '../../input.js';
import { LIGHT } from '../../palette.js';
import type { Spec } from '../chart.js';
import { CHART_CONFIG, themeParams } from './config.js';
import { nameParam } from './policy-colour.js';

/** The width of a panel in a file; a page sets its own. */
export const PANEL_WIDTH = 680;

/** One panel: its heading over its layers. */
export function panelView(heading: string, height: number, layer: Spec[]): Spec {
  return { title: heading, width: PANEL_WIDTH, height, layer };
}

/** Panels one under the other, as wide as each other, so that their horizontal axes are in line. */
export function stack(policies: readonly NamedPolicy[], panels: Spec[]): Spec {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: { expr: 'paper' },
    params: [...themeParams(LIGHT), nameParam(policies)],
    config: CHART_CONFIG,
    vconcat: panels,
  };
}

/** A named data set whose numbers are numbers already. */
export function dataset(name: string): Spec {
  return { name, format: { parse: null } };
}
