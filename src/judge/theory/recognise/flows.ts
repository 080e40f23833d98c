import type { CallStepPlan, CallTarget, Plan, StepPlan } from '../../../model/plan.js';
import { callsIn, queueAt, reachOf } from '../../reach.js';
import { after, either, type Law, lawOf, NO_TIME } from './law.js';
import { refusal } from './say.js';
import { strangeComponent, strangeEdge, strangeStep } from './settings.js';

/** Requests of one kind that come to a component. */
export interface Visit {
  /** How many come for one request of the producer, on average. */
  count: number;
  producer: number;
  law: Law;
  /** Why they are no Poisson stream even if the producer's are; null where they are one. */
  spoilt: string | null;
}

/** What a request goes through: a station with its law, or time in which nobody waits for anybody. */
export type Leg = { count: number; station: number; law: Law } | { count: number; delay: Law };

/** Where one producer's requests go. */
export interface Route {
  legs: Leg[];
  /** Why what comes next is no Poisson stream. */
  broken: string | null;
  /** Why not all of it could be followed to its end, or not all that began comes there. */
  lost: string | null;
}

/** Steps that take no time and call nobody. */
const IDLE: ReadonlySet<string> = new Set(['commit']);
/** Handlers within handlers, and steps in all: beyond these nobody reads a form any more. */
const DEPTH_MAX = 200;
const STEPS_MAX = 50_000;

/** A component that only passes on: whoever comes is begun with at once and hinders nobody. */
export function isOpenRoom(plan: Plan, component: number): boolean {
  const { workers, contention } = plan.components[component];
  return workers === Infinity && contention === null;
}

/**
 * Follows a producer's requests through handlers without a bound to the stations: components whose
 * workers are limited. `leaves` says of a station why its answers are no Poisson stream, null where
 * they are one. Notes every visit, and taints what is called by a worker that is held.
 */
export class Walk {
  readonly visits = new Map<number, Visit[]>();
  /** Components without a bound that ask others: how long a visit takes is no law of theirs. */
  readonly passing = new Set<number>();
  /** Too deep or too wide to be followed: what was noted is not all. */
  tooLarge = false;
  private steps = 0;
  private readonly open: string[] = [];

  constructor(
    private readonly plan: Plan,
    private readonly leaves: (station: number) => string | null,
  ) {}

  route(producer: number, entry: CallTarget): Route {
    const route: Route = { legs: [], broken: null, lost: null };
    this.open.length = 0;
    this.call({ op: 'call', to: entry } as CallStepPlan, { producer, count: 1, route });
    return route;
  }

  private call(call: CallStepPlan, at: At): void {
    const edge = this.plan.edges[call.to.edge];
    const strange = strangeStep(call) ?? strangeEdge(edge);
    if (strange !== null) this.spoil(at, strange);
    const queue = queueAt(this.plan, edge);
    if (queue !== null) {
      const reason = refusal.broker(queue.name);
      this.spoil(at, reason);
      this.taintAll(call.to, at, reason);
      return;
    }
    const hop = edge.network === null ? NO_TIME : lawOf(edge.network);
    if (hop.mean > 0) at.route.legs.push({ count: 2 * at.count, delay: hop });
    if (isOpenRoom(this.plan, edge.to)) this.pass(call.to, at);
    else this.visit(call.to, at);
    const odd = strangeComponent(this.plan.components[edge.to]);
    if (odd !== null) this.spoil(at, odd);
  }

  private pass(to: CallTarget, at: At): void {
    const { to: component } = this.plan.edges[to.edge];
    const steps = this.plan.components[component].routes[to.route]?.steps ?? [];
    const name = `${component}/${to.route}`;
    if (this.open.includes(name)) {
      this.spoil(at, refusal.comesBack());
      return;
    }
    if (!this.goesOn(1, this.open.length)) return;
    const own = this.delayOf(steps);
    if (own === null) this.passing.add(component);
    else this.note(component, { ...at, law: own });
    this.open.push(name);
    this.follow(steps, at);
    this.open.pop();
  }

  private follow(steps: readonly StepPlan[], at: At): void {
    for (const step of steps) {
      if (!this.goesOn(1)) return;
      const strange = step.op === 'call' ? null : strangeStep(step);
      if (strange !== null) this.spoil(at, strange);
      if (step.op === 'work') at.route.legs.push({ count: at.count, delay: lawOf(step.time) });
      else if (step.op === 'call') this.call(step, at);
      else if (step.op === 'chance') {
        if (step.share > 0) this.follow(step.then, { ...at, count: at.count * step.share });
        if (step.share < 1) this.follow(step.else, { ...at, count: at.count * (1 - step.share) });
      } else if (step.op === 'parallel') {
        this.spoil(at, refusal.parallel());
        for (const branch of step.branches) this.follow(branch, at);
      } else if (step.op === 'fail') {
        if (step.share > 0) this.spoil(at, refusal.fails());
      } else if (step.op === 'cache') {
        this.follow(step.then, at);
      } else if (!IDLE.has((step as { op: string }).op)) {
        this.spoil(at, refusal.setting(`the step ${(step as { op: string }).op}`));
      }
    }
  }

