import type { Kernel } from '../kernel/kernel.js';
import { MemoryBook } from '../measure/memory-book.js';
import type { Recorder } from '../measure/recorder.js';
import { type Attempts, BITS, HOLDS_MEMORY, ROW } from './attempts.js';
import { OUT_OF_MEMORY } from './outcomes.js';
import type { Plan } from './plan.js';
import type { Replicas } from './replicas.js';

/**
 * What replicas hold. An attempt holds the size of its request from when it is let in (it waits,
 * works, stands at the door, is held back, has joined another, or waits to be refused) until the
 * callee is done with it; one that its caller runs holds it there. What is refused at once, or lost,
 * holds nothing.
 *
 * A replica over its limit goes down in the same nanosecond, by an event of its own behind all that
 * were scheduled before: so nobody is in the middle of anything. It does so even if some of what it
 * held has ended meanwhile, since what did not fit was asked for.
 */
export class Memory {
  readonly book: MemoryBook;
  private readonly limit: Float64Array;
  /** By component: the bytes at which `gc` begins, Infinity for never; and how much it adds a byte. */
  private readonly gcBytes: Float64Array;
  private readonly gcSlope: Float64Array;
  /** By producer. */
  private readonly sizes: Float64Array;
  /** By replica: whether it is to go down in this nanosecond. */
  private readonly isOut: Uint8Array;

  private constructor(
    plan: Plan,
    private readonly kernel: Kernel,
    private readonly attempts: Attempts,
    private readonly replicas: Replicas,
    epochs: number,
  ) {
    const { components } = plan;
    this.limit = Float64Array.from(components, ({ memory }) => memory?.limitBytes ?? Infinity);
    const base = Float64Array.from(components, ({ memory }) => memory?.baseBytes ?? 0);
    this.gcBytes = Float64Array.from(components, ({ memory }) =>
      memory?.gc == null ? Infinity : memory.limitBytes * memory.gc.from,
    );
    this.gcSlope = Float64Array.from(components, ({ memory }) =>
      memory?.gc == null
        ? 0
        : (memory.gc.slowdown - 1) / (memory.limitBytes - memory.limitBytes * memory.gc.from),
    );
    this.sizes = Float64Array.from(plan.producers, ({ sizeBytes }) => sizeBytes);
    this.isOut = new Uint8Array(replicas.count);
    this.book = new MemoryBook(replicas.first, base, this.limit, replicas.crashes, epochs);
  }

  /** The memory of a plan, told to the books; null where nobody counts it. */
  static of(
    plan: Plan,
    kernel: Kernel,
    attempts: Attempts,
    replicas: Replicas,
    accounts: { memory: Memory | null; readonly recorder: Recorder },
  ): Memory | null {
    if (!plan.components.some(({ memory }) => memory !== null)) return null;
    const { recorder } = accounts;
    const memory = new Memory(plan, kernel, attempts, replicas, recorder.epochs.count);
    accounts.memory = memory;
    recorder.memory = memory.book;
    return memory;
  }

  /** An attempt is in a replica's care from now on, if it was not yet. */
  holds(attempt: number): void {
    const { attempts } = this;
    const { words } = attempts;
    if ((words[attempt * ROW + BITS] & HOLDS_MEMORY) !== 0) return;
    const replica = attempts.placeOf(attempt);
    const component = this.replicas.component[replica];
    const limit = this.limit[component];
    if (limit === Infinity) return;
    words[attempt * ROW + BITS] |= HOLDS_MEMORY;
    const taken = this.book.add(replica, component, this.sizes[attempts.origin(attempt)]);
    if (taken > limit) this.isTooMuch(replica);
  }

  /** An attempt is in nobody's care any more. */
  leaves(attempt: number): void {
    const { attempts } = this;
    const { words } = attempts;
    if ((words[attempt * ROW + BITS] & HOLDS_MEMORY) === 0) return;
    words[attempt * ROW + BITS] &= ~HOLDS_MEMORY;
    this.book.bytes[attempts.placeOf(attempt)] -= this.sizes[attempts.origin(attempt)];
  }

  /** How many times as long a piece of work takes that starts at a replica now; 1 without `gc`. */
  slowdownAt(replica: number): number {
    const component = this.replicas.component[replica];
    const over = this.book.bytes[replica] - this.gcBytes[component];
    if (!(over > 0)) return 1;
    const most = this.limit[component] - this.gcBytes[component];
    return 1 + this.gcSlope[component] * Math.min(over, most);
  }

  /** How much the fullest replica of a component slows what starts now; null where it does not. */
  gcNow(component: number): { share: number; slowdown: number } | null {
    const { first } = this.replicas;
    let fullest = first[component];
    for (let r = fullest + 1; r < first[component + 1]; r++) {
      if (this.book.bytes[r] > this.book.bytes[fullest]) fullest = r;
    }
    const slowdown = this.slowdownAt(fullest);
    if (slowdown === 1) return null;
    return { share: this.book.bytes[fullest] / this.limit[component], slowdown };
  }

  /** Whether a replica's end has come that was scheduled when it held too much. */
  isOver(replica: number): boolean {
    const was = this.isOut[replica] === 1;
    this.isOut[replica] = 0;
    return was;
  }

  /** A replica has gone down, for whatever reason, and holds nothing. */
  wentDown(replica: number): void {
    this.isOut[replica] = 0;
    const left = this.book.bytes[replica] - this.book.baseBytes[this.replicas.component[replica]];
    if (left !== 0) throw new Error(`replica ${replica} is down and holds ${left} bytes`);
  }

  /** What a replica should hold beyond its base, from what is there; for the books at the end. */
  sizeOf(attempt: number): number {
    return this.sizes[this.attempts.origin(attempt)];
  }

  private isTooMuch(replica: number): void {
    if (this.isOut[replica] === 1) return;
    this.isOut[replica] = 1;
    this.kernel.post(OUT_OF_MEMORY, replica);
  }
}
