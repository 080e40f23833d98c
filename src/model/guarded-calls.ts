import { deriveInto, purposeOf } from '../kernel/draws.js';
import type { Kernel } from '../kernel/kernel.js';
import { FIRSTS, HEDGES, OTHERS, RETRIES, UNSENT_DEADLINE } from '../measure/edge-book.js';
import type { Recorder } from '../measure/recorder.js';
import type { Alarms } from './alarms.js';
import {
  type Attempts,
  AWAY,
  BITS,
  BLOCKED,
  bitsOut,
  CALL,
  CALLING,
  CAME,
  DEGRADED_BIT,
  DONE,
  FIRST,
  HEDGE,
  HELD,
  HI,
  LEFT,
  LO,
  OUT,
  REPLICA,
  ROW,
  SENT,
  SITE,
  STATE,
  TIMES,
  UNSENT,
  WAITING,
} from './attempts.js';
import { BREAKER_TURNS, type Breakers } from './breakers.js';
import {
  CALL_BITS,
  CALL_ROW,
  CALL_SITE,
  CALLER_HI,
  CALLER_LO,
  type Calls,
  PARENT,
  TRIES_MAX,
} from './calls.js';
import type { Commits } from './commits.js';
import { Deadlines } from './deadlines.js';
import type { Edge } from './edges.js';
import { type Ejections, SWEEP } from './ejections.js';
import type { EndlessGuard } from './endless.js';
import { Gatekeeper, REFUSED } from './gatekeeper.js';
import { ASK_AGAIN, FIRST_GATE, type Gates, OPENED, WAITED_OUT, WINDOW } from './gates.js';
import type { GuardedRows } from './guarded-rows.js';
import { Hedging } from './hedging.js';
import {
  CRASHED,
  DEADLINE,
  FACT_GAVE_UP,
  FACT_SENT,
  FELL_BACK,
  GIVEN_UP,
  OK,
  TIMEOUT,
} from './outcomes.js';
import type { Program } from './program.js';
import { Purses } from './purses.js';
import type { Retrying } from './retrying.js';
import type { Routing } from './routing.js';
import { StandIns } from './stand-ins.js';
import { UNSENT_COLUMN } from './unsent.js';
import type { Wires } from './wires.js';

const NONE = -1;
const CANCELLING = purposeOf('network cancel');
const FREEING = purposeOf('network freeing');
/** Tags of tries and of copies: odd constants keep them apart from the sites' own. */
const TRY = 0x9e3779b1 | 0;
const COPY = 0x85ebca77 | 0;

/** Kinds of alarms, beside those of the gates. */
const AT_DEADLINE = 3;
const NEXT_COPY = 4;
const NEXT_TRY = 5;
const CANCEL = 7;
const FREED = 8;
const STANDS_IN = 9;

/** What guarded calls need of the rest of the caller's side. */
export interface GuardedPeers {
  sending: {
    /** A counted attempt sets out: its replica is known. */
    launch(attempt: number, edge: Edge): void;
    /** The caller lets go of an attempt that was sent: in the books, of its balancer's view. */
    close(attempt: number, edge: Edge, call: number, outcome: number): void;
    complete(call: number, outcome: number, degraded: boolean): void;
    /** Null where there are no queues. */
    readonly brokers: {
      /** Whether the request of a call that ends so goes on as a message, or has ended before. */
      goesOn(call: number, outcome: number): boolean;
      forsaken(call: number): void;
    } | null;
    releaseSender(call: number): void;
  };
  services: {
    leaveDoor(attempt: number): void;
    readonly company: {
      /** Whether others have joined an attempt whose work has begun: it goes on for them. */
      worksForOthers(attempt: number): boolean;
    };
    /**
     * Ends an attempt at its callee and gives its worker to the next; returns the one whose work went
     * on for this one alone, below 0 for none.
     */
    cancel(attempt: number): number;
  };
}

/** The parts of the caller's side that guarded calls are made of. */
export interface GuardedParts {
  kernel: Kernel;
  program: Program;
  attempts: Attempts;
  calls: Calls;
  rows: GuardedRows;
  edges: readonly Edge[];
  recorder: Recorder;
  endless: EndlessGuard;
  alarms: Alarms;
  gates: Gates;
  breakers: Breakers;
  ejections: Ejections;
  wires: Wires;
  routing: Routing;
  retrying: Retrying;
  /** Null where nothing is committed. */
  commits: Commits | null;
}

