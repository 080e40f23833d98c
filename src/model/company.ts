import type { Kernel } from '../kernel/kernel.js';
import { CRASHED, DROPPED } from '../measure/service-book.js';
import type { Accounts } from './accounts.js';
import {
  type Attempts,
  BITS,
  CALL,
  CAME,
  DEGRADED_BIT,
  DONE,
  JOINED,
  LEFT,
  REPLICA,
  ROW,
  STATE,
  TIMES,
  WAITING,
} from './attempts.js';
import type { Calls } from './calls.js';
import type { Coalescing } from './coalescing.js';
import type { Lines } from './lines.js';
import { FACT_ENDED } from './outcomes.js';
import type { Replicas } from './replicas.js';
import { WENT_AWAY } from './rules/rule.js';
import type { Rules } from './rules/rules.js';
import type { Shedding } from './shedding.js';

const NONE = -1;

/** What companies need of the rest of the model. */
export interface CompanyPeers {
  services: {
    /** Takes an attempt out of where it stands, booked as `column` says. */
    withdraw(attempt: number, column: number): void;
  };
  sending: {
    answer(attempt: number, outcome: number): boolean;
    isLate(attempt: number): boolean;
  };
}

/** The parts of the model that companies are made of. */
interface CompanyParts {
  kernel: Kernel;
  attempts: Attempts;
  calls: Calls;
  replicas: Replicas;
  lines: Lines;
  accounts: Accounts;
}

/**
 * Those who wait for one piece of work together (`coalesce: join`), when one of them leaves and when
 * the work is done; and what else ends with a wait, joined by others or not.
 */
export class Company {
  private services!: CompanyPeers['services'];
  private sending!: CompanyPeers['sending'];

  /** Null where there are no queues. */
  brokers: { isWanted(call: number, parent: number): boolean } | null = null;
  private readonly kernel: Kernel;
  private readonly attempts: Attempts;
  private readonly calls: Calls;
  private readonly replicas: Replicas;
  private readonly lines: Lines;
  private readonly accounts: Accounts;

  constructor(
    parts: CompanyParts,
    /** Null where nobody joins anybody, nothing sheds, nothing is asked at the door. */
    private readonly coalescing: Coalescing | null,
    private readonly shedding: Shedding | null,
    private readonly rules: Rules | null,
  ) {
    this.kernel = parts.kernel;
    this.attempts = parts.attempts;
    this.calls = parts.calls;
    this.replicas = parts.replicas;
    this.lines = parts.lines;
    this.accounts = parts.accounts;
  }

  /** Tells the parts that this one calls. */
  connect(peers: CompanyPeers): void {
    this.services = peers.services;
    this.sending = peers.sending;
  }

  /** Whether others have joined an attempt. */
  has(attempt: number): boolean {
    return this.coalescing?.hasMembers(attempt) === true;
  }

  /** Whether somebody still waits for an attempt's answer, all the way up to the client. */
  isWanted(attempt: number): boolean {
    const { words } = this.attempts;
    let at = attempt;
    for (;;) {
      if (this.has(at) && this.isWantedByOther(at)) return true;
      if ((words[at * ROW + BITS] & LEFT) !== 0) return false;
      const call = words[at * ROW + CALL];
      const parent = this.calls.parent(call);
      if (parent < 0) return this.brokers === null || this.brokers.isWanted(call, parent);
      if ((words[parent * ROW + BITS] & STATE) === DONE) return false;
      const join = this.calls.join(call);
      if (join !== 0 && this.attempts.join[parent] !== join) return false;
      at = parent;
    }
  }

  private isWantedByOther(attempt: number): boolean {
    const coalescing = this.coalescing as Coalescing;
    for (let m = coalescing.firstOf(attempt); m !== NONE; m = coalescing.after(m)) {
      if (this.isWanted(m)) return true;
    }
    return false;
  }

  /** Whether the deadlines of all who joined an attempt have come. */
  isLate(attempt: number): boolean {
    const { coalescing } = this;
    if (coalescing === null) return true;
    for (let m = coalescing.firstOf(attempt); m !== NONE; m = coalescing.after(m)) {
      if (!this.sending.isLate(m)) return false;
    }
    return true;
  }

