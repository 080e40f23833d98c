import { describe, expect, it } from 'vitest';
import { figure, figures, momentsOf, planOf, run, runText, seriesOf } from './kit.js';

/** Requests at 0, 10, 20 … ms to one worker that needs 100 ms, and a queue of none. */
const busy = (more = '', reject = 'cost: 5ms', part = ''): string => `
title: refusing
duration: 1s
producers: { users: { arrivals: { constant: 100/s }, to: shop, limit: 4 } }
services:
  shop: { workers: 1, queue: { capacity: 0 }, reject: { ${reject} }, ${part} handler: [ { work: 100ms } ] }
${more}`;

describe('a refusal with a cost (rule 19)', () => {
  it('waits for a worker, in a line of its own, and is told when it is done', () => {
    const plan = planOf(busy());
    // At 10 ms the first comes; 20, 30, 40 ms refused; the worker is free at 110 ms.
    const moments = momentsOf(plan).map((ns) => ns / 1e6);
    expect(moments).toEqual([10, 20, 30, 40, 110, 115, 120, 125]);
    const ends = run(plan);
    expect(ends.ledger).toMatchObject({ good: 1, failed: { rejected: 3 } });
    expect(figure(ends, 'services.shop.rejected')).toBe(3);
  });

  it('its work counts in utilization, its wait not in the queue', () => {
    const ends = runText(busy());
    expect(figure(ends, 'services.shop.utilization')).toBeCloseTo(0.115, 12);
    expect(figure(ends, 'services.shop.queue.depth.max')).toBe(0);
    expect(figure(ends, 'services.shop.wait.mean')).toBe(0);
  });

  it('is served before the queue, and interrupts nobody', () => {
    const text = `
title: before the queue
duration: 1s
producers: { users: { arrivals: { constant: 100/s }, to: shop, limit: 3 } }
services:
  shop: { workers: 1, queue: { capacity: 1 }, reject: { cost: 5ms }, handler: [ { work: 100ms } ] }
`;
    // 10 ms: works until 110. 20 ms: waits. 30 ms: refused from 110 to 115. Then the one that waits.
    const moments = momentsOf(planOf(text)).map((ns) => ns / 1e6);
    expect(moments).toEqual([10, 20, 30, 110, 115, 215]);
  });

  it('without a cost it is told at once, and a retry_after alone costs nothing', () => {
    for (const reject of ['cost: 0s', 'retry_after: 5s']) {
      const moments = momentsOf(planOf(busy('', reject))).map((ns) => ns / 1e6);
      expect(moments).toEqual([10, 20, 30, 40, 110]);
    }
  });

  it('is done although its sender has left, and is wasted then', () => {
    const ends = runText(busy('calls: { "users -> shop": { timeout: 50ms } }'));
    // All four give up, at 60 … 90 ms; the worker still spends 3 × 5 ms.
    expect(ends.ledger.failed['timeout']).toBe(4);
    expect(figure(ends, 'services.shop.utilization')).toBeCloseTo(0.115, 12);
    expect(figure(ends, 'services.shop.rejected')).toBe(3);
    expect(figure(ends, 'wasted_work')).toBe(1);
  });

  it('is done although it was cancelled; the work that was cancelled is not', () => {
    const ends = runText(busy('calls: { "users -> shop": { timeout: 50ms, cancel: true } }'));
    // The first ends at 60 ms: then 3 × 5 ms of refusing.
    expect(figure(ends, 'services.shop.utilization')).toBeCloseTo(0.065, 12);
    expect(figure(ends, 'services.shop.rejected')).toBe(3);
  });

  it('stands still while its replica is paused', () => {
    const text = busy('faults: [ { at: 112ms, for: 200ms, pause: shop } ]');
    const moments = momentsOf(planOf(text)).map((ns) => ns / 1e6);
    expect(moments.slice(4)).toEqual([110, 112, 312, 315, 320, 325]);
  });

  it('is lost in a crash, which its senders are told', () => {
    const ends = runText(busy('faults: [ { at: 112ms, for: 200ms, crash: shop } ]'));
    expect(ends.ledger).toMatchObject({ good: 1, failed: { crashed: 3 } });
    expect(figure(ends, 'services.shop.rejected')).toBe(0);
    expect(figure(ends, 'services.shop.utilization')).toBeCloseTo(0.102, 12);
  });

  it('shares cores with the work of others', () => {
    const text = `
title: cores
duration: 1s
producers: { users: { arrivals: { constant: 100/s }, to: shop, limit: 3 } }
services:
  shop:
    workers: 2
    cores: 1
    queue: { capacity: 0 }
    reject: { cost: 10ms }
    handler: [ { work: 15ms } ]
`;
    // 10: A alone. 20: A has 5 left, B 15, each at half pace. 30: A is done; C finds a worker.
    // So nobody is refused: the same arrivals at 200/s refuse one.
    expect(runText(text).ledger.good).toBe(3);
    const faster = text.replace('100/s', '200/s');
    // 5: A. 10: A 10 left, B 15. 15: A 7.5, B 12.5; C is turned away and waits.
    // 30: A is done, B 5 left; C's refusal, 10 ms, at half pace with B until 40, then alone: 45.
    const moments = momentsOf(planOf(faster)).map((ns) => ns / 1e6);
    expect(moments).toEqual([5, 10, 15, 30, 40, 45]);
  });

  it('goes before what a preemptive line holds, and no one takes its worker', () => {
    const text = `
title: importance
duration: 1s
producers:
  low: { arrivals: { constant: 100/s }, to: shop, limit: 3, priority: 1 }
  high: { arrivals: { constant: 100/s }, to: shop, limit: 1, from: 103ms, priority: 0 }
services:
  shop:
    workers: 1
    queue: { capacity: 1, discipline: { priority: { preemptive: true } } }
    reject: { cost: 20ms }
    handler: [ { work: 100ms } ]
`;
    // 10: works to 110; 20 waits; 30 turned away, 110 … 130. The one of high comes at 113 and finds
    // the worker at a refusal and the line full: turned away too, 130 … 150, before the one of 20.
    const ends = runText(text);
    expect(ends.ledger).toMatchObject({ good: 2, failed: { rejected: 2 } });
    expect(figure(ends, 'services.shop.utilization')).toBeCloseTo(0.24, 12);
    const moments = momentsOf(planOf(text)).map((ns) => ns / 1e6);
    expect(moments).toEqual([10, 20, 30, 110, 113, 130, 150, 250]);
  });

  it('with io: async comes after those who come back to go on', () => {
    const text = `
title: async
duration: 1s
producers: { users: { arrivals: { constant: 100/s }, to: shop, limit: 3 } }
services:
  shop:
    workers: 1
    io: async
    queue: { capacity: 0 }
    reject: { cost: 20ms }
    handler: [ { work: 5ms }, { call: db }, { work: 5ms } ]
dependencies:
  db: { workers: unbounded, handler: [ { work: 8ms } ] }
`;
    // 10 … 15 works, away until 23; 20 … 25 the second works, so the first goes on at 25 … 30.
    // 30: the third comes as the worker is free, works to 35; the second back at 33 goes on 35 … 40.
    expect(runText(text).ledger.good).toBe(3);
    const late = text.replace('constant: 100/s', 'trace: [10ms, 20ms, 22ms]');
    expect(late).not.toBe(text);
    const plan = planOf(text);
    const trace = Float64Array.of(10e6, 20e6, 22e6);
    const producer = { ...plan.producers[0]!, arrivals: { kind: 'trace' as const, atNs: trace } };
    const moments = momentsOf({ ...plan, producers: [producer] }).map((ns) => ns / 1e6);
    // 22: turned away. 25: the worker is free; the first, back at 23, goes on before the refusal.
    expect(moments).toEqual([10, 15, 20, 22, 23, 25, 30, 33, 50, 55]);
  });

  it('who is displaced waits for that too', () => {
    const plan = planOf(`
title: who makes room
duration: 1s
producers: { users: { arrivals: { constant: 100/s }, to: shop, limit: 3 } }
services:
  shop:
    workers: 1
    queue: { capacity: 1, when_full: drop_oldest }
    reject: { cost: 5ms }
    handler: [ { work: 100ms } ]
`);
    // 20 waits and is displaced at 30; it is told at 115, after the worker has finished the first.
    expect(momentsOf(plan).map((ns) => ns / 1e6)).toEqual([10, 20, 30, 110, 115, 215]);
    const ends = run(plan);
    expect(ends.ledger).toMatchObject({ good: 2, failed: { dropped: 1 } });
    expect(figure(ends, 'services.shop.dropped')).toBe(1);
  });

  it('past some load refusing alone takes all workers: nothing is served any more', () => {
    const text = (rate: number): string => `
title: refusing to death
duration: 20s
warmup: 5s
producers: { users: { arrivals: { poisson: ${rate}/s }, to: shop } }
services:
  shop: { workers: 1, queue: { capacity: 5 }, reject: { cost: 1ms }, handler: [ { work: 10ms } ] }
`;
    // λ refused at 1 ms and μ served at 10 ms fill the worker: with λ = 500, x·10 + (500 − x) = 1000.
    const some = runText(text(500));
    expect(figure(some, 'throughput')).toBeGreaterThan(50);
    expect(figure(some, 'throughput')).toBeLessThan(61);
    const none = runText(text(1200));
    expect(figure(none, 'throughput')).toBeLessThan(1);
    expect(figure(none, 'services.shop.utilization')).toBeGreaterThan(0.999);
    expect(seriesOf(none, 'services.shop.rejected').at(-1)).toBeGreaterThan(900);
  });
});

