import { describe, expect, it } from 'vitest';
import { figure, figures, runText } from './kit.js';

/** Two clients that arrive together once a second; the second is behind the first. */
const pair = (settings: string, calls: string, more = ''): string => `
duration: 10s
producers: { users: { arrivals: { constant: 2/s }, to: gate } }
services:
  gate: { workers: 9, handler: [ { call: desk } ] }
  desk: { ${settings} }
calls: { "gate -> desk": ${calls} }
${more}`;
const slow = 'workers: 9, handler: [ { work: 800ms } ]';
const edge = 'calls.gate -> desk';

describe('connections', () => {
  it('an attempt waits for one that is free, first come first served', () => {
    // Arrivals every 500 ms, 800 ms each over one connection: D/D/1 that grows by 300 ms a call.
    const ends = runText(pair(slow, '{ connections: { max: 1 } }'));
    expect(figures(ends, 'services.desk.completed', 'services.desk.queue.depth.max')).toEqual([
      11, 0,
    ]);
    expect(figure(ends, 'latency.max')).toBeCloseTo(0.8 + 10 * 0.3, 9);
    // The twelfth has just got its connection: waits of 0, 300, … 3300 ms.
    expect(figure(ends, `${edge}.pool.wait.mean`)).toBeCloseTo((0.3 * 11) / 2, 9);
    expect(figure(ends, `${edge}.attempts`)).toBe(12);
    expect(ends.ledger.unfinished).toBe(8);
  });

  it('up to `wait`, then it fails with no_connection, never sent', () => {
    const ends = runText(pair(slow, '{ connections: { max: 1, wait: 200ms } }'));
    // 0.5 s, refused at 1.2 s, 1.5 s, …: every other one.
    expect(ends.ledger).toMatchObject({ good: 9, failed: { error: 9 }, unfinished: 1 });
    expect(figures(ends, `${edge}.attempts`, `${edge}.no_connection`)).toEqual([10, 9]);
    expect(figure(ends, 'failure_latency.max')).toBe(0.2);
    // Those that waited in vain count: 10 waits of 0 and 9 of 200 ms.
    expect(figure(ends, `${edge}.pool.wait.mean`)).toBeCloseTo(1.8 / 19, 9);
    expect(figure(ends, 'error_ratio')).toBeCloseTo(9 / 29, 9);
  });

  it('rule 10: the ledger has the reason where a producer calls; it is retried only if named', () => {
    const direct = (retry: string) => `
duration: 10s
producers: { users: { arrivals: { constant: 2/s }, to: desk } }
services: { desk: { ${slow} } }
calls: { "* -> *": { connections: { max: 1, wait: 0s } ${retry} } }`;
    const ends = runText(direct(''));
    expect(ends.ledger.failed).toEqual({ no_connection: 9 });
    const usual = ', retry: { attempts: 2, backoff: { fixed: 400ms } }';
    expect(runText(direct(usual)).ledger.failed).toEqual({ no_connection: 9 });
    const named = ', retry: { attempts: 2, on: [no_connection], backoff: { fixed: 400ms } }';
    expect(figure(runText(direct(usual)), 'latency.max')).toBe(0.8);
    // Come at 1 s, refused, again at 1.4 s, when the connection is free.
    expect(figure(runText(direct(named)), 'latency.max')).toBe(1.2);
  });

  it('a new one takes `open`, an idle one is used again', () => {
    const once = runText(
      pair('workers: 9, handler: [ { work: 100ms } ]', '{ connections: { max: 2, open: 50ms } }'),
    );
    expect(figure(once, 'latency.max')).toBeCloseTo(0.15, 9);
    expect(figure(once, `${edge}.pool.wait.mean`)).toBeCloseTo(0.05 / 19, 9);
    // Two at a time: both connections are opened by the first two.
    const two = runText(pair(slow, '{ connections: { max: 3, open: 50ms } }'));
    expect(figure(two, `${edge}.pool.wait.mean`)).toBeCloseTo(0.1 / 19, 9);
  });

  it('rule 9: the timeout starts when it has its connection', () => {
    const timeout = '{ connections: { max: 1, wait: 400ms }, timeout: 850ms }';
    const ends = runText(pair(slow, timeout));
    expect(figures(ends, `${edge}.timeouts`)).toEqual([0]);
    expect(figure(ends, 'latency.max')).toBeGreaterThan(0.85);
  });

  it('rule 12: who gives up frees it at once, though the callee works on', () => {
    const ends = runText(pair(slow, '{ connections: { max: 1, wait: 10ms }, timeout: 300ms }'));
    expect(figures(ends, `${edge}.timeouts`, `${edge}.no_connection`)).toEqual([19, 0]);
    expect(figure(ends, 'services.desk.in_flight.mean')).toBeGreaterThan(1.4);
  });

  it('rule 16: each replica of the caller has a pool of its own', () => {
    const two = pair(slow, '{ connections: { max: 1, wait: 0s } }');
    const ends = runText(two.replace('gate: { workers', 'gate: { replicas: 2, workers'));
    expect(figure(ends, `${edge}.no_connection`)).toBe(0);
  });

  it('rule 33: a pool that is used up is a mark of its caller', () => {
    const ends = runText(pair(slow, '{ connections: { max: 1 } }'));
    expect(ends.marks).toMatchObject([
      { atNs: 1e9, component: 'gate', how: 'pool', edge: 'gate -> desk', untilNs: Infinity },
    ]);
  });
});

