import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equilibrium } from '../../../../src/judge/theory/forms/birth-death.js';
import { busyPeriod } from '../../../../src/judge/theory/forms/busy-period.js';
import { erlangB } from '../../../../src/judge/theory/forms/erlang-b.js';
import { jackson } from '../../../../src/judge/theory/forms/jackson.js';
import { choiceTime } from '../../../../src/judge/theory/forms/many-choices.js';
import { mg1Wait } from '../../../../src/judge/theory/forms/mg1.js';
import { mm1Quantile, mm1Wait, mm1Within } from '../../../../src/judge/theory/forms/mm1.js';
import { mm1D } from '../../../../src/judge/theory/forms/mm1-d.js';
import {
  busyLonger,
  lifoWaitQuantile,
  lifoWaitsLonger,
} from '../../../../src/judge/theory/forms/mm1-lifo.js';
import {
  erlangC,
  mmcStaysLonger,
  mmcTimeQuantile,
  mmcWait,
  mmcWaitQuantile,
  mmcWaitsLonger,
} from '../../../../src/judge/theory/forms/mmc.js';
import { mmcM } from '../../../../src/judge/theory/forms/mmc-m.js';
import { mmck } from '../../../../src/judge/theory/forms/mmck.js';
import { meanValues } from '../../../../src/judge/theory/forms/mva.js';
import { cobhamWaits, preemptiveTimes } from '../../../../src/judge/theory/forms/priorities.js';
import { retriedAtMost, retriedForEver } from '../../../../src/judge/theory/forms/retries.js';
import { sharedTime } from '../../../../src/judge/theory/forms/shared-server.js';
import { uslPeak, uslThroughput } from '../../../../src/judge/theory/forms/usl.js';

/** The chances of the states of a chain from all its rates, by elimination: no form is used. */
function solved(rates: readonly (readonly number[])[]): number[] {
  const n = rates.length;
  // One equation a state: what flows out is what flows in; the last says that chances sum to 1.
  const rows = rates.map((_, j) => [
    ...rates.map((from, i) =>
      j === n - 1 ? 1 : i === j ? -from.reduce((a, b) => a + b, 0) : rates[i]![j]!,
    ),
    j === n - 1 ? 1 : 0,
  ]);
  for (let column = 0; column < n; column++) {
    const pivot = rows.reduce(
      (best, row, i) =>
        i >= column && Math.abs(row[column]!) > Math.abs(rows[best]![column]!) ? i : best,
      column,
    );
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    for (let i = 0; i < n; i++) {
      if (i === column) continue;
      const factor = rows[i]![column]! / rows[column]![column]!;
      for (let k = column; k <= n; k++) rows[i]![k]! -= factor * rows[column]![k]!;
    }
  }
  return rows.map((row, i) => row[n]! / row[i]!);
}

/** The chances of 0 … states of a line, solved as a whole. */
function lineOf(states: number, up: number, down: (n: number) => number): number[] {
  const rates = Array.from({ length: states + 1 }, () => new Array<number>(states + 1).fill(0));
  for (let n = 0; n < states; n++) {
    rates[n]![n + 1] = up;
    rates[n + 1]![n] = down(n + 1);
  }
  return solved(rates);
}

const mean = (chances: readonly number[], of: (n: number) => number): number =>
  chances.reduce((sum, chance, n) => sum + chance * of(n), 0);

const near = (value: number, expected: number, share = 1e-9): void => {
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(share * Math.abs(expected) + 1e-14);
};

const aLoad = fc.double({ min: 0.05, max: 0.95, noNaN: true });
const servers = fc.integer({ min: 1, max: 60 });

