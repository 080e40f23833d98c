import type { CachePlan } from '../../model/plan.js';
import * as say from '../messages/caches.js';
import { type Refusal, read, refuse } from '../refusal.js';
import { countOrUnbounded, durationOrNone, share, truth } from './figures.js';
import {
  also,
  either,
  into,
  leaf,
  map,
  oneOf,
  optional,
  required,
  type Schema,
  word,
} from './kit.js';

/** What a `cache` step says. */
interface Written {
  hit: number | undefined;
  capacity: number | undefined;
  ttl: number | undefined;
  fill: boolean | 'always' | undefined;
  shared: boolean | undefined;
  warm: boolean | undefined;
}

/** More keys than these nobody puts into a cache one by one before the run. */
export const WARM_MOST = 1_000_000;

const fill: Schema<boolean | 'always'> = leaf(
  (input) =>
    typeof input === 'boolean' || input === 'always' ? read(input) : refuse(say.notAFill()),
  { enum: [true, false, 'always'] },
);

const shape: { [K in keyof Written]: Schema<Written[K]> } = {
  hit: optional(
    share,
    'This share of the requests finds what it asks for; drawn by the request, so all its attempts ' +
      'fare alike. Keys do not matter.',
  ),
  capacity: optional(
    countOrUnbounded(1),
    'How many keys it holds; the one used least recently goes first. A cache of each replica, empty ' +
      'at the beginning and after a crash; requests without a key find nothing. Or `hit`.',
  ),
  ttl: optional(
    durationOrNone,
    'How long a key is good from when it was fetched; that it is found makes it no younger.',
    undefined,
    'none',
  ),
  fill: optional(
    fill,
    'true: what a miss has fetched is put, if `then` succeeded while somebody still waited for it, ' +
      'all the way up, and its deadline had not come; always: whenever `then` succeeded; false: never.',
    undefined,
    true,
  ),
  shared: optional(
    truth,
    'One cache for all replicas of the component, which no crash of a replica empties.',
    undefined,
    false,
  ),
  warm: optional(
    truth,
    'At the beginning it holds the keys that are asked for most, each of an age drawn up to `ttl`; ' +
      'where callers balance by hash, each replica its own.',
    undefined,
    false,
  ),
};

function together(written: Written): Refusal | undefined {
  const wrong = oneOf(written, ['hit', 'capacity'], 'a cache');
  if (wrong !== undefined) return wrong;
  const { hit, capacity, ttl, warm } = written;
  if (ttl === 0) return say.goodForNoTime();
  if (hit !== undefined) {
    const others = ['ttl', 'fill', 'shared', 'warm'] as const;
    const stray = others.find((key) => written[key] !== undefined);
    return stray === undefined ? undefined : say.hitAlone(stray);
  }
  if (warm !== true || typeof capacity !== 'number') return undefined;
  return capacity > WARM_MOST ? say.warmWithoutBound(WARM_MOST) : undefined;
}

/** What is found without being fetched. */
export const cache: Schema<CachePlan> = into(
  also(map(shape) as Schema<Written>, together),
  ({ hit, capacity, ttl, fill = true, shared, warm }): CachePlan => {
    if (hit !== undefined) return { kind: 'share', hit };
    return {
      kind: 'lru',
      capacity: capacity ?? Number.POSITIVE_INFINITY,
      ttlNs: ttl ?? Number.POSITIVE_INFINITY,
      fill: fill === true ? 'in_time' : fill === false ? 'never' : 'always',
      shared: shared === true,
      warm: warm === true,
    };
  },
);

/** Whose every attempt fails at a step. */
export type FailPer = 'attempt' | 'request' | 'key';

/** `fail`: a share of the attempts, or of the requests or keys. */
export interface Failing {
  share: number;
  per: FailPer;
}

const drawn: Schema<Failing> = map({
  share: required('whole', share, 'Of the attempts, requests or keys.'),
  per: optional(
    word<FailPer>(['attempt', 'request', 'key']),
    'attempt: each is drawn by itself; request: all attempts of a request fail here, or none; key: ' +
      'all requests with the same key do, so a retry never helps.',
    'attempt',
    'attempt',
  ),
}) as Schema<Failing>;

/** Requests that fail on purpose. */
export const failing: Schema<Failing> = either(
  into(share, (of): Failing => ({ share: of, per: 'attempt' })),
  drawn,
);
