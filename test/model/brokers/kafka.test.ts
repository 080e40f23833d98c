import { describe, expect, it } from 'vitest';
import { poisson, s, work } from '../../judge/sample.js';
import { poll, topic, watchPlan } from './kafka-kit.js';
import { pipe } from './kit.js';

describe('a Kafka topic', () => {
  it('gives each partition to one member, in order, one record after another', () => {
    const { measured, order, seen } = watchPlan(
      pipe({
        producer: { arrivals: poisson(200) },
        queue: { broker: topic(6) },
        how: poll(),
        consumers: [{ steps: [work(0.015)], more: { replicas: 2, replicasMax: 2, workers: 4 } }],
        plan: { durationNs: s(60) },
      }),
    );
    expect(measured.ledger.failed).toEqual({});
    expect(order).toHaveLength(6);
    order.forEach((records, partition) => {
      const mine = seen.filter((one) => one.partition === partition);
      expect(mine.map(({ record }) => record)).toEqual(records.slice(0, mine.length));
      expect(new Set(mine.map(({ replica }) => replica)).size).toBe(1);
      mine.forEach((one, i) => {
        if (i > 0) expect(one.fromNs).toBeGreaterThanOrEqual(mine[i - 1].toNs);
      });
    });
    expect(measured.metrics['queues.q.duplicates']).toBe(0);
    expect(measured.metrics['queues.q.rebalances']).toBe(0);
  });
});
