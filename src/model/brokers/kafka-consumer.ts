import type { Kernel } from '../../kernel/kernel.js';
import { KafkaGroup } from '../../policies/kafka-group.js';
import { FACT_ASSIGNED, FACT_JOINED_GROUP, FACT_LEFT_GROUP, OK } from '../outcomes.js';
import type { PollPlan } from '../plan.js';
import type { BrokerQueue, Consumer } from './broker-queue.js';
import { REBALANCED, SESSION_OVER } from './kafka-alarms.js';
import type { KafkaFlights } from './kafka-flights.js';
import type { KafkaLog } from './kafka-log.js';
import { KafkaMember } from './kafka-member.js';
import type { KafkaReading } from './kafka-reading.js';
import type { KafkaRetries, Retry } from './kafka-retries.js';
import { KafkaThreads } from './kafka-threads.js';

const NONE = -1;

/** The parts of a broker that its groups work with. */
export interface KafkaParts {
  readonly queue: BrokerQueue;
  readonly kernel: Pick<Kernel, 'lineFor'>;
  readonly log: KafkaLog;
  readonly flights: KafkaFlights;
  readonly retries: KafkaRetries;
}

/**
 * One consumer group: a component that consumes, each replica a member. Members that come, go, or
 * are put out begin a rebalance; a partition that goes to another while one of its records is being
 * handled is given over when that has ended.
 */
export class KafkaConsumer {
  readonly group: KafkaGroup;
  readonly members: readonly KafkaMember[];
  readonly threads: KafkaThreads;
  isHeldBack = false;
  private hasBegun = false;
  private rebalanceAlarm = NONE;

  constructor(
    readonly index: number,
    readonly consumer: Consumer,
    readonly plan: PollPlan,
    readonly reading: KafkaReading,
    private readonly of: KafkaParts,
    partitions: number,
  ) {
    const { takesNs, mode } = plan.rebalance;
    this.group = new KafkaGroup({ partitions, takesNs, mode });
    this.members = Array.from(
      { length: consumer.size },
      (_, m) => new KafkaMember(consumer.first + m, m),
    );
    this.threads = new KafkaThreads({ ...of, consumer, plan, reading, group: this.group }, this);
  }

  /** Whoever is there has its partitions from the beginning. */
  begin(): void {
    this.hasBegun = true;
    this.group.begin(this.members.filter(({ isIn }) => isIn).map(({ index }) => index));
    this.recount();
    this.stepAll();
  }

  // --- Members come and go

  joins(member: KafkaMember): void {
    member.isUp = true;
    if (member.isLeaving && member.isIn) {
      // It was about to leave, and stays.
      member.isLeaving = false;
      this.threads.step(member);
      return;
    }
    member.isLeaving = false;
    if (member.isIn && !this.hasBegun) return;
    if (!this.hasBegun) {
      member.isIn = true;
      return;
    }
    this.comesIn(member);
  }

  leaves(member: KafkaMember): void {
    if (this.of.queue.isUp(member.replica)) this.leavesInOrder(member);
    else this.goesDown(member);
  }

  pauses(member: KafkaMember, on: boolean): void {
    member.isPaused = on;
    if (on) {
      this.awaitSession(member);
      return;
    }
    if (member.isUp) this.stop(member, 'sessionAlarm');
    if (member.isOverdue && member.isIn) this.putOut(member);
    member.isOverdue = false;
    this.threads.step(member);
  }

  /** Its polling thread has come back from its work, and finds that it is in no group any more. */
  comesIn(member: KafkaMember): void {
    if (!member.isUp || member.isPaused || member.isLeaving) return;
    this.stop(member, 'sessionAlarm');
    this.threads.forget(member);
    member.restsFromNs = -Infinity;
    member.isIn = true;
    this.fact(FACT_JOINED_GROUP, member);
    this.changes(() => this.group.join(member.index, this.of.queue.nowNs));
    this.threads.step(member);
  }

  /** It has not polled for too long: it leaves its group, and goes on with what it has. */
  polledTooLate(member: KafkaMember): void {
    member.intervalAlarm = NONE;
    if (member.isPaused) member.isOverdue = true;
    else if (member.isIn) this.putOut(member);
  }