/**
 * Calls over guarded edges: those with more at work than timeout, network and retries. From outside
 * in: fallback, deadline, retries, copies (hedges), bulkhead, connection, window. What ends at once
 * is told in an event of its own, so that no call ends while its caller still makes it.
 */
export class GuardedCalls {
  private sending!: GuardedPeers['sending'];
  private services!: GuardedPeers['services'];

  readonly deadlines: Deadlines;
  private readonly hedging: Hedging;
  readonly gatekeeper: Gatekeeper;
  private readonly purses: Purses;
  private readonly standIns: StandIns;

  constructor(readonly of: GuardedParts) {
    const { alarms, attempts, calls, edges, kernel, program, rows } = of;
    this.deadlines = new Deadlines(kernel.clock, program, attempts, calls, rows, edges, alarms);
    this.hedging = new Hedging(kernel.clock, attempts, rows, alarms);
    this.purses = new Purses(calls, rows, of.routing);
    this.standIns = new StandIns(program, attempts, calls);
    this.gatekeeper = new Gatekeeper(kernel, of.gates, attempts, rows, alarms, this);
  }

  /** Tells the parts that this one calls. */
  connect(peers: GuardedPeers): void {
    this.sending = peers.sending;
    this.services = peers.services;
  }

  /** The first or next try of a call. */
  send(call: number, edge: Edge): void {
    const { calls, rows } = this.of;
    const tries = ++calls.words[call * CALL_ROW + CALL_BITS] & TRIES_MAX;
    const parent = calls.parent(call);
    if (tries === 1 && !this.begin(call, edge, parent)) return;
    const client = this.of.routing.client(edge, parent, call);
    const { now } = this.of.kernel;
    rows.hedgesOfTry[call] = 0;
    if (tries === 1) this.purses.first(edge, client, now);
    this.hedging.tried(edge, client);
    const { siteTag } = this.of.program;
    const tag = (siteTag[calls.site(call)] + Math.imul(tries, TRY)) | 0;
    const attempt = this.make(call, edge, tag);
    this.gatekeeper.proceed(attempt, edge, FIRST_GATE);
  }

  /** An alarm of the caller's side rings. */
  rang(alarm: number): void {
    const { alarms, gates, rows } = this.of;
    if (!alarms.ring(alarm)) return;
    const { row } = alarms;
    switch (alarms.kind) {
      case WAITED_OUT:
        rows.gateAlarm[row] = NONE;
        this.refuse(row, gates.refusalOf(row));
        break;
      case OPENED:
        gates.opened(row);
        this.gatekeeper.proceed(row, this.edgeOf(row), WINDOW);
        break;
      case REFUSED:
        rows.gateAlarm[row] = NONE;
        this.refuse(row, this.of.attempts.outcome(row));
        break;
      case ASK_AGAIN: {
        const first = gates.cameToAsk(row);
        if (first !== NONE) this.gatekeeper.letInRuled(this.edgeOf(first), rows.client[first]);
        break;
      }
      case BREAKER_TURNS:
        this.of.breakers.turned(row);
        break;
      case SWEEP:
        this.of.ejections.swept(row);
        break;
      case AT_DEADLINE:
        rows.deadlineAlarm[row] = NONE;
        this.deadlineCame(row);
        break;
      case NEXT_COPY:
        rows.hedgeAlarm[row] = NONE;
        this.sendCopy(row);
        break;
      case NEXT_TRY:
        rows.waitAlarm[row] = NONE;
        this.tryAgain(row, this.edgeOfCall(row));
        break;
      case CANCEL:
        this.cancelled(row);
        break;
      case FREED:
        this.freePlace(row);
        this.of.attempts.letGo(row);
        break;
      case STANDS_IN:
        rows.waitAlarm[row] = NONE;
        this.fellBack(row, this.edgeOfCall(row));
        break;
    }
  }

