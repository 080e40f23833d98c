import { EventQueue } from '../kernel/event-queue.js';

/** What makes the pace of work depend on how much of it is running. */
export type Contention = { kind: 'usl'; alpha: number; beta: number };

/**
 * The work running on one replica whose pace changes with its number or with a pause: one virtual
 * clock V that runs at the pace of the moment; a piece of work of w nanoseconds that starts at V ends
 * at V + w. V is never rounded, only the real moments are, so no rounding repeats.
 *
 * With the Universal Scalability Law N pieces run each at 1 / (1 + α(N−1) + βN(N−1)) of their pace
 * (Gunther; checked against smoeding/usl).
 */
export class PacedReplica {
  private readonly ends = new EventQueue();
  private sequence = 0;
  /** By attempt: when its work ends by the virtual clock. Kept only where work may be stopped. */
  private readonly endOf: Map<number, number> | null;
  private virtualNs = 0;
  private lastNs = 0;
  private running = 0;
  private pace = 1;
  private paused = false;
  /** The earliest moment for which an event is pending. */
  private scheduledNs = Infinity;

  constructor(
    private readonly contention: Contention | null,
    mayStop: boolean,
  ) {
    this.endOf = mayStop ? new Map() : null;
  }

  /** Begins a piece of work of `ns`. */
  add(now: number, attempt: number, ns: number): void {
    this.advance(now);
    const end = this.virtualNs + ns;
    this.ends.put(end, this.sequence++, attempt);
    this.endOf?.set(attempt, end);
    this.running++;
    this.setPace();
  }

  /** Takes an attempt's piece of work away; returns the nanoseconds of it that are left. */
  stop(now: number, attempt: number): number {
    this.advance(now);
    const end = this.endOf?.get(attempt);
    if (end === undefined) throw new Error(`attempt ${attempt} has no work that may be stopped`);
    const left = end - this.virtualNs;
    this.endOf?.delete(attempt);
    this.ended();
    return left;
  }

  /** Ends and returns a piece of work that is done by now (to the nearest nanosecond), or -1. */
  takeDone(now: number): number {
    this.advance(now);
    if (this.running === 0 || this.pace === 0) return -1;
    if (this.ends.firstTime() - this.virtualNs > this.pace * 0.5000001) return -1;
    this.ends.take();
    const attempt = this.ends.taken;
    this.endOf?.delete(attempt);
    this.ended();
    return attempt;
  }

  /** The moment to schedule an event for, or Infinity where one is pending soon enough. */
  dueToSchedule(now: number): number {
    this.advance(now);
    if (this.running === 0 || this.pace === 0) return Infinity;
    const rest = (this.ends.firstTime() - this.virtualNs) / this.pace;
    const due = now + Math.max(0, Math.floor(rest + 0.5));
    if (due >= this.scheduledNs) return Infinity;
    this.scheduledNs = due;
    return due;
  }

  /** An event came for this replica. */
  came(now: number): void {
    if (now >= this.scheduledNs) this.scheduledNs = Infinity;
  }

  setPaused(now: number, paused: boolean): void {
    this.advance(now);
    this.paused = paused;
    this.setPace();
  }

  /** One piece less; what was stopped and comes first now is forgotten. */
  private ended(): void {
    this.running--;
    const { endOf, ends } = this;
    if (endOf !== null) {
      while (ends.size > 0 && endOf.get(ends.firstWhat()) !== ends.firstTime()) ends.take();
    }
    if (this.running === 0) this.virtualNs = 0;
    this.setPace();
  }

  private advance(now: number): void {
    if (this.running > 0) this.virtualNs += this.pace * (now - this.lastNs);
    this.lastNs = now;
  }

  private setPace(): void {
    if (this.paused) this.pace = 0;
    else if (this.contention === null || this.running <= 1) this.pace = 1;
    else {
      const { alpha, beta } = this.contention;
      const others = this.running - 1;
      this.pace = 1 / (1 + alpha * others + beta * this.running * others);
    }
  }
}
