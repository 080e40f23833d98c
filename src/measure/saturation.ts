import { Changes } from './changes.js';
import { ColdCaches } from './cold-caches.js';
import { FirstTrouble } from './first-trouble.js';
import type { Mark, MemoryMark } from './measured.js';
import type { Recorder } from './recorder.js';
import { RotationMarks } from './rotation-marks.js';
import { ARRIVALS, COMPLETED, CRASHED, DROPPED, ERRORS, EXPIRED } from './service-book.js';

/** Growth counts when it is more than so many standard deviations of a queue that only wanders. */
const SIGMAS = 4;
/** Ways out of a component after it was let in. */
const FLOW: readonly number[] = [COMPLETED, ERRORS, EXPIRED, DROPPED, CRASHED];
/** For how long a queue must have grown. */
const SPAN_NS = 1e9;

/**
 * Finds when a component saturates: all workers busy and the queue full, or a rule of its admission
 * refusing for want of room (at that moment), or the queue growing. Growing is looked at every
 * second: since the last low of an unbroken time with all workers busy, what waits has grown, for a
 * second at least, by more than chance would let it (4 standard deviations of a walk with that many
 * arrivals and departures); the mark is set to the beginning of the growth. An episode ends when a
 * worker is free again.
 */
export class Saturation {
  private readonly workers: Float64Array;
  /** Since when all workers are busy; Infinity when one is free. */
  private readonly busySinceNs: Float64Array;
  /** The last low of the queue in this episode: when, how deep, how much had come and gone. */
  private readonly lowNs: Float64Array;
  private readonly lowDepth: Float64Array;
  private readonly lowFlow: Float64Array;
  private readonly kept: (Mark | null)[];
  private readonly open: (Mark | null)[];
  /** By component: whether a queue of it was full since somebody last asked. */
  private readonly wasFullFlags: Uint8Array;
  /** By edge: whether its pool is used up now. */
  private readonly poolUp: Uint8Array;
  /** By edge: whether a breaker on it is open now. */
  private readonly isBroken: Uint8Array;
  /** By component: its very first mark, for a run in which no fault begins. */
  private readonly first: (Mark | null)[];
  /** Components whose workers are not as many as were given at all times. */
  private readonly isChanged: Uint8Array;
  private readonly rotation: RotationMarks;
  /** Null where there are no caches. */
  private readonly cold: ColdCaches | null;
  private readonly changes: Changes;
  private readonly trouble: FirstTrouble;
  private hasFree: (component: number) => boolean = () => true;
  private there: (component: number) => number = () => 0;
  /** By component: the first time that the memory of a replica was gone. */
  private readonly gone: (Mark | null)[];
  /** How much a component's collection of garbage slows work now; null where it does not. */
  private gcOf: (component: number) => Mark['gc'] | null = () => null;
  private firstFaultNs: number;

  constructor(
    private readonly recorder: Recorder,
    hasFaults: boolean,
    private readonly clock: Float64Array,
  ) {
    const { components } = recorder.subjects;
    this.workers = Float64Array.from(components, (c) => c.workers * c.replicas);
    this.busySinceNs = new Float64Array(components.length).fill(Infinity);
    this.lowNs = new Float64Array(components.length);
    this.lowDepth = new Float64Array(components.length);
    this.lowFlow = new Float64Array(components.length);
    this.kept = components.map(() => null);
    this.open = components.map(() => null);
    this.wasFullFlags = new Uint8Array(components.length);
    this.poolUp = new Uint8Array(recorder.subjects.edges.length);
    this.isBroken = new Uint8Array(recorder.subjects.edges.length);
    this.rotation = new RotationMarks(
      components.map(({ name }) => name),
      clock,
    );
    this.first = components.map(() => null);
    this.gone = components.map(() => null);
    this.isChanged = new Uint8Array(components.length);
    this.cold = recorder.subjects.caches.includes(true) ? new ColdCaches(recorder) : null;
    this.changes = new Changes(recorder, clock, (c) => this.workersNow(c));
    this.trouble = new FirstTrouble(recorder, clock, this.changes.sums);
    this.firstFaultNs = hasFaults ? Infinity : 0;
  }

  /**
   * Tells whom to ask whether a component has a worker that could start something, and how many
   * workers it has whose replicas stand in rotation.
   */
  watchWorkers(
    hasFree: (component: number) => boolean,
    there: (component: number) => number,
  ): void {
    this.hasFree = hasFree;
    this.there = there;
  }

  /** Tells whom to ask how much `gc` slows the work of a component. */
  watchMemory(gcOf: (component: number) => Mark['gc'] | null): void {
    this.gcOf = gcOf;
  }

