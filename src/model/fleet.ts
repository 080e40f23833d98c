import type { Kernel } from '../kernel/kernel.js';
import { ENDED } from '../measure/edge-book.js';
import type { Scaling } from '../measure/measured.js';
import type { Recorder } from '../measure/recorder.js';
import type { Saturation } from '../measure/saturation.js';
import { EventSource, type Polled } from '../policies/event-source.js';
import { Hpa } from '../policies/hpa.js';
import { type Attempts, DONE, OUT, REPLICA, ROW, UNSENT } from './attempts.js';
import { anyComesAndGoes, comesAndGoes } from './coming-and-going.js';
import { Gauges } from './gauges.js';
import { FACT_GONE, FACT_READY, FACT_SCALED, OK, OUTCOMES, SCALE, SCALED_UP } from './outcomes.js';
import type { AutoscalePlan, Plan } from './plan.js';
import type { Replicas } from './replicas.js';
import { ABSENT, DOWN, EJECTED, LEAVING, type Standing } from './standing.js';
import { MORE, NOTHING } from './ways-out.js';

const NONE = -1;

/** The parts of the model that a fleet is made of, and changes. */
export interface FleetParts {
  kernel: Kernel;
  attempts: Attempts;
  recorder: Recorder;
  saturation: Saturation;
  standing: Standing;
  services: {
    readonly replicas: Replicas;
    readonly rules: { crashed(replica: number): void } | null;
    readonly workbench: { coreNs(replica: number): number };
    /** Null where there are none. */
    readonly locks: { counted(component: number): void } | null;
    gauges: Gauges | null;
    workedNs(attempt: number): number;
    /** A replica holds nothing any more, and forgets what its queue had learned. */
    wentDown(replica: number): void;
  };
  /** Null where no component has any. */
  caches: { wentDown(replica: number): void } | null;
  /** Null where no replica goes down by itself. */
  restarts: { forget(replica: number): void } | null;
  clients: {
    /** What a replica knows of those it calls begins anew. */
    renew(component: number, replica: number): void;
    /** Those who call a replica know nothing of it. */
    forget(component: number, replica: number): void;
    /** Of a component so many replicas are there from now on. */
    count(component: number, replicas: number): void;
  };
}

/**
 * Replicas that come and go. One that comes is ready after a delay, with nothing in it and nothing
 * learned. One that goes is out of rotation at once, ends all that it has or that is on its way to
 * it, and is gone then; it is not called back when more are wanted again. Those that are still to
 * come go first, then those that are down or ejected, then the youngest (Kubernetes'
 * `ActivePodsWithRanks`). There is room for as many as there may ever be: where those that leave take
 * it up, a new one waits until one is gone.
 */
export class Fleet {
  /** Whether anybody is leaving, so that after each event somebody may be gone. */
  isLeaving = false;
  readonly scalings: Scaling[] = [];
  private readonly kernel: Kernel;
  private readonly attempts: Attempts;
  private readonly replicas: Replicas;
  private readonly standing: Standing;
  private readonly hpas: (Hpa | null)[];
  private readonly sources: (EventSource | null)[];
  /** By replica: whether it is to come, and when it is ready but for want of room. */
  private readonly isComing: Uint8Array;
  private readonly readyAtNs: Float64Array;
  /** By replica: since when it is there; before the run: -1. */
  private readonly sinceNs: Float64Array;
  /** By replica that leaves: one of the attempts it is known to have. */
  private readonly witness: Int32Array;
  private readonly leaving: number[] = [];
  /** By component with an event source: deliveries that had ended when it looked; those well. */
  private readonly ends: Float64Array;

  private constructor(
    private readonly plan: Plan,
    private readonly of: FleetParts,
    private readonly gauges: Gauges,
  ) {
    const { kernel, attempts, services, standing } = of;
    this.kernel = kernel;
    this.attempts = attempts;
    this.replicas = services.replicas;
    this.standing = standing;
    this.hpas = plan.components.map(({ autoscale }) => autoscale && new Hpa(autoscale.hpa));
    this.sources = plan.components.map(({ autoscale }) => {
      return autoscale?.eventSource == null ? null : new EventSource(autoscale.eventSource);
    });
    this.ends = new Float64Array(plan.components.length * 2);
    const rows = services.replicas.count;
    this.isComing = new Uint8Array(rows);
    this.readyAtNs = new Float64Array(rows);
    this.sinceNs = new Float64Array(rows).fill(-1);
    this.witness = new Int32Array(rows).fill(NONE);
  }

