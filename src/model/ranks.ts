import type { Attempts } from './attempts.js';
import type { Plan } from './plan.js';

const NONE = -1;

/** The priorities that a plan's producers have, from 0, the most important; and which each has. */
export function ranksOf(plan: Plan): { count: number; rankOf: Int32Array } {
  const priorities = [...new Set(plan.producers.map(({ priority }) => priority))];
  priorities.sort((a, b) => a - b);
  const rankOf = Int32Array.from(plan.producers, ({ priority }) => priorities.indexOf(priority));
  return { count: priorities.length, rankOf };
}

/**
 * Those who wait at a replica by their importance: one list for each priority that the plan's
 * producers have, in the order in which they came. Coming and leaving cost a few writes, finding
 * the first or the last of all as many steps as there are priorities.
 */
export class Ranks {
  /** By producer: which of the plan's priorities its requests have, 0 the most important. */
  private readonly rankOf: Int32Array;
  private readonly count: number;
  /** By replica and rank. */
  private readonly heads: Int32Array;
  private readonly tails: Int32Array;
  private readonly sizes: Int32Array;

  constructor(
    plan: Plan,
    private readonly attempts: Attempts,
    replicas: number,
    /** Null where nobody inherits the importance of another. */
    private readonly heirs: { inheritedBy(attempt: number): number } | null = null,
  ) {
    const { count, rankOf } = ranksOf(plan);
    this.count = count;
    this.rankOf = rankOf;
    this.heads = new Int32Array(replicas * this.count).fill(NONE);
    this.tails = new Int32Array(replicas * this.count).fill(NONE);
    this.sizes = new Int32Array(replicas * this.count);
  }

  /** How important an attempt is; 0 is the most important. */
  of(attempt: number): number {
    const own = this.rankOf[this.attempts.origin(attempt)];
    return this.heirs === null ? own : Math.min(own, this.heirs.inheritedBy(attempt));
  }

  /** An attempt comes, behind those of its importance, or before them. */
  add(attempt: number, replica: number, before = false): void {
    const { attempts, heads, tails } = this;
    const at = replica * this.count + this.of(attempt);
    this.sizes[at]++;
    const head = heads[at];
    const tail = tails[at];
    attempts.peerPrevious[attempt] = before ? NONE : tail;
    attempts.peerNext[attempt] = before ? head : NONE;
    if (head === NONE || before) heads[at] = attempt;
    else attempts.peerNext[tail] = attempt;
    if (head === NONE || !before) tails[at] = attempt;
    else attempts.peerPrevious[head] = attempt;
  }

  remove(attempt: number, replica: number): void {
    const { attempts, heads, tails } = this;
    const at = replica * this.count + this.of(attempt);
    this.sizes[at]--;
    const before = attempts.peerPrevious[attempt];
    const after = attempts.peerNext[attempt];
    if (before === NONE) heads[at] = after;
    else attempts.peerNext[before] = after;
    if (after === NONE) tails[at] = before;
    else attempts.peerPrevious[after] = before;
  }

  /** The one before in the order from the most to the least important, -1 for none. */
  before(attempt: number, replica: number): number {
    const peer = this.attempts.peerPrevious[attempt];
    if (peer !== NONE) return peer;
    const from = replica * this.count;
    for (let at = from + this.of(attempt) - 1; at >= from; at--) {
      if (this.tails[at] !== NONE) return this.tails[at];
    }
    return NONE;
  }

  /** How many are of this importance, or more important. */
  upTo(rank: number, replica: number): number {
    let sum = 0;
    for (let at = 0; at <= rank; at++) sum += this.sizes[replica * this.count + at];
    return sum;
  }

  /** The first of the most important, -1 if nobody is there. */
  first(replica: number): number {
    const from = replica * this.count;
    for (let at = from; at < from + this.count; at++) {
      if (this.heads[at] !== NONE) return this.heads[at];
    }
    return NONE;
  }

  /** The last of the least important, -1 if nobody is there. */
  last(replica: number): number {
    const from = replica * this.count;
    for (let at = from + this.count - 1; at >= from; at--) {
      if (this.tails[at] !== NONE) return this.tails[at];
    }
    return NONE;
  }
}
