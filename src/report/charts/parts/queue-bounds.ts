import { formatNumber } from '../../format.js';
import { own } from '../../input.js';
import { policyColour } from '../../palette.js';
import type { ChartContext, Spec } from '../chart.js';

/** How many have room in the queues of a component, and under which policies. */
export interface Bound {
  bound: number;
  text: string;
  /** Null where it holds under several. */
  policy: number | null;
}

/** A bound further above what was there is left out: it would press the lines to the axis. */
const SIGHT = 3;

/** Whose bound it is, in brackets; nothing where it is everybody's. */
function ownersOf({ policies }: ChartContext, places: readonly number[]): string {
  if (places.length === policies.length) return '';
  const [first = 0] = places;
  return places.length === 1 ? ` (${policies[first]?.name})` : ` (${places.length} policies)`;
}

/** The bounds of a component's queues, at all its first replicas together; each number once. */
export function boundsOf(context: ChartContext, component: string): Bound[] {
  const found = new Map<number, number[]>();
  for (const { index, name } of context.policies) {
    const nodes = own(context.result.policies, name)?.topology?.nodes ?? [];
    const node = nodes.find((one) => one.name === component && one.kind !== 'queue');
    const capacity = node?.capacity ?? null;
    if (capacity === null || !(capacity > 0)) continue;
    const bound = capacity * (node?.replicas ?? 1);
    found.set(bound, [...(found.get(bound) ?? []), index]);
  }
  return [...found]
    .sort(([a], [b]) => a - b)
    .map(([bound, policies]) => {
      const [only = 0] = policies;
      const whose = ownersOf(context, policies);
      const text = `room for ${formatNumber(bound)}${whose}`;
      return { bound, text, policy: policies.length === 1 ? only : null };
    });
}

/** Those that a panel whose greatest value is this can show. */
export function inSight(bounds: readonly Bound[], greatest: number): Bound[] {
  return bounds.filter(({ bound }) => bound <= SIGHT * greatest);
}

/** A dashed line at each bound, with its number at its end. */
export function boundLayers(bounds: readonly Bound[]): Spec[] {
  return bounds.flatMap(({ bound, text, policy }) => {
    const color = policy === null ? { expr: 'ink' } : policyColour(policy);
    const data = { values: [{ v: bound, text }] };
    const y = { field: 'v', type: 'quantitative' };
    const label = {
      type: 'text',
      align: 'right',
      baseline: 'bottom',
      dx: -2,
      dy: -2,
      fontSize: 10,
    };
    const rule = { type: 'rule', color, strokeWidth: 1.2, strokeDash: [6, 4], opacity: 0.9 };
    const words = { x: { value: 'width' }, y, text: { field: 'text' } };
    return [
      { data, mark: rule, encoding: { y } },
      {
        data,
        mark: { ...label, stroke: { expr: 'paper' }, strokeWidth: 3, strokeOpacity: 0.75 },
        encoding: words,
      },
      { data, mark: { ...label, color: { expr: 'ink' } }, encoding: words },
    ];
  });
}
