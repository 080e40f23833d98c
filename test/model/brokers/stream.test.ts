import { describe, expect, it } from 'vitest';
import { happened } from '../../../src/judge/messages.js';
import { component, constant, enter, plan, producer, s, work } from '../../judge/sample.js';
import { pipe, runPlan } from './kit.js';
import { type Stage, stages } from './stages.js';

const network = (seconds: number) => ({ network: { kind: 'constant' as const, ns: s(seconds) } });
const backlog = { arrivals: { kind: 'backlog' as const, senders: 4 } };
const every = (perSecond: number) => ({
  arrivals: { kind: 'constant' as const, rate: [{ atNs: 0, perSecond, rampNs: 0 }] },
  untilNs: s(58),
});

describe('a stream with demand', () => {
  it('slows a source that can be slowed to the slowest of three stages, and loses nothing', () => {
    const stage = (seconds: number, n: number): Stage => ({ steps: [work(seconds)], asks: { n } });
    const m = runPlan(
      stages({ producer: backlog, stages: [stage(0.001, 16), stage(0.002, 8), stage(0.01, 4)] }),
    );
    expect(m.metrics['queues.q2.handled']! / 60).toBeGreaterThan(95);
    expect(m.metrics['queues.q2.handled']! / 60).toBeLessThan(105);
    expect(m.metrics['throughput']).toBeCloseTo(m.metrics['queues.q2.handled']! / 60, 0);
    expect(m.ledger.failed).toEqual({});
    // Nothing waits at a source; each stage holds what it asked for at most.
    for (const [i, n] of [16, 8, 4].entries()) {
      expect(m.metrics[`queues.q${i}.wait.mean`]).toBe(0);
      expect(m.metrics[`queues.q${i}.depth.mean`]).toBe(0);
      expect(m.metrics[`services.c${i}.queue.depth.max`]).toBeLessThanOrEqual(n - 1);
      expect(m.metrics[`services.c${i}.in_flight.mean`]).toBeLessThanOrEqual(n);
    }
    expect(m.metrics['services.c2.in_flight.mean']).toBeGreaterThan(2);
  });

  it('is at most n in a round trip: who asks for too little waits for the network', () => {
    // 20 ms there, 20 ms back, 10 ms of work.
    const run = (n: number) =>
      runPlan(
        stages({
          producer: backlog,
          stages: [
            {
              steps: [constant(0.01)],
              asks: { n },
              deliver: network(0.02),
              more: { workers: 100 },
            },
          ],
        }),
      ).metrics['throughput']!;
    expect(run(1)).toBeCloseTo(1 / 0.05, 0);
    // Replenished by 75%: three of four go out together, the fourth one sooner.
    expect(run(4)).toBeGreaterThan(3 / 0.05 - 1);
    expect(run(4)).toBeLessThanOrEqual(4 / 0.05);
    expect(run(64)).toBeLessThanOrEqual(64 / 0.05);
  });

  it('stalls in silence when a stage forgets to ask', () => {
    const m = runPlan(
      stages({
        producer: every(100),
        stages: [{ steps: [constant(0.001)], asks: { n: 256, forget: 1 } }],
      }),
    );
    expect(m.metrics['queues.q0.handled']).toBe(256);
    expect(m.ledger.good).toBe(256);
    expect(m.ledger.failed).toEqual({});
    expect(m.ledger.unfinished).toBe(5799 - 256);
    expect(m.metrics['queues.q0.depth.max']).toBe(5799 - 256);
  });

  it('stands in the cascade from when a stage forgot to ask, if nobody asks any more', () => {
    const forgets = (asks: Stage['asks'], replicas = 1) =>
      runPlan(
        stages({
          producer: backlog,
          stages: [
            {
              steps: [constant(0.01)],
              asks: { n: 16, forget: 1, ...asks },
              more: { replicas, replicasMax: replicas },
            },
          ],
        }),
      );
    // Twelve are handled at 120 ms, four are left; both replicas forget at the same time.
    for (const replicas of [1, 2]) {
      const marks = forgets({}, replicas).marks.filter(({ how }) => how === 'unasked');
      expect(marks.map(happened)).toEqual([
        '0.1 s  queue q0: c0 forgot to ask for more; 40 ms later all it had asked for was done, and it is sent nothing since',
      ]);
      expect(marks[0]!.atNs).toBe(s(0.12));
    }
    // A share of it is forgotten three times in four before nothing is left.
    const slow = forgets({ replenish: 0.25 }).marks.filter(({ how }) => how === 'unasked');
    expect(slow.map(({ atNs }) => atNs)).toEqual([s(0.16)]);
    expect(happened(slow[0]!)).toContain('c0 forgot to ask for more; then all it had asked for');
    expect(forgets({ forget: 0 }).marks.filter(({ how }) => how === 'unasked')).toEqual([]);
  });

  it('forgets by chance, and goes on for as long as it has asked', () => {
    const handled = (forget: number) =>
      runPlan(
        stages({
          producer: { ...every(1000), limit: 10_000 },
          stages: [{ steps: [constant(0.0001)], asks: { n: 16, forget } }],
        }),
      ).metrics['queues.q0.handled']!;
    // A twentieth of requests for 12 each: some twenty of them until one is forgotten, and 4 are left.
    expect(handled(0.05)).toBeLessThan(12 * 200);
    expect(handled(0.05)).toBeGreaterThan(16);
    expect((handled(0.05) - 16) % 12).toBe(0);
    expect(handled(0)).toBe(10_000);
  });

  it('shares work in turn among the replicas that have asked', () => {
    const m = runPlan(
      stages({
        producer: every(100),
        stages: [
          { steps: [constant(0.001)], asks: { n: 8 }, more: { replicas: 4, replicasMax: 4 } },
        ],
      }),
    );
    expect(m.ledger.good).toBe(5799);
    expect(m.metrics['services.c0.queue.depth.max']).toBe(0);
  });

  it('is shared by the services that consume it, each as much as it asks for', () => {
    const how = (n: number) => ({ kind: 'request' as const, n, replenish: 0.75, forget: 0 });
    const m = runPlan(
      pipe({
        queue: { broker: { kind: 'stream', overflow: 'buffer' } },
        producer: { arrivals: { kind: 'backlog', senders: 4 } },
        consumers: [
          { steps: [constant(0.01)], how: how(4) },
          { steps: [constant(0.04)], how: how(4) },
        ],
      }),
    );
    // No broadcast: 100/s and 25/s make 125/s.
    expect(m.metrics['throughput']).toBeCloseTo(125, 0);
    expect(m.metrics['calls.q -> c0.attempts']! / m.metrics['calls.q -> c1.attempts']!).toBeCloseTo(
      4,
      1,
    );
  });

  it('has users who wait for answers wait at its door as well', () => {
    const think = { kind: 'constant' as const, ns: s(0.001) };
    const m = runPlan(
      stages({
        producer: { arrivals: { kind: 'closed', users: 50, think } },
        stages: [{ steps: [constant(0.01)], asks: { n: 4 }, overflow: 'error' }],
      }),
    );
    expect(m.ledger.failed).toEqual({});
    expect(m.metrics['producers.users.blocked.mean']).toBeGreaterThan(45);
    expect(m.metrics['queues.q0.lag.max']).toBeLessThanOrEqual(4);
  });

  it('goes on at the source while a replica of a consumer is down, and asks anew when it is back', () => {
    const m = runPlan(
      stages({
        producer: every(100),
        stages: [{ steps: [constant(0.02)], asks: { n: 8 }, more: { workers: 4 } }],
        plan: {
          faults: [
            {
              ...{ atNs: s(10), when: null, everyNs: Infinity, forNs: s(5), text: 'crash c0' },
              ...{ kind: 'crash', component: 0, replicas: 1 },
            },
          ],
        },
      }),
    );
    // What it held is lost, and only that; the rest has waited at the source.
    expect(m.ledger.failed['crashed']).toBeLessThanOrEqual(8);
    expect(m.ledger.failed['crashed']).toBeGreaterThan(0);
    expect(m.metrics['queues.q0.depth.max']).toBeGreaterThanOrEqual(490);
    expect(m.ledger.good + m.ledger.failed['crashed']!).toBe(5799 - m.ledger.unfinished);
  });
});

