import { describe, expect, it } from 'vitest';
import { figure, runText } from './kit.js';

/** Rule 32, one means of waiting after another: the knot at its moment, and what is none. */

interface Shop {
  a?: string;
  b?: string;
  calls?: string;
  faults?: string;
  x?: string;
  y?: string;
  users?: string;
  more?: string;
}

/** a/x calls b/y, which works for 100 ms and calls a/z; two users come at 1 s. */
const shop = ({
  a = '',
  b = '',
  calls = '',
  faults = '',
  x,
  y,
  users,
  more = '',
}: Shop): string => `
duration: 20s
producers:
  users: { arrivals: { closed: { users: ${users ?? '2'}, think: 1s } }, to: a/x }
  ${more}
services:
  a: { workers: 2 ${a}, handler: { x: [ ${x ?? 'call: b/y'} ], z: [ { work: 10ms } ] } }
  b: { workers: 2 ${b}, handler: { y: [ { work: 100ms }, ${y ?? '{ call: a/z }'} ] } }
calls: { ${calls} }
faults: [ ${faults} ]`;

const deadlockOf = (text: string) => runText(text).deadlock;

describe('rule 32: what workers wait for', () => {
  it('a place in a bulkhead, held by one who waits for a worker', () => {
    const bulkhead = (more: string) =>
      `"a -> b": { bulkhead: { concurrent: 1, waiting: 5 ${more} } }`;
    expect(deadlockOf(shop({ calls: bulkhead('') }))).toEqual({
      atNs: 1.1e9,
      cycle: [
        'worker of a waits for a place in the bulkhead to b',
        'who has a place in the bulkhead to b waits for an answer of b',
        'worker of b waits for a worker of a',
      ],
    });
    // Who waits no longer than 3 s goes away, and its worker with it.
    const ends = runText(shop({ calls: bulkhead(', wait: 3s') }));
    expect(ends.deadlock).toBeNull();
    expect(ends.ledger.failed['error']).toBe(4);
  });

  it('a connection of a pool', () => {
    const pool = (more: string) => `"a -> b": { connections: { max: 1 ${more} } }`;
    const found = deadlockOf(shop({ calls: pool('') }));
    expect(found?.atNs).toBe(1.1e9);
    expect(found?.cycle[0]).toBe('worker of a waits for a connection to b');
    expect(deadlockOf(shop({ calls: pool(', wait: 3s') }))).toBeNull();
    // While a connection is opened nobody is stuck.
    expect(deadlockOf(shop({ calls: pool(', open: 2s') }))?.atNs).toBe(3.1e9);
  });

  it('a credit of a window', () => {
    const found = deadlockOf(shop({ calls: '"a -> b": { window: { credits: 1 } }' }));
    expect(found?.atNs).toBe(1.1e9);
    expect(found?.cycle[0]).toBe('worker of a waits for a credit of the window to b');
    expect(deadlockOf(shop({ calls: '"a -> b": { window: { credits: 3 } }' }))?.cycle[0]).toBe(
      'worker of a waits for an answer of b',
    );
  });

  it('a check may yet restart who waits, but not one that is to go', () => {
    const checked = (faults: string) =>
      deadlockOf(
        shop({
          a: ', replicas: 2, health: { period: 10m, via: queue, then: restart }',
          faults,
        }).replace('a: { workers: 2', 'a: { workers: 1'),
      );
    expect(checked('')).toBeNull();
    const scaled = '{ at: 1200ms, set: { services: { a: { replicas: 1 } } } }';
    expect(checked(scaled)?.atNs).toBe(1.2e9);
  });

  it('a credit that a call still holds whose caller has crashed, from when it finds no room', () => {
    const found = deadlockOf(`
duration: 20s
producers:
  first: { arrivals: { constant: 1/s }, to: a/x, limit: 1 }
  others: { arrivals: { constant: 400/s }, to: a/x, limit: 2, from: 1003ms }
services:
  a:
    workers: 2
    queue: { capacity: 0, when_full: block }
    handler: { x: [ { call: a/z } ], z: [ { work: 10ms } ] }
calls: { "a -> a": { network: 10ms, window: { credits: 1 } } }
faults: [ { at: 1002ms, crash: a, restart: 500us } ]`);
    expect(found?.atNs).toBe(1.01e9);
    expect(found?.cycle).toContain('worker of a waits for a credit of the window to a');
  });

  it('work that another one leads, which it has joined', () => {
    const joined = (workers: number) =>
      `
duration: 20s
producers:
  first: { arrivals: { trace: [0s] }, to: b/hold, limit: 1 }
  users: { arrivals: { closed: { users: 2, think: 1s } }, to: a/x, key: same }
services:
  a: { workers: ${workers}, handler: { x: [ { call: b/y } ], z: [ { work: 10ms } ] } }
  b: { workers: 1, queue: { coalesce: join }, handler: { hold: [ { work: 1500ms } ], y: [ { work: 100ms }, { call: a/z } ] } }`.replace(
        '{ trace: [0s] }',
        '{ constant: 10/s }',
      );
    expect(deadlockOf(joined(2))).toEqual({
      atNs: 1.7e9,
      cycle: ['worker of a waits for an answer of b', 'worker of b waits for a worker of a'],
    });
    expect(deadlockOf(joined(3))).toBeNull();
  });

  it('work that runs at its caller: the caller’s own pool', () => {
    const found = deadlockOf(
      shop({
        a: ', queue: { capacity: 5 }',
        b: ', queue: { capacity: 0, when_full: caller_runs }',
        users: '4',
      }).replace('b: { workers: 2', 'b: { workers: 1'),
    );
    // b has one, the callers run the others: all ask for a at 1.1 s.
    expect(found?.atNs).toBe(1.1e9);
    expect(found?.cycle).toEqual([
      'worker of a waits for an answer of b',
      'worker of b waits for a worker of a',
    ]);
    const alone = shop({
      a: ', queue: { capacity: 5 }',
      b: ', queue: { capacity: 0, when_full: caller_runs }',
      users: '1',
      more: 'other: { arrivals: { constant: 10/s }, from: 800ms, limit: 1, to: b/long }',
    })
      .replace('b: { workers: 2', 'b: { workers: 1')
      .replace('a: { workers: 2', 'a: { workers: 1')
      .replace('handler: { y:', 'handler: { long: [ { work: 400ms } ], y:');
    // b is busy to 1.3 s: a's only worker runs y itself, and asks for a worker of a.
    expect(deadlockOf(alone)).toEqual({
      atNs: 1.1e9,
      cycle: ['worker of a waits for a worker of a', 'worker of a waits for an answer of b'],
    });
  });

  it('room in a full queue, and all of it only as long as no work runs', () => {
    const queue = ', queue: { capacity: 1, when_full: block }';
    const found = deadlockOf(shop({ a: queue, users: '4' }));
    expect(found?.atNs).toBe(1.1e9);
    expect(found?.cycle.at(-1)).toMatch(/^worker of b waits for (room in|a worker of) a$/);
  });

  it('async workers that are held at a full door', () => {
    const ring = (capacity: number) => `
duration: 20s
producers: { users: { arrivals: { closed: { users: 6, think: 1s } }, to: a/x } }
services:
  a: { workers: 1, io: async, queue: { capacity: ${capacity}, when_full: block }, handler: { x: [ { work: 10ms }, { call: b/y } ], z: [ { work: 10ms } ] } }
  b: { workers: 1, io: async, queue: { capacity: ${capacity}, when_full: block }, handler: { y: [ { work: 1ms }, { call: a/z } ] } }`;
    expect(deadlockOf(ring(1))?.cycle).toEqual([
      'worker of a waits for room in b',
      'worker of b waits for room in a',
    ]);
    expect(deadlockOf(ring(10))).toBeNull();
  });

  it('two locks that are taken in opposite order, unless one of them is not waited for', () => {
    const locks = (wait: string) => `
duration: 20s
producers: { users: { arrivals: { closed: { users: 1, think: 1s } }, to: a/x }, others: { arrivals: { closed: { users: 1, think: 1s } }, to: b } }
services:
  a: { workers: 5, handler: { x: [ { lock: stock, then: [ { work: 100ms }, { lock: till ${wait}, then: [ { work: 1ms } ] } ] } ] } }
  b: { workers: 5, handler: [ { lock: till, then: [ { work: 100ms }, { lock: stock, then: [ { work: 1ms } ] } ] } ] }`;
    expect(deadlockOf(locks(''))).toEqual({
      atNs: 1.1e9,
      cycle: [
        'worker of a waits for lock till, held by a worker of b',
        'worker of b waits for lock stock, held by a worker of a',
      ],
    });
    expect(deadlockOf(locks(', wait: 2s'))).toBeNull();
  });

  it('workers that say no are a way out until they have said it', () => {
    const one = (to: string, fromMs: number, priority = 0) =>
      `{ arrivals: { constant: 10/s }, from: ${fromMs}ms, limit: 1, to: ${to}, priority: ${priority} }`;
    const text = (cost: string) => `
duration: 20s
producers: { first: ${one('a/x', 900)}, busy: ${one('a/w', 920)}, second: ${one('a/x', 930)}, unwanted: ${one('a/w', 940, 2)} }
services:
  a: { workers: 2, queue: { capacity: 4 }, reject: { cost: ${cost} },
    admission: [ { priority_shed: { of: queue, levels: [ { priority: 2, above: 20% } ] } } ],
    handler: { x: [ { call: b/y } ], w: [ { work: 60ms } ], z: [ { work: 10ms } ] } }
  b: { workers: 2, handler: { y: [ { work: 100ms }, { call: a/z } ] } }`;
    // At 1.08 s the second worker is free: it says no, and then takes the second x.
    expect(deadlockOf(text('2s'))?.atNs).toBe(3.18e9);
    expect(deadlockOf(text('0s'))?.atNs).toBe(1.18e9);
  });
});

