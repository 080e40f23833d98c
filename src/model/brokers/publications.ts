import { deriveHi, deriveLo } from '../../kernel/draws.js';
import {
  type Attempts,
  BITS,
  CALL,
  FIRST,
  HI,
  LO,
  OUT,
  ROW,
  SENT,
  SITE,
  TIMES,
} from '../attempts.js';
import { CALL_ROW, CALLER_HI, CALLER_LO, type Calls } from '../calls.js';
import type { Commits } from '../commits.js';
import type { Edge } from '../edges.js';
import { CLIENT_LEAVES, DEADLINE, OK } from '../outcomes.js';
import type { Producers } from '../producers.js';
import type { Program } from '../program.js';
import type { Deliveries } from './deliveries.js';
import { LateTries, OVER } from './late-tries.js';
import {
  ARRIVED,
  AT_FIRST,
  COPY,
  M_HI,
  M_LO,
  M_ROOT_HI,
  M_ROOT_LO,
  M_USER,
  type Messages,
  OPEN,
  PUBLISHING,
  UNWANTED,
} from './messages.js';

const NONE = -1;
/** Of a call whose request has ended before the call has. */
const ENDED = -2;

/** The parts of the model that publications are made of. */
export interface PublicationParts {
  readonly kernel: {
    readonly clock: Float64Array;
    readonly now: number;
    at(timeNs: number, kind: number, row: number): void;
  };
  readonly program: Program;
  readonly attempts: Attempts;
  readonly calls: Calls;
  readonly edges: readonly Edge[];
  readonly commits: Commits | null;
  readonly messages: Messages;
  readonly deliveries: Deliveries;
}

/**
 * Whose message is whose: the calls that publish, what their tries have put into queues, and the
 * requests that live on in messages when their calls have ended.
 */
export class Publications {
  /** By call that publishes: the message of its tries, NONE, or ENDED. */
  private ofCall = new Int32Array(64).fill(NONE);
  private readonly late = new LateTries();
  private producers!: Pick<Producers, 'observer' | 'requestEnded'>;

  constructor(private readonly of: PublicationParts) {}

  connect(producers: Pick<Producers, 'observer' | 'requestEnded'>): void {
    this.producers = producers;
  }

  /** A try of a call is given up; where it is still on its way to a queue, it will come there. */
  gaveUp(attempt: number, call: number): void {
    const { attempts, calls } = this.of;
    if (attempts.state(attempt) !== OUT) return;
    if (call >= this.ofCall.length) this.growCalls(call);
    const { late } = this;
    late.left(attempt, call);
    late.hi[attempt] = calls.words[call * CALL_ROW + CALLER_HI];
    late.lo[attempt] = calls.words[call * CALL_ROW + CALLER_LO];
    late.arrivedNs[attempt] = this.arrivedNs(call);
    late.isRequest[attempt] = calls.parent(call) < 0 ? 1 : 0;
  }

  /** One that was given up has come to a queue's counter, and is not taken. */
  turnedAway(attempt: number): void {
    if (this.late.came(attempt) !== OVER) return;
    const original = this.late.message[attempt];
    if (original >= 0) this.of.messages.returned(original);
  }

  /** A message of what an attempt brings: its call's, if that has none yet; else a copy. */
  publish(attempt: number, queue: number): number {
    const { attempts, calls, messages } = this.of;
    const { late } = this;
    if (!attempts.hasLeft(attempt)) {
      const call = attempts.words[attempt * ROW + CALL];
      const from = call * CALL_ROW;
      const hi = calls.words[from + CALLER_HI];
      const message = this.make(attempt, queue, hi, calls.words[from + CALLER_LO]);
      messages.setTime(message, ARRIVED, this.arrivedNs(call));
      messages.setRequest(message, calls.parent(call) < 0);
      this.belongs(message, call);
      return message;
    }
    const call = late.came(attempt);
    const message = this.make(attempt, queue, late.hi[attempt], late.lo[attempt]);
    messages.setTime(message, ARRIVED, late.arrivedNs[attempt]);
    messages.setRequest(message, late.isRequest[attempt] === 1);
    if (call !== OVER) this.belongs(message, call);
    else if (late.message[attempt] === NONE) {
      messages.mark(message, UNWANTED, true);
      late.others(attempt, (other) => {
        late.message[other] = messages.hold(message) ? message : ENDED;
      });
    } else {
      messages.mark(message, COPY, true);
      messages.set(message, M_USER, Math.max(NONE, late.message[attempt]));
    }
    return message;
  }

