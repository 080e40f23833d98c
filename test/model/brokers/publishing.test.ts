import { describe, expect, it } from 'vitest';
import type { DistributionSpec } from '../../../src/kernel/distributions.js';
import type { ArrivalsPlan, EdgePlan } from '../../../src/model/plan.js';
import {
  call,
  component,
  constant,
  edge,
  enter,
  plan,
  producer,
  retry,
  s,
} from '../../judge/sample.js';
import { poll, topic } from './kafka-kit.js';
import { type Pipe, pipe, queue, runPlan } from './kit.js';

const MS = 1e6;
const at = (...ms: number[]): ArrivalsPlan => ({
  kind: 'trace',
  atNs: Float64Array.from(ms, (one) => one * MS),
});
const takes = (ms: number): DistributionSpec => ({ kind: 'constant', ns: ms * MS });
const worker = (ms: number) => [{ steps: [constant(ms / 1000)] }];
const run = (of: Pipe) => runPlan(pipe({ plan: { durationNs: s(2) }, ...of }));
const slowly = (ms: number, more: Partial<EdgePlan> = {}): Partial<EdgePlan> => ({
  network: takes(ms),
  ...more,
});

describe('rule 26: a request sent to a queue', () => {
  it('ends when its handler has first ended, though its publisher has not heard of it yet', () => {
    const m = run({
      producer: { arrivals: at(0) },
      publish: slowly(10),
      consumers: worker(5),
    });
    expect(m.ledger.good).toBe(1);
    expect(m.metrics['latency.max']).toBeCloseTo(0.015, 9);
    expect(m.metrics['queues.q.handled']).toBe(1);
  });

  it('ends when its handler has, long after its publisher was told that it was taken', () => {
    const m = run({ producer: { arrivals: at(0, 0, 0) }, consumers: worker(50) });
    expect(m.metrics['latency.max']).toBeCloseTo(0.15, 9);
    expect(m.metrics['calls.users -> q.attempts']).toBe(3);
  });

  it('fails when its first handler does, and ends late where that took longer than its objective', () => {
    const failing = [
      { steps: [constant(0.005), { op: 'fail' as const, share: 1, per: 'attempt' as const }] },
    ];
    const failed = run({ producer: { arrivals: at(0, 1) }, consumers: failing });
    expect(failed.ledger.failed).toEqual({ error: 2 });
    const late = run({
      producer: { arrivals: at(0, 0), objectiveNs: 60 * MS },
      consumers: worker(50),
    });
    expect(late.ledger).toMatchObject({ good: 1, late: 1 });
  });

  it('fails when its message is dropped, or goes to the dead letters', () => {
    const full = { capacity: 1, whenFull: 'drop_oldest' } as const;
    const m = run({ producer: { arrivals: at(0, 1, 2) }, queue: full, consumers: worker(50) });
    expect(m.ledger).toMatchObject({ good: 2, failed: { dropped: 1 } });
    const of = pipe({
      producer: { arrivals: at(0, 1, 2) },
      queue: { capacity: 1, whenFull: 'dead_letter', deadLetter: 1 },
      consumers: worker(50),
      plan: { durationNs: s(2) },
    });
    const buried = runPlan({ ...of, queues: [...of.queues, queue('dead')] });
    expect(buried.ledger).toMatchObject({ good: 2, failed: { dropped: 1 } });
    expect(buried.metrics['queues.q.dead_lettered']).toBe(1);
    expect(buried.metrics['queues.dead.depth.max']).toBe(1);
  });

  it('counts what is handled once more as a duplicate and as wasted', () => {
    // Put at 8 ms, given up at 10, put again at 18; handled at 13 and at 23.
    const m = run({
      producer: { arrivals: at(0) },
      publish: slowly(8, { timeoutNs: 10 * MS, retry: retry(2) }),
      consumers: worker(5),
    });
    expect(m.ledger).toMatchObject({ good: 1, failed: {} });
    expect(m.metrics['latency.max']).toBeCloseTo(0.013, 9);
    expect(m.metrics['queues.q.handled']).toBe(1);
    expect(m.metrics['queues.q.duplicates']).toBe(1);
    expect(m.metrics['wasted_work']).toBeCloseTo(0.5, 9);
  });

  it('to a log what is put there twice is two records, and yet a duplicate', () => {
    const again = { timeoutNs: 10 * MS, retry: retry(2) };
    const of = { queue: { broker: topic(1) }, how: poll(), producer: { arrivals: at(0) } };
    const m = run({ ...of, publish: slowly(8, again), consumers: worker(5) });
    expect(m.ledger).toMatchObject({ good: 1, failed: {} });
    expect(m.metrics['queues.q.handled']).toBe(1);
    expect(m.metrics['queues.q.duplicates']).toBe(1);
    expect(m.metrics['queues.q.redelivered']).toBe(0);
    expect(m.metrics['wasted_work']).toBeCloseTo(0.5, 9);
  });
});

