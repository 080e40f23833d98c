import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshClient, freshCommandLine } from '../fresh-build.js';
import { type Ended, Folder, SMALL, spillway } from './spillway.js';

const folder = new Folder();
const cwd = folder.path;
const run = (...args: string[]): Promise<Ended> => spillway(args, { cwd });
const read = (name: string): string => readFileSync(join(cwd, name), 'utf8');

beforeAll(async () => {
  await freshCommandLine();
  await freshClient();
  folder.write('small.yaml', SMALL);
  await run('run', 'small.yaml', '--out', 'first', '--quiet');
});
afterAll(() => folder.remove());

describe('spillway report', () => {
  it('draws the bytes that run wrote, from the result that run stored', async () => {
    const { code, stdout } = await run('report', 'first/result.json', '--out', 'again');
    expect(code).toBe(0);
    expect(stdout).toBe('report: again/index.html\n');
    for (const file of ['index.html', 'traffic.svg', 'hockey-stick.svg', 'latency.svg']) {
      expect(read(`again/${file}`), file).toBe(read(`first/${file}`));
    }
  });

  it('draws what run --json said, into a folder called after the scenario', async () => {
    const { stdout } = await run('run', 'small.yaml', '--json', '--quiet');
    folder.write('said.json', stdout);
    expect((await run('report', 'said.json')).stdout).toBe(
      'report: spillway-report/small/index.html\n',
    );
    expect(read('spillway-report/small/index.html')).toContain('<h1>One small service</h1>');
    expect(read('spillway-report/small/index.html')).toContain(
      'Every parameter as it was resolved',
    );
  });

  it('lays two results side by side as A and B', async () => {
    await run('run', 'small.yaml', '--seed', 'other', '--out', 'other', '--quiet');
    const { code } = await run('report', 'first/result.json', 'other/result.json', '--out', 'both');
    expect(code).toBe(0);
    expect(read('both/index.html')).toMatch(/A: as-it-is.*B: as-it-is/s);
  });

  it('puts studies into the page of a run, and makes a page of them alone', async () => {
    const study = ['small.yaml', '--no-cache', '--quiet', '--out', 'study'];
    await run('sweep', ...study, '--vary', 'load=50%,150%', '--vary', 'services.shop.workers=1,2');
    expect(read('study/index.html')).toContain('Swept over load and services.shop.workers');
    const alone = await run('report', 'study/result.json', '--out', 'alone');
    expect(alone.code).toBe(0);
    expect(read('alone/index.html')).toBe(read('study/index.html'));
    await run('report', 'first/result.json', 'study/result.json', '--out', 'all');
    expect(read('all/index.html')).toMatch(/What happened.*Swept over load and services/s);
  });

  it.each([
    ['no JSON', 'nothing', 'it is no JSON'],
    ['another JSON', '{"spillway":2}', 'it is no result of spillway run --json'],
    ['half a run', '{"spillway":1,"version":"1","seed":"1"}', 'policies are missing'],
    ['half a sweep', '{"spillway":1,"study":"sweep"}', 'it is no whole result of spillway sweep'],
    [
      'half a study of stability',
      '{"spillway":1,"kind":"stability","policies":{"a":{}}}',
      'it is no whole result of spillway stability',
    ],
  ])('refuses %s with its reason, and writes nothing', async (_, text, reason) => {
    folder.write('bad.json', text);
    const { code, stderr } = await run('report', 'bad.json', '--out', 'bad');
    expect(code).toBe(2);
    expect(stderr).toContain(`bad.json: no report of it: `);
    expect(stderr).toContain(reason);
    expect(existsSync(join(cwd, 'bad'))).toBe(false);
  });

  it('refuses a run without one of its parts, whichever it is', async () => {
    const whole = JSON.parse(read('first/result.json')) as {
      policies: Record<string, Record<string, unknown>>;
    };
    const parts = ['ledger', 'faults', 'alerts', 'series', 'verdict', 'metrics', 'fingerprint'];
    for (const part of parts) {
      const cut = structuredClone(whole);
      delete cut.policies['as-it-is']![part];
      folder.write('cut.json', JSON.stringify(cut));
      const { code, stderr } = await run('report', 'cut.json', '--out', 'bad');
      expect([code, part]).toEqual([2, part]);
      expect(stderr).toMatch(/policies\.as-it-is (is not whole|has no replications)/);
    }
  });

  it('writes a comparison as a page, its differences in it', async () => {
    const args = ['compare', 'small.yaml', '--replications', '3', '--threads', '1', '--no-cache'];
    const { code, stdout } = await run(...args, '--quiet', '--out', 'compared');
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('report: compared/index.html');
    await run('report', 'compared/result.json', '--out', 'compared-again');
    expect(read('compared-again/index.html')).toBe(read('compared/index.html'));
  });

  it('shows two runs and no more', async () => {
    const one = 'first/result.json';
    const { code, stderr } = await run('report', one, one, one);
    expect(code).toBe(2);
    expect(stderr).toContain('3 results of runs: a page shows one, or two side by side');
  });
});

describe('spillway open', () => {
  const opened = (): string[] => read('opened.txt').trim().split('\n');
  const open = (...args: string[]): Promise<Ended> =>
    spillway(['open', ...args], { cwd, env: { BROWSER: join(cwd, 'browser') } });

  beforeAll(() => {
    folder.write('browser', `#!/bin/sh\necho "$1" >> '${join(cwd, 'opened.txt')}'\n`);
    chmodSync(join(cwd, 'browser'), 0o755);
    folder.write('opened.txt', '');
  });

  it('opens the page named, the page of a folder, of a scenario, and the newest', async () => {
    const ended = [
      await open('first/index.html'),
      await open('first'),
      await open('somewhere/small.yaml'),
      await open(),
    ];
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    await expect.poll(opened).toHaveLength(4);
    expect(opened().sort()).toEqual([
      join(cwd, 'first/index.html'),
      join(cwd, 'first/index.html'),
      join(cwd, 'spillway-report/small/index.html'),
      join(cwd, 'spillway-report/small/index.html'),
    ]);
  });

  it('says what is missing: the report, or the program to open it with', async () => {
    const none = await open('unheard-of.yaml');
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('no report of it')]);
    const env = { BROWSER: 'no-such-browser' };
    const { code, stderr } = await spillway(['open', 'first'], { cwd, env });
    expect([code, stderr]).toEqual([2, expect.stringContaining('there is no no-such-browser')]);
  });
});
