import type { Kernel } from '../kernel/kernel.js';
import type { Accounts } from './accounts.js';
import { type Attempts, BLOCKED, CALL, NEXT, REPLICA, ROW, STARTED, TIMES } from './attempts.js';
import type { Calls } from './calls.js';
import { FACT_BLOCKED } from './outcomes.js';
import type { Replicas } from './replicas.js';

const NONE = -1;

/**
 * Who stands at the door of a full replica (`when_full: block`), first come first served; and whose
 * time it is that passes there.
 */
export class Doors {
  constructor(
    private readonly kernel: Kernel,
    private readonly attempts: Attempts,
    private readonly calls: Calls,
    private readonly replicas: Replicas,
    private readonly accounts: Accounts,
  ) {}

  /** An attempt comes to stand at the door. */
  join(attempt: number, replica: number): void {
    const { attempts, replicas } = this;
    attempts.setState(attempt, BLOCKED);
    attempts.times[attempt * TIMES + STARTED] = this.kernel.clock[0];
    attempts.words[attempt * ROW + NEXT] = NONE;
    attempts.previous[attempt] = replicas.doorTail[replica];
    if (replicas.doorTail[replica] === NONE) replicas.doorHead[replica] = attempt;
    else attempts.words[replicas.doorTail[replica] * ROW + NEXT] = attempt;
    replicas.doorTail[replica] = attempt;
    this.accounts.taken(attempt);
    this.accounts.fact(FACT_BLOCKED, attempt);
    this.accounts.recorder.blocked.enter(this.senderOf(attempt));
  }

  /** Takes out the first; there must be one. */
  takeFirst(replica: number): number {
    const attempt = this.replicas.doorHead[replica];
    this.takeOut(attempt);
    return attempt;
  }

  /** Takes one out, wherever it stands. */
  takeOut(attempt: number): void {
    const { attempts, replicas } = this;
    const replica = attempts.words[attempt * ROW + REPLICA];
    const before = attempts.previous[attempt];
    const after = attempts.words[attempt * ROW + NEXT];
    if (before === NONE) replicas.doorHead[replica] = after;
    else attempts.words[before * ROW + NEXT] = after;
    if (after === NONE) replicas.doorTail[replica] = before;
    else attempts.previous[after] = before;
    this.accounts.recorder.blocked.leave(
      this.senderOf(attempt),
      attempts.times,
      attempt * TIMES + STARTED,
    );
  }

  /** Who sent it, as a subject of `blocked`: its component, or its producer behind them. */
  senderOf(attempt: number): number {
    const parent = this.calls.parent(this.attempts.words[attempt * ROW + CALL]);
    if (parent < 0) return this.accounts.recorder.subjects.components.length - 1 - parent;
    return this.replicas.component[this.attempts.words[parent * ROW + REPLICA]];
  }
}
