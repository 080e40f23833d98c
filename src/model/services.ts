import type { Kernel } from '../kernel/kernel.js';
import type { Recorder } from '../measure/recorder.js';
import type { Saturation } from '../measure/saturation.js';
import {
  EXPIRED as BOOK_EXPIRED,
  CANCELLED,
  COMPLETED,
  ERRORS,
  LEFT_DOOR,
} from '../measure/service-book.js';
import type { Accounts } from './accounts.js';
import { Admission } from './admission.js';
import {
  ASIDE,
  type Attempts,
  AWAY,
  CALLING,
  CAME,
  DONE,
  PC,
  REPLICA,
  ROW,
  SITE,
  STARTED,
  TIMES,
  WORKING,
} from './attempts.js';
import type { ServiceBrokers } from './brokers/for-services.js';
import type { Calls } from './calls.js';
import { anyEverIs, changesOf } from './changes.js';
import { Coalescing } from './coalescing.js';
import { anyComesAndGoes } from './coming-and-going.js';
import { Company } from './company.js';
import { Degrading } from './degrading.js';
import { Doors } from './doors.js';
import { FaultErrors } from './fault-errors.js';
import type { Gauges } from './gauges.js';
import type { Labels } from './labels.js';
import { Leave } from './leave.js';
import { type LinePeers, Lines } from './lines.js';
import { type Locks, locksOf } from './locks.js';
import { Memory } from './memory.js';
import { CRASHED, ERROR, EXPIRED, FACT_ENDED, FACT_STARTED, OK } from './outcomes.js';
import { PlainServices } from './plain-services.js';
import type { Discipline, Plan } from './plan.js';
import { Preemption } from './preemption.js';
import type { Program } from './program.js';
import { paysForRefusals, Refusals } from './refusals.js';
import { boundedBy, Replicas } from './replicas.js';
import { FairLines } from './rules/fair-lines.js';
import { WENT_DROPPED, WENT_OK, WENT_WRONG } from './rules/rule.js';
import { type Rules, rulesOf } from './rules/rules.js';
import { Shedding, shedsAnywhere } from './shedding.js';
import { Staff } from './staff.js';
import { isFair, mayFill, mayGoDown } from './withdrawals.js';
import { Withdrawing } from './withdrawing.js';
import { Workbench } from './workbench.js';
import { Yielding } from './yielding.js';

const NONE = -1;

