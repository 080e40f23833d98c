import { grown } from '../../kernel/event-queue.js';

const NONE = -1;
/** Instead of a call: it is over, and nobody waits for what comes of it. */
export const OVER = -2;

/**
 * Tries that were given up while they were on their way to a queue, and will come there: what is
 * published then belongs to a call that may still go on, or be over.
 */
export class LateTries {
  /** By attempt, for whoever makes a message of it: its caller's key, when its request arrived. */
  hi = new Int32Array(0);
  lo = new Int32Array(0);
  arrivedNs = new Float64Array(0);
  /** By attempt: whether a producer asked for it; the message its call had, once that is over. */
  isRequest = new Uint8Array(0);
  message = new Int32Array(0);
  /** By call: the last of its tries that is on its way; each knows the one before. */
  private ofCall = new Int32Array(0);
  private before = new Int32Array(0);
  /** By attempt: its call while that goes on; then OVER. */
  private call = new Int32Array(0);

  /** A try of a call is given up on its way. */
  left(attempt: number, call: number): void {
    if (attempt >= this.call.length) this.growAttempts(attempt);
    if (call >= this.ofCall.length) this.growCalls(call);
    this.call[attempt] = call;
    this.message[attempt] = NONE;
    this.before[attempt] = this.ofCall[call];
    this.ofCall[call] = attempt;
  }

  /** Whether tries of a call that were given up are on their way. */
  has(call: number): boolean {
    return call < this.ofCall.length && this.ofCall[call] !== NONE;
  }

  /** A call is over: tells of each of its tries that is still on its way; they form a ring then. */
  over(call: number, tell: (attempt: number) => void): void {
    const last = this.ofCall[call];
    let first = last;
    for (let a = last; a !== NONE; a = this.before[a]) {
      this.call[a] = OVER;
      tell(a);
      first = a;
    }
    this.before[first] = last;
    this.ofCall[call] = NONE;
  }

  /** A try that was given up has come: its call, or OVER. */
  came(attempt: number): number {
    const call = this.call[attempt];
    if (call !== OVER && this.ofCall[call] === attempt) {
      this.ofCall[call] = this.before[attempt];
      return call;
    }
    let later = call === OVER ? attempt : this.ofCall[call];
    while (this.before[later] !== attempt) later = this.before[later];
    this.before[later] = this.before[attempt];
    return call;
  }

  /** Of one that has come, its call being over: tells of the others that are still on their way. */
  others(attempt: number, tell: (attempt: number) => void): void {
    const first = this.before[attempt];
    if (first === attempt) return;
    let a = first;
    do {
      tell(a);
      a = this.before[a];
    } while (a !== first);
  }

  get bytes(): number {
    return this.call.length * 29 + this.ofCall.length * 4;
  }

  private growAttempts(attempt: number): void {
    const rows = Math.ceil((attempt + 1) * 1.5);
    this.call = grown(this.call, new Int32Array(rows));
    this.before = grown(this.before, new Int32Array(rows));
    this.message = grown(this.message, new Int32Array(rows));
    this.hi = grown(this.hi, new Int32Array(rows));
    this.lo = grown(this.lo, new Int32Array(rows));
    this.arrivedNs = grown(this.arrivedNs, new Float64Array(rows));
    this.isRequest = grown(this.isRequest, new Uint8Array(rows));
  }

  private growCalls(call: number): void {
    const longer = new Int32Array(Math.ceil((call + 1) * 1.5)).fill(NONE);
    longer.set(this.ofCall);
    this.ofCall = longer;
  }
}
