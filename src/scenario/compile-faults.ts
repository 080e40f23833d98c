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

/** The plan of a checked fault. */
export function compileFault(fault: Fault, graph: Graph, set: SetPlan | undefined): FaultPlan {
  return { ...timesOf(fault, graph), ...effectOf(fault, graph, set) };
}

type Times = Pick<FaultPlan, 'atNs' | 'when' | 'everyNs' | 'forNs'>;

function timesOf({ at, when, every, for: lasting, restart, flush }: Fault, graph: Graph): Times {
  // What is emptied is empty at once.
  const forNs =
    flush !== undefined && lasting === Number.POSITIVE_INFINITY ? 0 : (restart ?? lasting);
  if (when === undefined) return { atNs: at ?? 0, when: null, everyNs: every, forNs };
  const text = `${when.metric} ${when.op} ${when.value}`;
  const condition = readCondition(text, watchedUnits(subjectsOf(graph)));
  if (!condition.ok) throw new Error(`not checked: ${text}`);
  return { atNs: 0, when: condition.value, everyNs: every, forNs };
}

/** A fault but for its times. */
type Effect = FaultPlan extends infer F
  ? F extends FaultPlan
    ? Omit<F, keyof Times>
    : never
  : never;

function effectOf(fault: Fault, graph: Graph, set: SetPlan | undefined): Effect {
  const { slow, errors, crash, pause, capacity, latency, drop, surge, flush, ratio = 0 } = fault;
  if (slow !== undefined) return slowing(slow, fault, graph);
  if (errors !== undefined) {
    const { component, route, replicas, some } = targetOf(errors, fault, graph);
    const text = `errors ${errors} ${formatShare(ratio)}${some}`;
    return { kind: 'errors', text, component, route, ratio, replicas };
  }
  if (crash !== undefined) {
    const { component, replicas, size } = targetOf(
      crash,
      { replicas: 1, ...defined(fault) },
      graph,
    );
    const some = size > 1 ? `, ${replicas} of ${size} replicas` : '';
    return { kind: 'crash', text: `crash ${crash}${some}`, component, replicas };
  }
  if (pause !== undefined) {
    const { component, replicas, some } = targetOf(pause, fault, graph);
    return { kind: 'pause', text: `pause ${pause}${some}`, component, replicas };
  }
  if (capacity !== undefined) return lessening(capacity, fault, graph);
  if (latency !== undefined) {
    const { add: addNs = 0 } = fault;
    const text = `latency ${latency} + ${formatDuration(addNs)}`;
    return { kind: 'latency', text, edges: indices(latency, graph), addNs };
  }
  if (drop !== undefined) {
    const text = `drop ${drop} ${formatShare(ratio)}`;
    return { kind: 'drop', text, edges: indices(drop, graph), ratio };
  }
  if (flush !== undefined) {
    const { component, replicas, some } = targetOf(flush, fault, graph);
    return { kind: 'flush', text: `flush ${flush}${some}`, component, replicas };
  }
  if (surge !== undefined) {
    const { factor = 1 } = fault;
    const producer = graph.producers.get(surge) ?? -1;
    return { kind: 'surge', text: `surge ${surge} × ${plain(factor)}`, producer, factor };
  }
  return { kind: 'set', text: `set ${set?.text}`, changes: set?.changes ?? [] };
}

function slowing(slow: string, fault: Fault, graph: Graph): Effect {
  const { component, route, replicas, some } = targetOf(slow, fault, graph);
  const { factor = 1, to, share = 1 } = fault;
  const of = share < 1 ? ` for ${formatShare(share)}` : '';
  const base = { kind: 'slow' as const, component, route, replicas, share };
  if (to === undefined) {
    return { ...base, text: `slow ${slow} × ${plain(factor)}${of}${some}`, factor, toNs: null };
  }
  const text = `slow ${slow} to ${formatDuration(to)}${of}${some}`;
  return { ...base, text, factor: null, toNs: to };
}

function lessening(capacity: string, fault: Fault, graph: Graph): Effect {
  const { component, replicas, some } = targetOf(capacity, fault, graph);
  const { workers, share = 1 } = fault;
  const base = { kind: 'capacity' as const, component, replicas };
  if (workers !== undefined) {
    const text = `capacity ${capacity} ${workers} ${workers === 1 ? 'worker' : 'workers'}${some}`;
    return { ...base, text, workers, share: null };
  }
  const text = `capacity ${capacity} ${formatShare(share)}${some}`;
  return { ...base, text, workers: null, share };
}

function targetOf(text: string, fault: Pick<Fault, 'replicas'>, graph: Graph) {
  const { name, route } = sideOf(text);
  const component = graph.components.get(name);
  if (component === undefined) throw new Error(`not checked: ${text}`);
  const size = replicasOf(component);
  const replicas = Math.min(size, fault.replicas ?? size);
  const some = replicas < size ? `, ${replicas} of ${size} replicas` : '';
  const index = route === null ? null : component.routes.indexOf(route);
  return { component: component.index, route: index, replicas, size, some };
}

function defined({ replicas }: Fault): { replicas?: number } {
  return replicas === undefined ? {} : { replicas };
}

function indices(pattern: string, graph: Graph): number[] {
  const sides = sidesOf(pattern);
  return sides === null ? [] : edgesOf(graph, sides).map(({ index }) => index);
}
