import type { Data, Spec } from 'vega';
import type { Row } from './charts/chart.js';
import type { Panel } from './series/panel.js';
import { momentRows, pointRows } from './series/unpack.js';

/** Puts rows into the named data sets of a compiled specification; those without a user are left. */
export function fillData(
  spec: Spec,
  panels: Record<string, Panel>,
  rows: Record<string, Row[]>,
): Spec {
  const data = (spec.data ?? []).map((set): Data => {
    const panel = panels[set.name];
    if (panel) return { ...set, values: pointRows(panel) } as Data;
    const timed = set.name.endsWith('_moments') ? panels[set.name.slice(0, -8)] : undefined;
    if (timed) return { ...set, values: momentRows(timed) } as Data;
    const given = rows[set.name];
    return given ? ({ ...set, values: given } as Data) : set;
  });
  return { ...spec, data };
}