  sessionOver(member: KafkaMember): void {
    member.sessionAlarm = NONE;
    if (member.isIn) this.putOut(member);
  }

  private leavesInOrder(member: KafkaMember): void {
    const { reading } = this;
    member.isLeaving = true;
    this.eachHeld(member, (p) => {
      const count = reading.giveBack(p);
      if (member.isInBatch) member.batchLeft -= count;
    });
    this.recount();
    if (!member.isIn) this.threads.forget(member);
    else if (!this.isWorking(member)) this.isGone(member);
    else this.threads.watch(member, true);
  }

  /** One that leaves has nothing more to do. */
  isGone(member: KafkaMember): void {
    if (!member.isIn) return;
    this.eachHeld(member, (p) => {
      if (this.reading.commit(p)) this.of.log.trim(p);
    });
    this.leavesGroup(member);
  }

  /** Whether it still handles something under an assignment. */
  isWorking(member: KafkaMember): boolean {
    let count = 0;
    this.eachHeld(member, (p) => {
      count += this.reading.flying[p];
    });
    return count > 0;
  }

  private goesDown(member: KafkaMember): void {
    member.isUp = false;
    member.life++;
    this.threads.forget(member);
    for (const alarm of ['intervalAlarm', 'pollAlarm'] as const) this.stop(member, alarm);
    this.eachHeld(member, (p) => this.free(p));
    this.recount();
    this.awaitSession(member);
  }

  /** Put out: its commits fail from now on, and what it has in hand is given to others. */
  private putOut(member: KafkaMember): void {
    if (member.isUp && !member.isLeaving) {
      this.eachHeld(member, (p) => this.threads.goesOnWith(member, p));
    }
    this.leavesGroup(member);
  }

  private leavesGroup(member: KafkaMember): void {
    this.stop(member, 'intervalAlarm');
    this.stop(member, 'sessionAlarm');
    this.eachHeld(member, (p) => this.free(p));
    member.isIn = false;
    this.fact(FACT_LEFT_GROUP, member);
    this.changes(() => this.group.leave(member.index, this.of.queue.nowNs));
    this.stepAll();
  }

  private awaitSession(member: KafkaMember): void {
    const { sessionNs } = this.plan;
    if (!member.isIn || member.sessionAlarm !== NONE || sessionNs === Infinity) return;
    const { queue } = this.of;
    member.sessionAlarm = queue.alarmAt(queue.nowNs + sessionNs, SESSION_OVER, member.replica);
  }

  // --- Rebalances

  private changes(change: () => void): void {
    const { group, of } = this;
    const before = group.rebalances;
    const was = group.endsNs;
    change();
    if (group.rebalances > before) {
      of.queue.of.recorder.queues.rebalanced(of.queue.index);
    }
    this.recount();
    if (group.endsNs === was) return;
    if (this.rebalanceAlarm !== NONE) of.queue.cancel(this.rebalanceAlarm);
    this.rebalanceAlarm =
      group.endsNs === Infinity ? NONE : of.queue.alarmAt(group.endsNs, REBALANCED, this.index);
  }

  rebalanced(): void {
    this.rebalanceAlarm = NONE;
    const { group, reading } = this;
    const moved = group.end();
    this.of.queue.of.recorder.fingerprint.fact(FACT_ASSIGNED, this.consumer.component, moved);
    for (let p = 0; p < group.owners.length; p++) {
      const holder = reading.holder[p];
      if (holder === NONE || holder === group.owners[p]) continue;
      const count = reading.giveBack(p);
      const member = this.members[holder];
      if (member.isInBatch) member.batchLeft -= count;
      // What it handles it may end, and commit.
      if (reading.flying[p] === 0) this.handOver(p);
    }
    this.recount();
    this.stepAll();
  }

  /** A partition goes to its new owner: what is done in order is committed before. */
  handOver(p: number): void {
    if (this.reading.commit(p)) this.of.log.trim(p);
    this.free(p);
  }

  private free(p: number): void {
    this.reading.rewind(p);
    this.of.log.trim(p);
  }

  // --- Deliveries

