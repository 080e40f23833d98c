import { Bursts } from './bursts.js';
import type { Epochs } from './epochs.js';
import { Fingerprint } from './fingerprint.js';
import { Histograms } from './histograms.js';
import { Levels } from './levels.js';
import { StepHistograms } from './step-histograms.js';
import { EdgeTallies, Tallies } from './tallies.js';

/** Columns of `requests`; those from FAILED on are one for each outcome that fails. */
export const OFFERED = 0;
export const GOOD = 1;
export const LATE = 2;
export const DEGRADED = 3;
export const FAILED = 4;

/**
 * Columns of `edges`: attempts that are first tries all the way up to the producer, and the others;
 * ENDED + outcome counts the attempts that ended so.
 */
export const FIRSTS = 0;
export const OTHERS = 1;
export const RETRIES = 2;
/** Retries that a budget refused. */
export const EXHAUSTED = 3;
export const ENDED = 4;

/** Columns of `services`. */
export const ARRIVALS = 0;
export const COMPLETED = 1;
export const ERRORS = 2;
export const REFUSED = 3;
/** Gave up while they stood at the door. */
export const LEFT_DOOR = 4;
const SERVICE_COLUMNS = 5;

/** Columns of `work`: worker time, in all and of attempts that nobody waited for; nanoseconds. */
export const WORKER_NS = 0;
export const WASTED_NS = 1;

/** What is measured: names, and which of them have finite workers. */
export interface Subjects {
  producers: readonly string[];
  edges: readonly string[];
  components: readonly SubjectComponent[];
  /** Named routes, as `component` (index) and `route`; they follow the components as subjects. */
  routes: readonly { component: number; route: string }[];
  /** Number of outcomes an attempt can end with, names by number. */
  outcomes: readonly string[];
}

export interface SubjectComponent {
  name: string;
  kind: 'service' | 'dependency';
  replicas: number;
  /** Of one replica; Infinity for unbounded. */
  workers: number;
  capacity: number;
}

/** Everything that is counted while the model runs. */
export class Recorder {
  readonly fingerprint: Fingerprint;
  readonly requests: Tallies;
  /** Success latency of all producers, with the step's quantiles; and by producer. */
  readonly latencyTotals: Histograms;
  readonly latency: StepHistograms;
  readonly latencyByProducer: Histograms;
  readonly failureLatency: Histograms;
  readonly edges: EdgeTallies;
  readonly outstanding: Levels;
  readonly bursts: Bursts;
  readonly services: Tallies;
  /** By producer; only workers that are finite. */
  readonly work: Tallies;
  readonly waiting: Levels;
  readonly busy: Levels;
  /** Senders that stand at a full callee's door: components, then producers. */
  readonly blocked: Levels;
  readonly waitTotals: Histograms;
  readonly wait: StepHistograms;
  readonly sojourn: Histograms;
  /** Longest wait by subject and epoch of the clock. */
  readonly ageMaxNs: Float64Array;
  /** The epoch of the clock. */
  epoch = 0;

  constructor(
    readonly subjects: Subjects,
    readonly epochs: Epochs,
    private readonly clock: Float64Array,
  ) {
    this.fingerprint = new Fingerprint(clock);
    const E = epochs.count;
    const producers = subjects.producers.length;
    const components = subjects.components.length;
    const parts = components + subjects.routes.length;
    this.requests = new Tallies(producers, E, FAILED + subjects.outcomes.length);
    this.latencyTotals = new Histograms(E);
    this.latency = new StepHistograms(1, E, this.latencyTotals);
    this.latencyByProducer = new Histograms(producers > 1 ? producers * E : 0);
    this.failureLatency = new Histograms(producers * E);
    this.edges = new EdgeTallies(
      subjects.edges.length,
      producers,
      E,
      ENDED + subjects.outcomes.length,
    );
    this.work = new Tallies(producers, E, 2);
    this.outstanding = new Levels(subjects.edges.length, E, clock);
    this.bursts = new Bursts(subjects.edges.length, E, clock);
    this.services = new Tallies(parts, E, SERVICE_COLUMNS);
    this.waiting = new Levels(parts, E, clock);
    this.busy = new Levels(parts, E, clock);
    this.blocked = new Levels(components + producers, E, clock);
    this.waitTotals = new Histograms(parts * E);
    this.wait = new StepHistograms(parts, E, this.waitTotals);
    this.sojourn = new Histograms(parts * E);
    this.ageMaxNs = new Float64Array(parts * E);
  }

  /** A success that the client waited for since `since[row]`. */
  succeeded(producer: number, epoch: number, since: Float64Array, row: number): void {
    const ns = this.clock[0] - since[row];
    this.latency.note(0, epoch, ns);
    if (this.latencyByProducer.rows > 0) {
      this.latencyByProducer.record(producer * this.epochs.count + epoch, ns);
    }
  }

  failed(producer: number, epoch: number, since: Float64Array, row: number): void {
    const ns = this.clock[0] - since[row];
    this.failureLatency.record(producer * this.epochs.count + epoch, ns);
  }

  /** Waiting since `since[row]` ended, because a worker took it. */
  waited(subject: number, epoch: number, since: Float64Array, row: number): void {
    const ns = this.clock[0] - since[row];
    this.wait.note(subject, epoch, ns);
    const at = subject * this.epochs.count + this.epoch;
    if (ns > this.ageMaxNs[at]) this.ageMaxNs[at] = ns;
  }

  sojourned(subject: number, epoch: number, since: Float64Array, row: number): void {
    const ns = this.clock[0] - since[row];
    this.sojourn.record(subject * this.epochs.count + epoch, ns);
  }

  beginEpoch(epoch: number): void {
    this.epoch = epoch;
    this.outstanding.beginEpoch(epoch);
    this.waiting.beginEpoch(epoch);
    this.busy.beginEpoch(epoch);
    this.blocked.beginEpoch(epoch);
    this.bursts.beginEpoch(epoch);
  }
}
