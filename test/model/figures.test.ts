import { describe, expect, it } from 'vitest';
import { World } from '../../src/model/index.js';
import { figure, figures, momentsOf, planOf, run, runText, seriesOf } from './kit.js';

/** Two requests a second for a desk that serves one a second. */
const overload = (warmup: string, duration = '60s') => `
duration: ${duration}
warmup: ${warmup}
producers: { users: { arrivals: { constant: 2/s }, to: desk } }
services: { desk: { workers: 1, handler: [ { work: 1s } ] } }`;

describe('rule 27: what goes by the clock, what follows the requests', () => {
  it('answers a second go by the clock: an overloaded desk answers as fast as it can', () => {
    // Those answered after the warm-up of 30 s arrived before it was over.
    const ends = runText(overload('30s'));
    expect(figures(ends, 'offered', 'throughput', 'goodput')).toEqual([2, 1, 1]);
    expect(seriesOf(ends, 'throughput').slice(1)).toEqual(Array.from({ length: 59 }, () => 1));
  });

  it('shares, counts and latencies follow the requests that arrived after the warm-up', () => {
    const ends = runText(overload('20s'));
    // The k-th came at k/2 and ends at k + 1/2: those from 20 s on are answered from 40.5 s.
    expect(figure(ends, 'success_ratio')).toBeCloseTo(20 / 80, 12);
    expect(figure(ends, 'latency.max')).toBe(59.5 - 29.5);
    expect(figures(ends, 'services.desk.arrivals', 'services.desk.completed')).toEqual([80, 20]);
    expect(ends.ledger).toMatchObject({ offered: 119, good: 59, unfinished: 60 });
  });

  it('time averages go by the clock', () => {
    const ends = runText(overload('20s'));
    expect(figure(ends, 'services.desk.utilization')).toBe(1);
    // From 20 s to 60 s the queue grows from 19 to 59, by one every half second up, one down.
    const depth = figure(ends, 'services.desk.queue.depth.mean');
    expect(Math.abs(depth - 39.5)).toBeLessThan(1);
    expect(figure(ends, 'services.desk.queue.depth.max')).toBe(59);
  });

  it('a window has the figures of the requests that arrived in it', () => {
    const window = { fromNs: 10e9, toNs: 20e9 };
    const ends = run(planOf(overload('0s')), { windows: [window] });
    const metrics = ends.windows['10000000000..20000000000']!;
    expect(metrics['services.desk.arrivals']).toBe(20);
    expect(metrics['offered']).toBe(2);
    expect(metrics['success_ratio']).toBe(1);
    expect(metrics['latency.max']).toBe(39.5 - 19.5);
    expect(metrics['services.desk.utilization']).toBe(1);
  });

  it('a run that ends before its warm-up is over has no figures', () => {
    const world = new World(planOf(overload('30s')), {
      stepNs: 1e9,
      windows: [],
      memoryLimitBytes: 8e9,
    });
    world.advance(50);
    world.stop('interrupted');
    const { metrics, ledger } = world.measured();
    expect(ledger.offered).toBeGreaterThan(5);
    expect(Object.entries(metrics).filter(([, value]) => value !== null)).toEqual([]);
  });

  it('a window beyond the end of the run has no figures', () => {
    const window = { fromNs: 70e9, toNs: 80e9 };
    const ends = run(planOf(overload('0s')), { windows: [window] });
    const metrics = ends.windows['70000000000..80000000000']!;
    expect(Object.entries(metrics).filter(([, value]) => value !== null)).toEqual([]);
  });

  it('series place arrivals when they arrive and outcomes when they end', () => {
    const ends = runText(`
duration: 10s
producers: { users: { arrivals: { constant: [ { at: 0s, rate: 1/s }, { at: 3500ms, rate: 0/s } ] }, to: desk } }
services: { desk: { workers: unbounded, handler: [ { work: 4500ms } ] } }`);
    expect(seriesOf(ends, 'offered')).toEqual([0, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
    expect(seriesOf(ends, 'goodput')).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 0, 0]);
    const none = null;
    const at = expect.closeTo(4.5, 1);
    expect(seriesOf(ends, 'latency.p50')).toEqual([
      none,
      none,
      none,
      none,
      none,
      at,
      at,
      at,
      none,
      none,
    ]);
  });

  it('the last step may be shorter; rates are over its own length', () => {
    const plan = planOf(overload('0s', '10s'));
    plan.durationNs = 9.25e9;
    const ends = run(plan, { stepNs: 2e9 });
    const offered = seriesOf(ends, 'offered');
    expect(offered.length).toBe(5);
    // In [8 s, 9.25 s) requests arrive at 8, 8.5 and 9 s.
    expect(offered[4]).toBe(3 / 1.25);
  });
});

