/**
 * Shuffle sharding and fair queuing as in Kubernetes' API Priority and Fairness (KEP-1040;
 * kubernetes/kubernetes `apiserver/pkg/util/flowcontrol/fairqueuing/queueset/queueset.go` and
 * `util/shufflesharding`). The hash of a flow deals a hand of distinct queues; a request joins the
 * one of its hand in which the fewest wait. When a seat is free the queue goes next whose oldest
 * request would finish first in virtual time, if all queues that are in use shared the seats evenly:
 * so many small flows are served beside a great one, as far as their hands are not all taken by it.
 */
export interface FairQueuesSpec {
  /** How many queues there are: 64. */
  queues: number;
  /** How many of them a flow may use: 8. */
  hand: number;
  /** How many may wait in one queue: 50. */
  length: number;
}

/** What a PriorityLevelConfiguration has that leaves them out (k8s `flowcontrol/v1/defaults.go`). */
export const FAIR_QUEUES: FairQueuesSpec = { queues: 64, hand: 8, length: 50 };

/** More hands than that a hash of 53 bits cannot deal evenly: 2^49. */
export const HANDS_MAX = 562_949_953_421_312;

/** What a request is taken to need until it has ended: 3 ms (queueset.go). */
const ESTIMATE_NS = 3e6;

const NONE = -1;

/** How many ordered hands there are. */
export function handsOf(queues: number, hand: number): number {
  let hands = 1;
  for (let i = 0; i < hand; i++) hands *= queues - i;
  return hands;
}

/** The hand that a hash of two 32-bit words deals: distinct queues, in the order of dealing. */
export function dealInto(into: Int32Array, queues: number, hi: number, lo: number): void {
  let rest = (hi >>> 0) * 2097152 + (lo >>> 11);
  for (let i = 0; i < into.length; i++) {
    const left = queues - i;
    let card = rest % left;
    rest = (rest - card) / left;
    // The card is a place among the queues that are not dealt yet: `into` is kept sorted so far.
    let at = 0;
    while (at < i && into[at] <= card) {
      card++;
      at++;
    }
    for (let j = i; j > at; j--) into[j] = into[j - 1];
    into[at] = card;
  }
}

/**
 * A set of queues before some seats. Requests are named by small numbers of the user's. Times are
 * nanoseconds; virtual times are nanoseconds of a seat.
 */
export class FairQueues {
  /** How many requests are served at once. */
  seats = 1;
  private readonly hand: Int32Array;
  private readonly waiting: Int32Array;
  private readonly executing: Int32Array;
  /** Virtual time at which the next request of a queue is dispatched. */
  private readonly dispatchR: Float64Array;
  private readonly head: Int32Array;
  private readonly tail: Int32Array;
  private next = new Int32Array(16);
  private previous = new Int32Array(16);
  private arrivalR = new Float64Array(16);
  private queueOf = new Int32Array(16);
  private inUse = 0;
  private requests = 0;
  private virtualNow = 0;
  private lastNs = 0;
  private robin: number;
  private dealt = 0;

  constructor(readonly spec: FairQueuesSpec) {
    const { queues, hand } = spec;
    this.hand = new Int32Array(hand);
    this.waiting = new Int32Array(queues);
    this.executing = new Int32Array(queues);
    this.dispatchR = new Float64Array(queues);
    this.head = new Int32Array(queues).fill(NONE);
    this.tail = new Int32Array(queues).fill(NONE);
    this.robin = queues - 1;
  }

  /** Of a flow's hand the queue in which the fewest wait; among equals they take turns. */
  choose(hi: number, lo: number): number {
    const { hand, waiting } = this;
    dealInto(hand, this.spec.queues, hi, lo);
    const offset = this.dealt++ % hand.length;
    let best = hand[offset];
    for (let i = 1; i < hand.length; i++) {
      const queue = hand[(offset + i) % hand.length];
      if (waiting[queue] < waiting[best]) best = queue;
    }
    return best;
  }

  /** How many wait in a queue. */
  lengthOf(queue: number): number {
    return this.waiting[queue];
  }

