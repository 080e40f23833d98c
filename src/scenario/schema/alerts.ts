import type { AlertLevelPlan, AlertsPlan, AlertTimesPlan } from '../../model/plan.js';
import * as say from '../messages/alerts.js';
import { read, refuse } from '../refusal.js';
import { readDuration, readShare } from '../units.js';
import { share as anyShare, count, duration, number } from './figures.js';
import { documents, either, into, leaf, map, optional, perForm, type Schema, word } from './kit.js';

/** A rule remembers this much of the past, no more. */
const LONGEST_NS = 60e9;
const MOST_TIMES = 1000;

/**
 * The rules as they are where the file says nothing. The figures are of the kind that teams begin
 * with: a level that lasts five seconds, a minute for what comes again and again. A breaker that
 * three times within a minute closes and opens again finds with its probes what its calls do not
 * find. A fifth of all attempts being retries is more than the usual budgets let through (10% of
 * first tries, 20% with Finagle). Above 85% of its memory most runtimes collect garbage rather than
 * work, and a second later it may be gone. A load that comes in batches makes a lag that grows and
 * falls: what rises three times in a row over a minute, at its lowest, is no batch of seconds.
 */
export const USUAL_ALERTS: AlertsPlan = {
  queue_depth: { above: 0.8, forNs: 5e9 },
  queue_ceiling: { times: 10, withinNs: 60e9 },
  p99_climbing: { factor: 2, stable: 1.25, overNs: 10e9 },
  wait_growing: { factor: 2, byNs: 100e6, overNs: 10e9 },
  lag_growing: { overNs: 60e9 },
  rejections: { above: 0.05, forNs: 5e9 },
  failures: { above: 0.05, forNs: 5e9 },
  workers_busy: { above: 0.99, forNs: 5e9 },
  pool_exhausted: { forNs: 5e9 },
  breaker_flapping: { times: 3, withinNs: 60e9 },
  retry_storm: { above: 0.2, forNs: 5e9 },
  oldest_age: { aboveNs: 5e9 },
  memory: { above: 0.85, forNs: 5e9 },
};

/** How far back a rule looks. */
const over = span(1);
/** The same of one that compares thirds of it. */
const thirds = span(3);

function span(least: number): Schema<number> {
  return leaf(
    (input) => {
      const result = readDuration(input);
      if (!result.ok) return result;
      const { value } = result;
      const fits = value >= least * 1e9 && value <= LONGEST_NS;
      return fits ? read(value) : refuse(say.noSpan(least, 60));
    },
    { ...documents.get(duration), examples: ['10s', '1m'] },
  );
}

const within: Schema<number> = leaf(
  (input) => {
    const result = readDuration(input);
    return result.ok && result.value < 1e9 ? refuse(say.noSpan(1)) : result;
  },
  { ...documents.get(duration), examples: ['60s'] },
);

/** Nothing is above the whole: such a rule would never speak. */
const share: Schema<number> = leaf(
  (input) => {
    const result = readShare(input);
    return result.ok && result.value >= 1 ? refuse(say.neverAbove()) : result;
  },
  { ...documents.get(anyShare) },
);

/** A rule, or `none`; what is left out of it is as usual. */
function rule<R extends object, T>(
  shape: { [K in keyof R]: Schema<R[K]> },
  description: string,
  turn: (written: R) => T,
  shown: unknown,
): Schema<T | 'none' | undefined> {
  const settings = either(into(map<R>(shape), turn), word(['none'])) as Schema<T | 'none'>;
  return optional(settings, description, undefined, shown);
}

function level(usual: AlertLevelPlan, what: string, shown: string) {
  const { above, forNs } = usual;
  return rule(
    {
      above: optional(share, 'The share above which it counts.', above, `${above * 100}%`),
      for: optional(duration, 'How long it must last.', forNs, `${forNs / 1e9}s`),
    },
    what,
    (written): AlertLevelPlan => ({ above: written.above, forNs: written.for }),
    shown,
  );
}

function often(usual: AlertTimesPlan, what: string, times: string, shown: string) {
  const { times: least, withinNs } = usual;
  return rule(
    {
      times: optional(count(1, MOST_TIMES), times, least, least),
      within: optional(within, 'In so long.', withinNs, `${withinNs / 1e9}s`),
    },
    what,
    (written): AlertTimesPlan => ({ times: written.times, withinNs: written.within }),
    shown,
  );
}