describe('a publisher that gives up', () => {
  it('before its message came leaves one that is handled for nobody, and again', () => {
    const m = run({
      producer: { arrivals: at(0) },
      publish: slowly(30, { timeoutNs: 10 * MS, retry: retry(3) }),
      consumers: worker(5),
    });
    expect(m.ledger.failed).toEqual({ timeout: 1 });
    expect(m.metrics['queues.q.handled']).toBe(1);
    expect(m.metrics['queues.q.duplicates']).toBe(2);
    expect(m.metrics['wasted_work']).toBe(1);
  });

  it('before its message came is served by it where a later try is still under way', () => {
    // The first comes at 30 ms and is handled at 35, while the third try is on its way.
    const m = run({
      producer: { arrivals: at(0) },
      publish: slowly(30, { timeoutNs: 15 * MS, retry: retry(3) }),
      consumers: worker(5),
    });
    expect(m.ledger.good).toBe(1);
    expect(m.metrics['latency.max']).toBeCloseTo(0.035, 9);
    expect(m.metrics['queues.q.duplicates']).toBe(2);
  });

  it('and has a fallback is answered by that, whatever becomes of the message', () => {
    const fallback = { latency: null, steps: [], degraded: true };
    const m = run({
      producer: { arrivals: at(0) },
      publish: slowly(8, { timeoutNs: 10 * MS, fallback }),
      consumers: worker(20),
    });
    expect(m.ledger).toMatchObject({ degraded: 1, good: 0, failed: {} });
    expect(m.metrics['latency.max']).toBeCloseTo(0.01, 9);
    expect(m.metrics['queues.q.handled']).toBe(1);
    expect(m.metrics['wasted_work']).toBe(1);
  });

  it('at the door of a full queue takes its place there away', () => {
    const m = run({
      producer: { arrivals: at(0, 0, 0, 0) },
      queue: { capacity: 1, whenFull: 'block' },
      publish: { timeoutNs: 20 * MS },
      consumers: worker(50),
    });
    expect(m.ledger).toMatchObject({ good: 2, failed: { timeout: 2 } });
    expect(m.metrics['queues.q.handled']).toBe(2);
    expect(m.metrics['producers.users.blocked.max']).toBe(2);
  });

  it('on its way to a full queue that blocks does not stand at its door', () => {
    const m = run({
      producer: { arrivals: at(0, 0, 0, 0) },
      queue: { capacity: 1, whenFull: 'block' },
      publish: slowly(30, { timeoutNs: 20 * MS }),
      consumers: worker(50),
    });
    expect(m.ledger.failed).toEqual({ timeout: 4 });
    expect(m.metrics['queues.q.handled']).toBe(2);
    expect(m.metrics['producers.users.blocked.max']).toBe(0);
  });

  it('as the handler that is cancelled does leaves its message to nobody', () => {
    const cancel = { timeoutNs: 10 * MS, cancel: true };
    const m = runPlan(publisher(cancel, slowly(8, { cancel: true })));
    expect(m.ledger.failed).toEqual({ timeout: 1 });
    expect(m.metrics['queues.q.handled']).toBe(1);
    // All of the consumer's, and the worker that waited for its broker.
    expect(m.metrics['wasted_work']).toBe(1);
  });
});

