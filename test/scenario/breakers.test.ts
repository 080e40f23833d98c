import { describe, expect, it } from 'vitest';
import { COCKATIEL_BREAKER } from '../../src/policies/cockatiel-breaker.js';
import { HYSTRIX_BREAKER } from '../../src/policies/hystrix-breaker.js';
import type { LibraryDefaults } from '../../src/policies/library.js';
import { OPOSSUM_BREAKER } from '../../src/policies/opossum-breaker.js';
import { ENVOY_OUTLIER } from '../../src/policies/outlier.js';
import { RESILIENCE4J_BREAKER } from '../../src/policies/rate-breaker.js';
import { understood } from '../../src/scenario/index.js';
import { edge, mistakes, planOf, small, sound } from './support.js';

const breakerOf = (settings: string, policies = '', policy = 'base') =>
  edge(
    planOf(small(`calls: { "shop -> db": { breaker: ${settings} } }\n${policies}`), policy),
    'shop -> db',
  ).breaker;
const under = (policy: string) =>
  `policies: { p: { calls: { "shop -> db": { breaker: ${policy} } } } }`;

describe('a breaker is read with its defaults', () => {
  it("the language's own, by resilience4j's rules", () => {
    const settings =
      '{ window: 10, failure_rate: 40%, slow: { over: 1s, rate: 80% }, min_calls: 5, open_for: 10s, probes: 3 }';
    expect(breakerOf(settings)).toMatchObject({
      kind: 'rate',
      window: { calls: 10 },
      failureRate: 0.4,
      slowOverNs: 1e9,
      slowRate: 0.8,
      minCalls: 5,
      openForNs: 10e9,
      probes: 3,
      countsFullBulkhead: false,
    });
    expect(breakerOf('{ failure_rate: 50% }')).toMatchObject({
      window: { calls: 100 },
      slowOverNs: Infinity,
      minCalls: 100,
      openForNs: 60e9,
      probes: 10,
    });
    expect(breakerOf('{ window: 20 }')).toMatchObject({ minCalls: 20 });
    expect(breakerOf('{ window: 30s }')).toMatchObject({ window: { seconds: 30 }, minCalls: 100 });
  });

  it('by failures in a row', () => {
    expect(breakerOf('{ consecutive: 5, open_for: 10s }')).toEqual({
      kind: 'consecutive',
      failures: 5,
      openForNs: 10e9,
    });
    expect(breakerOf('none')).toBeNull();
  });

  it('those of libraries', () => {
    expect(breakerOf('{ resilience4j: {} }')).toMatchObject({
      window: { calls: 100 },
      failureRate: 0.5,
      slowOverNs: 60e9,
      slowRate: 1,
      minCalls: 100,
      openForNs: 60e9,
      probes: 10,
      opensHalfByTimer: false,
      halfOpenMaxNs: Infinity,
      countsFullBulkhead: true,
    });
    const timed = '{ sliding_window_type: time_based, sliding_window_size: 10 }';
    expect(breakerOf(`{ resilience4j: ${timed} }`)).toMatchObject({ window: { seconds: 10 } });
    expect(breakerOf('{ hystrix: {} }')).toEqual({
      kind: 'hystrix',
      requestVolumeThreshold: 20,
      errorThresholdPercentage: 50,
      sleepWindowNs: 5e9,
      rollingWindowNs: 10e9,
      healthSnapshotNs: 0.5e9,
    });
    expect(breakerOf('{ opossum: { error_threshold_percentage: 29% } }')).toEqual({
      kind: 'opossum',
      errorThresholdPercentage: 29,
      resetTimeoutNs: 30e9,
      rollingCountTimeoutNs: 10e9,
      rollingCountBuckets: 10,
      volumeThreshold: 0,
      allowWarmUp: false,
    });
    expect(breakerOf('{ cockatiel: {} }')).toMatchObject({
      opensBy: { kind: 'consecutive', failures: 5 },
      halfOpenAfterNs: 10e9,
      halfOpenSampling: { calls: 1, threshold: 0 },
    });
    expect(breakerOf('{ cockatiel: { count: { threshold: 50%, size: 10 } } }')).toMatchObject({
      opensBy: { kind: 'count', threshold: 0.5, size: 10, minimumNumberOfCalls: 10 },
    });
    expect(breakerOf('{ outlier: {} }')).toMatchObject({
      kind: 'outlier',
      consecutive5xx: 5,
      maxEjectionPercent: 10,
      maxEjectionTimeNs: 300e9,
      successRateStdevFactor: 1900,
      failurePercentageThreshold: 85,
      healthyPanicThreshold: 50,
    });
    expect(breakerOf('{ outlier: { base_ejection_time: 10m } }')).toMatchObject({
      maxEjectionTimeNs: 600e9,
    });
  });

  it('another kind replaces it whole, the same kind is merged', () => {
    const rates = '{ window: 10, open_for: 5s }';
    const laid = (one: string, other: string) => breakerOf(one, under(other), 'p');
    expect(laid(rates, '{ consecutive: 3 }')).toMatchObject({
      kind: 'consecutive',
      openForNs: 60e9,
    });
    expect(laid(rates, '{ failure_rate: 20% }')).toMatchObject({
      window: { calls: 10 },
      failureRate: 0.2,
      openForNs: 5e9,
    });
    expect(laid('{ consecutive: 3 }', '{ open_for: 1s }')).toMatchObject({ openForNs: 1e9 });
    expect(laid(rates, '{ opossum: {} }')).toMatchObject({ kind: 'opossum' });
    expect(
      laid('{ opossum: { volume_threshold: 7 } }', '{ opossum: { reset_timeout: 1s } }'),
    ).toMatchObject({ volumeThreshold: 7, resetTimeoutNs: 1e9 });
    expect(laid(rates, 'none')).toBeNull();
  });

  it('validate tells where callers may wait for a probe for ever', () => {
    const told = (more: string) =>
      understood(
        sound(small(`calls: { "users -> shop": { breaker: { cockatiel: {} } ${more} } }`)),
      );
    expect(told('')).toContain('calls.users -> shop.breaker.cockatiel: while half open everybody');
    expect(told(', timeout: 1s')).not.toContain('while half open');
  });

  it('one that ejects replicas cannot be changed while the run goes', () => {
    const change =
      'faults: [ { at: 5s, set: { calls: { "shop -> db": { breaker: { outlier: {} } } } } } ]';
    expect(mistakes(small(change)).join('\n')).toContain('breaker: outlier of shop -> db');
  });

  it('validate tells them', () => {
    const told = (settings: string) =>
      understood(sound(small(`calls: { "shop -> db": { breaker: ${settings} } }`)));
    expect(told('{ window: 20, min_calls: 10, open_for: 5s, probes: 1 }')).toContain(
      'breaker at 50% failures of the last 20 calls, at least 10, open for 5s, then 1 probe',
    );
    expect(told('{ consecutive: 1 }')).toContain('breaker at 1 failure, open for 1m');
    expect(told('{ outlier: {} }')).toContain('ejects replicas at 5 failures in a row, up to 10%');
  });
});

