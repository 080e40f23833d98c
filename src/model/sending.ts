import { deriveInto } from '../kernel/draws.js';
import type { Kernel } from '../kernel/kernel.js';
import { FIRSTS, OTHERS, RETRIES } from '../measure/edge-book.js';
import type { Recorder } from '../measure/recorder.js';
import {
  type Attempts,
  BITS,
  BLOCKED,
  bitsOut,
  CALL,
  CAME,
  DONE,
  FIRST,
  HELD,
  HI,
  LEFT,
  LO,
  REPLICA,
  ROW,
  SENT,
  SITE,
  TIMES,
} from './attempts.js';
import {
  CALL_BITS,
  CALL_ROW,
  CALL_SITE,
  CALLER_HI,
  CALLER_LO,
  type Calls,
  HOLDS_SENDER,
  PARENT,
  TRIES_MAX,
} from './calls.js';
import type { Edge } from './edges.js';
import type { EndlessGuard } from './endless.js';
import type { GuardedCalls } from './guarded-calls.js';
import type { Hazards } from './hazards.js';
import { HeldAnswers } from './held-answers.js';
import type { Labels } from './labels.js';
import {
  ANSWER,
  CRASHED,
  DELIVER,
  ERROR,
  FACT_GAVE_UP,
  FACT_LOST,
  FACT_SENT,
  GIVE_UP,
  LET_IN,
  OK,
  RETRY,
  SEND_NEXT,
  TIMEOUT,
} from './outcomes.js';
import type { Program } from './program.js';
import { Retrying } from './retrying.js';
import { Routing } from './routing.js';
import { BACK, THERE, Wires } from './wires.js';

/** Tags of tries: an odd constant keeps them apart from the sites' own. */
const TRY = 0x9e3779b1 | 0;
const NO_TIMER = -1;

/** What sending needs of the rest of the model. */
export interface SendingPeers {
  services: {
    /** An attempt comes to its replica. */
    arrive(attempt: number): void;
    /** Whether the replica that handles an attempt stands still. */
    isPaused(attempt: number): boolean;
    /** A try was given up while it stood at a door. */
    leaveDoor(attempt: number): void;
    readonly leave: {
      /** Whether a caller's worker stays until this call has been let in, or has ended. */
      keepsWorker(parent: number, site: number): boolean;
    };
    /** As guarded calls have it. */
    readonly company: { worksForOthers(attempt: number): boolean };
    cancel(attempt: number): number;
  };
  handlers: {
    /** A call from a handler has ended. */
    called(attempt: number, site: number, join: number, outcome: number): void;
  };
  producers: {
    /** A producer's request has ended. */
    ended(call: number, outcome: number, degraded: boolean): void;
  };
}

/** What sending needs of brokers, where a plan has queues. */
export interface SendingBrokers {
  /** A delivery has ended, and its call with it. */
  settled(attempt: number, call: number, outcome: number): void;
  /** A call has ended for good; true where its request goes on without it, or has ended before. */
  completed(call: number, outcome: number): boolean;
  /** Whether it will: asked before. */
  goesOn(call: number, outcome: number): boolean;
  /** A try of a call that publishes is given up, wherever it is. */
  gaveUp(attempt: number, call: number): void;
  /** What a call has published, if it did, is not wanted: its caller goes on without. */
  forsaken(call: number): void;
}

/** The caller's side of every call: tries, timeouts, retries, answers. */
export class Sending {
  readonly wires: Wires;
  readonly routing: Routing;
  readonly retrying: Retrying;
  private readonly cancels: boolean;
  private guarded!: GuardedCalls;
  private readonly held: HeldAnswers;
  private services!: SendingPeers['services'];
  private handlers!: SendingPeers['handlers'];
  private producers!: SendingPeers['producers'];
  /** Null where there are no queues. */
  brokers: SendingBrokers | null = null;

  constructor(
    private readonly kernel: Kernel,
    private readonly program: Program,
    private readonly attempts: Attempts,
    private readonly calls: Calls,
    readonly edges: readonly Edge[],
    private readonly recorder: Recorder,
    private readonly endless: EndlessGuard,
    labels: Labels,
  ) {
    this.wires = new Wires(attempts);
    this.routing = new Routing(kernel, attempts, calls, labels);
    this.retrying = new Retrying(kernel, attempts, calls, edges, recorder, this.routing);
    this.held = new HeldAnswers(kernel);
    this.cancels = edges.some((edge) => edge.mayCancel);
  }

