import { describe, expect, it } from 'vitest';
import { edge, mistakes, planOf, small } from './support.js';

const timeouts = (text: string, policy: string): Record<string, number> =>
  Object.fromEntries(planOf(text, policy).edges.map((one) => [one.name, one.timeoutNs / 1e9]));
const queueOf = (text: string, policy: string, name: string) =>
  planOf(text, policy).components.find((one) => one.name === name)?.queue;

describe('semantics 1: layers', () => {
  it('within a layer a -> b wins over * -> b, that over a -> *, that over * -> *', () => {
    const text = small(`calls:
  "* -> *": { timeout: 1s, network: 1ms }
  "shop -> *": { timeout: 2s, network: 2ms }
  "* -> db": { timeout: 3s }
`);
    expect(timeouts(text, 'base')).toEqual({ 'users -> shop': 1, 'shop -> db': 3 });
    expect(edge(planOf(text), 'shop -> db').network).toEqual({ kind: 'constant', ns: 2e6 });
    const exact = text.replace('calls:', 'calls:\n  "shop -> db": { timeout: 4s }');
    expect(timeouts(exact, 'base')['shop -> db']).toBe(4);
  });

  it('a later layer wins over an earlier one whatever its patterns', () => {
    const text = small(`calls: { "shop -> db": { timeout: 4s } }
policies: { p: { calls: { "* -> *": { timeout: 1s } } } }`);
    expect(timeouts(text, 'p')).toEqual({ 'users -> shop': 1, 'shop -> db': 1 });
  });

  it("a policy's * -> * reaches the edges from producers and into dependencies", () => {
    const text = small('policies: { p: { calls: { "* -> *": { timeout: 1s } } } }');
    expect(timeouts(text, 'p')).toEqual({ 'users -> shop': 1, 'shop -> db': 1 });
  });

  it('what a policy extends lies under it, first to last, each on top of its own extends', () => {
    const text = small(`policies:
  a: { calls: { "* -> *": { timeout: 1s, network: 1ms } } }
  b: { extends: a, calls: { "* -> *": { timeout: 2s } } }
  c: { calls: { "* -> *": { timeout: 3s } } }
  d: { extends: [c, b] }
  e: { extends: [b, c] }
  f: { extends: [b, c], calls: { "shop -> db": { timeout: 9s } } }`);
    expect(timeouts(text, 'd')['shop -> db']).toBe(2);
    expect(timeouts(text, 'e')['shop -> db']).toBe(3);
    expect(timeouts(text, 'f')).toEqual({ 'users -> shop': 3, 'shop -> db': 9 });
    expect(edge(planOf(text, 'e'), 'shop -> db').network).toEqual({ kind: 'constant', ns: 1e6 });
  });

  it('"*" under services reaches services, and no dependency', () => {
    const text = small('policies: { p: { services: { "*": { queue: { capacity: 7 } } } } }');
    expect(queueOf(text, 'p', 'shop')?.capacity).toBe(7);
    expect(queueOf(text, 'p', 'db')?.capacity).toBe(Number.POSITIVE_INFINITY);
  });

  it('in one layer a service wins over "*", in a later layer "*" wins', () => {
    const text = small(`policies:
  p: { services: { shop: { queue: { capacity: 1 } }, "*": { queue: { capacity: 7 } } } }
  q: { extends: p, services: { "*": { queue: { capacity: 8 } } } }`);
    expect(queueOf(text, 'p', 'shop')?.capacity).toBe(1);
    expect(queueOf(text, 'q', 'shop')?.capacity).toBe(8);
  });

  it('"*" under services is for policies', () => {
    const text = small().replace('services:\n', 'services:\n  "*": { workers: 1 }\n');
    expect(mistakes(text)).toEqual([expect.stringContaining('stands under services in a policy')]);
  });
});

