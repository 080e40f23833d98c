import { describe, expect, it } from 'vitest';
import { metricUnits } from '../../src/measure/names.js';
import { loadScenario, type Scenario } from '../../src/scenario/index.js';
import { betterWhen, unitOf } from '../../src/study/compare-metrics.js';
import { compareSides, type Side } from '../../src/study/compare-pair.js';
import {
  compareResult,
  compareResults,
  compareScenario,
  compareScenarios,
  type RunOptions,
  readResult,
  runScenario,
} from '../../src/study/index.js';
import type { Replication } from '../../src/study/result.js';

const OPTIONS: RunOptions = { version: '0', scenarioSha256: '', memoryLimitBytes: 1e9 };

function scenarioOf(text: string): Scenario {
  const { scenario, issues } = loadScenario({ text, file: 'test.yaml' });
  if (scenario === null) throw new Error(issues.map(({ message }) => message).join('\n'));
  return scenario;
}

const desk = (more: string, arrivals = 'poisson: 80/s', work = '{ exponential: 20ms }'): Scenario =>
  scenarioOf(`spillway: 1
seed: 7
duration: 10s
producers: { users: { arrivals: { ${arrivals} }, to: desk } }
services: { desk: { workers: 2, queue: { capacity: 20 }, handler: [ { work: ${work} } ] } }
${more}`);

const THREE = `policies:
  short: { services: { desk: { queue: { capacity: 2 } } } }
  long: {}
  slow: { services: { desk: { handler: [ { work: { exponential: 30ms } } ] } } }`;

/** A side whose replications have these values of one metric, with seeds of its own. */
function side(name: string, values: (number | null)[], more: Partial<Side> = {}): Side {
  const verdict = {} as Replication['verdict'];
  const replications = values.map((value, index) => {
    const seed = `${more.name ?? '42'}/${index + 1}`;
    return { seed, fingerprint: '', metrics: { goodput: value }, verdict };
  });
  return { chancy: true, result: { replications, notes: {} }, ...more, name };
}

describe('two policies are compared seed by seed', () => {
  it('the difference is A − B with Student’s interval of the pairs', () => {
    const { kind, replications, metrics } = compareSides(
      side('x', [12, 15, 11, 18, 14]),
      side('y', [10, 11, 10, 13, 12]),
    );
    expect({ kind, replications }).toEqual({ kind: 'paired', replications: [5, 5] });
    const { goodput } = metrics;
    expect(goodput).toMatchObject({ a: 14, b: 11.2, shown: true });
    expect(goodput!.estimate).toBeCloseTo(2.8, 12);
    expect(goodput!.interval![0]).toBeGreaterThan(0);
  });

  it('a difference whose interval covers zero is not shown', () => {
    const { goodput } = compareSides(side('x', [10, 12, 11]), side('y', [11, 11, 12])).metrics;
    expect(goodput!.shown).toBe(false);
    expect(goodput!.interval![0]).toBeLessThan(0);
  });

  it('what has no value in one replication has no difference, and says why', () => {
    const notes = { goodput: 'only 2 of 3 replications have a value' };
    const a = side('x', [1, null, 3]);
    const { metrics } = compareSides(
      { ...a, result: { ...a.result, notes } },
      side('y', [1, 2, 3]),
    );
    expect(metrics['goodput']).toEqual({
      estimate: null,
      interval: null,
      shown: false,
      a: null,
      b: 2,
      gain: null,
      note: 'x: only 2 of 3 replications have a value',
    });
  });

  it('what neither side ever has is left out', () => {
    expect(compareSides(side('x', [null, null]), side('y', [null, null])).metrics).toEqual({});
  });

  it('without chance on either side one run says it all', () => {
    const { kind, metrics } = compareSides(
      side('x', [5], { chancy: false }),
      side('y', [3], { chancy: false }),
    );
    expect(kind).toBe('exact');
    expect(metrics['goodput']).toMatchObject({ estimate: 2, interval: [2, 2], shown: true });
  });

  it('a side without chance stands for every seed of the other', () => {
    const { kind, replications, metrics } = compareSides(
      side('x', [5], { chancy: false }),
      side('y', [3, 4, 3]),
    );
    expect({ kind, replications }).toEqual({ kind: 'paired', replications: [3, 3] });
    expect(metrics['goodput']!.estimate).toBeCloseTo(5 - 10 / 3, 12);
  });

  it('one seed gives a difference without an interval', () => {
    const { kind, metrics } = compareSides(side('x', [5]), side('y', [3]));
    expect(kind).toBe('single');
    expect(metrics['goodput']).toMatchObject({ estimate: 2, interval: null, shown: false });
  });

  it('seeds that only one side ran are left out, and that is said', () => {
    const found = compareSides(side('x', [5, 6, 7, 8]), side('y', [3, 4, 4]));
    expect(found.replications).toEqual([3, 3]);
    expect(found.notes).toEqual(['1 runs of seeds that only one side has are left out']);
    expect(found.metrics['goodput']).toMatchObject({ a: 6 });
  });

  it('without a seed in common they are unpaired, with a wider interval', () => {
    const b = side('y', [2, 4, 6, 8]);
    const paired = compareSides(side('x', [1, 3, 5, 7.5]), b);
    const apart = compareSides(side('x', [1, 3, 5, 7.5], { name: '43' }), b);
    expect(apart.kind).toBe('unpaired');
    expect(apart.notes[0]).toMatch(/share no seeds/);
    expect(paired.metrics['goodput']!.shown).toBe(true);
    expect(apart.metrics['goodput']!.shown).toBe(false);
    expect(apart.metrics['goodput']!.gain).toBeNull();
  });
});

