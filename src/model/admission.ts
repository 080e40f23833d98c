import type { Kernel } from '../kernel/kernel.js';
import type { Saturation } from '../measure/saturation.js';
import { ARRIVALS, DEAD_LETTERED, DROPPED, EXPIRED, REFUSED } from '../measure/service-book.js';
import type { Accounts } from './accounts.js';
import {
  AT_CALLER,
  type Attempts,
  BITS,
  CALL,
  CAME,
  DONE,
  HELD_BACK,
  JOINED,
  NEXT,
  REPLICA,
  ROW,
  STARTED,
  TIMES,
  WAITING,
} from './attempts.js';
import type { Calls } from './calls.js';
import type { Coalescing } from './coalescing.js';
import type { Doors } from './doors.js';
import type { Lines } from './lines.js';
import * as outcomes from './outcomes.js';
import type { ComponentPlan, Plan, WhenFull } from './plan.js';
import type { Preemption } from './preemption.js';
import type { Refusals } from './refusals.js';
import type { Replicas } from './replicas.js';
import { DELAYED, LET_IN, WENT_DROPPED } from './rules/rule.js';
import type { Rules } from './rules/rules.js';
import type { Shedding } from './shedding.js';
import type { Staff } from './staff.js';

const NONE = -1;

const REJECT = 0;
const BLOCK = 1;
const DROP_OLDEST = 2;
const DROP_NEWEST = 3;
const DROP_LOWEST = 4;
const CALLER_RUNS = 5;
const DEAD_LETTER = 6;

const WHEN_FULL: Record<WhenFull, number> = {
  reject: REJECT,
  block: BLOCK,
  drop_oldest: DROP_OLDEST,
  drop_newest: DROP_NEWEST,
  drop_lowest_priority: DROP_LOWEST,
  caller_runs: CALLER_RUNS,
  dead_letter: DEAD_LETTER,
};

/** The bound of a queue, and what is done where it is full. */
export type QueueBound = Pick<ComponentPlan['queue'], 'capacity' | 'deadLetter' | 'whenFull'>;

/** What admission needs of the rest of the model. */
export interface AdmissionPeers {
  services: {
    /** A free worker of the replica takes the attempt. */
    start(attempt: number, replica: number): void;
    /** Its caller's worker takes the attempt. */
    startAtCaller(attempt: number): void;
    /** Takes an attempt out of its line, booked as `column` says. */
    withdraw(attempt: number, column: number): void;
    readonly company: {
      /** One that waits leaves its line. */
      leavesLine(attempt: number, replica: number, column: number): void;
      /** Those who have joined an attempt end as it did, and are told. */
      end(attempt: number, column: number, outcome: number): void;
    };
    takeWork(replica: number): void;
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
 * How an attempt comes to a replica: to a free worker, into the line, to the door, or, where the
 * line is full, what `when_full` says; and how a wait ends at its maximum age.
 *
 * `caller_runs`: the attempt is handled at once without a worker of the callee; its work runs on
 * the caller's replica, at the pace of that one, while the caller's worker waits for it as for any
 * call. Its timeout still bounds it; what was given up goes on. Branches of one `parallel` run side
 * by side. Without a caller's worker that waits for it (a producer's attempt, a caller that has
 * left) it is refused.
 */
export class Admission {
  private readonly capacity: Float64Array;
  private readonly whenFull: Uint8Array;
  /** By component: the queue for dead letters, -1 for none. */
  private readonly deadLetter: Int32Array;
  /** Whether somebody waits only until what it sent was let in. */
  private readonly tellsSenders: boolean;
  private services!: AdmissionPeers['services'];
  private sending!: AdmissionPeers['sending'];

  /** Null where there are no queues. */
  brokers: { putCopy(queue: number, attempt: number): void } | null = null;