describe('a source that cannot be slowed', () => {
  const slow = (overflow: Stage['overflow'], capacity: number) =>
    runPlan(
      stages({
        producer: every(100),
        stages: [
          {
            steps: [constant(0.1)],
            asks: { n: 4, replenish: 0.25 },
            overflow,
            queue: { capacity },
          },
        ],
      }),
    );

  it('is buffered without a bound, where none is said', () => {
    const m = slow('buffer', Infinity);
    expect(m.ledger.failed).toEqual({});
    expect(m.metrics['queues.q0.depth.max']).toBeGreaterThan(5000);
  });

  it('is refused beyond the buffer', () => {
    const m = slow('buffer', 10);
    expect(m.ledger.failed['rejected']).toBeGreaterThan(5000);
    expect(m.metrics['queues.q0.depth.max']).toBe(10);
    expect(m.metrics['queues.q0.dropped']).toBe(0);
  });

  it('loses the newest with drop, the oldest with latest', () => {
    const drop = slow('drop', 10);
    expect(drop.ledger.failed['dropped']).toBeGreaterThan(5000);
    expect(drop.metrics['queues.q0.dropped']).toBe(drop.ledger.failed['dropped']);
    // Ten places, ten a second: what comes in waits for a second; then for its turn at the stage.
    expect(drop.metrics['queues.q0.wait.mean']).toBeCloseTo(1, 1);
    const latest = slow('latest', 1);
    expect(latest.ledger.failed['dropped']).toBeGreaterThan(5000);
    expect(latest.metrics['queues.q0.wait.mean']).toBeLessThan(0.02);
    // Left out, drop buffers none and latest one.
    expect(slow('drop', Infinity).metrics['queues.q0.depth.mean']).toBe(0);
    expect(slow('latest', Infinity).metrics['queues.q0.depth.max']).toBe(1);
  });

  it('fails with error: what is buffered is thrown away, and the subscriber subscribes again', () => {
    const m = slow('error', 10);
    // For each that is refused the ten before it are lost.
    expect(m.metrics['queues.q0.dropped']).toBe(10 * m.ledger.failed['rejected']!);
    expect(m.metrics['queues.q0.handled']).toBeGreaterThanOrEqual(580);
    const bare = slow('error', Infinity);
    expect(bare.ledger.failed['rejected']).toBeGreaterThan(5000);
    expect(bare.metrics['queues.q0.dropped']).toBe(0);
  });

  it('is healed by an error where a stage forgot to ask: it subscribes again', () => {
    const forgets = (overflow: Stage['overflow']) =>
      runPlan(
        stages({
          producer: every(100),
          stages: [
            {
              steps: [constant(0.001)],
              asks: { n: 8, forget: 1 },
              overflow,
              queue: { capacity: 20 },
            },
          ],
        }),
      ).metrics['queues.q0.handled']!;
    expect(forgets('drop')).toBe(8);
    expect(forgets('error')).toBeGreaterThan(1000);
  });

  it('is told apart from a handler that publishes to the same stream, which waits', () => {
    const m = runPlan(
      stages({
        producer: every(100),
        stages: [
          { steps: [constant(0.001)], asks: { n: 8 } },
          { steps: [constant(0.1)], asks: { n: 4 }, overflow: 'error', queue: { capacity: 2 } },
        ],
      }),
    );
    expect(m.ledger.failed).toEqual({});
    expect(m.metrics['queues.q1.depth.max']).toBe(2);
    expect(m.metrics['queues.q1.handled']! / 60).toBeCloseTo(10, 0);
    // Eight were asked for: when six are done, six more are.
    expect(m.metrics['services.c0.in_flight.mean']).toBeGreaterThan(2 + 6 / 2);
    expect(m.metrics['queues.q0.depth.max']).toBeGreaterThan(5000);
  });
});

