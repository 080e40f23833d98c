import type { Data, Spec } from 'vega';
import type { Row } from './charts/chart.js';
import { cellRows } from './series/cells.js';
import type { Panel } from './series/panel.js';
import { joinedRows, momentRows, pointRows } from './series/unpack.js';

/** What a panel's data sets hold, by the end of their names. */
const DERIVED: readonly [ending: string, rows: (panel: Panel) => unknown[]][] = [
  ['_moments', momentRows],
  ['_joined', joinedRows],
  ['_cells', cellRows],
];

/** Puts rows into the named data sets of a compiled specification; those without a user are left. */
export function fillData(
  spec: Spec,
  panels: Record<string, Panel>,
  rows: Record<string, Row[]>,
): Spec {
  const data = (spec.data ?? []).map((set): Data => {
    const panel = panels[set.name];
    if (panel) return { ...set, values: pointRows(panel) } as Data;
    for (const [ending, rowsOf] of DERIVED) {
      const of = set.name.endsWith(ending) ? panels[set.name.slice(0, -ending.length)] : undefined;
      if (of) return { ...set, values: rowsOf(of) } as Data;
    }
    const given = rows[set.name];
    return given ? ({ ...set, values: given } as Data) : set;
  });
  return { ...spec, data };
}
