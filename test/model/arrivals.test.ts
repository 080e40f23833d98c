import { describe, expect, it } from 'vitest';
import { openStream } from '../../src/kernel/draws.js';
import { unitExponential } from '../../src/kernel/ziggurat.js';
import { figure, figures, meanOf, momentsOf, planOf, runText, seriesOf } from './kit.js';

/** A desk that answers at once, so that every fact stands at an arrival. */
const instant = (arrivals: string, more = '', duration = '40s'): string => `
seed: 11
duration: ${duration}
producers: { users: { arrivals: ${arrivals}, to: desk } }
services: { desk: { workers: unbounded } }
${more}`;

/** The rate at t seconds, of a schedule and surges, by the words of the rule. */
interface Schedule {
  steps: { at: number; rate: number; ramp: number }[];
  surges: { at: number; for: number; factor: number }[];
}

function rateAt({ steps, surges }: Schedule, t: number): number {
  let rate = 0;
  for (const step of steps) {
    if (step.at > t) break;
    rate += (step.rate - rate) * (step.ramp > 0 ? Math.min(1, (t - step.at) / step.ramp) : 1);
  }
  for (const surge of surges) {
    if (surge.at <= t && t < surge.at + surge.for) rate *= surge.factor;
  }
  return rate;
}

/** Λ(t): between two corners the rate is linear, so the middle's rate is the mean. */
function expectedBy(schedule: Schedule, t: number): number {
  const corners = [
    ...schedule.steps.flatMap((step) => [step.at, step.at + step.ramp]),
    ...schedule.surges.flatMap((surge) => [surge.at, surge.at + surge.for]),
  ].filter((corner) => corner > 0 && corner < t);
  const cuts = [0, ...new Set(corners.sort((a, b) => a - b)), t];
  let sum = 0;
  for (let i = 1; i < cuts.length; i++) {
    sum += rateAt(schedule, (cuts[i - 1]! + cuts[i]!) / 2) * (cuts[i]! - cuts[i - 1]!);
  }
  return sum;
}

/** Λ⁻¹ by halving, in nanoseconds. */
function inverse(schedule: Schedule, expected: number): number {
  let [low, high] = [0, 1000];
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (expectedBy(schedule, middle) < expected) low = middle;
    else high = middle;
  }
  return high * 1e9;
}

const BENT: Schedule = {
  steps: [
    { at: 0, rate: 3, ramp: 0 },
    { at: 10, rate: 9, ramp: 5 },
    { at: 20, rate: 0, ramp: 3 },
    { at: 30, rate: 7, ramp: 0 },
  ],
  surges: [
    { at: 8.03, for: 6, factor: 2.5 },
    { at: 12.07, for: 10, factor: 0.5 },
    { at: 33.11, for: 2, factor: 0 },
  ],
};

const rates = (schedule: Schedule): string =>
  `[ ${schedule.steps.map((s) => `{ at: ${s.at}s, rate: ${s.rate}/s, ramp: ${s.ramp}s }`).join(', ')} ]`;
const surges = (schedule: Schedule): string =>
  `faults: [ ${schedule.surges
    .map((s) => `{ at: ${s.at}s, for: ${s.for}s, surge: users, factor: ${s.factor} }`)
    .join(', ')} ]`;

/** Moments without those of the faults themselves. */
function arrivalsOf(text: string, schedule: Schedule): number[] {
  const borders = new Set(
    schedule.surges.flatMap((s) => [s.at, s.at + s.for].map((t) => Math.round(t * 1e9))),
  );
  return momentsOf(planOf(text)).filter((at) => !borders.has(at));
}

describe('rule 5: open arrivals', () => {
  it('the k-th constant arrival is at Λ⁻¹(k), through ramps, pauses and surges', () => {
    const moments = arrivalsOf(instant(`{ constant: ${rates(BENT)} }`, surges(BENT)), BENT);
    const count = Math.floor(expectedBy(BENT, 40) - 1e-9);
    expect(count).toBeGreaterThan(100);
    expect(moments.length).toBe(count);
    moments.forEach((at, i) => {
      // Rounded to the nanosecond; the reference itself is good to a few hundredths of one.
      expect(Math.abs(at - inverse(BENT, i + 1))).toBeLessThan(0.55);
    });
  });

  it('the k-th Poisson arrival is at Λ⁻¹(E₁ + … + E_k), the sum rounded, never the gap', () => {
    const moments = arrivalsOf(instant(`{ poisson: ${rates(BENT)} }`, surges(BENT)), BENT);
    const stream = openStream('11', 'users', 'arrivals');
    let expected = 0;
    expect(moments.length).toBeGreaterThan(100);
    for (const at of moments) {
      expected += unitExponential(stream);
      expect(Math.abs(at - inverse(BENT, expected))).toBeLessThan(0.55);
    }
    expect(expectedBy(BENT, 40) - expected).toBeLessThan(12);
  });

  it('a rate of a third of a nanosecond’s worth drifts by nothing in a million arrivals', () => {
    const plan = planOf(instant('{ constant: 300000/s }', '', '4s'));
    plan.durationNs = 3_333_333_333.0 + 1;
    const moments = momentsOf(plan);
    expect(moments.length).toBe(1_000_000);
    expect(moments.at(-1)).toBe(3_333_333_333);
    expect(moments[2]).toBe(10_000);
  });

  it('twice the load is the same arrivals in half the time', () => {
    const [once, twice] = ['10/s', '20/s'].map((rate) =>
      momentsOf(planOf(instant(`{ poisson: ${rate} }`, '', rate === '10/s' ? '40s' : '20s'))),
    );
    expect(twice!.length).toBe(once!.length);
    twice!.forEach((at, k) => {
      expect(Math.abs(2 * at - once![k]!)).toBeLessThanOrEqual(1.001);
    });
  });

  it('Poisson gaps have the mean and the spread of their law', () => {
    const moments = momentsOf(planOf(instant('{ poisson: 500/s }')));
    const gaps = moments.map((at, i) => (at - (moments[i - 1] ?? 0)) / 1e9);
    const mean = meanOf(gaps);
    const variance = meanOf(gaps.map((gap) => (gap - mean) ** 2));
    expect(Math.abs(mean * 500 - 1)).toBeLessThan(4 / Math.sqrt(20_000));
    expect(Math.abs(variance / mean ** 2 - 1)).toBeLessThan(4 * Math.sqrt(8 / 20_000));
  });

  it('two producers with one seed have streams of their own', () => {
    const text = `
duration: 100s
producers:
  a: { arrivals: 50/s, to: desk }
  b: { arrivals: 50/s, to: desk }
services: { desk: { workers: unbounded } }`;
    const moments = momentsOf(planOf(text));
    const { ledger } = runText(text);
    expect(moments.length).toBe(ledger.offered);
    // The sum of two independent ones is Poisson again: variance ÷ mean of its counts is 1.
    const counts = Array.from({ length: 1000 }, () => 0);
    for (const at of moments) counts[Math.floor(at / 1e8)]!++;
    const mean = meanOf(counts);
    const index = meanOf(counts.map((n) => (n - mean) ** 2)) / mean;
    expect(Math.abs(index - 1)).toBeLessThan(0.2);
  });
});

