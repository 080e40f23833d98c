import { compile, type Distribution, type DistributionSpec } from '../kernel/distributions.js';
import { hashText, purposeOf } from '../kernel/draws.js';
import { commitNames } from './commits.js';
import type {
  CachePlan,
  CallStepPlan,
  CallTarget,
  DegradePlan,
  Plan,
  RoutePlan,
  StepPlan,
} from './plan.js';

export const OP_END = 0;
/** work W: W names a row of `works`. */
export const OP_WORK = 1;
/** call SITE: goes on at `siteResume`. */
export const OP_CALL = 2;
/** parallel NEED COUNT JOIN PC…: the branches begin at the PCs, the handler goes on at JOIN. */
export const OP_PARALLEL = 3;
export const OP_BRANCH_END = 4;
/** chance C ELSE: C names a row of `chances`; ELSE is where it goes when it fails. */
export const OP_CHANCE = 5;
export const OP_JUMP = 6;
/** fail C. */
export const OP_FAIL = 7;
/** commit NAME ONCE: NAME names one of the plan's commits. */
export const OP_COMMIT = 20;
/** lock L W: L names one of the plan's locks, W a row of `lockWaits`; unlock L. */
export const OP_LOCK = 22;
export const OP_UNLOCK = 23;

/** fail C, by the request or its key. */
export const OP_FAIL_KEPT = 60;
/** cache C HIT: C names a row of `caches`; who misses goes on behind it, who does not at HIT. */
export const OP_CACHE = 61;
/** fill C: what was missed is there now. */
export const OP_FILL = 62;

/** Places of calls beyond which fallbacks are taken to go round in circles. */
const SITES_MAX = 1_000_000;

export interface Work {
  time: Distribution;
  purpose: number;
  /** Drawn by the request's key instead of the attempt's. */
  perRequest: boolean;
}

export interface Chance {
  share: number;
  purpose: number;
  /** Drawn by the key that a request asks for, instead of by the request. Of OP_FAIL_KEPT alone. */
  perKey: boolean;
}

/** A cache at its place in the text. */
export interface CacheRow {
  component: number;
  plan: CachePlan;
  purpose: number;
}

/**
 * Every handler of a plan as flat integer code, so that a request's place in its handler is one
 * number. A `site` is one place in the text from which a call is made. Draws are named by the kind
 * of step and which of that kind it is in its route's text, never by its place in the list.
 */
export class Program {
  readonly code: Int32Array;
  readonly works: Work[] = [];
  readonly chances: Chance[] = [];
  /** How long steps wait for their locks at most, nanoseconds; Infinity for no bound. */
  readonly lockWaits: readonly number[];
  readonly caches: CacheRow[] = [];
  /** By site. */
  readonly siteEdge: Int32Array;
  readonly siteRoute: Int32Array;
  readonly siteResume: Int32Array;
  readonly siteTag: Int32Array;
  /** Where the handler goes on when the call's fallback has steps; -1 where it has none. */
  readonly siteFallback: Int32Array;
  /** Where the callee's handler begins. */
  readonly siteEntry: Int32Array;
  /** By route, over all components. */
  readonly routePc: Int32Array;
  readonly routeComponent: Int32Array;
  /** Where the handler of those that start degraded begins, by component; -1 where there is none. */
  readonly degradedPc: Int32Array;
  /** First route of each component. */
  readonly firstRoute: Int32Array;
  /** The site of each producer's first target; those of its others follow. */
  readonly producerSite: Int32Array;

  constructor(plan: Plan) {
    const builder = new Builder(plan);
    plan.components.forEach((component, index) => {
      for (const route of component.routes) builder.route(index, route);
      builder.degraded(index, component.degrade);
    });
    this.producerSite = Int32Array.from(plan.producers, ({ to }) => {
      const first = builder.sites.length;
      for (const target of to) builder.site(target, 0, -1);
      return first;
    });
    this.siteFallback = Int32Array.from(builder.sites, (s) => s.fallback);
    this.works = builder.works;
    this.chances = builder.chances;
    this.lockWaits = builder.lockWaits;
    this.caches = builder.caches;
    this.code = Int32Array.from(builder.code);
    this.siteEdge = Int32Array.from(builder.sites, (s) => s.edge);
    this.siteRoute = Int32Array.from(builder.sites, (s) => s.route);
    this.siteResume = Int32Array.from(builder.sites, (s) => s.resume);
    this.siteTag = Int32Array.from(builder.sites, (s) => s.tag);
    this.siteEntry = Int32Array.from(builder.sites, (s) => builder.routePc[s.route]);
    this.routePc = Int32Array.from(builder.routePc);
    this.routeComponent = Int32Array.from(builder.routeComponent);
    this.firstRoute = builder.firstRoute;
    this.degradedPc = Int32Array.from(builder.degradedPc);
  }
}

