import type { ChildProcess } from 'node:child_process';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/study/result.js';
import { readEntry } from '../../src/study/where/entry.js';
import { Store } from '../../src/study/where/store.js';
import { entriesOf, filesOf } from '../../src/study/where/survey.js';
import { freshCommandLine } from '../fresh-build.js';
import { type Ended, Folder, SMALL, type SpawnOptions, spillway } from './spillway.js';

let folder: Folder;
beforeAll(freshCommandLine);
beforeEach(() => {
  folder = new Folder();
  folder.write('small.yaml', SMALL);
});
afterEach(() => folder.remove());

const run = (args: string[], options: Omit<SpawnOptions, 'cwd'> = {}): Promise<Ended> =>
  spillway(args, { cwd: folder.path, ...options });

const REPLICATIONS = 20;
/** Under two policies. */
const RUNS = 2 * REPLICATIONS;
const study = (...more: string[]): string[] => {
  return ['run', 'small.yaml', '--json', '--replications', String(REPLICATIONS), ...more];
};
const STUDY = study('--store', 'kept');

const store = (): string => join(folder.path, 'kept');
const kept = (): number => [...entriesOf(store())].length;

/** Sends a signal once so many runs are in the store. */
const signalAt = (signal: NodeJS.Signals, count: number) => {
  return async (child: ChildProcess): Promise<void> => {
    while (kept() < count && child.exitCode === null) await pause(2);
    child.kill(signal);
  };
};

describe('a study that was broken off', () => {
  let whole = '';
  beforeAll(async () => {
    const alone = new Folder();
    alone.write('small.yaml', SMALL);
    whole = (await spillway(study('--threads', '2'), { cwd: alone.path })).stdout;
    alone.remove();
  });

  it.each<[NodeJS.Signals, number | null]>([
    ['SIGINT', 130],
    ['SIGKILL', null],
  ])('by %s goes on where it stopped, to the same bytes', async (signal, code) => {
    const onStart = (child: ChildProcess) => void signalAt(signal, 3)(child);
    const cut = await run([...STUDY, '--threads', '1'], { onStart });
    expect(cut.code).toBe(code);
    const before = kept();
    expect(before).toBeGreaterThanOrEqual(3);
    expect(before).toBeLessThan(RUNS);
    if (code !== null) {
      expect((JSON.parse(cut.stdout) as RunResult).partial).toBe(true);
      expect(cut.stderr).toMatch(/in the store \(kept\): the same command goes on from there/);
    }

    const rest = await run([...STUDY, '--threads', '2']);
    expect(rest.stdout === whole).toBe(true);
    expect(rest.stderr).toContain(`${before} of ${RUNS} runs were in the store (kept)`);
    expect(kept()).toBe(RUNS);
  });

  it('by nobody may be made twice at once in one store', async () => {
    const [one, two] = await Promise.all([run(STUDY), run([...STUDY, '--threads', '1'])]);
    expect([one.stdout === whole, two.stdout === whole]).toEqual([true, true]);
    expect(kept()).toBe(RUNS);
    const checked = await run(['store', 'check', '--store', 'kept']);
    const stdout = `${RUNS} runs and 2 plans in kept: all sound\n`;
    expect(checked).toMatchObject({ code: 0, stdout });
  });
});

const TWICE = ['run', 'small.yaml', '--json', '--replications', '2', '--store', 'kept'];

