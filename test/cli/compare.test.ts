import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CompareResult } from '../../src/study/result.js';
import { freshCommandLine } from '../fresh-build.js';
import { type Ended, Folder, SMALL, spillway } from './spillway.js';

let folder: Folder;
beforeAll(freshCommandLine);
beforeEach(() => {
  folder = new Folder();
  folder.write('small.yaml', PAIR);
});
afterEach(() => folder.remove());

/** Without a store: what is compared twice is run twice. */
const run = (...args: string[]): Promise<Ended> =>
  spillway([...args, ...(args[0] === 'compare' ? ['--no-cache'] : [])], { cwd: folder.path });

const PAIR = SMALL.replace(
  'retry-storm: preset',
  'short: { services: { shop: { queue: { capacity: 4 } } } }',
);
const SLOWER = PAIR.replace('exponential: 20ms', 'exponential: 22ms').replace(
  'seed: 42',
  'seed: 1',
);

describe('spillway compare', () => {
  it('tells every pair of a file: what differs, what does not, what pairing was worth', async () => {
    const { code, stdout, stderr } = await run('compare', 'small.yaml');
    expect(code).toBe(0);
    expect(stderr).toBe('seed 42; again with: spillway compare small.yaml --seed 42\n');
    expect(stdout).toMatch(/^One small service\n\npolicy +offered +goodput/);
    expect(stdout).toMatch(/as-it-is vs short \(10 seeds, each run by both; 95% intervals\)/);
    expect(stdout).toMatch(/^ +as-it-is +short +under short$/m);
    expect(stdout).toMatch(
      /^ {2}success_ratio +[\d.]+% +[\d.]+% +lower by [\d.]+ points \[[\d.]+, [\d.]+\], worse$/m,
    );
    expect(stdout).toMatch(/^ {2}no difference shown: goodput, recovered$/m);
    expect(stdout).toMatch(/^ {2}the same in every run: .*amplification/m);
    expect(stdout).toMatch(/^ {2}pairing by seed was worth [\d.]+ times as many independent runs/m);
    expect(folder.names).toEqual(['small.yaml']);
  });

  it('says the run and the differences as one JSON object, and nothing else', async () => {
    const { code, stdout } = await run('compare', 'small.yaml', '--json', '--quiet');
    expect(code).toBe(0);
    const result = JSON.parse(stdout) as CompareResult;
    expect(result).toMatchObject({ spillway: 1, seed: '42', partial: false });
    expect(Object.keys(result.policies)).toEqual(['as-it-is', 'short']);
    expect(result.command).toBe('spillway compare small.yaml --seed 42');
    expect(result.scenario).toMatchObject({ file: 'small.yaml', text: PAIR });
    expect(result.pairs).toEqual({
      'as-it-is vs short': {
        a: 'as-it-is',
        b: 'short',
        kind: 'paired',
        replications: [10, 10],
        notes: [],
      },
    });
    const { estimate, interval, shown, a, b } =
      result.differences['as-it-is vs short']!['latency.p99']!;
    expect(shown).toBe(true);
    expect(estimate).toBeCloseTo(a! - b!, 9);
    expect(interval![0]).toBeLessThan(estimate!);
    expect(interval![0]).toBeGreaterThan(0);
    expect(interval![1]).toBeGreaterThan(estimate!);
  });

  it('comes to the same bytes on one thread and on two', async () => {
    const args = [
      'compare',
      'small.yaml',
      '--json',
      '--quiet',
      '--until',
      '2%',
      '--metric',
      'goodput',
    ];
    const one = await run(...args, '--threads', '1');
    const two = await run(...args, '--threads', '2');
    expect(two.stdout === one.stdout).toBe(true);
    expect((JSON.parse(one.stdout) as CompareResult).until).toMatchObject({ share: 0.02 });
  });

  it('sees the metrics that are named, and all of them with --all', async () => {
    const named = await run('compare', 'small.yaml', '--metric', 'services.shop.rejected');
    expect(named.stdout).toMatch(/^ {2}services\.shop\.rejected .* higher by/m);
    expect(named.stdout).not.toMatch(/^ {2}wasted_work/m);
    const all = await run('compare', 'small.yaml', '--all', '--replications', '2');
    expect(all.stdout).toMatch(/services\.shop\.utilization/);
    expect(all.stdout).not.toMatch(/further metrics/);
  });

  it('lays a built-in policy over the file', async () => {
    const { code, stdout } = await run('compare', 'small.yaml', 'as-it-is', 'bounded-reject');
    expect(code).toBe(0);
    expect(stdout).toMatch(/as-it-is vs bounded-reject/);
  });

  it('compares two files on the seeds of the first', async () => {
    folder.write('slower.yaml', SLOWER);
    const { code, stdout, stderr } = await run('compare', 'small.yaml', 'slower.yaml');
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^slower\.yaml says seed 1; both are run with 42, so that they compare$/m,
    );
    expect(stdout).toMatch(/^A: small\.yaml\nB: slower\.yaml$/m);
    expect(stdout).toMatch(/^A: as-it-is vs B: as-it-is \(10 seeds/m);
    expect(stdout).toMatch(/^ {2}latency\.mean .* higher by .*, worse$/m);
  });

  it('compares results: by seed, or by Welch where they share none', async () => {
    const small = ['run', 'small.yaml', '--json', '--quiet', '--replications', '3'];
    for (const seed of ['1', '2']) {
      folder.write(`${seed}.json`, (await run(...small, '--seed', seed)).stdout);
    }
    const apart = await run('compare', '1.json', '2.json');
    expect(apart).toMatchObject({ code: 0, stderr: '' });
    expect(apart.stdout).toMatch(/A: as-it-is vs B: as-it-is \(3 runs against 3 of other seeds/);
    expect(apart.stdout).toMatch(/they share no seeds, so they are not paired/);
    const one = await run('compare', '1.json');
    expect(one.stdout).toMatch(/as-it-is vs short \(3 seeds, each run by both/);
    const same = await run('compare', '1.json', '1.json', '--metric', 'goodput');
    expect(same.stdout).toMatch(/the same in every run: goodput/);
  });

  it('goes on until the intervals are tight, or says how far it came', async () => {
    const args = ['compare', 'small.yaml', '--metric', 'goodput', '--until'];
    const reached = await run(...args, '5%');
    expect(reached.stdout).toMatch(
      /^until 5%: reached with \d+ replications.*the widest is goodput/m,
    );
    const missed = await run(...args, '0.01%', '--replications-max', '11');
    expect(missed.code).toBe(0);
    expect(missed.stdout).toMatch(
      /^until 0\.01%: not reached with 11 replications \(10, then 11\), the most allowed/m,
    );
    const means = await run(
      'run',
      'small.yaml',
      '--no-report',
      '--until',
      '5%',
      '--metric',
      'goodput',
    );
    expect(means.stdout).toMatch(/^until 5%: reached with 10 replications/m);
    expect(means.stderr).toMatch(/--until 5% --metric goodput/);
  });

  it('is interrupted with what it has', async () => {
    folder.write('long.yaml', SMALL.replace('duration: 60s', 'duration: 10h'));
    const ended = await spillway(['compare', 'long.yaml'], {
      cwd: folder.path,
      onFirstWord: (child) => setTimeout(() => child.kill('SIGINT'), 1500),
    });
    expect(ended.code).toBe(130);
    expect(ended.stdout).toMatch(/^partial/m);
  });
});

describe('what cannot be compared ends with 2, a message, and nothing written', () => {
  it.each([
    [['small.yaml', 'shrot'], /shrot: neither a policy.*did you mean short/],
    [['one.yaml'], /one\.yaml: has only one policy.*spillway compare one\.yaml base retry-budget/],
    [['one.yaml', 'small.yaml'], /no such policy in both/],
    [['nosuch.yaml', 'small.yaml'], /nosuch\.yaml: cannot be read/],
    [['small.yaml', 'nosuch.yaml'], /nosuch\.yaml: cannot be read/],
    [['small.yaml', 'r.json'], /r\.json: is a result; compare two scenario files, or two results/],
    [['r.json'], /r\.json: cannot be compared: .*missing/],
    [['small.yaml', '--metric', 'godput'], /no such metric, did you mean goodput\?/],
    [['small.yaml', '--until', '2'], /share above 0% and below 100%/],
    [['small.yaml', '--replications-max', '9'], /bounds --until, which is not given/],
    [['small.yaml', '--until', '2%', '--replications', '1'], /--until needs an interval/],
    [['small.yaml', '--until', '2%', '--seed', '42/3'], /needs several seeds/],
    [['small.yaml', '--until', '2%', '--replications', '300'], /more than --replications-max 200/],
  ])('spillway compare %j', async (args, message) => {
    folder.write('one.yaml', SMALL.replace(/policies:[\s\S]*/, ''));
    folder.write('r.json', '{ "spillway": 1, "scenario_sha256": "" }');
    const ended = await run('compare', ...args);
    expect(ended.stderr).toMatch(message);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
  });

  it('a run does not take --metric without --until, nor one that there is not', async () => {
    const idle = await run('run', 'small.yaml', '--metric', 'goodput');
    expect(idle).toMatchObject({ code: 2, stdout: '' });
    expect(idle.stderr).toMatch(/--metric: says what --until looks at/);
    const none = await run('run', 'small.yaml', '--until', '2%', '--metric', 'goodputt');
    expect(none.stderr).toMatch(/did you mean goodput/);
  });
});
