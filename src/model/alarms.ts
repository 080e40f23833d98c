import { grown } from '../kernel/event-queue.js';
import type { Kernel } from '../kernel/kernel.js';
import { ALARM } from './outcomes.js';

const NONE = -1;

/**
 * Things to come that may be called off. The kernel's own events cannot be taken back, so each
 * stands in a row of its own here: one called off comes to nothing when its event comes. Those of a
 * constant delay may go by the kernel's timer lines, and leave nothing behind when called off.
 */
export class Alarms {
  /** What came due last, see `ring`: the kind, and whom it concerns. */
  kind = 0;
  row = 0;
  private kinds = new Uint16Array(64);
  private rows = new Int32Array(64);
  /** The kernel's timer, -1 for an event; in a free row, the next free one. */
  private timers = new Int32Array(64);
  private used = 0;
  private free = NONE;

  constructor(
    private readonly kernel: Kernel,
    /** The kernel's events that bring them. */
    private readonly event = ALARM,
  ) {
    this.grow();
  }

  /** `kind` comes to `row` at a time, now or later; the alarm it returns calls it off. */
  at(timeNs: number, kind: number, row: number): number {
    const alarm = this.take(kind, row);
    this.timers[alarm] = NONE;
    this.kernel.at(timeNs, this.event, alarm);
    return alarm;
  }

  /** The same after the delay of a timer line. */
  after(line: number, kind: number, row: number): number {
    const alarm = this.take(kind, row);
    this.timers[alarm] = this.kernel.setTimer(line, this.event, alarm);
    return alarm;
  }

  /** Calls an alarm off that has not come. */
  cancel(alarm: number): void {
    this.kinds[alarm] = 0;
    if (this.timers[alarm] === NONE) return;
    this.kernel.cancelTimer(this.timers[alarm]);
    this.release(alarm);
  }

  /** An alarm's event came; false where it was called off. */
  ring(alarm: number): boolean {
    this.kind = this.kinds[alarm];
    this.row = this.rows[alarm];
    this.release(alarm);
    return this.kind !== 0;
  }

  private take(kind: number, row: number): number {
    let alarm = this.free;
    if (alarm !== NONE) this.free = this.timers[alarm];
    else {
      if (this.used === this.rows.length) this.grow();
      alarm = this.used++;
    }
    this.kinds[alarm] = kind;
    this.rows[alarm] = row;
    return alarm;
  }

  private release(alarm: number): void {
    this.timers[alarm] = this.free;
    this.free = alarm;
  }

  private grow(): void {
    const rows = Math.ceil(this.rows.length * 1.5);
    this.kinds = grown(this.kinds, new Uint16Array(rows));
    this.rows = grown(this.rows, new Int32Array(rows));
    this.timers = grown(this.timers, new Int32Array(rows));
  }

  get bytes(): number {
    return this.rows.length * 10;
  }
}
