import type { Queue, QueueEvents } from 'bullmq';
import { execute } from '../../execute.js';
import {
  type Outcome,
  type Runner,
  type Scenario,
  type Task,
  type Tick,
  taskText,
} from '../../index.js';
import { canonicalText } from '../canonical.js';
import { failureOf, type ToldFailure } from '../failures.js';
import { type Link, type LinkOptions, openLink } from './link.js';
import {
  BEAT_MS,
  DIFFERS,
  KEPT_MS,
  outcomeKey,
  PREFIX,
  queueNameOf,
  scenarioKey,
  TAKEN_KEPT_MS,
} from './names.js';
import { originOf } from './origins.js';
import { type Parcel, scenarioParcel, unpackedOutcome } from './parcels.js';
import { ReplyError } from './resp.js';
import { Roll } from './roll.js';
import { beat, leave, type Presence } from './scripts.js';
import { RedisTrouble, reasonOf, refusalOf, troubleOf } from './trouble.js';
import { within } from './within.js';

export interface RedisOptions extends LinkOptions {
  /** Which code runs: workers of another build are left out. */
  engine: string;
  /** The hash of all that the outcome of a task depends on. */
  keyOf(scenario: Scenario, task: Task): string;
  /** How many runs may be asked for at once. Default: 256. */
  width?: number;
}

/** A `Runner` on other machines, until it is closed. */
export interface RedisRunner extends Runner {
  /** Takes away what this study needed no more; throws where a run came to two results. */
  close(): Promise<void>;
}

/** What a worker is told of a run. */
export interface Order {
  /** Id of the scenario's parcel. */
  scenario: string;
  /** The task as canonical text: JSON alone has no word for some of what it may say. */
  task: string;
}

/** Enough for the threads of many machines; outcomes that wait for an earlier one are held here. */
const WIDTH = 256;
const LOOK_MS = 250;
/** How often it is made sure that what is waited for is still on its way. */
const CHECK_MS = 5_000;
const EXTEND_MS = 60_000;
/** Longer than that nobody waits for the end of a study that is over. */
const LEAVE_MS = 5_000;
const CLOSE_MS = 1_000;
/** Runs that were seen to their end are forgotten by BullMQ: their outcomes are elsewhere. */
const FORGOTTEN = { removeOnComplete: true, removeOnFail: true };
/** The part of BullMQ's keys that hold more than one run. */
const QUEUE_KEYS = [
  ...['meta', 'events', 'id', 'marker', 'pc', 'stalled-check', 'stalled'],
  ...['wait', 'active', 'delayed', 'completed', 'failed', 'prioritized', 'paused'],
] as const;

/** Runs tasks on the workers of a Redis (`openWorker`). Throws `RedisTrouble`. */
export async function openRedis(options: RedisOptions): Promise<RedisRunner> {
  const link = await openLink(options);
  const coordinator = new Coordinator(link, options);
  try {
    await coordinator.begin();
  } catch (error) {
    await coordinator.close().catch(() => undefined);
    throw troubleOf(error, link.shown);
  }
  return coordinator;
}

interface Asker {
  tick: Tick;
  asking: boolean;
  resolve(outcome: Outcome): void;
  reject(error: unknown): void;
}

/** A run that is waited for. */
interface Awaited {
  key: string;
  scenario: Scenario;
  task: Task;
  askers: Set<Asker>;
  /** As far as a worker has told. */
  nowNs: number;
  taking: boolean;
}

