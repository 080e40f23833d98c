import { describe, expect, it } from 'vitest';
import type { ArrivalsPlan, ComponentPlan, FaultPlan, Plan } from '../../../src/model/plan.js';
import { call, component, constant, edge, poisson, producer, s, slow } from '../../judge/sample.js';
import { type Pipe, pipe, queue, runPlan } from './kit.js';

const MS = 1e6;
const at = (...ms: number[]): ArrivalsPlan => ({
  kind: 'trace',
  atNs: Float64Array.from(ms, (one) => one * MS),
});
const consumer = (ms: number, more: Partial<ComponentPlan> = {}) => [
  { steps: [constant(ms / 1000)], more },
];
const run = (of: Pipe) => runPlan(pipe({ plan: { durationNs: s(2) }, ...of }));
const fault = (from: number, length: number, of: object): FaultPlan => {
  return { ...slow(from, length), ...of } as FaultPlan;
};
const network = { kind: 'constant' as const, ns: 10 * MS };

describe('those who consume a queue of one process', () => {
  it('take a message each when a worker is free, on their way too: none waits at a replica', () => {
    const m = run({
      producer: { arrivals: at(0, 0, 0, 0, 0) },
      deliver: { network },
      consumers: consumer(50, { workers: 2 }),
    });
    expect(m.metrics['services.c0.queue.depth.max']).toBe(0);
    // At 10 to 60 ms, 70 to 120, 130 to 180; word of it takes 10 more.
    expect(m.metrics['latency.max']).toBeCloseTo(0.19, 9);
  });

  it('share it in turn, replicas and components alike', () => {
    const m = run({
      producer: { arrivals: { kind: 'constant', rate: [{ atNs: 0, perSecond: 100, rampNs: 0 }] } },
      consumers: [...consumer(5, { replicas: 2, replicasMax: 2 }), ...consumer(5)],
    });
    const c0 = m.metrics['services.c0.completed'] as number;
    const c1 = m.metrics['services.c1.completed'] as number;
    expect(Math.abs(c0 - 2 * c1)).toBeLessThanOrEqual(2);
  });

  it('are given more while their calls are out, where they do not wait for them', () => {
    const of = (io: 'async' | 'blocking'): Plan => {
      const made = pipe({
        producer: { arrivals: at(0, 0, 0, 0) },
        consumers: [{ steps: [call(2)], more: { io } }],
        plan: { durationNs: s(2) },
      });
      return {
        ...made,
        components: [...made.components, component('db', [constant(0.1)], { workers: 4 })],
        edges: [
          { ...made.edges[0]!, to: 2 },
          made.edges[1]!,
          edge({ kind: 'component', index: 0 }, 1, { name: 'c0 -> db' }),
        ],
      };
    };
    expect(runPlan(of('async')).metrics['latency.max']).toBeCloseTo(0.1, 9);
    expect(runPlan(of('blocking')).metrics['latency.max']).toBeCloseTo(0.4, 9);
  });

  it('that crash lose what they had begun with, and nothing else', () => {
    const m = run({
      producer: { arrivals: at(0, 0, 0, 0) },
      consumers: consumer(100, { workers: 2 }),
      plan: {
        durationNs: s(2),
        faults: [fault(0.05, 0.5, { kind: 'crash', component: 0, replicas: 1 })],
      },
    });
    expect(m.ledger).toMatchObject({ good: 2, failed: { crashed: 2 } });
    expect(m.metrics['queues.q.dropped']).toBe(2);
    expect(m.metrics['latency.max']).toBeCloseTo(0.65, 9);
  });

  it('that stand still take nothing, and go on afterwards', () => {
    const m = run({
      producer: { arrivals: at(100, 110) },
      consumers: consumer(5),
      plan: {
        durationNs: s(2),
        faults: [fault(0.05, 0.5, { kind: 'pause', component: 0, replicas: 1 })],
      },
    });
    expect(m.ledger.good).toBe(2);
    expect(m.metrics['latency.max']).toBeCloseTo(0.455, 9);
  });

  it('are given no more than the workers that a fault leaves them', () => {
    const m = run({
      producer: { arrivals: at(100, 100, 100, 100) },
      consumers: consumer(50, { workers: 4 }),
      plan: {
        durationNs: s(2),
        faults: [
          fault(0.05, 1, { kind: 'capacity', component: 0, replicas: 1, workers: 1, share: null }),
        ],
      },
    });
    expect(m.metrics['latency.max']).toBeCloseTo(0.2, 9);
    expect(m.metrics['services.c0.queue.depth.max']).toBe(0);
  });

  it('that refuse what they were given lose it, and are given the next', () => {
    const admission: ComponentPlan['admission'] = [
      {
        kind: 'rate_limit',
        limit: {
          kind: 'bucket',
          perSecond: 1,
          burst: 1,
          perTenant: false,
          plans: [],
          waitNs: 0,
          shared: false,
        },
      },
    ];
    for (const deliver of [{}, { network }]) {
      const m = run({
        producer: { arrivals: at(0, 0, 0) },
        deliver,
        consumers: consumer(5, { admission }),
      });
      expect(m.ledger).toMatchObject({ good: 1, unfinished: 0, failed: { rejected: 2 } });
      expect(m.metrics['queues.q.dropped']).toBe(2);
    }
  });
});

