import { describe, expect, it } from 'vitest';
import { poisson, s } from '../../judge/sample.js';
import { pipe, runPlan } from './kit.js';

describe('a queue between two pools of one process', () => {
  it('is a queue before its workers: M/M/1 with the wait in the queue', () => {
    const m = runPlan(
      pipe({ producer: { arrivals: poisson(100) }, plan: { durationNs: s(2000) } }),
    );
    expect(m.ledger.failed).toEqual({});
    expect(m.metrics['latency.mean']).toBeCloseTo(0.01, 3);
    expect(m.metrics['queues.q.wait.mean']).toBeCloseTo(0.005, 3);
    expect(m.metrics['queues.q.handled']).toBe(m.ledger.good);
    expect(m.metrics['services.c0.wait.mean']).toBe(0);
  });

  it('blocks who publishes when it is full, and loses nothing', () => {
    const m = runPlan(
      pipe({
        producer: { arrivals: { kind: 'backlog', senders: 3 } },
        queue: { capacity: 5, whenFull: 'block' },
      }),
    );
    expect(m.metrics['queues.q.depth.max']).toBe(5);
    expect(m.metrics['throughput']).toBeCloseTo(200, -1);
    expect(m.ledger.failed).toEqual({});
  });

  it('holds what waits and what is being handled, and no more when one makes room for the next', () => {
    const producer = { arrivals: { kind: 'backlog', senders: 3 } } as const;
    const m = runPlan(pipe({ producer, queue: { capacity: 5, whenFull: 'block' } }));
    expect(m.metrics['queues.q.lag.max']).toBe(6);
  });

  it('refuses, or throws out the oldest, when it is full', () => {
    const full = { capacity: 5 };
    const producer = { arrivals: poisson(400) };
    const refused = runPlan(pipe({ producer, queue: full }));
    expect(refused.ledger.failed['rejected']).toBeGreaterThan(1000);
    const dropped = runPlan(pipe({ producer, queue: { ...full, whenFull: 'drop_oldest' } }));
    expect(dropped.ledger.failed['dropped']).toBeGreaterThan(1000);
    expect(dropped.metrics['queues.q.dropped']).toBe(dropped.ledger.failed['dropped']);
  });
});
