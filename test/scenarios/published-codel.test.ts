import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Measured } from '../../src/measure/measured.js';
import { type Plan, World } from '../../src/model/index.js';
import { loadScenario, planFor } from '../../src/scenario/index.js';

/** What CoDel's law comes to where nobody listens, against its own arithmetic, over seeds. */

const FULL = process.env['SPILLWAY_FULL'] === '1';
const SEEDS = FULL ? 20 : 3;

interface Case {
  /** Arrivals and what is served a second; the interval in seconds. */
  arrivals: number;
  served: number;
  interval: number;
}

function planOf({ arrivals, served, interval }: Case, seed: number): Plan {
  const text = `
spillway: 1
duration: ${Math.ceil(6 * (arrivals - served) * interval ** 2) + 2}s
producers: { clients: { arrivals: { poisson: ${arrivals}/s }, to: server } }
services:
  server:
    workers: 1
    queue: { shed: { codel: { target: 5ms, interval: ${interval * 1000}ms } } }
    handler: [ { work: ${1e6 / served}us } ]`;
  const { scenario, issues } = loadScenario({ text, file: 'codel.yaml' });
  if (scenario === null) throw new Error(issues.map(({ message }) => message).join());
  return planFor(scenario, 'base', { seed: `${seed}` });
}

function run(plan: Plan): Measured {
  const world = new World(plan, { stepNs: 1e9, windows: [], memoryLimitBytes: 4e9 });
  while (!world.advance(1e6));
  return world.measured();
}

/** When a figure of each second first passes a level, from one of them on, between two middles. */
function crossing(values: readonly number[], level: number, from: number): number {
  const rises = values[from]! < level;
  const at = values.findIndex((value, i) => i > from && value >= level === rises);
  const [before, after] = [values[at - 1]!, values[at]!];
  return at - 0.5 + (level - before) / (after - before);
}

/** When drops first were as many as the excess, when the line was gone; and the worst wait. */
function found({ arrivals, served }: Case, { series, metrics }: Measured): number[] {
  const drops = series['errors.rejected'] as number[];
  const depth = series['services.server.queue.depth'] as number[];
  const reached = crossing(drops, arrivals - served, 0);
  const gone = crossing(depth, 0.2 * Math.max(...depth), Math.ceil(reached));
  // At a fifth of its height a parabola has √0.2 of its half width to go.
  const end = reached + (gone - reached) / Math.sqrt(0.8);
  return [reached, end, metrics['services.server.queue.age.max']!];
}

describe('an overload that does not listen: r a second more than are served', () => {
  it.each<Case>([
    { arrivals: 1000, served: 500, interval: 0.1 },
    { arrivals: 1500, served: 1000, interval: 0.1 },
    { arrivals: 1200, served: 500, interval: 0.08 },
    { arrivals: 2000, served: 1000, interval: 0.05 },
  ])(
    '%o: reached after 2·r·interval², gone after 4·r·interval², waits of r²·interval²/λ',
    (one) => {
      const r = one.arrivals - one.served;
      const theory = [2 * r * one.interval ** 2, 4 * r * one.interval ** 2];
      theory.push((r * one.interval) ** 2 / one.arrivals);
      const sums = [0, 0, 0];
      for (let seed = 1; seed <= SEEDS; seed++) {
        found(one, run(planOf(one, seed))).forEach((value, i) => {
          sums[i]! += value / SEEDS;
        });
      }
      // What begins it (an interval, and a line longer than one) and chance in the arrivals aside.
      const names = ['reached', 'gone', 'worst wait'];
      names.forEach((name, i) => {
        const off = sums[i]! / theory[i]! - 1;
        expect(Math.abs(off), `${name}: ${sums[i]} s, theory ${theory[i]} s`).toBeLessThan(0.1);
      });
    },
  );

  it('as results have it: 9.9 s, 20 s, 2.5 s', () => {
    const one = { arrivals: 1000, served: 500, interval: 0.1 };
    const [reached, gone, worst] = found(one, run(planOf(one, 1)));
    expect(Math.abs(reached! / 9.9 - 1)).toBeLessThan(0.1);
    expect(Math.abs(gone! / 20 - 1)).toBeLessThan(0.1);
    expect(Math.abs(worst! / 2.5 - 1)).toBeLessThan(0.1);
  });
});

describe('the scenario of it', () => {
  it('says the same under its first policy', () => {
    const url = new URL('../../scenarios/papers/codel.yaml', import.meta.url);
    const { scenario } = loadScenario({ text: readFileSync(url, 'utf8'), file: 'codel.yaml' });
    const ends = run(planFor(scenario!, 'linux', { seed: '7' }));
    expect(Math.abs(ends.metrics['services.server.queue.age.max']! / 2.5 - 1)).toBeLessThan(0.12);
  });
});