  /** The replicas of a plan; null where none come and go. */
  static of(plan: Plan, of: FleetParts): Fleet | null {
    if (!anyComesAndGoes(plan)) return null;
    const { attempts, kernel, services } = of;
    const { queues } = of.recorder;
    const gauges = new Gauges(plan, kernel.clock, attempts, services.replicas, {
      held: (queue) => queues.held.level[queue],
      workedNs: (attempt) => services.workedNs(attempt),
      coreNs: (replica) => services.workbench.coreNs(replica),
    });
    services.gauges = gauges;
    return new Fleet(plan, of, gauges);
  }

  /** Autoscalers look for the first time when a period has passed. */
  begin(): void {
    const { plan } = this;
    plan.components.forEach((component, c) => {
      if (comesAndGoes(plan, c)) this.of.saturation.workersChanged(c);
      if (component.autoscale !== null) this.kernel.at(component.autoscale.periodNs, SCALE, c);
    });
  }

  /** How many replicas a component is to have: those that stay, and those that are to come. */
  wanted(component: number): number {
    let count = 0;
    this.each(component, (r) => {
      if (this.isComing[r] === 1) count++;
      else if (this.stays(r)) count++;
    });
    return count;
  }

  /**
   * An operator wants so many replicas of a component; null: as many as the plan has at first, or, with
   * `autoscale`, as many as there are. New ones are ready after the delay of `autoscale`, or at once.
   * An autoscaler goes on from there.
   */
  setReplicas(component: number, count: number | null): void {
    const { autoscale, replicas } = this.plan.components[component];
    if (count === null && autoscale !== null) return;
    this.scale(component, count ?? replicas, autoscale?.delayNs ?? 0, false);
  }

  /** From now on an autoscaler aims at something else, and looks at it when it would look next. */
  setAim(component: number, { eventSource, hpa }: AutoscalePlan): void {
    this.hpas[component]?.setAim(hpa);
    if (eventSource !== null) this.sources[component]?.setAim(eventSource);
  }

  /** A component's autoscaler is to look, or the delay of a new replica is over. */
  came(kind: number, row: number): void {
    if (kind === SCALE) this.look(row);
    else this.cameUp(row);
    // What could have freed those who wait for each other may be over.
    const { waits } = this.attempts;
    if (waits !== null) waits.everybody = true;
  }

  private look(component: number): void {
    const autoscale = this.plan.components[component].autoscale;
    const hpa = this.hpas[component];
    if (autoscale === null || hpa === null) return;
    const { now } = this.kernel;
    const source = this.sources[component];
    const wanted =
      source === null
        ? this.measured(component, autoscale, hpa)
        : source.decide(autoscale.periodNs, this.polled(component));
    this.scale(component, wanted, autoscale.delayNs, true);
    this.kernel.at(now + autoscale.periodNs, SCALE, component);
  }

  /** What an autoscaler wants that goes by a measurement. */
  private measured(component: number, autoscale: AutoscalePlan, hpa: Hpa): number {
    const { now } = this.kernel;
    const { ready, unready, missing } = this.told(component, now - autoscale.periodNs);
    const measured = this.gauges.read(component, ready);
    const current = this.wanted(component);
    const seen = { current, ready: ready.length, unready, missing, ...measured };
    return hpa.decide(now, seen);
  }

