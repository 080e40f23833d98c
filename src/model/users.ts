import { changesOf } from './changes.js';
import type { Plan } from './plan.js';

/** Rows of users or senders a producer may ever need: none for open arrivals. */
export function usersOf(plan: Plan, p: number): number {
  const { arrivals } = plan.producers[p];
  if (arrivals.kind === 'backlog') return arrivals.senders;
  if (arrivals.kind !== 'closed') return 0;
  let factor = 1;
  for (const fault of plan.faults) {
    if (fault.kind === 'surge' && fault.producer === p) factor *= Math.max(1, fault.factor);
  }
  let { users } = arrivals;
  for (const change of changesOf(plan)) {
    if (change.what === 'users' && change.producer === p) users = Math.max(users, change.users);
  }
  return Math.ceil(users * factor);
}

/** The first row of each producer's users; 0 for a producer without. */
export function firstUsers(plan: Plan): Int32Array {
  const first = new Int32Array(plan.producers.length);
  let users = 0;
  plan.producers.forEach((_, p) => {
    const own = usersOf(plan, p);
    first[p] = own > 0 ? users : 0;
    users += own;
  });
  return first;
}
