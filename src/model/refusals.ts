import type { Kernel } from '../kernel/kernel.js';
import type { Saturation } from '../measure/saturation.js';
import {
  DROPPED as BOOK_DROPPED,
  EXPIRED as BOOK_EXPIRED,
  REFUSED,
} from '../measure/service-book.js';
import type { Accounts } from './accounts.js';
import {
  type Attempts,
  BITS,
  NEXT,
  REFUSAL,
  REPLICA,
  ROW,
  STARTED,
  TIMES,
  TURNED_AWAY,
} from './attempts.js';
import { DROPPED, EXPIRED, FACT_ENDED, FACT_REFUSING, FACT_TURNED_AWAY } from './outcomes.js';
import type { ComponentPlan } from './plan.js';
import type { Replicas } from './replicas.js';
import type { Staff } from './staff.js';
import type { Workbench } from './workbench.js';

const NONE = -1;

/** The parts of a service's side that refusals are made of. */
interface RefusalParts {
  accounts: Accounts;
  attempts: Attempts;
  kernel: Kernel;
  replicas: Replicas;
  saturation: Saturation;
  staff: Staff;
  workbench: Workbench;
}

/** What refusals need of the rest of the model. */
interface RefusalPeers {
  services: {
    isWanted(attempt: number): boolean;
    bookWork(attempt: number, wanted: boolean): void;
    workerLeft(replica: number): void;
    takeWork(replica: number): void;
    looksIdle(replica: number, component: number): void;
  };
  sending: {
    letIn(attempt: number): void;
    answer(attempt: number, outcome: number): boolean;
    answerNow(attempt: number): void;
  };
}

/** Whether refusing takes work at this component. */
export function paysForRefusals({ reject }: ComponentPlan): boolean {
  return reject !== null && reject.costNs > 0;
}

/**
 * Refusals that cost work (semantics 19): they wait in a line of their own at their replica, and the
 * workers serve it before the queue, without preemption, after those who come back to go on
 * (`io: async`). The sender is told when its refusal is done, which it is even if the sender has left.
 */
export class Refusals {
  /** By component: what a refusal costs, what it did cost those who wait for theirs. */
  private readonly costNs: Float64Array;
  private readonly paidNs: Float64Array;
  /** Whether its workers are counted. */
  private readonly finite: Uint8Array;
  /** By replica. */
  private readonly head: Int32Array;
  private readonly tail: Int32Array;

  private services!: RefusalPeers['services'];
  private sending!: RefusalPeers['sending'];

  constructor(
    components: readonly ComponentPlan[],
    private readonly of: RefusalParts,
  ) {
    const { replicas } = of;
    this.costNs = Float64Array.from(components, ({ reject }) => reject?.costNs ?? 0);
    this.paidNs = this.costNs.slice();
    this.finite = Uint8Array.from(components, ({ workers }) => (workers < Infinity ? 1 : 0));
    this.head = new Int32Array(replicas.count).fill(NONE);
    this.tail = new Int32Array(replicas.count).fill(NONE);
  }

  /** Tells the parts that this one calls. */
  connect(peers: RefusalPeers): void {
    this.services = peers.services;
    this.sending = peers.sending;
  }

  /** Whether refusing takes work at a component. */
  has(component: number): boolean {
    return this.costNs[component] > 0;
  }

  /** What a refusal of a component costs from now on; who waits for one has it at a price. */
  setCost(component: number, costNs: number): void {
    this.costNs[component] = costNs;
    if (costNs > 0) this.paidNs[component] = costNs;
  }

  /** Whether somebody at a replica waits to be refused. */
  anyWait(replica: number): boolean {
    return this.head[replica] !== NONE;
  }

