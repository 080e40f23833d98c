import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadScenario, type Scenario } from '../../src/scenario/index.js';
import {
  EngineFailure,
  here,
  type Outcome,
  type RunOptions,
  runScenario,
  type Task,
  type Tick,
} from '../../src/study/index.js';
import { failureOf, toldOf } from '../../src/study/where/failures.js';
import { IncomingScenarios, OutgoingScenarios } from '../../src/study/where/sent-scenarios.js';
import { openThreads, type Threads, type ThreadsOptions } from '../../src/study/where/threads.js';
import { Folder, SMALL } from '../cli/spillway.js';
import { freshCommandLine } from '../fresh-build.js';

const WORKER = new URL('../../dist/where/worker.js', import.meta.url);
const OPTIONS: RunOptions = { version: '0', scenarioSha256: '', memoryLimitBytes: 1e9 };
const TASK: Task = {
  policy: 'base',
  seed: '7',
  cell: null,
  shape: null,
  detail: 'figures',
  stepSeconds: null,
  windows: [],
};
const go: Tick = async () => true;

const opened: Threads[] = [];
function open(options: Partial<ThreadsOptions> = {}): Threads {
  const threads = openThreads({
    threads: 3,
    memoryLimitBytes: 1e9,
    workerUrl: WORKER,
    hereFirstMs: 0,
    ...options,
  });
  opened.push(threads);
  return threads;
}

beforeAll(freshCommandLine);
afterEach(async () => {
  await Promise.all(opened.splice(0).map((threads) => threads.close()));
});

function scenarioOf(text: string, files: Record<string, string> = {}): Scenario {
  const { scenario, issues } = loadScenario({
    text,
    file: 'test.yaml',
    readFile: (path) => files[path]!,
  });
  if (scenario === null) throw new Error(issues.map(({ message }) => message).join('\n'));
  return scenario;
}

const ship = (name: string): Scenario =>
  scenarioOf(readFileSync(new URL(`../../scenarios/${name}.yaml`, import.meta.url), 'utf8'));

const desk = (
  more: string,
  arrivals = 'poisson: 80/s',
  work = '{ exponential: 10ms }',
  duration = '20s',
): Scenario =>
  scenarioOf(
    `spillway: 1
seed: 7
duration: ${duration}
producers: { users: { arrivals: { ${arrivals} }, to: desk } }
services: { desk: { workers: 1, handler: [ { work: ${work} } ] } }
${more}`,
    {
      'moments.csv': Array.from({ length: 2000 }, (_, k) => `${k * 0.01}`).join('\n'),
      'lat.csv': Array.from({ length: 500 }, (_, k) => `${(5 + (k % 9)) / 1e3}`).join('\n'),
    },
  );

/** What does not end within a test. */
const endless = (): Scenario => desk('', 'poisson: 800/s', '1ms', '1000h');

