import * as z from 'zod/mini';
import type { AlertsPlan } from '../../model/plan.js';
import * as say from '../messages.js';
import { type Read, read, refuse } from '../refusal.js';
import { alerts, USUAL_ALERTS } from './alerts.js';
import { type LoneQueue, loneQueue } from './broker.js';
import { type Call, call } from './calls.js';
import { EDGE_PATTERN as PATTERN } from './edge-pattern.js';
import { type Fault, fault } from './faults.js';
import { count, duration, reference, text } from './figures.js';
import {
  also,
  documents,
  either,
  leaf,
  list,
  map,
  named,
  notYets,
  optional,
  perForm,
  required,
  type Schema,
} from './kit.js';
import { lesson } from './lesson.js';
import { type Lock, lock } from './locks.js';
import { type Part, part } from './parts.js';
import { objective, type Producer, producer } from './traffic.js';

/** What a run is laid out from: a scenario with its policy laid over, calls apart. */
export interface LaidOut {
  duration: number;
  warmup: number;
  objective: { latency: number } | undefined;
  producers: Record<string, Producer>;
  services: Record<string, Part>;
  dependencies: Record<string, Part>;
  queues: Record<string, LoneQueue>;
  locks: Record<string, Lock>;
  faults: Fault[];
  alerts: AlertsPlan;
}

const patternForm = new RegExp(PATTERN);

const patterns = patternsOf(call('patch'));

function patternsOf(settings: Schema<Call>): Schema<Record<string, Call>> {
  const key = also(z.string() as unknown as Schema<string>, (name) =>
    patternForm.test(name) ? undefined : say.notAPattern(name),
  );
  documents.add(key, { pattern: PATTERN });
  const orNone = optional(settings, 'null takes it away');
  return z.record(key as never, orNone) as unknown as Schema<Record<string, Call>>;
}

const CALLS =
  'What the caller does on each edge: "caller -> callee". What is published to a queue is an edge ' +
  'like a call; on what a queue delivers, "QUEUE -> consumer", only network goes, and no * stands ' +
  'for the queue there: a broker neither times out nor tries again of its own accord.';

/** What an operator may lay over a scenario while it runs. */
const change = map({
  producers: optional(named('patch', producer('patch')), 'Who sends requests.'),
  services: optional(named('patch', part('patch'), true), 'Services; "*" reaches them all.'),
  dependencies: optional(named('patch', part('patch')), 'Dependencies.'),
  calls: optional(patterns, CALLS),
  ...notYets('queues'),
});
documents.add(change, { id: 'change', description: 'Any part of a scenario, laid over it.' });

const faults = list(fault(change));

/** The parts of a scenario that a policy may lay over. */
const body = perForm((form) => {
  const services = named(form, part(form), form === 'patch');
  return {
    duration: required(form, duration, 'How long the run lasts.'),
    warmup: optional(duration, 'Left out of every figure, kept in every series.', 0, '0s'),
    objective: optional(objective(form), 'Left out: every success is good.'),
    producers: required(form, named(form, producer(form)), 'Who sends requests.'),
    services: optional(services, 'Yours to configure: a policy\'s "*" reaches them.', {}),
    dependencies: optional(
      named(form, part(form)),
      'Not yours: a policy\'s "*" does not reach them.',
      {},
    ),
    queues: optional(
      named(form, loneQueue(form)),
      'Queues that stand by themselves: brokers, streams, places for dead letters.',
      {},
    ),
    locks: optional(
      named(form, lock(form)),
      'What the locks are that steps take; one that is not named here is as usual.',
      {},
    ),
    faults: optional(faults, 'What goes wrong, and when.', []),
    alerts: optional(alerts(form), 'What the run is watched by.', USUAL_ALERTS),
  };
});

const figure: Schema<number | string | boolean> = leaf<number | string | boolean>(
  (input) =>
    (typeof input === 'number' && Number.isFinite(input)) ||
    typeof input === 'string' ||
    typeof input === 'boolean'
      ? read(input)
      : refuse(say.notAFigureOrText()),
  { type: ['number', 'string', 'boolean'] },
);
const from = required('whole', figure, 'The first value.');
const to = required('whole', figure, 'The last value, if the steps reach it.');
const step = required('whole', figure, 'The distance of two values.');
const axis = either(list(figure, { minItems: 1 }), map({ from, to, step }));

const expectation = map({
  that: required('whole', text, 'TERM OP TERM, or TERM within 2% of TERM.'),
  policy: optional(reference('a policy', false), 'Left out: holds for every policy.'),
  where: optional(z.record(z.string(), figure) as never, 'Picks a cell of the sweep.'),
});

const extending = either(reference('a policy', false), list(reference('a policy', false)));

const preset: Schema<'preset'> = leaf(
  (input) => {
    if (input === 'preset') return read('preset');
    return refuse(input === null ? say.emptyPolicy() : say.notAWord(input, ['preset'], []));
  },
  { const: 'preset' },
);

const policy = either(
  preset,
  map({
    extends: optional(extending, 'Policies laid under this one, first to last.'),
    title: optional(text, 'Its name in a report.'),
    description: optional(text, 'What it does.'),
    ...body('patch'),
    calls: optional(patterns, CALLS, {}),
  }),
);

const seed: Schema<number | string> = leaf<number | string>(
  (input): Read<number | string> => {
    if (typeof input === 'string' && input.trim() !== '') return read(input);
    return typeof input === 'number' && Number.isFinite(input) ? read(input) : refuse(say.noSeed());
  },
  { type: ['number', 'string'] },
);

const version: Schema<1> = leaf((input) => (input === 1 ? read(1) : refuse(say.otherVersion())), {
  const: 1,
});

/** A file. Validates what was written; `laidOut` reads what comes of it. */
export const scenarioFile = map({
  spillway: required('whole', version, 'The version of the language.'),
  title: optional(text, 'What it shows, in a few words.', undefined),
  description: optional(text, 'What happens, in a sentence or two.'),
  proves: optional(list(text), 'The statements of the mission that it proves.', []),
  seed: optional(seed, 'The same seed gives the same run, to the bit.', 1, 1),
  ...body('whole'),
  calls: optional(patterns, CALLS, {}),
  policies: optional(named('whole', policy), 'Each is the scenario with this laid over it.', {}),
  expect: optional(list(expectation), 'What must hold.', []),
  lesson: optional(lesson, 'What a reader is asked and told before the report.', []),
  replications: optional(count(1), 'How often it runs, each with a seed of its own.', 1, 1),
  sweep: optional(
    z.record(z.string(), axis) as never,
    'Axes: `load`, or a dotted path into the scenario; a list or from, to, step.',
  ),
});
documents.add(scenarioFile, { title: 'Spillway scenario, version 1' });

/** A laid-out scenario, typed and with its defaults. */
export const laidOut = map({ ...body('whole') }) as unknown as Schema<LaidOut>;

/** The settings of one edge, typed and with their defaults. */
export const edgeSettings: Schema<Call> = call('whole');
