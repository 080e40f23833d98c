import type { BreakerOpening } from '../../measure/measured.js';
import type { AlertTimesPlan } from '../../model/plan.js';
import type { Raised } from './alert.js';
import { Moments } from './trends.js';

/**
 * A breaker that opens again and again: the same one (of one caller) `times` within the span. An
 * edge has one alert, whichever of its breakers flap; it is over when a span has passed in which
 * none of them opened so often.
 */
export function flapping(
  openings: readonly BreakerOpening[],
  { times, withinNs }: AlertTimesPlan,
): Raised[] {
  const breakers = new Map<string, Moments>();
  const up = new Map<number, Raised>();
  const raised: Raised[] = [];
  for (const { edge, caller, atNs } of openings) {
    const key = `${edge}/${caller}`;
    const breaker = breakers.get(key) ?? new Moments(times);
    breakers.set(key, breaker);
    breaker.push(atNs);
    const untilNs = breaker.firstNs + withinNs;
    if (atNs > untilNs) continue;
    const alert = up.get(edge);
    if (alert !== undefined && atNs <= alert.untilNs) {
      alert.untilNs = Math.max(alert.untilNs, untilNs);
      continue;
    }
    const next: Raised = { rule: 'breaker_flapping', subject: edge, atNs, untilNs, value: times };
    up.set(edge, next);
    raised.push(next);
  }
  return raised;
}
