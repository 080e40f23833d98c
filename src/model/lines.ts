import type { Kernel } from '../kernel/kernel.js';
import { type Attempts, CAME, NEXT, REPLICA, ROW, STARTED, TIMES } from './attempts.js';
import { Bags } from './bags.js';
import { anyEverIs, everIs, sayTheSame } from './changes.js';
import { Flows } from './flows.js';
import { Patience } from './patience.js';
import type { ComponentPlan, Discipline, Plan } from './plan.js';
import { Ranks } from './ranks.js';
import type { Replicas } from './replicas.js';
import type { FairLines } from './rules/fair-lines.js';
import { Urgency } from './urgency.js';
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
 * The last first while the line, the one to be served included, is fuller than a share of its room
 * (hbase `ipc/AdaptiveLifoCoDelCallQueue.java`, take).
 */
const MAY_TURN = 64;
const BY_TENANT = 128;
const BY_DEADLINE = 256;
/** Waits have ends at times. */
const MAY_LOSE_PATIENCE = 512;
/** What says who is next, and may be another from one moment to the next. */
const ORDERS = LAST_FIRST | AT_RANDOM | BY_RANK | MAY_TURN | BY_TENANT | BY_DEADLINE;

/** What lines ask of the rest of the model. */
export interface LinePeers {
  labels: { tenantOf(attempt: number): number };
  sending: {
    /** An attempt's deadline, as far as its callee knows it; Infinity for none. */
    deadlineNs(attempt: number): number;
  };
}

/**
 * The waiting lines, one at each replica: who comes, who is next, who has waited longest. A line
 * always stands in the order of arrival; a discipline that needs another order keeps it besides.
 */
