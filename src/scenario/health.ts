import type { DistributionSpec } from '../kernel/distributions.js';
import type { HealthPlan } from '../model/plan.js';
import type { Component } from './graph.js';
import type { Mistake, Place } from './issue.js';
import * as say from './messages/health.js';
import type { Health } from './schema/health.js';
import { child, leafOf, textOf } from './tree.js';
import { lawText } from './understood-laws.js';
import { formatDuration, formatShare } from './units.js';

/** How long a killed replica is down where nothing says it. */
const RESTART_NS = 10e9;

/** The plan of checks as they are written. */
export function healthPlan(
  health: Health,
  work: DistributionSpec | null,
  /** How long a restart takes that memory makes necessary. */
  ownRestartNs: number | null,
): HealthPlan {
  return {
    periodNs: health.period,
    timeoutNs: health.timeout,
    unhealthyAfter: health.unhealthy_after,
    healthyAfter: health.healthy_after,
    via: health.via,
    then: health.then,
    panic: health.panic,
    work,
    restartNs: health.restart ?? ownRestartNs ?? RESTART_NS,
  };
}

/** What of the settings of checks does not go together. */
export function checkHealth(
  { name, tree }: Component,
  isBase: boolean,
  add: (place: Place, mistake: Mistake) => void,
): void {
  const health = child(tree, 'health');
  if (health?.kind !== 'map') return;
  const work = child(health, 'work');
  const isOff = (value: unknown): boolean => value === undefined || value === null;
  if (
    work !== undefined &&
    !isOff(leafOf(work) ?? work) &&
    textOf(child(health, 'via')) === 'bypass'
  )
    add(work.place, say.noWorkAround());
  if (!isBase) return;
  const restarts = textOf(child(health, 'then')) === 'restart';
  const unused = restarts ? ['healthy_after', 'panic'] : ['restart'];
  for (const key of unused) {
    const found = child(health, key);
    if (found !== undefined && !isOff(leafOf(found))) {
      add(found.place, restarts ? say.onlyOfEjecting(key) : say.onlyOfRestarting(key));
    }
  }
  const replicas = leafOf(child(tree, 'replicas'));
  const alone = replicas === undefined || replicas === null || replicas === 1;
  const panic = child(health, 'panic');
  const panics = leafOf(panic) !== 'none' && leafOf(panic) !== 0 && leafOf(panic) !== '0%';
  const mayGrow = child(tree, 'autoscale') !== undefined;
  if (!restarts && alone && panics && !mayGrow) add(health.place, say.usedAllTheSame(name));
}

/** Checks, as `spillway validate` tells them. */
export function healthText(health: HealthPlan): string {
  const { healthyAfter, panic, periodNs, restartNs, timeoutNs, unhealthyAfter, work } = health;
  const needs = work === null ? '' : ` with ${lawText(work)} of work`;
  const way = health.via === 'queue' ? `through the queue${needs}` : 'around the queue';
  const often = `every ${formatDuration(periodNs)}, ${formatDuration(timeoutNs)} to answer`;
  const killed = `restarted in ${formatDuration(restartNs)} after ${unhealthyAfter} failures`;
  const back = `back after ${healthyAfter}`;
  const least = panic > 0 ? `, all used below ${formatShare(panic)} healthy` : '';
  const ejected = `ejected after ${unhealthyAfter} failures, ${back}${least}`;
  return `checked ${way} ${often}; ${health.then === 'restart' ? killed : ejected}`;
}
