import type { MemoryPlan } from '../../model/plan.js';
import * as say from '../messages/memory.js';
import { refuse } from '../refusal.js';
import { readDuration, readShare, readSize, SIZE_PATTERN } from '../units.js';
import { share as anyShare, duration, number } from './figures.js';
import {
  also,
  documents,
  either,
  type Form,
  into,
  leaf,
  map,
  optional,
  perForm,
  required,
  type Schema,
  word,
} from './kit.js';

/** What a request holds where nothing is said. */
export const USUAL_SIZE = 16 * 1024;

/** A size with its unit, in bytes. */
export const size: Schema<number> = leaf(readSize, {
  type: 'string',
  pattern: SIZE_PATTERN,
  examples: ['512B', '64KiB', '4GiB'],
});

/** A process that has died needs time to come back, else it would die without end in one moment. */
const restartTime: Schema<number> = leaf(
  (input) => {
    const result = readDuration(input);
    return result.ok && result.value === 0 ? refuse(say.noRestart()) : result;
  },
  { ...documents.get(duration), examples: ['30s'] },
);

/** At the limit itself there is nothing left to slow. */
const gcFrom: Schema<number> = leaf(
  (input) => {
    const result = readShare(input);
    return result.ok && result.value >= 1 ? refuse(say.gcFromTheEnd()) : result;
  },
  { ...documents.get(anyShare) },
);

type Restart = MemoryPlan['restart'];

function restart(form: Form): Schema<Restart> {
  const backoff = also(
    map({
      from: required(form, restartTime, 'The first restart takes so long.'),
      cap: required(form, restartTime, 'No restart takes longer.'),
    }),
    ({ from, cap }) => {
      const both = typeof from === 'number' && typeof cap === 'number';
      return both && cap < from ? say.capBelowFrom() : undefined;
    },
  );
  return either(
    into(restartTime, (ns): Restart => ({ fromNs: ns, capNs: ns })),
    into(backoff, ({ from, cap }): Restart => ({ fromNs: from, capNs: cap })),
  );
}

const gc = either(
  into(
    map({
      from: optional(gcFrom, 'The share of the limit from which it slows work.', 0.8, '80%'),
      slowdown: optional(number(1, true), 'How many times as long work takes at the limit.', 4, 4),
    }),
    (written): MemoryPlan['gc'] => written as NonNullable<MemoryPlan['gc']>,
  ),
  into(word(['none']), () => null),
);

/**
 * The memory of each replica. `limit` counts everything in the process: `base`, which it takes with
 * nothing to do, and the `size` of what it holds. `restart` as a map doubles with each crash in a
 * row, as Kubernetes' CrashLoopBackOff does, and begins anew once a replica has run for twice the
 * cap (10 minutes there).
 */
export const memory = perForm((form): Schema<MemoryPlan | null> => {
  const settings = map({
    limit: required(form, size, 'Over this a replica crashes and loses all that it held.'),
    base: optional(size, 'What a replica takes with nothing to do.', 0, '0B'),
    restart: optional(
      restart(form),
      'How long a replica is away after a crash; as a map it doubles with each crash in a row.',
      { fromNs: 30e9, capNs: 30e9 },
      '30s',
    ),
    gc: optional(gc, 'Work that starts is slowed as memory fills.', null, 'none'),
  });
  const checked = also(settings, ({ limit, base }) => {
    const both = typeof limit === 'number' && typeof base === 'number';
    return both && base >= limit ? say.nothingFits() : undefined;
  });
  return either(
    into(checked, (written): MemoryPlan => {
      const { limit, base, restart: again, gc: collector } = written;
      return { limitBytes: limit, baseBytes: base, restart: again as Restart, gc: collector };
    }),
    into(word(['none']), () => null),
  );
});