  /** A handler has ended, under this group's delivery. */
  ended(member: KafkaMember, message: number, outcome: number, delivery: number): void {
    const { flights, retries } = this.of;
    const { reading } = this;
    const p = flights.partition[delivery];
    const offset = flights.offset[delivery];
    const isOfThisLife = flights.life[delivery] === member.life;
    if (isOfThisLife) member.out--;
    if (outcome === OK) reading.noteHandled(p, offset);
    if (!isOfThisLife || flights.epoch[delivery] !== reading.epoch[p]) {
      if (isOfThisLife) this.threads.leftoverEnded(member, p, flights.epoch[delivery]);
    } else if (outcome === OK || member.isLeaving || this.group.owners[p] !== member.index) {
      if (outcome === OK) reading.finish(p, offset);
      else reading.flying[p]--;
      if (member.isInBatch) member.batchLeft--;
      this.landed(member, p);
    } else {
      const { life } = member;
      const epoch = reading.epoch[p];
      const retry = { whose: this, member, life, partition: p, message, offset, epoch };
      retries.later(retry, reading.deliveries(p, offset));
    }
    this.threads.step(member);
  }

  /** One less is being handled of a partition. */
  landed(member: KafkaMember, p: number): void {
    const { reading } = this;
    if (!this.plan.batch && reading.commit(p)) this.of.log.trim(p);
    if (reading.flying[p] > 0) return;
    const owner = this.group.owners[p];
    if (owner !== member.index) {
      this.handOver(p);
      this.recount();
      if (owner !== NONE) this.threads.step(this.members[owner]);
    }
    if (member.isLeaving && !this.isWorking(member)) this.isGone(member);
  }

  /** The time of one that had failed has come. */
  triesAgain({ member, life, partition: p, message, offset, epoch }: Retry): void {
    const { reading } = this;
    if (epoch !== reading.epoch[p]) {
      if (life === member.life) this.threads.leftoverEnded(member, p, epoch);
    } else if (member.isLeaving || this.group.owners[p] !== member.index) {
      reading.flying[p]--;
      if (member.isInBatch) member.batchLeft--;
      this.landed(member, p);
    } else if (this.plan.onFull === 'buffer') this.threads.deliver(member, p, offset, message);
    else {
      reading.takeBack(p, message);
      member.waiting++;
    }
    this.threads.step(member);
  }

  /** All that a batch had is done: it is committed together. */
  batchDone(member: KafkaMember): void {
    this.eachHeld(member, (p) => {
      if (this.reading.commit(p)) this.of.log.trim(p);
    });
  }

  /** Members poll, and are given nothing, from now on; or something again. */
  holdBack(on: boolean): void {
    if (this.isHeldBack === on) return;
    this.isHeldBack = on;
    if (!on) this.stepAll();
  }

  // --- Within

  stepAll(): void {
    for (const member of this.members) this.threads.step(member);
  }

  /** A record has come into a partition. */
  appended(p: number): void {
    const owner = this.group.owners[p];
    if (owner === NONE) return;
    const member = this.members[owner];
    member.behind++;
    this.threads.step(member);
  }

  /** After an assignment has changed: whose what is, and how much of it there is. */
  recount(): void {
    const { group, members, of, reading } = this;
    for (const member of members) {
      member.owned = [];
      member.waiting = 0;
      member.behind = 0;
    }
    for (let p = 0; p < group.owners.length; p++) {
      const owner = group.owners[p];
      if (owner !== NONE) {
        members[owner].owned.push(p);
        members[owner].behind += of.log.end[p] - reading.fetched[p];
      }
      if (reading.holder[p] !== NONE) members[reading.holder[p]].waiting += reading.waiting[p];
    }
  }

  private eachHeld(member: KafkaMember, tell: (p: number) => void): void {
    const { holder } = this.reading;
    for (let p = 0; p < holder.length; p++) if (holder[p] === member.index) tell(p);
  }

  private stop(member: KafkaMember, alarm: 'intervalAlarm' | 'sessionAlarm' | 'pollAlarm'): void {
    if (member[alarm] !== NONE) this.of.queue.cancel(member[alarm]);
    member[alarm] = NONE;
  }

  private fact(kind: number, { index }: KafkaMember): void {
    this.of.queue.of.recorder.fingerprint.fact(kind, this.consumer.component, index);
  }
}
