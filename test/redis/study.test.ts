import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadOrigin } from '../../src/cli/support/load.js';
import { loadScenario, type Scenario } from '../../src/scenario/index.js';
import { here, type Outcome, type Runner, runScenario, type Task } from '../../src/study/index.js';
import { addressOf } from '../../src/study/where/key.js';
import { openRedis, type RedisRunner } from '../../src/study/where/redis/coordinator.js';
import { otherOutcomeKey, outcomeKey, PREFIX } from '../../src/study/where/redis/names.js';
import { rememberOrigin } from '../../src/study/where/redis/origins.js';
import { openWorker, type RedisWorker } from '../../src/study/where/redis/worker.js';
import { SMALL } from '../cli/spillway.js';
import { mustHaveAll, redisServerPath } from '../machine.js';
import { RedisServer } from './server.js';

const ENGINE = '0.0.0+test';
const LIMIT = 1e9;
const goOn = async (): Promise<boolean> => true;

function scenarioOf(text: string, files: Record<string, string> = {}): Scenario {
  const read = new Map(Object.entries(files).map(([path, of]) => [path, Buffer.from(of)]));
  const { scenario, issues } = loadScenario({
    text,
    file: 'small.yaml',
    readFile: (path) => read.get(path)!,
  });
  if (scenario === null) throw new Error(JSON.stringify(issues));
  rememberOrigin(scenario, { file: 'small.yaml', text: Buffer.from(text), files: read, vary: [] });
  return scenario;
}

function taskOf(seed: string): Task {
  const rest = { cell: null, shape: null, detail: 'figures', stepSeconds: null, windows: [] };
  return { policy: 'as-it-is', seed, ...rest } as Task;
}

/** Runs tasks here, counts them, and may come to something else. */
function counting(twist: (outcome: Outcome) => Outcome = (same) => same) {
  const inner = here(LIMIT);
  const made: string[] = [];
  const runner: Runner = {
    width: 2,
    async run(scenario, task, tick) {
      made.push(task.seed);
      await tick(1);
      return twist(await inner.run(scenario, task, tick));
    },
  };
  return { runner, made };
}

