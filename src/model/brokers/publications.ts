import { deriveHi, deriveLo } from '../../kernel/draws.js';
import { type Attempts, BITS, CALL, FIRST, HI, LO, ROW, SITE } from '../attempts.js';
import { CALL_ROW, CALLER_HI, CALLER_LO, type Calls } from '../calls.js';
import type { Commits } from '../commits.js';
import type { Edge } from '../edges.js';
import { CLIENT_LEAVES, DEADLINE, OK } from '../outcomes.js';
import type { Producers } from '../producers.js';
import type { Program } from '../program.js';
import type { Deliveries } from './deliveries.js';
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
  private producers!: Pick<Producers, 'requestEnded'>;

  constructor(private readonly of: PublicationParts) {}

  connect(producers: Pick<Producers, 'requestEnded'>): void {
    this.producers = producers;
  }

  /** A message with what an attempt brings. */
  make(attempt: number, queue: number): number {
    const { attempts, calls, commits, kernel, messages, program } = this.of;
    const { words } = attempts;
    const at = attempt * ROW;
    const now = kernel.clock[0];
    const message = messages.take(now, queue, attempts.origin(attempt), attempts.epoch(attempt));
    const call = words[at + CALL];
    const tag = program.siteTag[words[at + SITE]];
    const has = call !== NONE;
    const hi = has ? calls.words[call * CALL_ROW + CALLER_HI] : words[at + HI];
    const lo = has ? calls.words[call * CALL_ROW + CALLER_LO] : words[at + LO];
    messages.set(message, M_HI, deriveHi(hi, lo, tag));
    messages.set(message, M_LO, deriveLo(hi, lo, tag));
    const kept = attempts.rootHi.length > 0;
    messages.set(message, M_ROOT_HI, kept ? attempts.rootHi[attempt] : 0);
    messages.set(message, M_ROOT_LO, kept ? attempts.rootLo[attempt] : 0);
    messages.setTime(message, ARRIVED, has ? calls.begunNs[call] : now);
    messages.mark(message, AT_FIRST, (words[at + BITS] & FIRST) !== 0);
    commits?.published(message, attempt);
    return message;
  }

  /** A message is that of a call, if the call has none yet; else a copy of it. */
  note(attempt: number, message: number): void {
    const { attempts, calls, messages } = this.of;
    if (attempts.hasLeft(attempt)) {
      messages.mark(message, UNWANTED, true);
      return;
    }
    const call = attempts.words[attempt * ROW + CALL];
    if (call >= this.ofCall.length) this.growCalls(call);
    if (this.ofCall[call] !== NONE) {
      messages.mark(message, COPY, true);
      return;
    }
    this.ofCall[call] = message;
    messages.mark(message, PUBLISHING, true);
    messages.set(message, M_USER, call);
    if (calls.parent(call) < 0) messages.mark(message, OPEN, true);
  }

  /** What a request has waited for is there, or will not come: it ends, if it still waits. */
  requestEnds(message: number, outcome: number, degraded: boolean): void {
    const { messages } = this.of;
    if (!messages.is(message, OPEN)) return;
    messages.mark(message, OPEN, false);
    const call = messages.is(message, PUBLISHING) ? messages.get(message, M_USER) : NONE;
    const user = call === NONE ? messages.get(message, M_USER) : this.of.calls.user(call);
    if (call !== NONE) this.ofCall[call] = ENDED;
    this.of.commits?.messageEnded(message, messages.epoch(message), outcome === OK);
    this.producers.requestEnded(
      messages.origin(message),
      messages.epoch(message),
      messages.timesOf(message),
      messages.timeAt(message, ARRIVED),
      outcome,
      degraded,
      user,
    );
  }

  /** It has left its broker: its publisher's call, if that is under way, has no message any more. */
  left(message: number): void {
    const { messages } = this.of;
    this.of.commits?.messageLeft(message);
    if (!messages.is(message, PUBLISHING)) return;
    const call = messages.get(message, M_USER);
    if (this.ofCall[call] === message)
      this.ofCall[call] = messages.is(message, OPEN) ? NONE : ENDED;
    messages.mark(message, PUBLISHING, false);
  }

  /** A call has ended for good. True where its request goes on without it, or has ended before it. */
  completed(call: number, outcome: number): boolean {
    if (this.queueOfCall(call) === NONE || call >= this.ofCall.length) return false;
    const message = this.ofCall[call];
    this.ofCall[call] = NONE;
    const isRequest = this.of.calls.parent(call) < 0;
    if (message === ENDED) return isRequest;
    if (message === NONE) return false;
    const { messages } = this.of;
    messages.mark(message, PUBLISHING, false);
    messages.set(message, M_USER, isRequest ? this.of.calls.user(call) : NONE);
    if (outcome === OK) {
      if (isRequest) this.awaitLeave(message);
      return isRequest;
    }
    messages.mark(message, OPEN, false);
    messages.mark(message, UNWANTED, true);
    return false;
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
    if (this.of.deliveries.leavesNs(message) > this.of.kernel.clock[0]) return;
    this.requestEnds(message, DEADLINE, false);
    messages.mark(message, UNWANTED, true);
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
