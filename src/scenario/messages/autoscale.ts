import type { Mistake } from '../issue.js';
import type { Refusal } from '../refusal.js';
import { formatDuration, formatShare } from '../units.js';

// Replicas that come and go.

export function noTarget(): Refusal {
  const expected =
    'a share such as 70% (utilization, cpu) or a number above 0 (queue, lag, in_flight)';
  return { code: 'malformed', message: 'no target', expected, mismatch: false };
}

export function noStep(): Refusal {
  const expected = 'a whole number of replicas, such as 4, or a share above 0%, such as 100%';
  return { code: 'malformed', message: 'not a step of replicas', expected };
}

export function noTimeAtAll(): Refusal {
  return { code: 'out_of_range', message: 'no time at all', expected: 'a duration above 0s' };
}

export function minAboveMax(min: number, max: number): Refusal {
  const message = `min is ${min} and max ${max}: no number of replicas is between them`;
  return { code: 'contradiction', message, expected: 'min at most max' };
}

export function targetIsAShare(metric: string): Refusal {
  const message = `the target of ${metric} is a share of what a replica can do`;
  return { code: 'out_of_range', message, expected: '1% to 100%, such as 70%' };
}

const AMOUNTS: Readonly<Record<string, string>> = {
  queue: 'how many wait at a replica',
  lag: 'how many messages there are for a replica',
};

export function targetIsAnAmount(metric: string): Refusal {
  const what = AMOUNTS[metric] ?? 'how many a replica has';
  const message = `the target of ${metric} is a number: ${what}`;
  return { code: 'out_of_range', message, expected: 'a number of at least 0.001, such as 10' };
}

export function fromAboveMax(from: number, max: number): Refusal {
  const message = `from is ${from} and max ${max}: it would begin with more than there may be`;
  return { code: 'contradiction', message, expected: 'from at most max' };
}

export function lagOfNothing(name: string): Mistake {
  const message = `lag is what lies in the queue that ${name} consumes, and it consumes none`;
  const hint = 'give it consumes: QUEUE, or go by metric: queue (what waits at its replicas)';
  return { code: 'contradiction', message, hint };
}

/** `broker`: who keeps the queue it consumes; undefined where it consumes none. */
export function sourceOfSqsOnly(name: string, broker: string | undefined): Mistake {
  const consumes = broker === undefined ? 'consumes no queue' : `consumes a queue of ${broker}`;
  const message = `event_source polls a queue of sqs, and ${name} ${consumes}`;
  const hint =
    broker === undefined
      ? 'give it consumes: QUEUE, with broker: sqs there'
      : 'go by metric: lag, with a target for each replica';
  return { code: 'contradiction', message, hint };
}

export function replicasOutside(replicas: number, min: number, max: number): Mistake {
  const message = `${replicas} replicas, where autoscale keeps them between ${min} and ${max}`;
  const hint = 'leave replicas out to begin with min, or move min and max';
  return { code: 'contradiction', message, expected: `${min} to ${max}`, hint };
}

export function nothingToMeasure(name: string, metric: string): Mistake {
  const lacks = metric === 'cpu' ? 'neither workers nor cores have' : 'workers have no';
  const message = `${metric} is a share of ${metric === 'cpu' ? 'cores' : 'workers'}; of ${name} ${lacks}${metric === 'cpu' ? ' a bound' : ' bound'}`;
  const hint = 'give it workers: N, or let it go by metric: in_flight';
  return { code: 'contradiction', message, hint };
}

export function neverGrows(metric: string, target: number, tolerance: number): Mistake {
  const most = formatShare(1 / (1 + tolerance));
  const message =
    `${metric} is at most 100%, which is within the tolerance of ${formatShare(tolerance)} of a ` +
    `target of ${formatShare(target)}: it never grows`;
  const hint = `a target below ${most}, or a smaller tolerance`;
  return { code: 'no_effect', severity: 'warning', message, hint };
}

export function nothingWaits(name: string): Mistake {
  const message = `nobody ever waits at ${name}, so autoscale by queue never grows`;
  const hint = 'go by metric: utilization or in_flight';
  return { code: 'no_effect', severity: 'warning', message, hint };
}

export function readyTooLate(delayNs: number, lengthNs: number): Mistake {
  const message =
    `a new replica serves after ${formatDuration(delayNs)}, ` +
    `and the run takes ${formatDuration(lengthNs)}`;
  const hint = 'a shorter delay, or a longer duration';
  return { code: 'no_effect', severity: 'warning', message, hint };
}
