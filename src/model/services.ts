import type { Kernel } from '../kernel/kernel.js';
import { IdentitySource, purposeOf, unit53 } from '../kernel/draws.js';
import { type Recorder, WASTED_NS, WORKER_NS } from '../measure/recorder.js';
import type { Saturation } from '../measure/saturation.js';
import { ARRIVALS, COMPLETED, ERRORS, LEFT_DOOR, REFUSED } from '../measure/service-book.js';
import { type Attempts, BLOCKED, DONE, LEFT, WAITING, WORKING } from './attempts.js';
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
    /** The callee is done: the answer goes back to the caller, if it still listens. */
    answer(attempt: number, outcome: number): void;
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
    const replica = attempts.replica[attempt];
    const component = replicas.component[replica];
    const now = this.kernel.now;
    attempts.cameNs[attempt] = now;
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
    } else if (this.blocks[component] === 1 && (attempts.flags[attempt] & LEFT) === 0) {
      this.block(attempt, replica);
    } else {
      this.count(attempt, component, REFUSED);
      this.fact(FACT_ENDED, attempt);
      attempts.state[attempt] = DONE;
      if (this.hasBacklog) this.sending.letIn(attempt);
      this.sending.answer(attempt, REJECTED);
    }
  }

  /** A worker's piece of work is done (fixed pace). */
  worked(attempt: number): void {
    this.handlers.resume(attempt, this.attempts.pc[attempt]);
  }

  /** Begins a piece of work of `ns` (whole, above 0), after which the handler goes on at `pc`. */
  work(attempt: number, ns: number): void {
    const replica = this.attempts.replica[attempt];
    const paced = this.paced[replica];
    this.attempts.state[attempt] = WORKING;
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
    for (let done = paced.takeDone(now); done !== NONE; done = paced.takeDone(now)) {
      this.worked(done);
    }
    this.reschedule(replica, paced);
  }

  /** The handler has ended: the worker is free, the answer goes out. */
  finish(attempt: number, outcome: number): void {
    const { attempts, replicas, recorder } = this;
    const replica = attempts.replica[attempt];
    const component = replicas.component[replica];
    const epoch = attempts.epoch[attempt];
    const held = this.kernel.clock[0] - attempts.startedNs[attempt];
    this.fact(FACT_ENDED, attempt);
    const column = outcome === OK ? COMPLETED : ERRORS;
    const { cameNs, startedNs } = attempts;
    recorder.services.ended(component, epoch, column, cameNs, startedNs, attempt);
    if (this.hasRoutes) this.finishRoute(attempt, column);
    if (this.finite[component] === 1) {
      const origin = attempts.origin[attempt];
      recorder.work.add(origin, epoch, WORKER_NS, held);
      if (!this.isWanted(attempt)) recorder.work.add(origin, epoch, WASTED_NS, held);
    }
    attempts.state[attempt] = DONE;
    replicas.freeWorkers[replica]++;
    this.sending.answer(attempt, outcome);
    this.takeWork(replica);
    if (replicas.freeWorkers[replica] > 0 && replicas.pauses[replica] === 0) {
      this.saturation.workerFree(component);
    }
  }

  /** Whether somebody still waits for this attempt's answer, all the way up to the client. */
  isWanted(attempt: number): boolean {
    const { attempts, calls } = this;
    let at = attempt;
    for (;;) {
      if ((attempts.flags[at] & LEFT) !== 0) return false;
      const call = attempts.call[at];
      const parent = calls.parent[call];
      if (parent < 0) return true;
      if (attempts.state[parent] === DONE) return false;
      const join = calls.join.length > 0 ? calls.join[call] : 0;
      if (join !== 0 && attempts.join[parent] !== join) return false;
      at = parent;
    }
  }

  /** Takes a blocked attempt away from its door (its caller gave up). */
  leaveDoor(attempt: number): void {
    this.takeOffDoor(attempt);
    this.count(attempt, this.replicas.component[this.attempts.replica[attempt]], LEFT_DOOR);
    this.attempts.state[attempt] = DONE;
  }

  private takeOffDoor(attempt: number): void {
    const { attempts, replicas } = this;
    const replica = attempts.replica[attempt];
    const before = attempts.previous[attempt];
    const after = attempts.next[attempt];
    if (before === NONE) replicas.doorHead[replica] = after;
    else attempts.next[before] = after;
    if (after === NONE) replicas.doorTail[replica] = before;
    else attempts.previous[after] = before;
    this.unblock(attempt);
  }

  pause(component: number, on: boolean): void {
    const { replicas } = this;
    for (let r = replicas.first[component]; r < replicas.first[component + 1]; r++) {
      replicas.pauses[r] += on ? 1 : -1;
      const paced = this.paced[r] as PacedReplica;
      paced.setPaused(this.kernel.now, replicas.pauses[r] > 0);
      this.reschedule(r, paced);
      if (replicas.pauses[r] === 0) this.takeWork(r);
    }
    this.saturation.paused(component, on);
  }

  /** How long the oldest that waits at a component has waited, nanoseconds; 0 if nobody does. */
  oldestNs(component: number): number {
    const { attempts, replicas } = this;
    let oldest = 0;
    for (let r = replicas.first[component]; r < replicas.first[component + 1]; r++) {
      if (replicas.depth[r] === 0) continue;
      const first = this.lifo[component] === 1 ? replicas.tail[r] : replicas.head[r];
      oldest = Math.max(oldest, this.kernel.now - attempts.cameNs[first]);
    }
    return oldest;
  }

  private start(attempt: number, replica: number): void {
    const { attempts, recorder, replicas } = this;
    const component = replicas.component[replica];
    const now = this.kernel.now;
    const epoch = attempts.epoch[attempt];
    replicas.freeWorkers[replica]--;
    attempts.startedNs[attempt] = now;
    this.fact(FACT_STARTED, attempt);
    recorder.services.started(component, epoch, attempts.cameNs, attempt);
    if (replicas.freeWorkers[replica] === 0) this.saturation.workersBusy(component);
    if (this.hasRoutes) this.startRoute(attempt);
    attempts.state[attempt] = WORKING;
    if (this.hasErrors && this.errs(attempt)) {
      this.finish(attempt, ERROR);
      return;
    }
    this.handlers.resume(attempt, attempts.pc[attempt]);
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
      this.attempts.cameNs[attempt] = this.kernel.now;
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
    const now = this.kernel.now;
    attempts.cameNs[attempt] = now;
    attempts.state[attempt] = WAITING;
    this.fact(FACT_QUEUED, attempt);
    recorder.services.queued(component);
    if (this.hasRoutes) this.routeWaits(attempt, true);
    const depth = ++replicas.depth[replica];
    if (depth >= this.capacity[component]) this.saturation.queueFull(component);
    if (depth === 1) {
      attempts.next[attempt] = NONE;
      replicas.head[replica] = attempt;
      replicas.tail[replica] = attempt;
    } else if (this.lifo[component] === 1) {
      attempts.next[attempt] = replicas.head[replica];
      replicas.head[replica] = attempt;
    } else {
      attempts.next[attempt] = NONE;
      attempts.next[replicas.tail[replica]] = attempt;
      replicas.tail[replica] = attempt;
    }
  }

  private dequeue(replica: number): number {
    const { attempts, recorder, replicas } = this;
    const component = replicas.component[replica];
    const attempt = replicas.head[replica];
    replicas.head[replica] = attempts.next[attempt];
    if (replicas.head[replica] === NONE) replicas.tail[replica] = NONE;
    replicas.depth[replica]--;
    recorder.services.unqueued(component, attempts.cameNs, attempt);
    if (this.hasRoutes) this.routeWaits(attempt, false);
    return attempt;
  }

  private block(attempt: number, replica: number): void {
    const { attempts, replicas } = this;
    attempts.state[attempt] = BLOCKED;
    attempts.startedNs[attempt] = this.kernel.now;
    attempts.next[attempt] = NONE;
    attempts.previous[attempt] = replicas.doorTail[replica];
    if (replicas.doorTail[replica] === NONE) replicas.doorHead[replica] = attempt;
    else attempts.next[replicas.doorTail[replica]] = attempt;
    replicas.doorTail[replica] = attempt;
    this.fact(FACT_BLOCKED, attempt);
    this.recorder.blocked.enter(this.senderOf(attempt));
  }

  private unblock(attempt: number): void {
    this.recorder.blocked.leave(this.senderOf(attempt), this.attempts.startedNs, attempt);
  }

  /** Who sent it, as a subject of `blocked`: its component, or its producer behind them. */
  private senderOf(attempt: number): number {
    const parent = this.calls.parent[this.attempts.call[attempt]];
    if (parent < 0) return this.recorder.subjects.components.length - 1 - parent;
    return this.replicas.component[this.attempts.replica[parent]];
  }

  private reschedule(replica: number, paced: PacedReplica): void {
    const due = paced.dueToSchedule(this.kernel.now);
    if (due < Infinity) this.kernel.at(due, PACED, replica);
  }

  private count(attempt: number, component: number, column: number): void {
    const epoch = this.attempts.epoch[attempt];
    this.recorder.services.count(component, epoch, column);
    if (!this.hasRoutes) return;
    const route = this.routeOf(attempt);
    if (route !== NONE) this.recorder.services.count(route, epoch, column);
  }

  /** The subject of measurement of an attempt's route, -1 where it has no name. */
  private routeOf(attempt: number): number {
    return this.routeSubject[this.program.siteRoute[this.attempts.site[attempt]]];
  }

  private routeWaits(attempt: number, begins: boolean): void {
    const route = this.routeOf(attempt);
    if (route === NONE) return;
    if (begins) this.recorder.services.queued(route);
    else this.recorder.services.unqueued(route, this.attempts.cameNs, attempt);
  }

  private startRoute(attempt: number): void {
    const { attempts, recorder } = this;
    const route = this.routeOf(attempt);
    if (route === NONE) return;
    recorder.services.started(route, attempts.epoch[attempt], attempts.cameNs, attempt);
  }

  private finishRoute(attempt: number, column: number): void {
    const { attempts, recorder } = this;
    const route = this.routeOf(attempt);
    if (route === NONE) return;
    const { cameNs, epoch, startedNs } = attempts;
    recorder.services.ended(route, epoch[attempt], column, cameNs, startedNs, attempt);
  }

  /** Whether a fault has the attempt answered `error` at once. */
  private errs(attempt: number): boolean {
    const { attempts, draw } = this;
    const ratio = this.errorRatio[this.program.siteRoute[attempts.site[attempt]]];
    if (ratio === 0) return false;
    draw.seek(attempts.hi[attempt], attempts.lo[attempt], ERRORS_DRAW);
    return unit53(draw) < ratio;
  }

  private fact(kind: number, attempt: number): void {
    const { hi, lo } = this.attempts;
    this.recorder.fingerprint.fact(kind, hi[attempt], lo[attempt]);
  }
}

