import type { Kernel } from '../kernel/kernel.js';
import { deriveHi, deriveLo, IdentitySource, purposeOf, unit53 } from '../kernel/draws.js';
import { EXHAUSTED, FIRSTS, OTHERS, RETRIES } from '../measure/edge-book.js';
import type { Recorder } from '../measure/recorder.js';
import { jitteredNs } from '../policies/backoff.js';
import { type Attempts, BLOCKED, FIRST, LEFT, OUT } from './attempts.js';
import { type Calls, HOLDS_SENDER } from './calls.js';
import type { Edge } from './edges.js';
import type { EndlessGuard } from './endless.js';
import {
  ANSWER,
  DELIVER,
  FACT_GAVE_UP,
  FACT_SENT,
  GIVE_UP,
  OK,
  RETRY,
  SEND_NEXT,
  TIMEOUT,
} from './outcomes.js';
import type { Program } from './program.js';

const THERE = purposeOf('network there');
const BACK = purposeOf('network back');
const BALANCE = purposeOf('balance');
const JITTER = purposeOf('jitter');
/** Tags of tries: an odd constant keeps them apart from the sites' own. */
const TRY = 0x9e3779b1 | 0;

/** What sending needs of the rest of the model. */
export interface SendingPeers {
  services: {
    /** A try was given up while it stood at a door. */
    leaveDoor(attempt: number): void;
  };
  handlers: {
    /** A call from a handler has ended. */
    called(attempt: number, site: number, join: number, outcome: number): void;
  };
  producers: {
    /** A producer's request has ended. */
    ended(call: number, outcome: number): void;
  };
}

/** The caller's side of every call: tries, timeouts, retries, answers. */
export class Sending {
  private readonly draw = new IdentitySource();
  private services!: SendingPeers['services'];
  private handlers!: SendingPeers['handlers'];
  private producers!: SendingPeers['producers'];

  constructor(
    private readonly kernel: Kernel,
    private readonly program: Program,
    private readonly attempts: Attempts,
    private readonly calls: Calls,
    private readonly edges: readonly Edge[],
    private readonly recorder: Recorder,
    private readonly endless: EndlessGuard,
  ) {}

  /** Tells the parts that this one calls. */
  connect(peers: SendingPeers): void {
    this.services = peers.services;
    this.handlers = peers.handlers;
    this.producers = peers.producers;
  }

  /** A handler calls. */
  begin(parent: number, site: number, join: number): void {
    const { attempts, calls } = this;
    const call = calls.take();
    calls.hi[call] = attempts.hi[parent];
    calls.lo[call] = attempts.lo[parent];
    calls.parent[call] = parent;
    calls.site[call] = site;
    calls.begunNs[call] = this.kernel.now;
    calls.tries[call] = 0;
    calls.flags[call] = 0;
    calls.epoch[call] = attempts.epoch[parent];
    calls.origin[call] = attempts.origin[parent];
    if (calls.join.length > 0) calls.join[call] = join;
    if (calls.waitNs.length > 0) calls.waitNs[call] = 0;
    attempts.refs[parent]++;
    this.send(call);
  }

  /** Sends the next try of a call. */
  send(call: number): void {
    const { attempts, calls, kernel, recorder } = this;
    const site = calls.site[call];
    const edgeIndex = this.program.siteEdge[site];
    const edge = this.edges[edgeIndex];
    const parent = calls.parent[call];
    const epoch = calls.epoch[call];
    const origin = calls.origin[call];
    const now = kernel.now;
    const tries = ++calls.tries[call];
    this.endless.sending(edgeIndex);
    const attempt = attempts.take();
    const tag = this.program.siteTag[site] + Math.imul(tries, TRY);
    const hi = deriveHi(calls.hi[call], calls.lo[call], tag);
    const lo = deriveLo(calls.hi[call], calls.lo[call], tag);
    attempts.hi[attempt] = hi;
    attempts.lo[attempt] = lo;
    attempts.call[attempt] = call;
    attempts.site[attempt] = site;
    attempts.pc[attempt] = this.program.routePc[this.program.siteRoute[site]];
    attempts.sentNs[attempt] = now;
    attempts.state[attempt] = OUT;
    attempts.epoch[attempt] = epoch;
    attempts.origin[attempt] = origin;
    attempts.refs[attempt] = 2;
    const first = tries === 1 && (parent < 0 || (attempts.flags[parent] & FIRST) !== 0);
    attempts.flags[attempt] = first ? FIRST : 0;
    recorder.edges.sent(edgeIndex, origin, epoch, first ? FIRSTS : OTHERS);
    if (tries > 1) recorder.edges.count(edgeIndex, origin, epoch, RETRIES);
    recorder.fingerprint.fact(FACT_SENT, hi, lo);
    if (edge.budgets.length > 0 && tries === 1) edge.budgets[this.client(edge, parent)].first(now);
    attempts.replica[attempt] = edge.firstReplica;
    if (edge.replicas > 1) this.balance(edge, attempt, parent);
    if (edge.timerLine >= 0) {
      attempts.timer[attempt] = kernel.setTimer(edge.timerLine, GIVE_UP, attempt);
    }
    if (edge.network === null) kernel.post(DELIVER, attempt);
    else kernel.at(now + this.networkNs(edge, attempt, THERE), DELIVER, attempt);
  }

  /** The callee is done with an attempt: its answer sets out, if anyone listens. */
  answer(attempt: number, outcome: number): void {
    const { attempts, kernel } = this;
    attempts.outcome[attempt] = outcome;
    if ((attempts.flags[attempt] & LEFT) !== 0) {
      attempts.letGo(attempt);
      return;
    }
    const edge = this.edges[this.program.siteEdge[attempts.site[attempt]]];
    if (edge.network === null) kernel.post(ANSWER, attempt);
    else kernel.at(kernel.now + this.networkNs(edge, attempt, BACK), ANSWER, attempt);
  }

