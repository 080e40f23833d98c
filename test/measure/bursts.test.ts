import { describe, expect, it } from 'vitest';
import { openStream } from '../../src/kernel/draws.js';
import { unitExponential } from '../../src/kernel/ziggurat.js';
import { Bursts } from '../../src/measure/bursts.js';

/** Notes at moments in seconds, with an epoch begun at every border in between. */
function noted(momentsS: readonly number[], bordersS: readonly number[] = []): Bursts {
  const clock = new Float64Array(1);
  const bursts = new Bursts(1, bordersS.length + 1, clock);
  let epoch = 0;
  for (const at of momentsS) {
    while (epoch < bordersS.length && bordersS[epoch]! <= at) {
      clock[0] = bordersS[epoch]! * 1e9;
      bursts.beginEpoch(++epoch);
    }
    clock[0] = Math.round(at * 1e9);
    bursts.note(0);
  }
  return bursts;
}

function poisson(perSecond: number, seconds: number, seed: string): number[] {
  const source = openStream(seed, 'bursts', 'arrivals');
  const moments: number[] = [];
  for (let at = 0; ; ) {
    at += unitExponential(source) / perSecond;
    if (at >= seconds) return moments;
    moments.push(at);
  }
}

const hundredSeconds = (each: (i: number) => number): number[] =>
  Array.from({ length: 10_000 }, (_, i) => each(i));

describe('burstiness', () => {
  it.each([20, 1000])('of a Poisson stream of %d/s is 1', (rate) => {
    const seconds = 400;
    const value = noted(poisson(rate, seconds, '1')).between(0, 0, 1, seconds * 1e9)!;
    // Variance ÷ mean of 4,000 bins has a standard deviation of √(2/4000) = 0.022.
    expect(Math.abs(value - 1)).toBeLessThan(0.1);
  });

  it('of an even stream is 0, of one that comes in clumps far above 1', () => {
    const even = hundredSeconds((i) => i / 100 + 0.001);
    expect(noted(even).between(0, 0, 1, 100e9)).toBeLessThan(0.02);
    const clumps = hundredSeconds((i) => Math.floor(i / 100));
    expect(noted(clumps).between(0, 0, 1, 100e9)).toBeGreaterThan(80);
  });

  it('needs ten bins and something in them', () => {
    expect(noted([0.1, 0.5]).between(0, 0, 1, 0.99e9)).toBeNull();
    expect(noted([]).between(0, 0, 1, 10e9)).toBeNull();
    expect(noted([0.1, 5]).between(0, 0, 1, 10e9)).not.toBeNull();
  });

  it('what came before a border counts before it, even if nothing came after for a while', () => {
    const burst = Array.from({ length: 1000 }, (_, i) => 9.9 + i / 20_000);
    const bursts = noted([...burst, 15.05, 16.05, 17.05, 18.05], [10]);
    // Three or four single attempts in a hundred bins: as good as Poisson.
    expect(bursts.between(0, 1, 2, 10e9)).toBeLessThan(2);
    expect(bursts.between(0, 0, 1, 10e9)).toBeGreaterThan(500);
  });

  it('counts the last bin too', () => {
    const even = Array.from({ length: 100 }, (_, i) => i / 10 + 0.05);
    expect(noted(even).between(0, 0, 1, 10e9)).toBe(0);
    const atTheEnd = Array.from({ length: 100 }, () => 9.95);
    expect(noted(atTheEnd).between(0, 0, 1, 10e9)).toBeGreaterThan(50);
  });
});
