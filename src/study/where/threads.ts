import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { getHeapStatistics } from 'node:v8';
import type { Piscina } from 'piscina';
import { execute } from '../execute.js';
import {
  EngineFailure,
  type Outcome,
  type Runner,
  type Scenario,
  type Task,
  type Tick,
  taskText,
} from '../index.js';
import { failureOf } from './failures.js';
import { OutgoingScenarios } from './sent-scenarios.js';
import { Signal } from './signal.js';
import type { Order, Reply } from './worker.js';

export interface ThreadsOptions {
  /** How many runs are under way at once, at most. */
  threads: number;
  /** What all runs together may hold; a run that needs more than its part of it is run alone. */
  memoryLimitBytes: number;
  /** The bundled `worker.ts`. Default: the one of this bundle. */
  workerUrl?: URL;
  /**
   * For so much processor time runs are made here, one after the other, and later what no thread
   * has come to begin. 0: never here, which keeps this thread free for other things.
   */
  hereFirstMs?: number;
}

/** A `Runner` on threads, until it is closed; what is under way then is given up. */
export interface Threads extends Runner {
  close(): Promise<void>;
}

/** About what a thread takes until it is as fast as this one: most of it is compiling the engine. */
const HERE_FIRST_MS = 500;
/**
 * Processor time, for each that may be under way, after which no more is begun here: who runs is
 * slow to hear that a thread is free, but a study that is over by then is better off without one
 * more thread.
 */
const HERE_LAST_MS = 2000;
/** How often the clocks of the runs are looked at. */
const LOOK_MS = 50;
/** What no thread begins within this waits for one that has yet to start. */
const BEGUN_MS = 20;

/** Runs tasks on threads, which are started when there is something for them to do. */
export function openThreads(options: ThreadsOptions): Threads {
  return new ThreadPool(options);
}

interface Job {
  scenario: Scenario;
  task: Task;
  tick: Tick;
  resolve(outcome: Outcome): void;
  reject(error: unknown): void;
}

/** A job on a thread. */
interface Away {
  job: Job;
  signal: Signal;
  /** Its tick has not answered yet. */
  asking: boolean;
  /** It was begun here instead. */
  isBack: boolean;
}

class ThreadPool implements Threads {
  readonly width: number;
  readonly #options: ThreadsOptions;
  readonly #hereFirstMs: number;
  readonly #scenarios = new OutgoingScenarios();

  #pool: Promise<Piscina> | null = null;
  #looking: NodeJS.Timeout | null = null;
  #closed = false;

  readonly #waiting: Job[] = [];
  readonly #away = new Set<Away>();
  /** The job that runs in this very thread. */
  #here: Job | null = null;
  #beganCpuMs: number | null = null;
  /** Whether threads are in use; until then one job after the other runs here. */
  #threaded: boolean;
  /** Jobs that must have all the memory; the one under way, if it is such a one. */
  readonly #large = new WeakSet<Job>();
  #alone: Job | null = null;
  /** What was stopped for its memory once will be so with another seed too. */
  readonly #knownLarge = new Set<string>();

  constructor(options: ThreadsOptions) {
    this.#options = options;
    this.width = options.threads;
    this.#hereFirstMs = options.hereFirstMs ?? HERE_FIRST_MS;
    this.#threaded = this.#hereFirstMs <= 0;
  }

