import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FaultPlan, Plan, PollPlan } from '../../../src/model/plan.js';
import { poisson, s } from '../../judge/sample.js';
import { autoscale, scaled } from '../random-scaling.js';
import { poll, type Seen, topic, watchPlan } from './kafka-kit.js';
import { pipe } from './kit.js';

const CASES = Number(process.env['SPILLWAY_KAFKA_CASES'] ?? 30);
const SEED = Number(process.env['SPILLWAY_CASES'] ?? 42);
const MS = 1e6;

const OWN_QUEUE = {
  discipline: 'fifo' as const,
  lifoAbove: null,
  whenFull: 'reject' as const,
  deadLetter: -1,
  coalesce: null,
  shed: null,
  maxAge: null,
};

const seconds = (...all: number[]) => fc.constantFrom(...all).map(s);

const loop: fc.Arbitrary<Partial<PollPlan>> = fc.record({
  recordsMax: fc.constantFrom(1, 3, 20, 500),
  intervalMaxNs: seconds(0.3, 1, 3, 300),
  sessionNs: seconds(0.2, 1, 5, 45),
  everyNs: seconds(0, 0, 0.05, 0.2),
  batch: fc.boolean(),
  onFull: fc.constantFrom('pause', 'block', 'buffer'),
  rebalance: fc.record({
    takesNs: seconds(0.001, 0.2, 1),
    mode: fc.constantFrom('eager', 'cooperative'),
  }),
});

const consumer = fc.record({
  loop,
  replicas: fc.integer({ min: 1, max: 4 }),
  workers: fc.constantFrom(1, 2, 5, Number.POSITIVE_INFINITY),
  capacity: fc.constantFrom(0, 2, Number.POSITIVE_INFINITY),
  workMs: fc.constantFrom(1, 20, 120),
  isConstant: fc.boolean(),
  autoscale: fc.oneof(
    { weight: 2, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: autoscale },
  ),
});

type Drawn = typeof consumer extends fc.Arbitrary<infer T> ? T : never;

const times = fc.record({
  atNs: fc.integer({ min: 100, max: 6000 }).map((ms) => ms * MS),
  forNs: fc.integer({ min: 1, max: 4000 }).map((ms) => ms * MS),
  everyNs: fc.constantFrom(Infinity, Infinity, s(2.5)),
});

const fault = fc
  .record({
    times,
    kind: fc.constantFrom('crash', 'pause', 'errors', 'slow'),
    of: fc.nat(),
    n: fc.nat(),
  })
  .map((drawn) => (consumers: readonly Drawn[]): FaultPlan => {
    const component = drawn.of % consumers.length;
    const { autoscale, replicas: there } = consumers[component];
    const replicas = 1 + (drawn.n % Math.min(there, autoscale?.hpa.max ?? there));
    const forNs = Math.min(drawn.times.forNs, drawn.times.everyNs / 2);
    const base = { ...drawn.times, forNs, when: null, text: drawn.kind, component, replicas };
    if (drawn.kind === 'errors') return { ...base, kind: 'errors', route: null, ratio: 0.5 };
    if (drawn.kind === 'slow') {
      return { ...base, kind: 'slow', factor: 5, toNs: null, route: null, share: 1 } as FaultPlan;
    }
    return { ...base, kind: drawn.kind as 'crash' };
  });

