import { FIRSTS, OTHERS, RETRIES } from './edge-book.js';
import { ANSWERED_THEN, FAILED, GOOD_THEN, OFFERED, type Recorder } from './recorder.js';
import type { Saturation } from './saturation.js';
import type { SecondRecord } from './second-record.js';
import { DROPPED, ENDS, EXPIRED, REFUSED } from './service-book.js';

/** What a second's record asks of the model. */
export interface SecondSource {
  /** How long the oldest has waited at a component, nanoseconds. */
  oldestNs(component: number): number;
  /** The longest queue of a component's replicas, and how many may wait there. */
  longestQueue(component: number): number;
  capacity(component: number): number;
  /** How many may be ready in a queue that stands by itself. */
  queueCapacity(queue: number): number;
}

/** Counters of which a second's part is wanted: what they stood at when the last one ended. */
class Since {
  private readonly before: Float64Array;

  constructor(
    subjects: number,
    private readonly total: (subject: number) => number,
  ) {
    this.before = new Float64Array(subjects);
  }

  read(into: Float64Array): void {
    const { before } = this;
    for (let subject = 0; subject < before.length; subject++) {
      const now = this.total(subject);
      into[subject] = now - before[subject];
      before[subject] = now;
    }
  }
}

/** Writes the record of each whole second. Reads the books at its border and costs nothing between. */
export class SecondBook {
  private readonly record: SecondRecord;
  private readonly counters: [Since, Float64Array][];
  private readonly busy: Since;
  private readonly there: Since;
  private readonly busyNs: Float64Array;
  private readonly thereNs: Float64Array;
  private offeredBefore = 0;
  private goodBefore = 0;

  constructor(
    private readonly recorder: Recorder,
    private readonly saturation: Saturation,
    private readonly source: SecondSource,
    private readonly clock: Float64Array,
  ) {
    const { services, requests, edges, workers, subjects } = recorder;
    const { outcomes, components } = subjects;
    const record = emptyRecord(subjects);
    const failed = (p: number): number => {
      let sum = 0;
      for (let o = 0; o < outcomes.length; o++) sum += requests.total(p, FAILED + o);
      return sum;
    };
    const sums = (columns: readonly number[]) => (c: number) => {
      let sum = 0;
      for (const column of columns) sum += services.total(c, column);
      return sum;
    };
    const since = (
      into: Float64Array,
      total: (subject: number) => number,
    ): [Since, Float64Array] => [new Since(into.length, total), into];
    this.record = record;
    this.counters = [
      since(record.failed, failed),
      since(record.ended, (p) => failed(p) + requests.total(p, ANSWERED_THEN)),
      since(record.left, sums(ENDS)),
      since(record.turnedAway, sums([REFUSED, EXPIRED, DROPPED])),
      since(record.sent, (e) => edges.total(e, FIRSTS) + edges.total(e, OTHERS)),
      since(record.retries, (e) => edges.total(e, RETRIES)),
      since(record.published, (q) => recorder.queues.cameInAll(q)),
    ];
    const count = components.length;
    this.busy = new Since(count, (c) => services.busyArea(c));
    this.there = new Since(count, (c) => workers.now(c));
    this.busyNs = new Float64Array(count);
    this.thereNs = new Float64Array(count);
  }

  /** The second that ends now; before the step that may end with it. */
  endSecond(): SecondRecord {
    const { record, clock, recorder } = this;
    record.fromNs = record.toNs;
    record.toNs = clock[0];
    for (const [counter, into] of this.counters) counter.read(into);
    this.readRequests();
    this.busy.read(this.busyNs);
    this.there.read(this.thereNs);
    const { components } = recorder.subjects;
    for (let c = 0; c < components.length; c++) this.endComponent(c);
    for (let e = 0; e < record.poolUp.length; e++) {
      record.poolUp[e] = this.saturation.isPoolUp(e) ? 1 : 0;
    }
    record.lag.set(recorder.queues.held.level);
    for (let q = 0; q < record.lag.length; q++) this.endQueue(q);
    this.readQuantiles();
    return record;
  }