  constructor(
    plan: Plan,
    private readonly kernel: Kernel,
    private readonly attempts: Attempts,
    private readonly calls: Calls,
    private readonly replicas: Replicas,
    private readonly lines: Lines,
    private readonly doors: Doors,
    private readonly accounts: Accounts,
    private readonly saturation: Saturation,
    private readonly staff: Staff,
    keepsWorkers: boolean,
    private readonly preemption: Preemption | null,
    private readonly shedding: Shedding | null,
    private readonly coalescing: Coalescing | null,
    /** Null where no component has any. */
    private readonly rules: Rules | null,
    /** Null where no refusal costs work. */
    private readonly refusals: Refusals | null,
  ) {
    const { components } = plan;
    this.capacity = Float64Array.from(components, (c) => c.queue.capacity);
    this.whenFull = Uint8Array.from(components, (c) => WHEN_FULL[c.queue.whenFull]);
    this.deadLetter = Int32Array.from(components, (c) => c.queue.deadLetter);
    this.tellsSenders =
      keepsWorkers || plan.producers.some(({ arrivals }) => arrivals.kind === 'backlog');
  }

  /** Tells the parts that this one calls. */
  connect(peers: AdmissionPeers): void {
    this.services = peers.services;
    this.sending = peers.sending;
  }

  /** How many may wait at one replica of a component. */
  capacityOf(component: number): number {
    return this.capacity[component];
  }

  /** Whether one who waits at a component may have to make room for one who comes. */
  displaces(component: number): boolean {
    const how = this.whenFull[component];
    return how === DROP_OLDEST || how === DROP_LOWEST;
  }

  /** The bound of a component's queue, and what is done where it is full, from now on. */
  setQueue(component: number, { capacity, deadLetter, whenFull }: QueueBound): void {
    const { replicas } = this;
    this.deadLetter[component] = deadLetter;
    this.lines.setCapacity(component, capacity);
    this.shedding?.setCapacity(component, capacity);
    this.capacity[component] = capacity;
    this.whenFull[component] = WHEN_FULL[whenFull];
    for (let r = replicas.first[component]; r < replicas.first[component + 1]; r++) {
      replicas.setCapacity(r, capacity);
      this.services.takeWork(r);
    }
  }

  /** An attempt comes to its replica. */
  arrive(attempt: number): void {
    const { attempts, replicas } = this;
    const replica = attempts.words[attempt * ROW + REPLICA];
    const component = replicas.component[replica];
    attempts.times[attempt * TIMES + CAME] = this.kernel.clock[0];
    this.accounts.count(attempt, component, ARRIVALS);
    if (this.rules?.has(component)) this.askRules(attempt, replica, component);
    else this.enter(attempt, replica, component);
  }

  /** A rule has held an attempt back for long enough. */
  heldEnough(attempt: number): void {
    const { attempts, replicas } = this;
    const isThere = attempts.state(attempt) === HELD_BACK;
    attempts.letGo(attempt);
    if (!isThere) return;
    const replica = attempts.words[attempt * ROW + REPLICA];
    attempts.times[attempt * TIMES + CAME] = this.kernel.clock[0];
    this.askRules(attempt, replica, replicas.component[replica]);
  }

  /** The rules let an attempt in, or refuse it, or one of them holds it back. */
  private askRules(attempt: number, replica: number, component: number): void {
    const { accounts, attempts, kernel } = this;
    const rules = this.rules as Rules;
    const answer = rules.ask(attempt, replica);
    if (answer === LET_IN) this.enter(attempt, replica, component);
    else if (answer === DELAYED) {
      attempts.setState(attempt, HELD_BACK);
      accounts.taken(attempt);
      accounts.fact(outcomes.FACT_HELD_BACK, attempt);
      attempts.hold(attempt);
      kernel.at(kernel.now + rules.delayNs, outcomes.HELD_ENOUGH, attempt);
    } else {
      if (rules.wasFull) this.saturation.limitReached(component);
      this.refuse(attempt);
    }
  }

  /** An attempt that was let in comes to a worker, into the line, or finds that full. */
  private enter(attempt: number, replica: number, component: number): void {
    const { replicas } = this;
    if (replicas.freeWorkers[replica] > 0 && replicas.depth[replica] === 0) {
      const othersFirst =
        this.preemption?.anyAside(replica) === true || this.refusals?.anyWait(replica) === true;
      if (replicas.pauses[replica] === 0 && !othersFirst) {
        if (this.tellsSenders) this.sending.letIn(attempt);
        if (this.shedding !== null) this.shedding.passed(replica);
        this.services.start(attempt, replica);
        return;
      }
    }
    if (this.coalescing !== null && this.coalesces(attempt, replica)) return;
    if (this.preemption?.has(component) && this.preempts(attempt, replica)) return;
    if (this.isRoomIn(replica, component)) this.comesIn(attempt, replica);
    else this.meetsFull(attempt, replica, component);
  }