describe('the balance of all flows, solved as a linear system, agrees with', () => {
  it('M/M/c/K', () => {
    for (const [c, a, room] of [
      [1, 0.8, 10],
      [5, 8, 10],
      [3, 1.2, 20],
    ] as const) {
      const chances = lineOf(room, a, (n) => Math.min(n, c));
      const form = mmck({ servers: c, room, arrivals: a, meanWork: 1 });
      near(form.loss, chances[room]!);
      near(
        form.present,
        mean(chances, (n) => n),
      );
      near(form.wait, mean(chances, (n) => Math.max(0, n - c)) / (a * (1 - chances[room]!)));
    }
  });

  it('M/M/c, where 200 places are as good as no bound', () => {
    const chances = lineOf(200, 4, (n) => Math.min(n, 5));
    near(
      erlangC(5, 4),
      mean(chances, (n) => Number(n >= 5)),
    );
    near(
      mmcWait({ servers: 5, arrivals: 4, meanWork: 1 }) * 4,
      mean(chances, (n) => Math.max(0, n - 5)),
    );
  });

  it('Erlang B', () => {
    near(erlangB(10, 8), lineOf(10, 8, (n) => n)[10]!);
  });

  it('Erlang A', () => {
    for (const [c, a, patience] of [
      [10, 10, 1],
      [3, 5, 2],
      [8, 4, 0.2],
    ] as const) {
      const chances = lineOf(120, a, (n) => Math.min(n, c) + Math.max(0, n - c) / patience);
      const form = mmcM({ servers: c, arrivals: a, meanWork: 1, meanPatience: patience });
      near(
        form.waits,
        mean(chances, (n) => Number(n >= c)),
      );
      near(form.abandons, 1 - mean(chances, (n) => Math.min(n, c)) / a);
    }
  });

  it('mean value analysis: two users, two stations and a think time', () => {
    // States (at the first, at the second), the rest thinks.
    const states: [number, number][] = [];
    for (let a = 0; a <= 3; a++) for (let b = 0; a + b <= 3; b++) states.push([a, b]);
    const [first, second, think] = [0.4, 0.7, 1.5];
    const rates = states.map(([a, b]) =>
      states.map(([x, y]) => {
        if (x === a + 1 && y === b) return (3 - a - b) / think;
        if (x === a - 1 && y === b + 1) return 1 / first;
        return x === a && y === b - 1 ? 1 / second : 0;
      }),
    );
    const chances = solved(rates);
    const busy = chances.reduce((sum, chance, i) => sum + (states[i]![1] > 0 ? chance : 0), 0);
    const rounds = meanValues({ users: 3, think, demands: [first, second] });
    near(rounds.throughput, busy / second);
    near(
      rounds.present[0]!,
      chances.reduce((sum, chance, i) => sum + chance * states[i]![0], 0),
    );
    const thinking = meanValues({ users: 3, think: 0, demands: [first, second], delays: [think] });
    near(thinking.throughput, rounds.throughput);
    near(thinking.response, rounds.response + think);
  });
});

