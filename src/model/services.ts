import { IdentitySource, purposeOf, unit53 } from '../kernel/draws.js';
import type { Kernel } from '../kernel/kernel.js';
import { type Recorder, WASTED_NS, WORKER_NS } from '../measure/recorder.js';
import type { Saturation } from '../measure/saturation.js';
import { ARRIVALS, COMPLETED, ERRORS, LEFT_DOOR, REFUSED } from '../measure/service-book.js';
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
  NEXT,
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
import {
  ERROR,
  FACT_BLOCKED,
  FACT_ENDED,
  FACT_QUEUED,
  FACT_STARTED,
  OK,
  PACED,
  REJECTED,
  WORKED,
} from './outcomes.js';
import { PacedReplica } from './paced.js';
import type { Plan } from './plan.js';
import type { Program } from './program.js';
import { Replicas } from './replicas.js';

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
    /** Callers that were paused look at the answers that came meanwhile. */
    resumePaused(): void;
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
  private readonly capacity: Float64Array;
  private readonly blocks: Uint8Array;
  private readonly lifo: Uint8Array;
  private readonly finite: Uint8Array;
  /** Set by faults, by component's route: share of requests answered `error` at once. */
  readonly errorRatio: Float64Array;
  private readonly paced: (PacedReplica | null)[];
  private readonly hasRoutes: boolean;
  private readonly hasErrors: boolean;
  private readonly hasBacklog: boolean;
  private readonly hasPauses: boolean;
  /** The route's subject of measurement, by route; -1 where it has no name. */
  private readonly routeSubject: Int32Array;
  private readonly draw = new IdentitySource();
  private handlers!: ServicePeers['handlers'];
  private sending!: ServicePeers['sending'];

  constructor(
    plan: Plan,
    private readonly kernel: Kernel,
    private readonly program: Program,
    private readonly attempts: Attempts,
    private readonly calls: Calls,
    private readonly recorder: Recorder,
    private readonly saturation: Saturation,
    routeSubject: Int32Array,
  ) {
    const { components } = plan;
    this.replicas = new Replicas(components);
    this.capacity = Float64Array.from(components, (c) => c.queue.capacity);
    this.blocks = Uint8Array.from(components, (c) => (c.queue.whenFull === 'block' ? 1 : 0));
    this.lifo = Uint8Array.from(components, (c) => (c.queue.discipline === 'lifo' ? 1 : 0));
    this.finite = Uint8Array.from(components, (c) => (c.workers < Infinity ? 1 : 0));
    this.hasRoutes = routeSubject.some((subject) => subject !== NONE);
    this.hasErrors = plan.faults.some((fault) => fault.kind === 'errors');
    this.hasBacklog = plan.producers.some(({ arrivals }) => arrivals.kind === 'backlog');
    this.errorRatio = new Float64Array(program.routePc.length);
    this.routeSubject = routeSubject;
    this.hasPauses = plan.faults.some((fault) => fault.kind === 'pause');
    const paused = new Set(plan.faults.flatMap((f) => (f.kind === 'pause' ? [f.component] : [])));
    this.paced = [];
    components.forEach((component, c) => {
      const needs = component.contention !== null || paused.has(c);
      for (let k = 0; k < component.replicas; k++) {
        this.paced.push(needs ? new PacedReplica(component.contention) : null);
      }
    });
  }

  /** Tells the parts that this one calls. */
  connect(peers: ServicePeers): void {
    this.handlers = peers.handlers;
    this.sending = peers.sending;
  }

  /** An attempt comes to its replica. */
  arrive(attempt: number): void {
    const { attempts, replicas } = this;
    const replica = attempts.words[attempt * ROW + REPLICA];
    const component = replicas.component[replica];
    attempts.times[attempt * TIMES + CAME] = this.kernel.clock[0];
    this.count(attempt, component, ARRIVALS);
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
      this.block(attempt, replica);
    } else {
      this.count(attempt, component, REFUSED);
      this.saturation.queueFull(component);
      this.fact(FACT_ENDED, attempt);
      attempts.setState(attempt, DONE);
      if (this.hasBacklog) this.sending.letIn(attempt);
      if (this.sending.answer(attempt, REJECTED)) this.sending.answerNow(attempt);
    }
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

  /** Begins a piece of work of `ns` (whole, above 0), after which the handler goes on at `pc`. */
  work(attempt: number, ns: number): void {
    const replica = this.attempts.words[attempt * ROW + REPLICA];
    const paced = this.paced[replica];
    if (this.attempts.state(attempt) === CALLING) this.replicas.calling[replica]--;
    this.attempts.setState(attempt, WORKING);
    if (paced === null) {
      this.kernel.at(this.kernel.now + ns, WORKED, attempt);
      return;
    }
    paced.add(this.kernel.now, attempt, ns);
    this.reschedule(replica, paced);
  }

  /** The moment came at which a paced replica expected its next piece of work to end. */
  pacedCame(replica: number): void {
    const paced = this.paced[replica] as PacedReplica;
    const now = this.kernel.now;
    paced.came(now);
    this.kernel.suspend();
    for (let done = paced.takeDone(now); done !== NONE; done = paced.takeDone(now)) {
      this.worked(done);
    }
    this.kernel.resume();
    this.reschedule(replica, paced);
  }

  /** The handler has ended: the worker is free, the answer goes out. */
  finish(attempt: number, outcome: number): void {
    const { attempts, replicas, recorder } = this;
    const replica = attempts.words[attempt * ROW + REPLICA];
    const component = replicas.component[replica];
    const epoch = attempts.epoch(attempt);
    const held = this.kernel.clock[0] - attempts.times[attempt * TIMES + STARTED];
    this.fact(FACT_ENDED, attempt);
    const column = outcome === OK ? COMPLETED : ERRORS;
    const { times } = attempts;
    recorder.services.ended(component, epoch, column, times, attempt * TIMES);
    if (this.hasRoutes) this.finishRoute(attempt, column);
    if (this.finite[component] === 1) {
      const origin = attempts.origin(attempt);
      recorder.work.add(origin, epoch, WORKER_NS, held);
      if (!this.isWanted(attempt)) recorder.work.add(origin, epoch, WASTED_NS, held);
    }
    if (attempts.state(attempt) === CALLING) replicas.calling[replica]--;
    attempts.setState(attempt, DONE);
    replicas.freeWorkers[replica]++;
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
    this.takeOffDoor(attempt);
    this.count(
      attempt,
      this.replicas.component[this.attempts.words[attempt * ROW + REPLICA]],
      LEFT_DOOR,
    );
    this.attempts.setState(attempt, DONE);
  }

  private takeOffDoor(attempt: number): void {
    const { attempts, replicas } = this;
    const replica = attempts.words[attempt * ROW + REPLICA];
    const before = attempts.previous[attempt];
    const after = attempts.words[attempt * ROW + NEXT];
    if (before === NONE) replicas.doorHead[replica] = after;
    else attempts.words[before * ROW + NEXT] = after;
    if (after === NONE) replicas.doorTail[replica] = before;
    else attempts.previous[after] = before;
    this.unblock(attempt);
  }

  pause(component: number, on: boolean): void {
    this.kernel.suspend();
    const { replicas } = this;
    for (let r = replicas.first[component]; r < replicas.first[component + 1]; r++) {
      replicas.pauses[r] += on ? 1 : -1;
      const paced = this.paced[r] as PacedReplica;
      paced.setPaused(this.kernel.now, replicas.pauses[r] > 0);
      this.reschedule(r, paced);
    }
    this.sending.resumePaused();
    for (let r = replicas.first[component]; r < replicas.first[component + 1]; r++) {
      if (replicas.pauses[r] === 0) this.takeWork(r);
    }
    this.saturation.paused(component, replicas.pauses[replicas.first[component]] > 0);
    this.kernel.resume();
  }

  /** How long the oldest that waits at a component has waited, nanoseconds; 0 if nobody does. */
  oldestNs(component: number): number {
    const { attempts, replicas } = this;
    let oldest = 0;
    for (let r = replicas.first[component]; r < replicas.first[component + 1]; r++) {
      if (replicas.depth[r] === 0) continue;
      const first = this.lifo[component] === 1 ? replicas.tail[r] : replicas.head[r];
      oldest = Math.max(oldest, this.kernel.now - attempts.times[first * TIMES + CAME]);
    }
    return oldest;
  }

  private start(attempt: number, replica: number): void {
    const { attempts, recorder, replicas } = this;
    const component = replicas.component[replica];
    const epoch = attempts.epoch(attempt);
    replicas.freeWorkers[replica]--;
    attempts.times[attempt * TIMES + STARTED] = this.kernel.clock[0];
    this.fact(FACT_STARTED, attempt);
    recorder.services.started(component, epoch, attempts.times, attempt * TIMES + CAME);
    if (replicas.freeWorkers[replica] === 0) this.saturation.workersBusy(component);
    if (this.hasRoutes) this.startRoute(attempt);
    attempts.setState(attempt, WORKING);
    if (this.hasErrors && this.errs(attempt)) {
      this.finish(attempt, ERROR);
      return;
    }
    this.handlers.resume(attempt, this.program.siteEntry[attempts.words[attempt * ROW + SITE]]);
  }

  /** Gives free workers what waits, and the room in the queue to who stands at the door. */
  private takeWork(replica: number): void {
    const { replicas } = this;
    if (replicas.taking[replica] === 1) return;
    replicas.taking[replica] = 1;
    while (
      replicas.freeWorkers[replica] > 0 &&
      replicas.pauses[replica] === 0 &&
      replicas.head[replica] !== NONE
    ) {
      const attempt = this.dequeue(replica);
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
      const attempt = this.takeFromDoor(replica);
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
      const attempt = this.takeFromDoor(replica);
      if (this.hasBacklog) this.sending.letIn(attempt);
      this.attempts.times[attempt * TIMES + CAME] = this.kernel.clock[0];
      this.start(attempt, replica);
    }
  }

  private takeFromDoor(replica: number): number {
    const attempt = this.replicas.doorHead[replica];
    this.takeOffDoor(attempt);
    return attempt;
  }

  private enqueue(attempt: number, replica: number): void {
    const { attempts, recorder, replicas } = this;
    const component = replicas.component[replica];
    attempts.times[attempt * TIMES + CAME] = this.kernel.clock[0];
    attempts.setState(attempt, WAITING);
    this.fact(FACT_QUEUED, attempt);
    recorder.services.queued(component);
    if (this.hasRoutes) this.routeWaits(attempt, true);
    const depth = ++replicas.depth[replica];
    if (depth >= this.capacity[component]) this.saturation.queueFull(component);
    if (depth === 1) {
      attempts.words[attempt * ROW + NEXT] = NONE;
      replicas.head[replica] = attempt;
      replicas.tail[replica] = attempt;
    } else if (this.lifo[component] === 1) {
      attempts.words[attempt * ROW + NEXT] = replicas.head[replica];
      replicas.head[replica] = attempt;
    } else {
      attempts.words[attempt * ROW + NEXT] = NONE;
      attempts.words[replicas.tail[replica] * ROW + NEXT] = attempt;
      replicas.tail[replica] = attempt;
    }
  }

  private dequeue(replica: number): number {
    const { attempts, recorder, replicas } = this;
    const component = replicas.component[replica];
    const attempt = replicas.head[replica];
    replicas.head[replica] = attempts.words[attempt * ROW + NEXT];
    if (replicas.head[replica] === NONE) replicas.tail[replica] = NONE;
    replicas.depth[replica]--;
    recorder.services.unqueued(component, attempts.times, attempt * TIMES + CAME);
    if (this.hasRoutes) this.routeWaits(attempt, false);
    return attempt;
  }

  private block(attempt: number, replica: number): void {
    const { attempts, replicas } = this;
    attempts.setState(attempt, BLOCKED);
    attempts.times[attempt * TIMES + STARTED] = this.kernel.clock[0];
    attempts.words[attempt * ROW + NEXT] = NONE;
    attempts.previous[attempt] = replicas.doorTail[replica];
    if (replicas.doorTail[replica] === NONE) replicas.doorHead[replica] = attempt;
    else attempts.words[replicas.doorTail[replica] * ROW + NEXT] = attempt;
    replicas.doorTail[replica] = attempt;
    this.fact(FACT_BLOCKED, attempt);
    this.recorder.blocked.enter(this.senderOf(attempt));
    this.saturation.queueFull(replicas.component[replica]);
  }

  private unblock(attempt: number): void {
    this.recorder.blocked.leave(
      this.senderOf(attempt),
      this.attempts.times,
      attempt * TIMES + STARTED,
    );
  }

  /** Who sent it, as a subject of `blocked`: its component, or its producer behind them. */
  private senderOf(attempt: number): number {
    const parent = this.calls.parent(this.attempts.words[attempt * ROW + CALL]);
    if (parent < 0) return this.recorder.subjects.components.length - 1 - parent;
    return this.replicas.component[this.attempts.words[parent * ROW + REPLICA]];
  }

  private reschedule(replica: number, paced: PacedReplica): void {
    const due = paced.dueToSchedule(this.kernel.now);
    if (due < Infinity) this.kernel.at(due, PACED, replica);
  }

  private count(attempt: number, component: number, column: number): void {
    const epoch = this.attempts.epoch(attempt);
    this.recorder.services.count(component, epoch, column);
    if (!this.hasRoutes) return;
    const route = this.routeOf(attempt);
    if (route !== NONE) this.recorder.services.count(route, epoch, column);
  }

  /** The subject of measurement of an attempt's route, -1 where it has no name. */
  private routeOf(attempt: number): number {
    return this.routeSubject[this.program.siteRoute[this.attempts.words[attempt * ROW + SITE]]];
  }

  private routeWaits(attempt: number, begins: boolean): void {
    const route = this.routeOf(attempt);
    if (route === NONE) return;
    if (begins) this.recorder.services.queued(route);
    else this.recorder.services.unqueued(route, this.attempts.times, attempt * TIMES + CAME);
  }

  private startRoute(attempt: number): void {
    const { attempts, recorder } = this;
    const route = this.routeOf(attempt);
    if (route === NONE) return;
    const came = attempt * TIMES + CAME;
    recorder.services.started(route, attempts.epoch(attempt), attempts.times, came);
  }

  private finishRoute(attempt: number, column: number): void {
    const { attempts, recorder } = this;
    const route = this.routeOf(attempt);
    if (route === NONE) return;
    const epoch = attempts.epoch(attempt);
    recorder.services.ended(route, epoch, column, attempts.times, attempt * TIMES);
  }

  /** Whether a fault has the attempt answered `error` at once. */
  private errs(attempt: number): boolean {
    const { attempts, draw } = this;
    const ratio = this.errorRatio[this.program.siteRoute[attempts.words[attempt * ROW + SITE]]];
    if (ratio === 0) return false;
    draw.seek(attempts.words[attempt * ROW + HI], attempts.words[attempt * ROW + LO], ERRORS_DRAW);
    return unit53(draw) < ratio;
  }

  private fact(kind: number, attempt: number): void {
    const { words } = this.attempts;
    this.recorder.fingerprint.fact(kind, words[attempt * ROW + HI], words[attempt * ROW + LO]);
  }
}
