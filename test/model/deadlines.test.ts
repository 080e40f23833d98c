import { describe, expect, it } from 'vitest';
import { figure, figures, runText } from './kit.js';

const desk = (producer: string, settings: string, calls: string): string => `
duration: 10s
producers: { users: { arrivals: { constant: 1/s }, to: desk ${producer} } }
services: { desk: { ${settings} } }
calls: { "* -> *": ${calls} }`;

const worker = 'workers: unbounded, handler: [ { work: 400ms } ]';

describe('rule 9: a deadline bounds the whole call', () => {
  it('all its tries, and their backoffs', () => {
    const retry = 'timeout: 100ms, retry: { attempts: 9, backoff: { fixed: 50ms } }';
    const ends = runText(desk('', worker, `{ deadline: 320ms, ${retry} }`));
    // Tries at 0, 150 and 300 ms; the third is under way at 320 ms.
    expect(ends.ledger.failed).toEqual({ deadline: 9 });
    expect(figures(ends, 'failure_latency.max', 'calls.users -> desk.attempts')).toEqual([
      0.32, 27,
    ]);
    expect(figures(ends, 'calls.users -> desk.timeouts', 'calls.users -> desk.deadlines')).toEqual([
      18, 9,
    ]);
  });

  it('nothing is sent when it comes during a backoff: the try that never was counts as deadline', () => {
    const retry = 'timeout: 100ms, retry: { attempts: 9, backoff: { fixed: 50ms } }';
    const ends = runText(desk('', worker, `{ deadline: 280ms, ${retry} }`));
    expect(figures(ends, 'failure_latency.max', 'calls.users -> desk.attempts')).toEqual([
      0.28, 18,
    ]);
    expect(ends.ledger.failed).toEqual({ deadline: 9 });
    expect(figure(ends, 'calls.users -> desk.deadlines')).toBe(9);
  });

  it('an answer in time is an answer; work of exactly that time is too late', () => {
    const ends = (deadline: string) =>
      runText(desk('', worker, `{ deadline: ${deadline} }`)).ledger;
    expect(ends('401ms').good).toBe(9);
    expect(ends('400ms').failed).toEqual({ deadline: 9 });
  });

  it('waits for connections count', () => {
    const pool = '{ deadline: 1500ms, connections: { max: 1 } }';
    const ends = runText(desk('', 'workers: 5, handler: [ { work: 1400ms } ]', pool));
    expect(ends.ledger.failed['deadline']).toBeGreaterThan(2);
    expect(figure(ends, 'failure_latency.max')).toBe(1.5);
  });
});

describe("a producer's deadline", () => {
  it('ends the wait of the client, whose request has failed for deadline', () => {
    const ends = runText(desk(', deadline: 300ms', worker, '{}'));
    expect(ends.ledger).toMatchObject({ good: 0, failed: { deadline: 9 } });
    expect(figure(ends, 'failure_latency.max')).toBe(0.3);
  });

  it('is before the fallback of its edge: the client has left', () => {
    const fallback = '{ deadline: 200ms, fallback: { latency: 50ms } }';
    expect(runText(desk(', deadline: 300ms', worker, fallback)).ledger.degraded).toBe(9);
    expect(runText(desk(', deadline: 240ms', worker, fallback)).ledger.failed).toEqual({
      deadline: 9,
    });
  });
});

