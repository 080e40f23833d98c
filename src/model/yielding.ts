import type { Kernel } from '../kernel/kernel.js';
import type { Accounts } from './accounts.js';
import { type Attempts, AWAY, REPLICA, ROW, STARTED, TIMES } from './attempts.js';
import type { Leave } from './leave.js';
import type { Lines } from './lines.js';
import type { Locks } from './locks.js';
import { LOCKED, RERANKED } from './outcomes.js';
import type { Preemption } from './preemption.js';
import type { Replicas } from './replicas.js';

const NONE = -1;

/** The parts of the model that yielding is made of. */
interface YieldingParts {
  accounts: Accounts;
  attempts: Attempts;
  kernel: Kernel;
  leave: Leave;
  lines: Lines;
  /** Null where nobody takes a lock. */
  locks: Locks | null;
  /** Null where nobody stands aside for another. */
  preemption: Preemption | null;
  replicas: Replicas;
}

/** What yielding asks of services. */
interface YieldingPeers {
  takeWork(replica: number): void;
  /** A worker has left what it did, and may be one of those taken away. */
  workerLeft(component: number): void;
  /** A worker may have nothing to do from now on. */
  looksIdle(replica: number, component: number): void;
}

/**
 * What becomes of the worker of one that waits for a lock: with `io: async` it serves others until
 * the lock is there, and under preemptive priority too, where it stands for a processor; else it
 * waits with it. And who works where, when somebody's importance has changed.
 */
export class Yielding {
  constructor(
    private readonly of: YieldingParts,
    private readonly peers: YieldingPeers,
  ) {}

  /** An event about locks, or about who is more important than whom. */
  act(kind: number, row: number): void {
    const { locks } = this.of;
    if (kind === RERANKED) this.rerank(row);
    else if (kind === LOCKED) locks?.came(row);
    else locks?.timedOut(row);
  }

  /** One waits for a lock. */
  leavesWorker(attempt: number): void {
    const { accounts, attempts, kernel, leave, preemption, replicas } = this.of;
    const replica = attempts.words[attempt * ROW + REPLICA];
    const component = replicas.component[replica];
    if (leave.hasAsync) {
      attempts.hold(attempt);
      leave.callsOut(attempt);
      attempts.letGo(attempt);
    }
    if (!preemption?.has(component) || attempts.isAtCaller(attempt)) return;
    replicas.calling[replica]--;
    preemption.leaves(attempt, replica);
    attempts.setState(attempt, AWAY);
    accounts.left(attempt, component);
    attempts.times[attempt * TIMES + STARTED] = kernel.clock[0];
    replicas.freeWorkers[replica]++;
    this.peers.workerLeft(component);
    kernel.suspend();
    this.peers.takeWork(replica);
    kernel.resume();
    this.peers.looksIdle(replica, component);
  }

  /** One that gave its worker to others has its lock: it stands in line for a worker; else false. */
  standsReady(attempt: number): boolean {
    const { accounts, attempts, preemption, replicas } = this.of;
    const replica = attempts.words[attempt * ROW + REPLICA];
    const component = replicas.component[replica];
    if (!preemption?.has(component) || attempts.state(attempt) !== AWAY) return false;
    accounts.backInLine(attempt, component);
    preemption.standsReady(attempt, replica);
    this.rerank(replica);
    return true;
  }

  /** Whoever waits at a replica and is more important than one at work there takes its worker. */
  rerank(replica: number): void {
    const { kernel, lines, preemption, replicas } = this.of;
    if (!preemption?.has(replicas.component[replica]) || replicas.pauses[replica] > 0) return;
    if (replicas.taking[replica] === 1) return;
    kernel.suspend();
    for (;;) {
      const inLine = replicas.head[replica] === NONE ? NONE : lines.ranks.first(replica);
      const first = preemption.firstOf(inLine, replica);
      if (first === NONE) break;
      if (replicas.freeWorkers[replica] <= 0 && !preemption.makesWay(first, replica)) break;
      this.peers.takeWork(replica);
    }
    kernel.resume();
  }
}