/** users -> s (publishes to q) ; q -> c. */
function publisher(toS: Partial<EdgePlan>, toQ: Partial<EdgePlan>, more = {}) {
  return plan({
    producers: [producer('users', 0, { arrivals: at(0), ...more })],
    components: [
      component('s', [call(1)]),
      component('c', [constant(0.02)], {
        consumes: { queue: 0, to: { edge: 2, route: 0 }, how: { kind: 'worker' } },
      }),
    ],
    edges: [
      enter(0, { name: 'users -> s', ...toS }),
      edge({ kind: 'component', index: 0 }, 2, { name: 's -> q', ...toQ }),
      edge({ kind: 'queue', index: 0 }, 1, { name: 'q -> c' }),
    ],
    queues: [queue('q')],
    warmupNs: 0,
    durationNs: s(2),
  });
}

describe('rule 26: a handler that publishes', () => {
  it('goes on when the broker has taken it; what that starts counts under the queue', () => {
    const m = runPlan(publisher({}, slowly(3)));
    expect(m.metrics['latency.max']).toBeCloseTo(0.006, 9);
    expect(m.metrics['queues.q.handled']).toBe(1);
    expect(m.metrics['wasted_work']).toBe(0);
    expect(m.metrics['queues.q.end_to_end.mean']).toBeCloseTo(0.023, 9);
  });

  it('fails when the broker refuses, and is held up where it blocks', () => {
    const of = publisher({}, {}, { arrivals: at(0, 0, 0, 0) });
    const bound = (whenFull: 'reject' | 'block') => {
      return runPlan({ ...of, queues: [queue('q', { capacity: 1, whenFull })] });
    };
    const refused = bound('reject');
    expect(refused.ledger).toMatchObject({ good: 2, failed: { error: 2 } });
    expect(refused.metrics['calls.s -> q.rejected']).toBe(2);
    const blocked = bound('block');
    expect(blocked.ledger).toMatchObject({ good: 4 });
    // The fourth is let in when the third begins to be handled.
    expect(blocked.metrics['latency.max']).toBeCloseTo(0.04, 9);
  });
});

it('a message that goes to the dead letters at once, and is handled there, ends one request', () => {
  const of = pipe({
    producer: { arrivals: at(0, 200, 400, 600, 800) },
    queue: { capacity: 1, whenFull: 'dead_letter', deadLetter: 1 },
    consumers: worker(1),
    plan: { durationNs: s(2) },
  });
  const [c0] = of.components;
  const consumes = { ...c0!.consumes!, queue: 1 };
  const m = runPlan({
    ...of,
    components: [{ ...c0!, consumes }],
    edges: [of.edges[0]!, { ...of.edges[1]!, from: { kind: 'queue', index: 1 } }],
    queues: [...of.queues, queue('dead')],
  });
  expect(m.ledger).toMatchObject({ offered: 5, unfinished: 1, failed: { dropped: 4 } });
  expect(m.metrics['queues.dead.handled']).toBe(4);
});

describe('the deadline of a client', () => {
  const three = { arrivals: at(0, 0, 0), deadlineNs: 50 * MS };

  it('ends its wait while the message lies in the queue, which is handled all the same', () => {
    const m = run({ producer: three, consumers: worker(30) });
    expect(m.ledger).toMatchObject({ good: 1, failed: { deadline: 2 } });
    expect(m.metrics['queues.q.handled']).toBe(3);
    expect(m.metrics['wasted_work']).toBeCloseTo(2 / 3, 9);
  });

  it('is known to a consumer that checks it, also when the client has left', () => {
    const consumers = [{ steps: [constant(0.03)], more: { deadlineCheck: true } }];
    const m = run({ producer: three, consumers });
    expect(m.ledger).toMatchObject({ good: 1, failed: { deadline: 2 } });
    expect(m.metrics['queues.q.handled']).toBeLessThan(3);
    expect(m.metrics['services.c0.expired']).toBeGreaterThan(0);
  });
});

describe('whoever waits before sending again', () => {
  it('thinks once for each request, whichever of its tries was handled', () => {
    const m = run({
      producer: {
        arrivals: { kind: 'closed', users: 1, think: takes(100) },
      },
      publish: slowly(8, { timeoutNs: 10 * MS, retry: retry(2) }),
      consumers: worker(5),
    });
    // Each cycle: 100 ms, and 13 until it is handled.
    expect(m.ledger.offered).toBe(Math.floor(2000 / 113));
    expect(m.ledger.failed).toEqual({});
  });
});