  /** What an event source sees of the queue that its component consumes. */
  private polled(component: number): Polled {
    const { ends, replicas } = this;
    const { recorder } = this.of;
    const { consumes } = this.plan.components[component];
    if (consumes === null) throw new Error('an event source has a queue');
    let ended = 0;
    for (let outcome = OK; outcome < OUTCOMES.length; outcome++)
      ended += recorder.edges.total(consumes.to.edge, ENDED + outcome);
    const good = recorder.edges.total(consumes.to.edge, ENDED + OK);
    const at = component * 2;
    const more = ended - ends[at];
    const failed = more - (good - ends[at + 1]);
    ends[at] = ended;
    ends[at + 1] = good;
    let busy = 0;
    this.each(component, (r) => {
      if (this.stays(r) && replicas.freeWorkers[r] < replicas.given[component]) busy++;
    });
    const waiting = recorder.queues.ready.level[consumes.queue];
    return { current: this.wanted(component), busy, waiting, ended: more, failed };
  }

  /** The delay of a new replica is over. */
  private cameUp(replica: number): void {
    if (this.isComing[replica] === 0 || this.kernel.now < this.readyAtNs[replica]) return;
    // One that leaves may still be in its place.
    if (this.standing.is(replica, ABSENT)) this.ready(replica);
  }

  /** Something has happened: those that leave may have nothing left. */
  settle(): void {
    for (let i = this.leaving.length - 1; i >= 0; i--) {
      const replica = this.leaving[i];
      if (!this.holdsSomething(replica)) this.gone(replica);
    }
  }

  /** Replicas of the same component that are yet to come, or may be decided on, are more workers. */
  mayFree(replica: number): number {
    const component = this.replicas.component[replica];
    const hpa = this.hpas[component];
    if (hpa !== null && this.wanted(component) < hpa.max) return MORE;
    let most = NOTHING;
    this.each(component, (r) => {
      if (this.isComing[r] === 1) most = MORE;
    });
    return most;
  }

  /** What the work that starts on a replica is multiplied by while it is new. */
  coldFactor(replica: number): number {
    const cold = this.plan.components[this.replicas.component[replica]].autoscale?.cold ?? null;
    const since = this.sinceNs[replica];
    if (cold === null || since < 0 || this.kernel.now >= since + cold.forNs) return 1;
    return cold.slowdown;
  }

  /** So many replicas are wanted from now on. */
  private scale(component: number, count: number, delayNs: number, byItself: boolean): void {
    const current = this.wanted(component);
    if (count === current) return;
    const { now } = this.kernel;
    this.of.recorder.fingerprint.fact(FACT_SCALED, component, count);
    const { name } = this.plan.components[component];
    this.scalings.push({ atNs: now, component: name, from: current, to: count, byItself });
    this.kernel.suspend();
    for (let n = current; n < count; n++) this.order(component, now + delayNs);
    for (let n = current; n > count; n--) this.dismiss(component);
    this.kernel.resume();
  }

  /** A new replica is to come to the first free place, one without trouble if there is one. */
  private order(component: number, readyAtNs: number): void {
    let best = NONE;
    let trouble = Infinity;
    this.each(component, (r) => {
      if (this.isComing[r] === 1 || this.stays(r)) return;
      const theirs = this.standing.is(r, LEAVING) ? 2 : this.standing.is(r, DOWN) ? 1 : 0;
      if (theirs >= trouble) return;
      best = r;
      trouble = theirs;
    });
    this.isComing[best] = 1;
    this.readyAtNs[best] = readyAtNs;
    if (readyAtNs > this.kernel.now) this.kernel.at(readyAtNs, SCALED_UP, best);
    else this.cameUp(best);
  }

  /** The one that is missed the least goes. */
  private dismiss(component: number): void {
    let best = NONE;
    this.each(component, (r) => {
      const isHere = this.isComing[r] === 1 || this.stays(r);
      if (isHere && (best === NONE || this.goesBefore(r, best))) best = r;
    });
    if (this.isComing[best] === 1) this.isComing[best] = 0;
    else this.leave(best);
  }

  /** Whether a replica goes before another of a lower number. */
  private goesBefore(r: number, other: number): boolean {
    if (this.isComing[r] !== this.isComing[other]) return this.isComing[r] === 1;
    if (this.isComing[r] === 1) return this.readyAtNs[r] >= this.readyAtNs[other];
    const isOut = this.standing.is(r, DOWN | EJECTED);
    if (isOut !== this.standing.is(other, DOWN | EJECTED)) return isOut;
    return this.sinceNs[r] >= this.sinceNs[other];
  }

