import { describe, expect, it } from 'vitest';
import type { Measured } from '../../../src/measure/measured.js';
import type { ConsumePlan, FaultPlan, QueuePlan } from '../../../src/model/plan.js';
import { component, constant, edge, plan, poisson, producer, s, work } from '../../judge/sample.js';
import { type Pipe, pipe, queue, runPlan } from './kit.js';

type Sqs = Extract<QueuePlan['broker'], { kind: 'sqs' }>;

function sqs(visibility: number, more: Partial<Sqs> = {}): Partial<QueuePlan> {
  const broker: Sqs = {
    kind: 'sqs',
    visibilityNs: s(visibility),
    receivesMax: Infinity,
    inFlightMax: Infinity,
  };
  return { broker: { ...broker, ...more } };
}

const receive = (recordsMax: number, wait = 20): ConsumePlan => ({
  kind: 'receive',
  recordsMax,
  waitNs: s(wait),
});

/** Requests at these moments. */
function at(...seconds: number[]) {
  return { arrivals: { kind: 'trace', atNs: Float64Array.from(seconds, s) } as const };
}

/** One queue of sqs, for ten seconds if nothing else is said. */
function run(of: Pipe): Measured {
  return runPlan(pipe({ how: receive(10), ...of, plan: { durationNs: s(10), ...of.plan } }));
}

function fault(kind: 'crash' | 'pause', from: number, length: number): FaultPlan {
  const when = { atNs: s(from), when: null, everyNs: Infinity, forNs: s(length), text: kind };
  return { ...when, kind, component: 0, replicas: 1 };
}

const figure = (m: Measured, name: string): number => m.metrics[`queues.q.${name}`] as number;

