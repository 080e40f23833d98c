import { afterEach, describe, expect, it } from 'vitest';
import { busyPeriod } from '../../src/judge/theory/forms/busy-period.js';
import { Saturation } from '../../src/measure/saturation.js';
import { World } from '../../src/model/index.js';
import { studentInterval } from '../../src/study/statistics.js';
import { planOf } from './kit.js';

const SEEDS = 20;
const { workersBusy, workerFree } = Saturation.prototype;

afterEach(() => {
  Object.assign(Saturation.prototype, { workersBusy, workerFree });
});

/** How long the only worker of an M/M/1 of rate 1 stays busy each time, seconds. */
function periods(load: number, seed: string): number[] {
  const text = `duration: 40000s
producers: { users: { arrivals: { poisson: ${load}/s }, to: desk } }
services: { desk: { workers: 1, handler: [ { work: { exponential: 1s } } ] } }
`;
  const world = new World(planOf(text, 'base', seed), {
    stepNs: 60e9,
    windows: [],
    memoryLimitBytes: 8e9,
  });
  const found: number[] = [];
  let since = -1;
  Saturation.prototype.workersBusy = function (this: Saturation, component) {
    if (since < 0) since = world.nowNs;
    workersBusy.call(this, component);
  };
  Saturation.prototype.workerFree = function (this: Saturation, component) {
    if (since >= 0) found.push((world.nowNs - since) / 1e9);
    since = -1;
    workerFree.call(this, component);
  };
  while (!world.advance(200_000));
  return found;
}

describe('the busy period of an M/M/1', () => {
  it.each([0.5, 0.8])(
    'at load %f has its mean and its variance within their intervals over seeds',
    (load) => {
      const means: number[] = [];
      const variances: number[] = [];
      const theory = busyPeriod({ arrivals: load, meanWork: 1, secondMoment: 2 });
      for (let seed = 1; seed <= SEEDS; seed++) {
        const found = periods(load, String(seed));
        const mean = found.reduce((sum, one) => sum + one, 0) / found.length;
        means.push(mean);
        const square = found.reduce((sum, one) => sum + (one - theory.mean) ** 2, 0);
        variances.push(square / found.length);
      }
      expect(theory.variance).toBeCloseTo((1 + load) / (1 - load) ** 3, 9);
      for (const [found, expected] of [
        [means, theory.mean],
        [variances, theory.variance],
      ] as const) {
        const [low, high] = studentInterval(found, 0.99) ?? [NaN, NaN];
        expect(expected).toBeGreaterThanOrEqual(low);
        expect(expected).toBeLessThanOrEqual(high);
      }
    },
  );
});
