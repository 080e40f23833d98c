import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freshCommandLine } from '../fresh-build.js';
import { type Ended, Folder, SMALL, type SpawnOptions, spillway } from './spillway.js';

let folder: Folder;
beforeAll(freshCommandLine);
beforeEach(() => {
  folder = new Folder();
});
afterEach(() => folder.remove());

/** Not on GitHub, whatever these tests are run by. */
const HERE = { GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '', GITHUB_WORKSPACE: '' };

const run = (args: string[], options: Omit<SpawnOptions, 'cwd'> = {}): Promise<Ended> =>
  spillway(args, { cwd: folder.path, ...options, env: { ...HERE, ...options.env } });

const check = (...args: string[]): Promise<Ended> => run(['check', ...args]);
const read = (name: string): string => readFileSync(join(folder.path, name), 'utf8');

const FAILING = SMALL.replace('amplification == 1', 'latency.p50 < 1ms');
const LONG = SMALL.replace('duration: 60s', 'duration: 1000h');
/** A service that nobody calls. */
const DOUBTFUL = SMALL.replace(
  'faults:',
  '  idle: { workers: 1, handler: [ { work: 1ms } ] }\nfaults:',
);

describe('a folder is told on one screen', () => {
  it('a line a file, in their order; what failed in full, with a way to see it again', async () => {
    for (const name of ['c.yaml', 'a.yaml', 'd.yaml']) folder.write(name, SMALL);
    folder.write('b.yaml', FAILING);
    const { code, stdout, stderr } = await check('.', '--replications', '2');
    expect(code).toBe(1);
    const lines = stdout.split('\n');
    expect(lines[0]).toBe('✓ a.yaml  3 hold');
    expect(lines[1]).toBe('✗ b.yaml  1 of 3 fails');
    expect(lines[2]).toMatch(
      /^ {2}✗ as-it-is: latency\.p50 < 1ms {2}measured [\d.]+ ms \[[\d.]+ ms, [\d.]+ ms\], held 0 of 2$/,
    );
    expect(lines[3]).toBe(
      '      b.yaml:21:31: see it with: spillway run b.yaml --policy as-it-is --seed 42/1',
    );
    expect(lines.slice(4)).toEqual([
      '✓ c.yaml  3 hold',
      '✓ d.yaml  3 hold',
      '4 scenarios: 11 expectations hold, 1 fail',
      '',
    ]);
    expect(stderr).toMatch(/^took [\d.]+ m?s; longest: /);
    const again = await run('run b.yaml --policy as-it-is --seed 42/1 --no-report'.split(' '));
    expect(again.stdout).toMatch(/^✗ as-it-is: latency\.p50 < 1ms/m);
  });

  it('-v tells all that is expected, --quiet only what failed', async () => {
    folder.write('a.yaml', SMALL);
    folder.write('b.yaml', FAILING);
    const full = await check('.', '--replications', '2', '-v');
    expect(full.stdout.match(/^ {2}[✓✗] .*measured .*, held \d of 2$/gm)).toHaveLength(6);
    expect(full.stderr).toMatch(/^a\.yaml: seed 42, up to 2 replications$/m);
    const quiet = await check('.', '--replications', '2', '--quiet');
    expect(quiet.stdout).toMatch(/^✗ b\.yaml[^✓]*2 scenarios: 5 expectations hold, 1 fail\n$/);
    expect(quiet.stderr).toBe('');
  });

  it('is the same to the byte with one thread and with three, whatever is over first', async () => {
    folder.write('a.yaml', SMALL.replace('duration: 60s', 'duration: 1200s'));
    folder.write('b.yaml', FAILING);
    for (const name of ['c.yaml', 'd.yaml', 'e.yaml', 'f.yaml']) folder.write(name, SMALL);
    const flags = [
      '.',
      '--replications',
      '4',
      '-v',
      '--junit',
      'j.xml',
      '--save-baseline',
      'b.json',
    ];
    const one = await check(...flags, '--threads', '1');
    const written = [read('j.xml'), read('b.json')];
    const three = await check(...flags, '--threads', '3');
    expect(one.code).toBe(1);
    expect(three).toMatchObject({ code: 1, stdout: one.stdout });
    expect([read('j.xml'), read('b.json')]).toEqual(written);
  });

  it('--bail tells nothing after the first file that fails', async () => {
    for (const name of ['a.yaml', 'c.yaml', 'd.yaml']) folder.write(name, SMALL);
    folder.write('b.yaml', FAILING);
    const flags = ['--replications', '1', '--bail', '--save-baseline', 'base.json'];
    const { code, stdout, stderr } = await check('.', ...flags);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^✓ a\.yaml[\s\S]*^✗ b\.yaml[\s\S]*^2 of 4 \(stopped at the first that/m,
    );
    expect(stdout).not.toMatch(/c\.yaml|d\.yaml/);
    expect(stderr).toMatch(/base\.json: not written, not every file was run/);
    expect(folder.names).not.toContain('base.json');
  });
});

