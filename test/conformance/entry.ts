import {
  ConsecutiveBreaker,
  CountBreaker,
  circuitBreaker,
  handleAll,
  SamplingBreaker,
} from 'cockatiel';
import fc from 'fast-check';
import CircuitBreaker from 'opossum';
import {
  CockatielBreaker,
  type CockatielBreakerSpec,
} from '../../src/policies/cockatiel-breaker.js';
import { OpossumBreaker, type OpossumBreakerSpec } from '../../src/policies/opossum-breaker.js';
import { difference, LibraryArm, OurArm, type Step } from './arms.js';
import { FakeClock } from './fake-clock.js';

/**
 * Runs under a Node that the libraries support: feeds the same random outcomes at the same times to
 * each library's breaker and to ours. `node SCRIPT LIBRARY RUNS` says what differs, or nothing.
 */

const MS = 1e6;

/** Steps that often meet the edges of windows and of waits. */
function steps(edgesMs: readonly number[]): fc.Arbitrary<Step[]> {
  const afterMs = fc.oneof(
    { weight: 5, arbitrary: fc.constant(0) },
    { weight: 5, arbitrary: fc.integer({ min: 1, max: 50 }) },
    { weight: 1, arbitrary: fc.integer({ min: 50, max: 3000 }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(...edgesMs.flatMap((ms) => [ms - 1, ms, ms + 1])),
    },
  );
  const what = fc.constantFrom<Step['what'][]>('call', 'call', 'ok', 'fail');
  const biased = fc.constantFrom<Step['what'][]>('call', 'fail');
  const which = fc.integer({ min: 0, max: 30 });
  const range = { minLength: 50, maxLength: 500, size: 'max' } as const;
  return fc.oneof(
    fc.array(fc.record({ afterMs, what, which }), range),
    fc.array(fc.record({ afterMs, what: biased, which }), range),
    fc.array(fc.record({ afterMs, what: fc.oneof(what, biased), which }), range),
  );
}

/** The half milliseconds keep timers from falling on the moment of a step, or of each other. */
const opossumCase = fc
  .record({
    errorThresholdPercentage: fc.constantFrom(0, 10, 33, 50, 75, 99, 100),
    resetTimeoutMs: fc.constantFrom(10.5, 100.5, 1000.5, 30_000.5),
    rollingCountTimeoutMs: fc.constantFrom(100, 1000, 10_000),
    rollingCountBuckets: fc.constantFrom(1, 3, 10),
    volumeThreshold: fc.constantFrom(0, 0, 1, 5, 20),
    allowWarmUp: fc.boolean(),
    timeoutMs: fc.constantFrom(null, 40.25, 500.25),
    capacity: fc.constantFrom(1, 3, 1_000_000, 1_000_000),
  })
  .chain((options) => {
    const { rollingCountBuckets, rollingCountTimeoutMs, resetTimeoutMs } = options;
    const slice = Math.floor(rollingCountTimeoutMs / rollingCountBuckets);
    const edges = [slice, rollingCountTimeoutMs, Math.floor(resetTimeoutMs)];
    return steps(edges).map((sequence) => ({ options, sequence }));
  });

async function opossumDiffers({
  options,
  sequence,
}: {
  options: {
    errorThresholdPercentage: number;
    resetTimeoutMs: number;
    rollingCountTimeoutMs: number;
    rollingCountBuckets: number;
    volumeThreshold: number;
    allowWarmUp: boolean;
    timeoutMs: number | null;
    capacity: number;
  };
  sequence: Step[];
}): Promise<string | null> {
  const clock = new FakeClock();
  clock.install();
  const { timeoutMs, capacity, resetTimeoutMs, rollingCountTimeoutMs, ...same } = options;
  const breaker = new CircuitBreaker((action: () => Promise<unknown>) => action(), {
    ...same,
    capacity,
    resetTimeout: resetTimeoutMs,
    rollingCountTimeout: rollingCountTimeoutMs,
    timeout: timeoutMs ?? 0,
    rollingPercentilesEnabled: false,
    enableSnapshots: false,
  });
  const spec: OpossumBreakerSpec = {
    kind: 'opossum',
    ...same,
    resetTimeoutNs: resetTimeoutMs * MS,
    rollingCountTimeoutNs: rollingCountTimeoutMs * MS,
  };
  const state = () => (breaker.closed ? 'closed' : breaker.opened ? 'open' : 'half open');
  const ours = new OurArm(new OpossumBreaker(spec), timeoutMs ?? Infinity, capacity);
  const theirs = new LibraryArm((action) => breaker.fire(action), state);
  const differs = await difference(sequence, ours, theirs, (ms) => clock.goTo(ms));
  breaker.shutdown();
  return differs;
}

const threshold = fc.constantFrom(0.01, 0.1, 0.2, 0.33, 0.5, 0.55, 0.9, 0.99);
const rule: fc.Arbitrary<CockatielBreakerSpec['opensBy']> = fc.oneof(
  fc.record({
    kind: fc.constant('consecutive' as const),
    failures: fc.integer({ min: 1, max: 6 }),
  }),
  fc
    .record({
      threshold,
      size: fc.integer({ min: 1, max: 30 }),
      least: fc.integer({ min: 1, max: 30 }),
    })
    .map(({ threshold: share, size, least }) => ({
      kind: 'count' as const,
      threshold: share,
      size,
      minimumNumberOfCalls: Math.min(size, least),
    })),
  fc.record({
    kind: fc.constant('sampling' as const),
    threshold,
    durationNs: fc.constantFrom(10, 333, 1000, 5000, 7500, 10_000).map((ms) => ms * MS),
    minimumRps: fc.constantFrom(null, 0.5, 1, 10),
  }),
);

const cockatielCase = fc
  .record({
    opensBy: rule,
    halfOpenAfterMs: fc.constantFrom(1, 20, 500, 10_000),
    halfOpenSampling: fc.record({
      calls: fc.constantFrom(1, 1, 2, 5),
      threshold: fc.constantFrom(0, 0.2, 0.5, 0.9),
    }),
  })
  .chain((options) => {
    const window = options.opensBy.kind === 'sampling' ? options.opensBy.durationNs / MS : 100;
    const slices = Math.max(5, Math.ceil(window / 1000));
    const edges = [window, Math.round(window / slices), options.halfOpenAfterMs];
    return steps(edges).map((sequence) => ({ options, sequence }));
  });

async function cockatielDiffers({
  options: { opensBy, halfOpenAfterMs, halfOpenSampling },
  sequence,
}: {
  options: {
    opensBy: CockatielBreakerSpec['opensBy'];
    halfOpenAfterMs: number;
    halfOpenSampling: { calls: number; threshold: number };
  };
  sequence: Step[];
}): Promise<string | null> {
  const clock = new FakeClock();
  clock.install();
  const policy = circuitBreaker(handleAll, {
    halfOpenAfter: halfOpenAfterMs,
    halfOpenSampling,
    breaker: libraryRule(opensBy),
  });
  const halfOpenAfterNs = halfOpenAfterMs * MS;
  const ours = new OurArm(
    new CockatielBreaker({ kind: 'cockatiel', halfOpenAfterNs, opensBy, halfOpenSampling }),
  );
  const state = () => ['closed', 'open', 'half open'][policy.state]!;
  const theirs = new LibraryArm((action) => policy.execute(action), state);
  return difference(sequence, ours, theirs, (ms) => clock.goTo(ms));
}

function libraryRule(opensBy: CockatielBreakerSpec['opensBy']): object {
  if (opensBy.kind === 'consecutive') return new ConsecutiveBreaker(opensBy.failures);
  if (opensBy.kind === 'count') return new CountBreaker(opensBy);
  const { threshold: share, durationNs, minimumRps } = opensBy;
  const duration = durationNs / MS;
  return new SamplingBreaker({
    threshold: share,
    duration,
    ...(minimumRps === null ? {} : { minimumRps }),
  });
}

async function same<T>(
  cases: fc.Arbitrary<T>,
  differs: (one: T) => Promise<string | null>,
  numRuns: number,
): Promise<void> {
  const property = fc.asyncProperty(cases, async (one) => {
    const what = await differs(one);
    if (what !== null) throw new Error(what);
  });
  await fc.assert(property, { numRuns, seed: 1, endOnFailure: true });
}

const [, , library, runs] = process.argv;
if (library === 'opossum') await same(opossumCase, opossumDiffers, Number(runs));
else await same(cockatielCase, cockatielDiffers, Number(runs));
process.stdout.write(`${library}: ${runs} sequences, the same state after every step\n`);