  /** There is room in the line: one comes into it, unless a law of shedding refuses it. */
  private comesIn(attempt: number, replica: number): void {
    if (this.shedding?.refuses(attempt, replica)) {
      this.refuse(attempt);
      return;
    }
    if (this.tellsSenders) this.sending.letIn(attempt);
    this.enqueue(attempt, replica);
  }

  /** Who stands at the door gets the room that there is in the line. */
  admit(replica: number): void {
    while (this.hasRoom(replica)) {
      const attempt = this.doors.takeFirst(replica);
      if (this.coalescing !== null && this.coalesces(attempt, replica)) continue;
      this.comesIn(attempt, replica);
      this.attempts.waits?.suspectCallerOf(attempt);
      if (this.coalescing !== null) this.callIn(replica, this.coalescing);
    }
  }

  /** Who stands at the door and asks for what somebody in the line waits for needs no room. */
  private callIn(replica: number, coalescing: Coalescing): void {
    const { attempts, doors, kernel, replicas } = this;
    kernel.suspend();
    for (let a = replicas.doorHead[replica]; a !== NONE; ) {
      const next = attempts.words[a * ROW + NEXT];
      if (coalescing.meets(a, replica) !== NONE) {
        doors.takeOut(a);
        this.coalesces(a, replica);
      }
      a = next;
    }
    kernel.resume();
  }

  /** Whether somebody at the door could come into the line. */
  hasRoom(replica: number): boolean {
    const { replicas } = this;
    if (replicas.doorHead[replica] === NONE) return false;
    const component = replicas.component[replica];
    return !this.staff.isShared(component) && this.isRoomIn(replica, component);
  }

  /** Whether one more may wait in line. */
  private isRoomIn(replica: number, component: number): boolean {
    const { replicas } = this;
    // Under `ps` only a pause makes anybody wait: for one of the places that there are.
    if (this.staff.isShared(component)) {
      return replicas.depth[replica] < replicas.freeWorkers[replica];
    }
    return replicas.depth[replica] < this.capacity[component];
  }

  /** With a capacity of 0 the door opens straight to the workers. */
  admitToWorkers(replica: number): void {
    const { replicas } = this;
    while (
      replicas.doorHead[replica] !== NONE &&
      replicas.freeWorkers[replica] > 0 &&
      replicas.pauses[replica] === 0
    ) {
      const attempt = this.doors.takeFirst(replica);
      if (this.tellsSenders) this.sending.letIn(attempt);
      this.attempts.times[attempt * TIMES + CAME] = this.kernel.clock[0];
      this.services.start(attempt, replica);
    }
  }

  /** The wait of an attempt has reached its constant maximum age. */
  expire(attempt: number): void {
    this.lines.patience.ran(attempt);
    this.waitEnds(attempt, EXPIRED, outcomes.EXPIRED);
  }

  /** An attempt has waited as long as a law of shedding lets it. */
  shedTimed(attempt: number): void {
    this.shedding?.ran(attempt);
    this.waitEnds(attempt, REFUSED, outcomes.REJECTED);
  }

  /** One whose turn has come, out of the line already, is refused, and all who have joined it. */
  shed(attempt: number): void {
    this.kernel.suspend();
    this.refuse(attempt);
    this.services.company.end(attempt, REFUSED, outcomes.REJECTED);
    this.kernel.resume();
  }

  /** The moment of a drawn maximum age has come; that wait may be over. */
  expireDrawn(row: number): void {
    const attempt = this.lines.patience.came(row);
    if (attempt !== NONE) this.waitEnds(attempt, EXPIRED, outcomes.EXPIRED);
  }

