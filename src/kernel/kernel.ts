import { EventQueue } from './event-queue.js';
import { TimerLines } from './timers.js';

/** Who acts on events: `kind` (0…30) says what happens, `row` (0…2^27-1) to whom. */
export interface Actor {
  act(kind: number, row: number): void;
}

const KIND_BITS = 5;
const KIND_MASK = (1 << KIND_BITS) - 1;
/** The kind that a timer line's row in the queue has; not for actors. */
const LINE = KIND_MASK;
/** How deep steps taken at once may be nested. */
const DEPTH_MAX = 64;
/** Rows an event can name: 2^27. */
export const ROWS_MAX = 0x8000000;

/**
 * The clock and what is to come. Events at one nanosecond happen in the order in which they were
 * scheduled; a timer is scheduled when it is set. Time is a whole number of nanoseconds in a
 * double, exact for 104 days, and only moves forward.
 *
 *     const kernel = new Kernel();
 *     kernel.at(5, BAKED, oven);
 *     kernel.run(1_000, baker);   // calls baker.act(BAKED, oven) at 5
 */
export class Kernel {
  /**
   * The time, in a cell that others may read and only the kernel writes: a number passed from
   * function to function may be put into a box of its own each time, a cell never is.
   */
  readonly clock = new Float64Array(1);
  private readonly queue = new EventQueue();
  private readonly lines = new TimerLines();
  private sequence = 0;
  /** What was scheduled for this very nanosecond: a ring, first in first out. */
  private posted = new Uint32Array(512);
  private postedMask = 511;
  private postedHead = 0;
  private postedCount = 0;
  private halted = false;
  private unfinished = 0;
  private depth = 0;

  constructor() {
    this.growPosted();
  }

  /** The time, whole nanoseconds. */
  get now(): number {
    return this.clock[0];
  }

  /** Schedules `kind` for `row` at a time: whole nanoseconds, not before now. */
  at(time: number, kind: number, row: number): void {
    const now = this.clock[0];
    if (time > now) this.queue.put(time, this.sequence++, ((row << KIND_BITS) | kind) >>> 0);
    else if (time === now) this.post(kind, row);
    else throw new Error(`the clock only moves forward: event ${kind} for ${time} at ${now}`);
  }

  /** Schedules for this very nanosecond, behind everything scheduled for it before. */
  post(kind: number, row: number): void {
    if (this.postedCount > this.postedMask) this.growPosted();
    const at = (this.postedHead + this.postedCount++) & this.postedMask;
    this.posted[at] = (row << KIND_BITS) | kind;
  }

  /**
   * Whether something to be scheduled for this very nanosecond would happen next: then it may as
   * well be done at once by whoever is at the end of what it does (in `act`, with nothing left to
   * do), which is the same order without the detour. False where such steps are nested too deep.
   */
  isNext(): boolean {
    if (this.postedCount > 0 || this.unfinished > 0) return false;
    return this.depth < DEPTH_MAX && !this.queue.hasAt(this.clock[0]);
  }

  /** Steps taken at once within `act` begin and end with these. */
  enter(): void {
    this.depth++;
  }

  leave(): void {
    this.depth--;
  }

  /** Something follows in `act` after what is called now: nothing may be done at once. */
  suspend(): void {
    this.unfinished++;
  }

  resume(): void {
    this.unfinished--;
  }

  /** The timer line for a constant delay (whole nanoseconds, above 0). */
  lineFor(delayNs: number): number {
    if (!(delayNs > 0)) throw new Error(`a timer line needs a delay above 0, not ${delayNs}`);
    return this.lines.lineFor(delayNs);
  }

  /** Sets a timer of the line's delay; the row it returns cancels it until it has gone off. */
  setTimer(line: number, kind: number, row: number): number {
    const timer = this.lines.set(
      line,
      this.clock[0],
      this.sequence++,
      ((row << KIND_BITS) | kind) >>> 0,
    );
    if (this.lines.mustQueue(line)) this.queueLine(line);
    return timer;
  }

  cancelTimer(timer: number): void {
    this.lines.remove(timer);
  }

  /** Time of the next event, Infinity when there is none. Cancelled timers may make it too early. */
  nextTime(): number {
    return this.postedCount > 0 ? this.now : this.queue.firstTime();
  }

  /** Bytes of the event queue's and timers' columns. */
  get bytes(): number {
    return this.lines.bytes + this.posted.length * 4 + this.queue.bytes;
  }

  /** Makes `run` return as soon as the event at hand is done. */
  halt(): void {
    this.halted = true;
  }

  /**
   * Lets everything before `until` happen (not what is at `until`), at most about `budget` events.
   * Returns the unused budget: 0 when it ran out first. Then moves the clock to `until`.
   */
  run(until: number, actor: Actor, budget = Infinity): number {
    const { clock, queue } = this;
    let left = budget;
    let time = queue.firstTime();
    this.halted = false;
    while (left > 0 && !this.halted) {
      if (time === clock[0]) {
        const what = this.takeFirst(time);
        if (what !== LINE) {
          left--;
          actor.act(what & KIND_MASK, what >>> KIND_BITS);
        }
        time = queue.firstTime();
      } else if (this.postedCount > 0) {
        // What is scheduled meanwhile lies later than now, so the queue can wait.
        const what = this.posted[this.postedHead];
        this.postedHead = (this.postedHead + 1) & this.postedMask;
        this.postedCount--;
        left--;
        actor.act(what & KIND_MASK, what >>> KIND_BITS);
      } else {
        time = queue.firstTime();
        clock[0] = time < until ? time : until;
        if (time >= until) return left;
      }
    }
    return 0;
  }

  /** Takes the first row, which is due; LINE where a timer line's row came too early. */
  private takeFirst(time: number): number {
    const { queue } = this;
    queue.take();
    const what = queue.taken;
    if ((what & KIND_MASK) !== LINE) return what;
    return this.lineCame(what >>> KIND_BITS, time, queue.takenSequence);
  }

  /** The head of a line may be due: returns its payload, or LINE where the row came too early. */
  private lineCame(line: number, time: number, sequence: number): number {
    const lines = this.lines;
    lines.unqueued(line);
    const head = lines.head(line);
    if (head < 0) return LINE;
    if (lines.dueOf(head) !== time || lines.sequenceOf(head) !== sequence) {
      if (lines.mustQueue(line)) this.queueLine(line);
      return LINE;
    }
    const what = lines.whatOf(head);
    lines.remove(head);
    if (lines.mustQueue(line)) this.queueLine(line);
    return what;
  }

  private queueLine(line: number): void {
    const head = this.lines.head(line);
    const what = ((line << KIND_BITS) | LINE) >>> 0;
    this.queue.put(this.lines.dueOf(head), this.lines.sequenceOf(head), what);
  }

  private growPosted(): void {
    const old = this.posted;
    const bigger = new Uint32Array(old.length * 2);
    for (let i = 0; i < old.length; i++) {
      bigger[i] = old[(this.postedHead + i) & (old.length - 1)];
    }
    this.posted = bigger;
    this.postedMask = bigger.length - 1;
    this.postedHead = 0;
  }
}
