import { deriveInto, hashText } from '../../kernel/draws.js';
import { FIRSTS, OTHERS } from '../../measure/edge-book.js';
import type { Recorder } from '../../measure/recorder.js';
import {
  type Attempts,
  BITS,
  bitsOut,
  CALL,
  CAME,
  HELD,
  HI,
  LO,
  REPLICA,
  ROW,
  SENT,
  SITE,
  TIMES,
} from '../attempts.js';
import { CALL_BITS, CALL_ROW, type Calls } from '../calls.js';
import type { Commits } from '../commits.js';
import type { Edge } from '../edges.js';
import type { EndlessGuard } from '../endless.js';
import type { GuardedRows } from '../guarded-rows.js';
import { DELIVER, FACT_SENT } from '../outcomes.js';
import type { Program } from '../program.js';
import type { Replicas } from '../replicas.js';
import { THERE, type Wires } from '../wires.js';
import { ARRIVED, AT_FIRST, M_HI, M_LO, M_ROOT_HI, M_ROOT_LO, type Messages } from './messages.js';

/** Told apart from tries and copies: the ordinal is how often the message was delivered. */
const DELIVERY = hashText('delivery').lo | 1;

/** The parts of the model that deliveries are made of. */
export interface DeliveryParts {
  readonly kernel: {
    readonly clock: Float64Array;
    readonly now: number;
    at(timeNs: number, kind: number, row: number): void;
  };
  readonly program: Program;
  readonly attempts: Attempts;
  readonly calls: Calls;
  readonly rows: GuardedRows;
  readonly edges: readonly Edge[];
  readonly endless: EndlessGuard;
  readonly recorder: Recorder;
  readonly wires: Wires;
  readonly messages: Messages;
  readonly replicas: Replicas;
  /** Null where nothing is committed. */
  readonly commits: Commits | null;
  /** Producers' deadlines; Infinity for none. */
  readonly deadlineNs: Float64Array;
  /** As parents of calls have it: whoever delivers. */
  readonly parent: number;
}

/** Sends messages to consumers: each delivery is an attempt, with a key by how often it was delivered. */
export class Deliveries {
  /** By replica: deliveries that have not come there yet. */
  readonly onWay: Int32Array;
  /** As parents of calls have it: whoever delivers. */
  readonly parent: number;
  private services!: { arrive(attempt: number): void };
  private prepared = -1;

  constructor(private readonly of: DeliveryParts) {
    this.parent = of.parent;
    this.onWay = new Int32Array(of.replicas.count);
  }

  connect(peers: { services: { arrive(attempt: number): void } }): void {
    this.services = peers.services;
  }

  /**
   * Makes ready to send a message, which counts as delivered already, to a replica, for the `times`th
   * time. Returns the call of the delivery, known by that until it has ended. `depart` must follow
   * before anything else.
   */
  prepare(message: number, site: number, replica: number, times: number): number {
    const { attempts, calls, kernel, messages, program, recorder } = this.of;
    const edge = this.of.edges[program.siteEdge[site]];
    const hi = messages.get(message, M_HI);
    const lo = messages.get(message, M_LO);
    const origin = messages.origin(message);
    const epoch = messages.epoch(message);
    const call = calls.take(hi, lo, this.of.parent, site, epoch, message);
    calls.begunNs[call] = kernel.clock[0];
    calls.words[call * CALL_ROW + CALL_BITS] |= times;
    const attempt = attempts.take();
    const { words } = attempts;
    const at = attempt * ROW;
    const first = times === 1 && messages.is(message, AT_FIRST);
    deriveInto(words, at, hi, lo, (program.siteTag[site] + Math.imul(times, DELIVERY)) | 0);
    if (attempts.rootHi.length > 0) {
      attempts.rootHi[attempt] = messages.get(message, M_ROOT_HI);
      attempts.rootLo[attempt] = messages.get(message, M_ROOT_LO);
    }
    words[at + CALL] = call;
    words[at + SITE] = site;
    words[at + REPLICA] = replica;
    words[at + BITS] = bitsOut(first, epoch);
    words[at + HELD] = (origin << 16) | 2;
    attempts.times[attempt * TIMES + SENT] = kernel.clock[0];
    this.of.commits?.delivered(attempt, message);
    this.of.rows.beginCall(call);
    this.of.rows.beginAttempt(attempt);
    this.of.rows.deadlineNs[attempt] = this.leavesNs(message);
    this.of.endless.sending(edge.index);
    recorder.edges.sent(edge.index, origin, epoch, first ? FIRSTS : OTHERS);
    recorder.fingerprint.fact(FACT_SENT, words[at + HI], words[at + LO]);
    this.prepared = attempt;
    return call;
  }

  /** What was prepared sets out; without a network it has arrived, and may have ended, in the end. */
  depart(): void {
    const { attempts, kernel, program } = this.of;
    const attempt = this.prepared;
    const at = attempt * ROW;
    const edge = this.of.edges[program.siteEdge[attempts.words[at + SITE]]];
    this.onWay[attempts.words[at + REPLICA]]++;
    const delay = edge.network === null ? 0 : this.of.wires.delayNs(edge, attempt, THERE);
    attempts.times[attempt * TIMES + CAME] = kernel.now + delay;
    if (delay > 0) kernel.at(kernel.now + delay, DELIVER, attempt);
    else this.services.arrive(attempt);
  }

  /** When the client of a message's request leaves, or has left; Infinity where none waits for it. */
  leavesNs(message: number): number {
    const { deadlineNs, messages } = this.of;
    if (!messages.isRequest(message)) return Infinity;
    return this.arrivedNs(message) + deadlineNs[messages.origin(message)];
  }

  /** When the request arrived that a message is for. */
  arrivedNs(message: number): number {
    return this.of.messages.time(message, ARRIVED);
  }
}
