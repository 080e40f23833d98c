import { IdentitySource, purposeOf, unit53 } from '../kernel/draws.js';
import type { Kernel } from '../kernel/kernel.js';
import type { Recorder } from '../measure/recorder.js';
import { type Attempts, HI, LO, REPLICA, ROW } from './attempts.js';
import type { Edge } from './edges.js';
import type { Hazards } from './hazards.js';
import { FACT_FAULT_OFF, FACT_FAULT_ON, FAULT_OFF, FAULT_ON, FAULT_STEP } from './outcomes.js';
import {
  type Change,
  type FaultCondition,
  type FaultPlan,
  isByOperator,
  type Plan,
  takesDown,
} from './plan.js';
import type { Program } from './program.js';
import type { Replicas } from './replicas.js';
import { END_OF_ALL, MORE, NOTHING } from './ways-out.js';

/** What faults change in the rest of the model. */
export interface FaultPeers {
  pause(component: number, replicas: number, on: boolean): void;
  crash(component: number, replicas: number, on: boolean): void;
  /** More starts only while fewer than `workers` of a replica are busy. */
  limit(component: number, replica: number, workers: number): void;
  /** What a producer sends is multiplied by `factor`; `watched` is the part that began by `when`. */
  surge(producer: number, factor: number, watched: number): void;
  /** The share of a route's requests answered `error` at once, by replica; NaN: `errorRatio`. */
  errorRatios(route: number): Float64Array;
  /** Caches of the first replicas are emptied; `lasting`: they are out until the fault is over. */
  flush(component: number, replicas: number, on: boolean, lasting: boolean): void;
  /** Everything that operators changed and did not take back, the latest last. */
  set(changes: readonly Change[]): void;
  /** Workers of a replica, as operators have them. */
  workersOf(component: number): number;
  /** A fault, and not an operator's change, begins. */
  begins(): void;
  /** What the work that starts on a replica is multiplied by beside faults; null: by nothing. */
  readonly slowdown: ((replica: number) => number) | null;
}

/** Why pieces of work differ: a fault strikes only some of them; replicas are slower, each for itself. */
const IN_PART = 1;
const BY_REPLICA = 2;

type Slow = Extract<FaultPlan, { kind: 'slow' }>;
type Capacity = Extract<FaultPlan, { kind: 'capacity' }>;

/** Faults begin and end. Those that overlap add up: slow factors and surges multiply. */
export class Faults {
  /** Those that are on, in the order in which they began. */
  private readonly on: number[] = [];
  /** When each began last; -Infinity if it never did. */
  private readonly begunNs: Float64Array;
  /** Each time a fault was on; `toNs` Infinity while it is. */
  readonly spans: { fault: number; fromNs: number; toNs: number }[] = [];
  /** By route: what the work that starts now is multiplied by. */
  private readonly factor: Float64Array;
  /** By route: the mean to which work is stretched; NaN for none. The last to begin counts. */
  private readonly toNs: Float64Array;
  /** By route: why each piece of work has to be looked at by itself, 0 where it has not. */
  private readonly differs: Uint8Array;
  private readonly byReplica: number;
  /** What draws who is struck, by fault. */
  private readonly purposes: Int32Array;
  private readonly draw = new IdentitySource();
  /** Workers of a replica but for faults, by component: as the plan has them, as operators do. */
  private readonly planned: Float64Array;
  private readonly workers: Float64Array;

  constructor(
    private readonly plan: Plan,
    private readonly kernel: Kernel,
    private readonly program: Program,
    private readonly attempts: Attempts,
    private readonly replicas: Replicas,
    private readonly edges: readonly Edge[],
    private readonly recorder: Recorder,
    private readonly peers: FaultPeers,
  ) {
    this.begunNs = new Float64Array(plan.faults.length).fill(-Infinity);
    this.factor = new Float64Array(program.routePc.length).fill(1);
    this.toNs = new Float64Array(program.routePc.length).fill(NaN);
    // What callers run themselves goes at the pace of their replicas: so every route asks.
    this.byReplica = peers.slowdown === null ? 0 : BY_REPLICA;
    this.differs = new Uint8Array(program.routePc.length).fill(this.byReplica);
    this.purposes = purposesOf(plan);
    this.planned = Float64Array.from(
      plan.components,
      (_, c) => replicas.workers[replicas.first[c]],
    );
    this.workers = this.planned.slice();
  }

  /** Schedules every fault that does not wait for a condition. */
  begin(): void {
    this.plan.faults.forEach((fault, f) => {
      if (fault.when === null) this.schedule(f, fault.atNs);
    });
  }

  /** The figures that some fault waits for, one for each of those that do. */
  get watched(): string[] {
    return this.plan.faults.flatMap(({ when }) => (when === null ? [] : when.metric));
  }