describe('semantics 2: maps merge', () => {
  const retried = (policy: string): string =>
    small(`calls:
  "* -> *": { timeout: 1s, retry: { attempts: 3, on: [timeout], backoff: { exponential: { base: 50ms, cap: 1s } } } }
policies: { p: ${policy} }`);
  const retryOf = (policy: string) => edge(planOf(retried(policy), 'p'), 'shop -> db').retry;

  it('key by key', () => {
    expect(retryOf('{ calls: { "* -> *": { retry: { attempts: 4 } } } }')).toMatchObject({
      attempts: 4,
      backoff: { kind: 'exponential', baseNs: 5e7 },
    });
  });

  it('null takes a key away, so that its default holds', () => {
    const plan = planOf(retried('{ calls: { "* -> *": { timeout: null, retry: null } } }'), 'p');
    expect(edge(plan, 'shop -> db')).toMatchObject({ retry: null, timeoutNs: Infinity });
  });

  it('a map that chooses a mechanism is replaced whole by another mechanism', () => {
    expect(
      retryOf('{ calls: { "* -> *": { retry: { backoff: { fixed: 9ms } } } } }')?.backoff,
    ).toEqual({ kind: 'fixed', waitNs: 9e6 });
    const text = small(
      'policies: { p: { producers: { users: { arrivals: { backlog: 2 } } },' +
        'services: { shop: { queue: { capacity: 1, when_full: block } } } } }',
    ).replace('arrivals: 100/s', 'arrivals: { closed: { users: 3, think: { exponential: 1s } } }');
    expect(planOf(text, 'p').producers[0]?.arrivals).toEqual({ kind: 'backlog', senders: 2 });
  });

  it('the same mechanism merges', () => {
    const policy = '{ calls: { "* -> *": { retry: { backoff: { exponential: { cap: 2s } } } } } }';
    expect(retryOf(policy)?.backoff).toEqual({
      kind: 'exponential',
      baseNs: 5e7,
      capNs: 2e9,
      factor: 2,
    });
  });

  it('a distribution of another family is replaced whole, one of the same merges', () => {
    const text = small(`calls: { "* -> *": { network: { lognormal: { mean: 5ms, cv: 1 } } } }
policies:
  p: { calls: { "* -> *": { network: { lognormal: { cv: 2 } } } } }
  q: { calls: { "* -> *": { network: { exponential: 3ms } } } }`);
    expect(edge(planOf(text, 'p'), 'shop -> db').network).toEqual({
      kind: 'lognormal',
      meanNs: 5e6,
      cv: 2,
    });
    expect(edge(planOf(text, 'q'), 'shop -> db').network).toEqual({
      kind: 'exponential',
      meanNs: 3e6,
    });
  });

  it('a service that bears the name of a mechanism is no mechanism', () => {
    const text = small(
      `policies: { p: { services: { backoff: { queue: { capacity: 3 } } } } }`,
    ).replaceAll('shop', 'backoff');
    expect(planOf(text, 'p').components[0]).toMatchObject({ workers: 4, queue: { capacity: 3 } });
  });

  it("a policy's faults are added, once however often it is reached", () => {
    const text = small(`faults: [ { at: 10s, for: 5s, slow: db, factor: 2 } ]
policies:
  a: { faults: [ { at: 20s, pause: db, for: 1s } ] }
  b: { extends: a }
  c: { extends: [a, b], faults: [ { at: 30s, surge: users, factor: 3, for: 1s } ] }`);
    expect(planOf(text, 'c').faults.map((fault) => fault.kind)).toEqual(['slow', 'pause', 'surge']);
    expect(planOf(text, 'base').faults).toHaveLength(1);
  });

  it('other lists are replaced', () => {
    const text = small('policies: { p: { services: { shop: { handler: [ { work: 9ms } ] } } } }');
    expect(planOf(text, 'p').components[0]?.routes[0]?.steps).toHaveLength(1);
    expect(retryOf('{ calls: { "* -> *": { retry: { on: [error] } } } }')?.on).toEqual({
      timeout: false,
      rejected: false,
      error: true,
    });
  });

  it('a policy may add services', () => {
    const text = small(`policies:
  p:
    services:
      cache: { workers: 1, handler: [ { call: db } ] }
      shop: { handler: [ { call: cache } ] }`);
    const plan = planOf(text, 'p');
    expect(plan.components.map(({ name }) => name)).toEqual(['shop', 'cache', 'db']);
    expect(plan.edges.map(({ name }) => name)).toContain('cache -> db');
  });

  it('name: {} is the scenario as it stands, an empty name: is refused', () => {
    expect(planOf(small('policies: { p: {} }'), 'p')).toEqual(planOf(small()));
    expect(mistakes(small('policies:\n  p:\n'))).toEqual([
      expect.stringMatching(/^f:9:5: policies\.p: an empty policy; expected a map, \{\}/),
    ]);
  });

  it('a name defined in the file shadows a preset, and name: preset takes it', () => {
    const text = small(`policies:
  unbounded: { services: { "*": { queue: { capacity: 5 } } } }
  x: { extends: unbounded }
  bounded-reject: preset`);
    expect(queueOf(text, 'x', 'shop')?.capacity).toBe(5);
    expect(queueOf(text, 'bounded-reject', 'shop')).toMatchObject({
      capacity: 100,
      whenFull: 'reject',
    });
  });

  it("a policy of a preset's name that extends it lies on top of the preset it shadows", () => {
    const text = small(`policies:
  bounded-reject:
    extends: bounded-reject
    title: Refuse early
    services: { shop: { queue: { capacity: 7 } } }
  x: { extends: bounded-reject }`);
    for (const policy of ['bounded-reject', 'x']) {
      expect(queueOf(text, policy, 'shop')).toMatchObject({ capacity: 7, whenFull: 'reject' });
    }
    const own = small('policies: { p: { extends: p } }');
    expect(mistakes(own)).toEqual([expect.stringMatching(/a policy extends itself: p -> p$/)]);
  });
});