describe('a study on threads comes to the same bytes as here', () => {
  const kinds: Record<string, () => Scenario> = {
    'faults, retries and a policy built in': () => scenarioOf(SMALL),
    'replications and expectations': () =>
      desk('replications: 4\nexpect: [ { that: goodput > 70/s }, { that: offered > 0/s } ]'),
    'a sweep over two axes': () =>
      desk(`sweep: { load: [50%, 150%], services.desk.workers: [1, 2] }
policies: { base: {}, bounded-reject: preset }`),
    'no chance at all': () => desk('replications: 3', 'constant: 80/s', '10ms'),
    'a trace of moments': () => desk('replications: 2', 'trace: moments.csv'),
    'measured latencies': () => desk('replications: 2', 'poisson: 80/s', '{ empirical: lat.csv }'),
    'one that is stopped by its size': () =>
      desk('policies: { unbounded: preset, bounded-reject: preset }', 'poisson: 30000/s'),
    'a deadlock': () => ship('deadlock'),
    'a broker': () => ship('brokers/poison-message'),
    'keys and caches': () => ship('poison-key'),
    'health checks and crashes': () => ship('a-crash-nobody-notices'),
  };

  const options = { ...OPTIONS, memoryLimitBytes: 20e6 };
  let runner: Threads;
  beforeAll(() => {
    runner = openThreads({
      threads: 2,
      memoryLimitBytes: options.memoryLimitBytes,
      workerUrl: WORKER,
      hereFirstMs: 0,
    });
  });
  afterAll(() => runner.close());

  it.each(Object.entries(kinds))('%s', async (_, make) => {
    const scenario = make();
    const serial = await runScenario(scenario, options);
    const threaded = await runScenario(scenario, { ...options, runner });
    expect(JSON.stringify(threaded)).toBe(JSON.stringify(serial));
  });

  it('also where it begins here and goes on there', async () => {
    const scenario = desk('replications: 8', 'poisson: 2000/s', '{ exponential: 0.4ms }');
    const serial = await runScenario(scenario, OPTIONS);
    for (const hereFirstMs of [1, 100]) {
      const threaded = await runScenario(scenario, { ...OPTIONS, runner: open({ hereFirstMs }) });
      expect(JSON.stringify(threaded)).toBe(JSON.stringify(serial));
    }
  });
});

describe('memory', () => {
  const scenario = (): Scenario => desk('', 'poisson: 24000/s');

  it('is a limit for all together: what needs more than its part is run alone, and fits', async () => {
    const limit = 100e6;
    const serial = await here(limit).run(scenario(), TASK, go);
    expect(serial.measured.stopped).toBeNull();
    const alone = await here(limit / 4).run(scenario(), TASK, go);
    expect(alone.measured.stopped?.why).toBe('memory');
    const threads = open({ threads: 4, memoryLimitBytes: limit });
    const seeds = ['7', '7'];
    const outcomes = await Promise.all(
      seeds.map((seed) => threads.run(scenario(), { ...TASK, seed }, go)),
    );
    for (const outcome of outcomes) expect(outcome).toEqual(serial);
  });

  it('is all there for a run that begins here, as long as it is the only one', async () => {
    const threads = open({ threads: 4, memoryLimitBytes: 100e6, hereFirstMs: 1e6 });
    expect((await threads.run(scenario(), TASK, go)).measured.stopped).toBeNull();
  });
});

describe('a run that is asked to stop', () => {
  it('stops at its next slice, with what it measured, and the others with it', async () => {
    const threads = open({ threads: 2 });
    const clocks: number[] = [];
    const tick: Tick = async (nowNs) => {
      clocks.push(nowNs);
      return clocks.filter((ns) => ns > 1e9).length < 4;
    };
    const outcomes = await Promise.all(
      ['1', '2'].map((seed) => {
        return threads.run(endless(), { ...TASK, seed }, tick);
      }),
    );
    for (const { measured } of outcomes) {
      expect(measured.stopped).toMatchObject({ why: 'interrupted', text: 'interrupted' });
      expect(measured.ledger.offered).toBeGreaterThan(10_000);
    }
  });

  it('fails with what the question itself failed with', async () => {
    const failing: Tick = async () => {
      throw new Error('nobody to ask');
    };
    await expect(open().run(endless(), TASK, failing)).rejects.toThrow('nobody to ask');
  });
});

