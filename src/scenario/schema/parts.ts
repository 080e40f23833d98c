import type { AutoscalePlan, ContentionPlan, MemoryPlan } from '../../model/plan.js';
import type { Balance } from '../../policies/balancer.js';
import { admission, type WrittenRule } from './admission.js';
import { autoscale } from './autoscale.js';
import { type Consuming, consumeKeys } from './consuming.js';
import { count, countOrUnbounded, duration, number, truth } from './figures.js';
import { type Health, health } from './health.js';
import {
  either,
  type Form,
  into,
  map,
  mechanism,
  named,
  optional,
  perForm,
  required,
  type Schema,
  word,
} from './kit.js';
import { memory } from './memory.js';
import { DEFAULT_QUEUE, type Degrade, degrade, type Queue, queue } from './queue.js';
import { type Reject, reject } from './retry.js';
import { type Step, steps } from './steps.js';

/** A service or dependency as written, defaults filled in. */
export interface Part extends Consuming {
  workers: number;
  cores: number;
  io: 'blocking' | 'async';
  /** Undefined where it is left out: 1, or `autoscale.min`. */
  replicas: number | undefined;
  autoscale: AutoscalePlan | null;
  balance: Balance;
  queue: Queue;
  handler: Step[] | Record<string, Step[]>;
  contention: ContentionPlan | null;
  admission: WrittenRule[];
  deadline_check: boolean;
  degrade: Degrade | null;
  reject: Reject | null;
  health: Health | null;
  memory: MemoryPlan | null;
}

const BALANCES = [
  ...(['round_robin', 'random', 'least_requests'] as const),
  ...(['power_of_two', 'peak_ewma'] as const),
];
const byKey = mechanism(
  { hash: optional(word(['key']), 'By the key of the request: one key, one replica.') },
  'a balance',
);
const balance: Schema<Balance> = either(
  word(BALANCES),
  into(byKey, (): Balance => 'hash'),
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

/** What becomes of replicas in the course of a run. */
function replicaKeys(form: Form) {
  return {
    health: optional(
      health(form),
      'Checks of each replica, and what becomes of one that fails them.',
      null,
      'none',
    ),
    memory: optional(
      memory(form),
      'What it takes to hold requests, and what becomes of a replica that holds too many.',
      null,
      'none',
    ),
    autoscale: optional(
      autoscale(form),
      "Replicas that come and go as Kubernetes' HPA has it.",
      null,
      'none',
    ),
  };
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
    replicas: optional(count(1), 'How many there are (with autoscale: at first).', undefined, 1),
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
    degrade: optional(
      degrade(form),
      'Another handler for those that start while the queue is so full.',
      null,
      'none',
    ),
    reject: optional(reject, 'What refusing costs, and what it tells.', null),
    admission: optional(
      admission(form),
      'Rules that are asked, in this order, before a request may start or wait; each may refuse. ' +
        'A list laid over another changes the rule of the same kind in its place, and adds others last.',
      [],
      'none',
    ),
    ...replicaKeys(form),
    ...consumeKeys(),
  }) as unknown as Schema<Part>;
});
