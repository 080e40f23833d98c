import { planFor, type Scenario } from '../scenario/index.js';
import type { FaultSpan } from './result.js';

/** The faults under each policy as spans to shade, in the order in which they begin. */
export function faultSpans(
  scenario: Scenario,
  policies: readonly string[],
): Record<string, FaultSpan[]> {
  return Object.fromEntries(policies.map((policy) => [policy, spansOf(scenario, policy)]));
}

function spansOf(scenario: Scenario, policy: string): FaultSpan[] {
  const { faults, durationNs } = planFor(scenario, policy, {});
  return faults
    .filter(({ atNs }) => atNs < durationNs)
    .map(({ atNs, forNs, text }) => ({
      from: atNs / 1e9,
      to: Math.min(atNs + forNs, durationNs) / 1e9,
      text,
    }))
    .sort((a, b) => a.from - b.from);
}