export class Lines {
  readonly ranks: Ranks;
  readonly patience: Patience;
  private readonly bags: Bags;
  private readonly flows: Flows;
  private readonly urgency: Urgency;
  /** By component: how full a line turns its order round, Infinity for never; and its room. */
  private readonly lifoAbove: Float64Array;
  private readonly capacity: Float64Array;
  /** By component: whether a newer one may take an older one's place. */
  private readonly replaces: Uint8Array;
  private peers!: LinePeers;
  private readonly kinds: Uint16Array;
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
    const uses = (discipline: Discipline): boolean =>
      anyEverIs(plan, ({ queue }) => queue.discipline === discipline);
    this.flows = new Flows(uses('fair') ? replicas.count : 0);
    this.urgency = new Urgency(uses('edf') ? replicas.count : 0);
    this.lifoAbove = Float64Array.from(plan.components, ({ queue }) => queue.lifoAbove ?? Infinity);
    this.capacity = Float64Array.from(plan.components, ({ queue }) => queue.capacity);
    this.replaces = Uint8Array.from(plan.components, (_, c) =>
      everIs(plan, c, ({ queue }) => queue.coalesce === 'replace') ? 1 : 0,
    );
    this.ranks = new Ranks(plan, attempts, replicas.count);
    this.patience = new Patience(plan, kernel, attempts);
    this.bags = new Bags(plan, attempts);
    this.kinds = Uint16Array.from(plan.components, (_, c) => kindOf(plan, c));
    this.linked = plan.components.some((_, c) => mayLeaveLine(plan, c));
  }

  /** Tells the parts that this one asks. */
  connect(peers: LinePeers): void {
    this.peers = peers;
  }

  /** A component's lines have room for so many from now on. */
  setCapacity(component: number, capacity: number): void {
    this.capacity[component] = capacity;
  }

  /**
   * Who waits at a component is served by another law from now on, and loses its patience by it,
   * counted from the beginning of its wait. `membersOf` names those who have joined one that waits.
   */
  change(
    component: number,
    was: ComponentPlan['queue'],
    is: ComponentPlan['queue'],
    membersOf: (attempt: number) => readonly number[],
  ): void {
    const { replicas } = this;
    const before = this.kinds[component];
    const kind = (before & ~(ORDERS | IMPATIENT)) | orderOf(is) | (is.maxAge ? IMPATIENT : 0);
    const agesOtherwise = !sayTheSame(was.maxAge, is.maxAge);
    for (let r = replicas.first[component]; r < replicas.first[component + 1]; r++) {
      const waiting = this.waitingAt(r);
      for (const a of waiting) this.leaveMore(a, r, before & ORDERS);
      for (const a of waiting) this.joinMore(a, r, kind & ORDERS);
    }
    this.kinds[component] = kind;
    this.lifoAbove[component] = is.lifoAbove ?? Infinity;
    if (!agesOtherwise) return;
    this.patience.setLaw(component, is.maxAge);
    for (let r = replicas.first[component]; r < replicas.first[component + 1]; r++) {
      for (const a of this.waitingAt(r)) {
        this.ageAnew(a, component, CAME);
        for (const member of membersOf(a)) this.ageAnew(member, component, STARTED);
      }
    }
  }

  /** Who waits at a replica, in the order of arrival. */
  private waitingAt(replica: number): number[] {
    const waiting: number[] = [];
    const { words } = this.attempts;
    for (let a = this.replicas.head[replica]; a !== NONE; a = words[a * ROW + NEXT])
      waiting.push(a);
    return waiting;
  }

  private ageAnew(attempt: number, component: number, since: number): void {
    this.patience.end(attempt);
    if (!this.patience.has(component)) return;
    this.patience.beginLate(attempt, component, this.attempts.times[attempt * TIMES + since]);
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
      if ((kind & BY_TENANT) !== 0) this.flows.turned(replica);
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
    this.leaveMore(attempt, replica, this.kinds[replicas.component[replica]]);
  }

  private leaveMore(attempt: number, replica: number, kind: number): void {
    if (kind === 0) return;
    if ((kind & AT_RANDOM) !== 0) this.bags.remove(attempt, replica);
    if ((kind & RANKED) !== 0) this.ranks.remove(attempt, replica);
    if ((kind & BY_TENANT) !== 0) this.flows.remove(attempt, replica);
    if ((kind & BY_DEADLINE) !== 0) this.urgency.remove(attempt, replica);
    if ((kind & MAY_LOSE_PATIENCE) !== 0) this.patience.end(attempt);
    if ((kind & IN_TURNS) !== 0) this.fair?.takeOut(attempt);
  }

  /** An attempt that stands in no line begins to wait, and may lose its patience. */
  beginPatience(attempt: number, replica: number): void {
    const component = this.replicas.component[replica];
    this.wait(attempt, component, this.kinds[component]);
  }

  /** What ends the wait of an attempt at its age, if anything does, is called off. */
  endPatience(attempt: number, replica: number): void {
    const component = this.replicas.component[replica];
    if ((this.kinds[component] & MAY_LOSE_PATIENCE) !== 0) this.patience.end(attempt);
  }

  /**
   * One takes the place of another in the line of arrival, and its own in any other order; `ages`:
   * its wait begins now, and so does its age.
   */
  swap(attempt: number, other: number, replica: number, ages: boolean): void {
    const { attempts, replicas } = this;
    const { words, previous } = attempts;
    const kind = this.kinds[replicas.component[replica]];
    this.leaveMore(attempt, replica, kind);
    const before = previous[attempt];
    const after = words[attempt * ROW + NEXT];
    previous[other] = before;
    words[other * ROW + NEXT] = after;
    if (before === NONE) replicas.head[replica] = other;
    else words[before * ROW + NEXT] = other;
    if (after === NONE) replicas.tail[replica] = other;
    else previous[after] = other;
    this.joinMore(other, replica, ages ? kind : kind & ~(IMPATIENT | MAY_LOSE_PATIENCE));
  }

  /** Who stands first in the order of arrival at a replica; there must be one. */
  oldest(replica: number): number {
    return this.replicas.head[replica];
  }

  /** How long the oldest that waits at a component has waited, nanoseconds; 0 if nobody does. */
  oldestNs(component: number, now: number): number {
    const { attempts, replicas } = this;
    let oldest = 0;
    for (let r = replicas.first[component]; r < replicas.first[component + 1]; r++) {
      // Who took another's place is younger than those behind it.
      const isOrdered = this.replaces[component] === 0;
      for (let a = replicas.head[r]; a !== NONE; a = attempts.words[a * ROW + NEXT]) {
        oldest = Math.max(oldest, now - attempts.times[a * TIMES + CAME]);
        if (isOrdered) break;
      }
    }
    return oldest;
  }

  private joinMore(attempt: number, replica: number, kind: number): void {
    if ((kind & AT_RANDOM) !== 0) this.bags.add(attempt, replica);
    if ((kind & RANKED) !== 0) this.ranks.add(attempt, replica);
    if ((kind & BY_TENANT) !== 0) {
      this.flows.add(attempt, replica, this.peers.labels.tenantOf(attempt));
    }
    if ((kind & BY_DEADLINE) !== 0) {
      this.urgency.add(attempt, replica, this.peers.sending.deadlineNs(attempt));
    }
    if ((kind & IN_TURNS) !== 0) this.fair?.join(attempt, replica);
    this.wait(attempt, this.replicas.component[replica], kind);
  }

  private wait(attempt: number, component: number, kind: number): void {
    if ((kind & IMPATIENT) !== 0) this.patience.begin(attempt, component);
    else if ((kind & MAY_LOSE_PATIENCE) !== 0) this.patience.ran(attempt);
  }

  private nextOf(replica: number, kind: number): number {
    const { replicas } = this;
    if ((kind & LAST_FIRST) !== 0) return replicas.tail[replica];
    if ((kind & AT_RANDOM) !== 0) return this.bags.any(replica);
    if ((kind & BY_RANK) !== 0) return this.ranks.first(replica);
    if ((kind & BY_TENANT) !== 0) return this.flows.turn(replica);
    if ((kind & BY_DEADLINE) !== 0) return this.urgency.first(replica);
    if ((kind & MAY_TURN) !== 0) {
      const component = replicas.component[replica];
      const fill = replicas.depth[replica] / this.capacity[component];
      return fill > this.lifoAbove[component] ? replicas.tail[replica] : replicas.head[replica];
    }
    if ((kind & IN_TURNS) !== 0 && this.fair !== null) return this.fair.next(replica);
    return replicas.head[replica];
  }
}

function kindOf(plan: Plan, component: number): number {
  const { queue } = plan.components[component];
  const mayLose = everIs(plan, component, ({ queue: { maxAge } }) => maxAge !== null);
  return (
    orderOf(queue) |
    (ranksLine(plan, component) ? RANKED : 0) |
    (queue.maxAge === null ? 0 : IMPATIENT) |
    (mayLose ? MAY_LOSE_PATIENCE : 0) |
    (isFair(plan, component) ? IN_TURNS : 0)
  );
}

function orderOf({ discipline }: ComponentPlan['queue']): number {
  return (
    (discipline === 'lifo' ? LAST_FIRST : 0) |
    (discipline === 'random' ? AT_RANDOM : 0) |
    (discipline === 'priority' || discipline === 'preemptive' ? BY_RANK : 0) |
    (discipline === 'adaptive_lifo' ? MAY_TURN : 0) |
    (discipline === 'fair' ? BY_TENANT : 0) |
    (discipline === 'edf' ? BY_DEADLINE : 0)
  );
}