describe('rule 28: enough samples', () => {
  const few = (requests: number) => `
duration: 5000s
producers: { users: { arrivals: { constant: [ { at: 0s, rate: 1/s }, { at: ${requests}500ms, rate: 0/s } ] }, to: desk } }
services: { desk: { workers: unbounded, handler: [ { work: 100ms } ] } }`;

  it.each([
    ['p50', 20],
    ['p90', 100],
    ['p95', 200],
    ['p99', 1000],
  ])('%s stands from %d samples on, and else says why not', (name, needed) => {
    const enough = runText(few(needed));
    expect(figure(enough, `latency.${name}`)).toBeCloseTo(0.1, 3);
    const short = runText(few(needed - 1));
    expect(figures(short, `latency.${name}`)).toEqual([null]);
    expect(short.notes[`latency.${name}`]).toBe(`${needed - 1} samples, ${needed} needed`);
    expect(figure(short, 'latency.max')).toBe(0.1);
  });

  it('where over 1% is unfinished, quantiles count them at their age and are lower bounds', () => {
    const ends = runText(overload('0s', '100s'));
    // 99 answered after 1 … 50 s; 100 unfinished, the k-th aged (100 − k/2) s: from 0.5 s to 50 s.
    expect(ends.ledger).toMatchObject({ good: 99, unfinished: 100 });
    expect(ends.notes['latency.p50']).toMatch(/^lower bound: 100 unfinished/);
    // As many answers as ages lie under 25 s.
    expect(Math.abs(figure(ends, 'latency.p50') - 25.5)).toBeLessThan(1);
    expect(Math.abs(figure(ends, 'latency.p90') - 45.5)).toBeLessThan(1);
    expect(ends.notes['failure_latency.p50']).toBe('0 samples, 20 needed');
  });

  it('where 1% or less is unfinished, quantiles are of the answers alone', () => {
    const ends = runText(`
duration: 101s
producers: { users: { arrivals: { constant: 1/s }, to: desk } }
services: { desk: { workers: unbounded, handler: [ { work: 1s } ] } }`);
    expect(ends.ledger).toMatchObject({ offered: 100, good: 99, unfinished: 1 });
    expect(figure(ends, 'latency.p50')).toBeCloseTo(1, 2);
    expect(ends.notes['latency.p50']).toBeUndefined();
  });
});

