import { CoarseHistograms } from './coarse-histograms.js';
import { addExact, addProduct, exactValue } from './exact-sum.js';
import { Histograms } from './histograms.js';
import { StepHistograms } from './step-histograms.js';

/** Counts of a service, by epoch of the request's arrival. */
export const ARRIVALS = 0;
export const COMPLETED = 1;
export const ERRORS = 2;
export const REFUSED = 3;
/** Gave up while they stood at the door. */
export const LEFT_DOOR = 4;
/** Waited too long, or past their deadline; displaced by others; ended from afar; lost in a crash. */
export const EXPIRED = 5;
export const DROPPED = 6;
export const CANCELLED = 7;
export const CRASHED = 8;
/** Every way an attempt ends at its callee. */
export const ENDS: readonly number[] = [
  COMPLETED,
  ERRORS,
  REFUSED,
  LEFT_DOOR,
  EXPIRED,
  DROPPED,
  CANCELLED,
  CRASHED,
];
/** Of those refused: who left a copy in a queue for dead letters. */
export const DEAD_LETTERED = 9;
/** By epoch of the clock: greatest depth, longest wait, areas at the epoch's beginning. */
const DEPTH_MAX = 10;
const AGE_MAX = 11;
const WAITING_BORDER = 12;
const BUSY_BORDER = 13;
const BY_EPOCH = 14;

/** Of the whole run: the last moment settled, levels, exact areas, exact times of those that left. */
const LAST = 0;
const WAITING = 1;
const BUSY = 2;
const WAITING_AREA = 3;
const BUSY_AREA = 5;
const WAITED = 7;
const HELD = 9;
const BY_SUBJECT = 11;

/**
 * What is counted of services (and of their named routes, as subjects of their own): arrivals and
 * ends, who waits and who has a worker, their exact areas and times, waits and sojourns. All of a
 * subject's figures are neighbours in one array, since every event touches several of them.
 *
 * Little's law: area = times of those that left + ages of those still there, to the nanosecond.
 * Times since when something lasts are passed as a column and a row, `clock` is the kernel's cell.
 */
export class ServiceBook {
  readonly waits: Histograms;
  readonly sojourns: Histograms;
  /** Waits of the step at hand. */
  readonly stepWaits: StepHistograms;
  /** Waits of the second at hand; null where nobody asks. */
  readonly secondWaits: CoarseHistograms | null;
  /** Waits of components in the second at hand; where somebody watches them. */
  watchedWaits: StepHistograms | null = null;
  private readonly cells: Float64Array;
  private readonly stride: number;
  private epoch = 0;

  constructor(
    readonly subjects: number,
    private readonly epochs: number,
    private readonly clock: Float64Array,
    /** How many subjects, the first ones, have their waits looked at every second. */
    bySecond = 0,
  ) {
    this.stride = BY_SUBJECT + BY_EPOCH * epochs;
    this.cells = new Float64Array(subjects * this.stride);
    this.waits = new Histograms(subjects * epochs);
    this.sojourns = new Histograms(subjects * epochs);
    this.stepWaits = new StepHistograms(subjects, epochs, this.waits);
    this.secondWaits = bySecond > 0 ? new CoarseHistograms(bySecond) : null;
  }

  /** One more in a column of counts. */
  count(subject: number, epoch: number, column: number): void {
    this.cells[subject * this.stride + BY_SUBJECT + epoch * BY_EPOCH + column]++;
  }

  /** One begins to wait. */
  queued(subject: number): void {
    const at = subject * this.stride;
    this.settle(at);
    this.deeper(at);
  }

  private deeper(at: number): void {
    const { cells } = this;
    const depth = ++cells[at + WAITING];
    const max = at + BY_SUBJECT + this.epoch * BY_EPOCH + DEPTH_MAX;
    if (depth > cells[max]) cells[max] = depth;
  }

  /** One that waited since `came[row]` waits no longer. */
  unqueued(subject: number, came: Float64Array, row: number): void {
    const at = subject * this.stride;
    const { cells } = this;
    this.settle(at);
    cells[at + WAITING]--;
    const waited = this.clock[0] - came[row];
    addExact(cells, at + WAITED, waited);
    const max = at + BY_SUBJECT + this.epoch * BY_EPOCH + AGE_MAX;
    if (waited > cells[max]) cells[max] = waited;
  }

