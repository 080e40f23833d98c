import type { BrokerQueue, Consumer } from './broker-queue.js';

const NONE = -1;

/** What a replica that consumes does. It is not there, or down; or has asked for nothing. */
const AWAY = 0;
const IDLE = 1;
/** A long poll of it is open. */
const WAITING = 2;
/** What it asked for came back empty: it asks again after a pause. */
const RESTING = 3;

/**
 * The replicas that receive from an SQS queue: what each is doing, and in which order those wait whose
 * long polls are open.
 */
export class SqsPollers {
  /** The first whose long poll is open, NONE for none. */
  first = NONE;
  private last = NONE;
  private readonly states: Uint8Array;
  private readonly next: Int32Array;
  private readonly before: Int32Array;
  /** What ends the long poll, or the pause. */
  private readonly alarms: Int32Array;
  /** When it was last given something, and how much at that moment. */
  private readonly givenNs: Float64Array;
  private readonly given: Int32Array;
  /** Deliveries to it that have not ended, as far as is known here. */
  private readonly out: Int32Array;

  constructor(private readonly queue: BrokerQueue) {
    const replicas = queue.of.replicas.count;
    this.states = new Uint8Array(replicas);
    this.next = new Int32Array(replicas).fill(NONE);
    this.before = new Int32Array(replicas).fill(NONE);
    this.alarms = new Int32Array(replicas);
    this.givenNs = new Float64Array(replicas).fill(NONE);
    this.given = new Int32Array(replicas);
    this.out = new Int32Array(replicas);
  }

  /** Whether it might ask for something: it is there, and no answer to an earlier wish is due. */
  isIdle(replica: number): boolean {
    return this.states[replica] === IDLE;
  }

  isWaiting(replica: number): boolean {
    return this.states[replica] === WAITING;
  }

  /** It is there; false where it was before. */
  joins(replica: number): boolean {
    if (this.states[replica] !== AWAY) return false;
    this.states[replica] = IDLE;
    return true;
  }

  leaves(replica: number): void {
    this.idle(replica);
    this.states[replica] = AWAY;
  }

  /** Its long poll, or its pause, is over before its time. */
  idle(replica: number): void {
    const state = this.states[replica];
    if (state === WAITING || state === RESTING) this.queue.cancel(this.alarms[replica]);
    this.rang(replica);
  }

  /** Its long poll, or its pause, is over. */
  rang(replica: number): void {
    if (this.states[replica] === WAITING) this.takeOut(replica);
    this.states[replica] = IDLE;
  }

  /** A long poll is open from now on, until the alarm. */
  waits(replica: number, alarm: number): void {
    this.states[replica] = WAITING;
    this.alarms[replica] = alarm;
    this.before[replica] = this.last;
    this.next[replica] = NONE;
    if (this.last === NONE) this.first = replica;
    else this.next[this.last] = replica;
    this.last = replica;
  }

  /** It asks for nothing until the alarm. */
  rests(replica: number, alarm: number): void {
    this.states[replica] = RESTING;
    this.alarms[replica] = alarm;
  }

  /** One more delivery to it has ended. */
  ended(replica: number): void {
    this.out[replica]--;
  }

  /**
   * Whether a delivery has ended there and its end is yet to come here: what it deletes is deleted
   * before more is asked for.
   */
  isEnding(replica: number): boolean {
    const { deliveries, replicas } = this.queue.of;
    const busy = replicas.given[replicas.component[replica]] - replicas.freeWorkers[replica];
    return this.out[replica] > deliveries.onWay[replica] + replicas.depth[replica] + busy;
  }

  /** It was given so many now. */
  gives(replica: number, count: number): void {
    const now = this.queue.nowNs;
    this.out[replica] += count;
    this.given[replica] = count + (this.givenNs[replica] === now ? this.given[replica] : 0);
    this.givenNs[replica] = now;
  }

  /** How many it was given at this very moment. */
  givenNow(replica: number): number {
    return this.givenNs[replica] === this.queue.nowNs ? this.given[replica] : 0;
  }

  private takeOut(replica: number): void {
    const { before, next } = this;
    const [left, right] = [before[replica], next[replica]];
    if (left === NONE) this.first = right;
    else next[left] = right;
    if (right === NONE) this.last = left;
    else before[right] = left;
  }
}

/** How a consumer of an SQS queue receives. */
export function receivingOf(consumer: Consumer): { recordsMax: number; waitNs: number } {
  const { how } = consumer;
  if (how.kind !== 'receive') throw new Error(`${consumer.name} does not receive from sqs`);
  return how;
}