describe('an SQS queue', () => {
  it('is a queue before the workers of all who poll: M/M/1 with a long poll and one at a time', () => {
    const m = run({
      queue: sqs(30),
      producer: { arrivals: poisson(100) },
      how: receive(1),
      plan: { durationNs: s(1000) },
    });
    expect(m.metrics['latency.mean']).toBeCloseTo(0.01, 3);
    expect(figure(m, 'handled')).toBe(m.ledger.good);
    expect(figure(m, 'redelivered')).toBe(0);
  });

  it('takes what comes, however much: it has no bound and blocks nobody', () => {
    const m = run({
      queue: { ...sqs(30), capacity: 1, whenFull: 'block' },
      producer: { arrivals: poisson(1000) },
      consumers: [{ steps: [constant(1)] }],
    });
    expect(m.ledger.failed).toEqual({});
    expect(figure(m, 'depth.max')).toBeGreaterThan(9000);
  });

  it('gives a batch to one replica: what is beyond its workers waits there', () => {
    const consumers = [{ steps: [constant(0.1)], more: { replicas: 2 } }];
    const m = run({ queue: sqs(30), producer: at(0, 0, 0, 0, 0, 0, 0), consumers });
    // Both open polls were answered with one; the rest goes to the first that asks again.
    expect(m.metrics['services.c0.wait.mean']).toBeGreaterThan(0.1);
    expect(m.metrics['latency.max']).toBeCloseTo(0.6, 6);
  });

  it('has the visibility of a batch run from its receipt, also while it waits for a worker', () => {
    // Two are received at 0.6; the second is worked on from 1.2 to 1.8, and visible again at 1.6.
    const consumers = [
      { steps: [constant(0.6)] },
      { steps: [constant(0.01)], more: { workers: 1 }, how: receive(1) },
    ];
    const two = { queue: sqs(1), consumers, producer: at(0, 0.1, 0.1) };
    const faults = [{ ...fault('crash', 0, 1), component: 1 }];
    const m = run({ ...two, plan: { faults } });
    expect(figure(m, 'redelivered')).toBe(1);
    expect(figure(m, 'duplicates')).toBe(1);
    expect(m.ledger.good).toBe(3);
    expect(m.metrics['latency.max']).toBeCloseTo(1.51, 6);
  });

  it('a handler that ends late deletes, unless the message has been received again since', () => {
    const one = { queue: sqs(1), producer: at(0), plan: { durationNs: s(20) } };
    const alone = run({ ...one, consumers: [{ steps: [constant(1.5)] }] });
    expect(figure(alone, 'redelivered')).toBe(0);
    expect(figure(alone, 'handled')).toBe(1);
    // With two of them the other one is always about to receive it: it never leaves.
    const both = run({ ...one, consumers: [{ steps: [constant(1.5)], more: { replicas: 2 } }] });
    expect(figure(both, 'handled')).toBe(1);
    expect(figure(both, 'redelivered')).toBeGreaterThan(10);
    expect(figure(both, 'duplicates')).toBeGreaterThan(9);
    expect(both.metrics['latency.max']).toBeCloseTo(1.5, 6);
  });

  it('deletes at the moment its visibility ends as well: nobody has received it again', () => {
    const m = run({ queue: sqs(1), producer: at(0), consumers: [{ steps: [constant(1)] }] });
    expect(figure(m, 'redelivered')).toBe(0);
    expect(figure(m, 'handled')).toBe(1);
  });

  it('a message whose handler failed waits for its visibility, then behind all that is there', () => {
    const steps = [constant(0.1), { op: 'fail', share: 1, per: 'attempt' } as const];
    const one = { queue: sqs(1), producer: at(0), consumers: [{ steps }] };
    const failing = run({ ...one, plan: { durationNs: s(3.05) } });
    expect(failing.ledger.failed).toEqual({ error: 1 });
    expect(figure(failing, 'redelivered')).toBe(3);
    // Failed by a crash at 0.05; back at 1, when two others are in line: it is the last, at 1.6.
    const crashed = run({
      queue: sqs(1),
      producer: at(0, 0.9, 0.95),
      how: receive(1),
      consumers: [{ steps: [constant(0.3)] }],
      plan: { faults: [fault('crash', 0.05, 0.96)] },
    });
    expect(crashed.ledger.good).toBe(3);
    expect(crashed.metrics['latency.max']).toBeCloseTo(1.01 + 0.9, 6);
  });

  it('what was received too often goes to the dead letters instead of being received again', () => {
    const of = (deadLetter: number, receivesMax: number) => {
      const own = pipe({
        queue: { ...sqs(1, { receivesMax }), deadLetter },
        how: receive(10),
        producer: at(0),
        consumers: [{ steps: [constant(0.1), { op: 'fail', share: 1, per: 'attempt' }] }],
        plan: { durationNs: s(9.5) },
      });
      return runPlan({ ...own, queues: [...own.queues, queue('dead', sqs(30))] });
    };
    const buried = of(1, 3);
    expect(figure(buried, 'redelivered')).toBe(2);
    expect(buried.metrics['queues.dead.dead_lettered']).toBe(1);
    expect(buried.metrics['queues.dead.depth.max']).toBe(1);
    const lost = of(-1, 1);
    expect(figure(lost, 'redelivered')).toBe(0);
    expect(figure(lost, 'dropped')).toBe(1);
    expect(figure(of(1, Infinity), 'redelivered')).toBe(9);
  });

  it('throttled invocations count as receives: dead letters that nobody ever looked at', () => {
    const none = component('c0', [constant(0.9)]);
    const throttled = { ...none, queue: { ...none.queue, capacity: 0 } };
    const own = pipe({
      queue: { ...sqs(1, { receivesMax: 2 }), deadLetter: 1 },
      how: receive(10),
      producer: at(0, ...Array.from({ length: 20 }, () => 0.1)),
      consumers: [{ steps: [constant(0.9)], more: { queue: throttled.queue } }],
      plan: { durationNs: s(20) },
    });
    const m = runPlan({ ...own, queues: [...own.queues, queue('dead', sqs(30))] });
    expect(m.ledger.good + (m.ledger.failed['dropped'] ?? 0)).toBe(21);
    expect(m.metrics['queues.dead.dead_lettered']).toBe(m.ledger.failed['dropped']);
    expect(m.ledger.failed['dropped']).toBeGreaterThan(10);
    expect(m.metrics['services.c0.completed']).toBe(m.ledger.good);
  });

  it('a queue of dead letters can be consumed, and what is handled there counts there', () => {
    const failing = [constant(0.1), { op: 'fail', share: 1, per: 'attempt' } as const];
    const consumes = (q: number) => ({
      queue: q,
      to: { edge: q + 1, route: 0 },
      how: receive(10),
    });
    const m = runPlan(
      plan({
        producers: [producer('users', 0, at(0))],
        components: [
          component('c0', failing, { consumes: consumes(0) }),
          component('redrive', [constant(0.1)], { consumes: consumes(1) }),
        ],
        edges: [
          edge({ kind: 'producer', index: 0 }, 2, { name: 'users -> q' }),
          edge({ kind: 'queue', index: 0 }, 0, { name: 'q -> c0' }),
          edge({ kind: 'queue', index: 1 }, 1, { name: 'dead -> redrive' }),
        ],
        queues: [
          queue('q', { ...sqs(1, { receivesMax: 2 }), deadLetter: 1 }),
          queue('dead', sqs(30)),
        ],
        warmupNs: 0,
        durationNs: s(10),
      }),
    );
    expect(m.metrics['queues.dead.handled']).toBe(1);
    expect(m.metrics['queues.q.handled']).toBe(0);
    expect(m.metrics['queues.dead.redelivered']).toBe(0);
  });

  it('receives nothing at the limit in flight, until something is deleted or visible again', () => {
    const crowd = { producer: at(0, 0, 0, 0, 0, 0), how: receive(10, 0) };
    const many = { steps: [constant(1)], more: { workers: 10 } };
    const free = run({ ...crowd, queue: sqs(30), consumers: [many] });
    expect(free.metrics['latency.max']).toBeCloseTo(1, 1);
    const limited = run({ ...crowd, queue: sqs(30, { inFlightMax: 2 }), consumers: [many] });
    // Two at a time.
    expect(limited.metrics['latency.max']).toBeCloseTo(3.06, 6);
    const stuck = run({
      ...crowd,
      queue: sqs(2, { inFlightMax: 2 }),
      consumers: [{ ...many, steps: [constant(5)] }],
    });
    expect(figure(stuck, 'redelivered')).toBeGreaterThan(0);
  });

  it('a long poll is answered at once at the limit, as soon as it falls below', () => {
    const m = run({
      queue: sqs(30, { inFlightMax: 1 }),
      producer: at(0, 0),
      consumers: [{ steps: [constant(1)], more: { workers: 2 } }],
    });
    expect(m.metrics['latency.max']).toBe(2);
  });

  it('a short poll that finds nothing asks again 20 ms later, a long one finds what comes', () => {
    const one = { queue: sqs(30), producer: at(1.01), consumers: [{ steps: [constant(0.1)] }] };
    expect(run(one).metrics['latency.max']).toBeCloseTo(0.1, 9);
    const short = run({ ...one, how: receive(10, 0) });
    expect(short.metrics['latency.max']).toBeCloseTo(0.11, 9);
    // A poll of one second has ended, and the next one begins at 1.02.
    expect(run({ ...one, how: receive(10, 1) }).metrics['latency.max']).toBeCloseTo(0.11, 9);
  });

  it('an open poll goes on while its replica stands still: what it brings waits, visibility running', () => {
    const m = run({
      queue: sqs(1),
      producer: at(0.5),
      consumers: [{ steps: [constant(0.1)], more: { replicas: 2 } }],
      plan: { faults: [fault('pause', 0.1, 5)] },
    });
    expect(figure(m, 'redelivered')).toBe(1);
    expect(m.metrics['latency.max']).toBeCloseTo(1.1, 6);
    expect(figure(m, 'duplicates')).toBe(1);
  });

  it('what fails at once does not empty the queue in no time', () => {
    const m = run({
      queue: sqs(30),
      producer: at(...Array.from({ length: 400 }, () => 0.1)),
      how: receive(1),
      consumers: [{ steps: [{ op: 'fail', share: 1, per: 'attempt' }] }],
      plan: { faults: [fault('crash', 0, 1)], durationNs: s(3) },
    });
    expect(m.ledger.failed['error']).toBeGreaterThan(90);
    expect(m.ledger.failed['error']).toBeLessThan(110);
  });

  it('more handlers than can be counted have one message: it stays in flight', () => {
    const m = run({
      queue: sqs(0.001),
      producer: at(0),
      consumers: [{ steps: [constant(2)], more: { workers: Infinity } }],
      plan: { durationNs: s(1.5) },
    });
    expect(figure(m, 'redelivered')).toBe(253);
  });

  it('is as old as the oldest that is ready, also where that came back behind others', () => {
    const m = run({
      queue: sqs(1),
      producer: at(0, 2, 3),
      consumers: [{ steps: [work(0.001)] }],
      plan: { faults: [fault('crash', 0.00001, 9.9)], durationNs: s(8) },
    });
    expect(figure(m, 'age.max')).toBeCloseTo(8, 3);
  });

  it('a message may outlive the call that published it: its later ends are not those of another call', () => {
    // Its handler fails while the publisher is not told yet; it comes again when that call is long over.
    const m = run({
      queue: sqs(0.001, { receivesMax: 2 }),
      publish: { network: { kind: 'constant', ns: s(0.004) } },
      producer: { arrivals: poisson(100) },
      consumers: [{ steps: [{ op: 'fail', share: 1, per: 'attempt' }] }],
    });
    expect(m.ledger.failed['error']).toBeGreaterThan(400);
    expect(figure(m, 'dropped')).toBeGreaterThan(400);
  });
});
