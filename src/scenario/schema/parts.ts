import type { Balance } from '../../policies/balancer.js';
import { count, countOrUnbounded, number, truth } from './figures.js';
import {
  either,
  type Form,
  into,
  map,
  mechanism,
  named,
  notYet,
  notYets,
  optional,
  perForm,
  required,
  type Schema,
  word,
} from './kit.js';
import { type Step, steps } from './steps.js';

/** A service or dependency as written, defaults filled in. */
export interface Part {
  workers: number;
  replicas: number;
  balance: Balance;
  queue: Queue;
  handler: Step[] | Record<string, Step[]>;
  contention: { alpha: number; beta: number } | null;
  deadline_check: boolean;
}

/** A queue before the workers, as written. */
export interface Queue {
  capacity: number;
  discipline: 'fifo' | 'lifo';
  when_full: 'reject' | 'block';
}

const LATER_BALANCE = ['power_of_two', 'peak_ewma', 'hash'];
const LATER_FULL = ['drop_oldest', 'drop_newest', 'drop_lowest_priority', 'caller_runs'];
const LATER_ORDER = ['adaptive_lifo', 'priority', 'fair', 'edf', 'ps', 'random'];

const DEFAULT_QUEUE: Queue = {
  capacity: Number.POSITIVE_INFINITY,
  discipline: 'fifo',
  when_full: 'reject',
};

const queue: Schema<Queue> = map({
  capacity: optional(
    countOrUnbounded(0),
    'How many may wait at one replica; 0: nobody waits.',
    DEFAULT_QUEUE.capacity,
    'unbounded',
  ),
  when_full: optional(
    word(['reject', 'block'], [...LATER_FULL, 'dead_letter']),
    'What meets a request that finds the queue full.',
    DEFAULT_QUEUE.when_full,
    DEFAULT_QUEUE.when_full,
  ),
  discipline: optional(
    word(['fifo', 'lifo'], LATER_ORDER),
    'Who is served next.',
    DEFAULT_QUEUE.discipline,
    DEFAULT_QUEUE.discipline,
  ),
  ...notYets('max_age', 'coalesce', 'shed'),
}) as Schema<Queue>;

function contention(form: Form): Schema<Part['contention']> {
  const usl = map({
    alpha: required(form, number(0, true), 'Contention: the share that runs one at a time.'),
    beta: required(form, number(0, true), 'Crosstalk: the cost of each pair at work.'),
  });
  const kinds = mechanism(
    {
      usl: optional(usl, "Gunther's law: pace 1/(1+α(N−1)+βN(N−1)) with N at work."),
      linear: notYet('linear'),
    },
    'contention',
  );
  return either(
    into(kinds, (kind) => kind.usl ?? null),
    into(word(['none']), () => null),
  );
}

/** A service or dependency. */
export const part = perForm((form): Schema<Part> => {
  const routes = named(form, steps);
  return map({
    workers: required(
      form,
      countOrUnbounded(1),
      'Requests one replica works on at once; unbounded for a pure delay.',
    ),
    replicas: optional(count(1), 'How many of it there are.', 1, 1),
    balance: optional(
      word(['round_robin', 'random', 'least_requests'], LATER_BALANCE),
      'How a caller chooses among the replicas.',
      'round_robin',
      'round_robin',
    ),
    io: optional(
      word(['blocking'], ['async']),
      'A worker waits while its call is out.',
      'blocking',
      'blocking',
    ),
    queue: optional(queue, 'Where requests wait for a worker.', DEFAULT_QUEUE),
    handler: optional(
      either(steps, routes),
      'Steps, or a map of routes; left out: answers at once.',
      [],
    ),
    contention: optional(contention(form), 'What working together costs.', null),
    deadline_check: optional(
      truth,
      'Work past the deadline it was told is not started, nor gone on with at the next step.',
      false,
      false,
    ),
    ...notYets('cores', 'admission', 'reject', 'memory', 'degrade', 'consumes'),
    ...notYets('prefetch', 'poll', 'request', 'rebalance', 'forget', 'autoscale', 'health'),
  }) as unknown as Schema<Part>;
});
