import { DOUBLE_ZERO } from '../kernel/event-queue.js';
import { Pieces, type Places } from './pieces.js';

/** What the pace of the work on a replica depends on, beside pauses. */
export interface PaceLaw {
  /** So many pieces run at full pace, more share them evenly; Infinity for no bound. */
  cores: number;
  /** Contention and crosstalk of the Universal Scalability Law; 0 and 0 without. */
  alpha: number;
  beta: number;
}

/**
 * The work running on one replica whose pace changes with its number or with a pause: one virtual
 * clock V that runs at the pace of the moment; a piece of work of w nanoseconds that starts at V ends
 * at V + w. Neither V nor the moment at which the pace last changed is rounded when a piece ends,
 * only the moment at which its end is told is, so no rounding repeats.
 *
 * N pieces share `cores` evenly, and with the Universal Scalability Law (Gunther; checked against
 * smoeding/usl) each works on what it has at 1 / (1 + α(N−1) + βN(N−1)): together a pace of
 * min(1, cores/N) / (1 + α(N−1) + βN(N−1)).
 */
export class PacedReplica {
  private readonly pieces: Pieces;
  private law: PaceLaw;
  private virtualNs = DOUBLE_ZERO;
  /** When V was as above; up to half a nanosecond beside the clock after a piece has ended. */
  private sinceNs = DOUBLE_ZERO;
  private pace = 1;
  private paused = false;
  /** The earliest moment for which an event is pending. */
  private scheduledNs = Infinity;

  constructor(law: PaceLaw, places: Places) {
    this.pieces = new Pieces(places);
    this.law = law;
  }

  /** How many pieces run. */
  get running(): number {
    return this.pieces.size;
  }

  get isPaused(): boolean {
    return this.paused;
  }

  /** Begins a piece of work of `ns`. */
  add(now: number, attempt: number, ns: number): void {
    this.advance(now);
    this.pieces.put(this.virtualNs + ns, attempt);
    this.setPace();
  }

  /** Takes an attempt's piece of work away; returns the nanoseconds of it that are left. */
  stop(now: number, attempt: number): number {
    this.advance(now);
    const left = Math.max(0, this.pieces.endOf(attempt) - this.virtualNs);
    this.pieces.takeOut(attempt);
    this.setPace();
    return left;
  }

  /** Ends and returns a piece of work that is done by now (to the nearest nanosecond), or -1. */
  takeDone(now: number): number {
    const end = this.firstEndNs();
    if (Math.floor(end + 0.5) > now) return -1;
    this.virtualNs = this.pieces.firstEnd();
    this.sinceNs = end;
    const attempt = this.pieces.first();
    this.pieces.takeOut(attempt);
    this.setPace();
    return attempt;
  }

  /** The moment to schedule an event for, or Infinity where one is pending soon enough. */
  dueToSchedule(now: number): number {
    const due = Math.max(now, Math.floor(this.firstEndNs() + 0.5));
    if (due >= this.scheduledNs) return Infinity;
    this.scheduledNs = due;
    return due;
  }

  /** An event came for this replica. */
  came(now: number): void {
    if (now >= this.scheduledNs) this.scheduledNs = Infinity;
  }

  /** From now on the pace goes by this law. */
  setLaw(now: number, law: PaceLaw): void {
    this.advance(now);
    this.law = law;
    this.setPace();
  }

  setPaused(now: number, paused: boolean): void {
    this.advance(now);
    this.paused = paused;
    this.setPace();
  }

  /** When the first piece ends if nothing changes, not rounded; Infinity where none will. */
  private firstEndNs(): number {
    if (this.pieces.size === 0 || this.pace === 0) return Infinity;
    return this.sinceNs + Math.max(0, this.pieces.firstEnd() - this.virtualNs) / this.pace;
  }

  private advance(now: number): void {
    if (this.pieces.size === 0) {
      this.virtualNs = 0;
      this.sinceNs = now;
    } else if (now > this.sinceNs) {
      this.virtualNs += this.pace * (now - this.sinceNs);
      this.sinceNs = now;
    }
  }

  private setPace(): void {
    const n = this.pieces.size;
    const { alpha, beta, cores } = this.law;
    if (this.paused) this.pace = 0;
    else if (n <= 1) this.pace = Math.min(1, cores);
    else {
      const share = n > cores ? cores / n : 1;
      this.pace = share / (1 + alpha * (n - 1) + beta * n * (n - 1));
    }
  }
}