/** What services need of the rest of the model. */
export interface ServicePeers extends LinePeers {
  labels: LinePeers['labels'] & { keyOf(attempt: number): number };
  handlers: {
    /** Begins or goes on with an attempt's handler. */
    resume(attempt: number, pc: number): void;
    /** The same, as soon as it has a worker. */
    goOn(attempt: number, pc: number): void;
  };
  sending: LinePeers['sending'] & {
    /** The callee is done: the answer goes back; true: `answerNow` is to carry it out. */
    answer(attempt: number, outcome: number): boolean;
    answerNow(attempt: number): void;
    /** The attempt was let in (or refused): a backlog's sender goes on. */
    letIn(attempt: number): void;
    /** Whether an attempt's deadline, as far as its callee knows, has come. */
    isLate(attempt: number): boolean;
    /** That deadline; Infinity for none. */
    deadlineNs(attempt: number): number;
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
  readonly admission: Admission;
  /** Null where no component has rules of admission. */
  readonly rules: Rules | null;
  /** Null where nobody takes a lock. */
  readonly locks: Locks | null;
  /** Null where nobody stands aside for another. */
  readonly preemption: Preemption | null;
  /** Null where nothing sheds, nothing is coalesced, nothing degrades. */
  readonly shedding: Shedding | null;
  readonly coalescing: Coalescing | null;
  readonly company: Company;
  /** Null where nobody counts it. */
  readonly memory: Memory | null;
  private readonly withdrawing: Withdrawing;
  readonly degrading: Degrading | null;
  readonly yielding: Yielding;
  /** Null where no refusal costs work. */
  readonly refusals: Refusals | null;
  private readonly plain: PlainServices;
  readonly doors: Doors;
  private readonly finite: Uint8Array;
  /** By component, as they are now. */
  readonly deadlineChecks: Uint8Array;
  readonly disciplines: Discipline[];
  readonly errors: FaultErrors;
  private readonly hasCrashes: boolean;
  private readonly hasChecks: boolean;
  private readonly hasWorkersSet: boolean;
  private readonly runsAtCallers: boolean;
  private readonly staff: Staff;
  readonly leave: Leave;
  private readonly hasPauses: boolean;
  /** Null where no replicas come and go. */
  gauges: Gauges | null = null;
  /** Null where there are no queues. */
  private brokers: ServiceBrokers | null = null;
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
    labels: Labels,
  ) {
    const { components } = plan;
    const replicas = new Replicas(components, boundedBy(plan));
    this.replicas = replicas;
    this.memory = Memory.of(plan, kernel, attempts, replicas, accounts);
    const fair = components.some((_, c) => isFair(plan, c))
      ? new FairLines(plan, kernel.clock, attempts, replicas, labels)
      : null;
    this.lines = new Lines(plan, kernel, attempts, replicas, fair);
    this.doors = new Doors(kernel, attempts, calls, replicas, accounts);
    this.workbench = new Workbench(plan, kernel, attempts, replicas);
    this.staff = new Staff(components, attempts, replicas, recorder.services, kernel.clock);
    this.leave = new Leave(
      plan,
      kernel,
      program,
      attempts,
      replicas,
      accounts,
      saturation,
      this.staff,
    );
    const preempts = components.some(({ queue }) => queue.discipline === 'preemptive');
    this.locks = locksOf(plan, kernel, program, attempts, replicas, accounts, recorder);
    const heirs = this.locks?.inherits ? this.locks.table : null;
    this.preemption = preempts
      ? new Preemption(plan, kernel, attempts, replicas, this.workbench, accounts, heirs)
      : null;
    const { staff, workbench } = this;
    const parts = { accounts, attempts, kernel, replicas, saturation, staff, workbench };
    this.refusals = anyEverIs(plan, paysForRefusals) ? new Refusals(components, parts) : null;
    this.rules = this.makeRules(plan, labels, fair);
    this.shedding = shedsAnywhere(plan) ? new Shedding(plan, kernel, attempts, replicas) : null;
    this.coalescing = anyEverIs(plan, ({ queue }) => queue.coalesce !== null)
      ? new Coalescing(plan, program, attempts, replicas)
      : null;
    this.degrading = anyEverIs(plan, ({ degrade }) => degrade !== null)
      ? new Degrading(plan, program, attempts, replicas)
      : null;
    const company = { kernel, attempts, calls, replicas, lines: this.lines, accounts };
    this.company = new Company(company, this.coalescing, this.shedding, this.rules);
    this.admission = this.makeAdmission(plan);
    this.withdrawing = this.makeWithdrawing();
    const { leave, lines, locks, preemption } = this;
    const own = { accounts, attempts, kernel, leave, lines, locks, preemption, replicas };
    this.yielding = new Yielding(own, this);
    this.plain = new PlainServices(plan, { ...parts, lines, program, recorder });
    this.finite = Uint8Array.from(components, (c) => (c.workers < Infinity ? 1 : 0));
    this.disciplines = components.map(({ queue }) => queue.discipline);
    this.deadlineChecks = Uint8Array.from(components, (c) => (c.deadlineCheck ? 1 : 0));
    this.runsAtCallers = components.some((_, c) => mayFill(plan, c, 'caller_runs'));
    this.errors = new FaultErrors(plan, program, attempts, replicas);
    this.hasWorkersSet = changesOf(plan).some(({ what }) => what === 'component');
    this.hasCrashes = anyComesAndGoes(plan) || components.some((_, c) => mayGoDown(plan, c));
    this.hasChecks = components.some(({ health }) => health !== null);
    this.hasPauses = plan.faults.some((fault) => fault.kind === 'pause');
  }

  private makeAdmission(plan: Plan): Admission {
    const { accounts, attempts, calls, kernel, replicas, saturation } = this;
    return new Admission(
      plan,
      kernel,
      attempts,
      calls,
      replicas,
      this.lines,
      this.doors,
      accounts,
      saturation,
      this.staff,
      this.leave.keepsWorkers,
      this.preemption,
      this.shedding,
      this.coalescing,
      this.rules,
      this.refusals,
    );
  }