  run(scenario: Scenario, task: Task, tick: Tick): Promise<Outcome> {
    this.#beganCpuMs ??= cpuMs();
    return new Promise((resolve, reject) => {
      const job = { scenario, task, tick, resolve, reject };
      if (this.#knownLarge.size > 0 && this.#knownLarge.has(this.#kindOf(job))) {
        this.#large.add(job);
      }
      this.#waiting.push(job);
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#look();
    for (const { reject } of this.#waiting.splice(0)) reject(new Error('closed before it was run'));
    await (await this.#pool)?.destroy();
  }

  /** Begins what can be begun. */
  #next(): void {
    while (this.#waiting.length > 0 && !this.#closed && this.#alone === null) {
      const job = this.#waiting[0]!;
      const busy = this.#away.size + (this.#here === null ? 0 : 1);
      if (busy >= this.width || (busy > 0 && this.#large.has(job))) return;
      if (!this.#threaded && this.#here !== null) {
        if (this.#spentMs < this.#hereFirstMs) return;
        this.#threaded = true;
      }
      this.#waiting.shift();
      if (this.#large.has(job)) this.#alone = job;
      void (this.#goesHere() ? this.#runHere(job) : this.#runAway(job));
    }
  }

  /** Whether the next is best begun here, where there is room. */
  #goesHere(): boolean {
    if (!this.#threaded) return true;
    if (this.#hereFirstMs <= 0 || this.#here !== null) return false;
    return this.#away.size === this.width - 1 && this.#spentMs < HERE_LAST_MS * this.width;
  }

  /**
   * Processor time of this process since its first run: on a machine with much else to do, a clock
   * tells little.
   */
  get #spentMs(): number {
    return cpuMs() - this.#beganCpuMs!;
  }

  /** Begins a job here that is on its way to a thread and that no thread has begun. */
  #takeBack(): void {
    if (this.#hereFirstMs <= 0 || this.#here !== null || this.#closed) return;
    for (const away of this.#away) {
      if (!away.signal.claim()) continue;
      away.isBack = true;
      this.#away.delete(away);
      this.#look();
      void this.#runHere(away.job);
      return;
    }
  }

  async #runHere(job: Job): Promise<void> {
    this.#here = job;
    const limit = (): number => this.#limitOf(job);
    const { scenario, task } = job;
    try {
      const outcome = await execute(scenario, task, {
        // Asked at every slice: it falls when threads begin beside this run.
        get memoryLimitBytes() {
          return limit();
        },
        tick: async (nowNs) => {
          this.#next();
          // What threads have done is heard of between turns of the event loop.
          if (this.#threaded) await turn();
          return job.tick(nowNs);
        },
      });
      this.#take(job, outcome);
    } catch (error) {
      job.reject(error);
    }
    this.#here = null;
    this.#ended(job);
    this.#takeBack();
  }

  async #runAway(job: Job): Promise<void> {
    const { task } = job;
    const signal = new Signal();
    const away: Away = { job, signal, asking: false, isBack: false };
    this.#away.add(away);
    this.#look();
    setTimeout(() => this.#takeBack(), BEGUN_MS).unref();
    try {
      this.#pool ??= this.#open();
      const pool = await this.#pool;
      const reply = (await pool.run({
        scenario: this.#scenarios.of(job.scenario),
        task,
        memoryLimitBytes: this.#limitOf(job),
        signal: signal.bytes,
      } satisfies Order)) as Reply;
      if (away.isBack || reply === null) return;
      if ('failure' in reply) job.reject(failureOf(reply.failure));
      else this.#take(job, reply.outcome);
    } catch (error) {
      if (away.isBack) return;
      job.reject(lost(away, error));
    }
    this.#away.delete(away);
    this.#look();
    this.#ended(job);
  }

  async #open(): Promise<Piscina> {
    // Only here: a study without threads need not load it.
    const { Piscina } = await import('piscina');
    const url = this.#options.workerUrl ?? new URL('../where/worker.js', import.meta.url);
    const pool = new Piscina({
      filename: fileURLToPath(url),
      minThreads: 0,
      maxThreads: this.width,
      idleTimeout: Infinity,
      // A thread of its own accord has less than the main one.
      resourceLimits: {
        maxOldGenerationSizeMb: Math.ceil(getHeapStatistics().heap_size_limit / 2 ** 20),
      },
    });
    // A thread that had nothing to run yet: what waits for it would wait for ever.
    pool.on('error', (error: unknown) => {
      for (const away of this.#away) away.job.reject(lost(away, error));
    });
    return pool;
  }

  /** What a job may hold now. */
  #limitOf(job: Job): number {
    const { memoryLimitBytes } = this.#options;
    const all = this.#alone === job || !this.#threaded;
    return all ? memoryLimitBytes : Math.floor(memoryLimitBytes / this.width);
  }

  /** Hands an outcome on, or has the job run again with all the memory there is. */
  #take(job: Job, outcome: Outcome): void {
    const isLarge = outcome.measured.stopped?.why === 'memory';
    if (!isLarge || this.#limitOf(job) === this.#options.memoryLimitBytes) {
      job.resolve(outcome);
      return;
    }
    this.#knownLarge.add(this.#kindOf(job));
    this.#large.add(job);
    this.#waiting.unshift(job);
  }

  #ended(job: Job): void {
    if (this.#alone === job) this.#alone = null;
    this.#next();
  }

  /** Jobs that differ in their seed alone need about the same memory. */
  #kindOf({ scenario, task: { policy, cell, shape } }: Job): string {
    return JSON.stringify([this.#scenarios.of(scenario).number, policy, cell, shape]);
  }

  /** Looks at the clocks of the runs now and then, as long as there are any. */
  #look(): void {
    const wanted = this.#away.size > 0 && !this.#closed;
    if (wanted && this.#looking === null) {
      this.#looking = setInterval(() => {
        for (const away of this.#away) void ask(away);
      }, LOOK_MS);
    } else if (!wanted && this.#looking !== null) {
      clearInterval(this.#looking);
      this.#looking = null;
    }
  }
}

/** Tells the study how far a run is, and the run whether to go on. */
async function ask(away: Away): Promise<void> {
  const { job, signal } = away;
  if (away.asking || signal.stopped) return;
  away.asking = true;
  try {
    if (!(await job.tick(signal.nowNs))) signal.stop();
  } catch (error) {
    signal.stop();
    job.reject(error);
  }
  away.asking = false;
}

/** The thread ended before its run did. */
function lost({ job: { task }, signal }: Away, error: unknown): EngineFailure {
  const said = error instanceof Error ? error.message : String(error);
  const cause = new Error(`the thread of this run ended: ${said}`, { cause: error });
  return new EngineFailure(cause, {
    label: taskText(task),
    seed: task.seed,
    nowNs: signal.nowNs,
  });
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
}
