import { describe, expect, it } from 'vitest';
import { figure, momentsOf, planOf, run, runText } from './kit.js';

/** a/x calls b/y, which calls a/z: with one pool for x and z the workers of a wait for themselves. */
const ring = (where = 'a', more = '', b = '') => `
duration: 20s
producers: { users: { arrivals: { constant: 1/s }, to: a/x } }
services:
  a: { workers: 1, handler: { x: [ { call: b/y } ], z: [ { work: 10ms } ] } }
  b: { workers: 1 ${b}, handler: { y: [ { work: 100ms }, { call: ${where}/z } ] } }
  spare: { workers: 1, handler: { z: [ { work: 10ms } ] } }
${more}`;

const WAITS = ['worker of b waits for a worker of a', 'worker of a waits for an answer of b'];

describe('rule 32: deadlock of two services that call each other', () => {
  it('is named at its moment, and the run ends then', () => {
    const ends = runText(ring());
    expect(ends.deadlock!.atNs).toBe(1.1e9);
    expect([...ends.deadlock!.cycle].sort()).toEqual([...WAITS].sort());
    expect(ends.endNs).toBe(1.1e9);
    expect(ends.ledger).toMatchObject({ offered: 1, unfinished: 1 });
  });

  it('ends the run at the same moment in slices of any length', () => {
    const plan = planOf(ring('a', '', ', queue: { capacity: 3 }'));
    const runs = [1, 7, 1e9].map((slice) => JSON.stringify(run(plan, { slice })));
    expect(new Set(runs).size).toBe(1);
  });

  it('with separate pools there is none', () => {
    const ends = runText(ring('spare'));
    expect(ends.deadlock).toBeNull();
    expect(ends.ledger.good).toBe(19);
  });

  it('with workers enough there is none, with too many at once there is', () => {
    const more = (users: number) =>
      ring('a')
        .replace('{ constant: 1/s }', `{ closed: { users: ${users}, think: 1s } }`)
        .replace('a: { workers: 1', 'a: { workers: 3')
        .replace('b: { workers: 1', 'b: { workers: 3');
    expect(runText(more(2)).deadlock).toBeNull();
    // Three at 1 s take all workers of a, and at 1.1 s ask for one more each.
    expect(runText(more(3)).deadlock!.atNs).toBe(1.1e9);
  });

  it.each([
    ['a timeout between them', 'calls: { "b -> a": { timeout: 500ms } }'],
    ['a timeout on the other edge', 'calls: { "a -> b": { timeout: 500ms } }'],
  ])('%s resolves it', (_, more) => {
    const ends = runText(ring('a', more));
    expect(ends.deadlock).toBeNull();
    expect(ends.endNs).toBe(20e9);
    expect(ends.ledger.failed['error'] ?? 0).toBeGreaterThan(0);
  });

  it('refusing instead of waiting resolves it', () => {
    const ends = runText(
      ring().replace('a: { workers: 1', 'a: { workers: 1, queue: { capacity: 0 }'),
    );
    expect(ends.deadlock).toBeNull();
    expect(ends.ledger.failed['error']).toBeGreaterThan(0);
  });

  it('senders at a full door deadlock as those in a queue do', () => {
    const door = 'a: { workers: 1, queue: { capacity: 0, when_full: block }';
    const ends = runText(ring().replace('a: { workers: 1', door));
    expect(ends.deadlock!.atNs).toBe(1.1e9);
    expect(ends.deadlock!.cycle).toContain('worker of b waits for room in a');
  });

  it('a service that calls itself can deadlock alone', () => {
    const ends = runText(`
duration: 20s
producers: { users: { arrivals: { constant: 1/s }, to: a/x } }
services: { a: { workers: 1, handler: { x: [ { work: 50ms }, { call: a/z } ], z: [ { work: 10ms } ] } } }`);
    expect(ends.deadlock).toEqual({ atNs: 1.05e9, cycle: ['worker of a waits for a worker of a'] });
  });

  it('the ring may lead through a service with unbounded workers', () => {
    const ends = runText(ring().replace('b: { workers: 1', 'b: { workers: unbounded'));
    expect(ends.deadlock!.atNs).toBe(1.1e9);
    expect(ends.endNs).toBe(1.1e9);
  });

  it('work that is still going on for one of them is a way out until it ends', () => {
    const ends = runText(`
duration: 20s
producers: { users: { arrivals: { closed: { users: 1, think: 1s } }, to: a/x } }
services:
  a: { workers: 1, handler: { x: [ { parallel: [ { call: b }, { call: slow } ] } ], z: [ { work: 10ms } ] } }
  b: { workers: 1, handler: [ { call: a/z } ] }
  slow: { workers: unbounded, handler: [ { work: 3s } ] }`);
    // At 1 s b waits for a, and a for b and slow; at 4 s only for b.
    expect(ends.deadlock!.atNs).toBe(4e9);
  });

  it('a pause is no deadlock: what stands still goes on', () => {
    const faults = 'faults: [ { at: 500ms, for: 3s, pause: a } ]';
    const ends = runText(ring('spare', faults));
    expect(ends.deadlock).toBeNull();
    expect(ends.ledger.good).toBeGreaterThan(10);
  });

  it('an answer that a paused service has not looked at yet is a way out', () => {
    const ends = runText(`
duration: 10s
producers: { users: { arrivals: { constant: 5/s }, to: a/x } }
services:
  a: { workers: 1, handler: { x: [ { call: b } ], z: [ { work: 10ms } ] } }
  b: { workers: 1, handler: [ { work: 100ms }, { chance: 0%, then: [ { call: a/z } ] } ] }
faults: [ { at: 250ms, for: 1s, pause: a } ]`);
    // b answers at 0.3 s; who comes at 0.4 s finds the only worker of a waiting for b.
    expect(ends.deadlock).toBeNull();
    expect(ends.ledger).toMatchObject({ offered: 49, good: 49 });
  });

  it('a worker that waits for a busy callee is no deadlock', () => {
    const ends = runText(`
duration: 20s
producers: { users: { arrivals: { constant: 5/s }, to: a/x } }
services:
  a: { workers: 2, handler: { x: [ { call: b } ], z: [ { work: 300ms } ] } }
  b: { workers: 1, handler: [ { chance: 0%, then: [ { call: a/z } ], else: [ { work: 400ms } ] } ] }`);
    expect(ends.deadlock).toBeNull();
    expect(figure(ends, 'services.b.completed')).toBeGreaterThan(40);
  });
});

