import type { DistributionSpec } from '../kernel/distributions.js';
import { watchedUnits } from '../model/index.js';
import type {
  AdmissionPlan,
  ArrivalsPlan,
  BulkheadPlan,
  CallStepPlan,
  Change,
  ComponentPlan,
  ConsumesPlan,
  DegradePlan,
  EdgePlan,
  FallbackPlan,
  FaultCondition,
  HealthPlan,
  HedgePlan,
  LockPlan,
  Plan,
  ProducerPlan,
  RatePlan,
  RetryReason,
  RoutePlan,
  StepPlan,
} from '../model/plan.js';
import { changesSaid } from './changes-said.js';
import { compileFault } from './compile-faults.js';
import { consumesPlan, queuePlans } from './compile-queues.js';
import { readCondition } from './conditions.js';
import { subjectsOf } from './fault-checks.js';
import type { Files } from './files.js';
import { Calls, type Graph } from './graph.js';
import { healthPlan } from './health.js';
import type { Layout } from './layout.js';
import { loadOnTrace } from './messages.js';
import type { Side } from './patterns.js';
import type { WrittenRule } from './schema/admission.js';
import type { Arrivals, Rates } from './schema/arrivals.js';
import type { Call } from './schema/calls.js';
import type { Condition } from './schema/faults.js';
import type { Law } from './schema/laws.js';
import { USUAL_LOCK } from './schema/locks.js';
import type { Part } from './schema/parts.js';
import type { Queue } from './schema/queue.js';
import type { BranchCall, Step } from './schema/steps.js';
import type { LaidOut } from './schema/whole.js';
import type { Trace } from './traces.js';

/** A laid-out scenario that was checked: typed, its names known, the settings of its edges read. */
export interface Checked {
  layout: Layout;
  graph: Graph;
  scenario: LaidOut;
  /** In the order of the graph's edges. */
  calls: Call[];
  files: Files;
  /** By fault: the scenario with what an operator sets laid over it; undefined for other faults. */
  sets: (SetLayout | undefined)[];
}

/** What an operator's change makes of the scenario, and how it is told. */
export interface SetLayout {
  text: string;
  checked: Checked;
  /** The scenario with another one's change laid over it, and with this one over that. */
  after: readonly [Checked, Checked][];
}

/** What a plan is made for. */
export interface PlanSettings {
  seed: string;
  /** Times every open rate and the users of `closed`. Throws for a trace of moments but at 1. */
  load: number;
  withFaults: boolean;
}

/** The plan of a checked scenario. */
export function compile(checked: Checked, settings: PlanSettings): Plan {
  const compiler = new Compiler(checked);
  const { scenario } = checked;
  const components = compiler.components();
  const edges = compiler.edges();
  const plan: Plan = {
    seed: settings.seed,
    durationNs: scenario.duration,
    warmupNs: scenario.warmup,
    producers: compiler.producers(settings.load),
    components,
    edges,
    queues: queuePlans(scenario.queues),
    locks: compiler.locks,
    faults: [],
    alerts: scenario.alerts,
  };
  if (!settings.withFaults) return plan;
  plan.faults = scenario.faults.flatMap((fault, f) => {
    const set = checked.sets[f];
    if (set === undefined) return compileFault(fault, checked.graph, undefined);
    const changes = changesOfSet(plan, set, settings);
    return compileFault(fault, checked.graph, { text: set.text, changes });
  });
  makeRoom(plan);
  return plan;
}

/** What an operator's change says of a plan, also where it says what the plan does: see `changesSaid`. */
export function changesOfSet(plan: Plan, set: SetLayout, settings: PlanSettings): Change[] {
  const made = (of: Checked): Plan => compile(of, { ...settings, withFaults: false });
  const after = set.after.map(([before, then]): [Plan, Plan] => [made(before), made(then)]);
  return changesSaid(plan, made(set.checked), after);
}

