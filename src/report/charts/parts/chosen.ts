import type { PolicyResult } from '../../../study/result.js';
import { type NamedPolicy, own } from '../../input.js';
import type { ChartContext } from '../chart.js';

/** Of many policies those a picture shows, in their order, and what it says of the others. */
export interface Chosen {
  shown: NamedPolicy[];
  /** A sentence that begins with a space; empty where none was left out. */
  leftOut: string;
}

/** How well a policy did: the share of what was offered that ended good. */
function goodShare(policy: PolicyResult | undefined): number {
  return policy?.metrics['goodput_ratio'] ?? policy?.metrics['goodput'] ?? 0;
}

/** At most so many names in words: "a, b, c and 4 others". */
export function someNames(names: readonly string[], most = 6): string {
  if (names.length <= most) return names.join(', ');
  const rest = names.length - most;
  return `${names.slice(0, most).join(', ')} and ${rest} ${rest === 1 ? 'other' : 'others'}`;
}

/**
 * At most `most` of these policies, where a picture has a panel for each: the best, the worst, and
 * others at even distances between them, by the share that ended good.
 */
export function chosenPolicies(
  context: ChartContext,
  most: number,
  of: readonly NamedPolicy[] = context.policies,
): Chosen {
  if (of.length <= most) return { shown: [...of], leftOut: '' };
  const ranked = of
    .map((policy) => ({ policy, good: goodShare(own(context.result.policies, policy.name)) }))
    .sort((a, b) => b.good - a.good || a.policy.index - b.policy.index);
  const kept = new Set(
    Array.from({ length: most }, (_, place) => {
      return ranked[Math.round((place * (ranked.length - 1)) / (most - 1))]?.policy.index;
    }),
  );
  const others = of.filter(({ index }) => !kept.has(index)).map(({ name }) => name);
  return {
    shown: of.filter(({ index }) => kept.has(index)),
    leftOut: ` Shown are the best, the worst and some between; left out: ${someNames(others)}.`,
  };
}
