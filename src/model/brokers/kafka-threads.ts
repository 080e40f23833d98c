import type { Kernel } from '../../kernel/kernel.js';
import type { PollPlan } from '../plan.js';
import type { BrokerQueue, Consumer } from './broker-queue.js';
import { NEXT_POLL, POLLED_TOO_LATE } from './kafka-alarms.js';
import type { KafkaFlights } from './kafka-flights.js';
import type { KafkaMember, Leftovers } from './kafka-member.js';
import type { KafkaReading } from './kafka-reading.js';
import { M_NEXT } from './messages.js';

const NONE = -1;
/** More deliveries of one message under way than there is sense in; its row counts up to 255. */
const OUT_MOST = 200;

/** The parts of a group that its members' threads work with. */
interface ThreadParts {
  readonly consumer: Consumer;
  readonly plan: PollPlan;
  readonly reading: KafkaReading;
  readonly group: { readonly stands: Uint8Array };
  readonly queue: BrokerQueue;
  readonly kernel: Pick<Kernel, 'lineFor'>;
  readonly log: { readonly end: Float64Array };
  readonly flights: KafkaFlights;
}

interface ThreadPeers {
  /** While this is so members poll, and are given nothing. */
  readonly isHeldBack: boolean;
  /** A thread polls, and finds that its member is in the group no more. */
  comesIn(member: KafkaMember): void;
  batchDone(member: KafkaMember): void;
}

/**
 * The polling threads of a group's members. A thread polls as soon as it has nothing else to do; it
 * hands what it is given to the replica's workers, in order, one record of a partition at a time.
 * What it does when all workers are busy is `onFull`. Its heartbeat is a thread of its own.
 */
export class KafkaThreads {
  /** Timer line of the longest time at work; -1 for none. */
  private readonly line: number;

  constructor(
    private readonly of: ThreadParts,
    private readonly peers: ThreadPeers,
  ) {
    const { everyNs, intervalMaxNs } = of.plan;
    // The rest between polls is no less a time without a poll.
    const atWork = everyNs < intervalMaxNs ? intervalMaxNs - everyNs : intervalMaxNs;
    this.line = atWork < Infinity ? of.kernel.lineFor(atWork) : NONE;
  }

  /** Whatever has happened: the thread does what it can. */
  step(member: KafkaMember): void {
    if (!member.isUp || member.isPaused) return;
    for (;;) {
      this.hand(member);
      if (member.isInBatch && member.batchLeft === 0) {
        member.isInBatch = false;
        this.peers.batchDone(member);
      }
      if (this.isAtWork(member)) break;
      if (member.isBusy) this.rests(member);
      if (!member.isIn) {
        this.peers.comesIn(member);
        return;
      }
      if (!this.poll(member)) break;
    }
    this.watch(member, this.isAtWork(member));
  }

  /** The thread is at work, and does not poll; or it does. */
  watch(member: KafkaMember, isAtWork: boolean): void {
    const { queue } = this.of;
    if (!isAtWork) this.stopInterval(member);
    else if (member.intervalAlarm === NONE && member.isIn && this.line !== NONE) {
      member.intervalAlarm = queue.alarmAfter(this.line, POLLED_TOO_LATE, member.replica);
    }
    member.isBusy = isAtWork;
  }

  /** It is put out of its group, and does not know: what it has in hand it works on. */
  goesOnWith(member: KafkaMember, partition: number): void {
    const { queue, reading } = this.of;
    const count = reading.waiting[partition];
    if (count === 0) return;
    const first = reading.waitingRow[partition];
    let row = first;
    for (let i = 0; i < count; i++) {
      queue.keep(row);
      row = queue.messages.get(row, M_NEXT);
    }
    member.leftovers.push({
      partition,
      epoch: reading.epoch[partition],
      flying: reading.flying[partition],
      row: first,
      count,
      offset: reading.fetched[partition] - count,
    });
  }

  /** One of what it works on without being in its group has ended. */
  leftoverEnded(member: KafkaMember, partition: number, epoch: number): void {
    if (member.isInBatch) member.batchLeft--;
    const { leftovers } = member;
    const at = leftovers.findIndex((one) => one.partition === partition && one.epoch === epoch);
    if (at < 0) return;
    const one = leftovers[at];
    one.flying--;
    if (one.flying === 0 && one.count === 0) leftovers.splice(at, 1);
  }

  /** All that the thread has in hand is nothing to it any more, nor what is being handled. */
  forget(member: KafkaMember): void {
    const { queue } = this.of;
    for (const { count, row } of member.leftovers) {
      let next = row;
      for (let i = 0; i < count; i++) {
        const message = next;
        next = queue.messages.get(message, M_NEXT);
        queue.letGo(message);
      }
    }
    member.leftovers = [];
    member.isInBatch = false;
    member.batchLeft = 0;
    member.life++;
    member.out = 0;
    member.isBusy = false;
    member.isOverdue = false;
  }

  /** A record goes to a worker, or to the replica's own queue. */
  deliver(member: KafkaMember, partition: number, offset: number, message: number): void {
    this.send(member, partition, offset, message, this.of.reading.epoch[partition]);
  }

