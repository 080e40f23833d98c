import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/study/result.js';
import { freshClient, freshCommandLine } from '../fresh-build.js';
import { type Ended, Folder, SMALL, type SpawnOptions, spillway } from './spillway.js';

let folder: Folder;
beforeAll(async () => {
  await freshCommandLine();
  await freshClient();
});
beforeEach(() => {
  folder = new Folder();
});
afterEach(() => folder.remove());

const run = (args: string[], options: Omit<SpawnOptions, 'cwd'> = {}): Promise<Ended> =>
  spillway(args, { cwd: folder.path, ...options });

describe('mistakes on the command line end with 2, a message, and nothing written', () => {
  it.each([
    [['run', 'small.yaml', '--sed', '1'], /unknown option '--sed'[\s\S]*--seed/],
    [['rnu', 'small.yaml'], /unknown command 'rnu'[\s\S]*run/],
    [['run'], /missing required argument 'file'/],
    [['run', 'nosuch.yaml'], /^nosuch\.yaml: cannot be read: no such file/],
    [['run', '.'], /is a folder/],
    [['run', 'small.yaml', '--policy', 'retry-strom'], /retry-strom[\s\S]*retry-storm/],
    [['run', 'small.yaml', '--replications', '0'], /whole number from 1/],
    [['run', 'small.yaml', '--replications', '1.5'], /whole number from 1/],
    [['run', 'small.yaml', '--step', '5'], /whole seconds with their unit/],
    [['run', 'small.yaml', '--step', '100ms'], /whole seconds with their unit/],
    [['run', 'small.yaml', '--seed', ''], /number or a text/],
    [['run', 'small.yaml', '--out', 'small.yaml'], /is a file, not a folder/],
    [['run', 'small.yaml', '--out', 'small.yaml/deep'], /small\.yaml/],
    [['check', 'empty'], /empty: cannot be read/],
    [['check', '.', 'nosuch'], /nosuch: cannot be read/],
    [['validate', 'nosuch.yaml', 'neither.yaml'], /nosuch[\s\S]*neither/],
    [['policies', 'retry-bugdet'], /did you mean retry-budget/],
  ])('spillway %j', async (args, message) => {
    folder.write('small.yaml', SMALL);
    const ended = await run(args);
    expect(ended.stderr).toMatch(message);
    expect(ended.stderr).not.toMatch(/ at .*\.ts:\d|node:internal/);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(folder.names).toEqual(['small.yaml']);
  });
});

describe('mistakes in a file are told with their place, all at once', () => {
  const bad = SMALL.replace('workers: 2', 'workres: 2').replace('duration: 60s', 'duration: 60');

  it.each([['validate'], ['run'], ['check']])('spillway %s', async (command) => {
    folder.write('bad.yaml', bad);
    const ended = await run([command, 'bad.yaml']);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(/^bad\.yaml:4:\d+: /m);
    expect(ended.stderr).toMatch(/^bad\.yaml:11:\d+: .*workers/m);
    expect(folder.names).toEqual(['bad.yaml']);
  });

  it.each([
    ['godput > 1/s', 'goodput'],
    ['goodput(nobody) > 1/s', 'nobody'],
    ['goodput >', ''],
    ['goodput > 1s', ''],
    ['goodput @ 10s..900s > 1/s', ''],
  ])('an expectation that cannot be judged: %s', async (that, hint) => {
    folder.write('bad.yaml', SMALL.replace('offered within 20% of 50/s', `"${that}"`));
    const ended = await run(['check', 'bad.yaml']);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(/^bad\.yaml:20:\d+: /);
    expect(ended.stderr).toContain(hint);
  });
});