  private readRequests(): void {
    const { record, recorder } = this;
    const { requests, subjects } = recorder;
    let offered = 0;
    let good = 0;
    for (let p = 0; p < subjects.producers.length; p++) {
      offered += requests.total(p, OFFERED);
      good += requests.total(p, GOOD_THEN);
    }
    record.offered = offered - this.offeredBefore;
    record.good = good - this.goodBefore;
    this.offeredBefore = offered;
    this.goodBefore = good;
  }

  private endComponent(c: number): void {
    const { record, recorder, source, saturation } = this;
    const { workers, replicas } = recorder.subjects.components[c];
    const spanNs = record.toNs - record.fromNs;
    const there = recorder.workers.varies[c] === 1 ? this.thereNs[c] : workers * replicas * spanNs;
    record.busyShare[c] = workers === Infinity || there <= 0 ? NaN : this.busyNs[c] / there;
    record.waiting[c] = recorder.services.waiting(c);
    const capacity = source.capacity(c);
    const isBounded = capacity > 0 && capacity < Infinity;
    record.fullest[c] = isBounded ? source.longestQueue(c) / capacity : NaN;
    record.wasFull[c] = saturation.wasFull(c) || record.fullest[c] >= 1 ? 1 : 0;
    const { memory } = recorder;
    record.memory[c] = memory === null ? 0 : memory.worst(c) / memory.limitBytes[c];
    record.oldest[c] = source.oldestNs(c) / 1e9;
  }

  private endQueue(q: number): void {
    const { clock, record, recorder, source } = this;
    const { queueMarks, queues } = recorder;
    const capacity = source.queueCapacity(q);
    const isBounded = capacity > 0 && capacity < Infinity;
    record.queueFull[q] = isBounded ? queues.ready.level[q] / capacity : NaN;
    record.queueWasFull[q] = isBounded && queueMarks.full.wasFull(q) ? 1 : 0;
    const oldest = queueMarks.isConsumed[q] === 1 ? queues.oldestNs(q) : Infinity;
    record.queueOldest[q] = oldest === Infinity ? 0 : (clock[0] - oldest) / 1e9;
  }

  private readQuantiles(): void {
    const { record, recorder } = this;
    record.latencyP50 = NaN;
    record.latencyP99 = NaN;
    recorder.secondLatency?.flush((_, p50, p99) => {
      record.latencyP50 = p50 / 1e9;
      record.latencyP99 = p99 / 1e9;
    });
    record.waitP50.fill(NaN);
    recorder.services.secondWaits?.flush((subject, p50) => {
      record.waitP50[subject] = p50 / 1e9;
    });
  }
}

function emptyRecord(subjects: Recorder['subjects']): SecondRecord {
  const producers = subjects.producers.length;
  const components = subjects.components.length;
  const edges = subjects.edges.length;
  const queues = subjects.queues.length;
  return {
    fromNs: 0,
    toNs: 0,
    latencyP50: NaN,
    latencyP99: NaN,
    offered: 0,
    good: 0,
    ended: new Float64Array(producers),
    failed: new Float64Array(producers),
    left: new Float64Array(components),
    turnedAway: new Float64Array(components),
    busyShare: new Float64Array(components),
    waiting: new Float64Array(components),
    fullest: new Float64Array(components),
    wasFull: new Uint8Array(components),
    oldest: new Float64Array(components),
    memory: new Float64Array(components),
    waitP50: new Float64Array(components),
    sent: new Float64Array(edges),
    retries: new Float64Array(edges),
    poolUp: new Uint8Array(edges),
    published: new Float64Array(queues),
    lag: new Float64Array(queues),
    queueFull: new Float64Array(queues).fill(NaN),
    queueWasFull: new Uint8Array(queues),
    queueOldest: new Float64Array(queues),
  };
}