describe('a mistake of ours on a thread', () => {
  // More windows than a world can tell apart; `expectationIssues` lets nobody ask for them.
  const windows = Array.from({ length: 300 }, (_, k) => ({ fromNs: k * 1e6, toNs: k * 1e6 + 5e5 }));

  it('is told as if it had come up here', async () => {
    const task: Task = { ...TASK, windows };
    const failures = await Promise.all(
      [here(1e9), open()].map((runner) =>
        runner.run(desk(''), task, go).catch((error: unknown) => error),
      ),
    );
    for (const failure of failures) {
      expect(failure).toBeInstanceOf(EngineFailure);
      expect(failure).toMatchObject({ label: 'base', seed: '7', atSeconds: 0 });
    }
    const [first, second] = failures as EngineFailure[];
    expect(second!.message).toBe(first!.message);
    expect((second!.cause as Error).stack).toMatch(/dist\/(chunks|where)\/\w+\.js:\d/);
  });

  it('keeps its moment to the last digit, and one outside of a run its text', () => {
    const failure = new EngineFailure(new Error('odd'), {
      label: 'x',
      seed: '1',
      nowNs: 1234567891,
    });
    const again = failureOf(structuredClone(toldOf(failure)));
    expect(again).toMatchObject({ message: 'odd', label: 'x', seed: '1', atSeconds: 1.234567891 });
    expect(failureOf(toldOf(new Error('no such policy'))).message).toBe('no such policy');
    expect(failureOf(toldOf('only a text')).message).toBe('only a text');
  });

  it('is that of the policy where a task does not fit its scenario', async () => {
    const task: Task = { ...TASK, policy: 'nobody' };
    const errors = await Promise.all(
      [here(1e9), open()].map((runner) => runner.run(desk(''), task, go).catch(String)),
    );
    expect(errors[1]).toBe(errors[0]);
  });
});

describe('a thread that dies', () => {
  async function dying(code: string): Promise<unknown> {
    const folder = new Folder();
    try {
      const file = join(folder.path, 'worker.mjs');
      await writeFile(file, code);
      const threads = open({ threads: 2, workerUrl: pathToFileURL(file) });
      return await threads.run(desk(''), TASK, go).catch((error: unknown) => error);
    } finally {
      folder.remove();
    }
  }

  it.each([
    ['in the middle of a run', 'export default () => process.exit(3)', /exited with code: 3/],
    ['as it starts', 'throw new Error("no such engine")', /no such engine/],
    ['since it is not there', '', /No handler function/],
  ])('%s is told with its run', async (_, code, message) => {
    const failure = await dying(code);
    expect(failure).toMatchObject({ label: 'base', seed: '7', atSeconds: 0 });
    expect((failure as Error).message).toMatch(/^the thread of this run ended: /);
    expect((failure as Error).message).toMatch(message);
  });
});

describe('threads are started only where they pay', () => {
  const nowhere = pathToFileURL(fileURLToPath(new URL('no-such-worker.js', import.meta.url)));

  it('one run after the other is made here', async () => {
    const threads = open({ workerUrl: nowhere, hereFirstMs: 1e9 });
    const wanted = await here(1e9).run(desk(''), TASK, go);
    expect(await threads.run(desk(''), TASK, go)).toEqual(wanted);
    expect(await Promise.all([1, 2].map(() => threads.run(desk(''), TASK, go)))).toEqual([
      wanted,
      wanted,
    ]);
  });

  it('what waits as they are closed is told so', async () => {
    const threads = open({ hereFirstMs: 1e9 });
    const runs: Promise<Outcome>[] = [1, 2].map(() => threads.run(desk(''), TASK, go));
    const ended = Promise.allSettled(runs);
    await threads.close();
    expect((await ended).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });
});

describe('a scenario on its way to a thread', () => {
  it('is written once, and read once, with all that plans are made from', () => {
    const scenario = desk('', 'trace: moments.csv');
    const outgoing = new OutgoingScenarios();
    const sent = outgoing.of(scenario);
    expect(outgoing.of(scenario)).toBe(sent);
    const incoming = new IncomingScenarios();
    const read = incoming.of(sent);
    expect(read).toEqual(scenario);
    expect(incoming.of(structuredClone(sent))).toBe(read);
  });

  it('is forgotten for newer ones', () => {
    const outgoing = new OutgoingScenarios();
    const incoming = new IncomingScenarios();
    const [first, ...later] = Array.from({ length: 6 }, () => outgoing.of(desk('')));
    const read = incoming.of(first!);
    for (const sent of later) incoming.of(sent);
    expect(incoming.of(first!)).not.toBe(read);
    expect(incoming.of(first!)).toEqual(read);
  });
});
