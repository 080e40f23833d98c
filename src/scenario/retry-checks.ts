import type { Component } from './graph.js';
import type { Mistake, Place } from './issue.js';
import * as say from './messages/retries.js';
import { child, entriesOf, leafOf, type Tree, textOf } from './tree.js';
import { readDuration } from './units.js';

type Add = (place: Place, mistake: Mistake) => void;

/** Backoffs that are named after a library spread their waits themselves. */
const LIBRARIES = ['finagle', 'grpc', 'cockatiel'];

/** Settings of a retry that go for nothing, in the file itself. */
export function checkWaits(retry: Tree, to: Component, add: Add): void {
  const jitter = child(retry, 'jitter');
  const [backoff] = entriesOf(child(retry, 'backoff')).map(([name]) => name);
  const chosen = textOf(jitter);
  if (jitter !== undefined && chosen !== undefined && chosen !== 'none') {
    if (backoff !== undefined && LIBRARIES.includes(backoff)) {
      add(jitter.place, say.ownJitter(backoff, chosen));
    }
  }
  const listens = child(retry, 'retry_after');
  if (listens === undefined || leafOf(listens) !== true) return;
  const told = child(child(to.tree, 'reject'), 'retry_after');
  if (!tells(told)) add(listens.place, say.nobodyTells(to.name));
}

/** A copy that would go out only after its try has timed out. */
export function checkCopies(settings: Tree, add: Add): void {
  const after = child(child(settings, 'hedge'), 'after');
  if (after === undefined) return;
  const wait = readDuration(leafOf(after));
  const timeout = readDuration(leafOf(child(settings, 'timeout')));
  if (wait.ok && timeout.ok && wait.value > timeout.value) add(after.place, say.noCopies());
}

/** Refusals that cost work need workers that could serve them before the others. */
export function checkReject({ tree }: Component, add: Add): void {
  const cost = child(child(tree, 'reject'), 'cost');
  if (cost === undefined || !tells(cost)) return;
  const shares = textOf(child(child(tree, 'queue'), 'discipline')) === 'ps';
  if (shares && typeof leafOf(child(tree, 'workers')) === 'number') {
    add(cost.place, say.nobodyRefuses());
  }
}

/** Whether a duration above 0 stands here. */
function tells(tree: Tree | undefined): boolean {
  if (tree === undefined) return false;
  const ns = readDuration(leafOf(tree));
  return ns.ok && ns.value > 0;
}
