import type { ShedSpec } from '../../policies/shed.js';
import * as say from '../messages/queues.js';
import type { Refusal } from '../refusal.js';
import { duration, share } from './figures.js';
import {
  also,
  either,
  type Form,
  into,
  map,
  mechanism,
  optional,
  perForm,
  type Schema,
  word,
} from './kit.js';
import { durationWhere, numberUpTo, shareWhere } from './narrow.js';

const MS = 1e6;

const someTime = durationWhere((ns) => (ns === 0 ? say.noTimeAtAll() : undefined));

function time(description: string, ns: number): Schema<number> {
  return optional(someTime, description, ns, `${ns / MS}ms`);
}

const target = (ns: number): Schema<number> => time('What a wait should come down to.', ns);
const interval = time(
  'How long waits must have been over the target before any is dropped.',
  100 * MS,
);

const codel = map({ target: target(5 * MS), interval });

const follyCodel = map({ target: target(5 * MS), interval });

const facebook = map({
  m: time(
    'The longest wait of one that joins a line which was last empty longer than n ago.',
    5 * MS,
  ),
  n: time('The longest wait otherwise.', 100 * MS),
});

const sixteenths = numberUpTo(32, () => say.tooMuch(32));

const pie = map({
  target: target(15 * MS),
  update: optional(
    durationWhere((ns) => (ns < MS ? say.tooOften() : undefined)),
    'How often the probability is looked at anew, at most every 1ms.',
    15 * MS,
    '15ms',
  ),
  alpha: optional(sixteenths, 'Weight of how far the wait is off, in sixteenths a second.', 2, 2),
  beta: optional(sixteenths, 'Weight of how the wait changes, in sixteenths a second.', 20, 20),
  burst: optional(duration, 'So long nothing is refused after a rest.', 150 * MS, '150ms'),
});

const red = map({
  from: optional(
    share,
    'Fill of the queue, on average, from which on some are refused.',
    0.5,
    '50%',
  ),
  to: optional(share, 'The fill from which on all are.', 1, '100%'),
  max: optional(share, 'The share that is refused just below that.', 0.1, '10%'),
  weight: optional(
    shareWhere((value) => (value === 0 ? say.noWeight() : undefined)),
    'How much of the average each arrival makes new.',
    0.002,
    0.002,
  ),
});

/** A patch may say one of two figures that go together; the whole is checked. */
function whole<T>(
  form: Form,
  schema: Schema<T>,
  check: (law: T) => Refusal | undefined,
): Schema<T> {
  return form === 'patch' ? schema : also(schema, check);
}

/** By which law waiting requests are thrown out (`queue.shed`); null for none. */
export const shed = perForm((form): Schema<ShedSpec | null> => {
  const folly = whole(form, follyCodel, ({ interval, target }) =>
    interval <= target ? say.intervalTooShort() : undefined,
  );
  const timed = whole(form, facebook, ({ m, n }) =>
    m > n ? say.standingWaitsLonger() : undefined,
  );
  const random = whole(form, red, ({ from, to }) => (from >= to ? say.fillBackwards() : undefined));
  const kinds = mechanism(
    {
      codel: optional(codel, 'CoDel as Linux has it: looks at each wait when its turn comes.'),
      folly_codel: optional(folly, "folly's Codel: drops waits over twice the target."),
      facebook: optional(timed, 'A limit of each wait: m, or n while the line has been empty.'),
      pie: optional(pie, 'PIE as Linux has it: refuses a share of those that come.'),
      red: optional(random, 'RED: refuses a share that rises with the average fill.'),
    },
    'a law of shedding',
  );
  return either(
    into(kinds, (kind): ShedSpec | null => shedSpec(kind)),
    into(word(['none']), () => null),
  );
});

interface Written {
  codel?: { target: number; interval: number } | undefined;
  folly_codel?: { target: number; interval: number } | undefined;
  facebook?: { m: number; n: number } | undefined;
  pie?: { target: number; update: number; alpha: number; beta: number; burst: number } | undefined;
  red?: { from: number; to: number; max: number; weight: number } | undefined;
}

function shedSpec({ codel, folly_codel: folly, facebook, pie, red }: Written): ShedSpec | null {
  if (codel !== undefined) {
    return { kind: 'codel', targetNs: codel.target, intervalNs: codel.interval };
  }
  if (folly !== undefined) {
    return { kind: 'folly_codel', targetNs: folly.target, intervalNs: folly.interval };
  }
  if (facebook !== undefined) return { kind: 'facebook', mNs: facebook.m, nNs: facebook.n };
  if (pie !== undefined) {
    const { target, update, alpha, beta, burst } = pie;
    return { kind: 'pie', targetNs: target, updateNs: update, alpha, beta, burstNs: burst };
  }
  return red === undefined ? null : { kind: 'red', ...red };
}
