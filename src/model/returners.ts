import { type Attempts, NEXT, REPLICA, ROW } from './attempts.js';
import type { Replicas } from './replicas.js';

const NONE = -1;

/**
 * Who has its answer and waits for a worker to go on (`io: async`), one line at each replica, first
 * come first served. They are in no queue: they go before all that have not started, and are never
 * refused.
 */
export class Returners {
  readonly head: Int32Array;
  /** How many there are, by component. */
  readonly waiting: Float64Array;
  private readonly tail: Int32Array;

  constructor(
    private readonly attempts: Attempts,
    private readonly replicas: Replicas,
    components: number,
  ) {
    this.head = new Int32Array(replicas.count).fill(NONE);
    this.tail = new Int32Array(replicas.count).fill(NONE);
    this.waiting = new Float64Array(components);
  }

  /** One joins, to go on at `pc`. */
  join(attempt: number, replica: number, pc: number): void {
    const { attempts } = this;
    attempts.onward[attempt] = pc;
    attempts.words[attempt * ROW + NEXT] = NONE;
    attempts.previous[attempt] = this.tail[replica];
    if (this.tail[replica] === NONE) this.head[replica] = attempt;
    else attempts.words[this.tail[replica] * ROW + NEXT] = attempt;
    this.tail[replica] = attempt;
    this.waiting[this.replicas.component[replica]]++;
  }

  /** Takes one out, wherever it stands. */
  takeOut(attempt: number): void {
    const { attempts } = this;
    const replica = attempts.words[attempt * ROW + REPLICA];
    const before = attempts.previous[attempt];
    const after = attempts.words[attempt * ROW + NEXT];
    if (before === NONE) this.head[replica] = after;
    else attempts.words[before * ROW + NEXT] = after;
    if (after === NONE) this.tail[replica] = before;
    else attempts.previous[after] = before;
    this.waiting[this.replicas.component[replica]]--;
  }
}