  /** A second has ended with these figures, in the order of `watched`. */
  second(figures: readonly number[]): void {
    let i = 0;
    this.plan.faults.forEach(({ when, everyNs }, f) => {
      if (when === null) return;
      const isSo = holds(figures[i++], when);
      const begun = this.begunNs[f];
      const mayBegin = begun === -Infinity || this.kernel.now >= begun + everyNs;
      if (isSo && mayBegin && !this.on.includes(f)) this.schedule(f, this.kernel.now);
    });
  }

  /** A piece of work of `ns` that starts now on a route, mean `meanNs`, as the faults have it. */
  slowed(attempt: number, route: number, meanNs: number, ns: number): number {
    if (this.differs[route] !== 0) return this.slowedHere(attempt, route, meanNs, ns);
    return stretched(ns, meanNs, this.toNs[route]) * this.factor[route];
  }

  /**
   * What a fault that is yet to end, or to come, may do for those who wait at a replica. One that
   * waits for a condition may come at any second; a shortage of workers frees nobody by coming.
   */
  mayFree(replica: number): number {
    const { plan, replicas } = this;
    const component = replicas.component[replica];
    const own = replica - replicas.first[component];
    let most = NOTHING;
    plan.faults.forEach((fault, f) => {
      if (most === END_OF_ALL) return;
      const ends = this.on.includes(f) && fault.forNs < Infinity;
      if (fault.kind === 'set') {
        if (!ends && !this.isToCome(f)) return;
        for (const change of fault.changes) most = Math.max(most, reliefBy(change, component));
      } else if (fault.kind === 'pause' || fault.kind === 'capacity') {
        if (ends && fault.component === component && own < fault.replicas) most = MORE;
      } else if (takesDown(fault)) {
        const strikes = fault.component === component && own < fault.replicas;
        if (strikes && this.isToCome(f)) most = END_OF_ALL;
      }
    });
    return most;
  }

  /** Whether a fault will, or may, begin before the run is over. */
  private isToCome(f: number): boolean {
    const { everyNs, when } = this.plan.faults[f];
    const begun = this.begunNs[f];
    if (begun === -Infinity)
      return when !== null || this.plan.faults[f].atNs < this.plan.durationNs;
    return begun + everyNs < this.plan.durationNs;
  }

  /** A fault begins, ends, or comes on a bit more. */
  act(kind: number, f: number): void {
    if (kind === FAULT_STEP) this.step(f);
    else this.turn(f, kind === FAULT_ON);
  }

  private turn(f: number, on: boolean): void {
    const fault = this.plan.faults[f];
    const { now } = this.kernel;
    const at = this.on.indexOf(f);
    if (at >= 0) this.on.splice(at, 1);
    if (on) {
      this.on.push(f);
      this.begunNs[f] = now;
      this.spans.push({ fault: f, fromNs: now, toNs: Infinity });
      if (!isByOperator(fault)) this.peers.begins();
      const again = fault.when === null ? now + fault.everyNs : Infinity;
      if (again < this.plan.durationNs) this.schedule(f, again);
    } else {
      const span = this.spans.findLast((one) => one.fault === f);
      if (span !== undefined) span.toNs = now;
    }
    this.recorder.fingerprint.fact(on ? FACT_FAULT_ON : FACT_FAULT_OFF, f, 0);
    this.apply(fault, on);
    // What could have freed those who wait for each other may be over.
    const { waits } = this.attempts;
    if (waits !== null) waits.everybody = true;
  }

  /** More workers are taken away, or fewer are left, by one that comes on bit by bit. */
  private step(f: number): void {
    const fault = this.plan.faults[f];
    if (fault.kind !== 'capacity' || !this.on.includes(f)) return;
    this.setWorkers(fault.component);
    this.stepAgain(f, fault);
  }

  /** The share of those that start on a route at a component's own replica that fail at once. */
  errorRatio(route: number, own: number): number {
    let fine = 1;
    this.active((fault, f) => {
      if (fault.kind !== 'errors' || own >= fault.replicas) return;
      if (this.routesOf(fault).includes(route)) fine *= 1 - fault.ratio * this.onBy(f);
    });
    return 1 - fine;
  }

  /** How far a fault that is on has come on, from 0 to 1. */
  private onBy(f: number): number {
    const { rampNs = 0 } = this.plan.faults[f];
    const since = this.kernel.now - this.begunNs[f];
    return since < rampNs ? since / rampNs : 1;
  }