interface Site {
  edge: number;
  route: number;
  resume: number;
  tag: number;
  fallback: number;
}

class Builder {
  readonly code: number[] = [];
  readonly works: Work[] = [];
  readonly chances: Chance[] = [];
  readonly lockWaits: number[] = [];
  readonly caches: CacheRow[] = [];
  readonly sites: Site[] = [];
  readonly routePc: number[] = [];
  readonly routeComponent: number[] = [];
  readonly firstRoute: Int32Array;
  readonly degradedPc: number[] = [];
  /** Which use of each kind of step, or of each edge, comes next in the route at hand. */
  private uses = new Map<string, number>();
  /** The route at hand, "component/route". */
  private routeName = '';
  private component = 0;
  /** Rows of caches by their step: a fallback's stands in the code once for each of its calls. */
  private readonly cacheRows = new Map<StepPlan, number>();
  private readonly commits: readonly string[];
  /** Said before the names of draws and uses: what a fallback draws is its own. */
  private prefix = '';

  constructor(private readonly plan: Plan) {
    this.commits = commitNames(plan);
    this.firstRoute = new Int32Array(plan.components.length);
    let routes = 0;
    plan.components.forEach((component, index) => {
      this.firstRoute[index] = routes;
      routes += component.routes.length;
    });
  }

  route(component: number, { name, steps }: RoutePlan): void {
    this.uses = new Map();
    this.component = component;
    this.routeName = `${this.plan.components[component].name}/${name ?? ''}`;
    this.routePc.push(this.code.length);
    this.routeComponent.push(component);
    const first = this.sites.length;
    this.prefix = '';
    this.steps(steps);
    this.code.push(OP_END);
    this.fallbacks(first);
  }

  /** The handler of those that start while the queue is full: what it draws is its own. */
  degraded(component: number, degrade: DegradePlan | null): void {
    this.degradedPc.push(degrade === null ? -1 : this.code.length);
    if (degrade === null) return;
    this.uses = new Map();
    this.component = component;
    this.routeName = `${this.plan.components[component].name}/degrade`;
    const first = this.sites.length;
    this.prefix = 'degrade ';
    this.steps(degrade.steps);
    this.code.push(OP_END);
    this.fallbacks(first);
  }

  /** The steps of the fallbacks of a route's calls, and of the calls that these make in turn. */
  private fallbacks(first: number): void {
    for (let s = first; s < this.sites.length; s++) {
      const site = this.sites[s];
      const { fallback, name } = this.plan.edges[site.edge];
      if (fallback === null || fallback.steps.length === 0) continue;
      if (this.sites.length > SITES_MAX)
        throw new Error(`the fallback of ${name} calls without end`);
      site.fallback = this.code.length;
      this.prefix = `fallback ${name} `;
      this.steps(fallback.steps);
      this.code.push(OP_JUMP, site.resume);
    }
  }

  site(to: CallTarget, use: number, resume: number): number {
    const edge = this.plan.edges[to.edge];
    const tag = hashText(`${this.prefix}${edge.name}#${use}`).lo;
    const route = this.firstRoute[edge.to] + to.route;
    this.sites.push({ edge: to.edge, route, resume, tag, fallback: -1 });
    return this.sites.length - 1;
  }

  private use(what: string): number {
    const kind = this.prefix + what;
    const use = this.uses.get(kind) ?? 0;
    this.uses.set(kind, use + 1);
    return use;
  }

  private steps(steps: readonly StepPlan[]): void {
    for (const step of steps) this.step(step);
  }