describe('rule 5: closed users', () => {
  const closed = (users: number, think: string, handler: string, more = '') => `
duration: 20s
producers: { users: { arrivals: { closed: { users: ${users}, think: ${think} } }, to: desk } }
services: { desk: { workers: unbounded, handler: ${handler} } }
${more}`;

  it('start with a think time, then think after every answer', () => {
    const moments = momentsOf(planOf(closed(3, '2s', '[ { work: 1s } ]')));
    const expected = [2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18];
    expect(moments).toEqual(expected.map((at) => at * 1e9));
    const { ledger } = runText(closed(3, '2s', '[ { work: 1s } ]'));
    expect(ledger.offered).toBe(18);
  });

  it('without a think time send again with the answer', () => {
    const ends = runText(closed(2, '0s', '[ { work: 100ms } ]'));
    expect(ends.ledger).toMatchObject({ offered: 400, good: 398, unfinished: 2 });
  });

  it('think differently, each and every time', () => {
    const moments = momentsOf(planOf(closed(50, '{ exponential: 1s }', '[]')));
    expect(moments.length).toBeGreaterThan(800);
    const inFirst = moments.filter((at) => at < 1e9).length;
    // 50 users at 1/s each.
    expect(Math.abs(inFirst - 50)).toBeLessThan(30);
    expect(Math.abs(moments.length - 1000)).toBeLessThan(4 * Math.sqrt(1000));
  });

  it('a surge multiplies the users while it lasts', () => {
    const fault = 'faults: [ { at: 5s, for: 10s, surge: users, factor: 3 } ]';
    const ends = runText(closed(10, '100ms', '[ { work: 900ms } ]', fault));
    const offered = seriesOf(ends, 'offered');
    expect(offered.slice(1, 5)).toEqual([10, 10, 10, 10]);
    expect(offered.slice(7, 14)).toEqual([30, 30, 30, 30, 30, 30, 30]);
    expect(offered.slice(17, 20)).toEqual([10, 10, 10]);
  });

  it('users of a surge that is over send no more: they leave, thinking or answered', () => {
    const fault = 'faults: [ { at: 2s, for: 1s, surge: users, factor: 3 } ]';
    const ends = runText(closed(10, '4s', '[]', fault));
    // 20 more begin to think at 2 s and would send at 6 s, when the surge is long over.
    expect(seriesOf(ends, 'offered').slice(0, 10)).toEqual([0, 0, 0, 0, 10, 0, 0, 0, 10, 0]);
  });
});

describe('rule 20: backlog', () => {
  const backlog = (timeout = 'none') => `
duration: 20s
warmup: 1s
producers: { pump: { arrivals: { backlog: 4 }, to: desk } }
services:
  desk: { workers: 1, queue: { capacity: 10, when_full: block }, handler: [ { work: 10ms } ] }
calls: { "* -> *": { timeout: ${timeout} } }`;

  it('always has more, and goes as slowly as it is let in', () => {
    const ends = runText(backlog());
    expect(new Set(seriesOf(ends, 'throughput').slice(1))).toEqual(new Set([100]));
    expect(figure(ends, 'services.desk.utilization')).toBe(1);
    expect(figures(ends, 'services.desk.queue.depth.mean', 'producers.pump.blocked.mean')).toEqual([
      10, 4,
    ]);
    expect(ends.ledger.unfinished).toBe(1 + 10 + 4);
    expect(figure(ends, 'latency.max')).toBeCloseTo(0.01 * (1 + 10 + 4), 9);
  });

  it('a sender whose request gave up at the door sends the next', () => {
    const ends = runText(backlog('12ms'));
    // The first finds a free worker.
    expect(ends.ledger.good).toBe(1);
    expect(ends.ledger.failed['timeout']).toBeGreaterThan(5000);
    expect(figure(ends, 'services.desk.utilization')).toBe(1);
  });
});
