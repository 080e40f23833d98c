import type { BrokerQueue } from './broker-queue.js';
import { TRY_AGAIN } from './kafka-alarms.js';
import type { KafkaMember } from './kafka-member.js';

/** As long as Kafka's clients wait before they try again: `retry.backoff.ms`, `retry.backoff.max.ms`. */
const FIRST_NS = 100e6;
const MOST_NS = 1_000e6;

/** A record whose handler has failed, and who tries it again. */
export interface Retry {
  readonly whose: { triesAgain(retry: Retry): void };
  /** Where it failed, and in which of its lives. */
  readonly member: KafkaMember;
  readonly life: number;
  readonly partition: number;
  readonly message: number;
  readonly offset: number;
  readonly epoch: number;
}

/**
 * Records that have failed wait here until they are tried again in their place: 100 ms, twice as long
 * each time, a second at most.
 */
export class KafkaRetries {
  private readonly all: (Retry | null)[] = [];
  private readonly free: number[] = [];

  constructor(private readonly queue: BrokerQueue) {}

  /** `failures`: how often it has failed. */
  later(retry: Retry, failures: number): void {
    const place = this.free.pop() ?? this.all.length;
    this.all[place] = retry;
    const doublings = Math.min(failures - 1, 4);
    const wait = Math.min(MOST_NS, FIRST_NS * (1 << doublings));
    this.queue.alarmAt(this.queue.nowNs + wait, TRY_AGAIN, place);
  }

  /** The alarm of a place rings. */
  rang(place: number): void {
    const retry = this.all[place];
    this.all[place] = null;
    this.free.push(place);
    retry?.whose.triesAgain(retry);
  }
}
