import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadScenario } from '../../../src/scenario/index.js';
import { here, type Outcome, type Runner, type Task } from '../../../src/study/index.js';
import { inspect, runAgain } from '../../../src/study/where/check.js';
import { type Address, addressOf } from '../../../src/study/where/key.js';
import { resultPath } from '../../../src/study/where/places.js';
import { type PruneOptions, prune } from '../../../src/study/where/prune.js';
import { Store, type StoreTrouble, TwoResults } from '../../../src/study/where/store.js';
import { type StoredRunner, stored } from '../../../src/study/where/stored.js';
import { entriesOf, filesOf } from '../../../src/study/where/survey.js';
import { SMALL } from '../../cli/spillway.js';

const SHORT = SMALL.replace('duration: 60s', 'duration: 30s');
const scenario = loadScenario({ text: SHORT, file: 'small.yaml' }).scenario!;
const LIMIT = 2 ** 30;
const go = async (): Promise<boolean> => true;
const NAMES = { title: 'One small service', policy: 'as-it-is', label: 'as-it-is' };

let root: string;
let folder: string;
let troubles: StoreTrouble[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'spillway-store-'));
  folder = join(root, 'kept');
  troubles = [];
});
afterEach(() => rmSync(root, { recursive: true }));

const open = (engine = 'e'): Store => new Store(folder, engine, (said) => troubles.push(said));

function taskOf(seed: string, more: Partial<Task> = {}): Task {
  const task = { policy: 'as-it-is', seed, cell: null, shape: null, stepSeconds: null };
  return { ...task, detail: 'figures', windows: [], ...more };
}

const addressFor = (seed: string, engine = 'e'): Address =>
  addressOf(engine, scenario, taskOf(seed));

/** Counts what is really run. */
function counting(inner: Runner = here(LIMIT)): Runner & { seeds: string[] } {
  const seeds: string[] = [];
  const { width } = inner;
  return {
    width,
    seeds,
    run(of, task, tick) {
      seeds.push(task.seed);
      return inner.run(of, task, tick);
    },
  };
}

const ask = (runner: Runner, seed: string): Promise<Outcome> =>
  runner.run(scenario, taskOf(seed), go);

