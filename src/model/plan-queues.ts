import type { CallTarget, FaultCondition } from './plan-parts.js';

/** A queue by itself, where messages wait for components that consume it. */
export interface QueuePlan {
  name: string;
  /** How many may lie there ready to be taken; Infinity for no bound. */
  capacity: number;
  /**
   * What meets one more: it is refused, its sender waits, the oldest (or least important) makes room,
   * it is lost in silence, or it goes to the dead letters at once (its sender is told it was taken).
   */
  whenFull: QueueWhenFull;
  /** Index of the queue that takes what this one gives up; -1: it is lost. */
  deadLetter: number;
  broker: BrokerPlan;
}

export type QueueWhenFull =
  | 'reject'
  | 'block'
  | 'drop_oldest'
  | 'drop_newest'
  | 'drop_lowest_priority'
  | 'dead_letter';

/** Who keeps a queue, and what he does of himself; figures per queue. Infinity: no bound. */
export type BrokerPlan =
  /** A process: the queue between two pools of workers. */
  | { kind: 'memory' }
  | {
      kind: 'kafka';
      partitions: number;
      /** What is older is thrown away, read or not. */
      retentionNs: number;
      /** Of each client that publishes: what it holds unsent at most, and how long it then waits. */
      bufferBytes: number;
      maxBlockNs: number;
    }
  | {
      kind: 'rabbitmq';
      /** How often one is delivered again at most. */
      deliveryLimit: number;
      /** Publishers are blocked while what lies there takes more than `at` of the limit. */
      memory: null | { limitBytes: number; at: number };
    }
  | {
      kind: 'sqs';
      visibilityNs: number;
      /** Received more often than this it goes to the dead letters. */
      receivesMax: number;
      /** Received and not deleted, at most. */
      inFlightMax: number;
    }
  | {
      kind: 'stream';
      /** What meets what comes while nobody has asked for it, and the capacity is used up. */
      overflow: 'buffer' | 'drop' | 'latest' | 'error';
    };

/** That a component takes its work from a queue, and how. */
export interface ConsumesPlan {
  queue: number;
  /** The edge on which it is delivered, and the route that handles it. */
  to: CallTarget;
  how: ConsumePlan;
}

export type ConsumePlan =
  /** One when a worker is free (memory). */
  | { kind: 'worker' }
  /** So many at a replica that it has not acknowledged (rabbitmq); Infinity for no bound. */
  | { kind: 'prefetch'; count: number }
  /** Kafka: each replica is a member of the component's group. */
  | ({ kind: 'poll' } & PollPlan)
  /** SQS: each replica receives up to `recordsMax`, waiting `waitNs` for the first. */
  | { kind: 'receive'; recordsMax: number; waitNs: number }
  /** Reactive Streams: each replica asks for `n` at first, for more when that share is used up. */
  | { kind: 'request'; n: number; replenish: number; forget: number };

export interface PollPlan {
  /** What one poll returns at most. */
  recordsMax: number;
  /** A member that has not polled for so long leaves its group. */
  intervalMaxNs: number;
  /** One that sends no heartbeat for so long, being down or paused, is put out. */
  sessionNs: number;
  /** Rest between two polls. */
  everyNs: number;
  /** Whether the records of a poll are done and committed together before the next poll. */
  batch: boolean;
  /** What the polling thread does when all workers are busy. */
  onFull: 'pause' | 'block' | 'buffer';
  /** While one of these holds it polls, and is given nothing. */
  pauseWhen: FaultCondition[];
  /** How long a rebalance takes; `eager`: nobody works meanwhile; else only what moves waits. */
  rebalance: { takesNs: number; mode: 'eager' | 'cooperative' };
}