describe('rule 32: who can still be served', () => {
  const shared = (workers: number) => `
duration: 20s
producers:
  doomed: { arrivals: { constant: [ { at: 0s, rate: 1/s }, { at: 1500ms, rate: 0/s } ] }, to: gateway/doomed }
  fine: { arrivals: { constant: 1/s }, to: gateway/fine }
services:
  gateway: { workers: ${workers}, handler: { doomed: [ { call: a/x } ], fine: [ { work: 10ms } ] } }
  a: { workers: 1, handler: { x: [ { call: b/y } ], z: [ { work: 10ms } ] } }
  b: { workers: 1, handler: { y: [ { work: 100ms }, { call: a/z } ] } }`;

  it('the run goes on while a producer’s path avoids the deadlocked set', () => {
    const ends = runText(shared(5));
    expect(ends.deadlock!.atNs).toBe(1.1e9);
    // One of five workers of the gateway is lost with it; the others serve on.
    expect(ends.endNs).toBe(20e9);
    expect(figure(ends, 'producers.fine.success_ratio')).toBe(1);
  });

  it('it ends where a producer has another way only in name', () => {
    const ends = runText(shared(1));
    expect(ends.deadlock!.atNs).toBe(1.1e9);
    expect(ends.endNs).toBe(1.1e9);
  });

  it('the run goes on while another replica of the same service is alive', () => {
    const ends = runText(`
duration: 20s
producers: { users: { arrivals: { constant: [ { at: 0s, rate: 1/s }, { at: 1500ms, rate: 0/s } ] }, to: a/x },
  others: { arrivals: { constant: 1/s }, to: a/z } }
services:
  a: { workers: 1, replicas: 2, balance: random, handler: { x: [ { call: b/y } ], z: [ { work: 10ms } ] } }
  b: { workers: 1, handler: { y: [ { work: 100ms }, { call: a/z } ] } }`);
    // b asks the replica that waits for it, or the other: by the seed it is one of the two.
    if (ends.deadlock === null) expect(ends.ledger.unfinished).toBeLessThan(2);
    else {
      expect(ends.endNs).toBe(20e9);
      expect(figure(ends, 'producers.others.throughput')).toBeGreaterThan(0.2);
    }
  });

  it('nothing happens any more in a deadlocked world of closed users', () => {
    const moments = momentsOf(
      planOf(ring().replace('{ constant: 1/s }', '{ closed: { users: 2, think: 1s } }')),
    );
    expect(moments.at(-1)).toBe(1.1e9);
  });
});
