import * as say from '../messages.js';
import { count, duration, durationOrNone, rate, reference } from './figures.js';
import {
  also,
  either,
  type Form,
  into,
  list,
  map,
  mechanism,
  notYet,
  notYets,
  optional,
  perForm,
  required,
  type Schema,
} from './kit.js';
import { type Law, law } from './laws.js';

/** One step of a schedule. */
export interface RateStep {
  at: number;
  rate: number;
  ramp: number;
}

/** How a producer sends. */
export type Arrivals =
  | { kind: 'poisson' | 'constant'; rate: RateStep[] }
  | { kind: 'closed'; users: number; think: Law }
  | { kind: 'backlog'; senders: number };

/** A producer as written. */
export interface Producer {
  arrivals: Arrivals;
  to: string;
  objective: { latency: number } | undefined;
  deadline: number;
}

const step: Schema<RateStep> = map({
  at: required('whole', duration, 'When this rate begins to hold.'),
  rate: required('whole', rate, 'The rate from then on.'),
  ramp: optional(duration, 'Reaches it linearly from the rate before, in this time.', 0, '0s'),
});

const schedule = also(list(step, { minItems: 1 }), (steps) => {
  const times = steps.map((item) => item?.at);
  if (times.length === 0) return say.emptySchedule();
  if (typeof times[0] === 'number' && times[0] !== 0) return say.lateSchedule();
  for (let i = 1; i < steps.length; i++) {
    const [before, now] = [steps[i - 1], times[i]];
    if (typeof now !== 'number' || typeof before?.at !== 'number') continue;
    if (now <= before.at) return say.unsortedSchedule(i);
    if (now < before.at + (before.ramp ?? 0)) return say.rampPastNext(i);
  }
  return undefined;
});

const later = mechanism({ diurnal: notYet('diurnal') }, 'a rate');
const single = into(rate, (perSecond): RateStep[] => [{ at: 0, rate: perSecond, ramp: 0 }]);
const rates = either(
  single,
  schedule,
  into(later, (): RateStep[] => []),
);

/** The objective: a success later than this is late. */
export const objective = perForm(
  (form): Schema<{ latency: number }> =>
    map({ latency: required(form, duration, 'A success later than this is late, not good.') }),
);

/** The arrivals of a producer. */
function arrivals(form: Form): Schema<Arrivals> {
  const closed = map({
    users: required(form, count(1), 'How many users wait for their answers.'),
    think: optional(law(form), 'How long a user thinks before each request.', undefined, '0s'),
  });
  const kinds = mechanism(
    {
      poisson: optional(rates, 'Arrivals that know nothing of each other.'),
      constant: optional(rates, 'Arrivals at even distances.'),
      closed: optional(closed, 'Users that wait for the answer, think, and send again.'),
      backlog: optional(count(1), 'Senders that always have more, slowed only by blocking.'),
      ...notYets('renewal', 'mmpp', 'batch', 'trace'),
    },
    'arrivals',
  );
  const plain = into(single, (steps): Arrivals => ({ kind: 'poisson', rate: steps }));
  return either(
    plain,
    into(kinds, ({ poisson, constant, closed: users, backlog }): Arrivals => {
      if (poisson !== undefined) return { kind: 'poisson', rate: poisson };
      if (constant !== undefined) return { kind: 'constant', rate: constant };
      if (backlog !== undefined) return { kind: 'backlog', senders: backlog };
      const think: Law = users?.think ?? { kind: 'constant', ns: 0 };
      return { kind: 'closed', users: users?.users ?? 1, think };
    }),
  );
}

/** A producer. */
export const producer = perForm((form): Schema<Producer> => {
  const several = also(list(notYet('weight')), (targets) =>
    targets.length === 0 ? say.notYet('weight') : undefined,
  );
  const weighted = into(several, () => '');
  const target = either(reference('a service, or service/route', true), weighted);
  return map({
    arrivals: required(form, arrivals(form), 'How requests arrive.'),
    to: required(form, target, 'Whom they are sent to.'),
    objective: optional(objective(form), "Its own objective, over the scenario's."),
    deadline: optional(
      durationOrNone,
      'The client leaves so long after the arrival; the first callee knows it.',
      Number.POSITIVE_INFINITY,
      'none',
    ),
    ...notYets('clients', 'priority', 'tenant', 'key', 'size'),
    ...notYets('limit', 'from', 'until'),
  });
});
