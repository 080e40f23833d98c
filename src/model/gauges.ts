import {
  type Attempts,
  BLOCKED,
  DONE,
  HELD_BACK,
  JOINED,
  OUT,
  REPLICA,
  ROW,
  TURNED_AWAY,
  UNSENT,
  WAITING,
} from './attempts.js';
import type { Plan } from './plan.js';
import type { Replicas } from './replicas.js';

/** What gauges ask of the rest of the model. */
export interface GaugePeers {
  /** How many messages lie in a queue, or are being handled. */
  held(queue: number): number;
  /** Worker time of an attempt that has started, up to now. */
  workedNs(attempt: number): number;
  /** Time that cores of a replica were at work, up to now. */
  coreNs(replica: number): number;
}

/** What replicas measured in sum, and what all of one would be. */
interface Measured {
  sum: number;
  each: number;
}

/**
 * What autoscalers read off at replicas. Worker time is counted when an attempt ends, and that of
 * those under way added when somebody looks, so that nothing is done for it in between.
 */
export class Gauges {
  /** By replica: worker time of all that has ended; what the last reading was. */
  private readonly endedNs: Float64Array;
  private readonly before: Float64Array;
  /** By component: when it was read last. */
  private readonly lookedNs: Float64Array;

  constructor(
    private readonly plan: Plan,
    private readonly clock: Float64Array,
    private readonly attempts: Attempts,
    private readonly replicas: Replicas,
    private readonly peers: GaugePeers,
  ) {
    this.endedNs = new Float64Array(replicas.count);
    this.before = new Float64Array(replicas.count);
    this.lookedNs = new Float64Array(plan.components.length);
  }

  /** An attempt that had a worker of a replica for so long has ended. */
  ended(replica: number, workedNs: number): void {
    this.endedNs[replica] += workedNs;
  }

  /** What these replicas of a component measured since it was last asked, or measure now. */
  read(component: number, ready: readonly number[]): Measured {
    switch (this.plan.components[component].autoscale?.metric) {
      case 'queue':
        return { sum: total(ready, (r) => this.replicas.waitingAt(r)), each: 1 };
      case 'lag': {
        const queue = this.plan.components[component].consumes?.queue ?? -1;
        return { sum: queue < 0 ? 0 : this.peers.held(queue), each: 1 };
      }
      case 'in_flight': {
        const held = this.over(component, isIn, () => 1);
        return { sum: total(ready, (r) => held[r - this.replicas.first[component]]), each: 1 };
      }
      case 'cpu':
        return this.used(component, ready, (r) => this.peers.coreNs(r));
      default: {
        const { first } = this.replicas;
        const now = this.over(component, hasWorked, (attempt) => this.peers.workedNs(attempt));
        return this.used(component, ready, (r) => this.endedNs[r] + now[r - first[component]]);
      }
    }
  }

  /** Time of workers or cores that was used since the last reading. */
  private used(component: number, ready: readonly number[], soFar: (r: number) => number) {
    const { first } = this.replicas;
    const { autoscale, cores } = this.plan.components[component];
    const since = new Map<number, number>();
    for (let r = first[component]; r < first[component + 1]; r++) {
      const now = soFar(r);
      since.set(r, now - this.before[r]);
      this.before[r] = now;
    }
    const given = this.replicas.given[component];
    const most = autoscale?.metric === 'cpu' && cores < Infinity ? cores : given;
    const spanNs = this.clock[0] - this.lookedNs[component];
    this.lookedNs[component] = this.clock[0];
    return { sum: total(ready, (r) => since.get(r) ?? 0), each: most * spanNs };
  }

  /** Something of all attempts at a component's replicas, added up by replica. */
  private over(
    component: number,
    counts: (state: number) => boolean,
    figure: (attempt: number) => number,
  ): Float64Array {
    const { attempts, replicas } = this;
    const first = replicas.first[component];
    const sums = new Float64Array(replicas.size(component));
    for (let a = 0; a < attempts.used; a++) {
      if (attempts.isFree(a) || attempts.isAtCaller(a)) continue;
      const own = attempts.words[a * ROW + REPLICA] - first;
      if (own < 0 || own >= sums.length || !counts(attempts.state(a))) continue;
      sums[own] += figure(a);
    }
    return sums;
  }
}

/** Whether one is at its replica: waits there, is worked on, or waits for its calls. */
function isIn(state: number): boolean {
  if (state === OUT || state === UNSENT || state === DONE) return false;
  return state !== BLOCKED && state !== HELD_BACK && state !== TURNED_AWAY;
}

/** Whether one has had a worker of its own. */
function hasWorked(state: number): boolean {
  return isIn(state) && state !== WAITING && state !== JOINED;
}

function total(replicas: readonly number[], of: (replica: number) => number): number {
  let sum = 0;
  for (const replica of replicas) sum += of(replica);
  return sum;
}