describe('a runner behind a store', () => {
  it('runs what is not there, and gives the same to the byte when it is', async () => {
    const inner = counting();
    const first = stored(inner, open());
    const made = [await ask(first, '1'), await ask(first, '2')];
    expect(first.use).toEqual({ hits: 0, runs: 2, interrupted: false });

    const later = stored(inner, open());
    const found = [await ask(later, '1'), await ask(later, '2'), await ask(later, '3')];
    expect(later.use).toEqual({ hits: 2, runs: 1, interrupted: false });
    expect(inner.seeds).toEqual(['1', '2', '3']);
    expect(JSON.stringify(found.slice(0, 2))).toBe(JSON.stringify(made));
    expect(JSON.stringify(found[2])).toBe(JSON.stringify(await ask(here(LIMIT), '3')));
    expect(troubles).toEqual([]);
  });

  it('gives whole outcomes back as they were, every figure and series', async () => {
    const whole = taskOf('1', { detail: 'whole', windows: [{ fromNs: 0, toNs: 20e9 }] });
    const made = await stored(here(LIMIT), open()).run(scenario, whole, go);
    const found = await stored(counting(), open()).run(scenario, whole, go);
    expect(found).toEqual(made);
    expect(found.measured.series['goodput']).toHaveLength(30);
  });

  it('runs once what is asked for several times at once, as it would in turn', async () => {
    const inner = counting();
    const runner = stored(inner, open());
    const all = await Promise.all(['1', '1', '2', '1'].map((seed) => ask(runner, seed)));
    expect(inner.seeds.sort()).toEqual(['1', '2']);
    expect(runner.use).toEqual({ hits: 2, runs: 2, interrupted: false });
    expect(all[1]).toEqual(all[0]);
    // Not one object: whoever folds one may change it.
    expect(all[1]).not.toBe(all[0]);
  });

  /** Every run stops, and why. */
  const stopping = (why: 'interrupted' | 'memory' | 'endless'): Runner => ({
    width: 1,
    async run(of, task, tick) {
      const outcome = await here(LIMIT).run(of, task, tick);
      return {
        ...outcome,
        measured: { ...outcome.measured, stopped: { why, atNs: 1e9, text: why } },
      };
    },
  });

  it.each(['interrupted', 'memory'] as const)('keeps no run that was stopped: %s', async (why) => {
    const runner = stored(stopping(why), open());
    const cut = await Promise.all(['1', '1'].map((seed) => ask(runner, seed)));
    expect(cut.map(({ measured }) => measured.stopped?.why)).toEqual([why, why]);
    expect(runner.use).toEqual({ hits: 0, runs: why === 'memory' ? 2 : 0, interrupted: false });
    expect([...filesOf(folder)]).toEqual([]);
    expect((await ask(stored(counting(), open()), '1')).measured.stopped).toBeNull();
  });

  it('keeps a run that turned out to be endless, since it always will', async () => {
    await ask(stored(stopping('endless'), open()), '1');
    const inner = counting();
    expect((await ask(stored(inner, open()), '1')).measured.stopped?.why).toBe('endless');
    expect(inner.seeds).toEqual([]);
  });

  it('keeps nothing of a failure, and those who wait for the same fail too', async () => {
    const failing: Runner = { width: 1, run: () => Promise.reject(new Error('broken')) };
    const runner = stored(failing, open());
    const all = await Promise.allSettled(['1', '1'].map((seed) => ask(runner, seed)));
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect([...filesOf(folder)]).toEqual([]);
    expect((await ask(stored(counting(), open()), '1')).measured.stopped).toBeNull();
  });

  it('tells the clock of a run that it did not make, so that a study can be stopped', async () => {
    await ask(stored(counting(), open()), '1');
    const ticks: number[] = [];
    const runner = stored(counting(), open());
    const found = await runner.run(scenario, taskOf('1'), async (nowNs) => {
      ticks.push(nowNs);
      return false;
    });
    expect(runner.use).toEqual({ hits: 1, runs: 0, interrupted: true });
    expect(ticks).toEqual([30e9]);
    expect(found.measured.stopped).toBeNull();
  });

  it('knows no result of another engine', async () => {
    const inner = counting();
    await ask(stored(inner, open('e')), '1');
    await ask(stored(inner, open('f')), '1');
    expect(inner.seeds).toEqual(['1', '1']);
    expect([...entriesOf(folder)].map(({ head }) => head!.engine).sort()).toEqual(['e', 'f']);
    // The plan is the same one.
    expect([...filesOf(folder)].filter(({ kind }) => kind === 'plan')).toHaveLength(1);
  });
});

describe('an entry that is not what it was', () => {
  const text = '{"some":"outcome","with":[1,2,3]}';

  it('is found out whatever byte of it is changed, added or missing', async () => {
    const address = addressFor('1');
    await open().put(address, NAMES, text);
    const path = resultPath(folder, address.key);
    const sound = readFileSync(path);
    expect(await open().get(address)).toBe(text);
    const where = fc.nat(sound.length - 1);
    const change = fc.oneof(
      fc.record({ at: where, by: fc.integer({ min: 1, max: 255 }) }).map(({ at, by }) => {
        const bytes = Buffer.from(sound);
        bytes[at]! ^= by;
        return bytes;
      }),
      where.map((length) => sound.subarray(0, length)),
      fc.uint8Array({ minLength: 1 }).map((more) => Buffer.concat([sound, more])),
      fc.tuple(where, where).map(([at, length]) => {
        return Buffer.concat([sound.subarray(0, at), sound.subarray(at + 1 + (length % 9))]);
      }),
    );
    await fc.assert(
      fc.asyncProperty(change, async (bytes) => {
        writeFileSync(path, bytes);
        troubles = [];
        expect(await open().get(address)).toBeNull();
        expect(troubles).toMatchObject([{ kind: 'bad', path }]);
        expect([...filesOf(folder)].map((file) => inspect(file).trouble !== null)).toEqual([
          true,
          false,
        ]);
      }),
      { numRuns: 400 },
    );
  });

  it('is said once, run again and replaced', async () => {
    await ask(stored(counting(), open()), '1');
    const path = resultPath(folder, addressFor('1').key);
    const sound = readFileSync(path);
    truncateSync(path, 100);
    const inner = counting();
    const runner = stored(inner, open());
    await ask(runner, '1');
    expect(troubles).toEqual([{ kind: 'bad', path, why: 'it is not what its hash says' }]);
    expect(inner.seeds).toEqual(['1']);
    expect(readFileSync(path)).toEqual(sound);
    await ask(runner, '1');
    expect(troubles).toHaveLength(1);
    expect(inner.seeds).toEqual(['1']);
  });

  it('is not taken for another run under whose name it was put', async () => {
    const [one, two] = [addressFor('1'), addressFor('2')];
    await open().put(one, NAMES, text);
    mkdirSync(dirname(resultPath(folder, two.key)), { recursive: true });
    writeFileSync(resultPath(folder, two.key), readFileSync(resultPath(folder, one.key)));
    expect(await open().get(two)).toBeNull();
    expect(troubles).toMatchObject([{ kind: 'bad', why: 'it is of another run' }]);
  });
});

