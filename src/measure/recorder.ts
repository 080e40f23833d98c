import { Areas } from './areas.js';
import { BreakerBook } from './breaker-book.js';
import { CoarseHistograms } from './coarse-histograms.js';
import { EdgeBook } from './edge-book.js';
import type { Epochs } from './epochs.js';
import { Fingerprint } from './fingerprint.js';
import { Histograms } from './histograms.js';
import { Levels } from './levels.js';
import { LockBook, type SubjectLock } from './lock-book.js';
import type { MemoryBook } from './memory-book.js';
import { QueueBook } from './queue-book.js';
import { QueueMarks } from './queue-marks.js';
import { Rotations } from './rotations.js';
import { ServiceBook } from './service-book.js';
import { StepHistograms } from './step-histograms.js';
import { Tallies } from './tallies.js';
import { WorkBook } from './work-book.js';

/** Columns of `requests`; those from FAILED on are one for each outcome that fails. */
export const OFFERED = 0;
export const GOOD = 1;
export const LATE = 2;
export const DEGRADED = 3;
/** Answered, and good, in an epoch of the clock, whenever they had arrived. */
export const ANSWERED_THEN = 4;
export const GOOD_THEN = 5;
export const FAILED = 6;

/** Columns of `commits`: effects, those of them that a request had before, those nobody learned of. */
export const EFFECTS = 0;
export const DUPLICATES = 1;
export const ORPHANS = 2;

/** Columns of `caches`: what was found, what was not, keys still good that had to go for others. */
export const HITS = 0;
export const MISSES = 1;
export const EVICTIONS = 2;

/** Columns of `pools`: attempts that waited for a connection (also in vain), and how long, ns. */
export const POOL_ASKED = 0;
export const POOL_NS = 1;

/** What is measured: names, and which of them have finite workers. */
export interface Subjects {
  producers: readonly string[];
  edges: readonly string[];
  components: readonly SubjectComponent[];
  /** Named routes, as `component` (index) and `route`; they follow the components as subjects. */
  routes: readonly { component: number; route: string }[];
  /** Names of queues that stand by themselves. */
  queues: readonly string[];
  /** By edge: how many breakers stand on it. By component: how many clients eject its replicas. */
  breakers: readonly number[];
  judges: readonly number[];
  /** Producers and edges after those named, which are counted and never told of: health checks. */
  unseen: { producers: number; edges: number };
  /** Names of effects that last. */
  commits: readonly string[];
  /** Locks, by name. */
  locks: readonly SubjectLock[];
  /** By component: whether it has a cache. */
  caches: readonly boolean[];
  /** Number of outcomes an attempt can end with, names by number. */
  outcomes: readonly string[];
  /** By outcome: the one as which it counts in shares and in the counts of edges. */
  countsAs: readonly number[];
}

export interface SubjectComponent {
  name: string;
  kind: 'service' | 'dependency';
  replicas: number;
  /** Of one replica; Infinity for unbounded. */
  workers: number;
  capacity: number;
  /** Whether all that are admitted share the workers (`ps`). */
  shares: boolean;
}

/** Everything that is counted while the model runs. */
export class Recorder {
  readonly requests: Tallies;
  /** Success latency of all producers, with the step's quantiles; and by producer. */
  readonly latencyTotals: Histograms;
  readonly latency: StepHistograms;
  /** Of the second at hand; null where nobody asks. */
  readonly secondLatency: CoarseHistograms | null;
  readonly latencyByProducer: Histograms;
  readonly failureLatency: Histograms;
  readonly edges: EdgeBook;
  readonly services: ServiceBook;
  /** By producer and component; only workers that are finite. */
  readonly work: WorkBook;
  /** Senders that stand at a full callee's door: components, then producers. */
  readonly blocked: Levels;
  /** Requests that have left their worker while a call is out, or wait to go on: as `services`. */
  readonly away: Levels;
  /** By queue that stands by itself. */
  readonly queues: QueueBook;
  readonly queueMarks: QueueMarks;
  /** By commit. */
  readonly commits: Tallies;
  /** By lock. */
  readonly locks: LockBook;
  /** By component: what its caches found. */
  readonly caches: Tallies;
  /** By edge: waits for connections. */
  readonly pools: Tallies;
  /** By edge: states of breakers. */
  readonly breakers: BreakerBook;
  /** Replicas in rotation, by component. */
  readonly rotations: Rotations;
  /** Workers there are, by component, where an operator changes them. */
  readonly workers: Areas;
  /** Latencies of successes of the second at hand; where somebody watches them. */
  watchedLatency: StepHistograms | null = null;
  /** What replicas take of their memory; null where nobody counts it. */
  memory: MemoryBook | null = null;
  /** The epoch of the clock. */
  epoch = 0;

