import type { DistributionSpec } from '../kernel/distributions.js';
import type {
  ArrivalsPlan,
  CallStepPlan,
  ComponentPlan,
  EdgePlan,
  Plan,
  ProducerPlan,
  RatePoint,
  RoutePlan,
  StepPlan,
} from '../model/plan.js';
import { changesBetween } from './changes.js';
import { compileFault } from './compile-faults.js';
import { Calls, type Graph } from './graph.js';
import type { Layout } from './layout.js';
import type { Side } from './patterns.js';
import type { Call } from './schema/calls.js';
import type { Law } from './schema/laws.js';
import type { Part } from './schema/parts.js';
import type { BranchCall, Step } from './schema/steps.js';
import type { RateStep } from './schema/traffic.js';
import type { LaidOut } from './schema/whole.js';

/** A laid-out scenario that was checked: typed, its names known, the settings of its edges read. */
export interface Checked {
  layout: Layout;
  graph: Graph;
  scenario: LaidOut;
  /** In the order of the graph's edges. */
  calls: Call[];
  latencies: Record<string, number[]>;
  /** By fault: the scenario with what an operator sets laid over it; undefined for other faults. */
  sets: (SetLayout | undefined)[];
}

/** What an operator's change makes of the scenario, and how it is told. */
export interface SetLayout {
  text: string;
  checked: Checked;
}

/** What a plan is made for. */
export interface PlanSettings {
  seed: string;
  /** Times every open rate and the users of `closed`. */
  load: number;
  withFaults: boolean;
}

/** The plan of a checked scenario. */
export function compile(checked: Checked, settings: PlanSettings): Plan {
  const compiler = new Compiler(checked);
  const { scenario } = checked;
  const plan: Plan = {
    seed: settings.seed,
    durationNs: scenario.duration,
    warmupNs: scenario.warmup,
    producers: compiler.producers(settings.load),
    components: compiler.components(),
    edges: compiler.edges(),
    faults: [],
  };
  if (!settings.withFaults) return plan;
  plan.faults = scenario.faults.map((fault, f) => {
    const set = checked.sets[f];
    if (set === undefined) return compileFault(fault, checked.graph, undefined);
    const then = compile(set.checked, { ...settings, withFaults: false });
    const { changes } = changesBetween(plan, then);
    return compileFault(fault, checked.graph, { text: set.text, changes });
  });
  return plan;
}

class Compiler {
  private readonly calls: Calls;

  constructor(private readonly checked: Checked) {
    this.calls = new Calls(checked.graph, checked.layout);
  }

  producers(load: number): ProducerPlan[] {
    const { scenario, graph } = this.checked;
    return [...graph.producers.keys()].map((name): ProducerPlan => {
      const producer = have(scenario.producers[name], name);
      const objective = producer.objective ?? scenario.objective;
      return {
        name,
        arrivals: this.arrivals(producer.arrivals, load),
        to: this.call({ name, route: null }, { call: producer.to, as: undefined }).to,
        objectiveNs: objective?.latency ?? Number.POSITIVE_INFINITY,
      };
    });
  }

  private arrivals(arrivals: LaidOut['producers'][string]['arrivals'], load: number): ArrivalsPlan {
    if (arrivals.kind === 'backlog') return { kind: 'backlog', senders: arrivals.senders };
    if (arrivals.kind === 'closed') {
      const users = Math.max(1, Math.round(arrivals.users * load));
      return { kind: 'closed', users, think: this.law(arrivals.think) };
    }
    return { kind: arrivals.kind, rate: arrivals.rate.map((step) => point(step, load)) };
  }

  components(): ComponentPlan[] {
    const { scenario, graph } = this.checked;
    return [...graph.components.values()].map(({ name, kind }): ComponentPlan => {
      const parts = kind === 'service' ? scenario.services : scenario.dependencies;
      const part = have(parts[name], name);
      const { workers, replicas, balance, queue, contention } = part;
      const { capacity, discipline, when_full: whenFull } = queue;
      return {
        name,
        kind,
        replicas,
        balance,
        workers,
        queue: { capacity, discipline, whenFull },
        contention: contention === null ? null : { kind: 'usl', ...contention },
        routes: this.routes(name, part),
      };
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
    const { work, call, as, parallel, need, chance, fail } = step;
    if (work !== undefined) return { op: 'work', time: this.law(work) };
    if (call !== undefined) return this.call(caller, { call, as });
    if (parallel !== undefined) {
      const branches = parallel.map((branch) => branch.map((one) => this.call(caller, one)));
      return { op: 'parallel', need: need ?? branches.length, branches };
    }
    if (chance !== undefined) {
      const taken = this.steps(caller, step.then ?? []);
      const left = this.steps(caller, step.else ?? []);
      return { op: 'chance', share: chance, then: taken, else: left };
    }
    return { op: 'fail', share: have(fail, 'a head of a step') };
  }

  private call(caller: Side, { call, as }: BranchCall): CallStepPlan {
    const resolved = have(this.calls.resolve(caller, call, as), call);
    return { op: 'call', to: { edge: resolved.edge.index, route: resolved.route } };
  }

  edges(): EdgePlan[] {
    const { graph, calls } = this.checked;
    return [...graph.edges.values()].map((edge): EdgePlan => {
      const { network, timeout, retry } = have(calls[edge.index], edge.name);
      return {
        name: edge.name,
        from: { kind: edge.caller.kind, index: edge.caller.index },
        to: edge.to.index,
        network: network === null ? null : this.law(network),
        timeoutNs: timeout,
        retry: retry === null || (retry.attempts ?? 1) === 1 ? null : retryPlan(retry),
      };
    });
  }

  private law(law: Law): DistributionSpec {
    if (law.kind === 'file') {
      return { kind: 'empirical', valuesNs: have(this.checked.latencies[law.path], law.path) };
    }
    if (law.kind !== 'mixture') return law;
    const parts = law.parts.map(({ p, of }) => ({ p, of: this.law(of) }));
    return { kind: 'mixture', parts };
  }
}

function point({ at, rate, ramp }: RateStep, load: number): RatePoint {
  return { atNs: at, perSecond: rate * load, rampNs: ramp };
}

function retryPlan(retry: NonNullable<Call['retry']>): NonNullable<EdgePlan['retry']> {
  const { attempts = 1, on, backoff, jitter, budget } = retry;
  return {
    attempts,
    on: {
      timeout: on.includes('timeout'),
      rejected: on.includes('rejected'),
      error: on.includes('error'),
    },
    backoff,
    jitter,
    budget: budget === null ? null : { kind: 'percent', share: budget },
  };
}

/** What the checks have made sure of; its absence is a mistake of ours. */
function have<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`not checked: ${what}`);
  return value;
}