describe('forms agree where they meet', () => {
  it('who may wait is refused less and waits more often: Erlang C > Erlang B', () => {
    fc.assert(
      fc.property(servers, aLoad, (c, rho) => {
        expect(erlangC(c, c * rho)).toBeGreaterThan(erlangB(c, c * rho));
        expect(erlangC(c, c * rho)).toBeLessThan(1);
      }),
    );
  });

  it('M/M/c/K is Erlang B without a line, and M/M/c with a line that never ends', () => {
    fc.assert(
      fc.property(servers, fc.double({ min: 0.1, max: 0.8, noNaN: true }), (c, rho) => {
        const pool = { servers: c, arrivals: c * rho * 7, meanWork: 1 / 7 };
        near(mmck({ ...pool, room: c }).loss, erlangB(c, c * rho), 1e-10);
        const long = mmck({ ...pool, room: c + 400 });
        near(long.wait, mmcWait(pool), 1e-6);
        expect(long.loss).toBeLessThan(1e-30);
      }),
    );
  });

  it('Erlang A is M/M/c for customers of endless patience, and Erlang B for those of none', () => {
    fc.assert(
      fc.property(servers, fc.double({ min: 0.1, max: 0.7, noNaN: true }), (c, rho) => {
        const pool = { servers: c, arrivals: c * rho, meanWork: 1 };
        near(mmcM({ ...pool, meanPatience: 1e9 }).wait, mmcWait(pool), 1e-4);
        near(mmcM({ ...pool, meanPatience: 1e-7 }).abandons, erlangB(c, c * rho), 1e-3);
      }),
    );
  });

  it('M/M/1+D is M/M/1 for long patience, M/M/1/1 for none, and smooth at ρ = 1', () => {
    near(mm1D({ arrivals: 0.5, service: 1, patience: 100 }).idle, 0.5);
    near(mm1D({ arrivals: 3, service: 1, patience: 1e-9 }).abandons, 0.75, 1e-6);
    const at = (rho: number) => mm1D({ arrivals: rho, service: 1, patience: 5 }).abandons;
    near(at(1 + 1e-7), at(1), 1e-5);
    near(at(1.001), (at(1.0009) + at(1.0011)) / 2, 1e-5);
    // The printed formula itself, away from 1.
    const rho = 0.8;
    const idle = (1 - rho) / (1 - rho * rho * Math.exp(-(1 - rho) * 5));
    near(mm1D({ arrivals: rho, service: 1, patience: 5 }).idle, idle);
  });

  it('M/M/1 is M/M/c, M/G/1, a Jackson network and a busy period', () => {
    fc.assert(
      fc.property(aLoad, (rho) => {
        const pool = { servers: 1, arrivals: rho * 3, meanWork: 1 / 3 };
        const one = { arrivals: rho * 3, service: 3 };
        near(mmcWait(pool), mm1Wait(one), 1e-9);
        near(mg1Wait({ ...pool, secondMoment: 2 / 9 }), mm1Wait(one), 1e-9);
        near(mmcTimeQuantile(pool, 0.99), mm1Quantile(one, 0.99), 1e-9);
        near(1 - mmcStaysLonger(pool, 0.7), mm1Within(one, 0.7), 1e-9);
        const alone = { servers: 1, meanWork: 1 / 3, outside: rho * 3, next: [0] };
        near(jackson([alone]).time, 1 / (3 - rho * 3), 1e-9);
        const busy = busyPeriod({ ...pool, secondMoment: 2 / 9 });
        near(busy.mean, 1 / (3 - 3 * rho), 1e-9);
        near(busy.variance, (1 + rho) / (9 * (1 - rho) ** 3), 1e-9);
      }),
    );
  });

  it('a Jackson network that sends back half of its answers sees twice the arrivals', () => {
    const network = jackson([{ servers: 2, meanWork: 0.1, outside: 6, next: [0.5] }]);
    near(network.arrivals[0]!, 12);
    near(network.time, 2 * (0.1 + mmcWait({ servers: 2, arrivals: 12, meanWork: 0.1 })));
  });

  it('quantiles and tails of waits are each other’s inverse', () => {
    const pool = { servers: 10, arrivals: 8, meanWork: 1 };
    for (const p of [0.7, 0.99, 0.999]) {
      near(mmcWaitsLonger(pool, mmcWaitQuantile(pool, p)), 1 - p);
      near(mmcStaysLonger(pool, mmcTimeQuantile(pool, p)), 1 - p, 1e-9);
    }
    expect(mmcWaitQuantile(pool, 0.5)).toBe(0);
  });

  it('priorities with one class are M/G/1, and no order of two alike changes their mean wait', () => {
    const of = (arrivals: number) => ({ arrivals, meanWork: 1, secondMoment: 2 });
    near(cobhamWaits([of(0.8)])[0]!, mg1Wait(of(0.8)));
    const waits = cobhamWaits([of(0.3), of(0.5)]);
    near(0.3 * waits[0]! + 0.5 * waits[1]!, 0.8 * mg1Wait(of(0.8)));
    expect(cobhamWaits([of(0.8), of(0.4)])).toEqual([expect.closeTo(6, 9), Infinity]);
  });

  it('a preemptive first class sees nobody else, and exponential classes make up one M/M/1', () => {
    const of = (arrivals: number) => ({ arrivals, meanWork: 1, secondMoment: 2 });
    const times = preemptiveTimes([of(0.3), of(0.5)]);
    near(times[0]!, sharedTime(0.3, 1));
    near(0.3 * times[0]! + 0.5 * times[1]!, 0.8 * sharedTime(0.8, 1));
    expect(preemptiveTimes([of(0.6), of(0.5)])[1]).toBe(Infinity);
  });

  it('retries for ever are what many retries come to, and none are Erlang’s', () => {
    near(retriedAtMost(10, 8, 0).lost, erlangB(10, 8));
    near(retriedAtMost(10, 8, 500).offered, retriedForEver(10, 8).offered, 1e-6);
    expect(retriedForEver(10, 10).offered).toBe(Infinity);
    const heavy = retriedAtMost(10, 30, 3);
    near(heavy.offered * (1 - heavy.blocked), 30 * (1 - heavy.lost), 1e-9);
  });

  it('two choices beat one, three beat two, and without load all take the work alone', () => {
    fc.assert(
      fc.property(aLoad, (rho) => {
        expect(choiceTime(rho, 2)).toBeLessThan(choiceTime(rho, 1));
        expect(choiceTime(rho, 3)).toBeLessThanOrEqual(choiceTime(rho, 2));
      }),
    );
    expect(choiceTime(0, 2)).toBe(1);
    // d = 3 by its own sum: 0, 3, 12, 39 …
    near(choiceTime(0.9, 3), 1 + 0.9 ** 3 + 0.9 ** 12 + 0.9 ** 39 + 0.9 ** 120, 1e-6);
  });

  it('the peak of the Universal Scalability Law is the greatest of its values', () => {
    const law = { alpha: 0.03, beta: 0.0002, gamma: 50 };
    const { at, throughput } = uslPeak(law);
    for (const n of [at - 1, at + 1, 1, 1000]) {
      expect(uslThroughput(law, n)).toBeLessThan(throughput);
    }
    expect(uslPeak({ alpha: 0.1, beta: 0, gamma: 50 }).throughput).toBe(500);
    expect(uslPeak({ alpha: 0, beta: 0, gamma: 50 }).throughput).toBe(Infinity);
  });
});