describe('a store', () => {
  it('takes two results of one run for a mistake of ours', async () => {
    const address = addressFor('1');
    await open().put(address, NAMES, '{"a":1}');
    await open().put(address, NAMES, '{"a":1}');
    await expect(open().put(address, NAMES, '{"a":2}')).rejects.toThrow(TwoResults);
    expect(await open().get(address)).toBe('{"a":1}');
  });

  it('may be written by many at once', async () => {
    const addresses = ['1', '2', '3', '4'].map((seed) => addressFor(seed));
    const stores = Array.from({ length: 20 }, () => open());
    await Promise.all(
      stores.flatMap((store) =>
        addresses.map((address) => store.put(address, NAMES, `{"seed":${address.seed}}`)),
      ),
    );
    expect(troubles).toEqual([]);
    const files = [...filesOf(folder)];
    expect(files.map(({ kind }) => kind)).toEqual(['result', 'result', 'result', 'result', 'plan']);
    expect(files.map((file) => inspect(file).trouble)).toEqual(files.map(() => null));
  });

  it('marks the folder that it makes as a cache, and one that was there not', async () => {
    await open().put(addressFor('1'), NAMES, '{}');
    expect(readdirSync(folder)).toEqual(['.gitignore', 'CACHEDIR.TAG', 'plans', 'results']);
    folder = root;
    await open().put(addressFor('1'), NAMES, '{}');
    expect(readdirSync(root)).toEqual(['kept', 'plans', 'results']);
  });

  it('that cannot be written says so once and goes on', async () => {
    writeFileSync(folder, 'a file where the folder should be');
    const runner = stored(counting(), open());
    await ask(runner, '1');
    await ask(runner, '2');
    expect(runner.use.runs).toBe(2);
    expect(troubles.map(({ kind }) => kind)).toEqual(['unreadable', 'unwritable']);
  });

  it('that cannot be written is still read', async () => {
    await ask(stored(here(LIMIT), open('old')), '1');
    await ask(stored(here(LIMIT), open()), '1');
    rmSync(join(folder, 'plans'), { recursive: true });
    writeFileSync(join(folder, 'plans'), 'a file where a folder should be');
    const inner = counting();
    const runner = stored(inner, open());
    for (const seed of ['2', '1', '3']) await ask(runner, seed);
    expect(inner.seeds).toEqual(['2', '3']);
    expect(troubles).toMatchObject([{ kind: 'unwritable', path: folder }]);
  });
});

const FAR = Date.UTC(2100, 0);
const MONTH_MS = 30 * 86_400_000;
const PRUNE: PruneOptions = { engine: 'e', beforeMs: null, all: false, nowMs: FAR };

