import type { Kernel } from '../kernel/kernel.js';
import type { Saturation } from '../measure/saturation.js';
import type { Accounts } from './accounts.js';
import {
  type Attempts,
  AWAY,
  CALLING,
  REPLICA,
  RETURNING,
  ROW,
  STARTED,
  TIMES,
  WORKING,
} from './attempts.js';
import type { Plan } from './plan.js';
import type { Program } from './program.js';
import type { Replicas } from './replicas.js';
import { Returners } from './returners.js';
import type { Staff } from './staff.js';
import { mayFill } from './withdrawals.js';

const NONE = -1;

/** What leave-taking needs of the rest of the model. */
export interface LeavePeers {
  handlers: { resume(attempt: number, pc: number): void };
  services: {
    takeWork(replica: number): void;
    /** A worker has left what it did, and may be one of those taken away. */
    workerLeft(replica: number): void;
    /** A worker may have nothing to do from now on. */
    looksIdle(replica: number, component: number): void;
  };
}

/**
 * `io: async`: a worker takes leave of a request whose call is out, and the request goes on, when its
 * answer has come, as soon as a worker is free: before any that has not started, in the order in
 * which they came back, and never refused. A call that may have to stand at a full callee's door
 * holds its worker until it was let in, or has ended. A call that fails for good needs no worker.
 */
export class Leave {
  readonly returners: Returners;
  readonly hasAsync: boolean;
  /** Whether a worker may have to stay until a call of its request was let in. */
  readonly keepsWorkers: boolean;
  private readonly blocks: Uint8Array;
  private peers!: LeavePeers;

  constructor(
    plan: Plan,
    private readonly kernel: Kernel,
    private readonly program: Program,
    private readonly attempts: Attempts,
    private readonly replicas: Replicas,
    private readonly accounts: Accounts,
    private readonly saturation: Saturation,
    private readonly staff: Staff,
  ) {
    this.returners = new Returners(attempts, replicas, plan.components.length);
    this.hasAsync = staff.hasAsync;
    this.blocks = Uint8Array.from(plan.components, (c) => (c.queue.whenFull === 'block' ? 1 : 0));
    this.keepsWorkers = this.hasAsync && plan.components.some((_, c) => mayFill(plan, c, 'block'));
  }

  /** Tells the parts that this one calls. */
  connect(peers: LeavePeers): void {
    this.peers = peers;
  }

  /** Whether a full queue of this component makes callers wait at its door, from now on. */
  setBlocks(component: number, blocks: boolean): void {
    this.blocks[component] = blocks ? 1 : 0;
  }

  /** The attempt's calls are out: with `io: async` its worker is free, once all were let in. */
  callsOut(attempt: number): void {
    const { attempts, replicas } = this;
    const replica = attempts.words[attempt * ROW + REPLICA];
    const component = replicas.component[replica];
    if (!this.staff.isAsync(component) || attempts.state(attempt) !== CALLING) return;
    if (attempts.isAtCaller(attempt) || attempts.notIn[attempt] > 0) return;
    replicas.calling[replica]--;
    attempts.setState(attempt, AWAY);
    this.staff.leaves(attempt, replica, component);
    this.accounts.left(attempt, component);
    attempts.times[attempt * TIMES + STARTED] = this.kernel.clock[0];
    replicas.freeWorkers[replica]++;
    this.peers.services.workerLeft(replica);
    this.kernel.suspend();
    this.peers.services.takeWork(replica);
    this.kernel.resume();
    this.peers.services.looksIdle(replica, component);
  }

  /** Whether a caller's worker stays until this call has been let in, or has ended. */
  keepsWorker(parent: number, site: number): boolean {
    if (
      !this.keepsWorkers ||
      this.blocks[this.program.routeComponent[this.program.siteRoute[site]]] === 0
    )
      return false;
    const component = this.replicas.component[this.attempts.words[parent * ROW + REPLICA]];
    if (!this.staff.isAsync(component) || this.attempts.isAtCaller(parent)) return false;
    this.attempts.notIn[parent]++;
    return true;
  }

  /** How many of an attempt's calls are not known to have been let in, or to have ended. */
  notKnownIn(attempt: number): number {
    const { attempts } = this;
    if (!this.keepsWorkers || attempts.isAtCaller(attempt)) return 0;
    const component = this.replicas.component[attempts.words[attempt * ROW + REPLICA]];
    return this.staff.isAsync(component) ? attempts.notIn[attempt] : 0;
  }

  /** One more of an attempt's calls was let in, or has ended. */
  letIn(attempt: number): void {
    this.attempts.notIn[attempt]--;
    this.callsOut(attempt);
    this.attempts.letGo(attempt);
  }

  /** Whether an attempt has a worker to go on with at `pc`; else it waits for one. */
  hasWorker(attempt: number, pc: number): boolean {
    const { attempts } = this;
    if (attempts.state(attempt) !== AWAY) return true;
    const replica = attempts.words[attempt * ROW + REPLICA];
    if (this.mayGoOn(replica) && this.returners.head[replica] === NONE) {
      this.goesOn(attempt, replica);
      return true;
    }
    attempts.setState(attempt, RETURNING);
    this.returners.join(attempt, replica, pc);
    return false;
  }

  /** Whether a replica has a worker for who comes back; under `ps` they share them with the others. */
  private mayGoOn(replica: number): boolean {
    const { replicas } = this;
    if (replicas.pauses[replica] > 0) return false;
    return replicas.freeWorkers[replica] > 0 || this.staff.isShared(replicas.component[replica]);
  }

  private goesOn(attempt: number, replica: number): void {
    const { attempts, replicas } = this;
    const component = replicas.component[replica];
    replicas.freeWorkers[replica]--;
    this.accounts.wentOn(attempt, component);
    attempts.times[attempt * TIMES + STARTED] = this.kernel.clock[0];
    this.staff.takes(attempt, replica, component);
    attempts.setState(attempt, WORKING);
    if (!this.staff.hasIdle(replica)) this.saturation.workersBusy(component);
  }

  /** Those who came back go on, as far as there are workers. */
  takeBack(replica: number): void {
    const { attempts, returners } = this;
    while (returners.head[replica] !== NONE && this.mayGoOn(replica)) {
      const attempt = returners.head[replica];
      returners.takeOut(attempt);
      this.goesOn(attempt, replica);
      this.peers.handlers.resume(attempt, attempts.onward[attempt]);
    }
  }
}
