import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BullClient } from '../../src/study/where/redis/bull-client.js';
import { type Ended, Folder, SMALL, spillway } from '../cli/spillway.js';
import { freshCommandLine } from '../fresh-build.js';
import { mustHaveAll, redisServerPath } from '../machine.js';
import { outcomes, reached, Started } from './processes.js';
import { RedisServer } from './server.js';

const LONG_MS = 300_000;
/** 2 policies at 6 loads, 2 replications. */
const RUNS = 24;

/** Runs that take long enough for something to happen in the middle of them. */
const SWEPT = SMALL.replace('duration: 60s', 'duration: 600s').replace(
  'policies:',
  'replications: 2\nsweep: { load: { from: 20%, to: 120%, step: 20% } }\npolicies:',
);

const SWEEP = ['sweep', 'swept.yaml', '--json'];
const COMPARE = ['compare', 'small.yaml', '--replications', '3', '--json'];
const STABILITY = [
  ...['stability', 'small.yaml', '--policy', 'retry-storm', '--loads', '50%,150%'],
  ...['--seeds', '2', '--hold', '5s', '--patience', '20s', '--longest', '5s', '--json'],
];

describe.skipIf(!mustHaveAll && redisServerPath() === undefined)('over Redis', () => {
  const folder = new Folder();
  let serial = '';
  let server: RedisServer;
  let client: BullClient;
  const started: Started[] = [];

  beforeAll(async () => {
    await freshCommandLine();
    folder.write('swept.yaml', SWEPT);
    folder.write('small.yaml', SMALL);
    serial = (await alone(...SWEEP)).stdout;
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

  const alone = (...args: string[]): Promise<Ended> =>
    spillway([...args, '--threads', '1', '--no-cache'], { cwd: folder.path });

  function begin(...args: string[]): Started {
    const one = new Started(args, folder.path, server.url);
    started.push(one);
    return one;
  }

  it.each([['compare', COMPARE] as const, ['stability', STABILITY] as const])(
    '%s says the same to the byte as on one thread',
    async (_, args) => {
      begin('worker', '--threads', '2');
      const [there, here] = [await begin(...args, '--no-cache').ended, await alone(...args)];
      expect(there.stderr).toMatch(/1 worker \(2 threads\)|seed 42/);
      expect(there).toMatchObject({ code: 0, stdout: here.stdout });
      expect(here.stdout).toMatch(/^\{/);
    },
    LONG_MS,
  );

  it(
    'a store comes first: what is in it is asked of nobody',
    async () => {
      const stored = [...SWEEP, '--store', 'kept'];
      const worker = begin('worker', '--threads', '2');
      const first = await begin(...stored).ended;
      expect(first).toMatchObject({ code: 0, stdout: serial });
      worker.kill('SIGTERM');
      expect((await worker.ended).stderr).toContain(`made ${RUNS} runs`);
      // Nobody is there who could make a run.
      const second = await begin(...stored).ended;
      expect(second).toMatchObject({ code: 0, stdout: serial });
      expect(second.stderr).toContain(`${RUNS} of ${RUNS} runs were in the store (kept)`);
      expect(await outcomes(client)).toBe(0);
    },
    LONG_MS,
  );

  const FULL = ['CONFIG', 'SET', 'maxmemory'] as const;
  it.each([
    {
      what: 'whose memory is full',
      refuse: () => client.call(...FULL, '1'),
      mend: () => client.call(...FULL, '0'),
      says: /its memory is full\. Cure: free some, or raise its maxmemory, and begin again$/m,
    },
    {
      what: 'that became a copy of another',
      refuse: () => client.call('REPLICAOF', '127.0.0.1', '1'),
      mend: () => client.call('REPLICAOF', 'NO', 'ONE'),
      says: /it is a copy, which nobody may write to\. Cure: name the one/,
    },
  ])(
    'a Redis $what ends the study with the place and the cure; begun again it goes on',
    async ({ refuse, mend, says }) => {
      const stored = [...SWEEP, '--store', `kept-${server.port}`];
      const worker = begin('worker', '--threads', '1');
      const study = begin(...stored);
      await reached(client, 3);
      await refuse();
      const { code, stdout, stderr } = await study.ended;
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(says);
      expect(stderr).toContain(`${server.url}: it`);
      expect(stderr).toMatch(/is in the store \(kept-\d+\): the same command goes on from there/);
      expect(stderr).not.toMatch(/internal|report it/);
      // Those who come now hear the same at once.
      const late = await begin(...SWEEP, '--no-cache').ended;
      expect(late).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(says) });
      await mend();
      const again = await begin(...stored).ended;
      expect(again).toMatchObject({ code: 0, stdout: serial });
      expect(again.stderr).toMatch(new RegExp(`of ${RUNS} runs were in the store`));
      worker.kill('SIGTERM');
      expect((await worker.ended).stderr).toMatch(/\(trying again\)$/m);
    },
    LONG_MS,
  );

  it(
    'a server that is begun again in the middle, empty, changes no byte',
    async () => {
      begin('worker', '--threads', '1');
      const study = begin(...SWEEP, '--no-cache');
      await reached(client, 3);
      await server.down();
      await pause(500);
      await server.up();
      expect(await study.ended).toMatchObject({
        code: 0,
        stdout: serial,
        stderr: expect.stringContaining('connected again'),
      });
    },
    LONG_MS,
  );

  it.each([['does not answer', 'SIGSTOP'] as const, ['has gone', 'SIGKILL'] as const])(
    'Ctrl-C ends a study whose Redis %s',
    async (_, away) => {
      begin('worker', '--threads', '1');
      const study = begin(...SWEEP, '--no-cache');
      await reached(client, 3);
      server.signal(away);
      study.kill('SIGINT');
      const { code, stderr } = await study.ended;
      expect(code).toBe(130);
      expect(stderr).not.toContain('internal error');
    },
    LONG_MS,
  );
});