describe('rule 32: ways out', () => {
  it('a copy to come, until it has come: then only if it finds somebody free', () => {
    const hedged = (replicas: number) =>
      shop({ b: `, replicas: ${replicas}`, calls: '"a -> b": { hedge: { after: 3s } }' });
    expect(deadlockOf(hedged(1))?.atNs).toBe(4e9);
    // Each copy finds a worker of the other replica, and that one calls back, too.
    expect(deadlockOf(hedged(2))?.atNs).toBe(4.1e9);
  });

  it('the age at which a wait ends', () => {
    expect(deadlockOf(shop({ a: ', queue: { max_age: 2s }' }))).toBeNull();
    expect(deadlockOf(shop({ a: ', queue: { shed: { codel: {} } }' }))?.atNs).toBe(1.1e9);
    expect(deadlockOf(shop({ a: ', queue: { shed: { facebook: {} } }' }))).toBeNull();
  });

  it('who comes and displaces who waits: arrivals are a way out there, and only there', () => {
    const more = 'others: { arrivals: { constant: 5/s }, to: a/z }';
    const queue = (how: string) => `, queue: { capacity: 3, when_full: ${how} }`;
    expect(deadlockOf(shop({ a: queue('drop_oldest'), more }))).toBeNull();
    expect(deadlockOf(shop({ a: queue('reject'), more }))?.atNs).toBe(1.1e9);
  });

  it('a timeout far above frees nobody, unless it cancels all the way down', () => {
    const top = (cancel: boolean) =>
      `"users -> a": { timeout: 2s, cancel: ${cancel} }, "a -> b": { cancel: ${cancel} }`;
    expect(deadlockOf(shop({ calls: top(false) }))?.atNs).toBe(1.1e9);
    const ends = runText(shop({ calls: top(true) }));
    expect(ends.deadlock).toBeNull();
    expect(ends.ledger.failed['timeout']).toBeGreaterThan(8);
  });

  it('a deadline of the call, and none that is only handed on', () => {
    expect(deadlockOf(shop({ calls: '"b -> a": { deadline: 2s }' }))).toBeNull();
    expect(deadlockOf(shop({ calls: '"b -> a": { deadline: { propagate: true } }' }))?.atNs).toBe(
      1.1e9,
    );
  });

  it('places that are kept for work nobody waits for: a timeout is no way out then', () => {
    const hold = (how: string) =>
      shop({
        x: '{ call: b/y }',
        calls: `"a -> b": { timeout: 300ms, bulkhead: { concurrent: 2, waiting: 9, hold: ${how} } }`,
        users: '6',
      });
    expect(deadlockOf(hold('attempt'))).toBeNull();
    const found = deadlockOf(hold('work'));
    expect(found?.cycle[0]).toBe('worker of a waits for a place in the bulkhead to b');
    expect(found?.cycle[1]).toBe('who has a place in the bulkhead to b waits for an answer of b');
  });

  it('the retry after a refusal, as long as there is one more', () => {
    const retry = '"b -> a": { retry: { attempts: 3, backoff: { fixed: 1s } } }';
    expect(deadlockOf(shop({ a: ', queue: { capacity: 0 }', calls: retry }))).toBeNull();
  });
});

