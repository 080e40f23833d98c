import { describe, expect, it } from 'vitest';
import { figure, figures, momentsOf, planOf, run, runText, seriesOf } from './kit.js';

/** Ten requests at 1 s, all at one nanosecond. */
const burst = (settings: string, more = ''): string => `
duration: 60s
producers: { users: { arrivals: { closed: { users: 10, think: 1s } }, to: desk } }
services: { desk: { ${settings}, handler: [ { work: 100s } ] } }
${more}`;

/** What the burst leaves behind: how many are at work, how many wait, how many were refused. */
function places(settings: string): number[] {
  const plan = planOf(burst(settings));
  plan.durationNs = 1.5e9;
  const ends = run(plan);
  const { offered, failed } = ends.ledger;
  const waiting = figure(ends, 'services.desk.queue.depth.max');
  const rejected = failed['rejected'] ?? 0;
  return [offered - rejected - waiting, waiting, rejected];
}

describe('rules 16 and 17: workers and room', () => {
  it.each([
    ['workers: 2, queue: { capacity: 3 }', [2, 3, 5]],
    ['workers: 2, queue: { capacity: 0 }', [2, 0, 8]],
    ['workers: 2', [2, 8, 0]],
    ['workers: unbounded, queue: { capacity: 0 }', [10, 0, 0]],
    ['workers: 1, replicas: 2, queue: { capacity: 2 }', [2, 4, 4]],
    ['workers: 1, replicas: 3, queue: { capacity: 0 }, balance: least_requests', [3, 0, 7]],
  ])('capacity counts what waits, not what is served, a replica: %s', (settings, expected) => {
    expect(places(settings)).toEqual(expected);
  });

  it('utilization is the mean over replicas, depth their sum', () => {
    const ends = runText(`
duration: 100s
producers: { users: { arrivals: { constant: 1/s }, to: desk } }
services:
  desk: { workers: 1, replicas: 4, handler: [ { work: 1s } ] }`);
    // Arrivals at 1 s … 99 s, each a second of work: 98 whole ones and one cut by nothing.
    expect(figure(ends, 'services.desk.utilization')).toBeCloseTo(99 / 400, 12);
    expect(figure(ends, 'services.desk.queue.depth.max')).toBe(0);
  });

  it('routes share workers and queue, and have figures of their own', () => {
    const ends = runText(`
duration: 10s
producers:
  payers: { arrivals: { constant: 1/s }, to: desk/pay }
  browsers: { arrivals: { constant: 1/s }, to: desk/browse }
services: { desk: { workers: 1, handler: { pay: [ { work: 300ms } ], browse: [ { work: 100ms } ] } } }`);
    const of = (route: string) => `services.desk.routes.${route}`;
    expect(figures(ends, `${of('pay')}.completed`, `${of('browse')}.completed`)).toEqual([9, 9]);
    expect(figures(ends, `${of('pay')}.wait.mean`, `${of('browse')}.wait.mean`)).toEqual([
      0,
      expect.closeTo(0.3, 12),
    ]);
    const utilization = figures(ends, 'services.desk.utilization', `${of('pay')}.utilization`);
    expect(utilization).toEqual([0.36, 0.27]);
  });
});