  private tryAgain(call: number, edge: Edge): void {
    if (this.of.retrying.isOrphan(call)) {
      this.purses.over(call, edge);
      this.end(call, edge, CRASHED, false);
    } else this.send(call, edge);
  }

  /** The caller has let go of an attempt that was sent. */
  closed(attempt: number, edge: Edge, call: number, outcome: number): void {
    const { attempts, calls, routing, rows } = this.of;
    const gaveUp = outcome === TIMEOUT || outcome === DEADLINE || outcome === GIVEN_UP;
    rows.removeCopy(call, attempt);
    if (!gaveUp)
      this.hedging.answered(attempt, edge, routing.client(edge, calls.parent(call), call));
    if (edge.views !== null) {
      const client = routing.client(edge, calls.parent(call), call);
      this.of.ejections.ended(edge, attempt, client, outcome);
    }
    this.of.gates.tellEnded(edge, attempt, outcome);
    this.purses.ended(attempt, edge, call, outcome);
    this.gatekeeper.free(attempt, edge, !edge.holdsWork || !gaveUp);
    if (gaveUp && edge.cancel) this.sendCancellation(attempt, edge);
    rows.lastReplica[call] = attempts.words[attempt * ROW + REPLICA];
  }

  /** A copy has ended, in the books already: what becomes of its call. */
  copyEnded(attempt: number, edge: Edge, call: number, outcome: number): void {
    const { alarms, attempts, kernel, rows } = this.of;
    if (outcome === OK) {
      const degraded = (attempts.words[attempt * ROW + BITS] & DEGRADED_BIT) !== 0;
      this.giveUpCopies(call, edge, GIVEN_UP);
      this.finish(call, edge, OK, degraded);
      return;
    }
    if (rows.copies[call] !== NONE) return;
    this.stopAlarm(rows.hedgeAlarm, call);
    this.purses.over(call, edge);
    const wait = this.of.retrying.waitNs(call, edge.index, outcome, attempt);
    if (wait < 0) {
      this.finish(call, edge, outcome, false);
      return;
    }
    this.purses.goes(call, edge, outcome);
    if (kernel.now + wait < rows.callDeadlineNs[call]) {
      rows.waitAlarm[call] = alarms.at(kernel.now + wait, NEXT_TRY, call);
    }
  }

  /** Whether an attempt's answer is awaited by a place it holds, though its caller has left. */
  holdsPlace(attempt: number): boolean {
    return this.edgeOf(attempt).mayHoldWork && this.of.gates.hasPlace(attempt);
  }

  /** The callee is done with an attempt that was given up: its place is free when that is known. */
  workDone(attempt: number): void {
    const { alarms, kernel, wires } = this.of;
    const edge = this.edgeOf(attempt);
    if (edge.network === null) {
      kernel.suspend();
      this.freePlace(attempt);
      kernel.resume();
      this.of.attempts.letGo(attempt);
    } else alarms.at(kernel.now + wires.delayNs(edge, attempt, FREEING), FREED, attempt);
  }

  /** Frees the place that an attempt holds for its work. */
  freePlace(attempt: number): void {
    this.gatekeeper.free(attempt, this.edgeOf(attempt), true);
  }

  /** The calls of an attempt's handler are given up, where their edges cancel. */
  abandonCalls(parent: number): void {
    const { calls, rows } = this.of;
    rows.reach(parent);
    this.of.kernel.suspend();
    for (let call = rows.firstCall[parent]; call !== NONE; call = rows.next[call]) {
      const edge = this.edgeOfCall(call);
      if (edge.cancel) this.giveUpUnsent(call, edge, GIVEN_UP);
    }
    let next = NONE;
    for (let call = rows.firstCall[parent]; call !== NONE; call = next) {
      next = rows.next[call];
      const edge = this.edgeOfCall(call);
      if (!edge.cancel) continue;
      this.stopAlarm(rows.hedgeAlarm, call);
      this.stopAlarm(rows.waitAlarm, call);
      this.stopAlarm(rows.deadlineAlarm, call);
      this.giveUpCopies(call, edge, GIVEN_UP);
      this.purses.over(call, edge);
      this.sending.releaseSender(call);
      rows.unlink(parent, call);
      this.sending.brokers?.forsaken(call);
      calls.release(call);
      this.of.attempts.letGo(parent);
    }
    this.of.kernel.resume();
  }