  /** Tells the parts that this one calls. */
  connect(peers: SendingPeers, guarded: GuardedCalls): void {
    this.guarded = guarded;
    this.services = peers.services;
    this.handlers = peers.handlers;
    this.producers = peers.producers;
  }

  /** A handler calls; `join` is its parallel step, 0 for none. */
  begin(parent: number, site: number, join: number): void {
    const { attempts, calls } = this;
    const { words } = attempts;
    const at = parent * ROW;
    const call = calls.take(
      words[at + HI],
      words[at + LO],
      parent,
      site,
      attempts.epoch(parent),
      join,
    );
    calls.begunNs[call] = this.kernel.clock[0];
    attempts.hold(parent);
    if (this.services.leave.keepsWorker(parent, site)) {
      calls.words[call * CALL_ROW + CALL_BITS] |= HOLDS_SENDER;
    }
    this.send(call);
  }

  /** The time of a retry has come. */
  retry(call: number): void {
    if (this.retrying.isOrphan(call)) this.complete(call, CRASHED, false);
    else this.send(call);
  }

  /** Sends the next try of a call. */
  send(call: number): void {
    const { attempts, kernel, program, recorder } = this;
    const callWords = this.calls.words;
    const from = call * CALL_ROW;
    const site = callWords[from + CALL_SITE];
    const edgeIndex = program.siteEdge[site];
    const edge = this.edges[edgeIndex];
    if (edge.guarded) {
      this.guarded.send(call, edge);
      return;
    }
    const attempt = attempts.take();
    const parent = callWords[from + PARENT];
    const tries = ++callWords[from + CALL_BITS] & TRIES_MAX;
    const epoch = callWords[from + CALL_BITS] >>> 24;
    const tag = (program.siteTag[site] + Math.imul(tries, TRY)) | 0;
    const { words } = attempts;
    const first = tries === 1 && (parent < 0 || (words[parent * ROW + BITS] & FIRST) !== 0);
    const origin = parent < 0 ? -1 - parent : attempts.origin(parent);
    const at = attempt * ROW;
    deriveInto(words, at, callWords[from + CALLER_HI], callWords[from + CALLER_LO], tag);
    if (attempts.rootHi.length > 0) {
      attempts.keepRoot(attempt, parent, callWords[from + CALLER_HI], callWords[from + CALLER_LO]);
    }
    words[at + CALL] = call;
    if (this.calls.waits !== null) this.calls.waits.tried(call, attempt);
    words[at + SITE] = site;
    words[at + REPLICA] = edge.firstReplica;
    words[at + BITS] = bitsOut(first, epoch);
    words[at + HELD] = (origin << 16) | 2;
    attempts.times[attempt * TIMES + SENT] = kernel.clock[0];
    this.endless.sending(edgeIndex);
    recorder.edges.sent(edgeIndex, origin, epoch, first ? FIRSTS : OTHERS);
    recorder.fingerprint.fact(FACT_SENT, words[at + HI], words[at + LO]);
    if (tries > 1) recorder.edges.count(edgeIndex, origin, epoch, RETRIES);
    else if (edge.purses.length > 0)
      edge.purses[this.routing.client(edge, parent, call)].budget?.first(kernel.now);
    if (edge.replicas > 1) this.routing.choose(edge, attempt, parent, call, -1);
    this.launch(attempt, edge);
  }

  /** An attempt that is counted, and knows its replica, sets out. */
  launch(attempt: number, edge: Edge): void {
    const { attempts, kernel } = this;
    if (edge.isTimed) {
      const line = edge.timerLine;
      attempts.timer[attempt] = line >= 0 ? kernel.setTimer(line, GIVE_UP, attempt) : NO_TIMER;
    }
    if (edge.hazards !== null && this.isStruck(edge, edge.hazards, attempt)) return;
    if (edge.network !== null) {
      const at = kernel.now + this.wires.delayNs(edge, attempt, THERE);
      attempts.times[attempt * TIMES + CAME] = at;
      kernel.at(at, DELIVER, attempt);
    } else if (kernel.isNext()) {
      kernel.enter();
      this.services.arrive(attempt);
      kernel.leave();
    } else kernel.post(DELIVER, attempt);
  }