describe('rule 29: wasted work by hand-computed example', () => {
  it('an attempt whose caller left is wasted from beginning to end', () => {
    const ends = runText(`
duration: 10s
producers:
  patient: { arrivals: { constant: 1/s }, to: desk }
  hasty: { arrivals: { constant: 1/s }, to: desk }
services: { desk: { workers: 4, handler: [ { work: 300ms } ] } }
calls: { "hasty -> desk": { timeout: 200ms } }`);
    expect(
      figures(ends, 'wasted_work', 'producers.patient.wasted_work', 'producers.hasty.wasted_work'),
    ).toEqual([0.5, 0, 1]);
  });

  it('a caller above that left wastes all beneath; a worker that waits for a call is busy', () => {
    const text = (timeout: string) => `
duration: 10s
producers: { users: { arrivals: { constant: 1/s }, to: gateway } }
services: { gateway: { workers: 4, handler: [ { work: 100ms }, { call: quick }, { call: slow } ] } }
dependencies:
  quick: { workers: 4, handler: [ { work: 50ms } ] }
  slow: { workers: 4, handler: [ { work: 250ms } ] }
calls: { "users -> gateway": { timeout: ${timeout} } }`;
    // The gateway holds 400 ms, quick 50 ms, slow 250 ms. The client leaves after 300 ms, when
    // quick had ended and was still wanted.
    expect(figure(runText(text('300ms')), 'wasted_work')).toBeCloseTo(650 / 700, 12);
    expect(figure(runText(text('500ms')), 'wasted_work')).toBe(0);
    expect(figure(runText(text('120ms')), 'wasted_work')).toBe(1);
  });

  it('what a parallel step no longer needs is wasted', () => {
    const ends = runText(`
duration: 10s
producers: { users: { arrivals: { constant: 1/s }, to: gateway } }
services:
  gateway: { workers: 4, handler: [ { parallel: [ { call: a }, { call: b } ], need: 1 }, { work: 500ms } ] }
  a: { workers: 4, handler: [ { work: 100ms } ] }
  b: { workers: 4, handler: [ { work: 400ms } ] }`);
    // Gateway 600 ms and a's 100 ms are wanted, b's 400 ms are not.
    expect(figure(ends, 'wasted_work')).toBeCloseTo(400 / 1100, 12);
  });

  it('a retry that made it in time does not save the try that was given up', () => {
    const ends = runText(`
duration: 10s
producers: { users: { arrivals: { constant: 1/s }, to: desk } }
services: { desk: { workers: 9, handler: [ { chance: 50%, then: [ { work: 400ms } ], else: [ { work: 100ms } ] } ] } }
calls: { "* -> *": { timeout: 200ms, retry: { attempts: 9 } } }`);
    const timeouts = figure(ends, 'calls.users -> desk.timeouts');
    expect(timeouts).toBeGreaterThan(2);
    expect(ends.ledger.good).toBe(9);
    const wasted = (timeouts * 400) / (timeouts * 400 + 900);
    expect(figure(ends, 'wasted_work')).toBeCloseTo(wasted, 12);
  });

  it('unbounded workers waste nothing, and have no utilization', () => {
    const ends = runText(`
duration: 10s
producers: { users: { arrivals: { constant: 1/s }, to: desk } }
services: { desk: { workers: unbounded, handler: [ { work: 300ms } ] } }
calls: { "* -> *": { timeout: 200ms } }`);
    expect(figures(ends, 'wasted_work', 'services.desk.utilization')).toEqual([null, null]);
    expect(ends.notes['services.desk.utilization']).toBe('workers: unbounded');
  });

  it('what still runs at the end counts, wanted or not', () => {
    const plan = planOf(`
duration: 10s
producers: { users: { arrivals: { constant: 1/s }, to: desk } }
services: { desk: { workers: 9, handler: [ { work: 100s } ] } }
calls: { "* -> *": { timeout: 2s } }`);
    plan.durationNs = 3.5e9;
    // At 3.5 s one was given up after 2 s, two are wanted: aged 2.5 s, 1.5 s and 0.5 s.
    expect(figure(run(plan), 'wasted_work')).toBeCloseTo(2.5 / 4.5, 12);
  });
});

describe('rule 34: the fingerprint', () => {
  const text = (more: string, calls = '') => `
seed: 2
duration: 20s
producers: { users: { arrivals: 20/s, to: desk } }
services: { desk: { workers: 1, handler: [ { work: { exponential: 45ms } } ] } }
calls: { "* -> *": { network: 1ms ${calls} } }
${more}`;
  const plain = runText(text(''));

  it('hashes facts, not bookkeeping: cancelled timers, steps, windows, objectives change nothing', () => {
    const timers = runText(text('', ', timeout: 1000s'));
    expect([timers.fingerprint, timers.events]).toEqual([plain.fingerprint, plain.events]);
    const judged = runText(text('objective: { latency: 50ms }\nwarmup: 3s'));
    expect([judged.fingerprint, judged.events]).toEqual([plain.fingerprint, plain.events]);
    const windows = [{ fromNs: 1.5e9, toNs: 7e9 }];
    const cut = run(planOf(text('')), { stepNs: 5e9, windows });
    expect([cut.fingerprint, cut.events]).toEqual([plain.fingerprint, plain.events]);
  });

  it('changes with a timeout that strikes once, a fault, a seed', () => {
    const others = [
      runText(text('', ', timeout: 300ms')),
      runText(text('faults: [ { at: 5s, for: 1s, slow: desk, factor: 1.01 } ]')),
      runText(text(''), 'base', '3'),
    ];
    const prints = new Set([plain, ...others].map(({ fingerprint }) => fingerprint));
    expect(prints.size).toBe(4);
  });

  it('events are the same facts, counted', () => {
    const plan = planOf(`
duration: 10s
producers: { users: { arrivals: { constant: 1/s }, to: desk } }
services: { desk: { workers: 1, handler: [ { work: 100ms } ] } }`);
    // Sent and started together, ended and answered together, nine times.
    expect(momentsOf(plan).length).toBe(18);
    expect(run(plan).events).toBe(36);
  });
});