describe('rule 9: what a callee does about a deadline', () => {
  const shop = (check: boolean, edges: string): string => `
duration: 10s
producers: { users: { arrivals: { constant: 1/s }, to: shop, deadline: 300ms } }
services:
  shop: { workers: 9, deadline_check: ${check}, handler: [ { work: 200ms }, { call: db }, { work: 50ms } ] }
dependencies:
  db: { workers: 9, deadline_check: ${check}, handler: [ { work: 90ms }, { work: 90ms } ] }
calls: ${edges}`;
  const handed = '{ "shop -> db": { deadline: { propagate: true } } }';

  it('without deadline_check it goes on as if there were none', () => {
    const ends = runText(shop(false, '{}'));
    expect(figures(ends, 'services.shop.completed', 'dependencies.db.completed')).toEqual([9, 9]);
    expect(figure(ends, 'wasted_work')).toBe(1);
  });

  it('with it no step begins past the deadline: the first callee knows, others where it is handed on', () => {
    const kept = runText(shop(true, '{}'));
    // db does not know: 180 ms; shop works 200 ms, waits 180 ms, and stops.
    expect(figures(kept, 'services.shop.completed', 'dependencies.db.completed')).toEqual([0, 9]);
    expect(figure(kept, 'services.shop.sojourn.mean')).toBeCloseTo(0.38, 12);
    const travels = runText(shop(true, handed));
    // db stops before its third step, at 380 ms it would be; the call ends at 300 ms.
    expect(figures(travels, 'services.shop.completed', 'calls.shop -> db.deadlines')).toEqual([
      0, 9,
    ]);
    expect(figure(travels, 'services.shop.sojourn.mean')).toBeCloseTo(0.3, 12);
    expect(figure(travels, 'dependencies.db.completed')).toBe(9);
  });

  it('rule 10: past it before work began is rejected as expired; later an error', () => {
    const waits = `
duration: 10s
producers: { users: { arrivals: { constant: 2/s }, to: gate } }
services:
  gate: { workers: 9, handler: [ { call: shop } ] }
  shop: { workers: 1, deadline_check: true, handler: [ { work: 800ms }, { work: 1ms } ] }
calls:
  "gate -> shop": { deadline: { within: 700ms, propagate: true } }`;
    const ends = runText(waits);
    expect(figure(ends, 'calls.gate -> shop.deadlines')).toBeGreaterThan(10);
    // Nothing of what is begun is finished: its second step would begin at 800 ms.
    expect(figure(ends, 'services.shop.completed')).toBe(0);
  });

  it('a refusal as expired is retried as a rejection and told apart in the ledger', () => {
    // The client gives up only later than the callee's knowledge: answers come over a network.
    const ends = runText(`
duration: 10s
producers: { users: { arrivals: { constant: 1/s }, to: shop, deadline: 100ms } }
services: { shop: { workers: 9, deadline_check: true, handler: [ { work: 1ms } ] } }
calls: { "* -> *": { network: 120ms } }`);
    expect(ends.ledger.failed).toEqual({ deadline: 9 });
    expect(figures(ends, 'services.shop.arrivals', 'services.shop.completed')).toEqual([9, 0]);
  });
});

describe("results 7: deadlines that travel, Google's figures", () => {
  /** A has 30 s and works 7 s, B works 4 s; C works `seconds` and has one more step. */
  const chain = (seconds: string): string => `
duration: 2m
producers: { users: { arrivals: { constant: 1/m }, to: a, deadline: 30s } }
services:
  a: { workers: 9, handler: [ { work: 7s }, { call: b } ] }
  b: { workers: 9, handler: [ { work: 4s }, { call: c } ] }
  c: { workers: 9, deadline_check: true, handler: [ { work: ${seconds} }, { work: 1ns } ] }
calls: { "* -> *": { deadline: { propagate: true } } }`;

  it('30 s for A leave 23 for B and 19 for C', () => {
    expect(runText(chain('18999ms')).ledger.good).toBe(1);
    const late = runText(chain('19s'));
    expect(late.ledger.failed).toEqual({ deadline: 1 });
    expect(figures(late, 'services.a.sojourn.mean', 'services.b.sojourn.mean')).toEqual([30, 23]);
    expect(figures(late, 'services.c.sojourn.mean', 'failure_latency.max')).toEqual([19, 30]);
  });

  it("an edge's own deadline counts where it is the lesser", () => {
    const own = chain('18s').replace(
      'calls: {',
      'calls: { "b -> c": { deadline: { within: 10s } },',
    );
    const ends = runText(own);
    expect(ends.ledger.failed).toEqual({ error: 1 });
    expect(figure(ends, 'services.b.sojourn.mean')).toBe(14);
  });
});

describe('a call that its caller forgot when it crashed', () => {
  it('has no deadline any more: none of those that come after it ends by that', () => {
    // Those of 1.00 and 1.05 s wait to be tried again when the gate goes down.
    const ends = runText(`
duration: 6s
producers: { users: { arrivals: { constant: 20/s }, to: gate, from: 950ms, until: 4s } }
services:
  gate: { workers: 50, handler: [ { call: desk } ] }
  desk: { workers: 50, handler: [ { work: 700ms } ] }
calls: { "gate -> desk": { deadline: 900ms, retry: { attempts: 2, backoff: { fixed: 300ms } } } }
faults:
  - { at: 900ms, for: 160ms, errors: desk, ratio: 100% }
  - { at: 1070ms, crash: gate, restart: 20ms }`);
    const { good, failed, unfinished } = ends.ledger;
    expect({ failed: Object.keys(failed), unfinished }).toEqual({
      failed: ['crashed'],
      unfinished: 0,
    });
    expect(good).toBeGreaterThan(50);
  });
});
