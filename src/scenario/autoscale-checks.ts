import { brokerOf } from './broker-checks.js';
import type { Component, Graph } from './graph.js';
import type { Mistake, Place } from './issue.js';
import * as say from './messages/autoscale.js';
import { child, leafOf, type Tree, textOf } from './tree.js';
import { readDuration, readFactor, readShare } from './units.js';

type Add = (place: Place, mistake: Mistake) => void;

/** What `autoscale` says and does not go with the rest; `isBase`: the file itself says it. */
export function checkAutoscale(
  { name, tree }: Component,
  graph: Graph,
  lengthNs: number | undefined,
  isBase: boolean,
  add: Add,
): void {
  const autoscale = child(tree, 'autoscale');
  if (autoscale?.kind !== 'map') return;
  const source = child(autoscale, 'event_source');
  const consumed = textOf(child(tree, 'consumes'));
  if (source !== undefined) {
    const broker = brokerOf(graph.queues.get(consumed ?? ''));
    const isKnown = consumed === undefined || broker !== undefined;
    if (broker !== 'sqs' && isKnown) add(source.place, say.sourceOfSqsOnly(name, broker));
    const max = leafOf(child(source, 'max')) ?? 1000;
    checkBounds(tree, leafOf(child(source, 'from')) ?? Math.min(5, Number(max)), max, add);
    return;
  }
  const metric = child(autoscale, 'metric');
  const goesBy = textOf(metric);
  const isUnbounded = leafOf(child(tree, 'workers')) === 'unbounded';
  const cores = leafOf(child(tree, 'cores'));
  const hasShare = goesBy === 'utilization' || (goesBy === 'cpu' && typeof cores !== 'number');
  if (metric !== undefined && isUnbounded && hasShare) {
    add(metric.place, say.nothingToMeasure(name, goesBy));
  }
  if (metric !== undefined && goesBy === 'lag' && consumed === undefined) {
    add(metric.place, say.lagOfNothing(name));
  }
  checkBounds(tree, leafOf(child(autoscale, 'min')) ?? 1, leafOf(child(autoscale, 'max')), add);
  if (!isBase) return;
  checkReach(autoscale, goesBy, add);
  const capacity = leafOf(child(child(tree, 'queue'), 'capacity'));
  if (metric !== undefined && goesBy === 'queue' && (isUnbounded || capacity === 0)) {
    add(metric.place, say.nothingWaits(name));
  }
  const delay = child(autoscale, 'delay');
  const delayNs = durationAt(delay);
  if (delay === undefined || delayNs === undefined || lengthNs === undefined) return;
  if (delayNs >= lengthNs) add(delay.place, say.readyTooLate(delayNs, lengthNs));
}

/** What there is at first lies between the bounds. */
function checkBounds(tree: Tree, min: unknown, max: unknown, add: Add): void {
  const replicas = child(tree, 'replicas');
  const count = leafOf(replicas);
  if (replicas === undefined || typeof count !== 'number') return;
  if (typeof min !== 'number' || typeof max !== 'number' || min > max) return;
  if (count < min || count > max) add(replicas.place, say.replicasOutside(count, min, max));
}

/** A share is never over 100%, which may be within the tolerance of its target. */
function checkReach(autoscale: Tree, metric: string | undefined, add: Add): void {
  if (metric !== 'utilization' && metric !== 'cpu') return;
  const aim = child(autoscale, 'target');
  const target = readFactor(leafOf(aim));
  const told = child(autoscale, 'tolerance');
  const tolerance =
    told === undefined ? { ok: true as const, value: 0.1 } : readShare(leafOf(told));
  if (aim === undefined || !target.ok || !tolerance.ok || target.value > 1) return;
  const percent = Math.round(target.value * 100);
  if (100 / percent - 1 <= tolerance.value) {
    add(aim.place, say.neverGrows(metric, target.value, tolerance.value));
  }
}

function durationAt(tree: Tree | undefined): number | undefined {
  const result = readDuration(leafOf(tree));
  return result.ok ? result.value : undefined;
}
