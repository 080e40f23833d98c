import { describe, expect, it } from 'vitest';
import type { AutoscalePlan, ComponentPlan } from '../../../src/model/plan.js';
import { LOOKS_EVERY_NS } from '../../../src/policies/event-source.js';
import { constant, poisson, s } from '../../judge/sample.js';
import { type Pipe, pipe, runPlan } from './kit.js';

const SQS: Pipe['queue'] = {
  broker: { kind: 'sqs', visibilityNs: s(300), receivesMax: Infinity, inFlightMax: 120_000 },
};
const BATCHES = { kind: 'receive', recordsMax: 10, waitNs: s(20) } as const;

const atOnce = { stabilizeNs: 0, limits: [] };

function lag(target: number, min: number, max: number): AutoscalePlan {
  const hpa = { target: target * 1000, of: 'amount' as const, min, max, tolerance: 0.1 };
  return {
    metric: 'lag',
    periodNs: s(15),
    delayNs: 0,
    cold: null,
    eventSource: null,
    hpa: { ...hpa, up: atOnce, down: atOnce },
  };
}

function eventSource(max: number): AutoscalePlan {
  const source = lag(1, 5, max);
  const periodNs = LOOKS_EVERY_NS;
  return { ...source, periodNs, eventSource: { from: 5, perMinute: 300, max } };
}

function scaled(autoscale: AutoscalePlan, more: Partial<ComponentPlan> = {}) {
  const { max, min } = autoscale.hpa;
  return { autoscale, replicas: min, replicasMax: max, ...more };
}

const wanted = (m: ReturnType<typeof runPlan>, second: number): number => {
  const done = m.scalings.filter(({ atNs }) => atNs <= s(second));
  return done.at(-1)?.to ?? NaN;
};

describe('who consumes a queue is scaled', () => {
  it('by its lag: as many replicas as messages lie there, over the target of each', () => {
    const m = runPlan(
      pipe({
        queue: SQS,
        how: BATCHES,
        producer: { arrivals: poisson(100), untilNs: s(16) },
        consumers: [{ steps: [constant(1)], more: scaled(lag(100, 1, 50)) }],
        plan: { durationNs: s(600) },
      }),
    );
    // About 1,500 lie there, of which one has done 15.
    expect(wanted(m, 16)).toBeGreaterThanOrEqual(14);
    expect(wanted(m, 16)).toBeLessThanOrEqual(16);
    // Nothing is left: back to one.
    expect(wanted(m, 599)).toBe(1);
    expect(m.ledger.good).toBe(m.ledger.offered);
  });

  it('counts what is being handled in its lag, and any broker has one', () => {
    const m = runPlan(
      pipe({
        producer: { arrivals: { kind: 'constant', rate: [{ atNs: 0, perSecond: 10, rampNs: 0 }] } },
        consumers: [{ steps: [constant(1)], more: scaled(lag(1, 1, 50), { workers: 1 }) }],
        plan: { durationNs: s(300) },
      }),
    );
    // Ten are under way at any time when the rest is done: ten replicas, within the tolerance.
    expect(wanted(m, 299)).toBeGreaterThanOrEqual(10);
    expect(wanted(m, 299)).toBeLessThanOrEqual(11);
  });

  it('as an event source grows by 300 a minute while messages wait, and goes back after that', () => {
    const m = runPlan(
      pipe({
        queue: SQS,
        how: BATCHES,
        producer: { arrivals: poisson(1000), untilNs: s(70) },
        consumers: [{ steps: [constant(1)], more: scaled(eventSource(1000)) }],
        plan: { durationNs: s(500) },
      }),
    );
    expect(wanted(m, 60)).toBe(305);
    expect(wanted(m, 120)).toBe(605);
    expect(wanted(m, 499)).toBe(5);
    expect(m.ledger.good).toBe(m.ledger.offered);
    expect(m.metrics['queues.q.redelivered']).toBe(0);
  });

  it('as an event source is held by its maximum concurrency', () => {
    const m = runPlan(
      pipe({
        queue: SQS,
        how: BATCHES,
        producer: { arrivals: poisson(100) },
        consumers: [{ steps: [constant(1)], more: scaled(eventSource(20)) }],
        plan: { durationNs: s(100) },
      }),
    );
    expect(Math.max(...m.scalings.map(({ to }) => to))).toBe(20);
    expect(m.metrics['throughput']).toBeLessThanOrEqual(20);
  });

  it('as an event source shrinks while what it invokes fails', () => {
    const steps = [constant(1), { op: 'fail', share: 1, per: 'attempt' } as const];
    const m = runPlan(
      pipe({
        queue: SQS,
        how: BATCHES,
        producer: { arrivals: poisson(100) },
        consumers: [{ steps, more: { ...scaled(eventSource(1000)), replicas: 105 } }],
        plan: { durationNs: s(100) },
      }),
    );
    expect(wanted(m, 10)).toBeLessThan(105);
    expect(wanted(m, 99)).toBe(5);
  });
});
