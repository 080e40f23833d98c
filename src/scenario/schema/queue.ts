import type { Discipline, WhenFull } from '../../model/plan.js';
import type { ShedSpec } from '../../policies/shed.js';
import * as say from '../messages/queues.js';
import { countOrUnbounded, reference, share, truth } from './figures.js';
import {
  either,
  type Form,
  into,
  map,
  mechanism,
  optional,
  perForm,
  required,
  type Schema,
  word,
} from './kit.js';
import { type Law, law } from './laws.js';
import { shareWhere } from './narrow.js';
import { shed } from './shed.js';
import { type Step, steps } from './steps.js';

/** A queue before the workers, as written. */
export interface Queue {
  capacity: number;
  discipline: Order;
  when_full: Full;
  max_age: Law | null;
  coalesce: 'join' | 'replace' | null;
  shed: ShedSpec | null;
}

/** Who is served next, and, of adaptive_lifo, from which fill on the last one. */
export interface Order {
  by: Discipline;
  above: number | null;
}

/** What meets one that finds the queue full, and, of dead_letter, where a copy is put. */
export interface Full {
  how: WhenFull;
  queue: string | null;
}

/** What runs instead of the handler while the queue is so full. */
export interface Degrade {
  when: number;
  handler: Step[];
  quality: 'degraded' | 'full';
}

const ORDERS = ['fifo', 'lifo', 'priority', 'random', 'ps', 'fair', 'edf'] as const;
const WHEN_FULL = [
  ...(['reject', 'block', 'drop_oldest', 'drop_newest', 'drop_lowest_priority'] as const),
  'caller_runs' as const,
];

export const DEFAULT_QUEUE: Queue = {
  capacity: Number.POSITIVE_INFINITY,
  discipline: { by: 'fifo', above: null },
  when_full: { how: 'reject', queue: null },
  max_age: null,
  coalesce: null,
  shed: null,
};

/** A share of something; none of it would be always. */
const someShare = shareWhere((value) => (value === 0 ? say.alwaysSo() : undefined));

function discipline(form: Form): Schema<Order> {
  const preemptive = required(
    form,
    truth,
    'Whether the less important stands aside, and goes on later.',
  );
  const above = optional(share, 'Of the capacity.', 0.8, '80%');
  const kinds = mechanism(
    {
      priority: optional(map({ preemptive }), 'The most important first.'),
      adaptive_lifo: optional(
        map({ above }),
        "The last one first while the queue is fuller than this, the first one otherwise (HBase's).",
      ),
    },
    'a discipline',
  );
  return either(
    into(word(ORDERS), (by): Order => ({ by, above: null })),
    into(kinds, ({ priority, adaptive_lifo: adaptive }): Order => {
      if (adaptive !== undefined) return { by: 'adaptive_lifo', above: adaptive.above };
      return { by: priority?.preemptive === true ? 'preemptive' : 'priority', above: null };
    }),
  );
}

const whenFull: Schema<Full> = either(
  into(word(WHEN_FULL), (how): Full => ({ how, queue: null })),
  into(
    mechanism(
      {
        dead_letter: optional(
          reference('a queue', false),
          'It is refused, and a copy is put into this queue.',
        ),
      },
      'what meets one that finds the queue full',
    ),
    ({ dead_letter: queue }): Full => ({ how: 'dead_letter', queue: queue ?? null }),
  ),
);

function orNone<T>(schema: Schema<T>): Schema<T | null> {
  return either(
    schema,
    into(word(['none']), () => null),
  ) as Schema<T | null>;
}

export const queue = perForm(
  (form): Schema<Queue> =>
    map({
      capacity: optional(
        countOrUnbounded(0),
        'How many may wait at one replica; 0: nobody waits. Under ps: admitted beyond workers.',
        DEFAULT_QUEUE.capacity,
        'unbounded',
      ),
      when_full: optional(
        whenFull,
        'What meets a request that finds the queue full. drop_oldest and drop_lowest_priority displace ' +
          'one that waits, which is told; drop_newest tells nobody; caller_runs has it handled at ' +
          "once by the caller's worker; dead_letter refuses it and puts a copy into a queue.",
        DEFAULT_QUEUE.when_full,
        DEFAULT_QUEUE.when_full.how,
      ),
      discipline: optional(
        discipline(form),
        'Who is served next; priority: 0 first, first come first served among equals; fair: the ' +
          'tenants in turn; edf: the earliest deadline that is known here, none last; ps: all that ' +
          'are admitted at once, sharing the workers evenly.',
        DEFAULT_QUEUE.discipline,
        DEFAULT_QUEUE.discipline.by,
      ),
      max_age: optional(
        orNone(law(form)),
        'The wait in the queue ends at this age, and the sender is told. A timer set before the ' +
          'worker is free ends first.',
        null,
        'none',
      ),
      coalesce: optional(
        orNone(word(['join', 'replace'])),
        'What becomes of a request whose key (in one route) waits here already. join: one piece of ' +
          "work answers both; replace: it takes the older one's place, which is displaced.",
        null,
        'none',
      ),
      shed: optional(
        shed(form),
        'The law by which those that wait too long are refused.',
        null,
        'none',
      ),
    }) as Schema<Queue>,
);

/** Another handler while the queue is so full; null for none. */
export const degrade = perForm(
  (form): Schema<Degrade | null> =>
    orNone(
      map({
        when: required(form, someShare, "Of the queue's capacity, with the one that starts."),
        handler: required(form, steps, 'What those run that start then, whatever their route.'),
        quality: optional(
          word(['degraded', 'full']),
          'Whether an answer made of it is second best.',
          'degraded',
          'degraded',
        ),
      }) as Schema<Degrade>,
    ),
);
