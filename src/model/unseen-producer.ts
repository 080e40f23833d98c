import type { ProducerPlan } from './plan.js';

/** A producer from which nothing arrives by itself: its calls are made by a part of the model. */
export function unseenProducer(name: string, to: ProducerPlan['to']): ProducerPlan {
  return {
    name,
    arrivals: { kind: 'trace', atNs: new Float64Array(0) },
    to,
    objectiveNs: Infinity,
    clients: 1,
    priority: 0,
    deadlineNs: Infinity,
    tenant: { kind: 'name', name },
    key: null,
    limit: Infinity,
    fromNs: 0,
    untilNs: Infinity,
    // As any request's, where nothing else is said.
    sizeBytes: 16_384,
  };
}