  /** What faults do to an attempt that sets out; true where it does not go as others do. */
  private isStruck(edge: Edge, hazards: Hazards, attempt: number): boolean {
    const { attempts, kernel } = this;
    if (hazards.look !== null) hazards.look();
    const { addNs, dropRatio } = hazards;
    if (this.routing.findsNobody(edge, attempt)) {
      attempts.setState(attempt, DONE);
      attempts.setOutcome(attempt, ERROR);
      kernel.post(ANSWER, attempt);
      return true;
    }
    if (dropRatio > 0 && this.wires.loses(dropRatio, attempt)) {
      const { words } = attempts;
      this.recorder.fingerprint.fact(
        FACT_LOST,
        words[attempt * ROW + HI],
        words[attempt * ROW + LO],
      );
      attempts.setState(attempt, DONE);
      attempts.letGo(attempt);
      if (attempts.waits !== null) attempts.waits.suspectCallerOf(attempt);
      return true;
    }
    if (addNs === 0) return false;
    const at = kernel.now + addNs + this.wires.delayNs(edge, attempt, THERE);
    attempts.times[attempt * TIMES + CAME] = at;
    kernel.at(at, DELIVER, attempt);
    return true;
  }

  /** Whether a timeout will end an attempt. */
  isTimed(attempt: number): boolean {
    const edge = this.edges[this.program.siteEdge[this.attempts.words[attempt * ROW + SITE]]];
    return edge.isTimed && this.attempts.timer[attempt] >= 0;
  }

  /**
   * The callee is done with an attempt: its answer sets out, if anyone listens. True where it would
   * come next anyway: then the callee ends what it does with `answerNow` instead.
   */
  answer(attempt: number, outcome: number): boolean {
    const { attempts, kernel } = this;
    if (attempts.hasLeft(attempt)) {
      if (this.guarded.holdsPlace(attempt)) this.guarded.workDone(attempt);
      else attempts.letGo(attempt);
      return false;
    }
    attempts.setOutcome(attempt, outcome);
    const edge = this.edges[this.program.siteEdge[attempts.words[attempt * ROW + SITE]]];
    if (edge.network !== null) {
      kernel.at(kernel.now + this.wires.delayNs(edge, attempt, BACK), ANSWER, attempt);
      return false;
    }
    if (kernel.isNext()) return true;
    kernel.post(ANSWER, attempt);
    return false;
  }

  answerNow(attempt: number): void {
    this.kernel.enter();
    this.answered(attempt);
    this.kernel.leave();
  }

  /** Whether an attempt's handler has an answer to look at when it goes on. */
  holdsAnswerFor(attempt: number): boolean {
    return this.held.has(attempt);
  }

  /** Whether an attempt's deadline, as far as its callee knows, has come. */
  isLate(attempt: number): boolean {
    return this.guarded.deadlines.isLate(attempt);
  }

  /** An attempt's deadline, as far as its callee knows; Infinity for none. */
  deadlineNs(attempt: number): number {
    return this.guarded.deadlines.knownNs(attempt);
  }

  /** The calls that an attempt's handler still waits for are given up, where their edges cancel. */
  abandonCalls(attempt: number): void {
    if (this.cancels) this.guarded.abandonCalls(attempt);
  }

  /** The attempt whose handler waits for this one, below 0 if none does. */
  callerOf(attempt: number): number {
    if (this.attempts.hasLeft(attempt)) return -1;
    return this.calls.parent(this.attempts.words[attempt * ROW + CALL]);
  }

  /** An answer comes to the caller, who may have left. */
  answered(attempt: number): void {
    const { attempts } = this;
    if (!attempts.hasLeft(attempt)) {
      const edge = this.edges[this.program.siteEdge[attempts.words[attempt * ROW + SITE]]];
      if (edge.isTimed && attempts.timer[attempt] >= 0) {
        this.kernel.cancelTimer(attempts.timer[attempt]);
      }
      this.settle(attempt, attempts.outcome(attempt));
    } else if (this.guarded.holdsPlace(attempt)) this.guarded.freePlace(attempt);
    attempts.letGo(attempt);
  }

