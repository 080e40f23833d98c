import { IdentitySource, purposeOf, unit53 } from '../kernel/draws.js';
import type { Kernel } from '../kernel/kernel.js';
import { type Recorder, WASTED_NS, WORKER_NS } from '../measure/recorder.js';
import type { Saturation } from '../measure/saturation.js';
import { ARRIVALS, COMPLETED, ERRORS, LEFT_DOOR, REFUSED } from '../measure/service-book.js';
import type { Accounts } from './accounts.js';
import {
  type Attempts,
  BITS,
  BLOCKED,
  CALL,
  CALLING,
  CAME,
  DONE,
  HI,
  LEFT,
  LO,
  PC,
  REPLICA,
  ROW,
  SITE,
  STARTED,
  STATE,
  TIMES,
  WAITING,
  WORKING,
} from './attempts.js';
import type { Calls } from './calls.js';
import { Doors } from './doors.js';
import { changesOf } from './edges.js';
import { Lines } from './lines.js';
import { CRASHED, ERROR, FACT_ENDED, FACT_QUEUED, FACT_STARTED, OK, REJECTED } from './outcomes.js';
import type { Plan } from './plan.js';
import type { Program } from './program.js';
import { Replicas } from './replicas.js';
import { Workbench } from './workbench.js';

const NONE = -1;
const ERRORS_DRAW = purposeOf('fault errors');

/** What services need of the rest of the model. */
export interface ServicePeers {
  handlers: {
    /** Begins or goes on with an attempt's handler. */
    resume(attempt: number, pc: number): void;
  };
  sending: {
    /** The callee is done: the answer goes back; true: `answerNow` is to carry it out. */
    answer(attempt: number, outcome: number): boolean;
    answerNow(attempt: number): void;
    /** The attempt was let in (or refused): a backlog's sender goes on. */
    letIn(attempt: number): void;
  };
}

/**
 * Services and dependencies at work: an attempt comes to a replica, gets a worker, waits, stands at
 * the door or is refused; its worker is freed when its handler ends.
 */
export class Services {
  readonly replicas: Replicas;
  readonly lines: Lines;
  readonly workbench: Workbench;
  private readonly doors: Doors;
  private readonly capacity: Float64Array;
  private readonly blocks: Uint8Array;
  private readonly finite: Uint8Array;
  /** Set by faults, by route: replicas' shares of requests answered `error` at once. */
  readonly errorRatios: Float64Array[];
  private readonly hasCrashes: boolean;
  private readonly hasWorkersSet: boolean;
  private readonly hasErrors: boolean;
  private readonly hasBacklog: boolean;
  private readonly hasPauses: boolean;
  private readonly draw = new IdentitySource();
  private handlers!: ServicePeers['handlers'];
  private sending!: ServicePeers['sending'];

  constructor(
    plan: Plan,
    private readonly kernel: Kernel,
    private readonly program: Program,
    private readonly attempts: Attempts,
    private readonly calls: Calls,
    private readonly accounts: Accounts,
    private readonly recorder: Recorder,
    private readonly saturation: Saturation,
  ) {
    const { components } = plan;
    const replicas = new Replicas(components, boundedBy(plan));
    this.replicas = replicas;
    this.lines = new Lines(plan, attempts, replicas);
    this.doors = new Doors(kernel, attempts, calls, replicas, accounts);
    this.workbench = new Workbench(plan, kernel, attempts, replicas);
    this.capacity = Float64Array.from(components, (c) => c.queue.capacity);
    this.blocks = Uint8Array.from(components, (c) => (c.queue.whenFull === 'block' ? 1 : 0));
    this.finite = Uint8Array.from(components, (c) => (c.workers < Infinity ? 1 : 0));
    this.hasErrors = plan.faults.some((fault) => fault.kind === 'errors');
    this.hasBacklog = plan.producers.some(({ arrivals }) => arrivals.kind === 'backlog');
    this.errorRatios = components.flatMap(({ routes, replicas: count }) =>
      routes.map(() => new Float64Array(count)),
    );
    this.hasWorkersSet = changesOf(plan).some(({ what }) => what === 'workers');
    this.hasCrashes = plan.faults.some((fault) => fault.kind === 'crash');
    this.hasPauses = plan.faults.some((fault) => fault.kind === 'pause');
  }

  /** Tells the parts that this one calls. */
  connect(peers: ServicePeers): void {
    this.handlers = peers.handlers;
    this.sending = peers.sending;
    this.workbench.connect((attempt) => this.worked(attempt));
  }

