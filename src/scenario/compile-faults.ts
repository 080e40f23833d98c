import { watchedUnits } from '../model/index.js';
import type { Change, FaultPlan } from '../model/plan.js';
import { readCondition } from './conditions.js';
import { subjectsOf } from './fault-checks.js';
import { edgesOf, type Graph, replicasOf } from './graph.js';
import { sideOf, sidesOf } from './patterns.js';
import type { Fault } from './schema/faults.js';
import { formatDuration, formatShare, plain } from './units.js';

/** What a `set` comes down to, and how it is told. */
export interface SetPlan {
  text: string;
  changes: Change[];
}

/** The plan of a checked fault: one for each component that it strikes. */
export function compileFault(fault: Fault, graph: Graph, set: SetPlan | undefined): FaultPlan[] {
  const times = timesOf(fault, graph);
  return effectsOf(fault, graph, set).map((effect, i) => {
    return i === 0 ? { ...times, ...effect } : { ...times, ...effect, isPart: true };
  });
}

type Times = Pick<FaultPlan, 'atNs' | 'when' | 'everyNs' | 'forNs' | 'rampNs'>;

function timesOf({ at, when, every, for: lasting, ramp, ...more }: Fault, graph: Graph): Times {
  // What is emptied is empty at once.
  const isAtOnce = more.flush !== undefined && lasting === Number.POSITIVE_INFINITY;
  const forNs = isAtOnce ? 0 : (more.takes ?? more.restart ?? lasting);
  const times = { everyNs: every, forNs, ...(ramp === undefined ? {} : { rampNs: ramp }) };
  if (when === undefined) return { atNs: at ?? 0, when: null, ...times };
  const text = `${when.metric} ${when.op} ${when.value}`;
  const condition = readCondition(text, watchedUnits(subjectsOf(graph)));
  if (!condition.ok) throw new Error(`not checked: ${text}`);
  return { atNs: 0, when: condition.value, ...times };
}

/** A fault but for its times. */
type Effect = FaultPlan extends infer F
  ? F extends FaultPlan
    ? Omit<F, keyof Times>
    : never
  : never;

function effectsOf(fault: Fault, graph: Graph, set: SetPlan | undefined): Effect[] {
  const { slow, errors, crash, pause, capacity, latency, drop, surge, flush, ratio = 0 } = fault;
  if (slow !== undefined) return slowing(slow, fault, graph);
  if (errors !== undefined) {
    const { targets, some } = targetsOf(errors, fault, graph);
    const text = `errors ${listed(errors)} ${formatShare(ratio)}${some}`;
    return targets.map((of) => ({ kind: 'errors', text, ratio, ...of }));
  }
  if (crash !== undefined) {
    const { targets, largest, most } = targetsOf(crash, { replicas: 1, ...defined(fault) }, graph);
    const some = largest > 1 ? `, ${most} of ${largest} replicas` : '';
    const text = `crash ${listed(crash)}${some}`;
    return targets.map(({ component, replicas }) => ({ kind: 'crash', text, component, replicas }));
  }
  if (pause !== undefined) {
    const { targets, some } = targetsOf(pause, fault, graph);
    const text = `pause ${listed(pause)}${some}`;
    return targets.map(({ component, replicas }) => ({ kind: 'pause', text, component, replicas }));
  }
  if (fault.restarts !== undefined) {
    const { targets, some } = targetsOf(fault.restarts, fault, graph);
    const text = `restart ${listed(fault.restarts)}${some}`;
    return targets.map(({ component, replicas }) => {
      return { kind: 'restart', text, component, replicas };
    });
  }
  if (capacity !== undefined) return lessening(capacity, fault, graph);
  if (latency !== undefined) {
    const { add: addNs = 0 } = fault;
    const text = `latency ${listed(latency)} + ${formatDuration(addNs)}`;
    return [{ kind: 'latency', text, edges: indices(latency, graph), addNs }];
  }
  if (drop !== undefined) {
    const text = `drop ${listed(drop)} ${formatShare(ratio)}`;
    return [{ kind: 'drop', text, edges: indices(drop, graph), ratio }];
  }
  if (flush !== undefined) {
    const { targets, some } = targetsOf(flush, fault, graph);
    const text = `flush ${listed(flush)}${some}`;
    return targets.map(({ component, replicas }) => ({ kind: 'flush', text, component, replicas }));
  }
  if (surge !== undefined) {
    const { factor = 1 } = fault;
    const producer = graph.producers.get(surge) ?? -1;
    return [{ kind: 'surge', text: `surge ${surge} × ${plain(factor)}`, producer, factor }];
  }
  return [{ kind: 'set', text: `set ${set?.text}`, changes: set?.changes ?? [] }];
}

function slowing(slow: string[], fault: Fault, graph: Graph): Effect[] {
  const { targets, some } = targetsOf(slow, fault, graph);
  const { factor = 1, to, share = 1 } = fault;
  const of = share < 1 ? ` for ${formatShare(share)}` : '';
  const how =
    to === undefined
      ? { text: `slow ${listed(slow)} × ${plain(factor)}${of}${some}`, factor, toNs: null }
      : {
          text: `slow ${listed(slow)} to ${formatDuration(to)}${of}${some}`,
          factor: null,
          toNs: to,
        };
  return targets.map((target): Effect => ({ kind: 'slow', ...how, share, ...target }));
}

function lessening(capacity: string[], fault: Fault, graph: Graph): Effect[] {
  const { targets, some } = targetsOf(capacity, fault, graph);
  const { workers, share = 1 } = fault;
  const left =
    workers === undefined
      ? formatShare(share)
      : `${workers} ${workers === 1 ? 'worker' : 'workers'}`;
  const text = `capacity ${listed(capacity)} ${left}${some}`;
  const how = workers === undefined ? { workers: null, share } : { workers, share: null };
  return targets.map(
    ({ component, replicas }): Effect => ({ kind: 'capacity', text, component, replicas, ...how }),
  );
}

function listed(names: readonly string[]): string {
  return names.join(', ');
}

/** What a fault strikes; `some` tells of replicas where it does not strike all of each. */
function targetsOf(names: readonly string[], fault: Pick<Fault, 'replicas'>, graph: Graph) {
  const all = names.map((name) => targetOf(name, fault, graph));
  const largest = Math.max(...all.map(({ size }) => size));
  const most = Math.max(...all.map(({ replicas }) => replicas));
  return {
    targets: all.map(({ component, route, replicas }) => ({ component, route, replicas })),
    largest,
    most,
    some: most < largest ? `, ${most} of ${largest} replicas` : '',
  };
}

function targetOf(text: string, fault: Pick<Fault, 'replicas'>, graph: Graph) {
  const { name, route } = sideOf(text);
  const component = graph.components.get(name);
  if (component === undefined) throw new Error(`not checked: ${text}`);
  const size = replicasOf(component);
  const replicas = Math.min(size, fault.replicas ?? size);
  const index = route === null ? null : component.routes.indexOf(route);
  return { component: component.index, route: index, replicas, size };
}

function defined({ replicas }: Fault): { replicas?: number } {
  return replicas === undefined ? {} : { replicas };
}

function indices(patterns: readonly string[], graph: Graph): number[] {
  const found = patterns.flatMap((pattern) => {
    const sides = sidesOf(pattern);
    return sides === null ? [] : edgesOf(graph, sides).map(({ index }) => index);
  });
  return [...new Set(found)];
}
