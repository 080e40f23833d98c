import { describe, expect, it } from 'vitest';
import { Flows } from '../../src/model/flows.js';
import { Urgency } from '../../src/model/urgency.js';
import { figure, figures, runText } from './kit.js';

/** So many at 1 ms distance, the first at `fromMs` + 1 ms. */
const burst = (count: number, fromMs = 0): string =>
  `arrivals: { constant: 1000/s }, from: ${fromMs}ms, limit: ${count}`;

const desk = (producers: string, queue: string): string => `
duration: 30s
producers: { ${producers} }
services: { desk: { workers: 1, queue: { ${queue} }, handler: [ { work: 1s } ] } }`;

describe('fair: tenants in turn, round robin, each request one turn (RFC 970)', () => {
  it('a1 is at work; then a2, b1, a3, b2', () => {
    const two = `a: { ${burst(3)}, to: desk }, b: { ${burst(2, 9)}, to: desk }`;
    const ends = runText(desk(two, 'discipline: fair'));
    // b1 came at 10 ms and ends at 3.001 s, b2 at 11 ms and ends at 5.001 s.
    expect(figure(ends, 'producers.b.latency.max')).toBeCloseTo(4.99, 9);
    expect(figure(ends, 'producers.b.latency.mean')).toBeCloseTo((2.991 + 4.99) / 2, 9);
    expect(figure(ends, 'producers.a.latency.max')).toBeCloseTo(3.998, 9);
  });

  it('producers of one tenant share its turns', () => {
    const both = (tenant: string): string =>
      `a: { ${burst(6)}, to: desk }, b: { ${burst(2, 9)}, to: desk, tenant: ${tenant} }`;
    const apart = runText(desk(both('b'), 'discipline: fair'));
    const together = runText(desk(both('a'), 'discipline: fair'));
    expect(figure(apart, 'producers.b.latency.max')).toBeCloseTo(5.001 - 0.011, 9);
    expect(figure(together, 'producers.b.latency.max')).toBeCloseTo(8.001 - 0.011, 9);
  });

  it('who asks for less than its share is served as if the others were not there', () => {
    const text = (order: string): string => `
duration: 300s
warmup: 10s
producers:
  greedy: { arrivals: { poisson: 40/s }, to: desk }
  meek: { arrivals: { poisson: 3/s }, to: desk }
services: { desk: { workers: 1, queue: { discipline: ${order} }, handler: [ { work: 100ms } ] } }`;
    const fair = runText(text('fair'));
    const fifo = runText(text('fifo'));
    expect(figure(fair, 'producers.meek.latency.p90')).toBeLessThan(1);
    expect(figure(fifo, 'producers.meek.latency.p50')).toBeGreaterThan(60);
    // The whole is served just as much.
    expect(figure(fair, 'throughput')).toBeCloseTo(figure(fifo, 'throughput'), 6);
  });

  it('drawn tenants are told apart, and come and go', () => {
    const text = `
duration: 60s
producers: { all: { arrivals: { poisson: 20/s }, to: desk, tenant: { zipf: { n: 500, s: 1 } } } }
services: { desk: { workers: 1, queue: { discipline: fair, max_age: 2s }, handler: [ { work: 60ms } ] } }`;
    const ends = runText(text);
    expect(ends.ledger.failed['expired']).toBeGreaterThan(0);
    expect(ends.ledger.good).toBeGreaterThan(900);
  });

  it('lines of tenants keep order whoever leaves', () => {
    const flows = new Flows(1);
    for (const [attempt, tenant] of [
      [0, 7],
      [1, 7],
      [2, 8],
      [3, 9],
      [4, 8],
    ] as const) {
      flows.add(attempt, 0, tenant);
    }
    const served: number[] = [];
    const serve = (): void => {
      const next = flows.turn(0);
      flows.turned(0);
      flows.remove(next, 0);
      served.push(next);
    };
    serve();
    flows.remove(3, 0);
    flows.add(5, 0, 9);
    for (let k = 0; k < 4; k++) serve();
    expect(served).toEqual([0, 2, 1, 5, 4]);
  });
});

