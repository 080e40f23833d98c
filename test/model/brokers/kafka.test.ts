import { describe, expect, it } from 'vitest';
import type { FaultPlan } from '../../../src/model/plan.js';
import { poisson, s, work } from '../../judge/sample.js';
import { runText } from '../kit.js';
import { poll, type Seen, topic, watchPlan } from './kafka-kit.js';
import { type Pipe, pipe, runPlan } from './kit.js';

/** Two members of a group with a worker each, 4 partitions, 20 ms a record. */
function group(more: Pipe = {}, members = 2, workers = 1): Pipe {
  return {
    producer: { arrivals: poisson(40) },
    queue: { broker: topic(4) },
    how: poll(),
    consumers: [
      { steps: [work(0.02)], more: { replicas: members, replicasMax: members, workers } },
    ],
    ...more,
  };
}

const strike = (more: object): FaultPlan =>
  ({
    atNs: s(20),
    when: null,
    everyNs: Infinity,
    forNs: s(20),
    replicas: 1,
    component: 0,
    text: 'x',
    ...more,
  }) as unknown as FaultPlan;

const inOrder = (seen: readonly Seen[]): Seen[][] => {
  const by: Seen[][] = [];
  for (const one of seen) {
    by[one.partition] ??= [];
    by[one.partition].push(one);
  }
  return by;
};

describe('a Kafka topic', () => {
  it('gives each partition to one member, in order, one record after another', () => {
    const { measured, order, seen } = watchPlan(
      pipe(group({ producer: { arrivals: poisson(150) } }, 2, 4)),
    );
    expect(measured.ledger.failed).toEqual({});
    order.forEach((records, partition) => {
      const mine = inOrder(seen)[partition];
      expect(mine.map(({ record }) => record)).toEqual(records.slice(0, mine.length));
      expect(new Set(mine.map(({ replica }) => replica)).size).toBe(1);
      mine.forEach((one, i) => {
        if (i > 0) expect(one.fromNs).toBeGreaterThanOrEqual(mine[i - 1].toNs);
      });
    });
    expect(measured.metrics['queues.q.duplicates']).toBe(0);
    expect(measured.metrics['queues.q.rebalances']).toBe(0);
    expect(measured.metrics['queues.q.lag.max']).toBeGreaterThan(3);
  });

  it('is no faster than its partitions, whatever the workers', () => {
    const { metrics } = runPlan(
      pipe(group({ producer: { arrivals: poisson(400) }, queue: { broker: topic(3) } }, 4, 10)),
    );
    // 3 partitions, 20 ms a record: 150/s.
    expect(metrics['throughput']).toBeCloseTo(150, -1);
  });

  it('sends equal keys to one partition, and other records evenly', () => {
    const named = watchPlan(
      pipe(group({ producer: { arrivals: poisson(40), key: { kind: 'name', name: 'a' } } })),
    );
    expect(named.order.filter((records) => records.length > 0)).toHaveLength(1);
    const { order } = watchPlan(pipe(group()));
    const all = order.flat().length;
    for (const records of order) expect(records.length / all).toBeCloseTo(0.25, 1);
  });

  it('gives every group all of it, and frees what all have committed', () => {
    const twice = group({ consumers: [{ steps: [work(0.01)] }, { steps: [work(0.02)] }] });
    const { measured, order, seen } = watchPlan(pipe(twice));
    const all = order.flat().length;
    for (const consumer of ['c0', 'c1']) {
      const mine = seen.filter((one) => one.consumer === consumer);
      expect(mine.length).toBeGreaterThan(all - 10);
      expect(new Set(mine.map(({ record }) => record)).size).toBe(mine.length);
    }
    expect(measured.metrics['queues.q.duplicates']).toBe(0);
    expect(measured.metrics['queues.q.redelivered']).toBe(0);
    expect(measured.metrics['wasted_work']).toBe(0);
    expect(measured.metrics['queues.q.depth.max']).toBeLessThan(30);
  });

  it('throws away unread what is older than its retention', () => {
    const { ledger, metrics } = runPlan(
      pipe(
        group({
          producer: { arrivals: poisson(100) },
          queue: { broker: topic(1, { retentionNs: s(5) }) },
          how: poll({ recordsMax: 5 }),
        }),
      ),
    );
    expect(ledger.failed).toEqual({ dropped: metrics['queues.q.dropped'] });
    expect(metrics['queues.q.dropped']).toBeGreaterThan(2000);
    // What a member has in hand is read though it is older by then.
    expect(metrics['queues.q.age.max']).toBeLessThan(5.5);
    expect(metrics['throughput']).toBeCloseTo(50, 0);
  });
});