  /** Begins a call; false where its deadline has come already. */
  private begin(call: number, edge: Edge, parent: number): boolean {
    const { commits, rows } = this.of;
    rows.beginCall(call);
    if (commits !== null && parent < 0) commits.begun(call);
    if (parent >= 0 && edge.mayCancel) rows.link(parent, call);
    return this.deadlines.begin(call, edge, parent, AT_DEADLINE);
  }

  /** A try or a copy of one, not sent yet. */
  private make(call: number, edge: Edge, tag: number): number {
    const { attempts, calls, commits, endless, rows } = this.of;
    const attempt = attempts.take();
    const from = call * CALL_ROW;
    const callWords = calls.words;
    const parent = callWords[from + PARENT];
    const { words } = attempts;
    const isFirst = (callWords[from + CALL_BITS] & TRIES_MAX) === 1 && rows.hedgesOfTry[call] === 0;
    const first = isFirst && (parent < 0 || (words[parent * ROW + BITS] & FIRST) !== 0);
    const origin = parent < 0 ? -1 - parent : attempts.origin(parent);
    const at = attempt * ROW;
    deriveInto(words, at, callWords[from + CALLER_HI], callWords[from + CALLER_LO], tag);
    if (attempts.rootHi.length > 0) {
      attempts.keepRoot(attempt, parent, callWords[from + CALLER_HI], callWords[from + CALLER_LO]);
    }
    words[at + CALL] = call;
    words[at + SITE] = callWords[from + CALL_SITE];
    words[at + REPLICA] = edge.firstReplica;
    words[at + BITS] = bitsOut(first, calls.epoch(call)) | UNSENT;
    if (rows.hedgesOfTry[call] > 0) words[at + BITS] |= HEDGE;
    words[at + HELD] = (origin << 16) | 1;
    rows.beginAttempt(attempt);
    rows.client[attempt] = edge.firstClient + this.of.routing.client(edge, parent, call);
    rows.deadlineNs[attempt] = this.deadlines.toldNs(edge, call, parent);
    rows.addCopy(call, attempt);
    this.purses.made(attempt, edge);
    commits?.joined(attempt, call, parent);
    endless.sending(edge.index);
    return attempt;
  }

  /** An attempt is past every gate. */
  sent(attempt: number, edge: Edge): void {
    const { attempts, calls, kernel, recorder, routing, rows } = this.of;
    const { words } = attempts;
    const at = attempt * ROW;
    const call = words[at + CALL];
    const parent = calls.parent(call);
    const bits = words[at + BITS];
    const origin = attempts.origin(attempt);
    const epoch = attempts.epoch(attempt);
    words[at + BITS] = (bits & ~STATE) | OUT;
    attempts.hold(attempt);
    attempts.times[attempt * TIMES + SENT] = kernel.clock[0];
    attempts.times[attempt * TIMES + CAME] = kernel.clock[0];
    const copy = (bits & HEDGE) !== 0;
    recorder.edges.sent(edge.index, origin, epoch, (bits & FIRST) !== 0 ? FIRSTS : OTHERS);
    recorder.fingerprint.fact(FACT_SENT, words[at + HI], words[at + LO]);
    if (copy) recorder.edges.count(edge.index, origin, epoch, HEDGES);
    else if (calls.tries(call) > 1) recorder.edges.count(edge.index, origin, epoch, RETRIES);
    if (edge.replicas > 1) {
      const elsewhere = copy || (edge.elsewhere && calls.tries(call) > 1);
      routing.choose(edge, attempt, parent, call, elsewhere ? rows.lastReplica[call] : NONE);
      rows.lastReplica[call] = words[at + REPLICA];
    }
    if (!copy && edge.hedgeMax > 0)
      this.hedging.await(call, edge, routing.client(edge, parent, call), NEXT_COPY);
    this.sending.launch(attempt, edge);
  }