describe('edf: the earliest deadline that the callee knows first, none last', () => {
  it('orders those who wait by the moment, not by the length, of their deadlines', () => {
    const producers = [
      `none: { ${burst(2)}, to: desk }`,
      `long: { ${burst(1, 9)}, to: desk, deadline: 25s }`,
      `short: { ${burst(1, 19)}, to: desk, deadline: 20s }`,
      `late: { ${burst(1, 29)}, to: desk, deadline: 24990ms }`,
    ];
    const ends = runText(desk(producers.join(', '), 'discipline: edf'));
    const latency = (name: string) => figure(ends, `producers.${name}.latency.max`);
    // The first is at work until 1.001 s; then short, long (25.01 s), late (25.02 s), none.
    expect(latency('short')).toBeCloseTo(2.001 - 0.02, 9);
    expect(latency('long')).toBeCloseTo(3.001 - 0.01, 9);
    expect(latency('late')).toBeCloseTo(4.001 - 0.03, 9);
    expect(latency('none')).toBeCloseTo(5.001 - 0.002, 9);
  });

  it('a deadline that does not travel is not known further down', () => {
    const text = (propagate: string): string => `
duration: 30s
producers:
  none: { ${burst(3)}, to: front }
  soon: { ${burst(1, 9)}, to: front, deadline: 20s }
services:
  front: { workers: 9, handler: [ { call: desk } ] }
  desk: { workers: 1, queue: { discipline: edf }, handler: [ { work: 1s } ] }
calls: { "front -> desk": { deadline: { propagate: ${propagate} } } }`;
    const known = runText(text('true'));
    const unknown = runText(text('false'));
    expect(figure(known, 'producers.soon.latency.max')).toBeCloseTo(1.991, 9);
    expect(figure(unknown, 'producers.soon.latency.max')).toBeCloseTo(3.991, 9);
  });

  it('heaps give the least whatever leaves in between', () => {
    const urgency = new Urgency(1);
    const deadlines = [50, 20, Infinity, 20, 10, 70, Infinity, 30];
    deadlines.forEach((ns, attempt) => {
      urgency.add(attempt, 0, ns);
    });
    urgency.remove(4, 0);
    urgency.remove(0, 0);
    const served: number[] = [];
    for (let k = 0; k < 6; k++) {
      served.push(urgency.first(0));
      urgency.remove(served.at(-1)!, 0);
    }
    expect(served).toEqual([1, 3, 7, 5, 2, 6]);
  });
});

describe('adaptive_lifo: the last one while the queue is fuller than that (HBase)', () => {
  it('ten wait of ten: five are served from the back, the others from the front', () => {
    const queue = 'capacity: 10, discipline: { adaptive_lifo: { above: 50% } }';
    const ends = runText(desk(`a: { ${burst(11)}, to: desk }`, queue));
    // The 2nd comes after five others and the 1st, the 6th last of all.
    expect(figure(ends, 'latency.max')).toBeCloseTo(11.001 - 0.006, 9);
    const sum = [1, 11, 10, 9, 8, 7, 2, 3, 4, 5, 6].reduce(
      (total, came, turn) => total + (turn + 1.001 - came / 1000),
      0,
    );
    expect(figure(ends, 'latency.mean')).toBeCloseTo(sum / 11, 9);
  });

  it('at 100% it is fifo, at 0% lifo', () => {
    const load = `a: { arrivals: { poisson: 3/s }, to: desk }`;
    const of = (order: string) =>
      runText(desk(load, `capacity: 8, discipline: ${order}`)).fingerprint;
    expect(of('{ adaptive_lifo: { above: 100% } }')).toBe(of('fifo'));
    expect(of('{ adaptive_lifo: { above: 0% } }')).toBe(of('lifo'));
    expect(of('{ adaptive_lifo: {} }')).toBe(of('{ adaptive_lifo: { above: 80% } }'));
  });

  it('an operator who gives the queue another capacity moves the mark with it', () => {
    const queue = 'capacity: 10, discipline: { adaptive_lifo: { above: 50% } }';
    const set =
      'faults: [ { at: 500ms, set: { services: { desk: { queue: { capacity: 20 } } } } } ]';
    const ends = runText(`${desk(`a: { ${burst(11)}, to: desk }`, queue)}\n${set}`);
    // Ten of twenty are not above half: all in order.
    expect(figures(ends, 'latency.max')).toEqual([expect.closeTo(10.99, 9)]);
  });
});