  /** The next moment at which another worker goes; none where it has come on. */
  private stepAgain(f: number, fault: Capacity): void {
    const { rampNs = 0 } = fault;
    const all = this.workers[fault.component];
    const gone = all - leftOf(all, fault, 1);
    if (rampNs === 0 || gone <= 0) return;
    // The k-th goes where more than k − ½ are to be gone.
    const since = this.kernel.now - this.begunNs[f];
    const next = Math.floor((since / rampNs) * gone + 0.5) + 0.5;
    const atNs = this.begunNs[f] + Math.max(since + 1, Math.ceil((next / gone) * rampNs));
    if (since < rampNs) this.kernel.at(Math.min(atNs, this.begunNs[f] + rampNs), FAULT_STEP, f);
  }

  private schedule(f: number, atNs: number): void {
    const { forNs } = this.plan.faults[f];
    this.kernel.at(atNs, FAULT_ON, f);
    if (forNs < Infinity) this.kernel.at(atNs + forNs, FAULT_OFF, f);
  }

  private apply(fault: FaultPlan, on: boolean): void {
    switch (fault.kind) {
      case 'slow':
        for (const route of this.routesOf(fault)) this.setSlow(route);
        break;
      case 'errors':
        for (const route of this.routesOf(fault)) this.setErrors(route, fault.component);
        break;
      case 'pause':
        this.peers.pause(fault.component, fault.replicas, on);
        break;
      case 'crash':
      case 'restart':
        this.peers.crash(fault.component, fault.replicas, on);
        break;
      case 'flush':
        this.peers.flush(fault.component, fault.replicas, on, fault.forNs > 0);
        break;
      case 'capacity':
        this.setWorkers(fault.component);
        if (on) this.stepAgain(this.plan.faults.indexOf(fault), fault);
        break;
      case 'latency':
      case 'drop':
        for (const edge of fault.edges) this.setHazards(edge);
        break;
      case 'surge':
        this.setSurge(fault.producer);
        break;
      case 'set':
        this.setChanges();
        break;
    }
  }

  private routesOf(fault: { component: number; route: number | null }): number[] {
    const first = this.program.firstRoute[fault.component];
    const count = this.plan.components[fault.component].routes.length;
    if (fault.route !== null) return [first + fault.route];
    return Array.from({ length: count }, (_, i) => first + i);
  }

  private setSlow(route: number): void {
    this.factor[route] = 1;
    this.toNs[route] = NaN;
    this.differs[route] = this.byReplica;
    this.active((fault) => {
      if (fault.kind !== 'slow' || !this.routesOf(fault).includes(route)) return;
      const all = this.plan.components[fault.component].replicasMax;
      const comesOn = (fault.rampNs ?? 0) > 0;
      if (fault.share < 1 || fault.replicas < all || comesOn) this.differs[route] |= IN_PART;
      if (fault.factor === null) this.toNs[route] = fault.toNs;
      else this.factor[route] *= fault.factor;
    });
  }

  /** As `slowed`, on this replica and of this attempt. */
  private slowedHere(attempt: number, route: number, meanNs: number, ns: number): number {
    const slowed =
      (this.differs[route] & IN_PART) !== 0
        ? this.slowedInPart(attempt, route, meanNs, ns)
        : stretched(ns, meanNs, this.toNs[route]) * this.factor[route];
    const { slowdown } = this.peers;
    return slowdown === null ? slowed : slowed * slowdown(this.attempts.placeOf(attempt));
  }

  /** As `slowed`, each fault by itself: does it strike this replica and attempt, how far is it on? */
  private slowedInPart(attempt: number, route: number, meanNs: number, ns: number): number {
    let to = NaN;
    let factor = 1;
    for (const f of this.on) {
      const fault = this.plan.faults[f];
      if (fault.kind !== 'slow' || !this.routesOf(fault).includes(route)) continue;
      if (!this.strikes(fault, f, attempt)) continue;
      const by = this.onBy(f);
      if (fault.factor === null) to = meanNs + (fault.toNs - meanNs) * by;
      else factor *= 1 + (fault.factor - 1) * by;
    }
    return stretched(ns, meanNs, to) * factor;
  }

  private strikes(fault: Slow, f: number, attempt: number): boolean {
    const { words } = this.attempts;
    const own = words[attempt * ROW + REPLICA] - this.replicas.first[fault.component];
    if (own >= fault.replicas) return false;
    if (fault.share >= 1) return true;
    this.draw.seek(words[attempt * ROW + HI], words[attempt * ROW + LO], this.purposes[f]);
    return unit53(this.draw) < fault.share;
  }

  private setErrors(route: number, component: number): void {
    const ratios = this.peers.errorRatios(route);
    const comesOn = this.anyComesOn((fault) => {
      return fault.kind === 'errors' && this.routesOf(fault).includes(route);
    });
    for (let k = 0; k < this.plan.components[component].replicasMax; k++) {
      ratios[k] = comesOn ? NaN : this.errorRatio(route, k);
    }
  }