  /** An attempt comes to its replica. */
  arrive(attempt: number): void {
    const { attempts, replicas } = this;
    const replica = attempts.words[attempt * ROW + REPLICA];
    const component = replicas.component[replica];
    attempts.times[attempt * TIMES + CAME] = this.kernel.clock[0];
    if (this.hasCrashes && replicas.crashes[replica] > 0) {
      this.findDown(attempt);
      return;
    }
    this.accounts.count(attempt, component, ARRIVALS);
    if (replicas.freeWorkers[replica] > 0 && replicas.depth[replica] === 0) {
      if (replicas.pauses[replica] === 0) {
        if (this.hasBacklog) this.sending.letIn(attempt);
        this.start(attempt, replica);
        return;
      }
    }
    if (replicas.depth[replica] < this.capacity[component]) {
      if (this.hasBacklog) this.sending.letIn(attempt);
      this.enqueue(attempt, replica);
    } else if (this.blocks[component] === 1 && !attempts.hasLeft(attempt)) {
      this.doors.join(attempt, replica);
      this.saturation.queueFull(component);
    } else {
      this.accounts.count(attempt, component, REFUSED);
      this.saturation.queueFull(component);
      this.accounts.fact(FACT_ENDED, attempt);
      attempts.setState(attempt, DONE);
      if (this.hasBacklog) this.sending.letIn(attempt);
      if (this.sending.answer(attempt, REJECTED)) this.sending.answerNow(attempt);
    }
  }

  /** It went out before its replica went down: nothing there takes it. */
  private findDown(attempt: number): void {
    this.accounts.fact(FACT_ENDED, attempt);
    this.attempts.setState(attempt, DONE);
    if (this.sending.answer(attempt, CRASHED)) this.sending.answerNow(attempt);
  }

  /** A worker's piece of work is done (fixed pace). */
  worked(attempt: number): void {
    this.handlers.resume(attempt, this.attempts.words[attempt * ROW + PC]);
  }

  /** The attempt's worker waits for a call from now on. */
  waitsForCall(attempt: number): void {
    const { attempts } = this;
    if (attempts.state(attempt) === CALLING) return;
    attempts.setState(attempt, CALLING);
    this.replicas.calling[attempts.words[attempt * ROW + REPLICA]]++;
  }

  /** The handler has ended: the worker is free, the answer goes out. */
  finish(attempt: number, outcome: number): void {
    const { attempts, replicas } = this;
    const replica = attempts.words[attempt * ROW + REPLICA];
    const component = replicas.component[replica];
    this.accounts.fact(FACT_ENDED, attempt);
    this.accounts.ended(attempt, component, outcome === OK ? COMPLETED : ERRORS);
    if (this.finite[component] === 1) this.bookWork(attempt, this.isWanted(attempt));
    if (attempts.state(attempt) === CALLING) replicas.calling[replica]--;
    attempts.setState(attempt, DONE);
    replicas.freeWorkers[replica]++;
    if (this.hasWorkersSet) this.workerLeft(component);
    // The answer is scheduled before the worker looks for work; it may be carried out after it.
    const deferred = this.sending.answer(attempt, outcome);
    this.kernel.suspend();
    this.takeWork(replica);
    this.kernel.resume();
    if (replicas.freeWorkers[replica] > 0 && replicas.depth[replica] === 0) {
      if (replicas.pauses[replica] === 0) this.saturation.workerFree(component);
    }
    if (deferred) this.sending.answerNow(attempt);
  }

  /** Whether somebody still waits for this attempt's answer, all the way up to the client. */
  isWanted(attempt: number): boolean {
    const { words } = this.attempts;
    let at = attempt;
    for (;;) {
      if ((words[at * ROW + BITS] & LEFT) !== 0) return false;
      const call = words[at * ROW + CALL];
      const parent = this.calls.parent(call);
      if (parent < 0) return true;
      if ((words[parent * ROW + BITS] & STATE) === DONE) return false;
      const join = this.calls.join(call);
      if (join !== 0 && this.attempts.join[parent] !== join) return false;
      at = parent;
    }
  }

  /** Whether the replica that handles an attempt stands still. */
  isPaused(attempt: number): boolean {
    if (!this.hasPauses) return false;
    return this.replicas.pauses[this.attempts.words[attempt * ROW + REPLICA]] > 0;
  }

  /** Takes a blocked attempt away from its door (its caller gave up). */
  leaveDoor(attempt: number): void {
    const replica = this.attempts.words[attempt * ROW + REPLICA];
    this.doors.takeOut(attempt);
    this.accounts.count(attempt, this.replicas.component[replica], LEFT_DOOR);
    this.attempts.setState(attempt, DONE);
  }

  /**
   * Ends an attempt at its callee wherever it stands: at the door, in line, at work, or waiting for
   * a call of its own. It is booked under `column`; whoever waits for its answer is not told, and
   * its worker has yet to `takeWork`. Only where it `mayWithdraw`.
   */
  withdraw(attempt: number, column: number): void {
    const { accounts, attempts, replicas } = this;
    const replica = attempts.words[attempt * ROW + REPLICA];
    const component = replicas.component[replica];
    const state = attempts.state(attempt);
    accounts.fact(FACT_ENDED, attempt);
    if (state === BLOCKED) {
      this.doors.takeOut(attempt);
      accounts.count(attempt, component, column);
    } else if (state === WAITING) {
      this.lines.takeOut(attempt);
      accounts.unqueued(attempt, component);
      accounts.count(attempt, component, column);
    } else {
      if (state === WORKING) this.workbench.stop(attempt);
      else replicas.calling[replica]--;
      accounts.stopped(attempt, component, column);
      if (this.finite[component] === 1) this.bookWork(attempt, false);
      replicas.freeWorkers[replica]++;
      if (this.hasWorkersSet) this.workerLeft(component);
    }
    attempts.setState(attempt, DONE);
  }