class Coordinator implements RedisRunner {
  readonly width: number;
  readonly #queue: Queue;
  #events: QueueEvents | null = null;
  readonly #presence: Presence;
  readonly #roll: Roll;
  readonly #awaited = new Map<string, Awaited>();
  #unsent: Awaited[] = [];
  #sending = false;
  readonly #parcels = new Map<object, Promise<Parcel>>();
  readonly #parcelsThere = new Set<string>();
  /** Keys of outcomes that were handed on. */
  readonly #taken = new Set<string>();
  /** Runs that were waited for when nothing could be trusted any more. */
  readonly #givenUp: string[] = [];
  #interrupted = false;
  #closed = false;
  #failure: Error | null = null;
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly link: Link,
    private readonly options: RedisOptions,
  ) {
    const { engine, width, tell } = options;
    this.width = width ?? WIDTH;
    this.#presence = { id: link.id, engine, threads: 0 };
    this.#roll = new Roll(engine, link.shown, tell);
    this.#queue = new link.bull.Queue(this.#queueName, {
      ...link.part,
      defaultJobOptions: FORGOTTEN,
    });
    this.#queue.on('error', () => undefined);
  }

  get #queueName(): string {
    return queueNameOf(this.options.engine);
  }

  async begin(): Promise<void> {
    const { link } = this;
    const stream = `${PREFIX}:${this.#queueName}:events`;
    const last = (await link.client.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)) as [string][];
    const lastEventId = last[0]?.[0] ?? '0-0';
    const events = new link.bull.QueueEvents(this.#queueName, { ...link.part, lastEventId });
    this.#events = events;
    events.on('error', () => undefined);
    events.on('completed', ({ jobId }) => void this.#take(jobId));
    events.on('failed', ({ jobId, failedReason }) => this.#hearOfFailure(jobId, failedReason));
    events.on('stalled', ({ jobId }) => this.#hearOfStall(jobId));
    events.on('delayed', ({ jobId }) => this.#hearOfRefusal(jobId));
    events.on('progress', ({ jobId, data }) => {
      const awaited = this.#awaited.get(jobId);
      if (awaited !== undefined) awaited.nowNs = Number(data);
    });
    await events.waitUntilReady();
    this.#every(LOOK_MS, () => this.#look());
    this.#every(BEAT_MS, () => this.#beat());
    this.#every(CHECK_MS, () => this.#check());
    this.#every(EXTEND_MS, () => this.#extend());
    await this.#beat();
  }

  run(scenario: Scenario, task: Task, tick: Tick): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== null) return reject(this.#failure);
      const key = this.options.keyOf(scenario, task);
      let awaited = this.#awaited.get(key);
      if (awaited === undefined) {
        awaited = { key, scenario, task, askers: new Set(), nowNs: 0, taking: false };
        this.#awaited.set(key, awaited);
        this.#send(awaited);
      }
      awaited.askers.add({ tick, asking: false, resolve, reject });
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const timer of this.#timers) clearInterval(timer);
    const { client } = this.link;
    if (client.status === 'ready') await within(LEAVE_MS, this.#leave());
    const closing = Promise.allSettled([this.#events?.close(), this.#queue.close()]);
    // A connection that is being made again would be waited for.
    client.disconnectAll();
    await within(CLOSE_MS, closing);
    if (this.#failure !== null) throw this.#failure;
  }

  async #leave(): Promise<void> {
    try {
      await this.#findDifferences();
      await this.#tidy();
    } catch (error) {
      // Its outcomes are all there; and of what went wrong before, that is what is told.
      if (this.#failure !== null) return;
      const reason = error instanceof ReplyError ? reasonOf(error) : 'no answer';
      const { shown } = this.link;
      this.options.tell(`${shown}: ${reason} (what this study left there goes by itself)`);
    }
  }

  /** What nobody needs any more is taken away; the rest goes by itself after a while. */
  async #tidy(): Promise<void> {
    const { client } = this.link;
    const { studies } = await beat(client, 'study', this.#presence);
    const unwanted = [...this.#awaited.keys(), ...this.#givenUp];
    await Promise.all(unwanted.map((key) => this.#queue.remove(key)));
    // Outcomes of a study that was broken off are there when it is begun again.
    const isDone = !this.#interrupted && this.#failure === null;
    if (isDone) await drop(client, [...this.#taken].map(outcomeKey));
    await leave(client, 'study', this.#presence);
    if (studies.some(({ id }) => id !== this.#presence.id)) return;
    await drop(client, [...this.#parcelsThere].map(scenarioKey));
    await this.#queue.trimEvents(0);
    await this.#extend(TAKEN_KEPT_MS);
  }

  #every(ms: number, act: () => Promise<void>): void {
    let acting = false;
    const timer = setInterval(async () => {
      // One that waits for the connection is enough.
      if (acting || this.#closed) return;
      acting = true;
      await act().catch((error: unknown) => {
        if (!this.#closed) this.#fail(error as Error);
      });
      acting = false;
    }, ms);
    this.#timers.push(timer);
  }

  /** Queues runs, those of one moment together. */
  #send(awaited: Awaited): void {
    this.#unsent.push(awaited);
    if (this.#sending) return;
    this.#sending = true;
    setImmediate(async () => {
      const batch = this.#unsent;
      this.#unsent = [];
      this.#sending = false;
      await this.#queueUp(batch).catch((error: Error) => {
        if (!this.#closed) this.#fail(error);
      });
    });
  }

  async #queueUp(batch: readonly Awaited[]): Promise<void> {
    const { client } = this.link;
    const known = await Promise.all(batch.map(({ key }) => client.call('EXISTS', outcomeKey(key))));
    for (const [index, { key }] of batch.entries()) if (known[index] === 1) void this.#take(key);
    const unknown = batch.filter((_, index) => known[index] !== 1);
    const jobs = await Promise.all(
      unknown.map(async ({ key, scenario, task }) => {
        const data: Order = {
          scenario: await this.#putScenario(scenario),
          task: canonicalText(task),
        };
        return { name: taskText(task), data, opts: { jobId: key } };
      }),
    );
    if (jobs.length === 0) return;
    await this.#queue.addBulk(jobs);
    await Promise.all(jobs.map(({ opts }) => this.#extendJob(opts.jobId)));
  }

  /** The scenario lies in Redis; its id. */
  async #putScenario(scenario: Scenario): Promise<string> {
    const origin = originOf(scenario);
    let parcel = this.#parcels.get(origin);
    if (parcel === undefined) {
      parcel = scenarioParcel(origin);
      this.#parcels.set(origin, parcel);
    }
    const { id, bytes } = await parcel;
    if (!this.#parcelsThere.has(id)) {
      await this.link.client.call('SET', scenarioKey(id), bytes, 'PX', KEPT_MS);
      this.#parcelsThere.add(id);
    }
    return id;
  }

  /** Fetches an outcome that is there, and hands it on. */
  async #take(key: string): Promise<void> {
    const awaited = this.#awaited.get(key);
    if (awaited === undefined || awaited.taking) return;
    awaited.taking = true;
    try {
      const bytes = await this.link.client.ask(['GET', outcomeKey(key)], true);
      const outcome = bytes === null ? null : await unpackedOutcome(bytes as Buffer);
      if (outcome === null) {
        // Thrown away or damaged in between: it is run again.
        await this.link.client.del(outcomeKey(key));
        await this.#queueUp([awaited]);
        return;
      }
      this.#awaited.delete(key);
      this.#taken.add(key);
      for (const { resolve } of awaited.askers) resolve(outcome);
      await this.link.client.call('PEXPIRE', outcomeKey(key), TAKEN_KEPT_MS);
    } catch (error) {
      if (!this.#closed) this.#fail(error as Error);
    } finally {
      awaited.taking = false;
    }
  }

  #hearOfFailure(key: string, reason: string): void {
    const awaited = this.#awaited.get(key);
    if (awaited === undefined) return;
    const refused = refusalOf(reason);
    if (refused !== null) {
      this.#fail(new RedisTrouble(`${this.link.shown}: ${refused}`));
      return;
    }
    const said = readFailure(reason);
    if (said === 'no-scenario') {
      this.#parcelsThere.clear();
      this.#send(awaited);
      return;
    }
    const { task } = awaited;
    const what = `${taskText(task)}, seed ${task.seed}`;
    this.#awaited.delete(key);
    const error =
      said === null
        ? new Error(`${what}: every worker that ran it ended while it did (${reason})`)
        : failureOf(said);
    for (const { reject } of awaited.askers) reject(error);
  }

  #hearOfStall(key: string): void {
    const awaited = this.#awaited.get(key);
    if (awaited === undefined) return;
    awaited.nowNs = 0;
    this.#roll.lost();
  }

  #hearOfRefusal(key: string): void {
    if (this.#awaited.has(key)) this.#roll.refused();
  }

  /** Tells studies how far their runs are, and hears whether they go on. */
  async #look(): Promise<void> {
    for (const awaited of [...this.#awaited.values()]) {
      for (const asker of awaited.askers) {
        if (asker.asking) continue;
        asker.asking = true;
        const goesOn = await asker.tick(awaited.nowNs).catch((error: unknown) => {
          awaited.askers.delete(asker);
          asker.reject(error);
          return true;
        });
        asker.asking = false;
        if (!goesOn) await this.#breakOff(awaited, asker);
      }
    }
  }

  /** Nobody waits for it any more; what a study gets is a run that has hardly begun. */
  async #breakOff(awaited: Awaited, asker: Asker): Promise<void> {
    this.#interrupted = true;
    awaited.askers.delete(asker);
    const { key, scenario, task } = awaited;
    const stop = { memoryLimitBytes: Number.MAX_SAFE_INTEGER, tick: async () => false };
    asker.resolve(await execute(scenario, task, stop));
    if (awaited.askers.size > 0 || !this.#awaited.delete(key)) return;
    // One that is under way cannot be removed, and ends by itself.
    void this.#queue.remove(key).catch(() => undefined);
  }

  async #beat(): Promise<void> {
    const { workers } = await beat(this.link.client, 'study', this.#presence);
    this.#roll.call(workers, this.#awaited.size > 0);
    await this.#findDifferences();
  }

  async #findDifferences(): Promise<void> {
    const keys = await this.link.client.smembers(DIFFERS);
    const mine = keys.find((key) => this.#taken.has(key) || this.#awaited.has(key));
    if (mine === undefined) return;
    const places = `${outcomeKey(mine)} and ${PREFIX}:other-outcome:${mine}`;
    this.#fail(new Error(`a run was made twice and came to two results: ${places}`));
  }

  /**
   * Whatever became of Redis or of messages in between: an outcome that is there is taken, and what
   * is neither there nor queued is queued again.
   */
  async #check(): Promise<void> {
    const { client } = this.link;
    const awaited = [...this.#awaited.values()].filter(({ taking }) => !taking);
    const there = await Promise.all(
      awaited.map(async ({ key }) => [
        await client.call('EXISTS', outcomeKey(key)),
        await client.call('EXISTS', this.#jobKey(key)),
      ]),
    );
    const lost: Awaited[] = [];
    for (const [index, one] of awaited.entries()) {
      const [outcome, job] = there[index]!;
      if (outcome === 1) void this.#take(one.key);
      else if (job !== 1 && this.#awaited.has(one.key) && !this.#unsent.includes(one))
        lost.push(one);
    }
    if (lost.length === 0) return;
    this.#parcelsThere.clear();
    await this.#queueUp(lost);
  }

  #jobKey(key: string): string {
    return `${PREFIX}:${this.#queueName}:${key}`;
  }

  async #extendJob(key: string, ms = KEPT_MS): Promise<void> {
    await this.link.client.call('PEXPIRE', this.#jobKey(key), ms);
  }

  /** What is in use is kept; without a study all of it is forgotten by and by. */
  async #extend(ms = KEPT_MS): Promise<void> {
    const { client } = this.link;
    const keys = [
      ...QUEUE_KEYS.map((name) => this.#jobKey(name)),
      ...[...this.#parcelsThere].map(scenarioKey),
      ...[...this.#awaited.keys()].map((key) => this.#jobKey(key)),
    ];
    await Promise.all(keys.map((key) => client.call('PEXPIRE', key, ms)));
  }

  /** Nothing can be trusted any more: every run under way fails. */
  #fail(cause: Error): void {
    const error = troubleOf(cause, this.link.shown);
    this.#failure ??= error;
    const awaited = [...this.#awaited.values()];
    this.#givenUp.push(...this.#awaited.keys());
    this.#awaited.clear();
    for (const { askers } of awaited) for (const { reject } of askers) reject(error);
  }
}

/** What a worker said of a failure; null where none did. */
function readFailure(reason: string): ToldFailure | 'no-scenario' | null {
  if (reason === NO_SCENARIO) return 'no-scenario';
  try {
    return JSON.parse(reason) as ToldFailure;
  } catch {
    return null;
  }
}

/** A worker found no scenario in Redis. */
export const NO_SCENARIO = 'no-scenario';

const DROPPED_AT_ONCE = 500;

async function drop(client: Link['client'], keys: readonly string[]): Promise<void> {
  for (let at = 0; at < keys.length; at += DROPPED_AT_ONCE) {
    await client.del(...keys.slice(at, at + DROPPED_AT_ONCE));
  }
}