  /** One that waits leaves its line; where it goes by itself, the first that joined it takes its place. */
  leavesLine(attempt: number, replica: number, column: number): void {
    const { accounts, attempts, coalescing, replicas } = this;
    const component = replicas.component[replica];
    coalescing?.waitsNoMore(attempt, replica);
    this.shedding?.settled(attempt);
    const all = column === DROPPED || column === CRASHED;
    if (all || !coalescing?.hasMembers(attempt)) {
      this.lines.takeOut(attempt);
      accounts.unqueued(attempt, component);
      this.shedding?.left(replica);
      // It need not make room: an operator may have made the line shorter than it is.
      if (replicas.doorHead[replica] !== NONE) attempts.waits?.suspectReplica(replica);
      return;
    }
    const heir = this.succeed(attempt, component);
    attempts.setState(heir, WAITING);
    this.lines.swap(attempt, heir, replica, false);
    coalescing.takesOver(heir, replica);
  }

  /** One leaves those whom it had joined. */
  part(attempt: number, replica: number): void {
    this.waitIsOver(attempt, replica);
    this.coalescing?.part(attempt);
  }

  /** The first that joined an attempt has the place, the age and the company of it from now on. */
  succeed(attempt: number, component: number): number {
    const { times } = this.attempts;
    const heir = (this.coalescing as Coalescing).succeed(attempt);
    this.accounts.tookPlace(heir, component);
    times[heir * TIMES + CAME] = times[attempt * TIMES + CAME];
    return heir;
  }

  /** One is out of its line, to be served: nobody joins it any more, and those who have wait no longer. */
  outOfLine(attempt: number, replica: number): void {
    const { coalescing, shedding } = this;
    shedding?.settled(attempt);
    if (coalescing === null) return;
    coalescing.waitsNoMore(attempt, replica);
    for (let m = coalescing.firstOf(attempt); m !== NONE; m = coalescing.after(m)) {
      this.waitIsOver(m, replica);
    }
  }

  /** Those who have joined an attempt end as it did, and are told. */
  end(attempt: number, column: number, outcome: number): void {
    const { coalescing, kernel } = this;
    if (coalescing === null) return;
    kernel.suspend();
    for (let m = coalescing.firstOf(attempt); m !== NONE; m = coalescing.firstOf(attempt)) {
      this.services.withdraw(m, column);
      this.sending.answer(m, outcome);
    }
    kernel.resume();
  }

  /** The work of an attempt answers all who have joined it. */
  answer(attempt: number, column: number, outcome: number): void {
    const { accounts, attempts, kernel, replicas } = this;
    const { words } = attempts;
    const coalescing = this.coalescing as Coalescing;
    const component = replicas.component[words[attempt * ROW + REPLICA]];
    kernel.suspend();
    for (let m = coalescing.firstOf(attempt); m !== NONE; m = coalescing.firstOf(attempt)) {
      coalescing.part(m);
      words[m * ROW + BITS] |= words[attempt * ROW + BITS] & DEGRADED_BIT;
      accounts.fact(FACT_ENDED, m);
      // It had no work of its own to learn from.
      this.rules?.ended(m, WENT_AWAY);
      accounts.endedAway(m, component, column, true);
      accounts.done(m);
      this.sending.answer(m, outcome);
    }
    kernel.resume();
  }

  /** Whether others have joined an attempt whose work has begun: it goes on for them. */
  worksForOthers(attempt: number): boolean {
    const { attempts, coalescing } = this;
    if (coalescing === null || attempts.state(attempt) === WAITING) return false;
    if (!coalescing.hasMembers(attempt)) return false;
    coalescing.leaveToOthers(attempt);
    return true;
  }

  /** Whom an attempt has joined, -1 for nobody. */
  leaderOf(attempt: number): number {
    const { attempts, coalescing } = this;
    if (coalescing === null || attempts.state(attempt) !== JOINED) return NONE;
    return coalescing.leaderOf(attempt);
  }

  /** Whether nobody is left of those for whom the work of an attempt went on. */
  isLeftAlone(attempt: number): boolean {
    return this.coalescing?.isLeftAlone(attempt) === true;
  }

  /** Nothing ends the wait of an attempt any more. */
  private waitIsOver(attempt: number, replica: number): void {
    this.lines.endPatience(attempt, replica);
    this.shedding?.settled(attempt);
  }
}
