import {
  type PackedNumbers,
  packCounts,
  packNumbers,
  unpackCounts,
  unpackNumbers,
} from './numbers.js';
import type { Line, Panel } from './panel.js';

/** A line as the page carries it. */
interface CarriedLine extends Omit<Line, 'gaps' | 'values'> {
  gaps?: string;
  values: PackedNumbers | Line['values'];
}

/** A panel as the page carries it: half as long as its JSON would be. */
export interface CarriedPanel extends Omit<Panel, 'lines'> {
  lines: CarriedLine[];
}

/** What the page carries of panels, by their names. */
export function carryPanels(panels: Record<string, Panel>): Record<string, CarriedPanel> {
  return mapped(panels, (panel) => ({
    ...panel,
    lines: panel.lines.map(({ gaps, values, ...line }) => ({
      ...line,
      ...(gaps ? { gaps: packCounts(gaps) } : {}),
      values: values.some((value) => value !== null && value < 0) ? values : packNumbers(values),
    })),
  }));
}

/** The panels that a page carries. */
export function carriedPanels(panels: Record<string, CarriedPanel>): Record<string, Panel> {
  return mapped(panels, (panel) => ({
    ...panel,
    lines: panel.lines.map(({ gaps, values, ...line }) => ({
      ...line,
      ...(gaps === undefined ? {} : { gaps: unpackCounts(gaps) }),
      values: Array.isArray(values) ? values : unpackNumbers(values),
    })),
  }));
}

function mapped<A, B>(record: Record<string, A>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
