import * as z from 'zod/mini';
import type { CachePlan } from '../../model/plan.js';
import { missesLeadNowhere } from '../messages/caches.js';
import { lockWithoutThen } from '../messages/locks.js';
import * as say from '../messages.js';
import { type Refusal, refuse } from '../refusal.js';
import { cache, type Failing, failing } from './cache.js';
import { count, durationOrNone, reference, share, truth } from './figures.js';
import {
  also,
  documents,
  either,
  into,
  leaf,
  list,
  map,
  oneOf,
  optional,
  required,
  type Schema,
  word,
} from './kit.js';
import { type Law, law } from './laws.js';

/** A step of a handler as written: exactly one of its heads stands. */
export interface Step {
  work: Work | undefined;
  call: string | undefined;
  publish: string | undefined;
  as: string | undefined;
  times: number | undefined;
  parallel: Branch[] | undefined;
  need: number | undefined;
  chance: number | undefined;
  then: Step[] | undefined;
  else: Step[] | undefined;
  lock: string | undefined;
  /** Undefined: as the lock says. */
  wait: number | undefined;
  fail: Failing | undefined;
  cache: CachePlan | undefined;
  commit: string | undefined;
  once: boolean | undefined;
}

/** What a worker does: how long, and whether every attempt of a request needs the same. */
export interface Work {
  law: Law;
  perRequest: boolean;
}

/** A branch of a parallel step: a call or publish, or several one after another. */
export type Branch = BranchCall[];
/** Either a call or a publish. */
export interface BranchCall {
  call: string | undefined;
  publish: string | undefined;
  as: string | undefined;
  times: number | undefined;
}

const HEADS = [
  ...['work', 'call', 'publish', 'parallel', 'chance', 'cache', 'fail', 'lock', 'commit'],
];
/** The keys that go with a head and with no other. */
const COMPANIONS: Record<string, string[]> = {
  call: ['as', 'times'],
  publish: ['as', 'times'],
  parallel: ['need'],
  chance: ['then', 'else'],
  cache: ['then'],
  lock: ['then', 'wait'],
  commit: ['once'],
};

const per = word(['attempt', 'request']);
const drawn = into(
  map({
    of: required('whole', law('whole'), 'The distribution.'),
    per: optional(
      per,
      'attempt: each draws its own work; request: all attempts of a request need the same here.',
      'attempt',
      'attempt',
    ),
  }),
  ({ of, per }): Work => ({ law: of, perRequest: per === 'request' }),
);
const work: Schema<Work> = either(
  into(law('whole'), (of): Work => ({ law: of, perRequest: false })),
  drawn,
);

const target = reference('a service or dependency, or NAME/ROUTE', true);
const as = optional(reference('a name', false), 'Names the edge: caller -> ID.');
/** A call made several times is laid out so often in the handler. */
const TIMES_MOST = 10_000;
const times = optional(
  count(1, TIMES_MOST),
  'How often, one after another; the handler ends where one fails for good.',
  undefined,
  1,
);

const publish = optional(
  reference('a queue', false),
  'Puts a message into a queue, and waits until the broker has taken it.',
);

const branchCall = map({
  call: optional(target, 'Whom to call.'),
  publish,
  as,
  times,
  ...wrongInBranch('work', 'parallel', 'chance', 'cache', 'fail', 'lock', 'commit'),
});
const branchStep: Schema<BranchCall> = also(branchCall as Schema<BranchCall>, (branch) => {
  const both = branch.call !== undefined && branch.publish !== undefined;
  if (both) return say.severalOf('a branch', ['call', 'publish']);
  const isThere = HEADS.some((head) => head in branch);
  return isThere ? undefined : say.noneOf('a branch', ['call', 'publish']);
});
const branch: Schema<Branch> = either(
  into(branchStep, (call): Branch => [call]),
  list(branchStep, { minItems: 1 }),
);

function wrongInBranch<K extends string>(...heads: K[]): Record<K, Schema<undefined>> {
  const refusing = (head: string): Schema<undefined> =>
    optional(
      leaf<undefined>(() => refuse(say.notInABranch(head)), { not: {} }),
      'Not in a branch.',
    );
  return Object.fromEntries(heads.map((head) => [head, refusing(head)])) as never;
}

function companions(step: object): Refusal | undefined {
  const heads = HEADS.filter((head) => (step as Record<string, unknown>)[head] !== undefined);
  const allowed = new Set(heads.flatMap((head) => [head, ...(COMPANIONS[head] ?? [])]));
  const stray = Object.keys(step).find(
    (key) => !allowed.has(key) && (step as Record<string, unknown>)[key] !== undefined,
  );
  if (stray === undefined) return undefined;
  const owners = Object.keys(COMPANIONS).filter((head) => COMPANIONS[head]?.includes(stray));
  return say.strayCompanion(stray, owners);
}

const recursive = z.lazy(() => steps) as unknown as Schema<Step[]>;

const shape = {
  work: optional(work, 'A worker works this long.'),
  call: optional(target, 'Calls another and waits for its answer.'),
  publish,
  as,
  times,
  parallel: optional(
    list(branch, { minItems: 1 }),
    'Calls and publishes that are out at the same time.',
  ),
  need: optional(count(1), 'How many branches must succeed; left out: all.'),
  chance: optional(share, 'The share of requests that take `then`; the others take `else`.'),
  lock: optional(
    reference('a name', false),
    'Holds the lock of this name, which one request at a time can hold, for the steps in `then`; ' +
      'what it is `locks` says. Who waits for it keeps its worker (with io: async, and under ' +
      'preemptive priority, it gives it up), and so does who holds it. It is given back at the end ' +
      'of `then`, and however the handler ends before. Who holds it may take it again.',
  ),
  wait: optional(
    durationOrNone,
    'How long it waits for the lock at most; then the step fails. Left out: as `locks` says.',
  ),
  then: optional(
    recursive,
    'Steps of those that take the chance, hold the lock, or miss the cache.',
  ),
  else: optional(recursive, 'Steps of those that do not.'),
  cache: optional(cache, 'Whoever finds what it asks for goes on; who misses runs `then` first.'),
  fail: optional(failing, 'The share of requests that fail here.'),
  commit: optional(reference('a name', false), 'An effect that lasts, under this name.'),
  once: optional(
    truth,
    'Only the first of a request counts: its key deduplicates.',
    undefined,
    false,
  ),
};

const step: Schema<Step> = also(
  map(shape) as Schema<Step>,
  (value) =>
    oneOf(value, HEADS, 'a step') ??
    companions(value) ??
    tooMuchNeeded(value) ??
    (value.lock !== undefined && value.then === undefined ? lockWithoutThen() : undefined) ??
    (value.cache !== undefined && value.then === undefined ? missesLeadNowhere() : undefined),
);
documents.add(step, {
  id: 'step',
  description: 'One step of a handler.',
  oneOf: HEADS.map((head) => ({ required: [head] })),
});

function tooMuchNeeded({ parallel, need }: Step): Refusal | undefined {
  if (!Array.isArray(parallel) || typeof need !== 'number') return undefined;
  if (parallel.length === 0) return undefined;
  return need > parallel.length ? say.needsTooMany(need, parallel.length) : undefined;
}

/** The steps of a handler, one after another. */
export const steps: Schema<Step[]> = list(step);