describe('a window of credits on a call', () => {
  it.each([1, 16, 100])(
    'is a throughput of W in a round trip, whoever sends (W = %i)',
    (credits) => {
      // 40 ms each way and work of 20 ms on average: the mean round trip, whatever its law.
      const rates = Array.from({ length: 8 }, (_, seed) => {
        const edges = [enter(0, { ...network(0.04), windowCredits: credits })];
        const sender = { arrivals: { kind: 'backlog' as const, senders: 200 } };
        const m = runPlan(
          plan({
            seed: String(seed),
            producers: [producer('users', 0, sender)],
            components: [component('receiver', [work(0.02)], { workers: Infinity })],
            edges,
            warmupNs: s(1),
            durationNs: s(credits === 1 ? 400 : 16),
          }),
        );
        return m.metrics['throughput']!;
      });
      const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
      const variance =
        rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / (rates.length - 1);
      // Student's t with 7 degrees of freedom, 99.9%.
      const half = 5.41 * Math.sqrt(variance / rates.length);
      expect(Math.abs(mean - credits / 0.1)).toBeLessThan(half);
      expect(half).toBeLessThan(0.05 * mean);
    },
  );

  it('is as wide as demand is: both are so many unanswered at most', () => {
    const senders = { arrivals: { kind: 'backlog' as const, senders: 200 } };
    const window = runPlan(
      plan({
        producers: [producer('users', 0, senders)],
        components: [component('receiver', [constant(0.02)], { workers: Infinity })],
        edges: [enter(0, { ...network(0.04), windowCredits: 16 })],
        warmupNs: s(1),
        durationNs: s(31),
      }),
    );
    // One credit for each answer is a demand that is replenished one by one.
    const demand = runPlan(
      stages({
        producer: senders,
        stages: [
          {
            steps: [constant(0.02)],
            asks: { n: 16, replenish: 0.01 },
            deliver: network(0.04),
            more: { workers: Infinity },
          },
        ],
        plan: { warmupNs: s(1), durationNs: s(31) },
      }),
    );
    expect(window.metrics['throughput']).toBeCloseTo(160, 0);
    expect(demand.metrics['throughput']).toBeCloseTo(160, 0);
  });
});