describe.skipIf(!mustHaveAll && redisServerPath() === undefined)('a study over Redis', () => {
  let server: RedisServer;
  const open: { end(): Promise<unknown> }[] = [];
  let told: string[] = [];

  beforeEach(async () => {
    told = [];
    server = await RedisServer.start();
  });
  afterEach(async () => {
    for (const one of open.splice(0)) await one.end().catch(() => undefined);
    await server.stop();
  });

  const common = () => ({ url: server.url, tell: (line: string) => void told.push(line) });
  const keyWith = (engine: string) => (scenario: Scenario, task: Task) =>
    addressOf(engine, scenario, task).key;

  async function coordinator(engine = ENGINE): Promise<RedisRunner> {
    const runner = await openRedis({ ...common(), engine, keyOf: keyWith(engine) });
    open.push({ end: () => runner.close() });
    return runner;
  }

  async function worker(
    runner: Runner,
    { engine = ENGINE, load = loadOrigin, keyOf = keyWith(engine) } = {},
  ): Promise<RedisWorker> {
    const helper = await openWorker({ ...common(), engine, runner, keyOf, load });
    open.push({
      end: () => {
        helper.stop();
        return helper.ended;
      },
    });
    return helper;
  }

  /** Every key that would stay for ever. */
  async function left(): Promise<string[]> {
    const client = await server.client();
    const keys: string[] = [];
    for await (const some of client.scanStream({ match: '*' })) keys.push(...some);
    const lives = await Promise.all(keys.map((key) => client.call('PTTL', key)));
    return keys.filter((_, index) => lives[index] === -1);
  }

  it('comes to the result of a serial one, and leaves nothing behind for ever', async () => {
    const scenario = scenarioOf(SMALL.replace('policies:', 'replications: 4\npolicies:'));
    const options = { version: '1', scenarioSha256: '', memoryLimitBytes: LIMIT };
    const serial = await runScenario(scenario, options);
    const runner = await coordinator();
    const helpers = [await worker(counting().runner), await worker(counting().runner)];
    expect(await runScenario(scenario, { ...options, runner })).toEqual(serial);
    await runner.close();
    for (const helper of helpers) helper.stop();
    const runs = await Promise.all(helpers.map(({ ended }) => ended));
    expect(runs[0]! + runs[1]!).toBe(8);
    expect(await left()).toEqual([]);
    const client = await server.client();
    for (const what of ['outcome', 'scenario']) {
      expect((await client.scan(0, { MATCH: `${PREFIX}:${what}:*`, COUNT: 1000 }))[1]).toEqual([]);
    }
  });

  it('sends along the files that a scenario names', async () => {
    const text = SMALL.replace('poisson: 50/s', 'trace: arrivals.csv');
    const scenario = scenarioOf(text, { 'arrivals.csv': '0.5\n1\n1.5\n2\n6\n7\n' });
    const runner = await coordinator();
    await worker(counting().runner);
    const outcome = await runner.run(scenario, taskOf('1'), goOn);
    expect(outcome.measured.ledger.offered).toBe(6);
  });

  it('makes a run once that two studies ask for at once', async () => {
    const scenario = scenarioOf(SMALL);
    const studies = [await coordinator(), await coordinator()];
    const asked = [...studies, studies[0]!].map((runner) =>
      runner.run(scenario, taskOf('7'), goOn),
    );
    await pause(200);
    const { runner, made } = counting();
    await worker(runner);
    const [one, ...others] = await Promise.all(asked);
    for (const other of others) expect(other).toEqual(one);
    expect(made).toEqual(['7']);
  });

  it('goes on where another coordinator was killed: what is there is not made again', async () => {
    const scenario = scenarioOf(SMALL);
    const { runner, made } = counting();
    await worker(runner);
    const first = await coordinator();
    await first.run(scenario, taskOf('1'), goOn);
    const second = await coordinator();
    await Promise.all(['1', '2'].map((seed) => second.run(scenario, taskOf(seed), goOn)));
    expect(made).toEqual(['1', '2']);
  });

  it('survives a Redis that has forgotten everything', async () => {
    const scenario = scenarioOf(SMALL);
    const runner = await coordinator();
    const asked = ['1', '2'].map((seed) => runner.run(scenario, taskOf(seed), goOn));
    await pause(300);
    await server.down();
    await server.up();
    await worker(counting().runner);
    const seeds = (await Promise.all(asked)).map(({ measured }) => measured.fingerprint);
    expect(new Set(seeds).size).toBe(2);
    expect(told.join('\n')).toContain('connected again');
  });

  it('fails loudly where a run comes to two results', async () => {
    const scenario = scenarioOf(SMALL);
    const task = taskOf('1');
    const runner = await coordinator();
    await worker(counting().runner);
    await runner.run(scenario, task, goOn);
    // The run is lost, and asked for again by another study; a machine comes to something else.
    const client = await server.client();
    const key = outcomeKey(keyWith(ENGINE)(scenario, task));
    const bytes = (await client.ask(['GET', key], true)) as Buffer;
    await client.del(key);
    await open.pop()!.end();
    const late = await coordinator();
    const asked = late.run(scenario, task, goOn).catch((error: Error) => error.message);
    await worker({
      width: 1,
      async run(...run) {
        const outcome = await here(LIMIT).run(...run);
        await client.call('SET', key, bytes);
        return { ...outcome, firstFaultNs: 1 };
      },
    });
    await expect.poll(() => told.join('\n')).toContain('came to another result here');
    await asked;
    await expect(runner.close()).rejects.toThrow('came to two results');
    await expect(late.close()).rejects.toThrow('came to two results');
    expect(await client.call('EXISTS', otherOutcomeKey(keyWith(ENGINE)(scenario, task)))).toBe(1);
  });

  it('tells a mistake of ours with the run it was in', async () => {
    const scenario = scenarioOf(SMALL);
    const runner = await coordinator();
    const broken: Runner = {
      width: 1,
      run: () => Promise.reject(new Error('books do not balance')),
    };
    await worker(broken);
    await expect(runner.run(scenario, taskOf('1'), goOn)).rejects.toThrow('books do not balance');
  });

  it('leaves the runs of another build to workers of that build, and says so', async () => {
    const scenario = scenarioOf(SMALL);
    const runner = await coordinator('0.0.0+mine');
    const asked = runner.run(scenario, taskOf('1'), goOn);
    const other = counting();
    await worker(other.runner, { engine: '0.0.0+theirs' });
    await pause(500);
    expect(told.join('\n')).toContain(
      'a study of another build is there (0.0.0+mine, here 0.0.0+theirs)',
    );
    const mine = counting();
    await worker(mine.runner, { engine: '0.0.0+mine' });
    await asked;
    expect(other.made).toEqual([]);
    expect(mine.made).toEqual(['1']);
  });

  it('has a run made elsewhere where a worker reads the scenario differently', async () => {
    const scenario = scenarioOf(SMALL);
    const runner = await coordinator();
    const other = counting();
    await worker(other.runner, { keyOf: () => 'another' });
    const asked = runner.run(scenario, taskOf('1'), goOn);
    await pause(500);
    await open.pop()!.end();
    const mine = counting();
    await worker(mine.runner);
    await asked;
    expect(other.made).toEqual([]);
    expect(mine.made).toEqual(['1']);
    expect(told.join('\n')).toContain('does not come to the same here');
    expect(told.join('\n')).toContain('leaves its runs to others');
  });

  it('takes its runs back when it is broken off', async () => {
    // Longer than what is done between two looks at whether to go on.
    const scenario = scenarioOf(SMALL.replace('duration: 60s', 'duration: 3000s'));
    const runner = await coordinator();
    let goes = true;
    const asked = ['1', '2'].map((seed) => runner.run(scenario, taskOf(seed), async () => goes));
    await pause(200);
    goes = false;
    for (const { measured } of await Promise.all(asked)) {
      expect(measured.stopped?.why).toBe('interrupted');
    }
    await runner.close();
    const { runner: late, made } = counting();
    await worker(late);
    await pause(300);
    expect(made).toEqual([]);
    expect(await left()).toEqual([]);
  });

  it('says after a while that there is no worker, and how to start one', async () => {
    const scenario = scenarioOf(SMALL);
    const runner = await coordinator();
    const asked = runner.run(scenario, taskOf('1'), goOn);
    await expect
      .poll(() => told, { timeout: 20_000 })
      .toContain(`no worker is there: start one with spillway worker --redis ${server.url}`);
    await worker(counting().runner);
    await asked;
    await expect.poll(() => told, { timeout: 5_000 }).toContain('1 worker (2 threads)');
  });
});