describe('waits from the back of the line', () => {
  const server = { arrivals: 0.8, service: 1 };
  const area = (of: (t: number) => number, to: number, step: number): number => {
    let sum = (of(0) + of(to)) / 2;
    for (let t = step; t < to - step / 2; t += step) sum += of(t);
    return sum * step;
  };

  it('last as long as a busy period: mean 5, variance 225, and so 4 and 13.5647² of the wait', () => {
    const mean = area((t) => busyLonger(server, t), 800, 0.1);
    const square = area((t) => 2 * t * busyLonger(server, t), 800, 0.1);
    near(mean, 5, 1e-3);
    near(square - mean * mean, 225, 1e-3);
    near(0.8 * square - (0.8 * mean) ** 2, 13.5647 ** 2, 1e-3);
  });

  it('follow the density of the busy period, e^{−(λ+μ)t} I₁(2t√(λμ))/(t√ρ)', () => {
    const density = (t: number): number => {
      const half = t * Math.sqrt(0.8);
      let term = half;
      let bessel = 0;
      for (let k = 0; k < 200; k++) {
        bessel += term;
        term *= (half * half) / ((k + 1) * (k + 2));
      }
      return (Math.exp(-1.8 * t) * bessel) / (t * Math.sqrt(0.8));
    };
    near(
      busyLonger(server, 1) - busyLonger(server, 30),
      area((t) => density(1 + t), 29, 0.001),
      1e-6,
    );
  });

  it('quantiles and tails are each other’s inverse', () => {
    for (const p of [0.5, 0.99, 0.9999]) {
      near(lifoWaitsLonger(server, lifoWaitQuantile(server, p)), 1 - p, 1e-8);
    }
    expect(lifoWaitQuantile(server, 0.1)).toBe(0);
    expect(lifoWaitQuantile({ arrivals: 2, service: 1 }, 0.5)).toBe(Infinity);
  });
});

describe('large pools are no trouble', () => {
  it('of a hundred thousand servers', () => {
    const c = 100_000;
    const blocked = erlangB(c, c);
    // B(c, c) ≈ √(2/(πc)) for large c.
    near(blocked, Math.sqrt(2 / (Math.PI * c)), 0.01);
    expect(mmck({ servers: c, room: c, arrivals: c, meanWork: 1 }).loss / blocked).toBeCloseTo(
      1,
      6,
    );
    expect(erlangC(c, c - 316)).toBeGreaterThan(0.1);
    const { abandons } = mmcM({ servers: c, arrivals: 2 * c, meanWork: 1, meanPatience: 1 });
    near(abandons, 0.5, 1e-6);
  });

  it('and chances sum to 1 where weights would overflow', () => {
    const chances = equilibrium(
      5000,
      () => 1000,
      () => 1,
    );
    near(
      chances.reduce((a, b) => a + b, 0),
      1,
    );
    near(chances[5000]!, 0.999);
  });

  it('a load beyond the servers has no equilibrium', () => {
    expect(erlangC(4, 5)).toBe(1);
    expect(mmcWait({ servers: 4, arrivals: 5, meanWork: 1 })).toBe(Infinity);
    expect(mmcTimeQuantile({ servers: 4, arrivals: 5, meanWork: 1 }, 0.5)).toBe(Infinity);
    expect(sharedTime(2, 1)).toBe(Infinity);
    expect(choiceTime(1, 2)).toBe(Infinity);
    expect(mm1Within({ arrivals: 2, service: 1 }, 5)).toBe(0);
  });
});
