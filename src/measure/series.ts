import { FIRSTS, OTHERS, RETRIES } from './edge-book.js';
import { type LatencyMap, LatencyMapBook } from './latency-map.js';
import type { Series } from './measured.js';
import { HITS, MISSES, type Recorder } from './recorder.js';
import type { Seconds } from './seconds.js';
import { REFUSED } from './service-book.js';

/** What the series ask of the model at a step's end. */
export interface SeriesSource {
  /** How long the oldest has waited at a component, nanoseconds. */
  oldestNs(component: number): number;
  /** Whether a component has a limit of concurrency. */
  isLimited(component: number): boolean;
  /** Whether replicas of a component may come and go. */
  comesAndGoes(component: number): boolean;
  /** Its limit, of all replicas together, added up over time, × nanoseconds. */
  limitArea(component: number): number;
  /** Whether an edge ever has a retry budget. */
  isBudgeted(edge: number): boolean;
  /** How many retries its budgets would let out now, of all clients; NaN where it has none now. */
  retriesLeft(edge: number): number;
}

/** Columns of numbers by step; NaN where a step had no sample. */
class Columns {
  readonly values = new Map<string, Float64Array>();

  constructor(private readonly steps: number) {}

  make(name: string): Float64Array {
    const column = new Float64Array(this.steps).fill(NaN);
    this.values.set(name, column);
    return column;
  }
}

interface ComponentColumns {
  prefix: string;
  workers: number;
  depth: Float64Array;
  age: Float64Array;
  wait50: Float64Array;
  wait99: Float64Array;
  utilization: Float64Array | null;
  /** Null where workers are unbounded. */
  wasted: Float64Array | null;
  inFlight: Float64Array;
  inRotation: Float64Array;
  rejected: Float64Array;
  blocked: Float64Array;
  limit: Float64Array | null;
  /** Null where it is not counted. */
  memory: Float64Array | null;
  limitBefore: number;
  /** Null where there is no cache. */
  hits: Float64Array | null;
  hitsBefore: number;
  missesBefore: number;
  replicas: Float64Array | null;
  replicasBefore: number;
  /** Workers × time, where an operator changes them. */
  workersBefore: number;
  rotationBefore: number;
  waitingBefore: number;
  busyBefore: number;
  rejectedBefore: number;
  blockedBefore: number;
  awayBefore: number;
}

interface EdgeColumns {
  attempts: Float64Array;
  retries: Float64Array;
  /** Null where there is no breaker. */
  breaker: Float64Array | null;
  /** Null where there is never a retry budget. */
  budget: Float64Array | null;
  attemptsBefore: number;
  retriesBefore: number;
  statesBefore: number;
  clientsBefore: number;
}

interface LockColumns {
  waiting: Float64Array;
  held: Float64Array;
  /** How many there are of the name at first. */
  count: number;
  waitingBefore: number;
  heldBefore: number;
  thereBefore: number;
}

interface QueueColumns {
  depth: Float64Array;
  lag: Float64Array;
  depthBefore: number;
  lagBefore: number;
}

/**
 * Writes one value a step into every series of the language: rates per second, times in seconds,
 * means over the step. The last step may be shorter, if the run ends within it.
 */
export class SeriesRecorder {
  private readonly columns: Columns;
  private readonly components: ComponentColumns[];
  private readonly edges: EdgeColumns[];
  private readonly offered: Float64Array;
  private readonly attempts: Float64Array;
  private readonly throughput: Float64Array;
  private readonly goodput: Float64Array;
  private readonly errors: (Float64Array | null)[];
  private readonly latency50: Float64Array;
  private readonly latency90: Float64Array;
  private readonly latency99: Float64Array;
  private readonly map: LatencyMapBook;
  private readonly locks: LockColumns[];
  private readonly queues: QueueColumns[];
  private step = 0;
  private stepBeganNs = 0;