describe('pruning', () => {
  beforeEach(async () => {
    await ask(stored(here(LIMIT), open('e')), '1');
    await ask(stored(here(LIMIT), open('e')), '2');
    await ask(stored(here(LIMIT), open('old')), '1');
    const storm = taskOf('1', { policy: 'retry-storm' });
    await stored(here(LIMIT), open('old')).run(scenario, storm, go);
  });

  const kept = (): string[] =>
    [...entriesOf(folder)].map(({ head }) => `${head!.engine}/${head!.seed}`).sort();

  it('takes away what other engines made, and the plans that no entry names', () => {
    expect(prune(folder, PRUNE)).toMatchObject({ entries: 2, others: 1, left: 2 });
    expect(kept()).toEqual(['e/1', 'e/2']);
    expect([...filesOf(folder)].filter(({ kind }) => kind === 'plan')).toHaveLength(1);
    expect(prune(folder, PRUNE)).toMatchObject({ entries: 0, others: 0, left: 2 });
  });

  it('leaves a plan that may have been written just now', () => {
    const { entries, others } = prune(folder, { ...PRUNE, nowMs: 0 });
    expect({ entries, others }).toEqual({ entries: 2, others: 0 });
  });

  it('takes away what is older than it is told', () => {
    const { path } = [...entriesOf(folder)].find(({ head }) => head!.seed === '2')!;
    utimesSync(path, new Date(FAR), new Date(FAR));
    const pruned = prune(folder, { ...PRUNE, beforeMs: FAR - MONTH_MS });
    expect(pruned).toMatchObject({ entries: 3, left: 1 });
    expect(kept()).toEqual(['e/2']);
  });

  it('takes away all, and what it frees is what was there', () => {
    const bytes = [...filesOf(folder)].reduce(
      (sum, { path }) => sum + readFileSync(path).length,
      0,
    );
    const pruned = prune(folder, { ...PRUNE, all: true, nowMs: 0 });
    expect(pruned).toEqual({ entries: 4, others: 2, bytes, left: 0 });
    expect(readdirSync(folder)).toEqual(['.gitignore', 'CACHEDIR.TAG']);
  });

  it('takes away what was left half written, and touches nothing that is not its own', () => {
    const { path } = [...entriesOf(folder)][0]!;
    const draft = `${path}.0123456789abcdef.draft`;
    writeFileSync(draft, 'half');
    const strangers = [
      join(folder, 'notes.txt'),
      join(folder, 'results', 'notes.result'),
      join(dirname(path), 'notes.txt'),
      join(dirname(path), 'abc.result'),
      join(folder, 'results', 'zz', `${'0'.repeat(64)}.result`),
      join(folder, 'plans', '00', `${'1'.repeat(64)}.plan`),
    ];
    for (const stranger of strangers) {
      mkdirSync(dirname(stranger), { recursive: true });
      writeFileSync(stranger, 'mine');
    }
    expect([...filesOf(folder)].filter(({ kind }) => kind === 'draft')).toHaveLength(1);
    prune(folder, { ...PRUNE, all: true });
    expect(existsSync(draft)).toBe(false);
    expect([...filesOf(folder)]).toEqual([]);
    expect(strangers.filter((stranger) => !existsSync(stranger))).toEqual([]);
  });
});

describe('running entries again', () => {
  async function cameOf(options: { times: number }): Promise<string[]> {
    const files = [...filesOf(folder)].filter(({ kind }) => kind === 'result');
    const came: string[] = [];
    const how = { ...options, memoryLimitBytes: LIMIT, tick: go };
    for await (const one of runAgain(folder, files, how)) came.push(one.came);
    return came.sort();
  }

  it('comes to the same, from the plans that are kept', async () => {
    const runner: StoredRunner = stored(here(LIMIT), open());
    for (const seed of ['1', '2', '3']) {
      await ask(runner, seed);
      await runner.run(scenario, taskOf(seed, { detail: 'whole', stepSeconds: 5 }), go);
    }
    expect(await cameOf({ times: 6 })).toEqual(Array(6).fill('same'));
    expect(await cameOf({ times: 2 })).toEqual(['same', 'same']);
  });

  it('finds a result that was not the run its key says', async () => {
    await ask(stored(here(LIMIT), open()), '1');
    const other = await ask(here(LIMIT), '7');
    await open().put(addressFor('2'), NAMES, JSON.stringify(other));
    expect(await cameOf({ times: 2 })).toEqual(['other', 'same']);
  });

  it('says where the plan is gone', async () => {
    await ask(stored(here(LIMIT), open()), '1');
    rmSync(join(folder, 'plans'), { recursive: true });
    expect(await cameOf({ times: 1 })).toEqual(['no plan']);
  });
});