  /** A message of what a service refuses, or throws out: nobody waits for it any more. */
  letterOf(attempt: number, queue: number): number {
    const { attempts, calls, messages } = this.of;
    const { words } = attempts;
    const at = attempt * ROW;
    const call = words[at + CALL];
    const has = call !== NONE;
    const from = call * CALL_ROW;
    const hi = has ? calls.words[from + CALLER_HI] : words[at + HI];
    const lo = has ? calls.words[from + CALLER_LO] : words[at + LO];
    const message = this.make(attempt, queue, hi, lo);
    messages.setTime(
      message,
      ARRIVED,
      has ? this.arrivedNs(call) : attempts.times[attempt * TIMES + SENT],
    );
    messages.mark(message, UNWANTED, true);
    return message;
  }

  private make(attempt: number, queue: number, hi: number, lo: number): number {
    const { attempts, commits, kernel, messages, program } = this.of;
    const { words } = attempts;
    const at = attempt * ROW;
    const now = kernel.clock[0];
    const message = messages.take(now, queue, attempts.origin(attempt), attempts.epoch(attempt));
    const tag = program.siteTag[words[at + SITE]];
    messages.set(message, M_HI, deriveHi(hi, lo, tag));
    messages.set(message, M_LO, deriveLo(hi, lo, tag));
    const kept = attempts.rootHi.length > 0;
    messages.set(message, M_ROOT_HI, kept ? attempts.rootHi[attempt] : 0);
    messages.set(message, M_ROOT_LO, kept ? attempts.rootLo[attempt] : 0);
    messages.mark(message, AT_FIRST, (words[at + BITS] & FIRST) !== 0);
    commits?.published(message, attempt);
    return message;
  }

  /** A message is that of a call under way, or a copy of what that has published before. */
  private belongs(message: number, call: number): void {
    const { calls, messages } = this.of;
    if (call >= this.ofCall.length) this.growCalls(call);
    const original = this.ofCall[call];
    if (original !== NONE) {
      messages.mark(message, COPY, true);
      const isHeld = original !== ENDED && messages.hold(original);
      messages.set(message, M_USER, isHeld ? original : NONE);
      return;
    }
    this.ofCall[call] = message;
    messages.mark(message, PUBLISHING, true);
    messages.set(message, M_USER, call);
    if (calls.parent(call) < 0) messages.mark(message, OPEN, true);
  }

  /** When the request of a call arrived; where a caller above has left: when the call below it began. */
  private arrivedNs(call: number): number {
    const { attempts, calls, deliveries, messages } = this.of;
    let at = call;
    for (;;) {
      const parent = calls.parent(at);
      if (parent === deliveries.parent) return messages.time(calls.user(at), ARRIVED);
      const above = parent < 0 ? NONE : attempts.words[parent * ROW + CALL];
      if (above < 0) return calls.begunNs[at];
      at = above;
    }
  }

  /** What a request has waited for is there, or will not come: it ends, if it still waits. */
  requestEnds(message: number, outcome: number, degraded: boolean): void {
    const { messages } = this.of;
    if (!messages.is(message, OPEN)) return;
    messages.mark(message, OPEN, false);
    if (outcome !== OK) messages.mark(message, UNWANTED, true);
    const call = messages.is(message, PUBLISHING) ? messages.get(message, M_USER) : NONE;
    const user = call === NONE ? messages.get(message, M_USER) : this.of.calls.user(call);
    if (call !== NONE) {
      // The message may outlive the call: nothing that becomes of it is the call's any more.
      this.ofCall[call] = ENDED;
      messages.mark(message, PUBLISHING, false);
      messages.set(message, M_USER, NONE);
    }
    this.of.commits?.messageEnded(message, messages.epoch(message), outcome === OK);
    const origin = messages.origin(message);
    const fate = this.producers.requestEnded(
      origin,
      messages.epoch(message),
      messages.timesOf(message),
      messages.timeAt(message, ARRIVED),
      outcome,
      degraded,
      user,
    );
    if (this.producers.observer === null) return;
    const [hi, lo] = [messages.get(message, M_ROOT_HI), messages.get(message, M_ROOT_LO)];
    this.producers.observer.ended(origin, hi, lo, fate, this.of.kernel.now);
  }

