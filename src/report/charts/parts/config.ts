import type { Theme } from '../../palette.js';
import type { Spec } from '../chart.js';

const FONT = 'system-ui, "DejaVu Sans", sans-serif';

/** The theme's colours as parameters of the chart, which the page may change while it is shown. */
export function themeParams(theme: Theme): Spec[] {
  return Object.entries(theme).map(([name, value]) => ({ name, value }));
}

const ink = { expr: 'ink' };
const muted = { expr: 'muted' };
const grid = { expr: 'grid' };

/** The look that all charts share; its colours are the theme's parameters. */
export const CHART_CONFIG: Spec = {
  font: FONT,
  view: { stroke: null },
  concat: { spacing: 18 },
  axis: {
    domain: false,
    tickColor: grid,
    gridColor: grid,
    labelColor: muted,
    labelFontSize: 11,
    titleColor: muted,
    titleFontWeight: 'normal',
  },
  axisY: { ticks: false, labelPadding: 6, minExtent: 46, maxExtent: 46 },
  axisX: { labelPadding: 4, labelOverlap: 'greedy', labelSeparation: 8 },
  legend: {
    title: null,
    orient: 'top',
    labelColor: ink,
    labelFontSize: 12,
    symbolStrokeWidth: 3,
    symbolSize: 180,
    offset: 10,
    columnPadding: 14,
  },
  title: {
    anchor: 'start',
    color: ink,
    fontSize: 12,
    fontWeight: 600,
    offset: 6,
    frame: 'group',
    limit: { expr: 'width' },
  },
  // The caption and the table say it better than a description of every mark.
  mark: { aria: false },
  text: { aria: false },
};
