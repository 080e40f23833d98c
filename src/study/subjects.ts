import type { Subjects } from '../measure/names.js';
import { commitNames } from '../model/commits.js';
import type { Plan } from '../model/plan.js';

/** All that figures may be called after, over the plans of all policies: one may add to another. */
export function subjectsOf(plans: readonly Plan[]): Subjects {
  const producers = new Set<string>();
  const services = new Set<string>();
  const dependencies = new Set<string>();
  const edges = new Set<string>();
  const queues = new Set<string>();
  const commits = new Set<string>();
  const locks = new Set<string>();
  const routes = new Map<string, string[]>();
  for (const plan of plans) {
    for (const { name } of plan.producers) producers.add(name);
    for (const { name } of plan.edges) edges.add(name);
    for (const { name } of plan.queues) queues.add(name);
    for (const name of commitNames(plan)) commits.add(name);
    for (const { name } of plan.locks) locks.add(name);
    for (const { name, kind, routes: own } of plan.components) {
      (kind === 'service' ? services : dependencies).add(name);
      const named = own.flatMap((route) => route.name ?? []);
      routes.set(name, [...new Set([...(routes.get(name) ?? []), ...named])]);
    }
  }
  return {
    producers: [...producers],
    services: [...services],
    dependencies: [...dependencies],
    edges: [...edges],
    queues: [...queues],
    commits: [...commits],
    locks: [...locks],
    routes: Object.fromEntries(routes),
  };
}
