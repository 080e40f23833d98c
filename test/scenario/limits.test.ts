import { describe, expect, it } from 'vitest';
import { AIMD_DEFAULTS } from '../../src/policies/limit-aimd.js';
import { ENVOY_LIMIT_DEFAULTS } from '../../src/policies/limit-envoy.js';
import { GRADIENT2_DEFAULTS } from '../../src/policies/limit-gradient.js';
import { VEGAS_DEFAULTS } from '../../src/policies/limit-vegas.js';
import { WINDOWED_DEFAULTS } from '../../src/policies/limit-windowed.js';
import { AWS_THROTTLE_DEFAULTS } from '../../src/policies/throttle-aws.js';
import { ENVOY_THROTTLE_DEFAULTS } from '../../src/policies/throttle-envoy.js';
import { FINAGLE_THROTTLE_DEFAULTS } from '../../src/policies/throttle-finagle.js';
import { SRE_THROTTLE_DEFAULTS } from '../../src/policies/throttle-sre.js';
import { edge, mistakes, planOf, small } from './support.js';

const calls = (settings: string): string => small(`calls: { "shop -> db": { ${settings} } }`);
const of = (settings: string) => edge(planOf(calls(settings)), 'shop -> db');

describe('what holds a caller back, as written', () => {
  it.each<[string, object]>([
    ['throttle: { sre: {} }', { throttle: { kind: 'sre', ...SRE_THROTTLE_DEFAULTS } }],
    ['throttle: { envoy: {} }', { throttle: { kind: 'envoy', ...ENVOY_THROTTLE_DEFAULTS } }],
    ['throttle: { finagle: {} }', { throttle: { kind: 'finagle', ...FINAGLE_THROTTLE_DEFAULTS } }],
    [
      'throttle: { aws_adaptive: {} }',
      { throttle: { kind: 'aws_adaptive', ...AWS_THROTTLE_DEFAULTS } },
    ],
    [
      'throttle: { sre: { k: 1.1, window: 30s, refusals: [rejected], floor: 2/s } }',
      {
        throttle: {
          kind: 'sre',
          k: 1.1,
          windowNs: 30e9,
          refusals: ['rejected'],
          floorPerSecond: 2,
        },
      },
    ],
    ['throttle: none', { throttle: null }],
    [
      'rate_limit: { rate: 20/s }',
      { rateLimit: { kind: 'bucket', perSecond: 20, burst: 20, waitNs: 0, shared: false } },
    ],
    [
      'rate_limit: { rate: 30/m, wait: 1s, shared: true }',
      { rateLimit: { kind: 'bucket', perSecond: 0.5, burst: 1, waitNs: 1e9, shared: true } },
    ],
    [
      'rate_limit: { rate: 5/s, per: tenant, plans: { a: { rate: 2/s, burst: 9 } } }',
      { rateLimit: { perTenant: true, plans: [{ tenant: 'a', perSecond: 2, burst: 9 }] } },
    ],
    [
      'rate_limit: { resilience4j: {} }',
      {
        rateLimit: {
          kind: 'resilience4j',
          limitForPeriod: 50,
          limitRefreshPeriodNs: 500,
          waitNs: 5e9,
        },
      },
    ],
    ['concurrency: 50', { concurrency: { limit: { kind: 'fixed', limit: 50 }, shared: false } }],
    [
      'concurrency: { limit: 50, shared: true }',
      { concurrency: { limit: { kind: 'fixed', limit: 50 }, shared: true } },
    ],
    ['concurrency: { aimd: {} }', { concurrency: { limit: { kind: 'aimd', ...AIMD_DEFAULTS } } }],
    [
      'concurrency: { vegas: {} }',
      { concurrency: { limit: { kind: 'vegas', ...VEGAS_DEFAULTS } } },
    ],
    [
      'concurrency: { gradient2: { windowed: {} } }',
      {
        concurrency: {
          limit: { kind: 'gradient2', ...GRADIENT2_DEFAULTS, windowed: WINDOWED_DEFAULTS },
        },
      },
    ],
    [
      'concurrency: { envoy: {} }',
      { concurrency: { limit: { kind: 'envoy', ...ENVOY_LIMIT_DEFAULTS } } },
    ],
  ])('%s', (settings, expected) => {
    expect(of(settings)).toMatchObject(expected);
  });

  it('a policy that chooses another one replaces it whole, the same one is changed', () => {
    const text = `${calls('throttle: { sre: { k: 3 } }, concurrency: { aimd: { min_limit: 5 }, shared: true }, rate_limit: { rate: 9/s, burst: 2 }')}
policies:
  other: { calls: { "* -> db": { throttle: { envoy: {} }, concurrency: { vegas: {} }, rate_limit: { resilience4j: {} } } } }
  same: { calls: { "* -> db": { throttle: { sre: { window: 9s } }, concurrency: { aimd: { max_limit: 50 } }, rate_limit: { burst: 4 } } } }`;
    const other = edge(planOf(text, 'other'), 'shop -> db');
    expect(other).toMatchObject({
      throttle: { kind: 'envoy' },
      concurrency: { limit: { kind: 'vegas' }, shared: false },
      rateLimit: { kind: 'resilience4j' },
    });
    expect(edge(planOf(text, 'same'), 'shop -> db')).toMatchObject({
      throttle: { k: 3, windowNs: 9e9 },
      concurrency: { limit: { minLimit: 5, maxLimit: 50 }, shared: true },
      rateLimit: { perSecond: 9, burst: 4 },
    });
  });
});