  /** Whether the memory of one of a component's replicas was ever gone. */
  isOutOfMemory(component: number): boolean {
    return this.gone[component] !== null;
  }

  /** A replica goes down, over the limit of its memory: the first one of its component. */
  outOfMemory(component: number, memory: MemoryMark): void {
    const mark = this.made(component, this.clock[0], 'memory', 0, null);
    this.gone[component] = { ...mark, memory };
  }

  /** A replica's last worker was taken; the recorder counts it already. */
  workersBusy(component: number): void {
    const allBusy =
      this.isChanged[component] === 1
        ? !this.hasFree(component)
        : this.recorder.services.busy(component) === this.workers[component];
    if (allBusy) this.begin(component);
  }

  /** Replicas stand still, went down, came back, or have another number of workers from now on. */
  workersChanged(component: number): void {
    this.isChanged[component] = 1;
    if (this.hasFree(component)) this.workerFree(component);
    else this.begin(component);
  }

  private begin(component: number): void {
    const now = this.clock[0];
    if (this.busySinceNs[component] <= now) return;
    this.busySinceNs[component] = now;
    this.low(component, now);
  }

  /** What waits is at its lowest of the episode: growth is counted from here. */
  private low(component: number, now: number): void {
    this.lowNs[component] = now;
    this.lowDepth[component] = this.recorder.services.waiting(component);
    this.lowFlow[component] = this.flow(component);
  }

  /** A worker is free again, and found nothing to do. */
  workerFree(component: number): void {
    if (this.busySinceNs[component] === Infinity) return;
    // The worker of a replica that takes nothing new is free for nobody.
    if (this.isChanged[component] === 1 && !this.hasFree(component)) return;
    this.busySinceNs[component] = Infinity;
    const open = this.open[component];
    if (open === null || open.edge !== null) return;
    open.untilNs = this.clock[0];
    this.open[component] = null;
  }

  /** A replica's queue is full. */
  queueFull(component: number): void {
    this.wasFullFlags[component] = 1;
    const now = this.clock[0];
    if (this.open[component] !== null || this.busySinceNs[component] > now) return;
    this.mark(component, now, 'full', 0);
  }

  /** A rule of admission refuses for want of room: the line is as long as it may be. */
  limitReached(component: number): void {
    const now = this.clock[0];
    if (this.open[component] !== null || this.busySinceNs[component] > now) return;
    this.mark(component, now, 'limit', 0);
  }

  /** Whether a replica's queue was full at some time since this was last asked. */
  wasFull(component: number): boolean {
    const was = this.wasFullFlags[component] === 1;
    this.wasFullFlags[component] = 0;
    return was;
  }

  /** Whether the pool of an edge is used up now, and not for want of asking. */
  isPoolUp(edge: number): boolean {
    return this.poolUp[edge] === 1;
  }

  /** An attempt finds no connection free in its caller's pool. Producers are no components. */
  poolExhausted(
    edge: number,
    from: { kind: 'producer' | 'component' | 'queue'; index: number },
  ): void {
    if (this.poolUp[edge] === 1 || from.kind !== 'component') return;
    this.poolUp[edge] = 1;
    if (this.open[from.index] !== null) return;
    this.mark(from.index, this.clock[0], 'pool', 0, this.recorder.subjects.edges[edge]);
  }

  /** A connection is free again, and nobody waits for it. */
  poolFree(edge: number, from: { kind: 'producer' | 'component' | 'queue'; index: number }): void {
    if (this.poolUp[edge] === 0) return;
    this.poolUp[edge] = 0;
    this.ends(edge, from.index, 'pool');
  }

  /** A breaker of the caller on this edge is open. Producers are no components. */
  breakerOpen(
    edge: number,
    from: { kind: 'producer' | 'component' | 'queue'; index: number },
  ): void {
    if (this.isBroken[edge] === 1 || from.kind !== 'component') return;
    this.isBroken[edge] = 1;
    if (this.open[from.index] !== null) return;
    this.mark(from.index, this.clock[0], 'breaker', 0, this.recorder.subjects.edges[edge]);
  }

  /** Health checks took a replica (from 0) of `of` out of rotation; `left` are healthy. */
  replicaOut(component: number, out: Parameters<RotationMarks['out']>[1]): void {
    this.rotation.out(component, out, this.firstFaultNs);
  }

  /** What is left is too little: all that are up are used, or nobody is. */
  fewLeft(component: number, few: { how: 'panic' | 'nobody'; left: number; of: number }): void {
    this.rotation.few(component, few, this.firstFaultNs);
  }

  /** All replicas of a component are back; enough of them are. */
  replicasBack(component: number, all: boolean): void {
    this.rotation.enough(component);
    if (all) this.rotation.allBack(component);
  }

