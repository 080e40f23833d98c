import type { ContentionPlan, Discipline, WhenFull } from '../../model/plan.js';
import type { Balance } from '../../policies/balancer.js';
import { admission, type WrittenRule } from './admission.js';
import { count, countOrUnbounded, duration, number, truth } from './figures.js';
import {
  either,
  type Form,
  into,
  map,
  mechanism,
  named,
  notYets,
  optional,
  perForm,
  required,
  type Schema,
  word,
} from './kit.js';
import { type Law, law } from './laws.js';
import { type Reject, reject } from './retry.js';
import { type Step, steps } from './steps.js';

/** A service or dependency as written, defaults filled in. */
export interface Part {
  workers: number;
  cores: number;
  io: 'blocking' | 'async';
  replicas: number;
  balance: Balance;
  queue: Queue;
  handler: Step[] | Record<string, Step[]>;
  contention: ContentionPlan | null;
  admission: WrittenRule[];
  deadline_check: boolean;
  reject: Reject | null;
}

/** A queue before the workers, as written. */
export interface Queue {
  capacity: number;
  discipline: Discipline;
  when_full: WhenFull;
  max_age: Law | null;
}

const BALANCES = [
  ...(['round_robin', 'random', 'least_requests'] as const),
  ...(['power_of_two', 'peak_ewma'] as const),
];
const ORDERS = ['fifo', 'lifo', 'priority', 'random', 'ps'] as const;
const LATER_ORDERS = ['adaptive_lifo', 'fair', 'edf'];
const WHEN_FULL: readonly WhenFull[] = [
  ...(['reject', 'block', 'drop_oldest', 'drop_newest', 'drop_lowest_priority'] as const),
  'caller_runs',
];

const DEFAULT_QUEUE: Queue = {
  capacity: Number.POSITIVE_INFINITY,
  discipline: 'fifo',
  when_full: 'reject',
  max_age: null,
};

function discipline(form: Form): Schema<Discipline> {
  const preemptive = required(
    form,
    truth,
    'Whether the less important stands aside, and goes on later.',
  );
  const kinds = mechanism(
    {
      priority: optional(map({ preemptive }), 'The most important first.'),
      ...notYets('adaptive_lifo'),
    },
    'a discipline',
  );
  return either(
    word(ORDERS, LATER_ORDERS),
    into(kinds, ({ priority }) => (priority?.preemptive === true ? 'preemptive' : 'priority')),
  );
}

function maxAge(form: Form): Schema<Law | null> {
  return either(
    law(form),
    into(word(['none']), () => null),
  );
}

const byKey = mechanism(
  { hash: optional(word(['key']), 'By the key of the request: one key, one replica.') },
  'a balance',
);
const balance: Schema<Balance> = either(
  word(BALANCES),
  into(byKey, (): Balance => 'hash'),
);

const queue = perForm(
  (form): Schema<Queue> =>
    map({
      capacity: optional(
        countOrUnbounded(0),
        'How many may wait at one replica; 0: nobody waits. Under ps: admitted beyond workers.',
        DEFAULT_QUEUE.capacity,
        'unbounded',
      ),
      when_full: optional(
        word(WHEN_FULL, ['dead_letter']),
        'What meets a request that finds the queue full. drop_oldest and drop_lowest_priority displace ' +
          'one that waits, which is told; drop_newest tells nobody; caller_runs has it handled at ' +
          "once by the caller's worker.",
        DEFAULT_QUEUE.when_full,
        DEFAULT_QUEUE.when_full,
      ),
      discipline: optional(
        discipline(form),
        'Who is served next; priority: 0 first, first come first served among equals; ps: all that ' +
          'are admitted at once, sharing the workers evenly.',
        DEFAULT_QUEUE.discipline,
        DEFAULT_QUEUE.discipline,
      ),
      max_age: optional(
        maxAge(form),
        'The wait in the queue ends at this age, and the sender is told. A timer set before the ' +
          'worker is free ends first.',
        null,
        'none',
      ),
      ...notYets('coalesce', 'shed'),
    }) as Schema<Queue>,
);

function contention(form: Form): Schema<Part['contention']> {
  const usl = map({
    alpha: required(form, number(0, true), 'Contention: the share that runs one at a time.'),
    beta: required(form, number(0, true), 'Crosstalk: the cost of each pair at work.'),
  });
  const linear = map({
    each: required(form, duration, 'What each piece of work already running adds to a new one.'),
  });
  const kinds = mechanism(
    {
      usl: optional(usl, "Gunther's law: pace 1/(1+α(N−1)+βN(N−1)) with N at work."),
      linear: optional(linear, 'More work for each at work already, fixed when it starts.'),
    },
    'contention',
  );
  return either(
    into(kinds, (kind) => contentionPlan(kind)),
    into(word(['none']), () => null),
  );
}

function contentionPlan(kind: {
  usl?: { alpha: number; beta: number } | undefined;
  linear?: { each: number } | undefined;
}): ContentionPlan | null {
  if (kind.linear !== undefined) return { kind: 'linear', eachNs: kind.linear.each };
  return kind.usl === undefined ? null : { kind: 'usl', ...kind.usl };
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
      balance,
      'How a caller chooses among the replicas.',
      'round_robin',
      'round_robin',
    ),
    cores: optional(
      countOrUnbounded(1),
      'Work that runs on a replica shares these evenly, waiting uses none; left out: as many as workers.',
      Number.POSITIVE_INFINITY,
    ),
    io: optional(
      word(['blocking', 'async']),
      'Whether a worker waits while its call is out, or serves others meanwhile.',
      'blocking',
      'blocking',
    ),
    queue: optional(queue(form), 'Where requests wait for a worker.', DEFAULT_QUEUE),
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
    reject: optional(reject, 'What refusing costs, and what it tells.', null),
    admission: optional(
      admission(form),
      'Rules that are asked, in this order, before a request may start or wait; each may refuse. ' +
        'A list laid over another changes the rule of the same kind in its place, and adds others last.',
      [],
      'none',
    ),
    ...notYets('memory', 'degrade', 'consumes'),
    ...notYets('prefetch', 'poll', 'request', 'rebalance', 'forget', 'autoscale', 'health'),
  }) as unknown as Schema<Part>;
});
