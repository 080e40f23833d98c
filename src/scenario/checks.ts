import { checkAdmission, mayRefuse } from './admission-checks.js';
import { checkAutoscale } from './autoscale-checks.js';
import { checkBreaker } from './breaker-checks.js';
import { checkBrokers, cureOfBacklog } from './broker-checks.js';
import { checkCaches } from './cache-checks.js';
import { noted } from './explain.js';
import { checkFallbacks } from './fallbacks.js';
import { checkFault, checkSide, namesOf, waitsForEver } from './fault-checks.js';
import type { Component, Edge, Graph } from './graph.js';
import { edgeName, reaches, replicasOf, targetsOf } from './graph.js';
import { checkHealth } from './health.js';
import type { Issues, Mistake, Place } from './issue.js';
import type { Layout } from './layout.js';
import { checkLocks } from './lock-checks.js';
import { loopsOf } from './loops.js';
import { checkMemory, hasMemory } from './memory-checks.js';
import { backlogIntoQueue } from './messages/brokers.js';
import { backlogLost } from './messages/memory.js';
import * as say from './messages.js';
import { type Pattern, patternsOf, sideOf } from './patterns.js';
import { checkQueues } from './queue-checks.js';
import { checkCopies, checkReject, checkWaits } from './retry-checks.js';
import { child, entriesOf, itemsOf, leafOf, type Tree, textOf } from './tree.js';
import { readDuration } from './units.js';

/**
 * What no definition of a single value can tell: figures and names that do not go together. Reads
 * the tree as it was written, so that a mistake elsewhere does not hide one here.
 */
export function checkTogether(layout: Layout, graph: Graph, issues: Issues, note?: string): void {
  const add = (place: Place, mistake: Mistake): void => issues.add(place, noted(mistake, note));
  const senders = child(layout.tree, 'producers');
  checkTimes(layout, add);
  for (const [name, { value }] of entriesOf(senders)) {
    checkBacklog(name, value, graph, add);
  }
  for (const component of graph.components.values()) {
    checkShared(child(component.tree, 'queue'), add);
    checkPreemptive(component, add);
    checkReject(component, add);
    checkHealth(component, layout.layers.length === 1, add);
    checkAdmission(component, senders, graph, layout.layers.length === 1, add);
  }
  const length = durationAt(child(layout.tree, 'duration'));
  for (const component of graph.components.values()) {
    checkAutoscale(component, graph, length, layout.layers.length === 1, add);
  }
  for (const fault of itemsOf(child(layout.tree, 'faults'))) {
    checkFault(fault, length, graph, senders, add);
  }
  for (const { names, place } of loopsOf(graph)) add(place, say.endless(names));
  checkPatterns(layout, graph, add);
  // A policy may switch off the backoff of a retry with jitter; in the file itself it is a slip.
  const isBase = layout.layers.length === 1;
  for (const { settings, to } of graph.edges.values()) {
    checkRetry(settings, to, isBase, add);
    if (isBase) checkCopies(settings, add);
  }
  for (const edge of graph.edges.values()) {
    checkFull(edge, graph, senders, add);
    checkBreaker(edge, isBase, add);
  }
  checkQueues(layout, graph, isBase, add);
  checkBrokers(layout, graph, isBase, add);
  checkMemory(layout, graph, isBase, add);
  checkLocks(layout, graph, isBase, add);
  checkFallbacks(layout, graph, add);
  checkCaches(graph, senders, add);
  checkUncalled(graph, add);
}

type Add = (place: Place, mistake: Mistake) => void;

function durationAt(tree: Tree | undefined): number | undefined {
  const result = readDuration(leafOf(tree));
  return result.ok ? result.value : undefined;
}

function checkTimes({ tree }: Layout, add: Add): void {
  const duration = child(tree, 'duration');
  const warmup = child(tree, 'warmup');
  const [length, left] = [durationAt(duration), durationAt(warmup)];
  if (duration !== undefined && length === 0) add(duration.place, say.noTime());
  if (warmup === undefined || length === undefined || left === undefined) return;
  if (left >= length && length > 0) add(warmup.place, say.warmupTooLong());
}

/** Senders that always have more must meet something that makes them wait (semantics 7). */
function checkBacklog(name: string, producer: Tree, graph: Graph, add: Add): void {
  const backlog = child(child(producer, 'arrivals'), 'backlog');
  if (backlog === undefined) return;
  const edges = [...graph.edges.values()].filter(({ caller }) => caller.name === name);
  for (const { to, settings } of edges) {
    if (to.kind === 'queue') continue;
    const isDelayed = child(settings, 'network') !== undefined;
    if (mayRefuse(to) && !isDelayed) add(backlog.place, say.backlogRefused(to.name));
    if (hasMemory(to) && !isDelayed) add(backlog.place, backlogLost(to.name));
  }
  if (edges.length > 0 && edges.every(({ settings }) => makesWait(settings))) return;
  for (const to of targetsOf(producer)) {
    const { name: called } = sideOf(textOf(to) ?? '');
    const target = graph.components.get(called);
    const lone = graph.queues.get(called);
    const cure = lone === undefined ? null : cureOfBacklog(lone, graph);
    if (cure !== null) add(backlog.place, backlogIntoQueue(called, cure));
    if (target === undefined) continue;
    const queue = child(target.tree, 'queue');
    const capacity = leafOf(child(queue, 'capacity'));
    const bounded = typeof capacity === 'number' && typeof leafOf(workersOf(target)) === 'number';
    const blocks = leafOf(child(queue, 'when_full')) === 'block';
    if (!bounded || !blocks) add(backlog.place, say.backlogUnbounded(target.name));
  }
}

