import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../src/scenario/index.js';
import { hockeyStick } from '../../src/study/index.js';

/** The scenario of a producer into a desk that answers at once. */
function scenarioOf(producer: string) {
  const text = `spillway: 1
duration: 20s
producers: { users: { ${producer}, to: desk } }
services: { desk: { workers: unbounded } }`;
  const readFile = () => '1\n2\n3\n';
  const { scenario, issues } = loadScenario({ text, file: 'f', readFile });
  if (scenario === null) throw new Error(issues.map(({ message }) => message).join('\n'));
  return scenario;
}

const stick = (producer: string) =>
  hockeyStick(scenarioOf(producer), { policies: ['base'], memoryLimitBytes: 8e9 });

describe('the hockey stick turns the load of every open producer', () => {
  it.each([
    ['distances', 'arrivals: { renewal: { erlang: { mean: 50ms, k: 2 } } }', 20],
    [
      'states',
      'arrivals: { mmpp: [ { rate: 10/s, mean: 1s }, { rate: 50/s, mean: 500ms } ] }',
      35 / 1.5,
    ],
    ['batches', 'arrivals: { batch: { rate: 4/s, size: 5 } }', 20],
    [
      'a wave, at its mean',
      'arrivals: { constant: { diurnal: { mean: 20/s, peak: 40/s, period: 5s } } }',
      20,
    ],
    [
      'a schedule, at its mean over the time it sends',
      'arrivals: { constant: 40/s }, from: 5s, until: 15s',
      20,
    ],
    ['distances in part of the run', 'arrivals: { renewal: 25ms }, from: 5s, until: 15s', 20],
  ])('%s', async (_, producer, perSecond) => {
    const { points, reason } = await stick(producer);
    expect(reason).toBeUndefined();
    expect(points.length).toBeGreaterThanOrEqual(5);
    for (const { load, offered } of points) {
      const expected = load * perSecond;
      expect(Math.abs(offered / expected - 1)).toBeLessThan(0.08);
    }
  });

  it('but a trace of moments, of which it says so', async () => {
    const { points, reason } = await stick('arrivals: { trace: t.csv }');
    expect(points).toEqual([]);
    expect(reason).toBe("no other load than the file's: users follows a trace of moments");
  });
});
