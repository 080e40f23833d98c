import type { Job, Worker } from 'bullmq';
import type { Outcome, Runner, Scenario, Task } from '../../index.js';
import { fromCanonicalText } from '../canonical.js';
import { toldOf } from '../failures.js';
import { NO_SCENARIO, type Order } from './coordinator.js';
import { type Link, type LinkOptions, openLink } from './link.js';
import {
  BEAT_MS,
  KEPT_MS,
  LOCK_MS,
  outcomeKey,
  queueNameOf,
  STALLED_LOOK_MS,
  STALLED_MAX,
  scenarioKey,
} from './names.js';
import type { Origin } from './origins.js';
import { outcomeParcel, unpackedOrigin } from './parcels.js';
import { beat, leave, type Presence, putOutcome } from './scripts.js';
import { refusalOf, troubleOf } from './trouble.js';

export interface WorkerOptions extends LinkOptions {
  /** Which code runs; runs of another build are left to others. */
  engine: string;
  /** Where the runs happen: not in this thread, which must keep their locks. */
  runner: Runner;
  /** The hash of all that the outcome of a task depends on. */
  keyOf(scenario: Scenario, task: Task): string;
  /** Reads a scenario; throws where it is not sound. */
  load(origin: Origin): Scenario;
  /** Ends when there was nothing to do for so long. Default: never. */
  untilIdleMs?: number | undefined;
}

/** A process that makes the runs of others' studies. */
export interface RedisWorker {
  readonly shown: string;
  /** Takes nothing new, and ends when what is under way is done. */
  stop(): void;
  /** How many runs it made, when it has ended. */
  readonly ended: Promise<number>;
}

/** Scenarios kept at hand: a worker may serve several studies at once. */
const SCENARIOS_MAX = 8;
const TOLD_EVERY_MS = 1_000;
/** What is refused waits so long for a worker that does not. */
const REFUSED_MS = 5_000;
/** An outcome that says more of this machine than of the run. */
const UNSURE_KEPT_MS = 60_000;

/** Joins the workers of a Redis. Throws `RedisTrouble`. */
export async function openWorker(options: WorkerOptions): Promise<RedisWorker> {
  const link = await openLink(options);
  const helper = new Helper(link, options);
  try {
    await helper.begin();
  } catch (error) {
    helper.stop();
    throw troubleOf(error, link.shown);
  }
  return helper;
}

class Helper implements RedisWorker {
  readonly shown: string;
  readonly ended: Promise<number>;
  #end: (runs: number) => void = () => undefined;
  readonly #worker: Worker<Order>;
  readonly #presence: Presence;
  readonly #scenarios = new Map<string, Promise<Scenario | null>>();
  readonly #refused = new Set<string>();
  readonly #enginesTold = new Set<string>();
  #timer: NodeJS.Timeout | null = null;
  #active = 0;
  #runs = 0;
  #busyMs = performance.now();
  #stopping = false;
  /** What Redis refused when it was last asked; it is said once. */
  #refusal: string | null = null;

