import type { Data, Spec } from 'vega';
import type { Row } from './charts/chart.js';
import { cellRows } from './series/cells.js';
import type { Panel } from './series/panel.js';
import { joinedRows, pointRows, type Wanted } from './series/unpack.js';

/** What a panel's data sets hold, by the end of their names. */
const DERIVED: readonly [ending: string, rows: (panel: Panel, wanted: Wanted) => unknown[]][] = [
  ['', pointRows],
  ['_joined', joinedRows],
  ['_cells', cellRows],
];

/** The rows of a data set that is drawn from a panel; null of any other. */
export function panelRows(
  name: string,
  panels: Record<string, Panel>,
  wanted: Wanted,
): unknown[] | null {
  for (const [ending, rowsOf] of DERIVED) {
    const of = name.endsWith(ending) ? name.slice(0, name.length - ending.length) : '';
    const panel = Object.hasOwn(panels, of) ? panels[of] : undefined;
    if (panel) return rowsOf(panel, wanted);
  }
  return null;
}

/** Puts rows into the named data sets of a compiled specification; those without a user are left. */
export function fillData(
  spec: Spec,
  panels: Record<string, Panel>,
  rows: Record<string, Row[]>,
  wanted: Wanted = {},
): Spec {
  const data = (spec.data ?? []).map((set): Data => {
    const values = panelRows(set.name, panels, wanted) ?? rows[set.name];
    return values ? ({ ...set, values } as Data) : set;
  });
  return { ...spec, data };
}