  private makeWithdrawing(): Withdrawing {
    const { accounts, attempts, company, doors, leave, locks, preemption, replicas } = this;
    const { refusals, rules, staff, workbench } = this;
    const own = { accounts, attempts, company, doors, leave, locks };
    const held = { ...own, preemption, refusals, replicas };
    return new Withdrawing(
      { ...held, rules, staff, workbench },
      {
        bookWasted: (attempt, component) => {
          if (this.finite[component] === 1) this.bookWork(attempt, false);
        },
        workerLeft: (replica) => this.workerLeft(replica),
      },
    );
  }

  private makeRules(plan: Plan, labels: Labels, fair: FairLines | null): Rules | null {
    const { attempts, kernel, lines, recorder, replicas } = this;
    const own = { plan, clock: kernel.clock, attempts, labels, replicas, ranks: lines.ranks };
    return rulesOf(own, fair, recorder, {
      disciplineOf: (component) => this.disciplines[component],
      capacityOf: (component) => this.admission.capacityOf(component),
      deadlineNs: (attempt) => this.sending.deadlineNs(attempt),
      workedNs: (attempt) => this.workedNs(attempt),
    });
  }

  /** Tells the parts that this one calls. */
  connect(peers: ServicePeers): void {
    this.handlers = peers.handlers;
    this.sending = peers.sending;
    this.workbench.connect((attempt) => this.worked(attempt));
    this.refusals?.connect({ services: this, sending: peers.sending });
    this.admission.connect({ services: this, sending: peers.sending });
    this.company.connect({ services: this, sending: peers.sending });
    this.plain.connect({
      ...peers,
      services: this,
      meetsFull: (attempt, replica, component) =>
        this.admission.meetsFull(attempt, replica, component),
    });
    this.leave.connect({ handlers: peers.handlers, services: this });
    this.locks?.connect({ handlers: peers.handlers, services: this }, this.preemption);
    this.lines.connect(peers);
    this.coalescing?.connect((attempt) => peers.labels.keyOf(attempt));
  }

  /** Tells the parts that ask them of brokers. */
  connectBrokers(brokers: ServiceBrokers): void {
    this.brokers = brokers;
    this.company.brokers = brokers;
    this.admission.brokers = brokers;
  }

  /** An attempt comes to its replica. */
  arrive(attempt: number): void {
    const replica = this.attempts.words[attempt * ROW + REPLICA];
    if (this.plain.is[replica] === 1) {
      this.plain.arrive(attempt, replica);
      return;
    }
    if (this.brokers?.arrive(attempt, replica)) return;
    if (this.hasCrashes) {
      if (this.replicas.crashes[replica] > 0 || this.replicas.isThere[replica] === 0) {
        this.findDown(attempt);
        return;
      }
    }
    this.admission.arrive(attempt);
  }

  /** It went out before its replica went down: nothing there takes it. */
  private findDown(attempt: number): void {
    this.attempts.times[attempt * TIMES + CAME] = this.kernel.clock[0];
    this.accounts.fact(FACT_ENDED, attempt);
    this.attempts.setState(attempt, DONE);
    if (this.sending.answer(attempt, CRASHED)) this.sending.answerNow(attempt);
  }

  /** A worker's piece of work is done (fixed pace). */
  worked(attempt: number): void {
    if (this.refusals?.ends(attempt)) return;
    this.handlers.resume(attempt, this.attempts.words[attempt * ROW + PC]);
  }

  /** The attempt's worker waits for a call from now on. */
  waitsForCall(attempt: number): void {
    const { attempts } = this;
    if (attempts.state(attempt) === CALLING) return;
    attempts.setState(attempt, CALLING);
    if (attempts.isAtCaller(attempt)) return;
    this.replicas.calling[attempts.words[attempt * ROW + REPLICA]]++;
    if (attempts.waits !== null) attempts.waits.callsOut(attempt);
  }

