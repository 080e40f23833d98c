import * as say from '../messages.js';
import { count, duration, rate, text } from './figures.js';
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
import { type Law, law } from './laws.js';

/** One step of a schedule. */
export interface RateStep {
  at: number;
  rate: number;
  ramp: number;
}

/** A rate that goes up and down like the day's. */
export interface Diurnal {
  mean: number;
  peak: number;
  period: number;
}

/** A rate over time. */
export type Rates = RateStep[] | Diurnal;

/** How a producer sends. */
export type Arrivals =
  | { kind: 'poisson' | 'constant'; rate: Rates }
  | { kind: 'renewal'; between: Law }
  | { kind: 'mmpp'; states: { rate: number; mean: number }[] }
  | { kind: 'batch'; rate: Rates; size: number }
  | { kind: 'trace'; path: string }
  | { kind: 'closed'; users: number; think: Law }
  | { kind: 'backlog'; senders: number };

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

const single = into(rate, (perSecond): RateStep[] => [{ at: 0, rate: perSecond, ramp: 0 }]);

const rates = perForm((form): Schema<Rates> => {
  const wave = also(
    map({
      mean: required(form, rate, 'The mean over a period.'),
      peak: required(
        form,
        rate,
        'The greatest rate, a quarter into the period; twice the mean at most.',
      ),
      period: required(form, duration, 'From one peak to the next.'),
    }) as Schema<Diurnal>,
    ({ mean, peak, period }) => {
      if (period === 0) return say.noPeriod();
      if (typeof mean !== 'number' || typeof peak !== 'number') return undefined;
      return peak < mean || peak > 2 * mean ? say.peakOutOfRange() : undefined;
    },
  );
  const shape = { diurnal: optional(wave, 'mean + (peak − mean)·sin(2πt/period).') };
  const kinds = into(mechanism(shape, 'a rate'), ({ diurnal }): Rates => diurnal ?? []);
  return either(single, schedule, kinds);
});

const state = map({
  rate: required('whole', rate, 'The rate of Poisson arrivals in this state.'),
  mean: required('whole', duration, 'How long it lasts on average; exponential.'),
});

const states = also(list(state, { minItems: 1 }), (some) => {
  if (some.length === 0) return say.emptyList();
  return some.some((one) => one?.mean === 0) ? say.stateOfNoTime() : undefined;
});

/** More at one moment no run can hold. */
const MOST_AT_ONCE = 1_000_000;

function kinds(form: Form) {
  const closed = map({
    users: required(form, count(1), 'How many users wait for their answers.'),
    think: optional(law(form), 'How long a user thinks before each request.', undefined, '0s'),
  });
  const batch = map({
    rate: required(form, rates(form), 'How often a batch comes, at Poisson moments.'),
    size: required(form, count(1, MOST_AT_ONCE), 'How many requests come at once.'),
  });
  return mechanism(
    {
      poisson: optional(rates(form), 'Arrivals that know nothing of each other.'),
      constant: optional(rates(form), 'Arrivals at even distances.'),
      renewal: optional(law(form), 'Independent distances of this law.'),
      mmpp: optional(states, 'Poisson arrivals at the rate of a state; the states take turns.'),
      batch: optional(batch, 'Several requests at once, at Poisson moments.'),
      trace: optional(text, 'A CSV file of seconds: arrival times, or lines of time,rate.'),
      closed: optional(closed, 'Users that wait for the answer, think, and send again.'),
      backlog: optional(count(1), 'Senders that always have more, slowed only by blocking.'),
    },
    'arrivals',
  );
}

/** The arrivals of a producer. */
export const arrivals = perForm((form): Schema<Arrivals> => {
  const plain = into(single, (steps): Arrivals => ({ kind: 'poisson', rate: steps }));
  return either(
    plain,
    into(kinds(form), (written): Arrivals => {
      const { poisson, constant, renewal, mmpp, batch, trace, closed, backlog } = written;
      if (poisson !== undefined) return { kind: 'poisson', rate: poisson };
      if (constant !== undefined) return { kind: 'constant', rate: constant };
      if (renewal !== undefined) return { kind: 'renewal', between: renewal };
      if (mmpp !== undefined) return { kind: 'mmpp', states: mmpp };
      if (batch !== undefined) return { kind: 'batch', ...batch };
      if (trace !== undefined) return { kind: 'trace', path: trace };
      if (backlog !== undefined) return { kind: 'backlog', senders: backlog };
      const think: Law = closed?.think ?? { kind: 'constant', ns: 0 };
      return { kind: 'closed', users: closed?.users ?? 1, think };
    }),
  );
});