/** For as many replicas as an operator, or an autoscaler by his leave, may want; a fault that strikes all of them strikes those too. */
function makeRoom(plan: Plan): void {
  const { components, faults } = plan;
  const before = components.map(({ replicasMax }) => replicasMax);
  for (const fault of faults) {
    for (const change of fault.kind === 'set' ? fault.changes : []) {
      if (change.what !== 'replicas' && change.what !== 'component') continue;
      const component = have(components[change.component], 'a component');
      const most = change.what === 'replicas' ? change.replicas : change.to.autoscale?.hpa.max;
      component.replicasMax = Math.max(component.replicasMax, most ?? 0);
    }
  }
  for (const fault of faults) {
    if (!('replicas' in fault) || fault.kind === 'crash') continue;
    const most = have(components[fault.component], 'a component').replicasMax;
    if (fault.replicas === before[fault.component]) fault.replicas = most;
  }
}

class Compiler {
  private readonly calls: Calls;
  /** The locks that the steps compiled so far take. */
  readonly locks: LockPlan[] = [];

  constructor(private readonly checked: Checked) {
    this.calls = new Calls(checked.graph, checked.layout);
  }

  producers(load: number): ProducerPlan[] {
    const { scenario, graph } = this.checked;
    return [...graph.producers.keys()].map((name): ProducerPlan => {
      const producer = have(scenario.producers[name], name);
      const { clients, priority, tenant, key, limit, from, until, size } = producer;
      const objective = producer.objective ?? scenario.objective;
      return {
        name,
        arrivals: this.arrivals(name, producer.arrivals, load),
        to: producer.to.map(({ to: call, weight }) => {
          return {
            ...this.call({ name, route: null }, call, undefined).to,
            weight,
          };
        }),
        objectiveNs: objective?.latency ?? Number.POSITIVE_INFINITY,
        clients,
        priority,
        deadlineNs: producer.deadline,
        tenant: tenant ?? { kind: 'name', name },
        key: key ?? null,
        limit,
        fromNs: from,
        untilNs: until,
        sizeBytes: size,
      };
    });
  }

  private arrivals(name: string, arrivals: Arrivals, load: number): ArrivalsPlan {
    switch (arrivals.kind) {
      case 'poisson':
      case 'constant':
        return { kind: arrivals.kind, rate: ratePlan(arrivals.rate, load) };
      case 'renewal':
        return { kind: 'renewal', between: this.law(arrivals.between), load };
      case 'mmpp': {
        const states = arrivals.states.map(({ rate, mean }) => {
          return { perSecond: rate * load, meanNs: mean };
        });
        return { kind: 'mmpp', states };
      }
      case 'batch':
        return { kind: 'batch', rate: ratePlan(arrivals.rate, load), size: arrivals.size };
      case 'trace':
        return traced(name, have(this.checked.files.traces[arrivals.path], arrivals.path), load);
      case 'closed': {
        const users = Math.max(1, Math.round(arrivals.users * load));
        return { kind: 'closed', users, think: this.law(arrivals.think) };
      }
      case 'backlog':
        return { kind: 'backlog', senders: arrivals.senders };
    }
  }

  components(): ComponentPlan[] {
    const { scenario, graph } = this.checked;
    return [...graph.components.values()].map(({ name, kind }): ComponentPlan => {
      const parts = kind === 'service' ? scenario.services : scenario.dependencies;
      const part = have(parts[name], name);
      const { autoscale, workers, cores, io, replicas, balance, queue, contention } = part;
      const first = replicas ?? autoscale?.hpa.min ?? 1;
      return {
        name,
        kind: kind === 'service' ? 'service' : 'dependency',
        replicas: first,
        replicasMax: Math.max(first, autoscale?.hpa.max ?? 0),
        balance,
        workers,
        cores,
        io,
        queue: this.queue(queue),
        admission: part.admission.map((rule) => this.rule(rule)),
        contention,
        deadlineCheck: part.deadline_check,
        degrade: this.degrade(name, part),
        autoscale,
        reject: rejectPlan(part.reject),
        health: this.health(part),
        memory: part.memory,
        consumes: this.consumes(name, part),
        routes: this.routes(name, part),
      };
    });
  }

  private queue({ capacity, coalesce, discipline, max_age: age, shed, when_full: full }: Queue) {
    const names = Object.keys(this.checked.scenario.queues);
    return {
      capacity,
      discipline: discipline.by,
      lifoAbove: discipline.above,
      whenFull: full.how,
      deadLetter: full.queue === null ? -1 : names.indexOf(full.queue),
      coalesce,
      shed,
      maxAge: age === null ? null : this.law(age),
    };
  }