  private setWorkers(component: number): void {
    const { first } = this.replicas;
    const all = this.workers[component];
    for (let r = first[component]; r < first[component + 1]; r++) {
      let least = all;
      this.active((fault, f) => {
        if (fault.kind !== 'capacity' || fault.component !== component) return;
        if (r - first[component] >= fault.replicas) return;
        least = Math.min(least, leftOf(all, fault, this.onBy(f)));
      });
      this.peers.limit(component, r, least);
    }
  }

  private setHazards(e: number): void {
    const { hazards } = this.edges[e];
    if (hazards === null) return;
    const comesOn = this.anyComesOn((fault) => 'edges' in fault && fault.edges.includes(e));
    hazards.look = comesOn ? () => this.reckonHazards(e, hazards) : null;
    this.reckonHazards(e, hazards);
  }

  private reckonHazards(e: number, hazards: Hazards): void {
    let arrives = 1;
    hazards.addNs = 0;
    this.active((fault, f) => {
      if (!('edges' in fault) || !fault.edges.includes(e)) return;
      const by = this.onBy(f);
      if (fault.kind === 'latency') hazards.addNs += Math.floor(fault.addNs * by + 0.5);
      else arrives *= 1 - fault.ratio * by;
    });
    hazards.dropRatio = 1 - arrives;
  }

  private setSurge(producer: number): void {
    let factor = 1;
    let watched = 1;
    this.active((fault) => {
      if (fault.kind !== 'surge' || fault.producer !== producer) return;
      factor *= fault.factor;
      if (fault.when !== null) watched *= fault.factor;
    });
    this.peers.surge(producer, factor, watched);
  }

  private setChanges(): void {
    const changes: Change[] = [];
    this.active((fault) => {
      if (fault.kind === 'set') changes.push(...fault.changes);
    });
    this.peers.set(changes);
    for (let c = 0; c < this.workers.length; c++) {
      const workers = this.peers.workersOf(c);
      this.workers[c] = workers < Infinity ? workers : this.planned[c];
      if (this.workers[c] < Infinity) this.setWorkers(c);
    }
  }

  private active(visit: (fault: FaultPlan, f: number) => void): void {
    for (const f of this.on) visit(this.plan.faults[f], f);
  }

  /** Whether one of those faults that are on comes on bit by bit. */
  private anyComesOn(is: (fault: FaultPlan) => boolean): boolean {
    return this.on.some((f) => {
      const fault = this.plan.faults[f];
      return (fault.rampNs ?? 0) > 0 && is(fault);
    });
  }
}

/** By fault: the purpose of its draws. Faults of one kind on one target are told apart by their order. */
function purposesOf(plan: Plan): Int32Array {
  const seen = new Map<string, number>();
  return Int32Array.from(plan.faults, (fault) => {
    const target = 'component' in fault ? plan.components[fault.component].name : '';
    const name = `fault ${fault.kind} ${target}`;
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return purposeOf(before === 0 ? name : `${name} ${before}`);
  });
}

/** What of an edge acts on those who wait already. */
const LETS_IN = [
  ...(['bulkhead', 'connections', 'windowCredits', 'cancel'] as const),
  ...(['throttle', 'breaker', 'rateLimit', 'concurrency'] as const),
];

/**
 * What an operator's change may do for those who wait at a component: of its own workers and queue it
 * may make more; one of an edge may let in, or cancel, who knows whom.
 */
function reliefBy(change: Change, component: number): number {
  if (change.what === 'edge') return LETS_IN.some((key) => key in change.to) ? END_OF_ALL : NOTHING;
  const isOwn = 'component' in change && change.component === component;
  return isOwn ? MORE : NOTHING;
}

function stretched(ns: number, meanNs: number, toNs: number): number {
  return toNs === toNs && meanNs > 0 ? (ns * toNs) / meanNs : ns;
}

/** Workers that a fault leaves of so many when it has come on so far. */
function leftOf(all: number, { workers, share }: Capacity, by: number): number {
  const left = workers ?? shareOf(all, share);
  if (by >= 1 || left >= all) return left;
  return Math.ceil(all - (all - left) * by - 0.5);
}

/** A share of the workers, rounded; at least one unless it is no share at all. */
function shareOf(workers: number, share: number | null): number {
  if (share === null || share === 0) return 0;
  return Math.max(1, Math.floor(workers * share + 0.5));
}

/** Whether a figure is as a condition asks; one without a sample never is. */
export function holds(figure: number, { op, value }: FaultCondition): boolean {
  if (figure !== figure) return false;
  if (op === '<') return figure < value;
  if (op === '<=') return figure <= value;
  if (op === '>') return figure > value;
  if (op === '>=') return figure >= value;
  return op === '==' ? figure === value : figure !== value;
}