  /** An answer comes to the caller, who may have left. */
  answered(attempt: number): void {
    const { attempts } = this;
    if ((attempts.flags[attempt] & LEFT) === 0) {
      const edge = this.edges[this.program.siteEdge[attempts.site[attempt]]];
      if (edge.timerLine >= 0) this.kernel.cancelTimer(attempts.timer[attempt]);
      this.settle(attempt, attempts.outcome[attempt]);
    }
    attempts.letGo(attempt);
  }

  /** The timeout of an attempt has come. */
  giveUp(attempt: number): void {
    const { attempts } = this;
    const { fingerprint } = this.recorder;
    fingerprint.fact(FACT_GAVE_UP, attempts.hi[attempt], attempts.lo[attempt]);
    const atDoor = attempts.state[attempt] === BLOCKED;
    if (atDoor) this.services.leaveDoor(attempt);
    this.settle(attempt, TIMEOUT);
    if (atDoor) attempts.letGo(attempt);
  }

  /** A backoff is over. */
  retry(call: number): void {
    this.send(call);
  }

  /** The attempt was let in or refused: a backlog's sender sends its next request. */
  letIn(attempt: number): void {
    const { attempts } = this;
    if ((attempts.flags[attempt] & LEFT) === 0) this.releaseSender(attempts.call[attempt]);
  }

  private releaseSender(call: number): void {
    const { calls } = this;
    if ((calls.flags[call] & HOLDS_SENDER) === 0) return;
    calls.flags[call] &= ~HOLDS_SENDER;
    this.kernel.post(SEND_NEXT, calls.user[call]);
  }

  /** The caller learns how an attempt ended and lets go of it. */
  private settle(attempt: number, outcome: number): void {
    const { attempts, calls, recorder } = this;
    const call = attempts.call[attempt];
    const edgeIndex = this.program.siteEdge[attempts.site[attempt]];
    const edge = this.edges[edgeIndex];
    attempts.flags[attempt] |= LEFT;
    attempts.call[attempt] = -1;
    const { epoch, origin, sentNs } = attempts;
    recorder.edges.ended(edgeIndex, origin[attempt], epoch[attempt], outcome, sentNs, attempt);
    recorder.fingerprint.fact(outcome, attempts.hi[attempt], attempts.lo[attempt]);
    if (edge.replicas > 1) {
      const replica = attempts.replica[attempt] - edge.firstReplica;
      edge.balancers[this.client(edge, calls.parent[call])].ended(replica);
    }
    if (outcome !== OK && this.retries(call, edgeIndex, outcome, attempt)) {
      attempts.letGo(attempt);
      return;
    }
    attempts.letGo(attempt);
    this.complete(call, outcome);
  }

  /** Whether another try follows; if so it is on its way or waits for its time. */
  private retries(call: number, edgeIndex: number, outcome: number, attempt: number): boolean {
    const { calls, kernel, recorder } = this;
    const edge = this.edges[edgeIndex];
    const tries = calls.tries[call];
    if (edge.retries[outcome] === 0 || tries >= edge.attemptsMax || edge.retry === null) return false;
    if (edge.budgets.length > 0) {
      if (!edge.budgets[this.client(edge, calls.parent[call])].tryRetry(kernel.now)) {
        recorder.edges.count(edgeIndex, calls.origin[call], calls.epoch[call], EXHAUSTED);
        return false;
      }
    }
    const { backoff, jitter } = edge.retry;
    if (backoff.kind === 'none') {
      kernel.post(RETRY, call);
      return true;
    }
    let u = 0;
    if (jitter !== 'none') {
      this.draw.seek(this.attempts.hi[attempt], this.attempts.lo[attempt], JITTER);
      u = unit53(this.draw);
    }
    const before = calls.waitNs.length > 0 ? calls.waitNs[call] : 0;
    const wait = Math.floor(jitteredNs(backoff, jitter, tries, before, u) + 0.5);
    if (calls.waitNs.length > 0) calls.waitNs[call] = wait;
    kernel.at(kernel.now + wait, RETRY, call);
    return true;
  }

  private complete(call: number, outcome: number): void {
    const { calls } = this;
    const parent = calls.parent[call];
    if (parent < 0) {
      this.releaseSender(call);
      this.producers.ended(call, outcome);
      calls.release(call);
      return;
    }
    const site = calls.site[call];
    const join = calls.join.length > 0 ? calls.join[call] : 0;
    calls.release(call);
    this.handlers.called(parent, site, join, outcome);
    this.attempts.letGo(parent);
  }

  private balance(edge: Edge, attempt: number, parent: number): void {
    const { attempts } = this;
    const balancer = edge.balancers[this.client(edge, parent)];
    this.draw.seek(attempts.hi[attempt], attempts.lo[attempt], BALANCE);
    const replica = balancer.pick(unit53(this.draw));
    balancer.sent(replica);
    attempts.replica[attempt] = edge.firstReplica + replica;
  }

  /** Which client of the edge calls: the caller's replica, 0 for a producer. */
  private client(edge: Edge, parent: number): number {
    return parent < 0 ? 0 : this.attempts.replica[parent] - edge.callerFirst;
  }

  private networkNs(edge: Edge, attempt: number, way: number): number {
    const law = edge.network;
    if (law === null) return 0;
    if (law.constantNs >= 0) return law.constantNs;
    this.draw.seek(this.attempts.hi[attempt], this.attempts.lo[attempt], way);
    return Math.floor(law.sample(this.draw) + 0.5);
  }
}