describe('what meets one more in a full queue', () => {
  const full = (
    whenFull: 'drop_newest' | 'drop_lowest_priority' | 'reject',
    arrivals: ArrivalsPlan,
  ) => {
    const of = pipe({
      producer: { arrivals, priority: 2 },
      publish: { timeoutNs: 500 * MS },
      queue: { capacity: 2, whenFull },
      consumers: consumer(50),
      plan: { durationNs: s(2) },
    });
    return {
      ...of,
      producers: [...of.producers, producer('vip', 2, { arrivals: at(10), priority: 0 })],
      edges: [
        ...of.edges,
        { ...of.edges[0]!, name: 'vip -> q', from: { kind: 'producer' as const, index: 1 } },
      ],
    };
  };

  it('drop_lowest_priority: of the least important the last to come makes room, none for its like', () => {
    const m = runPlan(full('drop_lowest_priority', at(0, 1, 2, 3)));
    expect(m.ledger).toMatchObject({ good: 3, failed: { rejected: 1, dropped: 1 } });
    expect(m.metrics['producers.vip.latency.max']).toBeCloseTo(0.14, 9);
  });

  it('drop_newest: it is lost, and its sender told nothing', () => {
    const m = runPlan(full('drop_newest', at(0, 1, 2, 3)));
    expect(m.ledger).toMatchObject({ good: 3, failed: { timeout: 2 } });
  });

  it('reject: its sender is told at once', () => {
    const m = runPlan(full('reject', at(0, 1, 2, 3)));
    expect(m.ledger).toMatchObject({ good: 3, failed: { rejected: 2 } });
    expect(m.metrics['failure_latency.max']).toBe(0);
  });
});

describe('dead letters', () => {
  it('that are consumed can be put back where they came from: nothing is lost on that way', () => {
    const of = pipe({
      producer: { arrivals: poisson(300) },
      queue: { capacity: 5, whenFull: 'dead_letter', deadLetter: 1 },
      consumers: consumer(5),
      plan: { durationNs: s(20) },
    });
    const redrive = component('redrive', [constant(0.02), call(3)], {
      consumes: { queue: 1, to: { edge: 2, route: 0 }, how: { kind: 'worker' } },
    });
    const m = runPlan({
      ...of,
      components: [...of.components, redrive],
      edges: [
        { ...of.edges[0]!, to: 2 },
        of.edges[1]!,
        edge({ kind: 'queue', index: 1 }, 1, { name: 'dead -> redrive' }),
        edge({ kind: 'component', index: 1 }, 2, { name: 'redrive -> q' }),
      ],
      queues: [...of.queues, queue('dead')],
    });
    const of0 = (name: string) => m.metrics[name] as number;
    const buried = of0('queues.q.dead_lettered');
    expect(buried).toBeGreaterThan(1500);
    expect(of0('queues.dead.dead_lettered')).toBe(buried);
    expect(of0('queues.dead.handled')).toBeGreaterThan(900);
    expect(of0('queues.q.dropped') + of0('queues.dead.dropped')).toBe(0);
    expect(m.ledger.failed).toEqual({ dropped: expect.any(Number) });
  });
});