  private sendCopy(call: number): void {
    const { calls, program, routing, rows } = this.of;
    const edge = this.edgeOfCall(call);
    const client = routing.client(edge, calls.parent(call), call);
    if (!this.hedging.mayCopy(call, edge, client)) {
      calls.waits?.suspect(calls.parent(call));
      return;
    }
    const tag = (program.siteTag[calls.site(call)] + Math.imul(rows.hedges[call], COPY)) | 0;
    const attempt = this.make(call, edge, tag);
    if (rows.hedgesOfTry[call] < edge.hedgeMax) this.hedging.await(call, edge, client, NEXT_COPY);
    this.gatekeeper.proceed(attempt, edge, FIRST_GATE);
  }

  /** An attempt that was never sent has ended. */
  private refuse(attempt: number, outcome: number): void {
    const call = this.of.attempts.words[attempt * ROW + CALL];
    const edge = this.edgeOf(attempt);
    this.of.attempts.hold(attempt);
    this.closeUnsent(attempt, edge, call, outcome);
    this.copyEnded(attempt, edge, call, outcome);
    this.of.attempts.letGo(attempt);
  }

  private closeUnsent(attempt: number, edge: Edge, call: number, outcome: number): void {
    const { attempts, recorder, rows } = this.of;
    const { words } = attempts;
    const at = attempt * ROW;
    this.stopAlarm(rows.gateAlarm, attempt);
    rows.removeCopy(call, attempt);
    this.of.gates.tellStopped(edge, attempt, outcome);
    this.purses.unsent(attempt, edge);
    // Its sender has to be known when it leaves the line.
    this.gatekeeper.free(attempt, edge, true);
    words[at + BITS] |= LEFT;
    const column = UNSENT_COLUMN[outcome];
    if (column !== undefined) {
      recorder.edges.count(edge.index, attempts.origin(attempt), attempts.epoch(attempt), column);
    }
    // Its first fact may be its last: whose it is has to be known until then.
    recorder.fingerprint.fact(outcome, words[at + HI], words[at + LO]);
    words[at + CALL] = NONE;
    attempts.letGo(attempt);
  }

  /** Every copy of a call that is still out, or stands at a gate, is given up. */
  private giveUpCopies(call: number, edge: Edge, outcome: number): void {
    const { attempts, kernel, recorder, rows } = this.of;
    const { words } = attempts;
    this.stopAlarm(rows.hedgeAlarm, call);
    this.giveUpUnsent(call, edge, outcome);
    for (let a = rows.copies[call]; a !== NONE; a = rows.copies[call]) {
      recorder.fingerprint.fact(FACT_GAVE_UP, words[a * ROW + HI], words[a * ROW + LO]);
      if (edge.isTimed && attempts.timer[a] >= 0) kernel.cancelTimer(attempts.timer[a]);
      const atDoor = attempts.state(a) === BLOCKED;
      // Its sender has to be known when it leaves the door.
      if (atDoor) this.services.leaveDoor(a);
      this.sending.close(a, edge, call, outcome);
      this.closed(a, edge, call, outcome);
      attempts.letGo(a);
      if (!atDoor) continue;
      this.freePlace(a);
      attempts.letGo(a);
    }
  }

  /** Those that stand at gates go first, so that none comes through now. */
  private giveUpUnsent(call: number, edge: Edge, outcome: number): void {
    const { attempts, rows } = this.of;
    let next = NONE;
    for (let a = rows.copies[call]; a !== NONE; a = next) {
      next = rows.sibling[a];
      if (attempts.state(a) === UNSENT) this.closeUnsent(a, edge, call, outcome);
    }
  }

  private deadlineCame(call: number): void {
    const { calls, recorder, rows } = this.of;
    const edge = this.edgeOfCall(call);
    if (rows.copies[call] === NONE && rows.callDeadlineNs[call] > 0) {
      const parent = calls.parent(call);
      const origin = parent < 0 ? -1 - parent : this.of.attempts.origin(parent);
      recorder.edges.count(edge.index, origin, calls.epoch(call), UNSENT_DEADLINE);
    }
    this.giveUpCopies(call, edge, DEADLINE);
    this.finish(call, edge, DEADLINE, false);
  }