  /** It has left its broker: its publisher's call, if that is under way, has had its message. */
  left(message: number): void {
    const { messages } = this.of;
    this.of.commits?.messageLeft(message);
    if (!messages.is(message, PUBLISHING)) return;
    this.ofCall[messages.get(message, M_USER)] = ENDED;
    messages.mark(message, PUBLISHING, false);
  }

  /** A call has ended for good. True where its request goes on without it, or has ended before it. */
  completed(call: number, outcome: number): boolean {
    if (this.queueOfCall(call) === NONE || call >= this.ofCall.length) return false;
    const message = this.ofCall[call];
    const isRequest = this.of.calls.parent(call) < 0;
    this.forget(call, outcome === OK);
    if (message === ENDED) return isRequest;
    if (message === NONE || outcome !== OK || !isRequest) return false;
    this.of.messages.set(message, M_USER, this.of.calls.user(call));
    this.awaitLeave(message);
    return true;
  }

  /** What a call has published is no longer wanted: a fallback stands in for it, or it is cancelled. */
  forsaken(call: number): void {
    if (this.queueOfCall(call) === NONE || call >= this.ofCall.length) return;
    const hasEnded = this.ofCall[call] === ENDED;
    this.forget(call, false);
    if (hasEnded && this.of.calls.parent(call) < 0) this.ofCall[call] = ENDED;
  }

  /** From now on a call has no message, and its message no call. */
  private forget(call: number, well: boolean): void {
    const { messages } = this.of;
    const message = this.ofCall[call];
    if (this.late.has(call)) {
      this.late.over(call, (attempt) => {
        const isHeld = message >= 0 && messages.hold(message);
        this.late.message[attempt] = isHeld || message === NONE ? message : ENDED;
      });
    }
    this.ofCall[call] = NONE;
    if (message < 0) return;
    messages.mark(message, PUBLISHING, false);
    messages.set(message, M_USER, NONE);
    if (well) return;
    messages.mark(message, OPEN, false);
    messages.mark(message, UNWANTED, true);
  }

  /** Whether a request, whose call ends so, goes on as a message: as `completed` will say. */
  goesOn(call: number, outcome: number): boolean {
    if (this.queueOfCall(call) === NONE || call >= this.ofCall.length) return false;
    const message = this.ofCall[call];
    return message === ENDED || (message !== NONE && outcome === OK);
  }

  /** The client of a request would leave now, if the message is still the one it was. */
  clientLeaves(message: number): void {
    const { messages } = this.of;
    if (messages.isFree(message) || !messages.is(message, OPEN)) return;
    if (messages.is(message, PUBLISHING)) return;
    if (this.of.deliveries.leavesNs(message) > this.of.kernel.clock[0]) return;
    this.requestEnds(message, DEADLINE, false);
  }

  /** Every request that waits for its message: the producer, the epoch of its arrival, and when. */
  eachOpen(tell: (producer: number, epoch: number, arrivedNs: number) => void): void {
    const { messages } = this.of;
    for (let m = 0; m < messages.used; m++) {
      if (messages.isFree(m) || !messages.is(m, OPEN) || messages.is(m, PUBLISHING)) continue;
      tell(messages.origin(m), messages.epoch(m), messages.time(m, ARRIVED));
    }
  }

  /** Whether the request of a call has ended, though the call has not. */
  hasEnded(call: number): boolean {
    return call < this.ofCall.length && this.ofCall[call] === ENDED;
  }

  private awaitLeave(message: number): void {
    const leaves = this.of.deliveries.leavesNs(message);
    if (leaves === Infinity) return;
    const { kernel } = this.of;
    kernel.at(Math.max(kernel.now, leaves), CLIENT_LEAVES, message);
  }

  get bytes(): number {
    return this.ofCall.length * 4 + this.late.bytes;
  }

  private queueOfCall(call: number): number {
    const { calls, edges, program } = this.of;
    return edges[program.siteEdge[calls.site(call)]].queue;
  }

  private growCalls(call: number): void {
    const longer = new Int32Array(Math.ceil((call + 1) * 1.5)).fill(NONE);
    longer.set(this.ofCall);
    this.ofCall = longer;
  }
}