describe('told how long to wait', () => {
  const retrying = (retry: string, reject = 'retry_after: 300ms'): string => `
title: told
duration: 2s
producers: { users: { arrivals: { constant: 100/s }, to: shop, limit: 2 } }
services:
  shop: { workers: 1, queue: { capacity: 0 }, reject: { ${reject} }, handler: [ { work: 100ms } ] }
calls: { "users -> shop": { retry: { attempts: 4, ${retry} } } }
`;
  const moments = (text: string): number[] => momentsOf(planOf(text)).map((ns) => ns / 1e6);

  it('who obeys waits so long, who does not goes by its backoff', () => {
    expect(moments(retrying('retry_after: true'))).toEqual([10, 20, 110, 320, 420]);
    expect(moments(retrying('backoff: { fixed: 50ms }'))).toEqual([10, 20, 70, 110, 120, 220]);
    // A wait without chance is as long as the longer one.
    expect(moments(retrying('retry_after: true, backoff: { fixed: 400ms }'))).toEqual([
      ...[10, 20, 110, 420, 520],
    ]);
  });

  it('jitter is added, never taken off (rule 14)', () => {
    for (const jitter of ['full', 'equal', 'decorrelated']) {
      const waits = `retry_after: true, backoff: { fixed: 50ms }, jitter: ${jitter}`;
      const again = moments(retrying(waits))[3] as number;
      expect(again).toBeGreaterThan(320);
      expect(again).toBeLessThan(jitter === 'decorrelated' ? 470 : 370);
    }
  });

  it('gRPC waits exactly so long', () => {
    expect(moments(retrying('retry_after: true, backoff: { grpc: {} }'))).toEqual([
      ...[10, 20, 110, 320, 420],
    ]);
  });

  it('only a refusal tells: what timed out or failed goes by its backoff', () => {
    const text = `
title: timeouts
duration: 2s
producers: { users: { arrivals: { constant: 100/s }, to: shop, limit: 1 } }
services: { shop: { workers: 1, reject: { retry_after: 300ms }, handler: [ { work: 100ms }, { fail: 100% } ] } }
calls: { "users -> shop": { retry: { attempts: 2, retry_after: true } } }
`;
    expect(moments(text)).toEqual([10, 110, 210]);
    expect(moments(text.replace('retry: {', 'timeout: 30ms, retry: {'))).toEqual([
      ...[10, 40, 70, 110, 210],
    ]);
  });

  it('what waited too long and what was displaced is told too', () => {
    const text = `
title: old
duration: 2s
producers: { users: { arrivals: { constant: 100/s }, to: shop, limit: 2 } }
services:
  shop: { workers: 1, queue: { max_age: 20ms }, reject: { retry_after: 300ms }, handler: [ { work: 100ms } ] }
calls: { "users -> shop": { retry: { attempts: 2, retry_after: true } } }
`;
    expect(moments(text)).toEqual([10, 20, 40, 110, 340, 440]);
  });

  it('a call deadline comes before a wait that would pass it', () => {
    const text = retrying('retry_after: true').replace('{ retry:', '{ deadline: 200ms, retry:');
    expect(runText(text).ledger).toMatchObject({ good: 1, failed: { deadline: 1 } });
    expect(runText(text).metrics['failure_latency.max']).toBeCloseTo(0.2, 12);
  });
});

