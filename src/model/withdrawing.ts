import { DROPPED, EXPIRED, REFUSED } from '../measure/service-book.js';
import type { Accounts } from './accounts.js';
import {
  ASIDE,
  type Attempts,
  AWAY,
  BLOCKED,
  HELD_BACK,
  JOINED,
  REPLICA,
  RETURNING,
  ROW,
  TURNED_AWAY,
  WAITING,
  WORKING,
} from './attempts.js';
import type { Company } from './company.js';
import type { Doors } from './doors.js';
import type { Leave } from './leave.js';
import type { Locks } from './locks.js';
import { FACT_ENDED } from './outcomes.js';
import type { Preemption } from './preemption.js';
import type { Refusals } from './refusals.js';
import type { Replicas } from './replicas.js';
import { WENT_AWAY, WENT_DROPPED } from './rules/rule.js';
import type { Rules } from './rules/rules.js';
import type { Staff } from './staff.js';
import type { Workbench } from './workbench.js';

/** The parts that an attempt may be in the care of. */
export interface Places {
  accounts: Accounts;
  attempts: Attempts;
  company: Company;
  doors: Doors;
  leave: Leave;
  /** Null where nobody takes a lock. */
  locks: Locks | null;
  preemption: Preemption | null;
  refusals: Refusals | null;
  replicas: Replicas;
  rules: Rules | null;
  staff: Staff;
  workbench: Workbench;
}

/** What withdrawing asks of services. */
export interface WithdrawingPeers {
  /** What an attempt's worker has done is for nobody; where workers are counted. */
  bookWasted(attempt: number, component: number): void;
  /** A worker has left what it did, and may be one of those taken away. */
  workerLeft(replica: number): void;
}

/** Ends attempts at their callees from outside, wherever they stand. */
export class Withdrawing {
  constructor(
    private readonly places: Places,
    private readonly peers: WithdrawingPeers,
  ) {}

  /**
   * Ends an attempt at its callee wherever it stands: at the door, in line, at work, or waiting for
   * a call of its own. It is booked under `column`; whoever waits for its answer is not told, and
   * its worker has yet to `takeWork`. Only where it `mayWithdraw`.
   */
  withdraw(attempt: number, column: number): void {
    const { accounts, attempts, company, doors, preemption, refusals, replicas, rules } =
      this.places;
    const replica = attempts.words[attempt * ROW + REPLICA];
    const component = replicas.component[replica];
    const state = attempts.state(attempt);
    accounts.fact(FACT_ENDED, attempt);
    this.places.locks?.ended(attempt);
    const lacked = column === EXPIRED || column === DROPPED || column === REFUSED;
    rules?.ended(attempt, lacked ? WENT_DROPPED : WENT_AWAY);
    if (state === HELD_BACK) accounts.count(attempt, component, column);
    else if (state === BLOCKED) {
      doors.takeOut(attempt);
      accounts.count(attempt, component, column);
    } else if (state === WAITING) {
      company.leavesLine(attempt, replica, column);
      accounts.count(attempt, component, column);
    } else if (state === JOINED) {
      company.part(attempt, replica);
      accounts.endedAway(attempt, component, column, false);
    } else if (state === TURNED_AWAY) {
      refusals?.takeOut(attempt);
      accounts.count(attempt, component, column);
    } else if (state === ASIDE) {
      preemption?.takeOut(attempt);
      accounts.count(attempt, component, column);
      this.peers.bookWasted(attempt, component);
    } else this.stop(attempt, replica, component, column);
    accounts.done(attempt);
  }

  /** Its handler has begun and is stopped. */
  private stop(attempt: number, replica: number, component: number, column: number): void {
    const { accounts, attempts, leave, preemption, replicas, staff, workbench } = this.places;
    const state = attempts.state(attempt);
    if (attempts.isAtCaller(attempt)) {
      if (state === WORKING) workbench.stop(attempt);
      accounts.count(attempt, component, column);
      return;
    }
    this.peers.bookWasted(attempt, component);
    if (state === AWAY || state === RETURNING) {
      if (state === RETURNING) leave.returners.takeOut(attempt);
      accounts.endedAway(attempt, component, column, false);
      return;
    }
    if (state === WORKING) workbench.stop(attempt);
    else replicas.calling[replica]--;
    if (staff.kind[component] !== 0) staff.leaves(attempt, replica, component);
    accounts.stopped(attempt, component, column);
    if (preemption?.has(component) && !attempts.isRefusal(attempt)) {
      preemption.ended(attempt, replica);
    }
    replicas.freeWorkers[replica]++;
    this.peers.workerLeft(replica);
  }
}