  constructor(
    private readonly recorder: Recorder,
    private readonly seconds: Seconds,
    private readonly source: SeriesSource,
    private readonly stepNs: number,
    private readonly clock: Float64Array,
    durationNs: number,
  ) {
    const columns = new Columns(Math.ceil(durationNs / stepNs));
    this.columns = columns;
    this.offered = columns.make('offered');
    this.attempts = columns.make('attempts');
    this.throughput = columns.make('throughput');
    this.goodput = columns.make('goodput');
    this.errors = recorder.subjects.outcomes.map((name, outcome) =>
      outcome < 2 || name === 'given_up' ? null : columns.make(`errors.${name}`),
    );
    this.latency50 = columns.make('latency.p50');
    this.latency90 = columns.make('latency.p90');
    this.latency99 = columns.make('latency.p99');
    this.map = new LatencyMapBook(Math.ceil(durationNs / stepNs), stepNs / 1e9);
    recorder.latency.map = this.map;
    this.components = recorder.subjects.components.map((component, c) => {
      const prefix = `${component.kind === 'service' ? 'services' : 'dependencies'}.${component.name}`;
      const workers = component.workers * component.replicas;
      const { caches } = recorder.subjects;
      return componentColumns(columns, prefix, workers, {
        limit: source.isLimited(c),
        memory: recorder.memory?.counts(c) === true,
        cache: caches[c],
        replicas: source.comesAndGoes(c),
      });
    });
    this.queues = recorder.subjects.queues.map((queue) => ({
      depth: columns.make(`queues.${queue}.depth`),
      lag: columns.make(`queues.${queue}.lag`),
      depthBefore: 0,
      lagBefore: 0,
    }));
    this.locks = recorder.subjects.locks.map(({ name, count }) => ({
      waiting: columns.make(`locks.${name}.waiting`),
      held: columns.make(`locks.${name}.held_share`),
      count,
      waitingBefore: 0,
      heldBefore: 0,
      thereBefore: 0,
    }));
    this.edges = recorder.subjects.edges.map((edge, e) => ({
      attempts: columns.make(`calls.${edge}.attempts`),
      retries: columns.make(`calls.${edge}.retries`),
      breaker: recorder.breakers.clients[e] > 0 ? columns.make(`calls.${edge}.breaker`) : null,
      budget: source.isBudgeted(e) ? columns.make(`calls.${edge}.budget`) : null,
      attemptsBefore: 0,
      retriesBefore: 0,
      statesBefore: 0,
      clientsBefore: 0,
    }));
  }

  /** Ends a step at `now`; the clock stands exactly there. */
  endStep(): void {
    const { step, recorder, seconds } = this;
    const now = this.clock[0];
    const span = (now - this.stepBeganNs) / 1e9;
    if (span <= 0) {
      recorder.latency.flush(() => {});
      recorder.services.stepWaits.flush(() => {});
      return;
    }
    this.offered[step] = seconds.stepOffered / span;
    this.throughput[step] = seconds.stepAnswered / span;
    this.goodput[step] = seconds.stepGood / span;
    this.errors.forEach((column, outcome) => {
      if (column !== null) column[step] = seconds.stepFailed[outcome] / span;
    });
    seconds.endStep();
    recorder.latency.flush((_, p50, p99, p90) => {
      this.latency50[step] = p50 / 1e9;
      this.latency90[step] = p90 / 1e9;
      this.latency99[step] = p99 / 1e9;
    });
    this.map.endStep();
    recorder.services.stepWaits.flush((subject, p50, p99) => {
      if (subject >= this.components.length) return;
      this.components[subject].wait50[step] = p50 / 1e9;
      this.components[subject].wait99[step] = p99 / 1e9;
    });
    for (let c = 0; c < this.components.length; c++) this.endComponent(c, span);
    this.queues.forEach((columns, q) => {
      const ready = recorder.queues.ready.areaNow(q);
      const held = recorder.queues.held.areaNow(q);
      columns.depth[step] = (ready - columns.depthBefore) / (span * 1e9);
      columns.lag[step] = (held - columns.lagBefore) / (span * 1e9);
      columns.depthBefore = ready;
      columns.lagBefore = held;
    });
    this.locks.forEach((columns, l) => {
      this.endLock(columns, l, span * 1e9);
    });
    let attempts = 0;
    for (let e = 0; e < this.edges.length; e++) attempts += this.endEdge(e, span);
    this.attempts[step] = attempts / span;
    this.step++;
    this.stepBeganNs = now;
  }

  /** All series, cut at the last step that was ended. */
  result(): Series {
    const series: Series = { step: this.stepNs / 1e9 };
    for (const [name, column] of this.columns.values) {
      series[name] = Array.from(column.subarray(0, this.step), (v) => (v === v ? v : null));
    }
    return series;
  }

  /** Null where nobody was answered. */
  latencyMap(): LatencyMap | null {
    return this.map.result();
  }