  /** Worker time of an attempt that has started, up to now. */
  workedNs(attempt: number): number {
    const { attempts, replicas } = this;
    const replica = attempts.words[attempt * ROW + REPLICA];
    if (this.staff.kind[replicas.component[replica]] === 0) {
      const before = this.preemption === null ? 0 : this.preemption.heldBefore(attempt);
      const state = attempts.state(attempt);
      if (state === ASIDE || state === AWAY) return before;
      return before + this.kernel.clock[0] - attempts.times[attempt * TIMES + STARTED];
    }
    const state = attempts.state(attempt);
    return this.staff.workedNs(attempt, replica, state === WORKING || state === CALLING);
  }

  /** A worker may have nothing to do from now on. */
  looksIdle(replica: number, component: number): void {
    const { replicas } = this;
    if (replicas.pauses[replica] > 0 || replicas.depth[replica] > 0) return;
    if (this.refusals?.anyWait(replica)) return;
    // Nothing comes to one that is out of rotation, idle or not.
    if (this.hasChecks && !replicas.isIn(replica)) return;
    if (this.staff.hasIdle(replica)) this.saturation.workerFree(component);
  }

  /** The handler has ended: the worker is free, the answer goes out. */
  finish(attempt: number, outcome: number): void {
    const { attempts, replicas } = this;
    const replica = attempts.words[attempt * ROW + REPLICA];
    if (this.plain.is[replica] === 1) {
      this.plain.finish(attempt, replica, outcome);
      return;
    }
    if (this.locks !== null) this.locks.ended(attempt);
    if (this.runsAtCallers && attempts.isAtCaller(attempt)) {
      this.finishAtCaller(attempt, outcome);
      return;
    }
    const component = replicas.component[replica];
    const column = outcome === OK ? COMPLETED : ERRORS;
    this.accounts.fact(FACT_ENDED, attempt);
    this.rules?.ended(attempt, outcome === OK ? WENT_OK : WENT_WRONG);
    if (this.finite[component] === 1) this.bookWork(attempt, this.isWanted(attempt));
    if (attempts.state(attempt) === AWAY) {
      this.accounts.endedAway(attempt, component, column, true);
      this.accounts.done(attempt);
      const deferred = this.sending.answer(attempt, outcome);
      if (this.company.has(attempt)) this.company.answer(attempt, column, outcome);
      if (deferred) this.sending.answerNow(attempt);
      return;
    }
    if (this.staff.kind[component] !== 0) this.staff.leaves(attempt, replica, component);
    this.accounts.ended(attempt, component, column);
    if (attempts.state(attempt) === CALLING) replicas.calling[replica]--;
    this.accounts.done(attempt);
    if (this.preemption?.has(component)) this.preemption.ended(attempt, replica);
    replicas.freeWorkers[replica]++;
    this.workerLeft(replica);
    // The answer is scheduled before the worker looks for work; it may be carried out after it.
    const deferred = this.sending.answer(attempt, outcome);
    if (this.company.has(attempt)) this.company.answer(attempt, column, outcome);
    this.kernel.suspend();
    this.takeWork(replica);
    this.kernel.resume();
    this.looksIdle(replica, component);
    if (deferred) this.sending.answerNow(attempt);
  }

  /** Whether somebody still waits for this attempt's answer, all the way up to the client. */
  isWanted(attempt: number): boolean {
    return this.company.isWanted(attempt);
  }

  /** Whether the component that handles an attempt looks at its deadline, and nobody else has time. */
  checksDeadline(attempt: number): boolean {
    const replica = this.attempts.words[attempt * ROW + REPLICA];
    if (this.deadlineChecks[this.replicas.component[replica]] === 0) return false;
    return this.company.isLate(attempt);
  }

  /** Who sent an attempt, as a subject of `blocked`. */
  senderOf(attempt: number): number {
    return this.doors.senderOf(attempt);
  }

  /** Whether the replica that handles an attempt stands still. */
  isPaused(attempt: number): boolean {
    if (!this.hasPauses) return false;
    return this.replicas.pauses[this.attempts.placeOf(attempt)] > 0;
  }