describe('a figure without a value fails, and says why', () => {
  it.each([
    ['cascade.shop < 5s', 'cascade.shop is null: shop never came into trouble'],
    ['alerts.memory < 5s', 'alerts.memory is null: no alert memory was raised from the first'],
    ['failure_latency.p99 @ 1s..3s < 5s', 'is null: too little was measured in that time'],
    ['latency.p50 @ 59s < 1us', 'is null: nothing was measured at that moment'],
  ])('%s', async (that, why) => {
    const calm = SMALL.replace('poisson: 50/s', 'poisson: 0.001/s').split('expect:')[0]!;
    folder.write('small.yaml', `${calm}expect:\n  - { policy: as-it-is, that: "${that}" }\n`);
    const { code, stdout } = await check('small.yaml', '--replications', '1');
    expect({ code, stdout }).toMatchObject({ code: 1, stdout: expect.stringContaining(why) });
    expect(stdout).toMatch(/measured nothing, held 0 of 1/);
  });
});

/** What a process has instead of what it would have: a piece of script that runs before it. */
const preloaded = (script: string) => ({
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}`,
});

describe('how it ends', () => {
  it('with 2 where a run was stopped by its size; the other files are judged', async () => {
    folder.write('huge.yaml', SMALL.replace('{ capacity: 20 }', '{}').replace('50/s', '50000/s'));
    folder.write('small.yaml', SMALL);
    const flags = ['.', '--replications', '1', '--save-baseline', 'base.json', '--threads', '1'];
    const env = preloaded('process.constrainedMemory = () => 3e7;');
    const { code, stdout, stderr } = await run(['check', ...flags], { env });
    expect(stdout).toMatch(
      /^✗ huge\.yaml .*stopped before its end\n[\s\S]*^ {2}stopped: as-it-is/m,
    );
    expect(stdout).toMatch(/^✓ small\.yaml +3 hold\n2 scenarios: .*; 1 stopped before the end$/m);
    expect(stderr).toMatch(/^huge\.yaml: was stopped, and is left out of the baseline$/m);
    expect(Object.keys(JSON.parse(read('base.json')).scenarios)).toEqual(['small.yaml']);
    expect(code).toBe(2);
  });

  it('with 70 and the run it was, where the mistake is ours', async () => {
    folder.write('a.yaml', SMALL);
    folder.write('b.yaml', SMALL);
    const env = preloaded(
      'const whole = Number.prototype.toString;' +
        'Number.prototype.toString = function (radix) {' +
        "if (radix === 16) throw new Error('no hexadecimal here');" +
        'return whole.call(this, radix); };',
    );
    const { code, stdout, stderr } = await run(['check', '.'], { env });
    expect({ code, stdout }).toEqual({ code: 70, stdout: '' });
    expect(stderr).toMatch(/internal error: no hexadecimal here\n {2}in the run of as-it-is/);
  });

  it('with 130 where it is interrupted, and nothing is kept of what was not run', async () => {
    folder.write('a.yaml', SMALL);
    folder.write('b.yaml', LONG);
    const onStart: SpawnOptions['onStart'] = (child) => {
      child.stdout?.once('data', () => child.kill('SIGINT'));
    };
    const flags = ['.', '--replications', '1', '--save-baseline', 'base.json'];
    const { code, stdout } = await run(['check', ...flags], { onStart });
    expect(code).toBe(130);
    expect(stdout).toMatch(/^✓ a\.yaml +3 hold\n1 of 2 \(interrupted\) scenarios: 3 expectations/);
    expect(folder.names).toEqual(['a.yaml', 'b.yaml']);
  });

  it('with 1 for a warning with --strict, with 0 without', async () => {
    folder.write('a.yaml', DOUBTFUL);
    folder.write('b.yaml', SMALL);
    const lax = await check('.', '--replications', '1');
    expect(lax).toMatchObject({ code: 0, stdout: expect.not.stringContaining('warning') });
    const strict = await check('.', '--replications', '1', '--strict');
    expect(strict.code).toBe(1);
    expect(strict.stdout).toMatch(
      /^✗ a\.yaml {2}3 hold, 1 warning\n {2}✗ a\.yaml:14:3: warning: .*idle/m,
    );
    expect(strict.stdout).toMatch(/^2 scenarios: 6 expectations hold, 0 fail; 1 warning$/m);
  });
});

describe('a baseline', () => {
  const save = ['--save-baseline', 'base.json', '--replications', '5'];
  const compare = ['--baseline', 'base.json', '--replications', '5'];

  it('of the same files shows no change', async () => {
    folder.write('a.yaml', SMALL);
    const saved = await check('a.yaml', ...save);
    expect(saved).toMatchObject({ code: 0, stderr: 'baseline: 1 scenario in base.json\n' });
    const { code, stdout } = await check('./a.yaml', ...compare);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^ {2}– goodput of as-it-is: [\d.]+\/s, was [\d.]+\/s: no change shown$/m,
    );
    expect(stdout).not.toMatch(/regressed|improved|baseline:/);
  });

  it('says what regressed and by how much, and ends with 1; what improved is no failure', async () => {
    folder.write('a.yaml', SMALL);
    await check('a.yaml', ...save);
    const before = read('base.json');
    folder.write('a.yaml', SMALL.replace('exponential: 20ms', 'exponential: 34ms'));
    const worse = await check('a.yaml', ...compare, '--save-baseline', 'base.json');
    expect(worse.code).toBe(1);
    expect(worse.stdout).toMatch(
      /^ {2}✗ latency\.p50 of as-it-is: [\d.]+ ms, was [\d.]+ ms: regressed by [\d.]+% \[[\d.]+%, [\d.]+%\]$/m,
    );
    expect(worse.stdout).toMatch(/^ {2}– baseline: the file has changed since the baseline$/m);
    expect(worse.stdout).toMatch(/0 fail; \d+ figures? regressed/);
    expect(read('base.json')).not.toBe(before);
    folder.write('a.yaml', SMALL);
    const better = await check('a.yaml', ...compare);
    expect(better).toMatchObject({ code: 0, stdout: expect.not.stringContaining('regressed') });
    expect(better.stdout).toMatch(/^ {2}✓ latency\.p50 of as-it-is: .*: improved by /m);
    const wide = await check('a.yaml', ...compare, '--drift', '1000%');
    expect(wide.stdout).toMatch(/latency\.p50 of as-it-is: .*: changed by .*, within 1,000%$/m);
  });

  it('tells what only one side has: a file, a policy, a metric, another version', async () => {
    folder.write('a.yaml', SMALL);
    folder.write('gone.yaml', SMALL);
    await check('.', ...save);
    const { scenarios } = JSON.parse(read('base.json'));
    delete scenarios['a.yaml'].policies['as-it-is'].figures.goodput;
    scenarios['a.yaml'].policies.other = scenarios['a.yaml'].policies['retry-storm'];
    delete scenarios['a.yaml'].policies['retry-storm'];
    const other = { spillway_baseline: 1, version: '0.0.1', scenarios };
    folder.write('base.json', JSON.stringify(other));
    folder.write('new.yaml', SMALL);
    const lax = await check('a.yaml', 'new.yaml', ...compare);
    expect(lax.code).toBe(0);
    const lines = lax.stdout.split('\n').filter((line) => line.includes('baseline:'));
    expect(lines.map((line) => line.trim().replace(/^– /, ''))).toEqual([
      'baseline: as-it-is: goodput is not in the baseline',
      'baseline: policy retry-storm is not in the baseline',
      'baseline: policy other is in the baseline, and was not run',
      expect.stringMatching(/^baseline: it was measured by version 0\.0\.1, this is \d/),
      'baseline: gone.yaml is in the baseline, and was not run',
      'baseline: new.yaml is not in the baseline',
    ]);
    const strict = await check('a.yaml', 'new.yaml', ...compare, '--strict');
    expect(strict.code).toBe(1);
  });

  it('covers the cells of a sweep that something is expected of', async () => {
    const swept = `${SMALL}  - { policy: as-it-is, where: { load: 150% }, that: goodput > 10/s }
sweep: { load: [50%, 150%] }
`;
    folder.write('a.yaml', swept);
    await check('a.yaml', ...save);
    const { cells } = JSON.parse(read('base.json')).scenarios['a.yaml'];
    expect(Object.keys(cells)).toEqual(['load 1.5']);
    expect(cells['load 1.5']['as-it-is'].figures.goodput.values).toHaveLength(5);
    const same = await check('a.yaml', ...compare, '--strict');
    expect(same).toMatchObject({ code: 0, stdout: expect.not.stringContaining('baseline:') });
    // As it stands nothing queues: only where there is more load do two workers matter.
    folder.write('a.yaml', swept.replace('capacity: 20', 'capacity: 2'));
    const worse = await check('a.yaml', ...compare);
    expect(worse.code).toBe(1);
    expect(worse.stdout).toMatch(
      /^ {2}✗ goodput of as-it-is at load 1\.5: .* regressed by [\d.]+% \[/m,
    );
    folder.write('a.yaml', swept.replaceAll('150%', '140%'));
    const other = await check('a.yaml', ...compare);
    expect(other.stdout).toMatch(/baseline: the cell at load 1\.4 is not in the baseline$/m);
    expect(other.stdout).toMatch(
      /baseline: the cell at load 1\.5 is in the baseline, and was not/m,
    );
  });

  it('of other seeds is compared without pairs, of one run not at all', async () => {
    folder.write('a.yaml', SMALL);
    await check('a.yaml', ...save, '--seed', 'other');
    const unpaired = await check('a.yaml', ...compare);
    expect(unpaired.stdout).toMatch(
      /baseline: as-it-is: they share no seeds, so they are not paired/,
    );
    expect(unpaired.code).toBe(0);
    await check('a.yaml', '--save-baseline', 'base.json', '--replications', '1', '--seed', 'other');
    folder.write('a.yaml', SMALL.replace('exponential: 20ms', 'exponential: 34ms'));
    const single = await check('a.yaml', '--baseline', 'base.json', '--replications', '1');
    expect(single.stdout).toMatch(/latency\.p50 of as-it-is: .*: one run of each is too little/);
    expect(single.code).toBe(0);
  });

  it.each([
    ['{', 'it is no JSON'],
    ['[]', 'it is no baseline; make one with --save-baseline'],
    ['{"spillway_baseline":2}', 'it is of another version of baselines'],
    ['{"spillway_baseline":1}', 'it is damaged'],
    [
      '{"spillway_baseline":1,"version":"1","scenarios":{"a":{"scenario_sha256":"","policies":{"p":{"chance":true,"seeds":["1"],"figures":{"goodput":{"mean":1,"interval":null,"values":[]}}}}}}}',
      'what it says of a is damaged',
    ],
  ])('that is none is refused before anything is run: %s', async (text, why) => {
    folder.write('base.json', text);
    folder.write('a.yaml', LONG);
    const { code, stdout, stderr } = await check('a.yaml', '--baseline', 'base.json');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`--baseline base.json: cannot be compared with: ${why}`);
  });

  it('must be named for --drift, which is a share', async () => {
    folder.write('a.yaml', LONG);
    expect((await check('a.yaml', '--drift', '5%')).stderr).toMatch(/name a --baseline/);
    expect((await check('a.yaml', '--drift', '5')).stderr).toMatch(/a share such as 5%/);
  });
});

describe('on GitHub', () => {
  const ON = { GITHUB_ACTIONS: 'true' };

  it('annotates the line of what failed and adds a summary to those of other steps', async () => {
    mkdirSync(join(folder.path, 'sub'));
    folder.write('sub/b.yaml', FAILING);
    folder.write('sub/a.yaml', SMALL);
    folder.write('summary.md', 'Another step.\n');
    const env = {
      ...ON,
      GITHUB_STEP_SUMMARY: join(folder.path, 'summary.md'),
      GITHUB_WORKSPACE: folder.path,
    };
    const args = ['check', '.', '--replications', '2'];
    const { code, stdout } = await spillway(args, { cwd: join(folder.path, 'sub'), env });
    expect(code).toBe(1);
    const told = stdout.split('\n').filter((line) => line.startsWith('::'));
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(
      /^::error file=sub\/b\.yaml,line=21,col=31,title=[^:]+::as-it-is: latency\.p50 < 1ms%0Ameasured .*%0Afails with seed 42\/1, 42\/2$/,
    );
    const summary = read('summary.md');
    expect(summary).toMatch(/^Another step\.\n## ❌ .*1 of 2 scenarios/);
    expect(summary.indexOf('latency.p50')).toBeLessThan(summary.indexOf('<details>'));
  });

  it('annotates mistakes of a file too', async () => {
    folder.write('bad.yaml', SMALL.replace('workers: 2', 'workres: 2'));
    const { code, stdout } = await run(['check', 'bad.yaml', '--junit', 'j.xml'], { env: ON });
    expect(code).toBe(2);
    expect(stdout).toMatch(/^::error file=bad\.yaml,line=11,col=\d+::.*workers.*\n$/);
    expect(read('j.xml')).toMatch(/<error [^>]*workres/);
  });

  it('does neither with --no-github, and both with --github elsewhere', async () => {
    folder.write('b.yaml', FAILING);
    const args = ['check', 'b.yaml', '--replications', '1'];
    expect((await run([...args, '--no-github'], { env: ON })).stdout).not.toContain('::error');
    const asked = await run([...args, '--github']);
    expect(asked.stdout).toContain('::error file=b.yaml,line=21,col=31');
  });
});

describe('--junit', () => {
  it('writes a case for each expectation and each figure beside its baseline', async () => {
    folder.write('a.yaml', SMALL);
    folder.write('b.yaml', FAILING);
    await check('.', '--replications', '2', '--save-baseline', 'base.json');
    const flags = ['--replications', '2', '--baseline', 'base.json', '--junit', 'j.xml'];
    expect((await check('.', ...flags)).code).toBe(1);
    const xml = read('j.xml');
    expect(xml.match(/<testsuite /g)).toHaveLength(2);
    expect(xml).toMatch(/<testsuites [^>]*failures="1" errors="0"/);
    expect(xml).toContain('name="goodput of as-it-is"');
    expect(xml).toMatch(/<failure message="measured [^"]*held 0 of 2"/);
  });

  it('is not written where its folder is missing, which is told', async () => {
    folder.write('a.yaml', SMALL);
    const { code, stderr } = await check('a.yaml', '--replications', '1', '--junit', 'no/j.xml');
    expect(code).toBe(2);
    expect(stderr).toMatch(/no\/j\.xml: cannot be written: no such file or folder/);
  });
});