  /** None of the caller's breakers on this edge is open any more. */
  breakerShut(
    edge: number,
    from: { kind: 'producer' | 'component' | 'queue'; index: number },
  ): void {
    if (this.isBroken[edge] === 0) return;
    this.isBroken[edge] = 0;
    this.ends(edge, from.index, 'breaker');
  }

  private ends(edge: number, component: number, how: Mark['how']): void {
    const open = this.open[component];
    if (open === null || open.how !== how) return;
    if (open.edge !== this.recorder.subjects.edges[edge]) return;
    open.untilNs = this.clock[0];
    this.open[component] = null;
  }

  /** Looks at every component; to be called at every whole second. */
  second(): void {
    const now = this.clock[0];
    this.cold?.second();
    const { components } = this.recorder.subjects;
    for (let c = 0; c < components.length; c++) {
      if (this.busySinceNs[c] < now && this.open[c] === null) this.look(c, now);
    }
    this.changes.second((c) => this.busySinceNs[c] < Infinity);
    const trouble = this.trouble.second();
    if (trouble !== null) this.changes.failing(trouble);
  }

  /** A fault begins; of the episodes before the first one only those that reach into it count. */
  faultBegins(): void {
    this.cold?.faultBegins(this.firstFaultNs === Infinity);
    if (this.firstFaultNs === Infinity) this.tellOfOpen();
    this.changes.faultBegins();
    this.trouble.faultBegins();
    this.firstFaultNs = Math.min(this.firstFaultNs, this.clock[0]);
  }

  /** What was saturated before the first fault, and is not told of yet, is looked at with it. */
  private tellOfOpen(): void {
    this.open.forEach((mark, c) => {
      if (mark !== null && mark === this.kept[c]) this.changes.stillOpen(c, mark);
    });
  }

  /** Everything found in the run; `ofLocks`: what the book of locks has found. */
  marks(ofLocks: readonly Mark[]): Mark[] {
    this.changes.over();
    const hasFault = this.firstFaultNs < Infinity;
    const marks = hasFault ? this.kept : this.first;
    const all = [...marks, ...this.gone].filter((mark) => mark !== null);
    if (this.trouble.mark !== null) all.push(this.trouble.mark);
    return [...all, ...this.rotation.marks(hasFault), ...this.changes.ofOthers(ofLocks)];
  }

  private look(c: number, now: number): void {
    const grown = this.recorder.services.waiting(c) - this.lowDepth[c];
    if (grown <= 0) {
      this.low(c, now);
      return;
    }
    const passed = this.flow(c) - this.lowFlow[c];
    const since = now - this.lowNs[c];
    if (since < SPAN_NS || grown <= SIGMAS * Math.sqrt(passed)) return;
    this.mark(c, this.lowNs[c], 'growing', (grown / since) * 1e9);
  }

  private flow(c: number): number {
    const { services } = this.recorder;
    const left = FLOW.reduce((sum, column) => sum + services.total(c, column), 0);
    return services.total(c, ARRIVALS) + left;
  }

  private mark(
    c: number,
    atNs: number,
    how: Mark['how'],
    growthPerSecond: number,
    edge: string | null = null,
  ): void {
    const mark = this.made(c, atNs, how, growthPerSecond, edge);
    const cold = this.cold?.tell() ?? null;
    if (cold !== null) mark.cold = cold;
    this.open[c] = mark;
    const kept = this.kept[c];
    const isKept = kept === null || kept.untilNs < this.firstFaultNs;
    if (isKept || this.first[c] === null) this.changes.found(c, mark);
    this.first[c] ??= mark;
    if (isKept) this.kept[c] = mark;
  }

  private made(
    c: number,
    atNs: number,
    how: Mark['how'],
    growthPerSecond: number,
    edge: string | null,
  ): Mark {
    const { rotations, services, subjects } = this.recorder;
    const queues = rotations.present.level[c];
    const component = subjects.components[c];
    const gc = this.gcOf(c);
    return {
      atNs,
      component: component.name,
      what: 'saturated',
      how,
      edge,
      workers: this.workersNow(c),
      depth: services.waiting(c),
      capacity: component.capacity * queues,
      growthPerSecond,
      untilNs: Infinity,
      ...(queues > 1 ? { queues } : {}),
      ...(gc == null ? {} : { gc }),
    };
  }

  /** Its workers whose replicas stand in rotation; where none is left, all that are wanting. */
  private workersNow(c: number): number {
    const { workers } = this.recorder;
    return (
      (this.isChanged[c] === 1 && this.there(c)) ||
      (workers.varies[c] === 1 ? workers.level[c] : this.workers[c])
    );
  }
}