  private leave(replica: number): void {
    this.standing.leaves(replica, LEAVING);
    this.leaving.push(replica);
    this.noteLeaving();
    this.of.saturation.workersChanged(this.replicas.component[replica]);
    if (!this.holdsSomething(replica)) this.gone(replica);
  }

  /** While somebody leaves, each step is an event of its own: what it leaves is looked at after each. */
  private noteLeaving(): void {
    const { kernel } = this;
    const isLeaving = this.leaving.length > 0;
    if (isLeaving && !this.isLeaving) kernel.suspend();
    if (!isLeaving && this.isLeaving) kernel.resume();
    this.isLeaving = isLeaving;
  }

  private gone(replica: number): void {
    const { replicas, standing } = this;
    const { recorder } = this.of;
    const component = replicas.component[replica];
    this.leaving.splice(this.leaving.indexOf(replica), 1);
    this.noteLeaving();
    this.witness[replica] = NONE;
    recorder.fingerprint.fact(FACT_GONE, component, replica - replicas.first[component]);
    standing.leaves(replica, ABSENT);
    standing.returns(replica, LEAVING);
    this.of.services.rules?.crashed(replica);
    this.of.services.wentDown(replica);
    this.of.caches?.wentDown(replica);
    this.of.clients.renew(component, replica);
    this.countWorkers(component);
    if (this.isComing[replica] === 1) this.cameUp(replica);
  }

  private ready(replica: number): void {
    const { replicas, standing } = this;
    const { recorder } = this.of;
    const component = replicas.component[replica];
    this.isComing[replica] = 0;
    this.sinceNs[replica] = this.kernel.now;
    recorder.fingerprint.fact(FACT_READY, component, replica - replicas.first[component]);
    this.of.restarts?.forget(replica);
    this.of.clients.renew(component, replica);
    this.of.clients.forget(component, replica);
    standing.returns(replica, ABSENT);
    this.countWorkers(component);
  }

  private countWorkers(component: number): void {
    const { replicas } = this;
    const { recorder, saturation } = this.of;
    if (this.plan.components[component].workers < Infinity) {
      recorder.workers.set(component, replicas.workersThere(component));
    }
    this.of.services.locks?.counted(component);
    this.of.clients.count(component, this.replicas.present(component));
    saturation.workersChanged(component);
  }

  /** Who tells the autoscaler what, of those that are there since before a period began. */
  private told(component: number, periodBeganNs: number) {
    const ready: number[] = [];
    let unready = 0;
    let missing = 0;
    const isAmount = this.plan.components[component].autoscale?.hpa.of === 'amount';
    this.each(component, (r) => {
      if (this.isComing[r] === 1) unready++;
      else if (!this.stays(r)) return;
      else if (this.standing.is(r, DOWN)) missing++;
      else if (isAmount || this.sinceNs[r] <= periodBeganNs) ready.push(r);
      else unready++;
    });
    return { ready, unready, missing };
  }

  /** Whether a replica is there and is to stay. */
  private stays(replica: number): boolean {
    return !this.standing.is(replica, ABSENT | LEAVING);
  }

  /** Whether a replica has something to end, or something is on its way to it. */
  private holdsSomething(replica: number): boolean {
    const { attempts, witness } = this;
    if (this.isHeld(witness[replica], replica)) return true;
    for (let a = 0; a < attempts.used; a++) {
      if (!this.isHeld(a, replica)) continue;
      witness[replica] = a;
      return true;
    }
    return false;
  }

  private isHeld(attempt: number, replica: number): boolean {
    const { attempts } = this;
    if (attempt < 0 || attempts.isFree(attempt)) return false;
    const state = attempts.state(attempt);
    if (state === DONE || state === UNSENT) return false;
    if (state === OUT) return attempts.words[attempt * ROW + REPLICA] === replica;
    return attempts.placeOf(attempt) === replica;
  }

  private each(component: number, visit: (replica: number) => void): void {
    const { first } = this.replicas;
    for (let r = first[component]; r < first[component + 1]; r++) visit(r);
  }
}
