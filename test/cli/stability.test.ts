import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StabilityResult } from '../../src/study/result.js';
import { freshCommandLine } from '../fresh-build.js';
import { Folder, spillway } from './spillway.js';

let folder: Folder;
beforeAll(() => freshCommandLine());
beforeEach(() => {
  folder = new Folder();
});
afterEach(() => folder.remove());

/** Without a store: what is asked twice is run twice. */
const run = (...args: string[]) =>
  spillway(['stability', ...args, '--no-cache'], { cwd: folder.path });

/** Half of what HotOS '21 has, so that it is done soon: 30/s, a timeout of 1 s, one retry. */
const STORM = `spillway: 1
title: A small storm
seed: 42
duration: 60s
producers: { clients: { arrivals: { poisson: 25/s }, to: server } }
services: { server: { workers: 1, handler: [ { work: 33.333333ms } ] } }
calls: { "clients -> server": { timeout: 1s, retry: { attempts: 2 } } }
faults: [ { at: 20s, for: 5s, pause: server } ]
policies:
  storm: {}
  no-retries: { calls: { "clients -> server": { retry: none } } }
`;
const LOADS = ['--loads', '9/s..33/s..6/s'];
/** Some seconds on a machine that has nothing else to do. */
const PATIENT = { timeout: 300_000 };
const QUICK = ['--seeds', '3', '--hold', '20s', '--quiet'];

describe('spillway stability', () => {
  it(
    'says in a sentence what tips a system and what brings it back, then shows it',
    PATIENT,
    async () => {
      folder.write('storm.yaml', STORM);
      const { code, stdout, stderr } = await run(
        'storm.yaml',
        ...QUICK,
        ...LOADS,
        '--out',
        'charts',
      );
      expect(stderr).toBe('');
      expect(code).toBe(0);
      expect(stdout).toMatch(
        /^storm: stable up to [\d.]+\/s, vulnerable up to [\d.]+\/s: pause server for [\d.]+ m?s at 27\/s tips it, and it does not come back until the load is cut below [\d.]+\/s$/m,
      );
      expect(stdout).toMatch(
        /^ {2}theory +stable below 15\/s, unstable from 30\/s \(capacity of server\)$/m,
      );
      expect(stdout).toMatch(/^ {2}up [▁▂▃▄▅▆▇█]+ {2}down [▁▂▃▄▅▆▇█]+/m);
      expect(stdout).toMatch(
        /^ +21\/s +[\d.]+ m?s +\d of 3 at [\d.]+ m?s, \d of 3 at [\d.]+ m?s$/m,
      );
      expect(stdout).toMatch(/^no-retries: stable: even pause server for 20 s tips it nowhere/m);
      const [charts] = folder.names;
      expect(charts).toBe('charts');
    },
  );

  it('--json says the same on repeat, and finds what theory has', PATIENT, async () => {
    folder.write('storm.yaml', STORM);
    const args = [
      'storm.yaml',
      ...QUICK,
      '--loads',
      '12/s,24/s,36/s',
      '--policy',
      'storm',
      '--json',
    ];
    const [first, second] = [await run(...args), await run(...args)];
    expect(second).toEqual(first);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const result = JSON.parse(first.stdout) as StabilityResult;
    expect(result).toMatchObject({ spillway: 1, kind: 'stability', partial: false, seeds: 3 });
    const { bands, frontier, loop, shed, theory } = result.policies['storm']!;
    expect(theory).toMatchObject({ bottleneck: 'server' });
    expect(bands!.stable.high).toBeGreaterThan(11);
    expect(bands!.stable.low).toBeLessThan(19);
    expect(loop!.hidden).not.toBeNull();
    expect(shed!.to.high).toBeLessThan(19);
    for (const { band, duration } of frontier!.points) {
      if (band === 'vulnerable') expect(duration!.high!.at).toBeLessThan(6);
      else expect(duration).toBeNull();
    }
  });

  it('is asked about other loads, and another trigger', PATIENT, async () => {
    folder.write('storm.yaml', STORM);
    const loads = ['--loads', '10/s,22/s', '--trigger', 'surge', '--policy', 'storm'];
    const { stdout } = await run('storm.yaml', ...QUICK, ...loads, '--json');
    const {
      loads: tried,
      trigger,
      frontier,
    } = (JSON.parse(stdout) as StabilityResult).policies['storm']!;
    expect(tried).toEqual([10, 22]);
    expect(trigger).toMatchObject({ kind: 'surge', size: 'factor' });
    expect(frontier!.points[1]!.size!.at).toBeGreaterThan(1);
  });

  it('stopped by Ctrl-C it says what it has', PATIENT, async () => {
    folder.write('storm.yaml', STORM);
    const { code, stdout } = await spillway(
      ['stability', 'storm.yaml', '--seeds', '200', '--json'],
      { cwd: folder.path, onFirstWord: (child) => setTimeout(() => child.kill('SIGINT'), 700) },
    );
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'stability', partial: true });
  });

  it.each([
    [['--loads', '10'], /160\/s,200\/s/],
    [['--loads', '10%'], /Two loads/],
    [['--loads', '0%..50%..10%'], /above zero/],
    [['--loads', '1%..999%..1%'], /At most 200/],
    [['--loads', '10%..100%..0%'], /FROM\.\.TO\.\.STEP/],
    [['--hold', '100ms'], /a second or more/],
    [['--trigger', 'storm'], /surge/],
    [['--policy', 'strom'], /storm/],
  ])('refuses %j with its reason', async (args, message) => {
    folder.write('storm.yaml', STORM);
    const { code, stdout, stderr } = await run('storm.yaml', ...args);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('says why a load cannot be turned, or a trigger not be had', async () => {
    const users = STORM.replace('poisson: 25/s', 'closed: { users: 9, think: 1s }');
    folder.write('users.yaml', users);
    const rates = await run('users.yaml', '--loads', '10/s,20/s');
    expect(rates).toMatchObject({ code: 2, stdout: '' });
    expect(rates.stderr).toMatch(/^users\.yaml: storm: .*ask for shares/m);
    folder.write('calm.yaml', STORM.replace(/^faults:.*\n/m, ''));
    const calm = await run('calm.yaml', '--trigger', 'file');
    expect(calm.code).toBe(2);
    expect(calm.stderr).toMatch(/no fault/);
  });
});