describe('who is served next', () => {
  const overloaded = (discipline: string) => `
duration: 100s
objective: { latency: 2s }
producers: { users: { arrivals: { constant: 2/s }, to: desk } }
services: { desk: { workers: 1, queue: { discipline: ${discipline} }, handler: [ { work: 1s } ] } }`;

  it('first in first out: the k-th waits for all before it, nobody overtakes', () => {
    const ends = runText(overloaded('fifo'));
    // Answered at 1.5, 2.5, …: the k-th came at k/2 and ends at k + 1/2.
    expect(ends.ledger).toMatchObject({ offered: 199, good: 3, late: 96, unfinished: 100 });
    expect(figures(ends, 'latency.max', 'latency.mean')).toEqual([50, 25.5]);
  });

  it('last in first out: in overload half is served at the speed of service', () => {
    const ends = runText(overloaded('lifo'));
    expect(ends.ledger).toMatchObject({ offered: 199, good: 99, late: 0, unfinished: 100 });
    expect(figures(ends, 'latency.max')).toEqual([1.5]);
    expect(figure(ends, 'services.desk.queue.age.max')).toBeGreaterThan(95);
  });

  it('a queue of one worker is the recursion by hand, to the nanosecond, request by request', () => {
    const text = (arrivals: string, workers: string, handler: string) => `
seed: 3
duration: 300s
producers: { users: { arrivals: ${arrivals}, to: desk } }
services: { desk: { workers: ${workers}, handler: ${handler} } }`;
    const work = '[ { work: { uniform: [100ms, 300ms] } } ]';
    const poisson = '{ poisson: [ { at: 0s, rate: 5/s }, { at: 50s, rate: 0/s } ] }';
    // One request a second, alone: it arrives at k s and ends at k s + its work.
    const alone = momentsOf(planOf(text('{ constant: 1/s }', 'unbounded', work)));
    const works = alone.filter((at) => at % 1e9 !== 0).map((at) => at % 1e9);
    const arrivals = momentsOf(planOf(text(poisson, 'unbounded', '[]')));
    const moments = new Set(momentsOf(planOf(text(poisson, '1', work))));
    let free = 0;
    const ends = arrivals.map((at, k) => {
      free = Math.max(free, at) + works[k]!;
      return free;
    });
    expect(ends.length).toBeGreaterThan(200);
    expect(ends.filter((end) => !moments.has(end))).toEqual([]);
    expect(moments.size).toBe(new Set([...arrivals, ...ends]).size);
  });
});

describe('rule 20: block', () => {
  const open = (queue: string, more = '') => `
seed: 4
duration: 60s
producers:
  users: { arrivals: { poisson: [ { at: 0s, rate: 12/s }, { at: 30s, rate: 0/s } ] }, to: desk }
services: { desk: { workers: 1, queue: ${queue}, handler: [ { work: 100ms } ] } }
${more}`;

  it('blocked senders come in first come first served: as if all had queued', () => {
    const queued = runText(open('{}'));
    expect(queued.ledger.unfinished).toBe(0);
    for (const capacity of [0, 1, 5]) {
      const blocked = runText(open(`{ capacity: ${capacity}, when_full: block }`));
      const latencies = ['latency.mean', 'latency.p50', 'latency.p90', 'latency.max'];
      expect(figures(blocked, ...latencies)).toEqual(figures(queued, ...latencies));
      expect(blocked.ledger).toEqual(queued.ledger);
    }
  });

  it('open arrivals stand blocked with their producer, outside the depth; latency from arrival', () => {
    const ends = runText(`
duration: 10s
producers: { users: { arrivals: { constant: 2/s }, to: desk } }
services: { desk: { workers: 1, queue: { capacity: 1, when_full: block }, handler: [ { work: 1s } ] } }`);
    // 19 arrive; at the end 9 are answered, one works, one waits.
    expect(ends.ledger).toMatchObject({ offered: 19, good: 9, unfinished: 10, failed: {} });
    expect(figures(ends, 'services.desk.queue.depth.max', 'producers.users.blocked.max')).toEqual([
      1, 8,
    ]);
    expect(figures(ends, 'latency.max', 'services.desk.blocked.mean')).toEqual([5, 0]);
    // Waits in the queue alone: 0, 0.5, then a second each.
    expect(figure(ends, 'services.desk.wait.mean')).toBe(0.85);
  });

  it('a blocked service keeps its worker, and is the one that counts as blocked', () => {
    const ends = runText(`
duration: 10s
producers: { users: { arrivals: { closed: { users: 4 } }, to: gateway } }
services:
  gateway: { workers: 2, handler: [ { call: desk } ] }
  desk: { workers: 1, queue: { capacity: 0, when_full: block }, handler: [ { work: 1s } ] }`);
    expect(figures(ends, 'services.gateway.utilization', 'services.gateway.blocked.mean')).toEqual([
      1, 1,
    ]);
    expect(figures(ends, 'services.desk.queue.depth.max', 'producers.users.blocked.max')).toEqual([
      0, 0,
    ]);
    expect(figure(ends, 'services.gateway.queue.depth.mean')).toBe(2);
    expect(seriesOf(ends, 'throughput').slice(1)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1]);
  });
});