  /** Whether the one that comes gets the worker of one less important, or another waiting one does. */
  private preempts(attempt: number, replica: number): boolean {
    const { lines, replicas } = this;
    if (replicas.freeWorkers[replica] > 0 || replicas.pauses[replica] > 0) return false;
    const preemption = this.preemption as Preemption;
    if (!preemption.makesWay(attempt, replica)) return false;
    if (this.tellsSenders) this.sending.letIn(attempt);
    const first = replicas.depth[replica] === 0 ? NONE : lines.ranks.first(replica);
    if (first === NONE || lines.ranks.of(first) > lines.ranks.of(attempt)) {
      this.services.start(attempt, replica);
      return true;
    }
    this.kernel.suspend();
    this.enqueue(attempt, replica);
    this.services.takeWork(replica);
    this.kernel.resume();
    return true;
  }

  private waitEnds(attempt: number, column: number, outcome: number): void {
    const replica = this.attempts.words[attempt * ROW + REPLICA];
    this.services.withdraw(attempt, column);
    const deferred = this.sending.answer(attempt, outcome);
    this.kernel.suspend();
    if (this.hasRoom(replica)) this.services.takeWork(replica);
    this.kernel.resume();
    if (deferred) this.sending.answerNow(attempt);
  }

  private enqueue(attempt: number, replica: number): void {
    const { accounts, attempts } = this;
    const component = this.replicas.component[replica];
    attempts.times[attempt * TIMES + CAME] = this.kernel.clock[0];
    attempts.setState(attempt, WAITING);
    accounts.taken(attempt);
    accounts.fact(outcomes.FACT_QUEUED, attempt);
    accounts.queued(attempt, component);
    const depth = this.lines.join(attempt, replica);
    if (this.coalescing !== null) this.coalescing.waits(attempt, replica);
    if (this.shedding !== null) this.shedding.joined(attempt, replica, depth - 1);
    if (depth >= this.capacity[component]) this.saturation.queueFull(component);
  }

  /** Whether one that comes asks for what another waits for already, and joins it or takes its place. */
  private coalesces(attempt: number, replica: number): boolean {
    const coalescing = this.coalescing as Coalescing;
    const other = coalescing.meets(attempt, replica);
    if (other === NONE) return false;
    if (this.tellsSenders) this.sending.letIn(attempt);
    if (coalescing.joinsAt(replica)) this.joins(attempt, other, replica);
    else this.takesPlace(attempt, other, replica);
    return true;
  }

  private joins(attempt: number, leader: number, replica: number): void {
    const { attempts } = this;
    attempts.times[attempt * TIMES + STARTED] = this.kernel.clock[0];
    attempts.setState(attempt, JOINED);
    this.accounts.taken(attempt);
    this.accounts.joined(attempt, this.replicas.component[replica]);
    (this.coalescing as Coalescing).join(attempt, leader);
    this.lines.beginPatience(attempt, replica);
    this.shedding?.joined(attempt, replica, this.replicas.depth[replica]);
  }

  /** The older one is displaced, and its sender is told. */
  private takesPlace(attempt: number, older: number, replica: number): void {
    const { accounts, attempts, coalescing, shedding } = this;
    const component = this.replicas.component[replica];
    accounts.unqueued(older, component);
    coalescing?.waitsNoMore(older, replica);
    shedding?.settled(older);
    accounts.memory?.leaves(older);
    accounts.taken(attempt);
    attempts.times[attempt * TIMES + CAME] = this.kernel.clock[0];
    attempts.setState(attempt, WAITING);
    this.lines.swap(older, attempt, replica, true);
    accounts.fact(outcomes.FACT_TOOK_PLACE, attempt);
    accounts.queued(attempt, component);
    coalescing?.waits(attempt, replica);
    shedding?.joined(attempt, replica, this.replicas.depth[replica]);
    this.refuse(older, outcomes.DROPPED, DROPPED);
  }

