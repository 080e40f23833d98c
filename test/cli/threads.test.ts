import type { ChildProcess } from 'node:child_process';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/study/result.js';
import { freshCommandLine } from '../fresh-build.js';
import { type Ended, Folder, SMALL, type SpawnOptions, spillway } from './spillway.js';

let folder: Folder;
beforeAll(freshCommandLine);
beforeEach(() => {
  folder = new Folder();
});
afterEach(() => folder.remove());

const run = (args: string[], options: Omit<SpawnOptions, 'cwd'> = {}): Promise<Ended> =>
  spillway(args, { cwd: folder.path, ...options });

/** Enough that threads are started for it. */
const BUSY = SMALL.replace('poisson: 50/s', 'poisson: 1500/s')
  .replace('exponential: 20ms', 'exponential: 0.7ms')
  .replace('50/s }', '1500/s }');
const LONG = BUSY.replace('duration: 60s', 'duration: 1000h');

/** Signals the process after so long; it has begun to run by then. */
const signalled =
  (...signals: [NodeJS.Signals, number][]) =>
  (child: ChildProcess): void => {
    for (const [signal, ms] of signals) setTimeout(() => child.kill(signal), ms);
  };

describe('--threads', () => {
  it('changes no byte of a result, nor of what a check says', async () => {
    folder.write('busy.yaml', BUSY);
    const flags = ['busy.yaml', '--replications', '4', '--threads'];
    const said = await Promise.all(
      ['1', '2', '3'].map((threads) => run(['run', '--json', ...flags, threads])),
    );
    expect(said.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(said[1]).toEqual(said[0]);
    expect(said[2]).toEqual(said[0]);
    const [one, two] = await Promise.all(
      ['1', '2'].map((threads) => run(['check', ...flags, threads])),
    );
    expect(one!.stdout).toMatch(/1 scenario: \d expectations hold/);
    expect(two).toEqual(one);
  });

  it.each(['0', '1.5', 'all', '2000'])('%s is no number of threads', async (threads) => {
    folder.write('small.yaml', SMALL);
    const ended = await run(['run', 'small.yaml', '--threads', threads]);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(/whole number from 1 to 1024/);
  });
});

describe('runs on threads that are interrupted', () => {
  it('keep what each of them measured', async () => {
    folder.write('long.yaml', LONG);
    const onFirstWord = signalled(['SIGINT', 8000]);
    const ended = await run(['run', 'long.yaml', '--json', '--threads', '2'], { onFirstWord });
    expect(ended.code).toBe(130);
    const result = JSON.parse(ended.stdout) as RunResult;
    expect(result.partial).toBe(true);
    expect(result.stopped).toMatch(/^as-it-is, .*: interrupted; retry-storm, .*: interrupted$/);
    for (const name of ['as-it-is', 'retry-storm']) {
      expect(result.policies[name]!.ledger.offered).toBeGreaterThan(10_000);
    }
    expect(result.expect.every(({ passed }) => !passed)).toBe(true);
  });

  it('end at once when they are interrupted twice', async () => {
    folder.write('long.yaml', LONG);
    const onFirstWord = signalled(['SIGINT', 3000], ['SIGTERM', 3000]);
    const ended = await run(['run', 'long.yaml', '--json', '--threads', '2'], { onFirstWord });
    expect(ended).toMatchObject({ code: 130, stdout: '' });
    expect(ended.stderr).not.toMatch(/internal error/);
  });
});
