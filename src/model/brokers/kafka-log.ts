import { DROPPED } from '../outcomes.js';
import type { BrokerQueue } from './broker-queue.js';
import type { KafkaReading } from './kafka-reading.js';
import { M_NEXT, PUT } from './messages.js';

const NONE = -1;

/**
 * The partitions of a topic: records one after another, each known by its offset. A record leaves when
 * every group has committed past it, or when it is older than the retention.
 *
 * What a member has in hand (given to it, and not committed) is not thrown away until it comes back.
 */
export class KafkaLog {
  readonly head: Int32Array;
  /** Offsets of the first record that is there, and of the next to come. */
  readonly start: Float64Array;
  readonly end: Float64Array;
  private readonly tail: Int32Array;
  /** By partition: whether an alarm is set for the oldest. */
  private readonly isArmed: Uint8Array;
  /** By partition: something is too old, and in somebody's hands. */
  private readonly isOverdue: Uint8Array;

  constructor(
    private readonly queue: BrokerQueue,
    private readonly retentionNs: number,
    private readonly readings: readonly KafkaReading[],
    partitions: number,
    /** The broker's kind of alarm for the retention of a partition. */
    private readonly alarm: number,
  ) {
    this.head = new Int32Array(partitions).fill(NONE);
    this.tail = new Int32Array(partitions).fill(NONE);
    this.start = new Float64Array(partitions);
    this.end = new Float64Array(partitions);
    this.isArmed = new Uint8Array(partitions);
    this.isOverdue = new Uint8Array(partitions);
  }

  append(partition: number, message: number): void {
    const { messages } = this.queue;
    messages.set(message, M_NEXT, NONE);
    if (this.tail[partition] === NONE) this.head[partition] = message;
    else messages.set(this.tail[partition], M_NEXT, message);
    this.tail[partition] = message;
    this.end[partition]++;
    for (const reading of this.readings) reading.appended(partition, message);
    this.arm(partition);
  }

  /** Some group has committed: what all are done with leaves. */
  trim(partition: number): void {
    let done = this.end[partition];
    for (const { committed } of this.readings) done = Math.min(done, committed[partition]);
    while (this.start[partition] < done) this.queue.acknowledge(this.takeHead(partition));
    if (this.isOverdue[partition] === 1) this.expire(partition);
  }

  /** The alarm of a partition rings. Returns how many records were thrown away. */
  rang(partition: number): number {
    this.isArmed[partition] = 0;
    const lost = this.expire(partition);
    this.arm(partition);
    return lost;
  }

  /** Throws away what is too old, and in nobody's hands. */
  private expire(partition: number): number {
    const { messages } = this.queue;
    let lost = 0;
    while (this.isOld(this.head[partition]) && !this.isHeadInHand(partition)) {
      const message = this.head[partition];
      const next = messages.get(message, M_NEXT);
      for (const reading of this.readings) reading.headLost(partition, this.start[partition], next);
      this.takeHead(partition);
      this.queue.lose(message, DROPPED);
      lost++;
    }
    if (this.isOld(this.head[partition])) lost += this.expireBehind(partition);
    this.isOverdue[partition] = this.isOld(this.head[partition]) ? 1 : 0;
    return lost;
  }

  /** The first records are in somebody's hands: those behind all that was ever given out go. */
  private expireBehind(partition: number): number {
    const { messages } = this.queue;
    const last = Math.max(...this.readings.map(({ high }) => high[partition]));
    const holder = this.readings.find((one) => {
      return one.fetched[partition] === last && one.committed[partition] < last;
    });
    if (holder === undefined) return 0;
    const before = holder.lastRow[partition];
    let lost = 0;
    for (let m = messages.get(before, M_NEXT); this.isOld(m); m = messages.get(before, M_NEXT)) {
      const next = messages.get(m, M_NEXT);
      messages.set(before, M_NEXT, next);
      if (next === NONE) this.tail[partition] = before;
      for (const reading of this.readings) reading.rowLost(partition, m, next);
      this.end[partition]--;
      this.queue.lose(m, DROPPED);
      lost++;
    }
    return lost;
  }

  private isOld(message: number): boolean {
    if (message === NONE) return false;
    return this.queue.messages.time(message, PUT) + this.retentionNs <= this.queue.nowNs;
  }

  private isHeadInHand(partition: number): boolean {
    const first = this.start[partition];
    for (const { committed, fetched } of this.readings) {
      if (committed[partition] <= first && fetched[partition] > first) return true;
    }
    return false;
  }

  private takeHead(partition: number): number {
    const message = this.head[partition];
    this.head[partition] = this.queue.messages.get(message, M_NEXT);
    if (this.head[partition] === NONE) this.tail[partition] = NONE;
    this.start[partition]++;
    return message;
  }

  /** Sets the alarm for the oldest that is not overdue yet. */
  private arm(partition: number): void {
    if (this.retentionNs === Infinity || this.isArmed[partition] === 1) return;
    const { messages, nowNs } = this.queue;
    let first = this.head[partition];
    while (this.isOld(first)) first = messages.get(first, M_NEXT);
    if (first === NONE) return;
    this.isArmed[partition] = 1;
    const at = messages.time(first, PUT) + this.retentionNs;
    this.queue.alarmAt(Math.max(at, nowNs), this.alarm, partition);
  }
}
