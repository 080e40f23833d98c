import type { Topology, TopologyEdge, TopologyNode } from '../../study/result.js';

/** What is drawn: the parts of all policies together, so that each stands in one place under all. */
export interface Graph {
  parts: Part[];
  links: Link[];
}

export interface Part {
  name: string;
  kind: TopologyNode['kind'];
  broker?: string;
  /** Whether its box has a row for replicas, and one for memory, under any policy. */
  hasReplicas: boolean;
  hasMemory: boolean;
}

/** All ways from one part to another, drawn as one line. */
export interface Link {
  /** Places of its ends in `parts`. */
  from: number;
  to: number;
  kind: TopologyEdge['kind'];
  /** Names of its edges, as metrics call them; none of a way of dead letters. */
  edges: string[];
}

/** The union of the topologies of several policies, in the order in which things are first named. */
export function graphOf(topologies: readonly Topology[]): Graph {
  const places = new Map<string, number>();
  const parts: Part[] = [];
  for (const node of ordered(topologies)) {
    const place = places.get(node.name);
    const part = place === undefined ? partOf(node) : (parts[place] as Part);
    if (place === undefined) places.set(node.name, parts.push(part) - 1);
    part.hasReplicas ||= (node.replicas ?? 1) > 1;
    part.hasMemory ||= node.memory !== undefined;
  }
  const links = new Map<string, Link>();
  for (const edge of topologies.flatMap(({ edges }) => edges)) {
    const from = places.get(edge.from);
    const to = places.get(edge.to);
    if (from === undefined || to === undefined) continue;
    const letters = edge.kind === 'dead_letter';
    const key = `${from} ${to} ${letters}`;
    const link = links.get(key) ?? { from, to, kind: edge.kind, edges: [] };
    if (!letters && !link.edges.includes(edge.name)) link.edges.push(edge.name);
    links.set(key, link);
  }
  return { parts, links: [...links.values()] };
}

const ORDER = ['producer', 'service', 'dependency', 'queue'];

/** Nodes of all policies, producers first; a part may be there under one policy only. */
function ordered(topologies: readonly Topology[]): TopologyNode[] {
  const nodes = topologies.flatMap((topology) => topology.nodes);
  return ORDER.flatMap((kind) => nodes.filter((node) => node.kind === kind));
}

function partOf({ name, kind, broker }: TopologyNode): Part {
  const part: Part = { name, kind, hasReplicas: false, hasMemory: false };
  if (broker !== undefined) part.broker = broker;
  return part;
}