  constructor(
    private readonly link: Link,
    private readonly options: WorkerOptions,
  ) {
    const { engine, runner } = options;
    this.shown = link.shown;
    this.#presence = { id: link.id, engine, threads: runner.width };
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#worker = new link.bull.Worker<Order>(
      queueNameOf(engine),
      (job, token) => this.#work(job, token),
      {
        ...link.part,
        autorun: false,
        concurrency: runner.width,
        lockDuration: LOCK_MS,
        stalledInterval: STALLED_LOOK_MS,
        maxStalledCount: STALLED_MAX,
        // A run says so itself, unless Redis has lost what it said.
        removeOnComplete: { count: 0 },
        removeOnFail: { count: 0 },
      },
    );
    // A lock that was lost, a break of the connection: others do the run, and ours counts for nothing.
    this.#worker.on('error', () => undefined);
  }

  async begin(): Promise<void> {
    await this.#beat();
    this.#timer = setInterval(() => {
      this.#beat().then(
        () => {
          this.#refusal = null;
        },
        (error: unknown) => this.#hearRefusal(error),
      );
      this.#endIfIdle();
    }, BEAT_MS);
    void this.#worker.run();
  }

  stop(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    void this.#close();
  }

  async #close(): Promise<void> {
    await this.#worker.close();
    if (this.#timer !== null) clearInterval(this.#timer);
    const { client } = this.link;
    if (client.status === 'ready') {
      await leave(client, 'worker', this.#presence).catch(() => undefined);
    }
    client.disconnect();
    this.#end(this.#runs);
  }

  /** Of breaks of the connection the link tells. */
  #hearRefusal(error: unknown): void {
    const refusal = refusalOf((error as Error).message);
    if (refusal === null || refusal === this.#refusal) return;
    this.#refusal = refusal;
    this.options.tell(`${this.shown}: ${refusal} (trying again)`);
  }

  #endIfIdle(): void {
    const { untilIdleMs } = this.options;
    // Redis being away is no sign that there is nothing to do.
    const mayBeBusy = this.#active > 0 || this.link.client.status !== 'ready';
    if (mayBeBusy) this.#busyMs = performance.now();
    if (untilIdleMs === undefined || performance.now() - this.#busyMs < untilIdleMs) return;
    this.stop();
  }

  async #beat(): Promise<void> {
    const { studies } = await beat(this.link.client, 'worker', this.#presence);
    for (const { engine } of studies) {
      if (engine === this.options.engine || this.#enginesTold.has(engine)) continue;
      this.#enginesTold.add(engine);
      this.options.tell(
        `a study of another build is there (${engine}, here ${this.options.engine}): its runs ` +
          'are left to workers of that build',
      );
    }
  }

  async #work(job: Job<Order>, token: string | undefined): Promise<void> {
    this.#active++;
    try {
      await this.#make(job, token);
    } finally {
      this.#active--;
      this.#busyMs = performance.now();
    }
  }

  async #make(job: Job<Order>, token: string | undefined): Promise<void> {
    const { bull, client } = this.link;
    const key = job.id!;
    // It may have been made by one who lost its lock meanwhile.
    if ((await client.call('EXISTS', outcomeKey(key))) === 1) return;
    const { scenario: id, task: written } = job.data;
    const scenario = await this.#scenarioOf(id);
    if (scenario === 'missing') throw new bull.UnrecoverableError(NO_SCENARIO);
    const task = fromCanonicalText(written) as Task;
    if (scenario === null || this.#keyOf(scenario, task) !== key) {
      this.#refuse(id, scenario);
      await job.moveToDelayed(Date.now() + REFUSED_MS, token);
      throw new bull.DelayedError();
    }
    let outcome: Outcome;
    try {
      outcome = await this.options.runner.run(scenario, task, this.#tickOf(job));
    } catch (error) {
      throw new bull.UnrecoverableError(JSON.stringify(toldOf(error)));
    }
    const isFinal = outcome.measured.stopped?.why !== 'memory';
    const keptMs = isFinal ? KEPT_MS : UNSURE_KEPT_MS;
    const bytes = await outcomeParcel(outcome);
    const put = await putOutcome(client, key, { bytes, isFinal, keptMs });
    this.#runs++;
    if (put !== 'other') return;
    this.options.tell(
      `${job.name}, seed ${task.seed}: came to another result here than elsewhere. ` +
        'This is a mistake of ours: please report it',
    );
  }

  #tickOf(job: Job<Order>): (nowNs: number) => Promise<boolean> {
    let toldMs = performance.now();
    return async (nowNs) => {
      if (performance.now() - toldMs > TOLD_EVERY_MS) {
        toldMs = performance.now();
        void job.updateProgress(nowNs).catch(() => undefined);
      }
      return true;
    };
  }

  #keyOf(scenario: Scenario, task: Task): string | null {
    try {
      return this.options.keyOf(scenario, task);
    } catch {
      return null;
    }
  }

  /** Null where it cannot be read here. */
  async #scenarioOf(id: string): Promise<Scenario | 'missing' | null> {
    let scenario = this.#scenarios.get(id);
    if (scenario === undefined) {
      const bytes = await this.link.client.ask(['GET', scenarioKey(id)], true);
      if (bytes === null) return 'missing';
      scenario = this.#scenarios.get(id) ?? this.#read(bytes as Buffer);
    }
    this.#scenarios.delete(id);
    this.#scenarios.set(id, scenario);
    if (this.#scenarios.size > SCENARIOS_MAX) {
      this.#scenarios.delete(this.#scenarios.keys().next().value!);
    }
    return scenario;
  }

  async #read(bytes: Buffer): Promise<Scenario | null> {
    try {
      return this.options.load(await unpackedOrigin(bytes));
    } catch {
      return null;
    }
  }

  #refuse(id: string, scenario: Scenario | null): void {
    if (this.#refused.has(id)) return;
    this.#refused.add(id);
    const what = scenario === null ? 'a scenario' : scenario.file;
    this.options.tell(
      `${what}: does not come to the same here as with the one who asked; left to other workers`,
    );
  }
}