describe('spillway knows which way each metric is better, and its unit', () => {
  const subjects = {
    producers: ['p'],
    services: ['s'],
    dependencies: ['d'],
    edges: ['p -> s'],
    queues: ['q'],
    commits: ['c'],
    locks: ['l'],
    routes: { s: ['r'] },
  };
  it('for every metric of the language', () => {
    const units = metricUnits(subjects);
    const names = [...Object.keys(units), 'recovered', 'recovery_time'];
    expect(names.filter((name) => betterWhen(name) === undefined)).toEqual([]);
    expect(Object.keys(units).filter((name) => unitOf(name) !== units[name])).toEqual([]);
  });

  it.each([
    ['goodput', 'higher', 'per_second'],
    ['latency.p99', 'lower', 'seconds'],
    ['producers.p.success_ratio', 'higher', 'share'],
    ['services.s.routes.r.wait.mean', 'lower', 'seconds'],
    ['calls.p -> s.attempts', 'neither', 'number'],
    ['services.s.memory.max', 'lower', 'bytes'],
    ['recovered', 'higher', 'share'],
    ['recovery_time', 'lower', 'seconds'],
  ])('%s: %s', (name, better, unit) => {
    expect([betterWhen(name), unitOf(name)]).toEqual([better, unit]);
  });
});

describe('comparing the policies of a file', () => {
  it('takes every pair in the order of the file, in ten replications where it asks for fewer', async () => {
    const result = await compareScenario(desk(THREE), OPTIONS);
    expect(Object.keys(result.differences)).toEqual([
      'short vs long',
      'short vs slow',
      'long vs slow',
    ]);
    expect(result.pairs['short vs long']).toMatchObject({ kind: 'paired', replications: [10, 10] });
    const { goodput } = result.differences['short vs slow']!;
    const { policies } = result;
    const each = policies['short']!.replications.map(
      ({ metrics }, index) =>
        metrics['goodput']! - policies['slow']!.replications[index]!.metrics['goodput']!,
    );
    expect(goodput!.estimate).toBeCloseTo(each.reduce((sum, one) => sum + one, 0) / 10, 9);
    expect(result.differences['long vs slow']!['latency.mean']!.estimate).toBeLessThan(0);
  });

  it('says the same of each policy as a run of as many replications', async () => {
    const scenario = desk(THREE);
    const ran = await runScenario(scenario, { ...OPTIONS, replications: 10 });
    const { differences: _, pairs: __, ...rest } = await compareScenario(scenario, OPTIONS);
    expect(rest).toEqual(ran);
  });

  it('takes one policy against each of the others, and built-in ones that the file does not list', async () => {
    const options = { ...OPTIONS, replications: 2 };
    const against = await compareScenario(desk(THREE), { ...options, against: 'long' });
    expect(Object.keys(against.pairs)).toEqual(['short vs long', 'slow vs long']);
    const built = await compareScenario(desk(''), {
      ...options,
      policies: ['base', 'unbounded'],
    });
    expect(Object.keys(built.pairs)).toEqual(['base vs unbounded']);
    expect(built.policies['unbounded']!.title).toBe('Queues without a bound');
  });

  it('is exact where nothing is left to chance', async () => {
    const slow = 'slow: { services: { desk: { handler: [ { work: 15ms } ] } } }';
    const scenario = desk(`policies: { long: {}, ${slow} }`, 'constant: 120/s', '10ms');
    const { pairs, differences } = await compareScenario(scenario, OPTIONS);
    expect(pairs['long vs slow']).toMatchObject({ kind: 'exact', replications: [1, 1] });
    const mean = differences['long vs slow']!['latency.mean']!;
    expect(mean.estimate).toBeCloseTo(-0.005, 9);
    expect(mean.interval).toEqual([mean.estimate, mean.estimate]);
  });

  it('takes one seed where one is named, and has no interval then', async () => {
    const { pairs } = await compareScenario(desk(THREE), { ...OPTIONS, seed: '7/3' });
    expect(pairs['short vs long']!.kind).toBe('single');
  });
});