  private endComponent(c: number, span: number): void {
    const { recorder, step } = this;
    const columns = this.components[c];
    const waiting = recorder.services.waitingArea(c);
    const busy = recorder.services.busyArea(c);
    const blocked = recorder.blocked.areaNow(c);
    const away = recorder.away.areaNow(c);
    const rejected = recorder.services.total(c, REFUSED);
    const ns = span * 1e9;
    columns.depth[step] = (waiting - columns.waitingBefore) / ns;
    const present = waiting - columns.waitingBefore + (busy - columns.busyBefore);
    columns.inFlight[step] = (present + (away - columns.awayBefore)) / ns;
    if (columns.utilization !== null) {
      const there = recorder.workers.now(c);
      const workers = (there - columns.workersBefore) / ns;
      columns.workersBefore = there;
      const most = recorder.workers.varies[c] === 1 ? workers : columns.workers;
      columns.utilization[step] = (busy - columns.busyBefore) / ns / most;
    }
    // NaN, and so no sample, where no attempt ended.
    if (columns.wasted !== null) columns.wasted[step] = recorder.work.endStep(c);
    const rotation = recorder.rotations.rotationNow(c);
    columns.inRotation[step] = (rotation - columns.rotationBefore) / ns;
    columns.rotationBefore = rotation;
    columns.blocked[step] = (blocked - columns.blockedBefore) / ns;
    columns.rejected[step] = (rejected - columns.rejectedBefore) / span;
    if (columns.limit !== null) {
      const limit = this.source.limitArea(c);
      columns.limit[step] = (limit - columns.limitBefore) / ns;
      columns.limitBefore = limit;
    }
    if (columns.hits !== null) this.endCaches(c, columns, columns.hits);
    if (columns.replicas !== null) {
      const there = recorder.rotations.present.now(c);
      columns.replicas[step] = (there - columns.replicasBefore) / ns;
      columns.replicasBefore = there;
    }
    if (columns.memory !== null) columns.memory[step] = recorder.memory?.endStep(c) ?? NaN;
    columns.age[step] = this.source.oldestNs(c) / 1e9;
    columns.waitingBefore = waiting;
    columns.busyBefore = busy;
    columns.blockedBefore = blocked;
    columns.awayBefore = away;
    columns.rejectedBefore = rejected;
  }

  private endLock(columns: LockColumns, l: number, ns: number): void {
    const { locks } = this.recorder;
    const waiting = locks.waiting.areaNow(l);
    const held = locks.held.areaNow(l);
    columns.waiting[this.step] = (waiting - columns.waitingBefore) / ns;
    const there = locks.there.now(l);
    const most = locks.there.varies[l] === 1 ? (there - columns.thereBefore) / ns : columns.count;
    columns.thereBefore = there;
    columns.held[this.step] = (held - columns.heldBefore) / ns / most;
    columns.waitingBefore = waiting;
    columns.heldBefore = held;
  }

  private endCaches(c: number, columns: ComponentColumns, ratios: Float64Array): void {
    const hits = this.recorder.caches.total(c, HITS);
    const misses = this.recorder.caches.total(c, MISSES);
    const found = hits - columns.hitsBefore;
    // NaN, and so no sample, where nobody asked.
    ratios[this.step] = found / (found + misses - columns.missesBefore);
    columns.hitsBefore = hits;
    columns.missesBefore = misses;
  }

  private endEdge(e: number, span: number): number {
    const { breakers, edges } = this.recorder;
    const columns = this.edges[e];
    const attempts = edges.total(e, FIRSTS) + edges.total(e, OTHERS);
    const retries = edges.total(e, RETRIES);
    const sent = attempts - columns.attemptsBefore;
    columns.attempts[this.step] = sent / span;
    columns.retries[this.step] = (retries - columns.retriesBefore) / span;
    columns.attemptsBefore = attempts;
    columns.retriesBefore = retries;
    if (columns.breaker !== null) {
      const states = breakers.stateArea(e);
      const clients = breakers.clientArea(e);
      const there = clients - columns.clientsBefore;
      columns.breaker[this.step] = there > 0 ? (states - columns.statesBefore) / there : NaN;
      columns.statesBefore = states;
      columns.clientsBefore = clients;
    }
    if (columns.budget !== null) columns.budget[this.step] = this.source.retriesLeft(e);
    return sent;
  }
}

function componentColumns(
  columns: Columns,
  prefix: string,
  workers: number,
  counted: { limit: boolean; memory: boolean; cache: boolean; replicas: boolean },
): ComponentColumns {
  const make = (name: string) => columns.make(`${prefix}.${name}`);
  return {
    prefix,
    workers,
    depth: make('queue.depth'),
    age: make('queue.age'),
    wait50: make('wait.p50'),
    wait99: make('wait.p99'),
    utilization: workers < Infinity ? make('utilization') : null,
    wasted: workers < Infinity ? make('wasted') : null,
    inFlight: make('in_flight'),
    inRotation: make('in_rotation'),
    rejected: make('rejected'),
    blocked: make('blocked'),
    limit: counted.limit ? make('limit') : null,
    memory: counted.memory ? make('memory') : null,
    limitBefore: 0,
    hits: counted.cache ? make('cache.hit_ratio') : null,
    hitsBefore: 0,
    missesBefore: 0,
    replicas: counted.replicas ? make('replicas') : null,
    replicasBefore: 0,
    workersBefore: 0,
    rotationBefore: 0,
    waitingBefore: 0,
    busyBefore: 0,
    rejectedBefore: 0,
    blockedBefore: 0,
    awayBefore: 0,
  };
}
