import type { ComponentPlan, EdgePlan, ProducerPlan, StepPlan } from '../../../model/plan.js';
import { refusal } from './say.js';

/**
 * What of a plan the forms understand. A setting that none of the tables below names breaks every
 * form unless it is switched off (null, false or Infinity), so that a mechanism of tomorrow is never
 * taken for absent.
 */
type Understood = Readonly<Record<string, (value: unknown) => boolean>>;

const always = (): boolean => true;
const none = (value: unknown): boolean => value === 0 || value === undefined;

/** Looked at by name, or without effect where nobody gives up, tries again or is refused. */
const PRODUCER: Understood = {
  name: always,
  arrivals: always,
  to: always,
  objectiveNs: always,
  clients: always,
  priority: always,
  tenant: always,
  key: always,
  // Where memory is counted its component has no form.
  sizeBytes: always,
  fromNs: none,
};

const COMPONENT: Understood = {
  name: always,
  kind: always,
  replicas: always,
  replicasMax: always,
  balance: always,
  workers: always,
  queue: always,
  contention: always,
  admission: (value) => Array.isArray(value) && value.length === 0,
  routes: always,
  // Matters only to a worker that calls, and such a one is held or has no form.
  io: always,
};

const QUEUE: Understood = {
  capacity: always,
  discipline: always,
  whenFull: always,
  // Where a copy goes of one that is refused.
  deadLetter: always,
  maxAge: always,
};

const EDGE: Understood = {
  name: always,
  from: always,
  to: always,
  network: always,
  timeoutNs: always,
  retry: always,
  // Without a timeout there is nothing to cancel.
  cancel: always,
};

const STEP: Understood = {
  op: always,
  time: always,
  to: always,
  need: always,
  branches: always,
  share: always,
  per: always,
  then: always,
  else: always,
  name: always,
  once: always,
  times: (value) => value === 1 || value === undefined,
};

/** The first setting of a thing that no form has, as a reason; null where there is none. */
function strange(thing: object, understood: Understood): string | null {
  for (const [key, value] of Object.entries(thing)) {
    if (Object.hasOwn(understood, key) ? understood[key](value) : isOff(value)) continue;
    return refusal.setting(words(key));
  }
  return null;
}

function isOff(value: unknown): boolean {
  return value === null || value === undefined || value === false || value === Infinity;
}

/** `windowCredits` as "window credits". */
function words(key: string): string {
  return key.replace(/Ns$/, '').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** What of a producer's own settings breaks every form. */
export function strangeProducer(producer: ProducerPlan): string | null {
  return strange(producer, PRODUCER);
}

/** What of a component's own settings breaks every form. */
export function strangeComponent(component: ComponentPlan): string | null {
  return strange(component, COMPONENT) ?? strange(component.queue, QUEUE);
}

/** What of an edge breaks every form: whoever gives up or tries again, and whatever is not known. */
export function strangeEdge(edge: EdgePlan): string | null {
  if (edge.timeoutNs !== Infinity) return refusal.timeout(edge.name);
  if (edge.retry !== null && edge.retry.attempts > 1) return refusal.retry(edge.name);
  return strange(edge, EDGE);
}

/** What of a step breaks every form. */
export function strangeStep(step: StepPlan): string | null {
  return strange(step, STEP);
}
