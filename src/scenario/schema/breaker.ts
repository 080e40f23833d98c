import type { BreakerSpec } from '../../policies/breakers.js';
import type { OutlierSpec } from '../../policies/outlier.js';
import type { RateBreakerSpec } from '../../policies/rate-breaker.js';
import { RECORDED, S, someShare, someTime, WINDOW_MAX, window } from './breaker-figures.js';
import { count } from './figures.js';
import { type Form, into, map, optional, type Schema } from './kit.js';
import { cockatiel, hystrix, opossum, resilience4j } from './library-breakers.js';
import { outlier } from './outlier.js';

/** What a caller's breaker is: one that stands before sending, or one that ejects replicas. */
export type Breaker = BreakerSpec | OutlierSpec;

/** The language's own keys: rates by resilience4j's rules, or failures in a row. */
const own = {
  window: optional(
    window,
    'Rates are over so many last calls, or over so many whole seconds.',
    undefined,
    100,
  ),
  failure_rate: optional(someShare, 'Opens at this share of failures.', undefined, '50%'),
  slow: optional(
    map({
      over: optional(someTime, 'A call over this is slow.', 60 * S, '60s'),
      rate: optional(someShare, 'Opens at this share of slow calls.', 1, '100%'),
    }),
    'Slow calls open it too.',
    undefined,
    'none',
  ),
  min_calls: optional(
    count(1),
    'No rate stands before so many calls.',
    undefined,
    'the lesser of 100 and the window',
  ),
  probes: optional(count(1, WINDOW_MAX), 'Calls let through while half open.', undefined, 10),
  consecutive: optional(count(1), 'Opens at so many failures in a row; then one probe.'),
  open_for: optional(
    someTime,
    'It stays open for this; the next call then is a probe.',
    undefined,
    '60s',
  ),
};

interface Own {
  window: RateBreakerSpec['window'] | undefined;
  failure_rate: number | undefined;
  slow: { over: number; rate: number } | undefined;
  min_calls: number | undefined;
  probes: number | undefined;
  consecutive: number | undefined;
  open_for: number | undefined;
}

function ownBreaker(keys: Own): BreakerSpec {
  const openForNs = keys.open_for ?? 60 * S;
  if (keys.consecutive !== undefined) {
    return { kind: 'consecutive', failures: keys.consecutive, openForNs };
  }
  const window = keys.window ?? { calls: 100 };
  return {
    kind: 'rate',
    window,
    failureRate: keys.failure_rate ?? 0.5,
    slowOverNs: keys.slow?.over ?? Number.POSITIVE_INFINITY,
    slowRate: keys.slow?.rate ?? 1,
    minCalls: keys.min_calls ?? ('calls' in window ? Math.min(100, window.calls) : 100),
    openForNs,
    probes: keys.probes ?? 10,
    opensHalfByTimer: false,
    halfOpenMaxNs: Number.POSITIVE_INFINITY,
    countsFullBulkhead: false,
    records: RECORDED,
    ignores: [],
  };
}

/** A caller's breaker. That its keys are of one kind is checked when all is laid out. */
export function breaker(form: Form): Schema<Breaker> {
  const keys = map({
    ...own,
    resilience4j: optional(resilience4j, "resilience4j's, all options."),
    hystrix: optional(hystrix, "Hystrix's: the breaker alone; timeout and bulkhead are keys."),
    opossum: optional(opossum, "opossum's: the breaker alone; timeout and bulkhead are keys."),
    cockatiel: optional(cockatiel(form), "cockatiel's, by failures in a row, count or sampling."),
    outlier: optional(outlier, "Envoy's outlier detection: ejects replicas instead."),
  });
  return into(keys, (read) => {
    return (
      read.resilience4j ??
      read.hystrix ??
      read.opossum ??
      read.cockatiel ??
      read.outlier ??
      ownBreaker(read)
    );
  });
}