  /** No worker is free and the line is full. */
  meetsFull(attempt: number, replica: number, component: number): void {
    const { attempts, lines } = this;
    this.saturation.queueFull(component);
    this.shedding?.overflowed(replica);
    const waiting = this.replicas.depth[replica];
    switch (this.whenFull[component]) {
      case BLOCK:
        if (attempts.hasLeft(attempt)) break;
        this.doors.join(attempt, replica);
        return;
      case DROP_OLDEST:
        if (waiting === 0) break;
        this.displace(lines.oldest(replica), attempt, replica);
        return;
      case DROP_LOWEST: {
        const last = waiting === 0 ? NONE : lines.ranks.last(replica);
        if (last === NONE || lines.ranks.of(last) <= lines.ranks.of(attempt)) break;
        this.displace(last, attempt, replica);
        return;
      }
      case DROP_NEWEST:
        this.vanish(attempt, component);
        return;
      case CALLER_RUNS:
        if (!this.callerWaits(attempt)) break;
        // What a rule held back at the callee moves to its caller.
        this.accounts.memory?.leaves(attempt);
        attempts.words[attempt * ROW + BITS] |= AT_CALLER;
        this.services.startAtCaller(attempt);
        return;
      case DEAD_LETTER:
        this.brokers?.putCopy(this.deadLetter[component], attempt);
        this.accounts.count(attempt, component, DEAD_LETTERED);
    }
    this.refuse(attempt);
  }

  /**
   * Turns away one that has come, or has been taken out of its line, before any work on it: the one
   * way to say no. Where that costs work it is told when the work is done. Its sender learns from
   * the plan of the component how long it is to wait (Retry-After).
   */
  refuse(attempt: number, outcome = outcomes.REJECTED, column: number = REFUSED): void {
    const component = this.replicas.component[this.attempts.words[attempt * ROW + REPLICA]];
    this.rules?.ended(attempt, WENT_DROPPED);
    if (this.refusals?.has(component)) {
      this.refusals.add(attempt, this.attempts.words[attempt * ROW + REPLICA], outcome);
      return;
    }
    this.accounts.count(attempt, component, column);
    this.accounts.fact(outcomes.FACT_ENDED, attempt);
    this.accounts.done(attempt);
    if (this.tellsSenders) this.sending.letIn(attempt);
    if (this.sending.answer(attempt, outcome)) this.sending.answerNow(attempt);
  }

  /** The one in line gives its room to the one that comes, and its sender is told. */
  private displace(displaced: number, attempt: number, replica: number): void {
    const component = this.replicas.component[replica];
    if (this.refusals?.has(component)) {
      this.services.company.leavesLine(displaced, replica, DROPPED);
      if (this.tellsSenders) this.sending.letIn(attempt);
      this.enqueue(attempt, replica);
      this.refuse(displaced, outcomes.DROPPED, DROPPED);
      this.services.company.end(displaced, DROPPED, outcomes.DROPPED);
      return;
    }
    this.services.withdraw(displaced, DROPPED);
    const deferred = this.sending.answer(displaced, outcomes.DROPPED);
    this.services.company.end(displaced, DROPPED, outcomes.DROPPED);
    this.kernel.suspend();
    if (this.tellsSenders) this.sending.letIn(attempt);
    this.enqueue(attempt, replica);
    this.kernel.resume();
    if (deferred) this.sending.answerNow(displaced);
  }

  /** Silently: nobody is told, its caller's timeout ends it. */
  private vanish(attempt: number, component: number): void {
    this.rules?.ended(attempt, WENT_DROPPED);
    this.accounts.count(attempt, component, DROPPED);
    this.accounts.fact(outcomes.FACT_ENDED, attempt);
    this.accounts.done(attempt);
    if (this.tellsSenders) this.sending.letIn(attempt);
    this.attempts.letGo(attempt);
  }

  /** Whether a worker waits for this attempt; if so its replica is where the work will run. */
  private callerWaits(attempt: number): boolean {
    const { attempts, calls } = this;
    if (attempts.hasLeft(attempt)) return false;
    const call = attempts.words[attempt * ROW + CALL];
    const caller = calls.parent(call);
    if (caller < 0 || attempts.state(caller) === DONE) return false;
    const join = calls.join(call);
    if (join !== 0 && attempts.join[caller] !== join) return false;
    attempts.place[attempt] = attempts.placeOf(caller);
    return true;
  }
}