describe('a store on the command line', () => {
  it('is used by run and check only where it is named', async () => {
    await run(['run', 'small.yaml', '--json']);
    await run(['check', 'small.yaml', '--replications', '2']);
    expect(folder.names).toEqual(['small.yaml']);
    await run(TWICE);
    // What is run is the same, whatever the file is called and whatever it says of itself.
    folder.write('other.yaml', SMALL.replace('One small', 'Another'));
    const args = ['check', 'other.yaml', '--replications', '2', '--store', 'kept'];
    expect((await run(args)).stderr).toBe('4 of 4 runs were in the store (kept)\n');
    expect((await run([...args, '--quiet'])).stderr).toBe('');
  });

  it('that holds a damaged entry says so, runs that again and mends it', async () => {
    const whole = await run(TWICE);
    const { path } = [...entriesOf(store())][1]!;
    const sound = readFileSync(path);
    truncateSync(path, sound.length - 1);
    const checked = await run(['store', 'check', '--store', 'kept']);
    const said = path.slice(folder.path.length + 1);
    expect(checked.code).toBe(1);
    expect(checked.stdout).toBe(
      `${said}: it is not what its hash says\n4 runs and 2 plans in kept: 1 bad\n`,
    );

    const mended = await run(TWICE);
    expect(mended.stdout === whole.stdout).toBe(true);
    expect(mended.stderr).toContain(`${said}: not used, it is not what its hash says; it is run`);
    expect(mended.stderr).toContain('3 of 4 runs were in the store (kept)');
    expect(readFileSync(path)).toEqual(sound);
  });

  it('that cannot be written says so and goes on without', async () => {
    const whole = await run(TWICE.slice(0, -2));
    writeFileSync(join(folder.path, 'file'), '');
    const without = await run([...TWICE.slice(0, -1), 'file/kept']);
    expect(without.code).toBe(0);
    expect(without.stdout === whole.stdout).toBe(true);
    expect(without.stderr).toMatch(
      /file\/kept: the store cannot be written \(a part of the path is no folder\); going on/,
    );
  });

  it('that gets no more room says so, keeps what is whole and goes on without', async () => {
    const whole = await run(TWICE.slice(0, -2));
    // As on a full disk, a file is written in part before the rest is refused.
    const without = await run(TWICE, { first: 'ulimit -f 1' });
    expect(without.code).toBe(0);
    expect(without.stdout === whole.stdout).toBe(true);
    expect(without.stderr).toMatch(
      /kept: the store cannot be written \(file too large\); going on/,
    );
    expect([...filesOf(store())].filter(({ kind }) => kind !== 'plan')).toEqual([]);
    expect((await run(TWICE)).stdout === whole.stdout).toBe(true);
    expect(kept()).toBe(4);
  });

  it.each([
    [[...TWICE.slice(0, -1), 'small.yaml'], /--store small\.yaml: is a file, not a folder/],
    [['store', 'list', '--store', 'nosuch'], /--store nosuch: there is no such folder/],
    [['store', 'check', '--again', '0'], /whole number from 1/],
    [['store', 'prune', '--older', '30'], /minutes, hours or days/],
    [['store', 'lsit'], /unknown command 'lsit'[\s\S]*list/],
  ])('refuses %j', async (args, message) => {
    const ended = await run(args);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(message);
    expect(folder.names).toEqual(['small.yaml']);
  });
});

describe('spillway store', () => {
  it('lists what is kept, and says where nothing is', async () => {
    expect((await run(['store', 'list'])).stdout).toBe('0 runs in .spillway\n');
    await run(TWICE);
    const { code, stdout } = await run(['store', 'list', '--store', 'kept']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^scenario +policy +engine +runs +size +oldest +newest\n/);
    expect(stdout).toMatch(
      /^One small service {2}as-it-is +this +2 +\d.* KiB +20\d\d-\d\d-\d\d \d\d:\d\d {2}20/m,
    );
    expect(stdout).toMatch(/^4 runs in kept, \d.* KiB\n/m);
  });

  it('runs entries again, and ends with 70 where one came to something else', async () => {
    await run(TWICE);
    const args = ['store', 'check', '--store', 'kept', '--again'];
    const fine = await run([...args, '3']);
    expect(fine.code).toBe(0);
    expect(fine.stdout).toMatch(/all sound\nrun again: 3 of 3 came to the same\n$/);

    const { path, head } = [...entriesOf(store())][0]!;
    const entry = readEntry(readFileSync(path), head!.key);
    const { text } = entry as Exclude<typeof entry, string>;
    const wrong = text.replace(/"goodput":[\d.]+/, '"goodput":1');
    writeFileSync(path, '');
    const address = { ...head!, planText: '', durationNs: 0 };
    await new Store(store(), head!.engine, () => undefined).put(address, head!, wrong);
    const found = await run(args);
    expect(found.code).toBe(70);
    expect(found.stdout).toMatch(
      /all sound\n.*: as-it-is came to something else\n|retry-storm came/,
    );
    expect(found.stdout).toMatch(/run again: 3 of 4 came to the same\n$/);
    expect(found.stderr).toMatch(/mistake of ours/);
  });

  it('prunes what other engines and bygone days have left', async () => {
    await run(TWICE);
    const { head } = [...entriesOf(store())][0]!;
    const old = new Store(store(), '0.0.1+old', () => undefined);
    const address = {
      ...head!,
      engine: old.engine,
      key: 'a'.repeat(64),
      planText: '',
      durationNs: 0,
    };
    await old.put(address, head!, '{}');
    folder.write('kept/notes.txt', 'mine');
    expect((await run(['store', 'list', '--store', 'kept'])).stdout).toMatch(
      /0\.0\.1\+old[\s\S]*1 of them by other versions: spillway store prune frees those/,
    );

    const pruned = await run(['store', 'prune', '--store', 'kept']);
    expect(pruned.stdout).toMatch(/^1 run taken away, \d+ B freed; 4 runs left in kept\n$/);
    expect((await run(['store', 'prune', '--store', 'kept', '--older', '1d'])).stdout).toBe(
      '0 runs taken away, 0 B freed; 4 runs left in kept\n',
    );
    const all = await run(['store', 'prune', '--store', 'kept', '--all']);
    expect(all.stdout).toMatch(/^4 runs and 2 files that no run needs taken away, .*; 0 runs left/);
    expect([...filesOf(store())]).toEqual([]);
    expect(readFileSync(join(store(), 'notes.txt'), 'utf8')).toBe('mine');
  });
});
