import * as say from '../messages.js';
import { type Arrivals, arrivals } from './arrivals.js';
import {
  count,
  countOrUnbounded,
  duration,
  durationOrNone,
  name,
  number,
  reference,
} from './figures.js';
import {
  also,
  either,
  type Form,
  into,
  list,
  map,
  mechanism,
  optional,
  perForm,
  required,
  type Schema,
} from './kit.js';
import { size, USUAL_SIZE } from './memory.js';

/** One of the targets of a producer. */
export interface Target {
  to: string;
  weight: number;
}

/** What requests are labelled with. */
export type Label = { kind: 'name'; name: string } | { kind: 'zipf'; n: number; s: number };

/** A producer as written. */
export interface Producer {
  arrivals: Arrivals;
  to: Target[];
  objective: { latency: number } | undefined;
  clients: number;
  priority: number;
  tenant: Label | undefined;
  key: Label | null | undefined;
  limit: number;
  from: number;
  until: number;
  deadline: number;
  size: number;
}

/** The objective: a success later than this is late. */
export const objective = perForm(
  (form): Schema<{ latency: number }> =>
    map({ latency: required(form, duration, 'A success later than this is late, not good.') }),
);

const destination = reference('a service, or service/route', true);

const weighted = map({
  to: required('whole', destination, 'Whom it is sent to.'),
  weight: required('whole', number(0, true), 'Its share is this over the sum of all weights.'),
});

const several = also(list(weighted, { minItems: 1 }), (targets) => {
  if (targets.length === 0) return say.emptyList();
  if (targets.some((target) => typeof target?.weight !== 'number')) return undefined;
  return targets.every(({ weight }) => weight === 0) ? say.noWeight() : undefined;
});

const targets = either(
  into(destination, (to): Target[] => [{ to, weight: 1 }]),
  several,
);

function label(form: Form): Schema<Label> {
  const zipf = map({
    n: required(form, count(1), 'How many there are.'),
    s: required(form, number(0, true), 'Rank k has a share in proportion to k^-s; 0: all alike.'),
  });
  const kinds = mechanism({ zipf: optional(zipf, "A rank by Zipf's law.") }, 'a label');
  return either(
    into(name, (text): Label => ({ kind: 'name', name: text })),
    into(kinds, (kind): Label => ({ kind: 'zipf', n: 1, s: 0, ...kind.zipf })),
  );
}

/** More clients than that would need more memory than most machines have. */
const MOST_CLIENTS = 1_000_000;
const MOST_PRIORITY = 1_000_000;

/** A producer. */
export const producer = perForm((form): Schema<Producer> => {
  return map({
    arrivals: required(form, arrivals(form), 'How requests arrive.'),
    to: required(form, targets, 'Whom they are sent to; several by weight.'),
    objective: optional(objective(form), "Its own objective, over the scenario's."),
    clients: optional(
      count(1, MOST_CLIENTS),
      'Independent clients that share this load in turn; client-side state is one each.',
      1,
      1,
    ),
    priority: optional(count(0, MOST_PRIORITY), '0 is the most important.', 0, 0),
    tenant: optional(label(form), "Whose requests these are; left out: the producer's name."),
    key: optional(
      into(label(form), (key) => (key.kind === 'name' && key.name === 'none' ? null : key)),
      'What they ask for; left out, or none: nothing in particular.',
    ),
    limit: optional(
      countOrUnbounded(1),
      'How many requests it sends in all.',
      Number.POSITIVE_INFINITY,
      'unbounded',
    ),
    from: optional(duration, 'When it begins to send; the rate is 0 before.', 0, '0s'),
    until: optional(
      durationOrNone,
      'When it ends to send; left out: with the run.',
      Number.POSITIVE_INFINITY,
      'none',
    ),
    deadline: optional(
      durationOrNone,
      'The client leaves so long after the arrival; the first callee knows it.',
      Number.POSITIVE_INFINITY,
      'none',
    ),
    size: optional(
      size,
      'What a request holds in the memory of every replica it is in.',
      USUAL_SIZE,
      '16KiB',
    ),
  }) as unknown as Schema<Producer>;
});
