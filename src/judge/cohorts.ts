import type { Measured } from '../measure/measured.js';
import type { Plan } from '../model/plan.js';

const SECOND_NS = 1e9;

/** Sums over spans of whole seconds, and g(t) of rule 30. */
export interface Cohorts {
  /** Whole seconds of the run; a last part of a second is left out. */
  readonly seconds: number;
  /** Requests that arrived in [from, to). */
  offered(from: number, to: number): number;
  /** The share of the requests that arrived in [from, to) that ended good; null if none arrived. */
  share(from: number, to: number): number | null;
  /** How well [from, to) went: `share`, or good a second where arrivals wait for answers. */
  good(from: number, to: number): number | null;
}

/**
 * The cohorts of the producers named by index (default: all). Where one of them is `closed` or
 * `backlog`, fewer requests arrive when fewer are answered, so that a share would hide a collapse:
 * there `good` counts the requests that ended good, a second.
 */
export function cohortsOf(measured: Measured, plan: Plan, producers?: readonly number[]): Cohorts {
  const of = producers ?? plan.producers.map((_, index) => index);
  const { seconds } = measured;
  const whole = wholeSeconds(measured);
  const offered = cumulated(of, seconds.offered, whole);
  const good = cumulated(of, seconds.good, whole);
  const goodEnded = cumulated(of, seconds.goodEnded, whole);
  const sending = sendingSpan(plan, of, measured);
  const perSecond = of.some((index) => waitsForAnswers(plan, index));
  const share = (from: number, to: number): number | null => {
    const arrived = offered[to] - offered[from];
    return arrived === 0 ? null : (good[to] - good[from]) / arrived;
  };
  return {
    seconds: whole,
    offered: (from, to) => offered[to] - offered[from],
    share,
    good: perSecond
      ? (from, to) => {
          const [first, end] = [Math.max(from, sending.from), Math.min(to, sending.to)];
          return end > first ? (goodEnded[end] - goodEnded[first]) / (end - first) : null;
        }
      : share,
  };
}

/**
 * The whole seconds in which one of these producers sends at all: beyond `until`, or when its
 * limit is reached, that nothing ends well says nothing of the system.
 */
function sendingSpan(
  plan: Plan,
  of: readonly number[],
  { seconds }: Measured,
): { from: number; to: number } {
  let from = Infinity;
  let to = 0;
  for (const index of of) {
    const { fromNs, untilNs, limit } = plan.producers[index];
    let end = Math.floor(untilNs / SECOND_NS);
    if (limit < Infinity) end = Math.min(end, secondOf(limit, seconds.offered[index]));
    from = Math.min(from, Math.ceil(fromNs / SECOND_NS));
    to = Math.max(to, end);
  }
  return { from, to };
}

/** The second in which as many as `limit` requests had been offered; Infinity if it never came. */
function secondOf(limit: number, offered: Float64Array): number {
  let sum = 0;
  for (let t = 0; t < offered.length; t++) {
    sum += offered[t];
    if (sum >= limit) return t;
  }
  return Infinity;
}

/** Whole seconds of the run that were counted. */
export function wholeSeconds({ endNs, seconds }: Measured): number {
  return Math.min(Math.floor(endNs / SECOND_NS), seconds.waiting.length);
}

/** Whether this producer sends its next request only when an earlier one has been answered. */
export function waitsForAnswers(plan: Plan, producer: number): boolean {
  const { kind } = plan.producers[producer].arrivals;
  return kind === 'closed' || kind === 'backlog';
}

/** Entry t: the sum over these producers of the seconds before t. */
function cumulated(of: readonly number[], rows: Float64Array[], seconds: number): Float64Array {
  const sums = new Float64Array(seconds + 1);
  for (let t = 0; t < seconds; t++) {
    sums[t + 1] = sums[t];
    for (const producer of of) sums[t + 1] += rows[producer][t];
  }
  return sums;
}