describe('rule 32: faults and operators', () => {
  it('a crash to come is a way out for all that the replica holds, also one by a condition', () => {
    const crash = (when: string) => shop({ faults: `{ ${when}, crash: a, restart: 1s }` });
    const ends = runText(crash('at: 5s'));
    // It frees them, and the next two meet the same fate: then for good.
    expect(ends.deadlock?.atNs).toBeGreaterThan(5e9);
    expect(ends.ledger.failed['crashed']).toBe(2);
    expect(deadlockOf(crash('when: goodput > 1000/s'))).toBeNull();
    // One that has been is none: those who come at 1 s are refused, those at 2 s are stuck at 2.1 s.
    expect(deadlockOf(crash('at: 500ms'))?.atNs).toBe(2.1e9);
  });

  it('more workers to come, or back, are a way out; fewer, or those of others, are none', () => {
    const at = (fault: string) => deadlockOf(shop({ faults: fault }))?.atNs;
    expect(at('{ at: 5s, set: { services: { a: { workers: 4 } } } }')).toBeUndefined();
    expect(at('{ at: 5s, set: { services: { b: { workers: 4 } } } }')).toBe(1.1e9);
    expect(at('{ at: 500ms, for: 3s, capacity: a, workers: 2 }')).toBe(3.5e9);
    expect(at('{ at: 5s, for: 1s, capacity: a, workers: 1 }')).toBe(1.1e9);
    expect(at('{ at: 5s, for: 1s, slow: a, factor: 2 }')).toBe(1.1e9);
    expect(at('{ at: 5s, set: { calls: { "b -> a": { timeout: 1s } } } }')).toBe(1.1e9);
  });

  it('the end of a pause is a way out; a service that stands still for good makes no deadlock', () => {
    const chain = (fault: string) =>
      shop({ y: '{ chance: 0%, then: [ { call: a/z } ] }', faults: fault });
    expect(deadlockOf(chain('{ at: 500ms, pause: b }'))).toBeNull();
    expect(deadlockOf(shop({ faults: '{ at: 500ms, for: 2s, pause: b }' }))?.atNs).toBe(2.6e9);
  });

  it('what was lost and is waited for without end makes no deadlock by itself', () => {
    const ends = runText(
      shop({
        y: '{ chance: 0%, then: [ { call: a/z } ] }',
        faults: '{ at: 500ms, drop: "a -> b", ratio: 100% }',
      }),
    );
    expect(ends.deadlock).toBeNull();
    expect(ends.ledger).toMatchObject({ offered: 2, unfinished: 2 });
  });
});