const scenario = fc
  .record({
    seed: fc.nat(1000),
    perSecond: fc.constantFrom(5, 40, 150),
    key: fc.constantFrom(null, { kind: 'zipf' as const, n: 5, s: 1 }),
    partitions: fc.constantFrom(1, 2, 5, 12),
    retentionNs: fc.constantFrom(Infinity, Infinity, s(1), s(0.05)),
    consumers: fc.array(consumer, { minLength: 1, maxLength: 3 }),
    faults: fc.array(fault, { maxLength: 4 }),
    deliveryMs: fc.constantFrom(0, 0, 3),
  })
  .map((drawn): Plan => {
    const { consumers } = drawn;
    return pipe({
      producer: { arrivals: poisson(drawn.perSecond), key: drawn.key, untilNs: s(8) },
      queue: { broker: topic(drawn.partitions, { retentionNs: drawn.retentionNs }) },
      deliver: {
        network: drawn.deliveryMs === 0 ? null : { kind: 'constant', ns: drawn.deliveryMs * MS },
      },
      consumers: consumers.map((one) => ({
        steps: [
          {
            op: 'work' as const,
            perRequest: false,
            time: one.isConstant
              ? { kind: 'constant' as const, ns: one.workMs * MS }
              : { kind: 'exponential' as const, meanNs: one.workMs * MS },
          },
        ],
        how: poll(one.loop),
        more: {
          ...scaled({ ...one, cores: Infinity }),
          workers: one.workers,
          replicasMax: one.autoscale?.hpa.max ?? one.replicas,
          queue: { ...OWN_QUEUE, capacity: one.capacity },
        },
      })),
      plan: {
        seed: String(drawn.seed),
        faults: drawn.faults.map((make) => make(consumers)),
        durationNs: s(40),
      },
    });
  });

/** Whether handlers of a partition's records may run at once: an executor's own queue. */
const mayOverlap = (of: Plan, component: string): boolean => {
  const how = of.components.find(({ name }) => name === component)?.consumes?.how;
  return how?.kind === 'poll' && how.onFull === 'buffer';
};

function checkOrder(of: Plan, seen: readonly Seen[], order: readonly string[][]): void {
  const places = order.map((records) => new Map(records.map((record, i) => [record, i])));
  const { broker } = of.queues[0];
  const losesSome = broker.kind === 'kafka' && broker.retentionNs < Infinity;
  const by = new Map<string, Seen[]>();
  for (const one of seen) {
    if (mayOverlap(of, one.consumer)) continue;
    const key = `${one.replica} ${one.partition} ${one.assignment}`;
    by.set(key, [...(by.get(key) ?? []), one]);
  }
  for (const mine of by.values()) {
    mine.forEach((one, i) => {
      if (i === 0) return;
      const place = (of: Seen): number => places[of.partition]?.get(of.record) ?? -1;
      const before = mine[i - 1];
      // It is the next one, or the same once more; but for those that were too old.
      if (!losesSome) expect(place(one) - place(before)).toBeLessThanOrEqual(1);
      expect(place(one) - place(before)).toBeGreaterThanOrEqual(0);
      expect(one.fromNs).toBeGreaterThanOrEqual(before.toNs);
    });
  }
}

describe('random plans of a topic', () => {
  it('keep every order, lose nothing, and balance their books', () => {
    fc.assert(
      fc.property(scenario, (of) => {
        const { measured, order, seen } = watchPlan(of);
        checkOrder(of, seen, order);
        const broker = of.queues[0].broker;
        if (broker.kind !== 'kafka' || broker.retentionNs < Infinity) return;
        expect(measured.ledger.failed['dropped'] ?? 0).toBe(0);
        expect(measured.metrics['queues.q.dropped']).toBe(0);
        // What a group has handled last it had handled in order before: nothing was left out.
        for (const { name } of of.components) {
          const well = seen.filter((one) => one.consumer === name && one.outcome === 1);
          order.forEach((records, partition) => {
            const done = new Set(
              well.filter((one) => one.partition === partition).map(({ record }) => record),
            );
            if (mayOverlap(of, name)) return;
            expect(records.slice(0, done.size).every((record) => done.has(record))).toBe(true);
          });
        }
      }),
      { numRuns: CASES, seed: SEED },
    );
  });

  it('are the same however they are cut up', () => {
    fc.assert(
      fc.property(scenario, (of) => {
        const whole = watchPlan(of).measured;
        expect(watchPlan(of, 7).measured.fingerprint).toBe(whole.fingerprint);
      }),
      { numRuns: Math.ceil(CASES / 10), seed: SEED },
    );
  });
});