describe('spillway run', () => {
  it('--json says one JSON object and nothing else, the same on repeat', async () => {
    folder.write('small.yaml', SMALL);
    const [first, second] = [
      await run(['run', 'small.yaml', '--json']),
      await run(['run', 'small.yaml', '--json', '--quiet']),
    ];
    expect(first.code).toBe(0);
    expect(first.stderr).toMatch(/seed 42; again with: spillway run small\.yaml --seed 42\n/);
    expect(second).toEqual({ code: 0, stdout: first.stdout, stderr: '' });
    const result = JSON.parse(first.stdout) as RunResult;
    expect(result).toMatchObject({ spillway: 1, seed: '42', partial: false });
    expect(Object.keys(result.policies)).toEqual(['as-it-is', 'retry-storm']);
    expect(folder.names).toEqual(['small.yaml']);
  });

  it('shows a table, the story and the expectations; no colour where none is wanted', async () => {
    folder.write('small.yaml', SMALL);
    const plain = await run(['run', 'small.yaml', '--no-report']);
    expect(plain.code).toBe(0);
    expect(plain.stdout).toMatch(/^policy +offered +goodput/m);
    expect(plain.stdout).toMatch(/^as-it-is .*shop \d+ .*[▁▂▃▄▅▆▇█]{20}/m);
    expect(plain.stdout).toMatch(/^ +2\d\.\d s {2}shop: all 2 workers busy/m);
    expect(plain.stdout).toMatch(/^✓ as-it-is: offered within 20% of 50\/s/m);
    expect(plain.stdout + plain.stderr).not.toContain('\u001b');
    expect(folder.names).toEqual(['small.yaml']);

    const env = { FORCE_COLOR: '1' };
    expect((await run(['run', 'small.yaml', '--no-report'], { env })).stdout).toContain('\u001b');
    const refused = await run(['run', 'small.yaml', '--no-report'], {
      env: { ...env, NO_COLOR: '1' },
    });
    expect(refused.stdout).toBe(plain.stdout);
  });

  it('takes some policies, another seed, another step', async () => {
    folder.write('small.yaml', SMALL);
    const flags = ['--json', '--policy', 'retry-storm', '--seed', '7', '--step', '10s'];
    const { stdout, stderr } = await run(['run', 'small.yaml', ...flags]);
    const { policies, seed, expect: expects } = JSON.parse(stdout) as RunResult;
    expect(Object.keys(policies)).toEqual(['retry-storm']);
    expect(seed).toBe('7');
    expect(policies['retry-storm']!.series['goodput']).toHaveLength(6);
    expect(expects.map(({ policy }) => policy)).toEqual(['retry-storm']);
    expect(stderr).toContain('--seed 7 --policy retry-storm --step 10s');
  });

  it('a replication is repeated by its seed', async () => {
    folder.write('small.yaml', SMALL);
    const several = await run(['run', 'small.yaml', '--json', '--replications', '3']);
    const third = await run(['run', 'small.yaml', '--json', '--seed', '42/3']);
    const [all, one] = [several, third].map(({ stdout }) => {
      return (JSON.parse(stdout) as RunResult).policies['retry-storm']!;
    });
    expect(all!.replications.map(({ seed }) => seed)).toEqual(['42/1', '42/2', '42/3']);
    expect(one!.replications).toEqual([all!.replications[2]]);
    expect(Object.keys(all!.intervals)).toContain('goodput');
    expect(all!.ledger.offered).toBeGreaterThan(2 * one!.ledger.offered);
  });

  it('keeps what was measured when it is interrupted, and marks it', async () => {
    folder.write('long.yaml', SMALL.replace('duration: 60s', 'duration: 1000h'));
    const onFirstWord: SpawnOptions['onFirstWord'] = (child) => {
      setTimeout(() => child.kill('SIGINT'), 1000);
    };
    const ended = await run(['run', 'long.yaml', '--json'], { onFirstWord });
    expect(ended.code).toBe(130);
    const result = JSON.parse(ended.stdout) as RunResult;
    expect(result.partial).toBe(true);
    expect(result.stopped).toMatch(/interrupted/);
    expect(result.policies['as-it-is']!.ledger.offered).toBeGreaterThan(1000);
    expect(result.expect.every(({ passed }) => !passed)).toBe(true);
  });

  it('ends at once when it is interrupted twice', async () => {
    folder.write('long.yaml', SMALL.replace('duration: 60s', 'duration: 1000h'));
    const onFirstWord: SpawnOptions['onFirstWord'] = (child) => {
      // The second goes out while the first is being heard: nothing is left to wait for.
      setTimeout(() => child.kill('SIGINT'), 500);
      setTimeout(() => child.kill('SIGTERM'), 500);
    };
    const ended = await run(['run', 'long.yaml', '--json'], { onFirstWord });
    expect(ended).toMatchObject({ code: 130, stdout: '' });
    expect(ended.stderr).not.toMatch(/internal error/);
  });

  it('ends quietly when its reader has seen enough', async () => {
    const onStart: SpawnOptions['onStart'] = (child) => child.stdout?.destroy();
    expect(await run(['schema'], { onStart })).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('a mistake of ours ends with 70', () => {
  /** A machine on which no number can be written in hexadecimal: fingerprints fail. */
  const broken =
    'const whole = Number.prototype.toString;' +
    'Number.prototype.toString = function (radix) {' +
    "if (radix === 16) throw new Error('no hexadecimal here');" +
    'return whole.call(this, radix); };';
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(broken)}` };

  it('names the run, its seed and the moment, asks for a report, and shows no stack', async () => {
    folder.write('small.yaml', SMALL);
    const ended = await run(['run', 'small.yaml', '--json'], { env });
    expect(ended).toMatchObject({ code: 70, stdout: '' });
    expect(ended.stderr).toMatch(/internal error: no hexadecimal here/);
    expect(ended.stderr).toMatch(/in the run of .+, seed \S+, at [\d.]+ s of simulated time/);
    expect(ended.stderr).toMatch(/mistake of ours\. Please report it/);
    expect(ended.stderr).not.toMatch(/\.js:\d/);
    expect(folder.names).toEqual(['small.yaml']);
  });

  it('shows the stack with -v', async () => {
    folder.write('small.yaml', SMALL);
    const ended = await run(['run', 'small.yaml', '--json', '-v'], { env });
    expect(ended.code).toBe(70);
    expect(ended.stderr).toMatch(/no hexadecimal here\n +at [\s\S]*\.js:\d/);
  });
});

describe('the report', () => {
  it('goes to a folder of its own, whole, and says where', async () => {
    folder.write('small.yaml', SMALL);
    const few = ['--no-hockey-stick', '--no-request'];
    const { code, stdout } = await run(['run', 'small.yaml', ...few, '--quiet']);
    expect(code).toBe(0);
    const place = join('spillway-report', 'small');
    expect(stdout).toContain(`report: ${join(place, 'index.html')}`);
    const written = readdirSync(join(folder.path, place));
    expect(written).toContain('index.html');
    expect(written).toContain('result.json');
    expect(written.filter((name) => name.endsWith('.svg')).length).toBeGreaterThan(2);
    expect(written.filter((name) => name.includes('draft'))).toEqual([]);
    const json = readFileSync(join(folder.path, place, 'result.json'), 'utf8');
    expect(json).toBe((await run(['run', 'small.yaml', '--json'])).stdout);
  });

  it('goes where --out says, with its hockey stick', async () => {
    folder.write('small.yaml', SMALL.replace('poisson: 50/s', 'poisson: 500/s'));
    const { code } = await run(['run', 'small.yaml', '--out', 'a/b', '--policy', 'as-it-is']);
    expect(code).toBe(0);
    expect(folder.names).toEqual(['a', 'small.yaml']);
    expect(readdirSync(join(folder.path, 'a/b')).join()).toMatch(/hockey/);
  });
});

describe('spillway check', () => {
  it('judges every replication; 0 where all hold', async () => {
    folder.write('small.yaml', SMALL);
    const { code, stdout } = await run(['check', '.', '--replications', '3']);
    expect(stdout).toMatch(/✓ retry-storm: offered within 20% of 50\/s .*held 3 of 3/);
    expect(stdout).toMatch(/1 scenario: 3 expectations hold, 0 fail/);
    expect(code).toBe(0);
  });

  it('1 where one fails, with what was measured beside the limit', async () => {
    folder.write('small.yaml', SMALL.replace('amplification == 1', 'latency.p50 < 1ms'));
    const { code, stdout } = await run(['check', 'small.yaml', '--replications', '2']);
    expect(stdout).toMatch(
      /✗ as-it-is: latency\.p50 < 1ms {2}measured [\d.]+ ms \[.+\], held 0 of 2/,
    );
    expect(code).toBe(1);
  });

  it('runs once what has no chance in it', async () => {
    const constant = SMALL.replace('poisson: 50/s', 'constant: 50/s')
      .replace('{ exponential: 20ms }', '20ms')
      .replace('  retry-storm: preset\n', '');
    folder.write('constant.yaml', constant);
    const { stdout } = await run(['check', 'constant.yaml']);
    expect(stdout).toMatch(/held 1 of 1/);
  });
});

describe('the smaller commands', () => {
  it('validate says what was understood', async () => {
    folder.write('small.yaml', SMALL);
    const { code, stdout, stderr } = await run(['validate', 'small.yaml']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('One small service');
    expect(stdout).toContain('shop');
  });

  it('init writes a scenario that holds, with its schema, and never over another', async () => {
    const first = await run(['init', 'mine.yaml']);
    expect(first.code).toBe(0);
    expect(folder.names).toEqual(['mine.yaml', 'spillway.schema.json']);
    const text = readFileSync(join(folder.path, 'mine.yaml'), 'utf8');
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=./spillway.schema.json');
    expect(await run(['validate', 'mine.yaml'])).toMatchObject({ code: 0, stderr: '' });
    expect(await run(['check', 'mine.yaml', '--replications', '2'])).toMatchObject({ code: 0 });
    const second = await run(['init', 'mine.yaml']);
    expect(second).toMatchObject({ code: 2, stdout: '' });
    expect(second.stderr).toMatch(/mine\.yaml: exists already/);
    expect(readFileSync(join(folder.path, 'mine.yaml'), 'utf8')).toBe(text);
  });

  it('schema prints JSON, policies YAML, list what is bundled', async () => {
    const schema = JSON.parse((await run(['schema'])).stdout) as { $schema: string };
    expect(schema.$schema).toContain('draft-07');
    expect((await run(['policies'])).stdout).toMatch(/^retry-budget /m);
    expect((await run(['policies', 'retry-budget'])).stdout).toMatch(/budget: 10%/);
    expect(await run(['list'])).toMatchObject({ code: 0, stderr: '' });
  });

  it.each([[''], ['run'], ['check'], ['list'], ['init'], ['validate'], ['schema'], ['policies']])(
    'help of "%s" begins with an example',
    async (command) => {
      const args = command === '' ? ['--help'] : [command, '--help'];
      const { code, stdout, stderr } = await run(args);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/^Examples:\n {2}spillway /);
    },
  );

  it('--version says the version', async () => {
    expect((await run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