describe('a failed record', () => {
  it('is tried again in its place, and blocks its partition', () => {
    const fault = strike({ kind: 'errors', ratio: 1, route: null, forNs: s(10) });
    const { measured, order, seen } = watchPlan(
      pipe(group({ plan: { faults: [fault], durationNs: s(60) } }, 1)),
    );
    order.forEach((records, partition) => {
      const mine = inOrder(seen)[partition];
      const well = mine.filter(({ outcome }) => outcome === 1).map(({ record }) => record);
      expect(well).toEqual(records.slice(0, well.length));
      // 0.1, 0.2, 0.4, 0.8, 1, 1 … s: some 12 in 10 s, and no more.
      expect(mine.length - new Set(mine.map(({ record }) => record)).size).toBeLessThan(16);
    });
    expect(measured.ledger.failed['error']).toBe(4);
    expect(measured.metrics['queues.q.duplicates']).toBe(0);
  });
});

describe('heartbeat and poll interval', () => {
  const slow = (seconds: number, more: Parameters<typeof poll>[0]) =>
    pipe(
      group({
        producer: { arrivals: poisson(2) },
        consumers: [{ steps: [work(seconds)], more: { replicas: 2, replicasMax: 2, workers: 1 } }],
        how: poll(more),
        plan: { durationNs: s(120) },
      }),
    );

  it('the heartbeat goes on while work stalls: nobody is put out for a long handler', () => {
    const { metrics } = runPlan(slow(8, { sessionNs: s(5) }));
    expect(metrics['queues.q.rebalances']).toBe(0);
    expect(metrics['queues.q.duplicates']).toBe(0);
  });

  it('who does not poll for too long is put out, and what it works on is done twice', () => {
    const { measured, seen } = watchPlan(slow(2, { intervalMaxNs: s(10), onFull: 'block' }));
    const { metrics } = measured;
    expect(metrics['queues.q.rebalances']).toBeGreaterThan(3);
    expect(metrics['queues.q.duplicates']).toBeGreaterThan(3);
    // Every duplicate has two members that worked on it.
    const by = new Map<string, Seen[]>();
    for (const one of seen.filter(({ outcome }) => outcome === 1)) {
      by.set(one.record, [...(by.get(one.record) ?? []), one]);
    }
    const twice = [...by.values()].filter((all) => all.length > 1);
    expect(twice.length).toBeGreaterThan(3);
    expect(metrics['queues.q.redelivered']).toBeGreaterThan(3);
  });

  it('one that pauses goes on polling, and is never put out', () => {
    const { metrics } = runPlan(slow(2, { intervalMaxNs: s(10), onFull: 'pause' }));
    expect(metrics['queues.q.rebalances']).toBe(0);
  });

  it('a replica that stands still is put out after its session, and what it had is done twice', () => {
    const stalls = (sessionNs: number) =>
      runPlan(
        pipe(
          group({
            producer: { arrivals: poisson(90) },
            how: poll({ sessionNs, rebalance: { takesNs: s(1), mode: 'eager' } }),
            plan: { faults: [strike({ kind: 'pause' })], durationNs: s(60) },
          }),
        ),
      );
    const longer = stalls(s(30));
    expect(longer.metrics['queues.q.rebalances']).toBe(0);
    expect(longer.metrics['queues.q.duplicates']).toBe(0);
    const shorter = stalls(s(5));
    // Out, and in again when it goes on.
    expect(shorter.metrics['queues.q.rebalances']).toBe(2);
    expect(shorter.metrics['queues.q.duplicates']).toBe(1);
  });

  it('a replica that crashed and stays away is put out; one that comes back joins again', () => {
    const crash = (forNs: number, sessionNs: number) =>
      runPlan(
        pipe(
          group({
            producer: { arrivals: poisson(90) },
            how: poll({ sessionNs }),
            plan: { faults: [strike({ kind: 'crash', forNs })], durationNs: s(60) },
          }),
        ),
      );
    const soon = crash(s(5), s(10));
    expect(soon.metrics['queues.q.rebalances']).toBe(1);
    const late = crash(s(20), s(10));
    expect(late.metrics['queues.q.rebalances']).toBe(2);
    expect(late.metrics['queues.q.redelivered']).toBeGreaterThan(0);
    expect(late.metrics['queues.q.duplicates']).toBe(0);
    expect(late.ledger.failed).toEqual({});
  });
});