  /** Where an operator has taken workers away, those that were at work leave one by one. */
  private workerLeft(component: number): void {
    const { workers } = this.recorder;
    if (workers.varies[component] === 0) return;
    workers.set(component, this.replicas.workersThere(component));
  }

  /** The queue's bound from now on; what waits goes on waiting. */
  setQueue(component: number, capacity: number, blocks: boolean): void {
    const { replicas } = this;
    this.capacity[component] = capacity;
    this.blocks[component] = blocks ? 1 : 0;
    this.kernel.suspend();
    for (let r = replicas.first[component]; r < replicas.first[component + 1]; r++) this.admit(r);
    this.kernel.resume();
  }

  /** Books the time an attempt had its worker, also as wasted unless it was `wanted`. */
  private bookWork(attempt: number, wanted: boolean): void {
    const { attempts, recorder } = this;
    const epoch = attempts.epoch(attempt);
    const origin = attempts.origin(attempt);
    const held = this.kernel.clock[0] - attempts.times[attempt * TIMES + STARTED];
    recorder.work.add(origin, epoch, WORKER_NS, held);
    if (!wanted) recorder.work.add(origin, epoch, WASTED_NS, held);
  }

  private start(attempt: number, replica: number): void {
    const { accounts, attempts, replicas } = this;
    const component = replicas.component[replica];
    replicas.freeWorkers[replica]--;
    attempts.times[attempt * TIMES + STARTED] = this.kernel.clock[0];
    accounts.fact(FACT_STARTED, attempt);
    accounts.started(attempt, component);
    if (replicas.freeWorkers[replica] <= 0) this.saturation.workersBusy(component);
    attempts.setState(attempt, WORKING);
    if (this.hasErrors && this.errs(attempt)) {
      this.finish(attempt, ERROR);
      return;
    }
    this.handlers.resume(attempt, this.program.siteEntry[attempts.words[attempt * ROW + SITE]]);
  }

  /** Gives free workers what waits, and the room in the queue to who stands at the door. */
  takeWork(replica: number): void {
    const { replicas } = this;
    if (replicas.taking[replica] === 1) return;
    replicas.taking[replica] = 1;
    while (
      replicas.freeWorkers[replica] > 0 &&
      replicas.pauses[replica] === 0 &&
      replicas.head[replica] !== NONE
    ) {
      const attempt = this.lines.takeNext(replica);
      this.accounts.unqueued(attempt, replicas.component[replica]);
      this.admit(replica);
      this.start(attempt, replica);
    }
    this.admitToWorkers(replica);
    replicas.taking[replica] = 0;
  }

  /** Who stands at the door gets the room that there is. */
  private admit(replica: number): void {
    const { replicas } = this;
    const capacity = this.capacity[replicas.component[replica]];
    while (replicas.doorHead[replica] !== NONE && replicas.depth[replica] < capacity) {
      const attempt = this.doors.takeFirst(replica);
      if (this.hasBacklog) this.sending.letIn(attempt);
      this.enqueue(attempt, replica);
    }
  }

  /** With a capacity of 0 the door opens straight to the workers. */
  private admitToWorkers(replica: number): void {
    const { replicas } = this;
    while (
      replicas.doorHead[replica] !== NONE &&
      replicas.freeWorkers[replica] > 0 &&
      replicas.pauses[replica] === 0
    ) {
      const attempt = this.doors.takeFirst(replica);
      if (this.hasBacklog) this.sending.letIn(attempt);
      this.attempts.times[attempt * TIMES + CAME] = this.kernel.clock[0];
      this.start(attempt, replica);
    }
  }

  private enqueue(attempt: number, replica: number): void {
    const { accounts, attempts, replicas } = this;
    const component = replicas.component[replica];
    attempts.times[attempt * TIMES + CAME] = this.kernel.clock[0];
    attempts.setState(attempt, WAITING);
    accounts.fact(FACT_QUEUED, attempt);
    accounts.queued(attempt, component);
    const depth = this.lines.join(attempt, replica);
    if (depth >= this.capacity[component]) this.saturation.queueFull(component);
  }

  /** Whether a fault has the attempt answered `error` at once. */
  private errs(attempt: number): boolean {
    const { attempts, draw, replicas } = this;
    const replica = attempts.words[attempt * ROW + REPLICA];
    const ratios = this.errorRatios[this.program.siteRoute[attempts.words[attempt * ROW + SITE]]];
    const ratio = ratios[replica - replicas.first[replicas.component[replica]]];
    if (ratio === 0) return false;
    draw.seek(attempts.words[attempt * ROW + HI], attempts.words[attempt * ROW + LO], ERRORS_DRAW);
    return unit53(draw) < ratio;
  }
}

/** Components whose workers a fault counts, though they are unbounded. */
function boundedBy(plan: Plan): Set<number> {
  return new Set(
    plan.faults.flatMap((fault) => (fault.kind === 'capacity' ? [fault.component] : [])),
  );
}