describe('comparing two files or two results', () => {
  it('pairs policies of the same name on the seeds of the first file', async () => {
    const before = { scenario: desk(THREE), file: 'before.yaml', scenarioSha256: '1' };
    const after = {
      scenario: desk(THREE.replace('30ms', '25ms').replace('long:', 'other:')),
      file: 'after.yaml',
      scenarioSha256: '2',
    };
    const result = await compareScenarios(before, after, { ...OPTIONS, replications: 3 });
    expect(Object.keys(result.policies)).toEqual(['A: short', 'A: slow', 'B: short', 'B: slow']);
    expect(Object.keys(result.pairs)).toEqual(['A: short vs B: short', 'A: slow vs B: slow']);
    const same = result.differences['A: short vs B: short']!['goodput']!;
    expect(same).toMatchObject({ estimate: 0, interval: [0, 0], shown: false });
    expect(result.differences['A: slow vs B: slow']!['latency.mean']!.estimate).toBeGreaterThan(0);
    expect(result.sides).toMatchObject({
      A: { file: 'before.yaml', scenario_sha256: '1', seed: '7' },
      B: { file: 'after.yaml', scenario_sha256: '2', seed: '7' },
    });
  });

  it('a result read back is compared like the run it came from', async () => {
    const scenario = desk(THREE);
    const run = await runScenario(scenario, { ...OPTIONS, replications: 4 });
    const read = readResult(JSON.stringify(run));
    if (!('result' in read)) throw new Error(read.reason);
    const compared = await compareScenario(scenario, { ...OPTIONS, replications: 4 });
    expect(compareResult({ file: 'x.json', result: read.result })).toEqual(compared);
  });

  it('two results are paired by seed where they share some, and by Welch where they share none', async () => {
    const scenario = desk(THREE);
    const at = async (seed: string) => ({
      file: `${seed}.json`,
      result: await runScenario(scenario, { ...OPTIONS, replications: 3, seed }),
    });
    const [seven, again, eight] = [await at('7'), await at('7'), await at('8')];
    const paired = compareResults(seven, again, ['long']);
    expect(paired.pairs['A: long vs B: long']!.kind).toBe('paired');
    expect(paired.differences['A: long vs B: long']!['goodput']!.estimate).toBe(0);
    const apart = compareResults(seven, eight, ['long']);
    expect(apart.pairs['A: long vs B: long']).toMatchObject({
      kind: 'unpaired',
      replications: [3, 3],
    });
  });

  it.each([
    ['{', 'no JSON'],
    ['[]', 'no JSON object'],
    ['{"spillway":2}', 'no result of spillway run'],
    ['{"spillway":1,"policies":{}}', 'missing'],
    ['{"spillway":1,"version":"1","seed":"1","policies":{"a":{}}}', 'policies.a'],
  ])('%s is refused as a result', (text, reason) => {
    expect(readResult(text)).toMatchObject({ reason: expect.stringContaining(reason) });
  });
});
