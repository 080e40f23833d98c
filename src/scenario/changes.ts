import { sayTheSame } from '../model/index.js';
import type {
  ArrivalsPlan,
  AutoscalePlan,
  CallStepPlan,
  Change,
  ComponentChange,
  ComponentPlan,
  EdgeChange,
  EdgePlan,
  Plan,
  ProducerPlan,
  StepPlan,
} from '../model/plan.js';

/** What an operator changes, and what of it cannot be changed while the run goes. */
export interface Changes {
  changes: Change[];
  refused: Unchangeable[];
}

/** What cannot be changed ("the discipline of shop"), and why. */
export interface Unchangeable {
  what: string;
  why: string;
}

/** How `then`, the scenario with a change laid over it, differs from the one that runs. */
export function changesBetween(now: Plan, then: Plan): Changes {
  const found: Changes = { changes: [], refused: [] };
  const names = ({ producers, components, queues }: Plan) =>
    [producers, components, queues].map((of) => of.map(({ name }) => name));
  const added = then.edges.filter(({ name }) => now.edges.every((edge) => edge.name !== name));
  if (!sayTheSame(names(now), names(then))) {
    found.refused.push({
      what: 'who there is',
      why: 'a component that comes later is one that nobody calls before',
    });
    return found;
  }
  if (!sayTheSame(now.locks, then.locks)) {
    found.refused.push({ what: 'a lock', why: 'who waits for it stands in its order' });
    return found;
  }
  if (added.length > 0) {
    const calls = added.map(({ name }) => name).join(', ');
    const why = 'a handler may leave calls out; for one to come, let it stand with chance: 0%';
    found.refused.push({ what: `who calls whom (${calls})`, why });
    return found;
  }
  const edges = then.edges.map(({ name }) => now.edges.findIndex((edge) => edge.name === name));
  now.producers.forEach((producer, p) => {
    producerChanges(producer, then.producers[p] as ProducerPlan, p, found, edges);
  });
  now.components.forEach((component, c) => {
    const changed = renumbered(then.components[c] as ComponentPlan, edges);
    componentChanges(component, changed, c, found);
  });
  then.edges.forEach((edge, e) => {
    const index = edges[e] as number;
    const fallback = edge.fallback && {
      ...edge.fallback,
      steps: stepsOn(edge.fallback.steps, edges),
    };
    edgeChanges(now.edges[index] as EdgePlan, { ...edge, fallback }, index, found);
  });
  return found;
}

/** A component whose calls go over the edges of the plan that runs. */
export function renumbered(component: ComponentPlan, edges: readonly number[]): ComponentPlan {
  const { consumes, degrade, routes } = component;
  const edge = consumes === null ? -1 : (edges[consumes.to.edge] as number);
  return {
    ...component,
    consumes: consumes && { ...consumes, to: { ...consumes.to, edge } },
    routes: routes.map(({ name, steps }) => ({ name, steps: stepsOn(steps, edges) })),
    degrade: degrade && { ...degrade, steps: stepsOn(degrade.steps, edges) },
  };
}

export function stepsOn(steps: readonly StepPlan[], edges: readonly number[]): StepPlan[] {
  const call = (step: CallStepPlan): CallStepPlan => {
    return { ...step, to: { ...step.to, edge: edges[step.to.edge] as number } };
  };
  return steps.map((step): StepPlan => {
    if (step.op === 'call') return call(step);
    if (step.op === 'parallel') {
      return { ...step, branches: step.branches.map((branch) => branch.map(call)) };
    }
    // Whatever else holds steps has them under these.
    return {
      ...step,
      ...('then' in step ? { then: stepsOn(step.then, edges) } : {}),
      ...('else' in step ? { else: stepsOn(step.else, edges) } : {}),
    };
  });
}

function producerChanges(
  now: ProducerPlan,
  then: ProducerPlan,
  producer: number,
  found: Changes,
  edges: readonly number[],
) {
  const to = then.to.map((target) => ({ ...target, edge: edges[target.edge] as number }));
  for (const key of differing(now, { ...then, to }, ['arrivals'])) {
    refuse(found, key, now.name, OF_THE_REQUESTS);
  }
  const [old, arrivals] = [now.arrivals, then.arrivals];
  if (sayTheSame(old, arrivals)) return;
  const open = isOpen(arrivals) && isOpen(old) && old.kind === arrivals.kind;
  const asMany = open && sizeOf(old) === sizeOf(arrivals);
  if (open && asMany) found.changes.push({ what: 'rate', producer, rate: arrivals.rate });
  else if (
    arrivals.kind === 'closed' &&
    old.kind === 'closed' &&
    sayTheSame(old.think, arrivals.think)
  ) {
    found.changes.push({ what: 'users', producer, users: arrivals.users });
  } else {
    const what =
      old.kind === arrivals.kind
        ? `the arrivals of ${now.name}, but for a rate or the number of users,`
        : `the kind of arrivals of ${now.name}`;
    found.refused.push({ what, why: OF_THE_REQUESTS });
  }
}

const OF_THE_REQUESTS =
  'an operator changes how much comes, not who sends it; other requests are another producer, with ' +
  'from and until';

type Open = Extract<ArrivalsPlan, { kind: 'poisson' | 'constant' | 'batch' }>;

export function isOpen(arrivals: ArrivalsPlan): arrivals is Open {
  return ['poisson', 'constant', 'batch'].includes(arrivals.kind);
}

function sizeOf(arrivals: Open): number {
  return arrivals.kind === 'batch' ? arrivals.size : 1;
}

/** Keys of a component's plan that may change, beside workers and the queue. */
const OF_COMPONENTS = [
  ...(['cores', 'balance', 'admission', 'contention', 'reject', 'deadlineCheck'] as const),
  ...(['degrade', 'routes'] as const),
];