  /** An attempt is to be told `outcome`: it waits for that, and is served as soon as may be. */
  add(attempt: number, replica: number, outcome: number): void {
    const { accounts, attempts, replicas } = this.of;
    attempts.setState(attempt, TURNED_AWAY);
    attempts.setOutcome(attempt, outcome);
    attempts.words[attempt * ROW + BITS] |= REFUSAL;
    attempts.words[attempt * ROW + NEXT] = NONE;
    if (this.tail[replica] === NONE) this.head[replica] = attempt;
    else attempts.words[this.tail[replica] * ROW + NEXT] = attempt;
    this.tail[replica] = attempt;
    accounts.taken(attempt);
    accounts.fact(FACT_TURNED_AWAY, attempt);
    if (replicas.taking[replica] === 0) this.serve(replica);
    // One that had waited might have been freed by whoever came; now a worker must be free.
    if (attempts.state(attempt) === TURNED_AWAY) attempts.waits?.suspectCallerOf(attempt);
  }

  /** Free workers of a replica take those who wait to be refused. */
  serve(replica: number): void {
    const { replicas } = this.of;
    while (
      this.head[replica] !== NONE &&
      replicas.freeWorkers[replica] > 0 &&
      replicas.pauses[replica] === 0
    ) {
      const attempt = this.head[replica];
      this.takeOut(attempt);
      this.begin(attempt, replica);
    }
  }

  /** Takes one out of the line, wherever it stands. */
  takeOut(attempt: number): void {
    const { words } = this.of.attempts;
    const replica = words[attempt * ROW + REPLICA];
    const after = words[attempt * ROW + NEXT];
    let before = NONE;
    for (let at = this.head[replica]; at !== attempt; at = words[at * ROW + NEXT]) before = at;
    if (before === NONE) this.head[replica] = after;
    else words[before * ROW + NEXT] = after;
    if (after === NONE) this.tail[replica] = before;
  }

  /** As what an attempt that is refused is counted. */
  private columnOf(attempt: number): number {
    const outcome = this.of.attempts.outcome(attempt);
    if (outcome === DROPPED) return BOOK_DROPPED;
    return outcome === EXPIRED ? BOOK_EXPIRED : REFUSED;
  }

  /** An attempt's piece of work is done. Whether that was to refuse it; if so its sender is told. */
  ends(attempt: number): boolean {
    if (!this.of.attempts.isRefusal(attempt)) return false;
    this.done(attempt);
    return true;
  }

  private done(attempt: number): void {
    const { accounts, attempts, kernel, replicas, staff } = this.of;
    const { sending, services } = this;
    const replica = attempts.words[attempt * ROW + REPLICA];
    const component = replicas.component[replica];
    accounts.fact(FACT_ENDED, attempt);
    if (this.finite[component] === 1) services.bookWork(attempt, services.isWanted(attempt));
    if (staff.kind[component] !== 0) staff.leaves(attempt, replica, component);
    accounts.stopped(attempt, component, this.columnOf(attempt));
    attempts.words[attempt * ROW + BITS] &= ~REFUSAL;
    accounts.done(attempt);
    replicas.freeWorkers[replica]++;
    services.workerLeft(replica);
    sending.letIn(attempt);
    const deferred = sending.answer(attempt, attempts.outcome(attempt));
    kernel.suspend();
    services.takeWork(replica);
    kernel.resume();
    services.looksIdle(replica, component);
    if (deferred) sending.answerNow(attempt);
  }

  private begin(attempt: number, replica: number): void {
    const { accounts, attempts, kernel, replicas, saturation, staff, workbench } = this.of;
    const component = replicas.component[replica];
    replicas.freeWorkers[replica]--;
    attempts.times[attempt * TIMES + STARTED] = kernel.clock[0];
    accounts.fact(FACT_REFUSING, attempt);
    accounts.busyAgain(attempt, component);
    if (staff.kind[component] !== 0) staff.starts(attempt, replica, component);
    if (replicas.freeWorkers[replica] <= 0) saturation.workersBusy(component);
    const slowdown = accounts.memory?.slowdownAt(replica) ?? 1;
    const cost = (this.paidNs[component] + workbench.addedNs(attempt)) * slowdown;
    workbench.begin(attempt, Math.floor(cost + 0.5));
  }
}
