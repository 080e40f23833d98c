import type { Component, Graph } from './graph.js';
import type { Mistake, Place } from './issue.js';
import * as say from './messages/streams.js';
import { USUAL_REQUEST } from './schema/consuming.js';
import { child, entriesOf, leafOf, type Tree, textOf } from './tree.js';

type Add = (place: Place, mistake: Mistake) => void;

/**
 * What has no effect in a scenario as it stands, or less than it says; `letters`: queues that are given
 * dead letters.
 */
export function checkStreams(
  graph: Graph,
  senders: Tree | undefined,
  letters: ReadonlySet<string>,
  add: Add,
): void {
  for (const queue of graph.queues.values()) {
    if (textOf(child(queue.tree, 'broker')) !== 'stream') continue;
    checkOverflow(queue, graph, senders, letters, add);
    for (const consumer of consumersOf(queue, graph)) checkRoom(consumer, add);
  }
}

export function consumersOf({ name }: Component, { components }: Graph): Component[] {
  return [...components.values()].filter(({ tree }) => textOf(child(tree, 'consumes')) === name);
}

/** The arrivals of the producers that send to a queue. */
function sourcesOf({ name }: Component, { edges }: Graph, senders: Tree | undefined) {
  return [...edges.values()].flatMap((edge) => {
    if (edge.to.kind !== 'queue' || edge.to.name !== name) return [];
    if (edge.caller.kind !== 'producer') return [];
    return child(child(senders, edge.caller.name), 'arrivals') ?? [];
  });
}

function checkOverflow(
  queue: Component,
  graph: Graph,
  senders: Tree | undefined,
  letters: ReadonlySet<string>,
  add: Add,
): void {
  const overflow = child(queue.tree, 'overflow');
  if (overflow === undefined || letters.has(queue.name)) return;
  const canWait = sourcesOf(queue, graph, senders).every((arrivals) => {
    const [kind] = entriesOf(arrivals)[0] ?? [];
    return kind === 'backlog' || kind === 'closed';
  });
  if (canWait) add(overflow.place, say.nothingOverflows(queue.name));
}

/** What is asked for comes; a replica that has no room for it refuses it, and it is lost. */
function checkRoom({ tree }: Component, add: Add): void {
  const workers = leafOf(child(tree, 'workers'));
  const line = child(tree, 'queue');
  const capacity = leafOf(child(line, 'capacity'));
  if (typeof workers !== 'number' || typeof capacity !== 'number') return;
  if (textOf(child(line, 'when_full')) === 'block') return;
  const n = leafOf(child(child(tree, 'request'), 'n')) ?? USUAL_REQUEST.n;
  const room = workers + capacity;
  if (n !== 'unbounded' && !(typeof n === 'number' && n > room)) return;
  const place = child(child(tree, 'request'), 'n') ?? child(tree, 'consumes');
  if (place !== undefined) add(place.place, say.asksForMoreThanFits(String(n), room));
}