/** Whether a sender waits before it sends, for as long as it takes. */
function makesWait(settings: Tree): boolean {
  if (child(settings, 'window')?.kind === 'map') return true;
  const wait = leafOf(child(child(settings, 'rate_limit'), 'wait'));
  return wait === 'none' || wait === 'unbounded';
}

/** Who would give up a worker that is not with it? */
function checkPreemptive({ name, tree }: Component, add: Add): void {
  const priority = child(child(child(tree, 'queue'), 'discipline'), 'priority');
  if (priority === undefined || leafOf(child(priority, 'preemptive')) !== true) return;
  const io = child(tree, 'io');
  if (io !== undefined && textOf(io) === 'async') add(io.place, say.preemptsNobody(name));
}

/** Under `ps` nobody waits for a turn, so nothing can be done to who waits. */
function checkShared(queue: Tree | undefined, add: Add): void {
  if (leafOf(child(queue, 'discipline')) !== 'ps') return;
  for (const key of ['max_age', 'coalesce', 'shed']) {
    const told = child(queue, key);
    if (told !== undefined && leafOf(told) !== 'none') add(told.place, say.nobodyWaits(key));
  }
  const full = child(queue, 'when_full');
  const word = leafOf(full);
  if (full === undefined || typeof word !== 'string' || !/^drop_(oldest|lowest)/.test(word)) return;
  add(full.place, say.nobodyWaits(word));
}

function workersOf(component: Component): Tree | undefined {
  return child(component.tree, 'workers');
}

/** Patterns of `calls` name what is there; one written without `*` that matches nothing is odd. */
function checkPatterns(layout: Layout, graph: Graph, add: Add): void {
  const { callers, callees } = namesOf(graph);
  for (const pattern of patternsOf(layout.layers)) {
    const { caller, callee, place, layer } = pattern;
    const wrong = checkSide(caller, callers, graph) ?? checkSide(callee, callees, graph);
    if (wrong !== undefined) add(place, wrong);
    else if (layer.written && caller.name !== '*' && callee.name !== '*') {
      if (!isUsed(pattern, graph)) add(place, say.unusedPattern());
    }
  }
}

function isUsed({ caller, callee }: Pattern, graph: Graph): boolean {
  if (graph.edges.has(edgeName(caller, callee))) return true;
  // Without routes it also reaches the edges that routes set apart; those are few.
  if (caller.route !== null && callee.route !== null) return false;
  for (const edge of graph.edges.values()) {
    if (reaches({ caller, callee }, edge)) return true;
  }
  return false;
}

function checkRetry(settings: Tree, to: Component, isBase: boolean, add: Add): void {
  const retry = child(settings, 'retry');
  if (retry?.kind !== 'map') return;
  const jitter = child(retry, 'jitter');
  const backoff = child(retry, 'backoff');
  const chosen = textOf(jitter);
  if (isBase && jitter !== undefined && chosen !== undefined && chosen !== 'none') {
    if (backoff === undefined || textOf(backoff) === 'none') {
      add(jitter.place, say.jitterWithoutBackoff(chosen));
    }
  }
  if (isBase) checkWaits(retry, to, add);
  const on = itemsOf(child(retry, 'on')).find((item) => textOf(item) === 'deadline');
  if (on !== undefined) add(on.place, say.neverRetried());
  const elsewhere = child(retry, 'elsewhere');
  if (isBase && leafOf(elsewhere) === true && elsewhere !== undefined) {
    if (replicasOf(to) === 1) {
      add(elsewhere.place, say.elsewhereAlone(to.name));
    }
  }
  if (child(retry, 'attempts') === undefined) add(retry.place, say.retryWithoutAttempts());
}

/** What a full queue does to those who are not told, or cannot do as they are told. */
function checkFull(edge: Edge, graph: Graph, senders: Tree | undefined, add: Add): void {
  const { name, caller, to } = edge;
  // What becomes of what a broker delivers is told with the brokers.
  if (caller.kind === 'queue') return;
  const queue = child(to.tree, 'queue');
  const whenFull = child(queue, 'when_full');
  const chosen = textOf(whenFull);
  if (whenFull === undefined || typeof leafOf(child(queue, 'capacity')) !== 'number') return;
  if (typeof leafOf(workersOf(to)) !== 'number') return;
  if (chosen === 'caller_runs' && caller.kind === 'producer') {
    add(whenFull.place, say.producerRunsNothing(caller.name));
  }
  const callers = graph.components.get(caller.name)?.tree;
  if (chosen === 'caller_runs' && textOf(child(callers, 'io')) === 'async') {
    add(whenFull.place, say.nobodyToRun(caller.name));
  }
  if (chosen === 'drop_newest' && waitsForEver(edge, senders)) {
    add(whenFull.place, say.dropsWithoutTimeout(name));
  }
}

function checkUncalled(graph: Graph, add: Add): void {
  const called = new Set([...graph.edges.values()].map(({ to }) => to));
  for (const component of graph.components.values()) {
    if (!called.has(component)) add(component.key, say.uncalled(component.name));
  }
}