  private visit(to: CallTarget, at: At): void {
    const { to: station } = this.plan.edges[to.edge];
    const steps = this.plan.components[station].routes[to.route]?.steps ?? [];
    const law = this.workOf(steps);
    if (typeof law === 'string') {
      this.note(station, { ...at, law: NO_TIME }, law);
      this.taint(station, steps, at);
      this.spoil(at, refusal.after(this.nameOf(station)));
      return;
    }
    this.note(station, { ...at, law });
    at.route.legs.push({ count: at.count, station, law });
    const changed = this.leaves(station);
    if (changed !== null) at.route.broken ??= changed;
  }

  /** Time that holds a worker, its own and that of callees who make nobody wait; else the reason. */
  private workOf(steps: readonly StepPlan[], depth = 0): Law | string {
    let law = NO_TIME;
    for (const step of steps) {
      if (!this.goesOn(1, depth)) return refusal.large();
      const strange = strangeStep(step);
      if (strange !== null) return strange;
      let more: Law | string = NO_TIME;
      if (step.op === 'work') more = lawOf(step.time);
      else if (step.op === 'call') more = this.timeOf(step, depth);
      else if (step.op === 'chance') more = this.eitherOf(step, depth);
      else if (step.op === 'parallel') more = refusal.setting('calls in parallel');
      else if (step.op === 'fail') more = step.share > 0 ? refusal.fails() : NO_TIME;
      else if (!IDLE.has((step as { op: string }).op)) {
        more = refusal.setting(`the step ${(step as { op: string }).op}`);
      }
      if (typeof more === 'string') return more;
      law = after(law, more);
    }
    return law;
  }

  private eitherOf(step: StepPlan & { op: 'chance' }, depth: number): Law | string {
    const [then, other] = [this.workOf(step.then, depth), this.workOf(step.else, depth)];
    if (typeof then === 'string') return then;
    return typeof other === 'string' ? other : either(step.share, then, other);
  }

  private timeOf({ to }: CallStepPlan, depth: number): Law | string {
    const edge = this.plan.edges[to.edge];
    const queue = queueAt(this.plan, edge);
    if (queue !== null) return refusal.broker(queue.name);
    if (!isOpenRoom(this.plan, edge.to)) return refusal.holds(this.nameOf(edge.to));
    const strange = strangeEdge(edge) ?? strangeComponent(this.plan.components[edge.to]);
    if (strange !== null) return strange;
    const steps = this.plan.components[edge.to].routes[to.route]?.steps ?? [];
    const inside = this.workOf(steps, depth + 1);
    if (typeof inside === 'string' || edge.network === null) return inside;
    const hop = lawOf(edge.network);
    return after(after(hop, inside), hop);
  }

  /** The own time of a handler without a bound, where it calls nobody. */
  private delayOf(steps: readonly StepPlan[]): Law | null {
    if (callsIn(steps).length > 0) return null;
    const law = this.workOf(steps);
    return typeof law === 'string' ? null : law;
  }

  /** What is called by a worker that is held gets its requests at a pace of its own. */
  private taint(station: number, steps: readonly StepPlan[], at: At): void {
    const held = refusal.heldBy(this.nameOf(station));
    for (const { to } of callsIn(steps)) {
      const queue = queueAt(this.plan, this.plan.edges[to.edge]);
      this.taintAll(to, at, queue === null ? held : refusal.broker(queue.name));
    }
  }

  private taintAll(to: CallTarget, at: At, reason: string): void {
    if (this.tooLarge) return;
    const reached = reachOf(this.plan, to).components;
    this.goesOn(reached.size);
    for (const component of reached) {
      if (isOpenRoom(this.plan, component)) continue;
      const before = this.visits.get(component);
      if (before?.some(({ spoilt }) => spoilt !== null)) continue;
      this.note(component, { ...at, law: NO_TIME }, reason);
    }
  }

  private note(component: number, visit: At & { law: Law }, spoilt: string | null = null): void {
    const { producer, count, law, route } = visit;
    const visits = this.visits.get(component) ?? [];
    visits.push({ producer, count, law, spoilt: spoilt ?? route.broken });
    this.visits.set(component, visits);
  }

  /** From here on what the producer's requests bring about is no Poisson stream. */
  private spoil({ route }: At, reason: string): void {
    route.broken ??= reason;
    route.lost ??= reason;
  }

  private goesOn(steps: number, depth = 0): boolean {
    this.steps += steps;
    if (this.steps > STEPS_MAX || depth >= DEPTH_MAX) this.tooLarge = true;
    return !this.tooLarge;
  }

  private nameOf(component: number): string {
    return this.plan.components[component].name;
  }
}

/** Where a walk stands. */
interface At {
  producer: number;
  count: number;
  route: Route;
}