describe('a breaker that contradicts itself is refused', () => {
  it.each([
    ['a minimum over its window', '{ window: 10, min_calls: 20 }', 'it never opens: 20 calls'],
    ['a minimum over the window there is by default', '{ min_calls: 101 }', 'it never opens'],
    [
      "a minimum over cockatiel's ring",
      '{ cockatiel: { count: { threshold: 50%, size: 5, minimum_number_of_calls: 6 } } }',
      'it never opens: 6 calls',
    ],
    ['a rate above 100%', '{ failure_rate: 150% }', '100%'],
    [
      'a bare number for a percentage',
      '{ hystrix: { error_threshold_percentage: 50 } }',
      'error_threshold',
    ],
    ['a rate of nothing', '{ failure_rate: 0% }', 'without a single failure'],
    ['no probes', '{ window: 10, probes: 0 }', 'probes'],
    ['no failures in a row', '{ consecutive: 0 }', 'consecutive'],
    ['two kinds', '{ consecutive: 3, window: 10 }', 'not by both'],
    ['two libraries', '{ opossum: {}, hystrix: {} }', 'not by both'],
    ['the time of one in another', '{ opossum: {}, open_for: 5s }', 'not by both'],
    ['no kind', '{ open_for: 5s }', 'a breaker of no kind'],
    ['nothing', '{}', 'a breaker of no kind'],
    ['a fraction of a second', '{ window: 1500ms }', 'whole seconds'],
    [
      "cockatiel's threshold of all",
      '{ cockatiel: { count: { threshold: 100%, size: 5 } } }',
      'not inside',
    ],
    [
      "two of cockatiel's rules",
      '{ cockatiel: { consecutive: 3, count: { threshold: 50%, size: 5 } } }',
      'not by both',
    ],
    [
      'a snapshot longer than the window',
      '{ hystrix: { health_snapshot_interval: 20s } }',
      'is longer than the rolling window of 10s',
    ],
    ['slices of no time', '{ opossum: { rolling_count_timeout: 5ms } }', 'more slices than'],
    ['a key that the call has', '{ opossum: { timeout: 3s } }', 'timeout of the call says it'],
    [
      'an ejection shorter than it begins',
      '{ outlier: { max_ejection_time: 10s } }',
      'is less than',
    ],
    ['an ejection of the only replica', '{ outlier: {} }', 'has one replica'],
    ['a name that is near', '{ resilience4j: { sliding_window: 5 } }', 'sliding_window_size'],
  ])('%s', (_, settings, told) => {
    const lines = mistakes(small(`calls:\n  "shop -> db": { breaker: ${settings} }`));
    const found = lines.filter((line) => line.includes(told));
    expect(found, lines.join('\n')).toHaveLength(1);
    expect(found[0]).toMatch(/^f:9:\d+: /);
  });
});

describe('what a library does where nothing is said', () => {
  const libraries: [string, LibraryDefaults][] = [
    ['resilience4j', RESILIENCE4J_BREAKER],
    ['hystrix', HYSTRIX_BREAKER],
    ['opossum', OPOSSUM_BREAKER],
    ['cockatiel', COCKATIEL_BREAKER],
    ['outlier', ENVOY_OUTLIER],
  ];

  it.each(libraries)(
    '%s: its table, written out, means the same as nothing',
    (key, { options }) => {
      const said = options
        .filter((option) => option.default !== 'none')
        .map((option) => `${option.name}: ${option.default}`)
        .join(', ');
      const text = (of: string) =>
        small(`calls: { "shop -> db": { breaker: { ${key}: ${of} } } }`).replace(
          '  db: {',
          '  db: { replicas: 2,',
        );
      const read = (of: string) => edge(planOf(text(of)), 'shop -> db').breaker;
      expect(read(`{ ${said} }`)).toEqual(read('{}'));
    },
  );
});
