import type {
  ArrivalsPlan,
  Change,
  ComponentPlan,
  EdgePlan,
  Plan,
  ProducerPlan,
} from '../model/plan.js';

/** What an operator changes, and what of it cannot be changed while the run goes. */
export interface Changes {
  changes: Change[];
  /** "the discipline of shop" */
  refused: string[];
}

/** How `then`, the scenario with a change laid over it, differs from the one that runs. */
export function changesBetween(now: Plan, then: Plan): Changes {
  const found: Changes = { changes: [], refused: [] };
  const names = (plan: Plan) =>
    JSON.stringify([plan.producers, plan.components, plan.edges].map((of) => of.map(nameOf)));
  if (names(now) !== names(then)) {
    found.refused.push('who there is and who calls whom');
    return found;
  }
  now.producers.forEach((producer, p) => {
    producerChanges(producer, then.producers[p] as ProducerPlan, p, found);
  });
  now.components.forEach((component, c) => {
    componentChanges(component, then.components[c] as ComponentPlan, c, found);
  });
  now.edges.forEach((edge, e) => {
    edgeChanges(edge, then.edges[e] as EdgePlan, e, found);
  });
  return found;
}

function nameOf({ name }: { name: string }): string {
  return name;
}

function producerChanges(now: ProducerPlan, then: ProducerPlan, producer: number, found: Changes) {
  refuseOthers(now, then, ['arrivals'], found);
  const [old, arrivals] = [now.arrivals, then.arrivals];
  if (same(old, arrivals)) return;
  const open = isOpen(arrivals) && isOpen(old) && old.kind === arrivals.kind;
  const asMany = open && sizeOf(old) === sizeOf(arrivals);
  if (open && asMany) found.changes.push({ what: 'rate', producer, rate: arrivals.rate });
  else if (arrivals.kind === 'closed' && old.kind === 'closed' && same(old.think, arrivals.think)) {
    found.changes.push({ what: 'users', producer, users: arrivals.users });
  } else if (old.kind !== arrivals.kind) found.refused.push(`the kind of arrivals of ${now.name}`);
  else found.refused.push(`the arrivals of ${now.name}, but for a rate or the number of users,`);
}

type Open = Extract<ArrivalsPlan, { kind: 'poisson' | 'constant' | 'batch' }>;

function isOpen(arrivals: ArrivalsPlan): arrivals is Open {
  return ['poisson', 'constant', 'batch'].includes(arrivals.kind);
}

function sizeOf(arrivals: Open): number {
  return arrivals.kind === 'batch' ? arrivals.size : 1;
}

function componentChanges(
  now: ComponentPlan,
  then: ComponentPlan,
  component: number,
  found: Changes,
) {
  refuseOthers(now, then, ['workers', 'queue'], found);
  const { capacity, deadLetter, whenFull } = then.queue;
  const free = ['capacity', 'whenFull', 'deadLetter'];
  refuseOthers({ ...now.queue, name: now.name }, then.queue, free, found);
  if (now.workers !== then.workers) {
    const bounded = now.workers < Infinity && then.workers < Infinity;
    if (bounded) found.changes.push({ what: 'workers', component, workers: then.workers });
    else found.refused.push(`whether the workers of ${now.name} are bounded`);
  }
  if (now.queue.capacity !== capacity)
    found.changes.push({ what: 'capacity', component, capacity });
  if (now.queue.whenFull !== whenFull || now.queue.deadLetter !== deadLetter)
    found.changes.push({ what: 'whenFull', component, whenFull, deadLetter });
}

function edgeChanges(now: EdgePlan, then: EdgePlan, edge: number, found: Changes): void {
  refuseOthers(now, then, ['timeoutNs', 'network', 'retry'], found);
  const { timeoutNs, network, retry } = then;
  if (now.timeoutNs !== timeoutNs) found.changes.push({ what: 'timeout', edge, timeoutNs });
  if (!same(now.network, network)) found.changes.push({ what: 'network', edge, network });
  if (!same(now.retry, retry)) found.changes.push({ what: 'retry', edge, retry });
}

/** Names what differs beside these keys. */
function refuseOthers<T extends object>(
  now: T & { name: string },
  then: T,
  keys: readonly string[],
  found: Changes,
): void {
  for (const key of Object.keys(then)) {
    const differs = !same(now[key as keyof T], then[key as keyof T]);
    if (differs && !keys.includes(key)) found.refused.push(`${WORDS[key] ?? key} of ${now.name}`);
  }
}

/** How the keys of a plan are called in a scenario, where that is another name. */
const WORDS: Readonly<Record<string, string>> = {
  routes: 'the handler',
  discipline: "the queue's discipline",
  maxAge: "the queue's max_age",
  lifoAbove: "the queue's discipline",
  coalesce: "the queue's coalesce",
  shed: "the queue's shed",
  fromNs: 'from',
  untilNs: 'until',
  objectiveNs: 'the objective',
  to: 'the target',
  memory: 'the memory',
  sizeBytes: 'the size',
};

/** Whether two parts of a plan say the same. Infinity is told from null. */
function same(one: unknown, other: unknown): boolean {
  const text = (value: unknown) =>
    JSON.stringify(value, (_, inner) => (inner === Infinity ? 'unbounded' : inner));
  return text(one) === text(other);
}
