import { type ComponentPlan, type EdgePlan, type Plan, queueOf } from '../model/plan.js';
import type { QueuePlan } from '../model/plan-queues.js';
import type { Topology, TopologyEdge, TopologyNode } from './result.js';

/** What calls what in a plan: all that a picture of the system is drawn from. */
export function topologyOf(plan: Plan): Topology {
  const producers = plan.producers.map(({ name }): TopologyNode => ({ name, kind: 'producer' }));
  return {
    nodes: [...producers, ...plan.components.map(componentNode), ...plan.queues.map(queueNode)],
    edges: [...plan.edges.map((edge) => edgeOf(plan, edge)), ...deadLetters(plan)],
  };
}

/** JSON knows no Infinity. */
function bound(value: number): number | null {
  return value === Infinity ? null : value;
}

function componentNode({ name, kind, replicas, workers, queue, memory }: ComponentPlan) {
  const node: TopologyNode = {
    name,
    kind,
    replicas,
    workers: bound(workers),
    capacity: bound(queue.capacity),
  };
  if (memory !== null) node.memory = memory.limitBytes;
  return node;
}

function queueNode({ name, capacity, broker }: QueuePlan): TopologyNode {
  return { name, kind: 'queue', capacity: bound(capacity), broker: broker.kind };
}

function edgeOf(plan: Plan, edge: EdgePlan): TopologyEdge {
  const { name, from } = edge;
  const senders = { producer: plan.producers, component: plan.components, queue: plan.queues };
  const queue = queueOf(plan, edge);
  const to = queue < 0 ? plan.components[edge.to] : plan.queues[queue];
  return {
    name,
    from: senders[from.kind][from.index]!.name,
    to: to!.name,
    kind: from.kind === 'queue' ? 'consume' : queue < 0 ? 'call' : 'publish',
  };
}

/** The ways of what a queue gives up. */
function deadLetters({ components, queues }: Plan): TopologyEdge[] {
  const way = (name: string, deadLetter: number): TopologyEdge[] => {
    const to = queues[deadLetter]?.name;
    if (to === undefined) return [];
    return [{ name: `${name} -> ${to}`, from: name, to, kind: 'dead_letter' }];
  };
  return [
    ...components.flatMap(({ name, queue }) => way(name, queue.deadLetter)),
    ...queues.flatMap(({ name, deadLetter }) => way(name, deadLetter)),
  ];
}
