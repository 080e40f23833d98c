import type { Data, Spec } from 'vega';
import type { Row } from './charts/chart.js';
import type { Panel } from './series/panel.js';
import { pointRows } from './series/unpack.js';

/** Points a line at most, about, where a page draws it; where it is looked at closely, as many anew. */
export interface Fineness {
  limit: number;
}

/** Puts rows into the named data sets of a compiled specification; those without a user are left. */
export function fillData(
  spec: Spec,
  panels: Record<string, Panel>,
  rows: Record<string, Row[]>,
  { limit }: Fineness = { limit: Infinity },
): Spec {
  const data = (spec.data ?? []).map((set): Data => {
    const panel = panels[set.name];
    if (panel) return { ...set, values: pointRows(panel, { limit }) } as Data;
    const given = rows[set.name];
    return given ? ({ ...set, values: given } as Data) : set;
  });
  return { ...spec, data };
}
