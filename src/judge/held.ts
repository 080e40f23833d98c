import type { Judgement, Value } from './evaluate.js';
import { heldIn } from './messages.js';

/** An expectation over all replications, as the result says it. */
export interface Held {
  /** It held in every replication, and there was one. */
  passed: boolean;
  /** The left side: its mean over the replications (null where one lacks it), or the word. */
  actual: Value;
  /** The right side, likewise. */
  limit: Value;
  /** "18 of 20" */
  held: string;
  detail?: string;
}

/** The judgements of single replications as one: it must hold in every one of them. Rule 35. */
export function heldOver(judgements: readonly Judgement[]): Held {
  const held = judgements.filter(({ passed }) => passed).length;
  // What went wrong says more than what went well.
  const telling = judgements.find(({ passed }) => !passed) ?? judgements[0];
  return {
    passed: judgements.length > 0 && held === judgements.length,
    actual: typical(judgements.map(({ actual }) => actual)),
    limit: typical(judgements.map(({ limit }) => limit)),
    held: heldIn(held, judgements.length),
    ...(telling?.detail === undefined ? {} : { detail: telling.detail }),
  };
}

/**
 * The mean, of numbers; else the commonest value, the first of equals. Null where a number is
 * missing: a mean over those that there are would hide the ones that failed for want of one.
 */
export function typical(values: readonly Value[]): Value {
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length > 0) {
    if (numbers.length < values.length) return null;
    return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  }
  const counts = new Map<Value, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best: Value = null;
  for (const [value, count] of counts) if (count > (counts.get(best) ?? 0)) best = value;
  return best;
}
