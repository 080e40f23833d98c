import { describe, expect, it } from 'vitest';
import { loadScenario, type Scenario } from '../../src/scenario/index.js';
import { pairedInterval, welchInterval } from '../../src/study/compare-statistics.js';
import { compareScenario, type RunOptions, runScenario } from '../../src/study/index.js';

const full = process.env['SPILLWAY_FULL'] === '1';
const OPTIONS: RunOptions = {
  version: '0',
  scenarioSha256: '',
  memoryLimitBytes: 1e9,
  replications: full ? 40 : 20,
};

/** M/M/10, a worker doing 100/s, under two policies. */
function tenWorkers(perSecond: number, a: string, b: string): Scenario {
  const text = `spillway: 1
seed: 42
duration: 15s
warmup: 5s
producers: { users: { arrivals: { poisson: ${perSecond}/s }, to: desk } }
services: { desk: { workers: 10, handler: [ { work: { exponential: 10ms } } ] } }
policies:
  a: { services: { desk: { ${a} } } }
  b: { services: { desk: { ${b} } } }`;
  const { scenario, issues } = loadScenario({ text, file: 'test.yaml' });
  if (scenario === null) throw new Error(issues.map(({ message }) => message).join('\n'));
  return scenario;
}

const queueOf = (capacity: number): string => `queue: { capacity: ${capacity} }`;
const workOf = (mean: string): string => `handler: [ { work: { exponential: ${mean} } } ]`;

/** How many times narrower pairing makes the interval of A − B than other seeds for B do. */
async function narrowing(
  scenario: Scenario,
  metric: string,
): Promise<{ seen: number; told: number }> {
  const paired = await compareScenario(scenario, OPTIONS);
  const other = { ...OPTIONS, policies: ['b'], seed: '43' };
  const apart = (await runScenario(scenario, other)).policies['b']!;
  const valuesOf = ({ replications }: typeof apart) =>
    replications.map(({ metrics }) => metrics[metric]!);
  const [a, b] = [valuesOf(paired.policies['a']!), valuesOf(paired.policies['b']!)];
  const [low, high] = pairedInterval(a, b)!;
  const [least, most] = welchInterval(a, valuesOf(apart))!;
  const told = Math.sqrt(paired.differences['a vs b']![metric]!.gain!);
  return { seen: (most - least) / (high - low), told };
}

describe('for policies that differ in degree, the same seeds narrow the interval at least 3 times', () => {
  it.each([
    ['a queue of 40 against 400 at 120%', 1200, queueOf(40), queueOf(400), 'success_ratio'],
    ['a queue of 40 against 44 at 95%', 950, queueOf(40), queueOf(44), 'success_ratio'],
    ['work of 1.00 against 1.02 at 80%', 800, workOf('10ms'), workOf('10.2ms'), 'latency.mean'],
  ])(
    '%s',
    async (_, perSecond, a, b, metric) => {
      const { seen, told } = await narrowing(tenWorkers(perSecond, a, b), metric);
      expect(seen).toBeGreaterThan(3);
      expect(told).toBeGreaterThan(3);
    },
    240_000,
  );
});