  /** A call has ended for good, but for its fallback. */
  private finish(call: number, edge: Edge, outcome: number, degraded: boolean): void {
    const { alarms, kernel, rows } = this.of;
    this.stopAlarm(rows.waitAlarm, call);
    this.purses.over(call, edge);
    const leaves = this.deadlines.leavesNs(edge, call);
    const { fallback } = edge.plan;
    if (outcome === OK || fallback === null || leaves <= kernel.now) {
      this.end(call, edge, outcome, degraded);
      return;
    }
    this.stopAlarm(rows.deadlineAlarm, call);
    rows.callDeadlineNs[call] = 0;
    const wait = this.standIns.latencyNs(call, edge);
    if (wait === 0) {
      this.fellBack(call, edge);
      return;
    }
    if (leaves < Infinity) rows.deadlineAlarm[call] = alarms.at(leaves, AT_DEADLINE, call);
    rows.waitAlarm[call] = alarms.at(kernel.now + wait, STANDS_IN, call);
  }

  /** The fallback stands in for the answer of a call that failed. */
  private fellBack(call: number, edge: Edge): void {
    const fallback = edge.plan.fallback ?? edge.standIn;
    if (fallback === null) throw new Error(`no fallback on ${edge.plan.name}`);
    this.sending.brokers?.forsaken(call);
    this.end(call, edge, fallback.steps.length > 0 ? FELL_BACK : OK, fallback.degraded);
  }

  private end(call: number, edge: Edge, outcome: number, degraded: boolean): void {
    const { calls, commits, rows } = this.of;
    const parent = calls.parent(call);
    this.stopAlarm(rows.deadlineAlarm, call);
    if (parent >= 0) {
      if (edge.mayCancel) rows.unlink(parent, call);
      if (degraded) this.standIns.degrade(parent, calls.join(call));
    } else if (commits !== null) {
      if (this.sending.brokers?.goesOn(call, outcome)) commits.handedOn(call);
      else this.requestEnded(call, outcome);
    }
    this.sending.complete(call, outcome, degraded);
  }

  /** What was committed for a request is known to its client, or not. */
  private requestEnded(call: number, outcome: number): void {
    const { calls, commits } = this.of;
    if (outcome !== OK) commits?.orphaned(call, calls.epoch(call));
    commits?.ended(call, outcome === OK);
  }

  /** The callee is told that nobody waits any more; the message never overtakes the attempt's own. */
  private sendCancellation(attempt: number, edge: Edge): void {
    const { alarms, attempts, kernel, wires } = this.of;
    if (attempts.state(attempt) === DONE) return;
    attempts.hold(attempt);
    const at = kernel.now + wires.delayNs(edge, attempt, CANCELLING);
    const came = attempts.state(attempt) === OUT ? attempts.times[attempt * TIMES + CAME] : 0;
    alarms.at(Math.max(at, came), CANCEL, attempt);
  }

  /** The cancellation comes to the callee. */
  private cancelled(attempt: number): void {
    const { attempts, kernel } = this.of;
    const state = attempts.state(attempt);
    // What is being refused is refused, and told to nobody.
    const ends = state >= WAITING && state !== DONE && !attempts.isRefusal(attempt);
    if (ends && !this.services.company.worksForOthers(attempt)) {
      kernel.suspend();
      const alone = this.stop(attempt);
      // Others had joined a work, and now the last of them is gone too.
      if (alone >= 0) this.stop(alone);
      kernel.resume();
    } else attempts.waits?.suspect(attempt);
    attempts.letGo(attempt);
  }

  /** Ends an attempt at its callee; returns the one whose work went on for it alone, below 0 for none. */
  private stop(attempt: number): number {
    const { attempts } = this.of;
    const state = attempts.state(attempt);
    if (state === CALLING || state === AWAY) this.abandonCalls(attempt);
    const alone = this.services.cancel(attempt);
    this.freePlace(attempt);
    attempts.letGo(attempt);
    return alone;
  }

  private stopAlarm(column: Int32Array, row: number): void {
    if (column[row] === NONE) return;
    this.of.alarms.cancel(column[row]);
    column[row] = NONE;
  }

  private edgeOf(attempt: number): Edge {
    return this.of.edges[this.of.program.siteEdge[this.of.attempts.words[attempt * ROW + SITE]]];
  }

  private edgeOfCall(call: number): Edge {
    return this.of.edges[this.of.program.siteEdge[this.of.calls.site(call)]];
  }
}
