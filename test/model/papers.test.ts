import { describe, expect, it } from 'vitest';
import type { Measured } from '../../src/measure/measured.js';
import { figure, full, meanOf, runText, seriesOf } from './kit.js';

/**
 * HotOS '21, "Metastable Failures in Distributed Systems": one first-in-first-out server of 300/s,
 * timeout 1 s, one retry, what was given up is served all the same; an outage of 10 s.
 */
const OUTAGE_ENDS = 40;
const hotos = (rate: number, seconds: number): string => `
duration: ${seconds}s
warmup: 10s
producers: { users: { arrivals: ${rate}/s, to: server } }
services: { server: { workers: 1, handler: [ { work: 3333us } ] } }
calls: { "* -> *": { timeout: 1s, retry: { attempts: 2 } } }
faults: [ { at: 30s, for: 10s, pause: server } ]`;

/** Whether nine in ten of those who came in a second were answered, second by second. */
function well({ seconds }: Measured): boolean[] {
  const [offered, good] = [seconds.offered[0]!, seconds.good[0]!];
  return Array.from(offered, (n, s) => good[s]! >= 0.9 * n);
}

/** Seconds from the end of the outage until ten in a row went well. */
function recoveryOf(ends: Measured): number {
  const went = well(ends);
  for (let s = OUTAGE_ENDS; s + 10 <= went.length; s++) {
    if (went.slice(s, s + 10).every(Boolean)) return s - OUTAGE_ENDS;
  }
  return Infinity;
}

const seedsOf = (few: number): string[] =>
  Array.from({ length: full ? 20 : few }, (_, i) => `${i + 1}`);

describe('metastable failures (HotOS 2021)', () => {
  it.each([
    [100, 16, 4],
    [120, 33, 4],
    [140, 118, 4],
  ])('at %d/s it recovers in (19λ − 300) ÷ (300 − 2λ) = %d s', (rate, seconds, few) => {
    expect(Math.round((19 * rate - 300) / (300 - 2 * rate))).toBe(seconds);
    const found = seedsOf(few).map((seed) =>
      recoveryOf(runText(hotos(rate, 60 + 3 * seconds), 'base', seed)),
    );
    const mean = meanOf(found);
    const squares = meanOf(found.map((x) => (x - mean) ** 2));
    const error = Math.sqrt(squares / (found.length - 1));
    // A second of rounding, and three errors of the mean (Student's of few runs: more).
    expect(Math.abs(mean - seconds)).toBeLessThan(1.5 + (full ? 3 : 5) * error);
    expect(mean).toBeLessThan(2 * seconds + 3);
  });

  it.each([160, 200, 280])('at %d/s it never comes back: the load stays, goodput is 0', (rate) => {
    for (const seed of seedsOf(2)) {
      const ends = runText(hotos(rate, 300), 'base', seed);
      // Before the outage all went well.
      expect(well(ends).slice(12, 28).filter(Boolean).length).toBeGreaterThan(rate < 280 ? 15 : 8);
      expect(recoveryOf(ends)).toBe(Infinity);
      expect(seriesOf(ends, 'goodput').slice(-60)).toEqual(Array.from({ length: 60 }, () => 0));
      const attempts = meanOf(seriesOf(ends, 'attempts').slice(-60) as number[]);
      expect(Math.abs(attempts / (2 * rate) - 1)).toBeLessThan(0.05);
    }
  });

  it('without the outage it would have been well all the time', () => {
    const calm = hotos(200, 120).replace(/faults:.*/, '');
    for (const seed of seedsOf(2)) {
      const { good, unfinished, offered } = runText(calm, 'base', seed).ledger;
      expect(good + unfinished).toBe(offered);
    }
  });
});

describe("Google's books on overload", () => {
  it('three layers that each try four times make 64 attempts of one request', () => {
    const ends = runText(`
duration: 60s
producers: { users: { arrivals: { constant: 10/s }, to: front } }
services:
  front: { workers: unbounded, handler: [ { call: middle } ] }
  middle: { workers: unbounded, handler: [ { call: back } ] }
  back: { workers: unbounded, handler: [ { fail: 100% } ] }
calls: { "* -> *": { retry: { attempts: 4 } } }`);
    const offered = ends.ledger.offered;
    expect(offered).toBe(599);
    expect(figure(ends, 'calls.middle -> back.attempts')).toBe(64 * offered);
    expect(figure(ends, 'calls.middle -> back.amplification')).toBe(64);
    expect(figure(ends, 'calls.front -> middle.amplification')).toBe(16);
    expect(figure(ends, 'amplification')).toBe(64);
    expect(ends.ledger.failed).toEqual({ error: offered });
  });

  it('three attempts and a budget of 10% a client: load grows 1.1 times', () => {
    const ends = runText(`
duration: 100s
warmup: 20s
producers: { users: { arrivals: 200/s, to: desk } }
services: { desk: { workers: 9, handler: [ { fail: 100% } ] } }
calls: { "* -> *": { retry: { attempts: 3, budget: 10% } } }`);
    expect(Math.abs(figure(ends, 'amplification') - 1.1)).toBeLessThan(0.002);
  });

  it('a queue of ten times the threads at 100 ms a request: 1.1 s, nearly all of it waiting', () => {
    const ends = runText(`
duration: 60s
warmup: 10s
producers: { users: { arrivals: { constant: 400/s }, to: desk } }
services: { desk: { workers: 10, queue: { capacity: 100 }, handler: [ { work: 100ms } ] } }`);
    expect(Math.abs(figure(ends, 'latency.p50') - 1.1)).toBeLessThan(0.011);
    expect(Math.abs(figure(ends, 'services.desk.wait.mean') - 1)).toBeLessThan(0.011);
    expect(figure(ends, 'services.desk.queue.depth.max')).toBe(100);
  });
});