describe('bulkhead', () => {
  it('refuses beyond its places and its line', () => {
    const none = runText(pair(slow, '{ bulkhead: { concurrent: 1 } }'));
    expect(figures(none, `${edge}.attempts`, `${edge}.bulkhead_full`)).toEqual([10, 9]);
    const one = runText(pair(slow, '{ bulkhead: { concurrent: 1, waiting: 1 } }'));
    // 800 ms each, one in line: the desk is never idle, 11 are done by 9.3 s.
    expect(figures(one, 'services.desk.completed', `${edge}.attempts`)).toEqual([11, 12]);
  });

  it('ends a wait after `wait`', () => {
    const bulkhead = '{ bulkhead: { concurrent: 1, waiting: 9, wait: 200ms } }';
    const ends = runText(pair(slow, bulkhead));
    expect(figures(ends, `${edge}.attempts`, `${edge}.bulkhead_full`)).toEqual([10, 9]);
    expect(figure(ends, 'failure_latency.max')).toBe(0.2);
  });

  it('rule 12: hold: attempt frees the place when the caller gives up, hold: work when it is done', () => {
    const calls = (hold: string) =>
      `{ bulkhead: { concurrent: 1, hold: ${hold} }, timeout: 300ms, network: 50ms }`;
    const attempt = runText(pair(slow, calls('attempt')));
    expect(figures(attempt, `${edge}.timeouts`, `${edge}.bulkhead_full`)).toEqual([19, 0]);
    // Sent at 0.5 s, there from .55 to 1.35 s, known at 1.4 s: every other one finds it taken.
    const work = runText(pair(slow, calls('work')));
    expect(figures(work, `${edge}.timeouts`, `${edge}.bulkhead_full`)).toEqual([10, 9]);
  });

  it('a cancelled work gives its place back', () => {
    const calls = '{ bulkhead: { concurrent: 1, hold: work }, timeout: 300ms, cancel: true }';
    const ends = runText(pair(slow, calls));
    expect(figures(ends, `${edge}.timeouts`, `${edge}.bulkhead_full`)).toEqual([19, 0]);
  });
});

describe('rule 20: a window blocks the sender', () => {
  it('who keeps its worker', () => {
    const ends = runText(
      pair(slow, '{ window: { credits: 1 } }').replace('gate: { workers: 9', 'gate: { workers: 2'),
    );
    expect(figure(ends, 'services.desk.in_flight.mean')).toBeLessThan(1);
    expect(figure(ends, 'services.gate.blocked.mean')).toBeGreaterThan(0.3);
    expect(figure(ends, 'services.gate.queue.depth.max')).toBeGreaterThan(3);
    expect(figure(ends, `${edge}.attempts`)).toBe(12);
  });

  it("open arrivals wait in the producer's outbox, their latency runs from arrival", () => {
    const open = runText(`
duration: 10s
producers: { users: { arrivals: { constant: 2/s }, to: desk } }
services: { desk: { ${slow} } }
calls: { "* -> *": { window: { credits: 1 }, timeout: 900ms } }`);
    expect(open.ledger.failed).toEqual({});
    expect(figure(open, 'latency.max')).toBeCloseTo(0.8 + 10 * 0.3, 9);
    expect(figure(open, 'producers.users.blocked.max')).toBe(7);
  });

  it('a backlog is slowed down to the pace of the answers', () => {
    const ends = runText(`
duration: 10s
producers: { users: { arrivals: { backlog: 1 }, to: desk } }
services: { desk: { workers: unbounded, handler: [ { work: 100ms } ] } }
calls: { "* -> *": { window: { credits: 3 } } }`);
    expect(ends.ledger).toMatchObject({ good: 297, unfinished: 4 });
    expect(figure(ends, 'producers.users.blocked.mean')).toBe(1);
  });
});