  private degrade(name: string, { degrade }: Part): DegradePlan | null {
    if (degrade === null) return null;
    const steps = this.steps({ name, route: null }, degrade.handler);
    return { when: degrade.when, steps, degraded: degrade.quality === 'degraded' };
  }

  private health({ health, memory }: Part): HealthPlan | null {
    if (health === null) return null;
    const { work } = health;
    const restartNs = memory?.restart.fromNs ?? null;
    return healthPlan(health, work === null ? null : this.law(work), restartNs);
  }

  private rule(rule: WrittenRule): AdmissionPlan {
    return rule.kind === 'signal' ? { ...rule, when: this.conditions(rule.when) } : rule;
  }

  private consumes(name: string, part: Part): ConsumesPlan | null {
    const { graph, scenario } = this.checked;
    return consumesPlan(name, part, graph, scenario.queues, (all) => this.conditions(all));
  }

  private conditions(written: readonly Condition[]): FaultCondition[] {
    const watched = watchedUnits(subjectsOf(this.checked.graph));
    return written.map(({ metric, op, value }) => {
      const read = readCondition(`${metric} ${op} ${value}`, watched);
      if (!read.ok) throw new Error(`not checked: ${metric}`);
      return read.value;
    });
  }

  private routes(name: string, { handler }: Part): RoutePlan[] {
    if (Array.isArray(handler)) {
      return [{ name: null, steps: this.steps({ name, route: null }, handler) }];
    }
    const routes = Object.entries(handler);
    if (routes.length === 0) return [{ name: null, steps: [] }];
    return routes.map(([route, steps]) => ({
      name: route,
      steps: this.steps({ name, route }, steps),
    }));
  }

  private steps(caller: Side, steps: Step[]): StepPlan[] {
    return steps.map((step) => this.step(caller, step));
  }

  private step(caller: Side, step: Step): StepPlan {
    const { work, call = step.publish, parallel, need, chance, cache, fail, commit } = step;
    if (work !== undefined) {
      return { op: 'work', time: this.law(work.law), perRequest: work.perRequest };
    }
    if (call !== undefined) return this.call(caller, call, step.as, step.times);
    if (parallel !== undefined) {
      const branches = parallel.map((branch) => branch.map((one) => this.branch(caller, one)));
      return { op: 'parallel', need: need ?? branches.length, branches };
    }
    if (chance !== undefined) {
      const taken = this.steps(caller, step.then ?? []);
      const left = this.steps(caller, step.else ?? []);
      return { op: 'chance', share: chance, then: taken, else: left };
    }
    if (step.lock !== undefined) return this.lock(caller, step, step.lock);
    if (commit !== undefined) return { op: 'commit', name: commit, once: step.once === true };
    if (cache !== undefined) {
      return { op: 'cache', cache, then: this.steps(caller, step.then ?? []) };
    }
    return { op: 'fail', ...have(fail, 'a head of a step') };
  }

  private lock(caller: Side, step: Step, name: string): StepPlan {
    const { inherit, order, scope, wait } = this.checked.scenario.locks[name] ?? USUAL_LOCK;
    let lock = this.locks.findIndex((known) => known.name === name);
    if (lock < 0) lock = this.locks.push({ name, scope, order, inherit }) - 1;
    return {
      op: 'lock',
      lock,
      waitNs: step.wait ?? wait,
      then: this.steps(caller, step.then ?? []),
    };
  }

  private branch(caller: Side, { call, publish, as, times }: BranchCall): CallStepPlan {
    return this.call(caller, have(call ?? publish, 'a branch'), as, times);
  }

  private call(caller: Side, target: string, as: string | undefined, times = 1): CallStepPlan {
    const resolved = have(this.calls.resolve(caller, target, as), target);
    return { op: 'call', to: { edge: resolved.edge.index, route: resolved.route }, times };
  }

