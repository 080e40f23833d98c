import type { PolicyStability, StabilityResult, Threshold } from '../../study/result.js';
import type { Chart, Row, Spec } from './chart.js';
import { greatestOf, loadAxis, namedOf } from './hysteresis.js';
import { policyColours } from './parts/policy-colour.js';
import { dataset, panelView, stack } from './parts/stack.js';
import { latencyAxis } from './parts/value-axis.js';

const HEIGHT = 220;
const BEYOND = 1.04;

/** The shortest trigger that tips half of the seeds, against the load; a line a policy. */
export function frontierChart(result: StabilityResult): Chart | null {
  const named = namedOf(result);
  const rows = named.flatMap(({ index, policy }) => rowsOf(policy, index));
  const first = named.find(({ index }) => rows.some((row) => row['p'] === index))?.policy;
  if (first === undefined) return null;
  // Loads of users and rates do not share an axis; those of the first policy that has any are drawn.
  const drawn = named.filter(({ policy }) => policy.unit === first.unit);
  const shown = rows.filter((row) => drawn.some(({ index }) => index === row['p']));
  const end = Math.max(...drawn.map(({ policy }) => greatestOf(policy))) * BEYOND;
  const seconds = shown.flatMap(({ v, lo, hi }) => [v, lo, hi].filter((at) => at !== null));
  const x = loadAxis(first, end);
  const y = latencyAxis(seconds as number[]);
  const colours = policyColours(named, true);
  const kinds = [...new Set(drawn.flatMap(({ policy }) => policy.trigger?.text ?? []))];
  const layers: Spec[] = [
    {
      data: dataset('frontier'),
      mark: { type: 'rule', strokeWidth: 4, opacity: 0.35 },
      encoding: { x, y: { ...y, field: 'lo' }, y2: { field: 'hi' }, ...colours },
    },
    {
      data: dataset('frontier'),
      mark: { type: 'line', strokeWidth: 1.6 },
      encoding: { x, y, ...colours },
    },
    {
      data: dataset('frontier'),
      mark: { type: 'point', filled: true, size: 34, opacity: 1 },
      encoding: { x, y, ...colours },
    },
  ];
  return {
    name: 'frontier',
    title: 'What tips it: how long a trigger has to last',
    caption:
      `Trigger: ${kinds.join('; ')}. Below the line most seeds come back by themselves, above it ` +
      'most do not, though the trigger is over. The bar behind each point reaches from the last ' +
      'duration seen at which fewer than half tip to the first at which half do. Log scale.',
    spec: stack(named, [panelView('Seconds that tip half of the seeds', HEIGHT, layers)]),
    panels: {},
    rows: { frontier: shown },
    tables: [
      {
        caption: 'The shortest trigger that tips half of the seeds, and within what bounds',
        corner: 'Load',
        row: { field: 't', format: first.unit === 'rate' ? 'rate' : 'share' },
        columns: drawn.map(({ index, name }) => ({
          name,
          of: { policy: index, name },
          data: 'frontier',
          where: ['p', index],
          field: 'v',
          format: 'seconds',
          within: ['lo', 'hi'],
        })),
      },
    ],
  };
}

function rowsOf({ frontier }: PolicyStability, p: number): Row[] {
  const points = frontier?.points ?? [];
  return points.flatMap(({ load, duration }) => {
    const place = placeOf(duration);
    return place === null ? [] : [{ t: load, p, ...place }];
  });
}

function placeOf(found: Threshold | null): { v: number; lo: number; hi: number } | null {
  if (found === null || found.high === null) return null;
  const high = found.high.at;
  return { v: found.at ?? high, lo: found.low?.at ?? high, hi: high };
}
