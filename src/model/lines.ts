import type { Kernel } from '../kernel/kernel.js';
import { type Attempts, CAME, NEXT, REPLICA, ROW, TIMES } from './attempts.js';
import { Bags } from './bags.js';
import { Patience } from './patience.js';
import type { Plan } from './plan.js';
import { Ranks } from './ranks.js';
import type { Replicas } from './replicas.js';
import type { FairLines } from './rules/fair-lines.js';
import { isFair, mayLeaveLine, ranksLine } from './withdrawals.js';

const NONE = -1;

/** What a component's line has beyond the order of arrival. */
const LAST_FIRST = 1;
const AT_RANDOM = 2;
const BY_RANK = 4;
/** Ranks are kept, whoever is served next. */
const RANKED = 8;
const IMPATIENT = 16;
/** Many queues that take turns (`fair_queues`). */
const IN_TURNS = 32;

/**
 * The waiting lines, one at each replica: who comes, who is next, who has waited longest. A line
 * always stands in the order of arrival; a discipline that needs another order keeps it besides.
 */
export class Lines {
  readonly ranks: Ranks;
  readonly patience: Patience;
  private readonly bags: Bags;
  private readonly kinds: Uint8Array;
  /** Whether lines are linked both ways. */
  private readonly linked: boolean;

  constructor(
    plan: Plan,
    kernel: Kernel,
    private readonly attempts: Attempts,
    private readonly replicas: Replicas,
    /** Null where no line is many queues. */
    private readonly fair: FairLines | null,
  ) {
    this.ranks = new Ranks(plan, attempts, replicas.count);
    this.patience = new Patience(plan, kernel, attempts);
    this.bags = new Bags(plan, attempts);
    this.kinds = Uint8Array.from(plan.components, (_, c) => kindOf(plan, c));
    this.linked = plan.components.some((_, c) => mayLeaveLine(plan, c));
  }

  /** An attempt joins the line; returns how many wait now. */
  join(attempt: number, replica: number): number {
    const { attempts, replicas } = this;
    const tail = replicas.tail[replica];
    attempts.words[attempt * ROW + NEXT] = NONE;
    if (this.linked) attempts.previous[attempt] = tail;
    if (tail === NONE) replicas.head[replica] = attempt;
    else attempts.words[tail * ROW + NEXT] = attempt;
    replicas.tail[replica] = attempt;
    const kind = this.kinds[replicas.component[replica]];
    if (kind !== 0) this.joinMore(attempt, replica, kind);
    return ++replicas.depth[replica];
  }

  /** Takes out who is served next; there must be one. */
  takeNext(replica: number): number {
    const { attempts, replicas } = this;
    const kind = this.kinds[replicas.component[replica]];
    if (kind !== 0) {
      const next = this.nextOf(replica, kind);
      this.takeOut(next);
      return next;
    }
    const attempt = replicas.head[replica];
    replicas.head[replica] = attempts.words[attempt * ROW + NEXT];
    if (replicas.head[replica] === NONE) replicas.tail[replica] = NONE;
    else if (this.linked) attempts.previous[replicas.head[replica]] = NONE;
    replicas.depth[replica]--;
    return attempt;
  }

  /** Takes one out, wherever it stands. Only where it `mayLeaveLine`. */
  takeOut(attempt: number): void {
    const { attempts, replicas } = this;
    const replica = attempts.words[attempt * ROW + REPLICA];
    const before = attempts.previous[attempt];
    const after = attempts.words[attempt * ROW + NEXT];
    if (before === NONE) replicas.head[replica] = after;
    else attempts.words[before * ROW + NEXT] = after;
    if (after === NONE) replicas.tail[replica] = before;
    else attempts.previous[after] = before;
    replicas.depth[replica]--;
    const component = replicas.component[replica];
    const kind = this.kinds[component];
    if (kind === 0) return;
    if ((kind & AT_RANDOM) !== 0) this.bags.remove(attempt, replica);
    if ((kind & RANKED) !== 0) this.ranks.remove(attempt, replica);
    if ((kind & IMPATIENT) !== 0) this.patience.end(attempt, component);
    if ((kind & IN_TURNS) !== 0) this.fair?.takeOut(attempt);
  }

  /** Who has waited longest at a replica; there must be one. */
  oldest(replica: number): number {
    return this.replicas.head[replica];
  }

  /** How long the oldest that waits at a component has waited, nanoseconds; 0 if nobody does. */
  oldestNs(component: number, now: number): number {
    const { attempts, replicas } = this;
    let oldest = 0;
    for (let r = replicas.first[component]; r < replicas.first[component + 1]; r++) {
      if (replicas.depth[r] === 0) continue;
      oldest = Math.max(oldest, now - attempts.times[replicas.head[r] * TIMES + CAME]);
    }
    return oldest;
  }

  private joinMore(attempt: number, replica: number, kind: number): void {
    if ((kind & AT_RANDOM) !== 0) this.bags.add(attempt, replica);
    if ((kind & RANKED) !== 0) this.ranks.add(attempt, replica);
    if ((kind & IN_TURNS) !== 0) this.fair?.join(attempt, replica);
    if ((kind & IMPATIENT) !== 0) this.patience.begin(attempt, this.replicas.component[replica]);
  }

  private nextOf(replica: number, kind: number): number {
    if ((kind & LAST_FIRST) !== 0) return this.replicas.tail[replica];
    if ((kind & AT_RANDOM) !== 0) return this.bags.any(replica);
    if ((kind & BY_RANK) !== 0) return this.ranks.first(replica);
    if ((kind & IN_TURNS) !== 0 && this.fair !== null) return this.fair.next(replica);
    return this.replicas.head[replica];
  }
}

function kindOf(plan: Plan, component: number): number {
  const { discipline, maxAge } = plan.components[component].queue;
  return (
    (discipline === 'lifo' ? LAST_FIRST : 0) |
    (discipline === 'random' ? AT_RANDOM : 0) |
    (discipline === 'priority' || discipline === 'preemptive' ? BY_RANK : 0) |
    (ranksLine(plan, component) ? RANKED : 0) |
    (maxAge === null ? 0 : IMPATIENT) |
    (isFair(plan, component) ? IN_TURNS : 0)
  );
}