  /** One that came at `came[row]` gets its worker. */
  started(subject: number, epoch: number, came: Float64Array, row: number): void {
    const at = subject * this.stride;
    const { cells } = this;
    this.settle(at);
    cells[at + BUSY]++;
    const waited = this.clock[0] - came[row];
    const bucket = this.stepWaits.note(subject, epoch, waited);
    if (this.secondWaits !== null) this.secondWaits.note(subject, bucket);
    if (this.watchedWaits !== null) this.watchedWaits.noteKnown(subject, waited);
  }

  /** One that came at `times[row + 1]` and started at `times[row + 2]` ends as `column` says. */
  ended(subject: number, epoch: number, column: number, times: Float64Array, row: number): void {
    const at = subject * this.stride;
    const { cells } = this;
    const now = this.clock[0];
    this.settle(at);
    cells[at + BUSY]--;
    addExact(cells, at + HELD, now - times[row + 2]);
    cells[at + BY_SUBJECT + epoch * BY_EPOCH + column]++;
    this.sojourns.record(subject * this.epochs + epoch, now - times[row + 1]);
  }

  /** More share the workers than there are: one that is busy counts as waiting from now on. */
  crowded(subject: number): void {
    const at = subject * this.stride;
    this.settle(at);
    this.cells[at + BUSY]--;
    this.deeper(at);
  }

  /** One of those beyond the workers counts as busy from now on. */
  thinned(subject: number): void {
    const at = subject * this.stride;
    this.settle(at);
    this.cells[at + WAITING]--;
    this.cells[at + BUSY]++;
  }

  /** One that had a worker since `started[row]` leaves it, to take one again later. */
  leftWorker(subject: number, started: Float64Array, row: number): void {
    const at = subject * this.stride;
    this.settle(at);
    this.cells[at + BUSY]--;
    addExact(this.cells, at + HELD, this.clock[0] - started[row]);
  }

  tookWorker(subject: number): void {
    const at = subject * this.stride;
    this.settle(at);
    this.cells[at + BUSY]++;
  }

  /** One that came at `came[row]` has its answer. */
  sojourn(subject: number, epoch: number, came: Float64Array, row: number): void {
    this.sojourns.record(subject * this.epochs + epoch, this.clock[0] - came[row]);
  }

  /** One that started at `started[row]` is stopped as `column` says: it has no sojourn to tell. */
  stopped(
    subject: number,
    epoch: number,
    column: number,
    started: Float64Array,
    row: number,
  ): void {
    this.left(subject, started, row);
    this.count(subject, epoch, column);
  }

  /** One that got its worker at `started[row]` has it no longer. */
  left(subject: number, started: Float64Array, row: number): void {
    const at = subject * this.stride;
    const { cells } = this;
    this.settle(at);
    cells[at + BUSY]--;
    addExact(cells, at + HELD, this.clock[0] - started[row]);
  }

  /** One that had a worker before has one again. */
  busyAgain(subject: number): void {
    const at = subject * this.stride;
    this.settle(at);
    this.cells[at + BUSY]++;
  }

  /** One that came at `came[row]` ends as `column` says without a worker of its own. */
  endedElsewhere(
    subject: number,
    epoch: number,
    column: number,
    came: Float64Array,
    row: number,
  ): void {
    this.count(subject, epoch, column);
    this.sojourns.record(subject * this.epochs + epoch, this.clock[0] - came[row]);
  }

  waiting(subject: number): number {
    return this.cells[subject * this.stride + WAITING];
  }

  busy(subject: number): number {
    return this.cells[subject * this.stride + BUSY];
  }

  /** A column of counts over the epochs [first, last). */
  between(subject: number, column: number, first: number, last: number): number {
    let sum = 0;
    for (let e = first; e < last; e++) sum += this.ofEpoch(subject, e, column);
    return sum;
  }

  /** A column of counts over the whole run. */
  total(subject: number, column: number): number {
    return this.between(subject, column, 0, this.epochs);
  }

  waitingArea(subject: number): number {
    this.settle(subject * this.stride);
    return exactValue(this.cells, subject * this.stride + WAITING_AREA);
  }

  busyArea(subject: number): number {
    this.settle(subject * this.stride);
    return exactValue(this.cells, subject * this.stride + BUSY_AREA);
  }

