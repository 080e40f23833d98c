import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BullClient } from '../../src/study/where/redis/bull-client.js';
import { type Ended, Folder, SMALL, spillway } from '../cli/spillway.js';
import { freshCommandLine } from '../fresh-build.js';
import { mustHaveAll, redisServerPath } from '../machine.js';
import { outcomes, reached, Started } from './processes.js';
import { RedisServer } from './server.js';

const TRIALS = process.env['SPILLWAY_FULL'] === '1' ? 20 : 3;
const LONG_MS = 300_000;
/** 2 policies at 8 loads, 3 replications. */
const RUNS = 48;

/** Runs that take long enough to be killed in the middle of. */
const SWEPT = SMALL.replace('duration: 60s', 'duration: 200s')
  .replace('poisson: 50/s', 'poisson: 100/s')
  .replace(
    'policies:',
    'replications: 3\nsweep: { load: { from: 20%, to: 160%, step: 20% } }\npolicies:',
  )
  .replace('offered within 20% of 50/s', 'offered within 20% of 100/s');

/** Numbers from 0 to 1 that are the same each time (Park and Miller 1988). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

describe.skipIf(!mustHaveAll && redisServerPath() === undefined)('a study over Redis', () => {
  const folder = new Folder();
  const STUDY = ['sweep', 'swept.yaml', '--json', '--no-cache'];
  let serial = '';
  let server: RedisServer;
  let client: BullClient;
  const started: Started[] = [];

  beforeAll(async () => {
    await freshCommandLine();
    folder.write('swept.yaml', SWEPT);
    const alone = await spillway([...STUDY, '--threads', '1'], { cwd: folder.path });
    expect(alone.stderr).toContain('seed 42');
    serial = alone.stdout;
  });
  afterAll(() => folder.remove());

  beforeEach(async () => {
    server = await RedisServer.start();
    client = await server.client();
  });
  afterEach(async () => {
    for (const one of started) one.kill('SIGKILL');
    await Promise.all(started.splice(0).map(({ ended }) => ended));
    await server.stop();
  });

  function begin(...args: string[]): Started {
    const one = new Started(args, folder.path, server.url);
    started.push(one);
    return one;
  }

  for (let trial = 1; trial <= TRIALS; trial++) {
    it(
      `ends with the same bytes when a worker and then the coordinator are killed (${trial})`,
      async () => {
        const draw = chance(trial * 7_919);
        const worker = begin('worker', '--threads', '1');
        begin('worker', '--threads', '1');
        const first = begin(...STUDY);
        const workerAt = Math.floor(draw() * RUNS * 0.4);
        await reached(client, workerAt);
        await pause(draw() * 100);
        worker.kill('SIGKILL');
        await reached(client, workerAt + Math.floor(draw() * RUNS * 0.4));
        await pause(draw() * 100);
        first.kill('SIGKILL');
        expect((await first.ended).code).toBeNull();
        const { code, stdout, stderr } = await begin(...STUDY).ended;
        expect(stderr).not.toContain('internal error');
        expect(code).toBe(0);
        expect(stdout).toBe(serial);
      },
      LONG_MS,
    );
  }

  it(
    'is left by a worker that was asked to go only when its runs are done',
    async () => {
      const worker = begin('worker', '--threads', '2');
      const study = begin(...STUDY);
      await reached(client, 3);
      worker.kill('SIGTERM');
      const left = await worker.ended;
      expect(left.code).toBe(0);
      const first = runsOf(left);
      expect(first).toBe(await outcomes(client));
      const other = begin('worker', '--until-idle', '5s');
      const ended = await study.ended;
      expect(ended.stdout).toBe(serial);
      expect(ended.stderr).not.toContain('went away');
      const idle = await other.ended;
      expect(idle.code).toBe(0);
      expect(first + runsOf(idle)).toBe(RUNS);
    },
    LONG_MS,
  );

  it(
    'is made by a worker for two studies at once',
    async () => {
      folder.write('other.yaml', SWEPT.replace('workers: 2', 'workers: 3'));
      const worker = begin('worker');
      const studies = [begin(...STUDY), begin('sweep', 'other.yaml', '--json', '--no-cache')];
      const [one, other] = await Promise.all(studies.map(({ ended }) => ended));
      expect(one!.stdout).toBe(serial);
      expect(other!.code).toBe(0);
      expect(other!.stdout).not.toBe(serial);
      worker.kill('SIGTERM');
      expect(runsOf(await worker.ended)).toBe(2 * RUNS);
    },
    LONG_MS,
  );
});

/** How many runs a worker says it made. */
function runsOf({ stderr }: Ended): number {
  return Number(/made (\d+) runs/.exec(stderr)?.[1]);
}

describe('the command line and Redis', () => {
  const folder = new Folder();
  const SECRET = 'hunter2';
  beforeAll(async () => {
    await freshCommandLine();
    folder.write('small.yaml', SMALL);
  });
  afterAll(() => folder.remove());

  it('say in one line what is wrong with the address, and never the password', async () => {
    const at = { cwd: folder.path };
    const url = `redis://lab:${SECRET}@127.0.0.1:1`;
    for (const args of [['worker'], ['run', 'small.yaml', '--json']]) {
      const flagged = await spillway([...args, '--redis', url], at);
      expect(flagged.code).toBe(2);
      expect(flagged.stderr).toContain('redis://lab:***@127.0.0.1:1: nobody listens there\n');
      expect(flagged.stderr).toContain('can be read with ps: SPILLWAY_REDIS');
      const silent = await spillway(args, { ...at, env: { SPILLWAY_REDIS: url } });
      expect(silent.code).toBe(2);
      expect(silent.stderr).not.toContain('ps:');
      for (const { stdout, stderr } of [flagged, silent]) {
        expect(stdout + stderr).not.toContain(SECRET);
      }
    }
  });

  it('refuse a worker without a Redis, and a certificate without one', async () => {
    const alone = await spillway(['worker'], { cwd: folder.path });
    expect(alone).toMatchObject({ code: 2 });
    expect(alone.stderr).toContain('which Redis?');
    const certain = await spillway(['run', 'small.yaml', '--redis-ca', 'ca.pem'], {
      cwd: folder.path,
    });
    expect(certain).toMatchObject({ code: 2 });
    expect(certain.stderr).toContain('there is no --redis');
  });
});