  private step(step: StepPlan): void {
    switch (step.op) {
      case 'work':
        this.work(step.time, step.perRequest);
        break;
      case 'call':
        this.call(step);
        break;
      case 'parallel':
        this.parallel(step.need, step.branches);
        break;
      case 'chance':
        this.chance(step.share, step.then, step.else);
        break;
      case 'lock':
        this.lock(step.lock, step.waitNs, step.then);
        break;
      case 'fail':
        this.fail(step.share, step.per);
        break;
      case 'cache':
        this.cache(step, step.cache, step.then);
        break;
      case 'commit':
        this.code.push(OP_COMMIT, this.commits.indexOf(step.name), step.once ? 1 : 0);
        break;
    }
  }

  private draw(share: number, kind: string): number {
    const purpose = purposeOf(`${this.prefix}${kind}#${this.use(kind)}`);
    this.chances.push({ share, purpose, perKey: false });
    return this.chances.length - 1;
  }

  /** As with work: a request's key, and what it asks for, are the same in every route. */
  private fail(share: number, per: 'attempt' | 'request' | 'key'): void {
    if (per === 'attempt') {
      this.code.push(OP_FAIL, this.draw(share, 'fail'));
      return;
    }
    const purpose = this.purposeHere('fail');
    this.code.push(OP_FAIL_KEPT, this.chances.length);
    this.chances.push({ share, purpose, perKey: per === 'key' });
  }

  private cache(step: StepPlan, plan: CachePlan, then: readonly StepPlan[]): void {
    const row = this.cacheRows.get(step) ?? this.caches.length;
    if (row === this.caches.length) {
      this.caches.push({ component: this.component, plan, purpose: this.purposeHere('cache') });
      this.cacheRows.set(step, row);
    }
    this.code.push(OP_CACHE, row, -1);
    const found = this.code.length - 1;
    this.steps(then);
    if (plan.kind === 'lru' && plan.fill !== 'never') this.code.push(OP_FILL, row);
    this.code[found] = this.code.length;
  }

  /** What draws for a step by something that is the same in every route. */
  private purposeHere(kind: string): number {
    return purposeOf(`${this.prefix}${kind}#${this.use(kind)} of ${this.routeName}`);
  }

  /** A request's key is the same in every route, so there the route belongs to the step's name. */
  private work(time: DistributionSpec, perRequest: boolean): void {
    const step = `work#${this.use('work')}`;
    const purpose = purposeOf(perRequest ? `${step} of ${this.routeName}` : step);
    this.works.push({ time: compile(time), purpose, perRequest });
    this.code.push(OP_WORK, this.works.length - 1);
  }

  /** A call made several times is as if it stood there so often. */
  private call({ to, times }: CallStepPlan): void {
    for (let i = 0; i < times; i++) {
      const site = this.site(to, this.use(`edge ${to.edge}`), this.code.length + 2);
      this.code.push(OP_CALL, site);
    }
  }

  private parallel(need: number, branches: readonly (readonly CallStepPlan[])[]): void {
    this.code.push(OP_PARALLEL, need, branches.length, -1);
    const heads = this.code.length;
    for (const _ of branches) this.code.push(-1);
    branches.forEach((branch, i) => {
      this.code[heads + i] = this.code.length;
      for (const step of branch) this.call(step);
      this.code.push(OP_BRANCH_END);
    });
    this.code[heads - 1] = this.code.length;
  }

  private lock(lock: number, waitNs: number, then: readonly StepPlan[]): void {
    if (!this.lockWaits.includes(waitNs)) this.lockWaits.push(waitNs);
    this.code.push(OP_LOCK, lock, this.lockWaits.indexOf(waitNs));
    this.steps(then);
    this.code.push(OP_UNLOCK, lock);
  }

  private chance(share: number, yes: readonly StepPlan[], no: readonly StepPlan[]): void {
    this.code.push(OP_CHANCE, this.draw(share, 'chance'), -1);
    const otherwise = this.code.length - 1;
    this.steps(yes);
    this.code.push(OP_JUMP, -1);
    const end = this.code.length - 1;
    this.code[otherwise] = this.code.length;
    this.steps(no);
    this.code[end] = this.code.length;
  }
}