  /** A request joins a queue. */
  join(nowNs: number, queue: number, request: number): void {
    this.sync(nowNs);
    if (request >= this.next.length) this.grow(request);
    this.use(queue);
    const tail = this.tail[queue];
    this.next[request] = NONE;
    this.previous[request] = tail;
    if (tail === NONE) this.head[queue] = request;
    else this.next[tail] = request;
    this.tail[queue] = request;
    this.arrivalR[request] = this.virtualNow;
    this.queueOf[request] = queue;
    this.waiting[queue]++;
    this.requests++;
    this.bound(queue);
  }

  /** The request that goes next, -1 if none waits. Among equals the queues take turns. */
  first(nowNs: number): number {
    this.sync(nowNs);
    const { dispatchR, head } = this;
    const { queues } = this.spec;
    let best = NONE;
    for (let i = 1; i <= queues; i++) {
      const queue = (this.robin + i) % queues;
      if (head[queue] === NONE) continue;
      if (best === NONE || dispatchR[queue] < dispatchR[best]) best = queue;
    }
    if (best === NONE) return NONE;
    this.robin = best;
    return head[best];
  }

  /** A request that waited gets a seat. */
  dispatch(nowNs: number, request: number): void {
    this.sync(nowNs);
    this.executing[this.queueOf[request]]++;
    this.requests++;
    this.remove(request);
    this.dispatchR[this.queueOf[request]] += ESTIMATE_NS;
    this.bound(this.queueOf[request]);
  }

  /** A request that waited has gone away. */
  leave(nowNs: number, request: number): void {
    this.sync(nowNs);
    this.remove(request);
    this.bound(this.queueOf[request]);
  }

  /** A request of a queue gets a seat at once. */
  seat(nowNs: number, queue: number): void {
    this.sync(nowNs);
    this.use(queue);
    this.executing[queue]++;
    this.requests++;
    this.dispatchR[queue] += ESTIMATE_NS;
    this.bound(queue);
  }

  /** A request of a queue has ended, `tookNs` after its start. */
  end(nowNs: number, queue: number, tookNs: number): void {
    this.sync(nowNs);
    this.executing[queue]--;
    this.requests--;
    if (this.isIdle(queue)) this.inUse--;
    this.dispatchR[queue] -= ESTIMATE_NS - tookNs;
    this.bound(queue);
  }

  private remove(request: number): void {
    const queue = this.queueOf[request];
    const before = this.previous[request];
    const after = this.next[request];
    if (before === NONE) this.head[queue] = after;
    else this.next[before] = after;
    if (after === NONE) this.tail[queue] = before;
    else this.previous[after] = before;
    this.waiting[queue]--;
    this.requests--;
    if (this.isIdle(queue)) this.inUse--;
  }

  /** A queue that was not in use begins at the virtual time of now. */
  private use(queue: number): void {
    if (!this.isIdle(queue)) return;
    this.dispatchR[queue] = this.virtualNow;
    this.inUse++;
  }

  private isIdle(queue: number): boolean {
    return this.waiting[queue] === 0 && this.executing[queue] === 0;
  }

  /** Virtual time runs at the pace at which each queue in use is served. */
  private sync(nowNs: number): void {
    const since = nowNs - this.lastNs;
    this.lastNs = nowNs;
    if (this.inUse === 0) return;
    this.virtualNow += (since * Math.min(this.requests, this.seats)) / this.inUse;
  }

  /** A queue that could not use its share saves nothing up: no dispatch before the arrival. */
  private bound(queue: number): void {
    const oldest = this.head[queue];
    if (oldest === NONE) return;
    this.dispatchR[queue] = Math.max(this.dispatchR[queue], this.arrivalR[oldest]);
  }

  private grow(request: number): void {
    const rows = Math.ceil((request + 1) * 1.5);
    this.next = longer(this.next, new Int32Array(rows));
    this.previous = longer(this.previous, new Int32Array(rows));
    this.queueOf = longer(this.queueOf, new Int32Array(rows));
    this.arrivalR = longer(this.arrivalR, new Float64Array(rows));
  }
}

function longer<T extends Int32Array | Float64Array>(old: T, now: T): T {
  now.set(old);
  return now;
}
