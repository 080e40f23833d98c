import { type Component, type Graph, targetsOf } from './graph.js';
import type { Mistake, Place } from './issue.js';
import type { Layout } from './layout.js';
import * as say from './messages/memory.js';
import { sideOf } from './patterns.js';
import { USUAL_SIZE } from './schema/memory.js';
import { child, entriesOf, leafOf, type Tree, textOf } from './tree.js';
import { readSize } from './units.js';

type Add = (place: Place, mistake: Mistake) => void;

/**
 * What sizes and memories ask of each other: a request fits into the memory of whom it is sent to;
 * and, where the file itself says so, a size is counted somewhere, in a policy at least.
 */
export function checkMemory(layout: Layout, graph: Graph, isBase: boolean, add: Add): void {
  for (const [name, { value }] of entriesOf(child(layout.tree, 'producers'))) {
    const size = child(value, 'size');
    for (const to of targetsOf(value)) {
      const target = graph.components.get(sideOf(textOf(to) ?? '').name);
      if (target === undefined || (bytesOf(size) ?? USUAL_SIZE) <= roomOf(target)) continue;
      const place = size?.place ?? child(child(target.tree, 'memory'), 'limit')?.place;
      if (place !== undefined) add(place, say.tooLarge(name, target.name));
    }
    if (isBase && size !== undefined && !countsAnywhere(layout)) {
      add(size.place, say.sizeOfNothing());
    }
  }
}

/** Whether a replica of a component may run out of memory. */
export function hasMemory({ tree }: Component): boolean {
  return child(tree, 'memory')?.kind === 'map';
}

/** Bytes that requests of a component may hold; Infinity where they are not counted. */
function roomOf({ tree }: Component): number {
  const memory = child(tree, 'memory');
  const limit = bytesOf(child(memory, 'limit'));
  const base = child(memory, 'base') === undefined ? 0 : bytesOf(child(memory, 'base'));
  const room = (limit ?? Infinity) - (base ?? 0);
  return room > 0 ? room : Infinity;
}

function bytesOf(tree: Tree | undefined): number | undefined {
  const result = readSize(leafOf(tree));
  return result.ok ? result.value : undefined;
}

/** Whether a component has a memory, under a policy at least. */
function countsAnywhere({ layers }: Layout): boolean {
  const tree = layers[0]?.tree;
  const policies = entriesOf(child(tree, 'policies')).map(([, { value }]) => value);
  // The clients of Kafka hold what they have not sent.
  const counts = (one: Tree): boolean =>
    child(one, 'memory')?.kind === 'map' || textOf(child(one, 'broker')) === 'kafka';
  return [tree, ...policies].some((of) =>
    ['services', 'dependencies', 'queues'].some((kind) =>
      entriesOf(child(of, kind)).some(([, { value }]) => counts(value)),
    ),
  );
}