/** As written: left out it is as usual. */
type Rules = { [K in keyof AlertsPlan]: AlertsPlan[K] | 'none' | undefined };

function levels() {
  const { memory, queue_depth, rejections, failures, workers_busy, retry_storm } = USUAL_ALERTS;
  return {
    queue_depth: level(
      have(queue_depth),
      'The longest queue of its replicas is nearly full, as a share of its capacity.',
      'above 80% for 5s',
    ),
    rejections: level(
      have(rejections),
      'What comes to a component is refused, expires or is displaced.',
      'above 5% for 5s',
    ),
    failures: level(have(failures), "A producer's requests fail.", 'above 5% for 5s'),
    workers_busy: level(
      have(workers_busy),
      'The workers of a component are busy, and its queue grows or is full.',
      'above 99% for 5s',
    ),
    retry_storm: level(have(retry_storm), 'Attempts on an edge are retries.', 'above 20% for 5s'),
    memory: level(
      have(memory),
      'The fullest replica of a component takes so much of the limit of its memory.',
      'above 85% for 5s',
    ),
  };
}

function trends() {
  const p99 = have(USUAL_ALERTS.p99_climbing);
  const wait = have(USUAL_ALERTS.wait_growing);
  const lag = have(USUAL_ALERTS.lag_growing);
  const span = 'How far back it looks; 1 s to 60 s.';
  return {
    p99_climbing: rule(
      {
        factor: optional(number(1, false), 'So many times the six spans before.', p99.factor, 2),
        stable: optional(
          number(1, true),
          'The p50 must not have grown to so many times.',
          p99.stable,
          1.25,
        ),
        over: optional(over, span, p99.overNs, '10s'),
      },
      'The p99 of what clients wait grows while the p50 stays.',
      (written) => ({ factor: written.factor, stable: written.stable, overNs: written.over }),
      'twice, over 10s',
    ),
    lag_growing: rule(
      { over: optional(thirds, 'How far back it looks; 3 s to 60 s.', lag.overNs, '60s') },
      'The lag of a queue rises: its lowest, from third to third of the span, and what it is now.',
      (written) => ({ overNs: written.over }),
      'over 60s',
    ),
    wait_growing: rule(
      {
        factor: optional(number(1, false), 'So many times the span before.', wait.factor, 2),
        by: optional(duration, 'And longer by so much.', wait.byNs, '100ms'),
        over: optional(over, span, wait.overNs, '10s'),
      },
      'The median wait for a worker grows.',
      (written) => ({ factor: written.factor, byNs: written.by, overNs: written.over }),
      'twice, by 100ms, over 10s',
    ),
  };
}

function others() {
  const { pool_exhausted, oldest_age, queue_ceiling, breaker_flapping } = USUAL_ALERTS;
  return {
    queue_ceiling: often(
      have(queue_ceiling),
      'A queue is full again and again.',
      'In how many seconds it was full.',
      '10 in 60s',
    ),
    breaker_flapping: often(
      have(breaker_flapping),
      'A breaker opens again and again.',
      'How often it opened.',
      '3 in 60s',
    ),
    pool_exhausted: rule(
      { for: optional(duration, 'How long it must last.', have(pool_exhausted).forNs, '5s') },
      'No connection is free, and more are asked for.',
      (written) => ({ forNs: written.for }),
      'for 5s',
    ),
    oldest_age: rule(
      { above: optional(duration, 'The age.', have(oldest_age).aboveNs, '5s') },
      'What has waited longest for a worker is this old.',
      (written) => ({ aboveNs: written.above }),
      'above 5s',
    ),
  };
}

/** What is watched. A rule that is not named is as usual. */
export const alerts = perForm((): Schema<AlertsPlan> => {
  const rules = map<Rules>({
    ...levels(),
    ...trends(),
    ...others(),
  } as never);
  const filled = into(rules, (written): AlertsPlan => {
    const set = Object.entries(written).flatMap(([rule, settings]) =>
      settings === undefined ? [] : [[rule, settings === 'none' ? null : settings]],
    );
    return { ...USUAL_ALERTS, ...Object.fromEntries(set) };
  });
  documents.add(filled, { description: 'Rules of alerts, each with settings of its own or none.' });
  return filled;
});

function have<T>(value: T | null): T {
  if (value === null) throw new Error('a usual rule is switched off');
  return value;
}