describe('a rebalance', () => {
  const crashed = (mode: 'eager' | 'cooperative') =>
    watchPlan(
      pipe(
        group(
          {
            producer: { arrivals: poisson(60) },
            queue: { broker: topic(12) },
            how: poll({ sessionNs: s(5), rebalance: { takesNs: s(10), mode } }),
            plan: { faults: [strike({ kind: 'crash', forNs: s(200) })], durationNs: s(60) },
          },
          3,
        ),
      ),
    );

  it('eager: nobody in the group begins with anything meanwhile', () => {
    const { seen } = crashed('eager');
    expect(seen.filter(({ fromNs }) => fromNs > s(25.1) && fromNs < s(34.9))).toEqual([]);
    expect(seen.filter(({ fromNs }) => fromNs > s(35)).length).toBeGreaterThan(500);
  });

  it('cooperative: only what moves stands', () => {
    const { measured, seen } = crashed('cooperative');
    const meanwhile = seen.filter(({ fromNs }) => fromNs > s(25.1) && fromNs < s(34.9));
    expect(new Set(meanwhile.map(({ partition }) => partition)).size).toBe(8);
    expect(measured.metrics['queues.q.rebalances']).toBe(1);
    const eager = crashed('eager').measured.metrics['queues.q.lag.max'] as number;
    expect(measured.metrics['queues.q.lag.max']).toBeLessThan(eager * 0.75);
  });
});

describe('batches', () => {
  it('are done before the next poll, and committed together', () => {
    const fault = strike({ kind: 'crash', forNs: s(10) });
    const batches = (batch: boolean) =>
      runPlan(
        pipe(
          group(
            {
              producer: { arrivals: poisson(60) },
              queue: { broker: topic(1) },
              how: poll({
                batch,
                recordsMax: 100,
                onFull: 'block',
                everyNs: s(2),
                sessionNs: s(3),
              }),
              plan: { faults: [fault], durationNs: s(60) },
            },
            1,
          ),
        ),
      );
    const together = batches(true);
    // Up to 99 records were handled and not committed when it went down.
    expect(together.metrics['queues.q.duplicates']).toBeGreaterThan(5);
    expect(together.metrics['queues.q.duplicates']).toBeLessThan(101);
    expect(batches(false).metrics['queues.q.duplicates']).toBe(0);
  });

  it('at a fixed pace the consumer takes so many a poll, and no more', () => {
    const { metrics } = runPlan(
      pipe(
        group({
          producer: { arrivals: poisson(400) },
          how: poll({ recordsMax: 10, everyNs: s(0.5) }),
          consumers: [{ steps: [work(0.001)], more: { workers: 4 } }],
        }),
      ),
    );
    expect(metrics['throughput']).toBeCloseTo(20, 0);
  });
});

describe('groups of their own', () => {
  it('may handle a record at once while another group has many under way', () => {
    const { metrics } = runText(`
duration: 40s
producers: { p: { arrivals: { constant: 10/s }, to: q, until: 20s } }
services:
  slow: { workers: 200, consumes: q, handler: [ { work: 10s } ] }
  quick: { workers: 1, consumes: q, handler: [ { commit: seen } ] }
queues: { q: { broker: kafka, partitions: 5000 } }`);
    expect(metrics['services.quick.completed']).toBe(199);
    expect(metrics['services.slow.in_flight.mean']).toBeGreaterThan(30);
    expect(metrics['queues.q.duplicates']).toBe(0);
  });
});

describe('a buffer of its own', () => {
  it('takes all that there is, without a bound', () => {
    const { metrics } = runPlan(
      pipe(group({ producer: { arrivals: poisson(100) }, how: poll({ onFull: 'buffer' }) }, 1)),
    );
    expect(metrics['services.c0.queue.depth.max']).toBeGreaterThan(1000);
    expect(metrics['queues.q.depth.max']).toBeLessThan(10);
    expect(metrics['queues.q.lag.max']).toBeGreaterThan(1000);
  });
});