  /** Areas from the beginning of epoch `first` to that of `last`, or to now. */
  areasBetween(subject: number, first: number, last: number): { waiting: number; busy: number } {
    const begun = last <= this.epoch;
    const border = (column: number) => this.ofEpoch(subject, last, column);
    const waiting = begun ? border(WAITING_BORDER) : this.waitingArea(subject);
    const busy = begun ? border(BUSY_BORDER) : this.busyArea(subject);
    return {
      waiting: waiting - this.ofEpoch(subject, first, WAITING_BORDER),
      busy: busy - this.ofEpoch(subject, first, BUSY_BORDER),
    };
  }

  /** Greatest depth in the epochs [first, last). */
  depthMax(subject: number, first: number, last: number): number {
    let max = 0;
    for (let e = first; e < last; e++) max = Math.max(max, this.ofEpoch(subject, e, DEPTH_MAX));
    return max;
  }

  /** Longest wait in the epochs [first, last), nanoseconds. */
  ageMaxNs(subject: number, first: number, last: number): number {
    let max = 0;
    for (let e = first; e < last; e++) max = Math.max(max, this.ofEpoch(subject, e, AGE_MAX));
    return max;
  }

  beginEpoch(epoch: number): void {
    this.epoch = epoch;
    for (let subject = 0; subject < this.subjects; subject++) {
      const at = subject * this.stride + BY_SUBJECT + epoch * BY_EPOCH;
      this.cells[at + WAITING_BORDER] = this.waitingArea(subject);
      this.cells[at + BUSY_BORDER] = this.busyArea(subject);
      this.cells[at + DEPTH_MAX] = this.waiting(subject);
    }
  }

  /** Counts one that still waits, or has a worker, at the end of the run, at its age. */
  stillWaits(subject: number, ageNs: number): void {
    const at = subject * this.stride;
    addExact(this.cells, at + WAITED, ageNs);
    const max = at + BY_SUBJECT + this.epoch * BY_EPOCH + AGE_MAX;
    this.cells[max] = Math.max(this.cells[max], ageNs);
  }

  stillBusy(subject: number, ageNs: number): void {
    addExact(this.cells, subject * this.stride + HELD, ageNs);
  }

  /**
   * What breaks Little's law for a subject, once those still there are counted; null if nothing.
   * `shared`: those beyond the workers are not known by name, so queue and workers are taken together.
   */
  imbalance(subject: number, shared = false): string | null {
    const at = subject * this.stride;
    const { cells } = this;
    this.settle(at);
    if (shared) {
      const area = this.sumOf(at + WAITING_AREA, at + BUSY_AREA);
      const times = this.sumOf(at + WAITED, at + HELD);
      if (area[0] === times[0] && area[1] === times[1]) return null;
      return `its workers: area ${exactValue(area, 0)}, times ${exactValue(times, 0)} ns`;
    }
    const pairs = [
      ['queue', WAITING_AREA, WAITED],
      ['workers', BUSY_AREA, HELD],
    ] as const;
    for (const [what, area, times] of pairs) {
      const same = cells[at + area] === cells[at + times];
      if (same && cells[at + area + 1] === cells[at + times + 1]) continue;
      const sums = [area, times].map((column) => exactValue(cells, at + column));
      return `its ${what}: area ${sums[0]}, times ${sums[1]} ns`;
    }
    return null;
  }

  /** Two exact sums together, as a pair of limbs. */
  private sumOf(one: number, other: number): Float64Array {
    const { cells } = this;
    const sum = Float64Array.of(cells[one], cells[one + 1] + cells[other + 1]);
    addExact(sum, 0, cells[other]);
    return sum;
  }

  private ofEpoch(subject: number, epoch: number, column: number): number {
    return this.cells[subject * this.stride + BY_SUBJECT + epoch * BY_EPOCH + column];
  }

  /** Brings a subject's areas up to now. */
  private settle(at: number): void {
    const { cells } = this;
    const since = this.clock[0] - cells[at + LAST];
    if (since === 0) return;
    cells[at + LAST] = this.clock[0];
    if (cells[at + WAITING] > 0) addProduct(cells, at + WAITING_AREA, cells[at + WAITING], since);
    if (cells[at + BUSY] > 0) addProduct(cells, at + BUSY_AREA, cells[at + BUSY], since);
  }
}