/** Keys that are looked at one by one. */
const SEEN_TO = [
  ...['name', 'kind', 'queue', 'workers', 'replicas', 'replicasMax', 'autoscale'],
  ...OF_COMPONENTS,
];

function componentChanges(
  now: ComponentPlan,
  then: ComponentPlan,
  component: number,
  found: Changes,
) {
  const to: ComponentChange = {};
  const { name } = now;
  for (const key of differing(now, then, SEEN_TO)) {
    refuse(found, key, name, REASONS[key] ?? 'it belongs to what the component is');
  }
  if (now.workers !== then.workers) {
    if (now.workers < Infinity && then.workers < Infinity) to.workers = then.workers;
    else {
      const why = 'there is nobody to count in a pure delay';
      found.refused.push({ what: `whether the workers of ${name} are bounded`, why });
    }
  }
  for (const key of OF_COMPONENTS) {
    if (!sayTheSame(now[key], then[key])) Object.assign(to, { [key]: then[key] });
  }
  const fairly = ({ admission }: ComponentPlan) =>
    admission.find(({ kind }) => kind === 'fair_queues') ?? null;
  if (!sayTheSame(fairly(now), fairly(then))) {
    const why = 'who waits stands in one queue, or in one of many';
    found.refused.push({ what: `fair_queues of ${name}`, why });
  }
  const autoscale = autoscaleChange(now, then, found);
  if (autoscale !== null) to.autoscale = autoscale;
  if (now.replicas !== then.replicas && !areAsFew(now, then)) {
    found.changes.push({ what: 'replicas', component, replicas: then.replicas });
  }
  const routes = [now, then].map((part) => part.routes.map((route) => route.name));
  if (!sayTheSame(routes[0], routes[1])) {
    const why = 'requests ask for them by name';
    found.refused.push({ what: `which routes ${name} has`, why });
  }
  const queue = queueChange(now, then, found);
  if (queue !== null) to.queue = queue;
  if (Object.keys(to).length > 0) found.changes.push({ what: 'component', component, to });
}

/** What an autoscaler aims at, and between which bounds; null where that stays. */
function autoscaleChange(
  { autoscale: now, name }: ComponentPlan,
  { autoscale: then }: ComponentPlan,
  found: Changes,
): AutoscalePlan | null {
  if (sayTheSame(now, then)) return null;
  if (now === null || then === null) {
    const why = 'set its min and max to one number to hold it there';
    found.refused.push({ what: `whether ${name} has an autoscaler`, why });
    return null;
  }
  const { max, min, target } = then.hpa;
  const eventSource = now.eventSource === null ? null : then.eventSource;
  if (!sayTheSame({ ...now, eventSource, hpa: { ...now.hpa, max, min, target } }, then)) {
    const why = 'what it has measured and decided so far hangs on it';
    found.refused.push({ what: `the autoscaler of ${name}, but for min, max and target,`, why });
    return null;
  }
  return then;
}

/** Whether both begin with as few replicas as the autoscaler may have: another min wants no others at once. */
function areAsFew(now: ComponentPlan, then: ComponentPlan): boolean {
  return now.replicas === now.autoscale?.hpa.min && then.replicas === then.autoscale?.hpa.min;
}

function queueChange(
  { name, queue: now }: ComponentPlan,
  { queue: then }: ComponentPlan,
  found: Changes,
): NonNullable<ComponentChange['queue']> | null {
  const changed = differing(now, then, []);
  if (changed.length === 0) return null;
  const special = [now.discipline, then.discipline].filter((d) => d === 'ps' || d === 'preemptive');
  if (now.discipline !== then.discipline && special.length > 0) {
    const why = 'under ps and preemptive priority the law is also that of the work under way';
    found.refused.push({ what: `the queue's discipline of ${name}`, why });
  }
  return Object.fromEntries(changed.map((key) => [key, then[key as keyof typeof then]]));
}

function edgeChanges(now: EdgePlan, then: EdgePlan, edge: number, found: Changes): void {
  const keys = differing(now, then, ['name', 'from', 'to']);
  if (keys.length === 0) return;
  if (keys.includes('breaker') && [now, then].some((one) => one.breaker?.kind === 'outlier')) {
    const why = 'who has been ejected by whom hangs on it';
    found.refused.push({ what: `breaker: outlier of ${now.name}`, why });
  }
  const to = Object.fromEntries(keys.map((key) => [key, then[key as keyof EdgePlan]]));
  found.changes.push({ what: 'edge', edge, to: to as EdgeChange });
}

/** The keys in which two plans of one kind differ, but for some. */
function differing<T extends object>(now: T, then: T, but: readonly string[]): string[] {
  const keys = new Set([...Object.keys(now), ...Object.keys(then)]);
  return [...keys].filter((key) => {
    return !but.includes(key) && !sayTheSame(now[key as keyof T], then[key as keyof T]);
  });
}

function refuse(found: Changes, key: string, name: string, why: string): void {
  found.refused.push({ what: `${WORDS[key] ?? key} of ${name}`, why });
}

/** How the keys of a plan are called in a scenario, where that is another name. */
const WORDS: Readonly<Record<string, string>> = {
  fromNs: 'from',
  untilNs: 'until',
  objectiveNs: 'the objective',
  deadlineNs: 'the deadline',
  to: 'the target',
  memory: 'the memory',
  consumes: 'how work is taken from a queue',
  sizeBytes: 'the size',
};

const REASONS: Readonly<Record<string, string>> = {
  consumes: 'a consumer that comes or goes is another component',
  io: 'workers that hold their requests are of another kind than workers that leave them',
};