  /** The timeout of an attempt has come. */
  giveUp(attempt: number): void {
    const { attempts } = this;
    const { words } = attempts;
    this.recorder.fingerprint.fact(
      FACT_GAVE_UP,
      words[attempt * ROW + HI],
      words[attempt * ROW + LO],
    );
    const atDoor = attempts.state(attempt) === BLOCKED;
    if (atDoor) this.services.leaveDoor(attempt);
    this.settle(attempt, TIMEOUT);
    if (!atDoor) return;
    if (this.guarded.holdsPlace(attempt)) this.guarded.freePlace(attempt);
    attempts.letGo(attempt);
  }

  /** The attempt was let in or refused: who waits only for that goes on. */
  letIn(attempt: number): void {
    const { attempts } = this;
    if (!attempts.hasLeft(attempt)) this.releaseSender(attempts.words[attempt * ROW + CALL]);
  }

  /** Who waits only until a try of a call is let in goes on: none will be any more. */
  releaseSender(call: number): void {
    const { words } = this.calls;
    const at = call * CALL_ROW + CALL_BITS;
    if ((words[at] & HOLDS_SENDER) === 0) return;
    words[at] &= ~HOLDS_SENDER;
    const parent = this.calls.parent(call);
    if (parent < 0) this.kernel.post(SEND_NEXT, this.calls.user(call));
    else {
      this.attempts.hold(parent);
      this.kernel.post(LET_IN, parent);
    }
  }

  /** The caller learns how an attempt ended and lets go of it. */
  private settle(attempt: number, outcome: number): void {
    const { attempts, kernel } = this;
    const call = attempts.words[attempt * ROW + CALL];
    const edge = this.edges[this.program.siteEdge[attempts.words[attempt * ROW + SITE]]];
    this.close(attempt, edge, call, outcome);
    if (edge.guarded) {
      if (edge.isDelivery) {
        this.brokers?.settled(attempt, call, outcome);
        attempts.letGo(attempt);
        return;
      }
      this.guarded.closed(attempt, edge, call, outcome);
      this.guarded.copyEnded(attempt, edge, call, outcome);
      attempts.letGo(attempt);
      return;
    }
    const wait = outcome === OK ? -1 : this.retrying.waitNs(call, edge.index, outcome, attempt);
    attempts.letGo(attempt);
    if (wait < 0) this.complete(call, outcome, false);
    else kernel.at(kernel.now + wait, RETRY, call);
  }

  /** What ends with an attempt for its caller: it stands in the books, and in no balancer's view. */
  close(attempt: number, edge: Edge, call: number, outcome: number): void {
    const { attempts, recorder } = this;
    const { times, words } = attempts;
    const at = attempt * ROW;
    if (edge.queue >= 0) this.brokers?.gaveUp(attempt, call);
    words[at + BITS] |= LEFT;
    words[at + CALL] = -1;
    const origin = words[at + HELD] >>> 16;
    const epoch = attempts.epoch(attempt);
    recorder.edges.ended(edge.index, origin, epoch, outcome, times, attempt * TIMES);
    recorder.fingerprint.fact(outcome, words[at + HI], words[at + LO]);
    if (edge.replicas > 1) this.routing.ended(edge, attempt, this.calls.parent(call), call);
  }

  /** A call has ended for good: its caller goes on. */
  complete(call: number, outcome: number, degraded: boolean): void {
    const { calls } = this;
    const parent = calls.parent(call);
    this.releaseSender(call);
    if (this.brokers?.completed(call, outcome)) {
      calls.release(call);
      return;
    }
    if (parent < 0) {
      this.producers.ended(call, outcome, degraded);
      calls.release(call);
      return;
    }
    const site = calls.site(call);
    const join = calls.join(call);
    calls.release(call);
    if (this.services.isPaused(parent)) {
      this.held.hold(parent, site, join, outcome);
      return;
    }
    this.handlers.called(parent, site, join, outcome);
    this.attempts.letGo(parent);
  }

  /** Callers that were paused when their calls ended look at the answers now. */
  resumePaused(): void {
    this.held.release(
      (attempt) => this.services.isPaused(attempt),
      (parent, site, join, outcome) => {
        this.handlers.called(parent, site, join, outcome);
        this.attempts.letGo(parent);
      },
    );
  }
}