  edges(): EdgePlan[] {
    const { graph, calls } = this.checked;
    return [...graph.edges.values()].map((edge): EdgePlan => {
      const settings = have(calls[edge.index], edge.name);
      const { network, timeout, retry } = settings;
      return {
        name: edge.name,
        from: { kind: edge.caller.kind, index: edge.caller.index },
        to: edge.to.index,
        network: network === null ? null : this.law(network),
        timeoutNs: timeout,
        retry: retry === null || (retry.attempts ?? 1) === 1 ? null : retryPlan(retry),
        cancel: settings.cancel,
        deadline: deadlinePlan(settings.deadline),
        connections: connectionsPlan(settings.connections),
        bulkhead: bulkheadPlan(settings.bulkhead),
        hedge: hedgePlan(settings.hedge),
        throttle: settings.throttle,
        breaker: settings.breaker,
        rateLimit: settings.rate_limit,
        concurrency: settings.concurrency,
        windowCredits: settings.window?.credits ?? Number.POSITIVE_INFINITY,
        fallback: this.fallback(edge.caller, settings.fallback),
      };
    });
  }

  private fallback(caller: Side, fallback: Call['fallback']): FallbackPlan | null {
    if (fallback === null) return null;
    const { handler, latency, quality } = fallback;
    return {
      latency: latency === undefined ? null : this.law(latency),
      steps: this.steps(caller, handler ?? []),
      degraded: quality === 'degraded',
    };
  }

  private law(law: Law): DistributionSpec {
    if (law.kind === 'file') {
      return {
        kind: 'empirical',
        valuesNs: have(this.checked.files.latencies[law.path], law.path),
      };
    }
    if (law.kind !== 'mixture') return law;
    const parts = law.parts.map(({ p, of }) => ({ p, of: this.law(of) }));
    return { kind: 'mixture', parts };
  }
}

function ratePlan(rates: Rates, load: number): RatePlan {
  if (Array.isArray(rates)) {
    return rates.map(({ at, rate, ramp }) => ({ atNs: at, perSecond: rate * load, rampNs: ramp }));
  }
  const { mean, peak, period } = rates;
  return {
    kind: 'diurnal',
    meanPerSecond: mean * load,
    peakPerSecond: peak * load,
    periodNs: period,
  };
}

/** Moments as they are; rates as a Poisson schedule, 0 before the first. */
function traced(name: string, trace: Trace, load: number): ArrivalsPlan {
  if (trace.kind === 'times') {
    if (load !== 1) throw new Error(loadOnTrace(name).message);
    return { kind: 'trace', atNs: trace.atNs };
  }
  const rate: RatePlan = trace.atNs[0] === 0 ? [] : [{ atNs: 0, perSecond: 0, rampNs: 0 }];
  trace.perSecond.forEach((perSecond, i) => {
    rate.push({ atNs: trace.atNs[i] ?? 0, perSecond: perSecond * load, rampNs: 0 });
  });
  return { kind: 'poisson', rate };
}

function retryPlan(retry: NonNullable<Call['retry']>): NonNullable<EdgePlan['retry']> {
  const { attempts = 1, on, backoff, jitter, budget, elsewhere, retry_after } = retry;
  return {
    attempts,
    on: on as RetryReason[],
    elsewhere,
    backoff,
    jitter,
    retryAfter: retry_after,
    budget,
  };
}

function rejectPlan(reject: Part['reject']): ComponentPlan['reject'] {
  const costNs = reject?.cost ?? 0;
  const retryAfterNs = reject?.retry_after ?? 0;
  return costNs === 0 && retryAfterNs === 0 ? null : { costNs, retryAfterNs };
}

function deadlinePlan(deadline: Call['deadline']): EdgePlan['deadline'] {
  if (deadline === null || (deadline.within === Number.POSITIVE_INFINITY && !deadline.propagate)) {
    return null;
  }
  return { withinNs: deadline.within, propagate: deadline.propagate };
}

function connectionsPlan(connections: Call['connections']): EdgePlan['connections'] {
  if (connections === null) return null;
  const { max, wait, open } = connections;
  return { max, waitNs: wait, openNs: open };
}

function bulkheadPlan(bulkhead: Call['bulkhead']): BulkheadPlan | null {
  if (bulkhead === null) return null;
  const { concurrent, waiting, wait, hold } = bulkhead;
  return { concurrent, waiting, waitNs: wait, hold };
}

function hedgePlan(hedge: Call['hedge']): HedgePlan | null {
  if (hedge === null) return null;
  const { after, max, budget } = hedge;
  return { after, max, budget: budget ?? Number.POSITIVE_INFINITY };
}

/** What the checks have made sure of; its absence is a mistake of ours. */
function have<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`not checked: ${what}`);
  return value;
}
