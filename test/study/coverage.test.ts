import { describe, expect, it } from 'vitest';
import { pairedInterval } from '../../src/study/compare-statistics.js';
import { runScenario } from '../../src/study/index.js';
import { mm1Time, mmcWait } from '../scenarios/closed-forms.js';
import { FULL, scenarioOf } from '../scenarios/intervals.js';

/**
 * How often 95% intervals hold what they are to hold: over studies whose answer is known, each of
 * ten replications under a seed of its own. Everywhere a tenth of the repetitions are made.
 */
const REPETITIONS = FULL ? 400 : 40;
const REPLICATIONS = 10;
const TIMEOUT_MS = 1_200_000;

/** Of so many trials at 95%, the counts that chance alone leaves in 99.4% of all cases. */
function expected(trials: number): [number, number] {
  // 92% to 98% of 400 is that very band (2.75 standard deviations), and what is asked of the product.
  if (trials === 400) return [368, 392];
  const chances = [0.05 ** trials];
  for (let k = 1; k <= trials; k++) {
    chances.push((chances[k - 1]! * (trials - k + 1) * 0.95) / (k * 0.05));
  }
  let low = 0;
  for (let below = chances[0]!; below < 0.003; below += chances[++low]!);
  let high = trials;
  for (let above = chances[trials]!; above < 0.003; above += chances[--high]!);
  return [low, high];
}

/** Work of 10 ms in the mean; `perWork` arrivals come in that time. 3,000 of them are measured. */
const queue = (perWork: number, workers: number, other: string): ReturnType<typeof scenarioOf> =>
  scenarioOf(
    `spillway: 1
duration: ${Math.round(33_000 / perWork)}ms
warmup: ${Math.round(3000 / perWork)}ms
replications: ${REPLICATIONS}
producers: { users: { arrivals: { poisson: ${100 * perWork}/s }, to: desk } }
services: { desk: { workers: ${workers}, handler: [ { work: { exponential: 10ms } } ] } }
policies: { one: {}, other: { services: { desk: { ${other} } } } }`,
    'coverage.yaml',
  );

/** One study: the interval of each policy's mean latency, and that of their paired difference. */
async function study(
  scenario: ReturnType<typeof scenarioOf>,
  seed: string,
): Promise<Record<'one' | 'other' | 'difference', [number, number]>> {
  const { policies } = await runScenario(scenario, {
    version: '0',
    scenarioSha256: '',
    memoryLimitBytes: 1e9,
    seed,
    stepSeconds: 3600,
  });
  const [one, other] = ['one', 'other'].map((name) => policies[name]!);
  expect(one!.replications.map((each) => each.seed)).toEqual(
    other!.replications.map((each) => each.seed),
  );
  const [means, theirs] = [one!, other!].map(({ replications }) =>
    replications.map(({ metrics }) => metrics['latency.mean']!),
  );
  return {
    one: one!.intervals['latency.mean']!,
    other: other!.intervals['latency.mean']!,
    difference: pairedInterval(theirs!, means!)!,
  };
}

describe('95% intervals hold the truth in 95 of 100 studies, give or take chance', () => {
  it.each([
    {
      name: 'M/M/1 at 50%, and with 2% more work',
      scenario: queue(0.5, 1, 'handler: [ { work: { exponential: 10.2ms } } ]'),
      one: mm1Time(0.5),
      other: 1.02 * mm1Time(0.51),
    },
    {
      name: 'M/M/1 at 70%, and with a second worker',
      scenario: queue(0.7, 1, 'workers: 2'),
      one: mm1Time(0.7),
      other: 1 + mmcWait(2, 0.7),
    },
    {
      name: 'M/M/5 at 80%, and with a sixth worker',
      scenario: queue(4, 5, 'workers: 6'),
      one: 1 + mmcWait(5, 4),
      other: 1 + mmcWait(6, 4),
    },
  ])('$name', { timeout: TIMEOUT_MS }, async ({ name, scenario, one, other }) => {
    // The closed forms count in the mean time of work.
    const truth = { one: one / 100, other: other / 100, difference: (other - one) / 100 };
    const held = { one: 0, other: 0, difference: 0 };
    for (let repetition = 0; repetition < REPETITIONS; repetition++) {
      const intervals = await study(scenario, `cover-${repetition}`);
      for (const what of ['one', 'other', 'difference'] as const) {
        const [low, high] = intervals[what];
        if (low <= truth[what] && truth[what] <= high) held[what]++;
      }
    }
    if (FULL) console.log(name, truth, held);
    const [least, most] = expected(REPETITIONS);
    for (const [what, count] of Object.entries(held)) {
      expect(count, what).toBeGreaterThanOrEqual(least);
      expect(count, what).toBeLessThanOrEqual(most);
    }
  });
});
