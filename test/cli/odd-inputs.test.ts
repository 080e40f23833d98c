import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshClient, freshCommandLine } from '../fresh-build.js';
import { type Ended, Folder, SMALL, spillway } from './spillway.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = new Folder();
const cwd = folder.path;
const run = (...args: string[]): Promise<Ended> => spillway(args, { cwd });

beforeAll(async () => {
  await freshCommandLine();
  await freshClient();
  folder.write('small.yaml', SMALL);
  mkdirSync(join(cwd, 'folder.csv'));
  const { stdout } = await run('run', 'small.yaml', '--json', '--no-hockey-stick');
  folder.write('result.json', stdout);
  folder.write('later.json', stdout.replace('"spillway":1', '"spillway":2'));
}, 120_000);
afterAll(() => folder.remove());

describe('what a command cannot take is refused before anything runs, with a way out', () => {
  it.each([
    ['sweep result.json', 'result.json: is a result, not a scenario; spillway report result.json'],
    ['check result.json', 'result.json: is a result, not a scenario; spillway report result.json'],
    ['compare small.yaml base base', 'base: named twice; a policy does not differ from itself'],
    [
      'compare result.json result.json result.json',
      'result.json: is a third file; two are compared',
    ],
    ['compare later.json', 'it is a result of format 2; this version reads format 1'],
    ['report later.json', 'it is a result of format 2; this version reads format 1'],
    ['report folder.csv', 'is a folder; name the result in it, such as folder.csv/result.json'],
    ['report small.yaml', 'it is a scenario; spillway run small.yaml makes one'],
    ['open nosuch.json', 'spillway report nosuch.json writes one for a result'],
    ['run small.yaml --export folder.csv', 'folder.csv: cannot be written: is a folder'],
    [
      'sweep small.yaml --vary load=1 --export folder.csv',
      'folder.csv: cannot be written: is a folder',
    ],
    ['check small.yaml --junit folder.csv', 'folder.csv: cannot be written: is a folder'],
    [
      'check small.yaml --save-baseline no/b.json',
      'no/b.json: cannot be written: no such file or folder',
    ],
    ['store list --store small.yaml', '--store small.yaml: is a file, not a folder'],
  ])('%s', async (words, why) => {
    const { code, stdout, stderr } = await run(...words.split(' '));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(why);
    expect(stderr).not.toContain('again with');
  });

  it('init without a name leaves nothing behind', async () => {
    const before = folder.names;
    const { code, stderr } = await run('init', '');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'init: an empty name is none; name the file to write\n',
    });
    expect(folder.names).toEqual(before);
  });
});

it('a file that is named by two paths is judged once', async () => {
  const { stdout } = await run('check', 'small.yaml', './small.yaml', '--replications', '1');
  expect(stdout).toMatch(/^✓ small\.yaml {2}3 hold\n/);
  expect(stdout).not.toContain('./small.yaml');
});

it('a store that may not be written to is a mistake of the user', async (context) => {
  // Root may do everything.
  if (process.getuid?.() === 0) context.skip();
  await run('run', 'small.yaml', '--no-report', '--store', 'kept');
  for (const name of ['results', 'plans']) chmodSync(join(cwd, 'kept', name), 0o500);
  const { code, stderr } = await run('store', 'prune', '--all', '--store', 'kept');
  expect(code).toBe(2);
  expect(stderr).toMatch(/^kept\/.*permission denied$/m);
  for (const name of ['results', 'plans']) chmodSync(join(cwd, 'kept', name), 0o700);
});

/** With standard output going nowhere: to a reader that leaves at once, or to a full disk. */
function toNowhere(args: string[], stdout: 'pipe' | number): Promise<Omit<Ended, 'stdout'>> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    stdio: ['ignore', stdout, 'pipe'],
  });
  child.stdout?.once('data', () => child.stdout!.destroy());
  let stderr = '';
  child.stderr!.on('data', (data: Buffer) => (stderr += data.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stderr }));
  });
}

describe('a reader that leaves', () => {
  it('ends what only tells', async () => {
    const { code, stderr } = await toNowhere(['list'], 'pipe');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('does not keep files from being written', async () => {
    const words = ['run', 'small.yaml', '--out', 'page', '--export', 'page.csv', '--quiet'];
    expect(await toNowhere(words, 'pipe')).toEqual({ code: 0, stderr: '' });
    expect(readFileSync(join(cwd, 'page', 'index.html'), 'utf8')).toMatch(/<\/html>\s*$/);
    expect(existsSync(join(cwd, 'page.csv'))).toBe(true);
    const judged = ['check', '.', '--replications', '1', '--save-baseline', 'base.json'];
    folder.write('other.yaml', SMALL);
    expect(await toNowhere([...judged, '--threads', '1'], 'pipe')).toMatchObject({ code: 0 });
    const { scenarios } = JSON.parse(readFileSync(join(cwd, 'base.json'), 'utf8'));
    expect(Object.keys(scenarios)).toEqual(['other.yaml', 'small.yaml']);
  });
});

it.runIf(existsSync('/dev/full'))(
  'output that finds no room is no failed expectation',
  async () => {
    const { code, stderr } = await toNowhere(
      ['validate', 'small.yaml'],
      openSync('/dev/full', 'w'),
    );
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'the output cannot be written: no space left\n',
    });
  },
);