  /** Takes a blocked attempt away from its door (its caller gave up). */
  leaveDoor(attempt: number): void {
    const replica = this.attempts.words[attempt * ROW + REPLICA];
    if (this.brokers?.leaveDoor(attempt, replica)) return;
    this.rules?.ended(attempt, WENT_DROPPED);
    this.doors.takeOut(attempt);
    this.accounts.count(attempt, this.replicas.component[replica], LEFT_DOOR);
    this.accounts.done(attempt);
  }

  /** Ends an attempt at its callee wherever it stands, booked under `column`: see `Withdrawing`. */
  withdraw(attempt: number, column: number): void {
    this.withdrawing.withdraw(attempt, column);
  }

  /** A replica holds nothing any more, and forgets what its queue had learned. */
  wentDown(replica: number): void {
    this.shedding?.forget(replica);
  }

  /**
   * The caller has cancelled an attempt that waits or is being worked on. Returns the one that it had
   * joined, if the work of that one went on for it alone; -1 otherwise.
   */
  cancel(attempt: number): number {
    const replica = this.attempts.words[attempt * ROW + REPLICA];
    const leader = this.company.leaderOf(attempt);
    this.withdraw(attempt, CANCELLED);
    this.takeWork(replica);
    this.looksIdle(replica, this.replicas.component[replica]);
    return leader !== NONE && this.company.isLeftAlone(leader) ? leader : NONE;
  }

  /** An attempt's deadline came before its work began. */
  private expire(attempt: number, component: number): void {
    this.rules?.ended(attempt, WENT_DROPPED);
    this.accounts.count(attempt, component, BOOK_EXPIRED);
    this.accounts.fact(FACT_ENDED, attempt);
    this.accounts.done(attempt);
    if (this.sending.answer(attempt, EXPIRED)) this.sending.answerNow(attempt);
  }

  /** Where an operator or a fault has taken workers away, those that were at work leave one by one. */
  workerLeft(replica: number): void {
    const { replicas } = this;
    const { waits } = this.attempts;
    if (waits !== null && replicas.freeWorkers[replica] <= 0) waits.suspectReplica(replica);
    const { workers } = this.recorder;
    const component = replicas.component[replica];
    if (!this.hasWorkersSet || workers.varies[component] === 0) return;
    workers.set(component, replicas.workersThere(component));
  }

  /** A replica has so many workers from now on. */
  setWorkers(replica: number, workers: number): void {
    this.replicas.setWorkers(replica, workers);
    if (this.staff.isShared(this.replicas.component[replica])) {
      this.staff.setWorkers(replica, workers);
      this.workbench.setWorkers(replica, workers);
    }
  }

  /** Whether a worker of the replica has nothing to do. */
  hasIdle(replica: number): boolean {
    return this.staff.hasIdle(replica);
  }

  /** Books the time an attempt had its worker, also as wasted unless it was `wanted`. */
  bookWork(attempt: number, wanted: boolean): void {
    const { attempts } = this;
    const epoch = attempts.epoch(attempt);
    const held = this.workedNs(attempt);
    const replica = attempts.words[attempt * ROW + REPLICA];
    const component = this.replicas.component[replica];
    this.recorder.work.book(attempts.origin(attempt), component, epoch, held, wanted);
    if (this.gauges !== null) this.gauges.ended(replica, held);
  }

  /** A free worker of the replica takes the attempt. */
  start(attempt: number, replica: number): void {
    const { accounts, attempts, replicas } = this;
    const component = replicas.component[replica];
    if (this.deadlineChecks[component] === 1 && this.sending.isLate(attempt)) {
      const heir = this.company.has(attempt) ? this.company.succeed(attempt, component) : NONE;
      if (heir !== NONE) this.kernel.suspend();
      this.expire(attempt, component);
      if (heir === NONE) return;
      this.kernel.resume();
      this.start(heir, replica);
      return;
    }
    replicas.freeWorkers[replica]--;
    accounts.taken(attempt);
    attempts.times[attempt * TIMES + STARTED] = this.kernel.clock[0];
    accounts.fact(FACT_STARTED, attempt);
    accounts.started(attempt, component);
    if (this.rules !== null) this.tellStarted(attempt, replica);
    if (this.staff.kind[component] !== 0) {
      this.staff.starts(attempt, replica, component);
      attempts.notIn[attempt] = 0;
      if (!this.staff.hasIdle(replica)) this.saturation.workersBusy(component);
    } else if (replicas.freeWorkers[replica] <= 0) this.saturation.workersBusy(component);
    if (this.preemption?.has(component)) this.preemption.began(attempt, replica);
    this.begin(attempt);
  }