  /** `bySecond`: quantiles are asked for by second too. */
  constructor(
    readonly subjects: Subjects,
    readonly epochs: Epochs,
    private readonly clock: Float64Array,
    bySecond = false,
    readonly fingerprint = new Fingerprint(clock),
  ) {
    const E = epochs.count;
    const producers = subjects.producers.length;
    const { unseen } = subjects;
    const senders = producers + unseen.producers;
    const edges = subjects.edges.length + unseen.edges;
    const components = subjects.components.length;
    const parts = components + subjects.routes.length;
    this.requests = new Tallies(producers, E, FAILED + subjects.outcomes.length);
    this.latencyTotals = new Histograms(E);
    this.latency = new StepHistograms(1, E, this.latencyTotals);
    this.secondLatency = bySecond ? new CoarseHistograms(1) : null;
    this.latencyByProducer = new Histograms(producers > 1 ? producers * E : 0);
    this.failureLatency = new Histograms(producers * E);
    this.edges = new EdgeBook(edges, senders, E, subjects.outcomes.length, clock);
    this.work = new WorkBook(senders, components, E);
    this.services = new ServiceBook(parts, E, clock, bySecond ? components : 0);
    this.queues = new QueueBook(subjects.queues.length, E, clock);
    this.queueMarks = new QueueMarks(subjects.queues, this.queues, clock);
    this.commits = new Tallies(subjects.commits.length, E, 3);
    this.locks = new LockBook(subjects.locks, E, clock);
    this.caches = new Tallies(components, E, 3);
    this.pools = new Tallies(subjects.edges.length, E, 2);
    this.blocked = new Levels(components + senders, E, clock);
    this.away = new Levels(parts, E, clock);
    const replicas = subjects.components.map((component) => component.replicas);
    this.breakers = new BreakerBook(subjects.breakers, E, clock);
    this.rotations = new Rotations(replicas, subjects.judges, E, clock);
    const workers = subjects.components.map((component) => component.workers * component.replicas);
    this.workers = new Areas(workers, E, clock);
  }

  /** A success that the client waited for since `since[row]`. */
  succeeded(producer: number, epoch: number, since: Float64Array, row: number): void {
    const ns = this.clock[0] - since[row];
    const bucket = this.latency.note(0, epoch, ns);
    if (this.secondLatency !== null) this.secondLatency.note(0, bucket);
    if (this.watchedLatency !== null) this.watchedLatency.note(0, 0, ns);
    if (this.latencyByProducer.rows > 0) {
      this.latencyByProducer.record(producer * this.epochs.count + epoch, ns);
    }
  }

  /** An attempt waited for a connection on an edge, and has one now, or has given up. */
  poolWaited(edge: number, epoch: number, ns: number): void {
    this.pools.add(edge, epoch, POOL_ASKED);
    this.pools.add(edge, epoch, POOL_NS, ns);
  }

  failed(producer: number, epoch: number, since: Float64Array, row: number): void {
    const ns = this.clock[0] - since[row];
    this.failureLatency.record(producer * this.epochs.count + epoch, ns);
  }

  beginEpoch(epoch: number): void {
    this.epoch = epoch;
    this.edges.beginEpoch(epoch);
    this.services.beginEpoch(epoch);
    this.blocked.beginEpoch(epoch);
    this.away.beginEpoch(epoch);
    this.queues.beginEpoch(epoch);
    this.locks.beginEpoch(epoch);
    this.breakers.beginEpoch(epoch);
    this.rotations.beginEpoch(epoch);
    this.workers.beginEpoch(epoch);
    this.memory?.beginEpoch(epoch);
  }
}