describe('a producer of a topic', () => {
  /** 2 s to the broker and back, 10 records of 1 KiB in the buffer at most. */
  const far = (more: object, seconds = 60) =>
    runPlan(
      pipe(
        group({
          producer: { arrivals: poisson(20), sizeBytes: 1024 },
          queue: { broker: topic(4, { bufferBytes: 10_240, ...more }) },
          publish: { network: { kind: 'constant', ns: s(1) } },
          plan: { durationNs: s(seconds) },
        }),
      ),
    );

  it('holds what is not acknowledged in its buffer; who finds that full waits so long, and fails', () => {
    const { ledger, metrics } = far({ maxBlockNs: s(3) });
    // 10 every 2 s pass.
    expect(metrics['throughput']).toBeCloseTo(5, 0);
    expect(metrics['queues.q.lag.max']).toBeLessThan(11);
    expect(ledger.failed['rejected']).toBeGreaterThan(700);
    // What found no room was never sent, and is told on its edge all the same.
    const edge = 'calls.users -> q.';
    expect(metrics[`${edge}rejected`]).toBe(ledger.failed['rejected']);
    expect(metrics[`${edge}attempts`]).toBeLessThan(310);
    expect(metrics['rejected_ratio']).toBe(0);
    // 3 s before the buffer, 1 s there, its handling.
    expect(metrics['latency.max']).toBeLessThan(4.5);
  });

  it('waits as long as it takes without that bound, and is refused at once where it does not wait', () => {
    const waits = far({ maxBlockNs: Infinity });
    expect(waits.ledger.failed).toEqual({});
    expect(waits.metrics['producers.users.blocked.max']).toBeGreaterThan(700);
    const fails = far({ maxBlockNs: 0 });
    expect(fails.ledger.failed['rejected']).toBeGreaterThan(700);
    expect(fails.metrics['producers.users.blocked.max']).toBe(0);
  });

  it('never sees a buffer of 32 MiB full while the broker is near', () => {
    const { ledger, metrics } = far({ bufferBytes: 32 * 1024 * 1024 });
    expect(ledger.failed).toEqual({});
    expect(metrics['producers.users.blocked.max']).toBe(0);
  });
});

describe('partitions as queues of theory', () => {
  it('k partitions with k members of one worker each are k queues M/M/1', () => {
    // Each 12/s at 20/s: the mean wait is 0.6 / (20 - 12) s = 75 ms.
    const seeds = Array.from({ length: 12 }, (_, i) => String(i));
    const waits = seeds.map((seed) => {
      const { metrics } = runPlan(
        pipe(
          group(
            {
              producer: { arrivals: poisson(36) },
              queue: { broker: topic(3) },
              consumers: [
                {
                  steps: [
                    {
                      op: 'work',
                      time: { kind: 'exponential', meanNs: s(0.05) },
                      perRequest: false,
                    },
                  ],
                  more: { replicas: 3, replicasMax: 3 },
                },
              ],
              plan: { seed, durationNs: s(500) },
            },
            3,
          ),
        ),
      );
      return metrics['queues.q.wait.mean'] as number;
    });
    const mean = waits.reduce((a, b) => a + b, 0) / waits.length;
    const spread = waits.reduce((sum, wait) => sum + (wait - mean) ** 2, 0) / (waits.length - 1);
    // Student's t, 11 degrees of freedom, 99%.
    expect(Math.abs(mean - 0.075)).toBeLessThan(3.106 * Math.sqrt(spread / waits.length));
    expect(mean).toBeGreaterThan(0.07);
    expect(mean).toBeLessThan(0.08);
  });
});

describe('a condition to pause', () => {
  it('while it holds members poll and are given nothing', () => {
    const pauseWhen = [{ metric: 'queues.q.lag', op: '<' as const, value: 100 }];
    const { metrics } = runPlan(
      pipe(group({ how: poll({ pauseWhen, recordsMax: 10 }), plan: { durationNs: s(60) } }, 2)),
    );
    // Nothing is taken until 100 lie there.
    expect(metrics['queues.q.lag.max']).toBeGreaterThan(95);
    expect(metrics['queues.q.handled']).toBeGreaterThan(1000);
    expect(metrics['queues.q.rebalances']).toBe(0);
  });
});