  private tellStarted(attempt: number, replica: number): void {
    const waited = this.kernel.clock[0] - this.attempts.times[attempt * TIMES + CAME];
    this.rules?.started(attempt, replica, waited);
  }

  /** Its caller's worker takes the attempt: no worker of this component does. */
  startAtCaller(attempt: number): void {
    this.accounts.taken(attempt);
    this.accounts.fact(FACT_STARTED, attempt);
    this.begin(attempt);
  }

  private finishAtCaller(attempt: number, outcome: number): void {
    const { accounts, attempts } = this;
    const component = this.replicas.component[attempts.words[attempt * ROW + REPLICA]];
    accounts.fact(FACT_ENDED, attempt);
    this.rules?.ended(attempt, outcome === OK ? WENT_OK : WENT_WRONG);
    accounts.endedElsewhere(attempt, component, outcome === OK ? COMPLETED : ERRORS);
    this.accounts.done(attempt);
    if (this.sending.answer(attempt, outcome)) this.sending.answerNow(attempt);
  }

  private begin(attempt: number): void {
    const { attempts } = this;
    attempts.setState(attempt, WORKING);
    const degraded = this.degrading === null ? NONE : this.degrading.entryOf(attempt);
    if (this.errors.strike(attempt)) {
      this.finish(attempt, ERROR);
      return;
    }
    const entry = this.program.siteEntry[attempts.words[attempt * ROW + SITE]];
    this.handlers.resume(attempt, degraded === NONE ? entry : degraded);
  }

  /** Gives free workers what waits, and the room in the queue to who stands at the door. */
  takeWork(replica: number): void {
    const { replicas } = this;
    if (replicas.taking[replica] === 1) return;
    replicas.taking[replica] = 1;
    do {
      this.admission.admit(replica);
      if (this.staff.hasAsync) this.leave.takeBack(replica);
      if (this.refusals !== null) this.refusals.serve(replica);
      while (
        replicas.freeWorkers[replica] > 0 &&
        replicas.pauses[replica] === 0 &&
        (replicas.head[replica] !== NONE || this.preemption?.anyAside(replica))
      ) {
        if (this.preemption !== null && this.goesOn(replica)) continue;
        this.degrading?.look(replica);
        const attempt = this.lines.takeNext(replica);
        this.accounts.unqueued(attempt, replicas.component[replica]);
        this.company.outOfLine(attempt, replica);
        this.admission.admit(replica);
        if (this.shedding?.sheds(attempt, replica)) this.admission.shed(attempt);
        else this.start(attempt, replica);
        this.degrading?.forget(replica);
        if (this.staff.hasAsync) this.leave.takeBack(replica);
        if (this.refusals !== null) this.refusals.serve(replica);
      }
      if (this.refusals !== null) this.refusals.serve(replica);
      // Meanwhile somebody may have left the line.
    } while (this.admission.hasRoom(replica));
    this.admission.admitToWorkers(replica);
    replicas.taking[replica] = 0;
    if (this.brokers !== null) this.brokers.hasRoom(replica);
  }

  /** Whether one that stood aside goes on before those who wait; if so it does. */
  private goesOn(replica: number): boolean {
    const preemption = this.preemption as Preemption;
    const inLine = this.replicas.head[replica] === NONE ? NONE : this.lines.ranks.first(replica);
    if (!preemption.goesBefore(inLine, replica)) return false;
    const resumes = preemption.goOn(replica);
    const component = this.replicas.component[replica];
    if (this.replicas.freeWorkers[replica] === 0) this.saturation.workersBusy(component);
    if (resumes !== NONE) {
      this.handlers.resume(resumes, this.attempts.words[resumes * ROW + PC]);
    }
    return true;
  }
}
