import type { FaultCondition } from '../plan-parts.js';

/** What becomes of a message that is published, see `Broker.meets`. */
export const TAKEN = 0;
/** Its sender is told that it is not wanted. */
export const REFUSED = 1;
/** Its sender waits at the door until the broker lets it in. */
export const WAITS = 2;
/** It is lost, and its sender told nothing. */
export const LOSES = 3;
/** It is taken, and goes to the dead letters at once. */
export const BURIES = 4;
/** Its sender is told that it is not wanted, and a copy goes to the dead letters. */
export const PASSES_ON = 5;

/**
 * What one kind of broker does with one queue: whom it takes messages from, to whom it gives them, and
 * what comes of a handler's end. All that brokers have in common (the door, deliveries, what requests
 * learn, the books) is done by the `BrokerQueue` that each is made for.
 *
 * Whatever it calls there happens at once, and never comes back into the broker before it has ended.
 */
export interface Broker {
  /** At the beginning of the run: every consumer's replica that is there has been told of. */
  begin(): void;
  /** What becomes of one more message; it may throw others out first, to make room. */
  meets(attempt: number): number;
  /** The same of a dead letter of another queue, that waits for nobody; left out: it is taken. */
  meetsLetter?(): number;
  /** A message is ready from now on: the broker puts it in line, and delivers if somebody is there. */
  put(message: number): void;
  /**
   * What was delivered has ended at a replica, as `outcome` says. Its message may have left the broker
   * meanwhile (`GONE`), or be in another. Exactly once for each delivery, which is as
   * `BrokerQueue.deliver` told; `receipt`: how often it had been delivered then, this time included.
   */
  ended(message: number, replica: number, outcome: number, delivery: number, receipt: number): void;
  /**
   * Whether those for whom a delivery is have handled its message before. Only of those brokers that
   * give each message to several; else the message itself knows.
   */
  isHandled?(delivery: number): boolean;
  /** A replica of a consumer may have a free worker, or room in its own queue. */
  hasRoom(replica: number): void;
  /** A replica of a consumer is there and up from now on; or it is no longer, or is about to leave. */
  joins(replica: number): void;
  leaves(replica: number): void;
  /** A replica of a consumer stands still, or goes on. */
  pauses(replica: number, on: boolean): void;
  /** An alarm of its own rings, see `BrokerQueue.alarmAt`. */
  rang(what: number, row: number): void;
  /** What it watches; and a second is over: that holds, or not. Only of those that watch something. */
  readonly watched?: readonly FaultCondition[];
  second?(holds: readonly boolean[]): void;
  /** When the oldest message that is ready was published; Infinity for none. */
  oldestNs(): number;
}
