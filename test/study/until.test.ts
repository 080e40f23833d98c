import { describe, expect, it } from 'vitest';
import { loadScenario, type Scenario } from '../../src/scenario/index.js';
import { compareScenario, type RunOptions, runScenario } from '../../src/study/index.js';
import { mean, studentInterval } from '../../src/study/statistics.js';
import { firstRound, nextRound } from '../../src/study/until.js';

const full = process.env['SPILLWAY_FULL'] === '1';
const OPTIONS: RunOptions = { version: '0', scenarioSha256: '', memoryLimitBytes: 1e9 };

function deskOf(more: string): Scenario {
  const text = `spillway: 1
seed: 7
duration: 10s
producers: { users: { arrivals: { poisson: 40/s }, to: desk } }
services: { desk: { workers: 1, handler: [ { work: { exponential: 10ms } } ] } }
${more}`;
  const { scenario, issues } = loadScenario({ text, file: 'test.yaml' });
  if (scenario === null) throw new Error(issues.map(({ message }) => message).join('\n'));
  return scenario;
}

describe('how many replications the next round comes to', () => {
  const next = (count: number, share: number | null, replicationsMax = 200): number =>
    nextRound(count, { share: 0.02, replicationsMax, extents: [{ share: 0.001 }, { share }] });

  it('grows with the square of what the widest interval lacks', () => {
    expect(next(10, 0.024)).toBe(15);
    expect(next(100, 0.024)).toBe(144);
  });

  it('at most doubles, adds at least one, and keeps to its bound', () => {
    expect(next(10, 0.2)).toBe(20);
    expect(next(10, 0.02000001)).toBe(11);
    expect(next(150, 0.2)).toBe(200);
    expect(next(200, 0.2)).toBe(200);
  });

  it('is no more where it is tight, and where there is nothing to plan by', () => {
    expect(next(10, 0.02)).toBe(10);
    expect(next(10, null)).toBe(10);
    expect(next(1, 0.5)).toBe(1);
  });
});

describe('the first round', () => {
  it('is at least ten, unless a number or one seed is asked for', () => {
    expect(firstRound({ file: 1 })).toBe(10);
    expect(firstRound({ file: 30 })).toBe(30);
    expect(firstRound({ file: 30, replications: 4 })).toBe(4);
    expect(firstRound({ file: 30, seed: '42/3' })).toBe(1);
  });
});

describe('a run until its intervals are tight', () => {
  const until = { share: 0.02, metrics: ['goodput'] };

  it('goes on until half of each is below the share, and says how far it came', async () => {
    const { until: reached, policies } = await runScenario(deskOf(''), { ...OPTIONS, until });
    expect(reached!.reached).toBe(true);
    expect(reached!.rounds[0]).toBe(10);
    expect(reached!.rounds.length).toBeGreaterThan(1);
    const { metrics, intervals, replications } = policies['base']!;
    const [low, high] = intervals['goodput']!;
    expect((high - low) / 2 / metrics['goodput']!).toBeLessThanOrEqual(0.02);
    expect(reached!.extents).toEqual([
      { of: 'goodput of base', share: (high - low) / 2 / metrics['goodput']! },
    ]);
    expect(replications).toHaveLength(reached!.rounds.at(-1)!);
  });

  it('has the same replications as a run that was asked for as many at once', async () => {
    const { until: reached, ...rest } = await runScenario(deskOf(''), { ...OPTIONS, until });
    const replications = reached!.rounds.at(-1)!;
    expect(rest).toEqual(await runScenario(deskOf(''), { ...OPTIONS, replications }));
  });

  it('stops at its bound and says that it was not enough', async () => {
    const bound = { share: 0.0001, metrics: ['goodput'], replicationsMax: 12 };
    const { until: reached } = await runScenario(deskOf(''), { ...OPTIONS, until: bound });
    expect(reached).toMatchObject({ reached: false, rounds: [10, 12] });
  });

  it('does not judge what has no value, nor goes on for it', async () => {
    const of = { share: 0.5, metrics: ['latency.p999'] };
    const { until: reached } = await runScenario(deskOf(''), { ...OPTIONS, until: of });
    expect(reached).toMatchObject({ reached: false, rounds: [10] });
    expect(reached!.extents[0]).toMatchObject({ share: null });
  });

  it('extends each cell of a sweep by itself', async () => {
    const scenario = deskOf('sweep: { load: [50%, 200%] }');
    const { sweep } = await runScenario(scenario, { ...OPTIONS, until });
    const [low, high] = sweep!.map((cell) => cell.until!.rounds.at(-1)!);
    expect(low).toBeGreaterThan(high!);
  });
});

describe('a comparison until its intervals are tight', () => {
  it('looks at half of the interval of the difference beside the greater figure', async () => {
    const scenario = deskOf(`policies:
  fast: {}
  slow: { services: { desk: { handler: [ { work: { exponential: 12ms } } ] } } }`);
    const until = { share: 0.03, metrics: ['latency.mean'] };
    const { differences, until: reached } = await compareScenario(scenario, { ...OPTIONS, until });
    const { interval, a, b } = differences['fast vs slow']!['latency.mean']!;
    const share = (interval![1] - interval![0]) / 2 / Math.max(a!, b!);
    expect(reached).toMatchObject({ reached: true });
    expect(reached!.extents).toEqual([{ of: 'latency.mean, fast vs slow', share }]);
    expect(share).toBeLessThanOrEqual(0.03);
  });
});

describe('stopping by looking', () => {
  /** A normal draw in ten lines of arithmetic: twelve uniforms of a small generator. */
  function* normals(seed: number): Generator<number, never> {
    let state = seed;
    for (;;) {
      let sum = -6;
      for (let k = 0; k < 12; k++) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        sum += state / 4294967296;
      }
      yield sum;
    }
  }

  /** The share of sequences whose interval holds the true mean of 10, at a relative 5%. */
  function coverage(times: number, sd: number): { covered: number; runs: number } {
    let covered = 0;
    let runs = 0;
    const draws = normals(12345);
    for (let k = 0; k < times; k++) {
      const values: number[] = [];
      let count = 10;
      for (;;) {
        while (values.length < count) values.push(10 + sd * draws.next().value);
        const [low, high] = studentInterval(values)!;
        const share = (high - low) / 2 / mean(values)!;
        const of = { share: 0.05, replicationsMax: 1000, extents: [{ share }] };
        const next = nextRound(count, of);
        if (next === count) {
          if (low <= 10 && 10 <= high) covered++;
          runs += count;
          break;
        }
        count = next;
      }
    }
    return { covered: covered / times, runs: runs / times };
  }

  it('costs the interval no more than two points of its 95%', () => {
    const times = full ? 20_000 : 3_000;
    for (const sd of [0.8, 1.2, 2]) {
      const { covered, runs } = coverage(times, sd);
      expect(covered).toBeGreaterThan(0.93);
      expect(covered).toBeLessThan(0.97);
      expect(runs).toBeGreaterThan(10);
    }
  });
});