  private send(
    member: KafkaMember,
    partition: number,
    offset: number,
    message: number,
    epoch: number,
  ): void {
    const { consumer, flights, queue, reading } = this.of;
    const times = reading.countDelivery(partition, offset, message);
    const delivery = queue.prepare(message, consumer, member.replica, times);
    member.out++;
    flights.reach(delivery);
    flights.partition[delivery] = partition;
    flights.offset[delivery] = offset;
    flights.epoch[delivery] = epoch;
    flights.life[delivery] = member.life;
    flights.reading[delivery] = reading.index;
    queue.depart();
  }

  /** Hands over what it can of what it has. */
  private hand(member: KafkaMember): void {
    while (member.waiting > 0 || member.leftovers.length > 0) {
      if (!this.canHand(member)) return;
      if (!this.handLeftover(member) && !this.handOwn(member)) return;
    }
  }

  private handOwn(member: KafkaMember): boolean {
    const { group, plan, queue, reading } = this.of;
    const { owned } = member;
    for (let i = 0; i < owned.length; i++) {
      const at = (member.handTurn + i) % owned.length;
      const p = owned[at];
      if (reading.waiting[p] === 0 || group.stands[p] === 1) continue;
      if (reading.holder[p] !== member.index) continue;
      if (reading.flying[p] > 0 && plan.onFull !== 'buffer') continue;
      const message = reading.waitingRow[p];
      if (queue.messages.holders(message) >= OUT_MOST) continue;
      member.handTurn = (at + 1) % owned.length;
      member.waiting--;
      this.deliver(member, p, reading.take(p), message);
      return true;
    }
    return false;
  }

  private handLeftover(member: KafkaMember): boolean {
    const one = member.leftovers.find(({ flying, count }) => {
      return count > 0 && (flying === 0 || this.of.plan.onFull === 'buffer');
    });
    if (one === undefined) return false;
    const { messages } = this.of.queue;
    const message = one.row;
    one.row = messages.get(message, M_NEXT);
    one.count--;
    one.flying++;
    this.send(member, one.partition, one.offset++, message, one.epoch);
    this.of.queue.letGo(message);
    return true;
  }

  /** Whether one more record would be taken: by a worker, or by the replica's own queue. */
  private canHand({ replica }: KafkaMember): boolean {
    const { consumer, plan, queue } = this.of;
    if (queue.canStart(replica)) return true;
    return plan.onFull === 'buffer' && queue.waitingAt(replica) < consumer.capacity;
  }

  /** Whether the thread does not get round to polling. */
  private isAtWork(member: KafkaMember): boolean {
    const { batch, onFull } = this.of.plan;
    if (member.isLeaving) return member.isIn;
    if (onFull === 'pause') return false;
    if (batch) return member.isInBatch;
    if (member.waiting === 0 && !hasMore(member.leftovers)) return false;
    // A worker whose answer is on its way is no free one to its pool.
    const { workers } = this.of.queue.of.replicas;
    return member.out >= workers[member.replica] || !this.canHand(member);
  }

  /** Polls; false where it is given nothing. */
  private poll(member: KafkaMember): boolean {
    const { plan, queue } = this.of;
    if (member.behind === 0 || member.isInBatch || this.peers.isHeldBack) return false;
    if (plan.onFull === 'pause' && !queue.canStart(member.replica)) return false;
    if (plan.everyNs > 0 && !this.isTime(member)) return false;
    const got = this.take(member);
    if (got === 0) return false;
    member.behind -= got;
    member.waiting += got;
    if (plan.batch) {
      member.isInBatch = true;
      member.batchLeft = got;
    }
    member.restsFromNs = queue.nowNs;
    this.stopInterval(member);
    return true;
  }

  /** Takes what is there of its partitions, one after another, up to what a poll may return. */
  private take(member: KafkaMember): number {
    const { group, log, plan, reading } = this.of;
    const { owned, pollTurn } = member;
    let left = plan.recordsMax;
    for (let i = 0; i < owned.length && left > 0; i++) {
      const at = (pollTurn + i) % owned.length;
      const p = owned[at];
      const there = log.end[p] - reading.fetched[p];
      if (there === 0 || group.stands[p] === 1 || reading.waiting[p] > 0) continue;
      const holder = reading.holder[p];
      if (holder !== NONE && holder !== member.index) continue;
      if (reading.flying[p] > 0 && plan.onFull === 'pause') continue;
      const count = Math.min(left, there);
      reading.holder[p] = member.index;
      reading.give(p, count);
      left -= count;
      member.pollTurn = (at + 1) % owned.length;
    }
    return plan.recordsMax - left;
  }

  private rests(member: KafkaMember): void {
    member.isBusy = false;
    member.restsFromNs = this.of.queue.nowNs;
  }

  /** Whether a thread that rests between polls polls now; else it does at its next time. */
  private isTime(member: KafkaMember): boolean {
    const { plan, queue } = this.of;
    if (member.restsFromNs === -Infinity) return true;
    const since = queue.nowNs - member.restsFromNs;
    const at = member.restsFromNs + Math.max(1, Math.ceil(since / plan.everyNs)) * plan.everyNs;
    if (at <= queue.nowNs) return true;
    if (member.pollAlarm === NONE) {
      member.pollAlarm = queue.alarmAt(at, NEXT_POLL, member.replica);
    }
    return false;
  }

  private stopInterval(member: KafkaMember): void {
    if (member.intervalAlarm !== NONE) this.of.queue.cancel(member.intervalAlarm);
    member.intervalAlarm = NONE;
  }
}

function hasMore(leftovers: readonly Leftovers[]): boolean {
  return leftovers.some(({ count }) => count > 0);
}