describe('local reasons and parts of reasons in retry.on', () => {
  const text = (on: string, shop: string, call = ''): string => `
title: on
duration: 2s
producers: { users: { arrivals: { constant: 100/s }, to: shop, limit: 3 } }
services: { shop: { ${shop}, handler: [ { work: 100ms } ] } }
calls: { "users -> shop": { ${call} retry: { attempts: 2, on: [${on}], backoff: { fixed: 10ms } } } }
`;
  const retries = (...of: Parameters<typeof text>): number =>
    figure(runText(text(...of)), 'calls.users -> shop.retries');
  const full = 'workers: 1, queue: { capacity: 0 }';
  const old = 'workers: 1, queue: { max_age: 20ms }';
  const pushed = 'workers: 1, queue: { capacity: 1, when_full: drop_oldest }';

  it('rejected has expired and dropped in it; those alone mean those alone', () => {
    expect(retries('rejected', full)).toBe(2);
    expect(retries('rejected', old)).toBe(2);
    expect(retries('rejected', pushed)).toBeGreaterThan(0);
    expect(retries('expired', full)).toBe(0);
    expect(retries('expired', old)).toBe(2);
    expect(retries('expired', pushed)).toBe(0);
    expect(retries('dropped', pushed)).toBeGreaterThan(0);
    expect(retries('dropped', old)).toBe(0);
  });

  it('error has crashed in it', () => {
    const crash = `faults: [ { at: 50ms, for: 1s, crash: shop } ]`;
    const run = (on: string) =>
      figures(runText(`${text(on, 'workers: 9')}\n${crash}`), 'calls.users -> shop.retries')[0];
    expect(run('error')).toBe(3);
    expect(run('crashed')).toBe(3);
    expect(run('timeout')).toBe(0);
  });

  it('a local reason is tried again only where it is named', () => {
    const one = 'bulkhead: { concurrent: 1, waiting: 0 },';
    const tries = (on: string) =>
      figure(runText(text(on, 'workers: 9', one)), 'calls.users -> shop.bulkhead_full');
    // A retry that meets the bulkhead again is refused once more.
    expect(tries('timeout')).toBe(2);
    expect(tries('bulkhead_full')).toBe(4);
  });
});
