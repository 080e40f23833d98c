import { describe, expect, it } from 'vitest';
import { recognise } from '../../src/judge/theory/recognise.js';
import { pileUps, planFor, understood } from '../../src/scenario/index.js';
import { edge, mistakes, planOf, small, sound } from './support.js';

const calls = (retry: string): string =>
  small(`calls: { "shop -> db": { retry: { attempts: 3, ${retry} } } }`);
const retryOf = (retry: string) => edge(planOf(calls(retry)), 'shop -> db').retry;
const budgetOf = (budget: string) => retryOf(`budget: ${budget}`)?.budget;
const backoffOf = (backoff: string) => retryOf(`backoff: ${backoff}`)?.backoff;
const part = (of: string): string => small().replace('workers: 4', `workers: 4, ${of}`);

describe('what is left out of a library has its documented default', () => {
  it.each([
    ['10%', { kind: 'percent', share: 0.1 }],
    [
      '{ finagle: {} }',
      { kind: 'finagle', ttlNs: 10e9, minRetriesPerSec: 10, percentCanRetry: 0.2, shared: false },
    ],
    ['{ grpc: {} }', { kind: 'grpc', maxTokens: 10, tokenRatio: 0.1, shared: false }],
    ['{ envoy: {} }', { kind: 'envoy', budgetPercent: 0.2, minRetryConcurrency: 3, shared: false }],
    ['{ aws: {} }', { kind: 'aws', capacity: 500, mode: 'standard', shared: false }],
    ['{ sre: {} }', { kind: 'sre', ratio: 0.1, shared: false }],
    ['{ token_bucket: {} }', { kind: 'token_bucket', size: 5, deposit: 0.1, shared: false }],
    ['{ breaker: {} }', { kind: 'breaker', maxRate: 0.1, shared: false }],
    ['{ sre: { ratio: 20%, shared: true } }', { kind: 'sre', ratio: 0.2, shared: true }],
    ['none', null],
  ])('budget: %s', (text, expected) => {
    expect(budgetOf(text)).toEqual(expected);
  });

  it('more than 100% only where Finagle itself takes it', () => {
    expect(budgetOf('{ finagle: { percent_can_retry: 200% } }')).toMatchObject({
      percentCanRetry: 2,
    });
    expect(mistakes(calls('budget: 150%')).join()).toContain('150% is more than the whole');
  });

  it.each([
    [
      '{ finagle: {} }',
      { form: 'decorrelated_jittered', startNs: 5e6, maximumNs: 200e6, offsetNs: 0, multiplier: 1 },
    ],
    ['{ finagle: { kind: const } }', { form: 'const', maximumNs: Infinity }],
    ['{ grpc: {} }', { kind: 'grpc', initialNs: 100e6, maxNs: 1e9, multiplier: 2 }],
    [
      '{ cockatiel: {} }',
      { generator: 'decorrelated', initialNs: 128e6, maxNs: 30e9, exponent: 2 },
    ],
  ])('backoff: %s', (text, expected) => {
    expect(backoffOf(text)).toMatchObject(expected);
  });

  it('refusals cost nothing and tell nothing', () => {
    expect(planOf(small()).components[0]?.reject).toBeNull();
    expect(planOf(part('reject: {}')).components[0]?.reject).toBeNull();
    expect(planOf(part('reject: { cost: 0.1ms }')).components[0]?.reject).toEqual({
      costNs: 100_000,
      retryAfterNs: 0,
    });
    expect(planOf(part('reject: { retry_after: 5s }')).components[0]?.reject).toEqual({
      costNs: 0,
      retryAfterNs: 5e9,
    });
    expect(retryOf('on: [rejected]')?.retryAfter).toBe(false);
  });
});

describe('a policy chooses another budget or backoff whole, and merges the same one', () => {
  const over = (base: string, policy: string) =>
    edge(
      planOf(
        `${calls(base)}\npolicies: { other: { calls: { "shop -> db": { retry: ${policy} } } } }`,
        'other',
      ),
      'shop -> db',
    ).retry;

  it('budgets', () => {
    expect(over('budget: { grpc: { max_tokens: 50 } }', '{ budget: { aws: {} } }')?.budget).toEqual(
      {
        kind: 'aws',
        capacity: 500,
        mode: 'standard',
        shared: false,
      },
    );
    const merged = over(
      'budget: { grpc: { max_tokens: 50 } }',
      '{ budget: { grpc: { token_ratio: 0.5 } } }',
    );
    expect(merged?.budget).toMatchObject({ maxTokens: 50, tokenRatio: 0.5 });
    expect(over('budget: { grpc: {} }', '{ budget: 10% }')?.budget).toMatchObject({ share: 0.1 });
  });

  it('backoffs', () => {
    const merged = over(
      'backoff: { finagle: { start: 20ms } }',
      '{ backoff: { finagle: { maximum: 1s } } }',
    );
    expect(merged?.backoff).toMatchObject({ startNs: 20e6, maximumNs: 1e9 });
  });
});