describe('rule 32: when the run goes on', () => {
  it('while a fallback still answers', () => {
    const front = (fallback: string) => `
duration: 10s
producers: { users: { arrivals: { constant: 2/s }, to: front } }
services:
  front: { workers: unbounded, handler: [ { call: a/x } ] }
  a: { workers: 1, handler: { x: [ { call: b/y } ], z: [ { work: 10ms } ] } }
  b: { workers: 1, handler: { y: [ { work: 100ms }, { call: a/z } ] } }
calls: { "front -> a": { timeout: 500ms ${fallback} } }`;
    const cold = runText(front(''));
    expect(cold.deadlock?.atNs).toBe(0.6e9);
    expect(cold.endNs).toBe(0.6e9);
    const warm = runText(front(', fallback: { latency: 1ms, quality: degraded }'));
    expect(warm.deadlock?.atNs).toBe(0.6e9);
    expect(warm.endNs).toBe(10e9);
    expect(warm.ledger.degraded).toBeGreaterThan(15);
  });

  it('it ends where every path leads through a pool whose connections are all stuck', () => {
    const ends = runText(`
duration: 10s
producers: { users: { arrivals: { constant: 2/s }, to: front } }
services:
  front: { workers: unbounded, handler: [ { call: a/x } ] }
  a: { workers: unbounded, handler: { x: [ { call: b/y } ], z: [ { call: b/w } ] } }
  b: { workers: unbounded, handler: { y: [ { work: 10ms }, { call: a/z } ], w: [ { work: 1ms } ] } }
calls: { "a -> b": { connections: { max: 1, wait: unbounded } } }`);
    expect(ends.deadlock?.atNs).toBe(0.51e9);
    expect(ends.deadlock?.cycle).toEqual([
      'worker of a waits for a connection to b',
      'who has a connection to b waits for an answer of b',
      'worker of b waits for an answer of a',
    ]);
    expect(ends.endNs).toBe(0.51e9);
    expect(figure(ends, 'calls.a -> b.attempts')).toBe(1);
  });
});

