import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Plan, World } from '../../src/model/index.js';
import { loadScenario, planFor } from '../../src/scenario/index.js';

/** Published shares of runs or of requests, each against the program's own over many seeds. */

const FULL = process.env['SPILLWAY_FULL'] === '1';
/** Both sides of the normal law together 1%. */
const Z = 2.576;

function planOf(file: string, policy: string, seed: string): Plan {
  const url = new URL(`../../scenarios/papers/${file}`, import.meta.url);
  const { scenario } = loadScenario({ text: readFileSync(url, 'utf8'), file });
  return planFor(scenario!, policy, { seed });
}

/** A figure of the whole run, or of a window in seconds. */
function figureOf(plan: Plan, metric: string, window?: [number, number]): number {
  const windows = window === undefined ? [] : [{ fromNs: window[0] * 1e9, toNs: window[1] * 1e9 }];
  const world = new World(plan, { stepNs: 10e9, windows, memoryLimitBytes: 4e9 });
  while (!world.advance(1e6));
  const { metrics, windows: measured } = world.measured();
  return (window === undefined ? metrics : Object.values(measured)[0]!)[metric]!;
}

/** Whether two shares, of n and of m, differ by no more than chance has it 99 times of 100. */
function agree(share: number, n: number, published: number, m: number): boolean {
  const sd = Math.sqrt(published * (1 - published) * (1 / n + 1 / m));
  return Math.abs(share - published) <= Z * sd;
}

describe(
  'a collapse that stays: how many of the seeds recover',
  () => {
    const recovered = (policy: string, seeds: number): number => {
      let count = 0;
      for (let seed = 1; seed <= seeds; seed++) {
        const plan = planOf('collapse-that-stays.yaml', policy, `${seed}`);
        if (figureOf(plan, 'goodput_ratio', [90, 119]) >= 0.9) count++;
      }
      return count;
    };
    const SEEDS = FULL ? 400 : 40;

    it('at 20/s all', () => {
      expect(recovered('at-20', 40)).toBe(40);
    });

    it('at 30/s 29 of 40', () => {
      const count = recovered('at-30', SEEDS);
      expect(agree(count / SEEDS, SEEDS, 29 / 40, 40), `${count} of ${SEEDS}`).toBe(true);
    });

    it('at 40/s 10.5 of 40, as 700 runs had it', () => {
      const count = recovered('at-40', SEEDS);
      expect(agree(count / SEEDS, SEEDS, 10.5 / 40, 700), `${count} of ${SEEDS}`).toBe(true);
    });

    it('at 50/s none', () => {
      expect(recovered('at-50', 40)).toBe(0);
    });
  },
  FULL ? 1_200_000 : 180_000,
);

describe(
  'the tail at scale: the share of requests over a second',
  () => {
    it('63.4% of those that ask 100 leaves of which one in 100 is slow, 18.1% of 2,000 and one in 10,000', () => {
      const seeds = FULL ? 20 : 1;
      let [hundred, twoThousand] = [0, 0];
      for (let seed = 1; seed <= seeds; seed++) {
        const plan = planOf('tail-at-scale.yaml', 'all-answers', `${seed}`);
        const world = new World(plan, { stepNs: 10e9, windows: [], memoryLimitBytes: 4e9 });
        while (!world.advance(1e6));
        const { metrics } = world.measured();
        hundred += 1 - metrics['producers.hundred.goodput_ratio']!;
        twoThousand += 1 - metrics['producers.two-thousand.goodput_ratio']!;
      }
      // 65 s at 100/s and at 20/s; the last 10 ms of a run are unfinished.
      expect(agree(hundred / seeds, 6500 * seeds, 0.634, Infinity), `${hundred / seeds}`).toBe(
        true,
      );
      expect(
        agree(twoThousand / seeds, 1300 * seeds, 0.181, Infinity),
        `${twoThousand / seeds}`,
      ).toBe(true);
    });
  },
  FULL ? 1_200_000 : 180_000,
);