describe('what contradicts itself is refused with its reason, at its place', () => {
  it.each([
    ['budget: { sre: { ratio: 100% } }', 'a ratio of 100% limits nothing'],
    ['budget: { token_bucket: { size: 1 } }', 'a bucket of 1 never lets one out'],
    ['budget: { token_bucket: { deposit: 2 } }', 'a budget of more than 100%'],
    ['budget: { grpc: { token_ratio: 0.0001 } }', 'three decimals of a token ratio'],
    ['budget: { grpc: { max_tokens: 2000 } }', 'max_tokens: '],
    ['budget: { finagle: { ttl: 100ms } }', 'a ttl of 1s to 60s'],
    ['budget: { finagle: { percent_can_retry: 2000 } }', 'more than 1000 retries'],
    ['budget: { envoy: { budget_percent: 120% } }', '120% is more than the whole'],
    ['backoff: { finagle: { kind: linear } }', 'offset and kind: linear go together'],
    ['backoff: { finagle: { multiplier: 2 } }', 'multiplier and kind: exponential go together'],
    ['backoff: { finagle: { start: 1s } }', 'longer than the longest'],
    ['backoff: { finagle: { maximum: none } }', 'jittered waits have a maximum'],
    ['backoff: { cockatiel: { generator: some } }', 'generator'],
  ])('%s', (retry, told) => {
    const lines = mistakes(calls(retry));
    expect(lines.join('\n')).toContain(told);
    expect(lines[0]).toMatch(/^f:8:\d+: calls\.shop -> db\.retry\.b/);
  });

  it('a cost of refusals under ps, where all share the workers', () => {
    const shared = 'queue: { capacity: 5, discipline: ps }, reject: { cost: 1ms }';
    expect(mistakes(part(shared)).join()).toContain('none of them could serve refusals first');
    expect(mistakes(part(shared.replace('cost: 1ms', 'retry_after: 1s')))).toEqual([]);
  });
});

describe('a key without effect is a warning where the file itself says so', () => {
  it("a jitter beside a library's own", () => {
    expect(mistakes(calls('backoff: { grpc: {} }, jitter: full')).join()).toContain(
      'jitter full is without effect: grpc brings its own',
    );
    const layered = `${calls('backoff: { fixed: 1s }, jitter: full')}
policies: { other: { calls: { "shop -> db": { retry: { backoff: { grpc: {} } } } } } }`;
    expect(mistakes(layered)).toEqual([]);
  });

  it('a copy that would go out only after the timeout', () => {
    const hedged = (after: string) =>
      mistakes(small(`calls: { "* -> *": { timeout: 5ms, hedge: { after: ${after} } } }`)).join();
    expect(hedged('6ms')).toContain('no copy ever goes out: the try has timed out by then');
    expect(hedged('5ms')).toBe('');
    expect(hedged('p95')).toBe('');
  });

  it('listening to who tells nothing', () => {
    expect(mistakes(calls('retry_after: true')).join()).toContain(
      'db tells nobody how long to wait',
    );
    const tells = calls('retry_after: true').replace(
      'workers: 2',
      'workers: 2, reject: { retry_after: 5s }',
    );
    expect(mistakes(tells)).toEqual([]);
  });
});

describe('what is told of it', () => {
  const told = (text: string) => understood(sound(text));

  it.each([
    ['budget: { finagle: {} }', 'budget of finagle 20%, 10/s in reserve, 10s'],
    ['budget: { grpc: { shared: true } }', 'budget of grpc 10 tokens, 0.1 a success, shared'],
    ['budget: { envoy: {} }', 'budget of envoy 20% in flight, at least 3'],
    ['budget: { aws: {} }', 'budget of aws 500 (standard)'],
    ['budget: { sre: {} }', 'budget 10% of all attempts'],
    ['budget: { token_bucket: {} }', 'budget of 5 tokens, 0.1 a call'],
    ['budget: { breaker: {} }', 'budget until 10% have failed'],
    ['backoff: { finagle: {} }', 'backoff of finagle, decorrelated_jittered 5ms up to 200ms'],
    ['backoff: { grpc: {} }', 'backoff of grpc 100ms × 2 up to 1s'],
    [
      'backoff: { cockatiel: {} }',
      'backoff of cockatiel, jitter decorrelated, 128ms × 2 up to 30s',
    ],
    ['backoff: { fixed: 1s }, jitter: full', '1s apart, jitter full'],
    ['on: [expired, dropped]', 'on expired, dropped'],
  ])('%s', (retry, text) => {
    expect(told(calls(retry))).toContain(text);
  });

  it('what a refusal costs and tells', () => {
    const text = part('queue: { capacity: 9 }, reject: { cost: 2ms, retry_after: 5s }');
    expect(told(text)).toContain('refusals take 2ms of work and ask to wait 5s');
  });

  it('refusals that cost work pile up where nothing limits who comes', () => {
    const places = (of: string) => pileUps(planFor(sound(part(of)), 'base')).map((p) => p.place);
    expect(places('queue: { capacity: 9 }, reject: { cost: 2ms }')).toContain(
      'services.shop.reject.cost',
    );
    expect(places('queue: { capacity: 9 }, reject: { retry_after: 2s }')).toEqual([]);
  });

  it('no closed form where refusing costs work, or says how long to wait', () => {
    const plan = planOf(`spillway: 1
duration: 60s
producers: { users: { arrivals: { poisson: 100/s }, to: shop } }
services: { shop: { workers: 1, queue: { capacity: 9 }, reject: { cost: 1ms }, handler: [ { work: { exponential: 5ms } } ] } }`);
    expect(recognise(plan).forms).toEqual([]);
    const free = { ...plan, components: plan.components.map((c) => ({ ...c, reject: null })) };
    expect(recognise(free).forms).not.toEqual([]);
  });
});