describe('what makes no sense is refused with its reason', () => {
  it.each([
    ['rate_limit: { rate: 0/s }', 'lets nobody through'],
    ['rate_limit: { rate: 5/s, burst: 0 }', 'out of range'],
    ['rate_limit: { burst: 5 }', 'rate is missing'],
    ['rate_limit: { rate: 5/s, plans: { a: { rate: 1/s } } }', 'add per: tenant'],
    ['rate_limit: { rate: 5/s, per: tenant, wait: 1s }', 'would hold up others'],
    ['rate_limit: { rate: 5/s, per: user }', 'user'],
    ['rate_limit: { resilience4j: { limit_for_period: 0 } }', 'at least 1'],
    ['rate_limit: { resilience4j: { limit_refresh_period: 0s } }', '1ns or more'],
    ['concurrency: 0', 'at least 1'],
    ['concurrency: {}', 'lacks its key'],
    ['concurrency: { aimd: {}, vegas: {} }', 'not several'],
    ['concurrency: { aimd: { min_limit: 30 } }', 'min_limit 30 is above initial_limit 20'],
    ['concurrency: { aimd: { max_limit: 10 } }', 'initial_limit 20 is above max_limit 10'],
    ['concurrency: { aimd: { backoff_ratio: 0.4 } }', '0.5 to below 1'],
    ['concurrency: { vegas: { max_concurrency: 5 } }', 'is above max_concurrency 5'],
    ['concurrency: { vegas: { smoothing: 120% } }', '120%'],
    ['concurrency: { gradient2: { windowed: { window_size: 3 } } }', 'at least 10'],
    ['concurrency: { gradient2: { windowed: { min_window_time: 1ms } } }', '100ms or more'],
    ['concurrency: { envoy: { max_concurrency_limit: 2 } }', 'is above max_concurrency_limit 2'],
    ['throttle: {}', 'lacks its key'],
    ['throttle: { sre: {}, envoy: {} }', 'not several'],
    ['throttle: { sre: { k: 0.5 } }', 'out of range'],
    ['throttle: { sre: { window: 10ms } }', '1s or more'],
    ['throttle: { envoy: { max_rejection_probability: 150% } }', '150%'],
    ['throttle: { envoy: { sr_threshold: 0% } }', 'above 0'],
    ['throttle: { finagle: { nack_rate_threshold: 100% } }', 'below 100%'],
    ['throttle: { aws_adaptive: { beta: 1 } }', 'below 100%'],
    ['throttle: { sre: { K: 2 } }', 'unknown key K'],
  ])('%s', (settings, told) => {
    const lines = mistakes(calls(settings));
    const found = lines.filter((line) => line.includes(told) && /^f:\d+:\d+: /.test(line));
    expect(found, lines.join('\n')).toHaveLength(1);
  });
});

it('a backlog is held back by a limit of rate that makes it wait, not by one that refuses', () => {
  const backlog = (wait: string): string =>
    small(
      `calls: { "users -> shop": { rate_limit: { rate: 5/s, burst: 1, wait: ${wait} } } }`,
    ).replace('arrivals: 100/s', 'arrivals: { backlog: 2 }');
  expect(mistakes(backlog('none'))).toEqual([]);
  expect(mistakes(backlog('0s'))).not.toEqual([]);
});