describe('rule 32: rooms in queues that stand by themselves', () => {
  const pools = (more: { jobs?: string; then?: string; faults?: string } = {}) => `
duration: 30s
producers: { users: { arrivals: { constant: 100/s }, to: jobs } }
queues:
  jobs: { broker: memory, capacity: 2, when_full: ${more.jobs ?? 'block'} }
  results: { broker: memory, capacity: 2, when_full: block }
services:
  first: { workers: 1, consumes: jobs, handler: [ { work: 10ms }, { publish: results } ] }
  second: { workers: 1, consumes: results, handler: [ { work: 20ms }, ${more.then ?? '{ chance: 90%, then: [ { publish: jobs } ] }'} ] }
faults: [ ${more.faults ?? ''} ]`;

  it('two pools that put into each other’s queue wait for each other once both are full', () => {
    const { deadlock, endNs } = runText(pools());
    expect(deadlock?.cycle).toEqual([
      'worker of first waits for room in results',
      'worker of second waits for room in jobs',
    ]);
    // Nobody who sends comes past them.
    expect(endNs).toBe(deadlock!.atNs);
  });

  it('none where one of them is refused, or what comes back goes nowhere', () => {
    expect(deadlockOf(pools({ jobs: 'reject' }))).toBeNull();
    expect(deadlockOf(pools({ then: '{ work: 1ms }' }))).toBeNull();
  });

  it('none while a fault that is to end holds a pool up', () => {
    const crash = '{ at: 2s, crash: second, restart: 1s }';
    const knot = deadlockOf(pools({ faults: crash }));
    expect(knot === null || knot.atNs >= 2e9).toBe(true);
  });
});
