import { describe, expect, it } from 'vitest';
import { mmcWait } from '../../../src/judge/theory/forms/mmc.js';
import type { BrokerPlan, FaultPlan, Plan, QueuePlan } from '../../../src/model/plan.js';
import { World } from '../../../src/model/world.js';
import { studentInterval } from '../../../src/study/statistics.js';
import { component, constant, edge, enter, poisson, s, work } from '../../judge/sample.js';
import { type Pipe, pipe, queue, runPlan } from './kit.js';

type Rabbit = BrokerPlan & { kind: 'rabbitmq' };

function rabbit(more: Partial<Rabbit> = {}, of: Partial<QueuePlan> = {}): Partial<QueuePlan> {
  const broker = { kind: 'rabbitmq' as const, deliveryLimit: Infinity, memory: null, ...more };
  return { whenFull: 'drop_oldest', broker, ...of };
}

const prefetch = (count: number) => ({ kind: 'prefetch' as const, count });

/** So many a second, the first after one gap. */
const steady = (perSecond: number) => ({
  arrivals: {
    kind: 'constant' as const,
    rate: [{ atNs: 0, perSecond, rampNs: 0 }],
  },
});

function fault(kind: 'crash' | 'pause' | 'errors', from: number, length: number, of = 0) {
  const times = { atNs: s(from), when: null, everyNs: Infinity, forNs: s(length), text: kind };
  const more = kind === 'errors' ? { route: null, ratio: 1 } : {};
  return { ...times, kind, component: of, replicas: 1, ...more } as FaultPlan;
}

/** [second, when it was published, to which replica] of every delivery, in order. */
function deliveriesOf(of: Plan): number[][] {
  const world = new World(of, { stepNs: s(1), windows: [], memoryLimitBytes: 4e9 });
  const { deliveries, messages } = world.brokers!.queues[0]!.of;
  const found: number[][] = [];
  const prepare = deliveries.prepare.bind(deliveries);
  deliveries.prepare = (message, site, replica, times) => {
    found.push([world.nowNs / 1e9, messages.time(message, 0) / 1e9, replica]);
    return prepare(message, site, replica, times);
  };
  while (!world.advance(200_000));
  return found;
}

describe('prefetch', () => {
  it('of 1 with a worker each is M/M/c: the wait within its interval over seeds', () => {
    const waits: number[] = [];
    for (let seed = 1; seed <= 12; seed++) {
      const m = runPlan(
        pipe({
          queue: rabbit(),
          how: prefetch(1),
          producer: { arrivals: poisson(400) },
          consumers: [{ more: { replicas: 2, replicasMax: 2 } }, {}],
          plan: { durationNs: s(60), warmupNs: s(5), seed: String(seed) },
        }),
      );
      waits.push(m.metrics['queues.q.wait.mean']!);
    }
    const [low, high] = studentInterval(waits, 0.99) ?? [NaN, NaN];
    const theory = mmcWait({ servers: 3, arrivals: 400, meanWork: 0.005 });
    expect(theory).toBeGreaterThan(low);
    expect(theory).toBeLessThan(high);
  });

  it('deals out in turn, passes over who is full, and what is dealt out is out of the queue', () => {
    const of = pipe({
      queue: rabbit(),
      producer: steady(1),
      consumers: [
        { steps: [constant(100)], how: prefetch(1) },
        { steps: [constant(100)], how: prefetch(3) },
        { steps: [constant(100)], how: prefetch(2) },
      ],
      plan: { durationNs: s(10) },
    });
    expect(deliveriesOf(of).map(([, , replica]) => replica)).toEqual([0, 1, 2, 1, 2, 1]);
    const m = runPlan(of);
    expect(m.metrics['queues.q.lag.max']).toBe(m.ledger.offered);
    expect(m.metrics['queues.q.depth.max']).toBe(m.ledger.offered - 6);
  });

  it('without bound hoards all: nothing is ready in the queue, and all of it waits', () => {
    const of = pipe({
      queue: rabbit(),
      producer: { ...steady(1000), limit: 500 },
      consumers: [{ steps: [constant(0.1)], how: prefetch(Infinity), more: { workers: 10 } }],
      plan: { durationNs: s(20) },
    });
    const m = runPlan(of);
    expect(m.metrics['queues.q.depth.mean']).toBe(0);
    expect(m.metrics['queues.q.lag.max']).toBeGreaterThan(400);
    expect(m.metrics['latency.max']).toBeCloseTo(4.51, 2);
  });

  it('too small leaves a worker idle for the way there and back', () => {
    const rate = (count: number): number => {
      const of = pipe({
        queue: rabbit(),
        how: prefetch(count),
        producer: { ...steady(100_000), limit: 2000 },
        deliver: { network: { kind: 'constant', ns: s(0.005) } },
        consumers: [{ steps: [constant(0.002)] }],
        plan: { durationNs: s(30) },
      });
      return 2000 / runPlan(of).metrics['latency.max']!;
    };
    // One in 5 ms + 2 ms + 5 ms; from 6 on one in 2 ms.
    expect(rate(1)).toBeCloseTo(1 / 0.012, 0);
    expect(rate(3)).toBeCloseTo(3 / 0.012, 0);
    expect(rate(6)).toBeCloseTo(1 / 0.002, -1);
    expect(rate(100)).toBeCloseTo(1 / 0.002, -1);
  });
});

describe('what was delivered and not acknowledged', () => {
  const crashes: Pipe = {
    queue: rabbit(),
    producer: { ...steady(1), limit: 8 },
    consumers: [
      { steps: [constant(100)], how: prefetch(4) },
      { steps: [constant(1)], how: prefetch(1), more: { replicas: 1 } },
    ],
    plan: { durationNs: s(40) },
  };

  it('comes back in its old order when its consumer goes down, and is delivered again', () => {
    const m = runPlan(
      pipe({ ...crashes, plan: { ...crashes.plan, faults: [fault('crash', 7.5, 99)] } }),
    );
    const of = deliveriesOf(
      pipe({ ...crashes, plan: { ...crashes.plan, faults: [fault('crash', 7.5, 99)] } }),
    );
    // 1, 3, 4 and 6 lie with the first; the second takes them as they came.
    expect(of.filter(([at]) => at! > 7.5).map(([, put]) => put)).toEqual([1, 3, 4, 6, 8]);
    expect(m.metrics['queues.q.redelivered']).toBe(4);
    expect(m.metrics['queues.q.duplicates']).toBe(0);
    expect(m.ledger).toMatchObject({ good: 8, failed: {} });
  });

  it('stays with one that leaves, stands still, or works on: only the new goes elsewhere', () => {
    const of = pipe({
      ...crashes,
      plan: { ...crashes.plan, faults: [fault('pause', 1.5, 20)] },
    });
    // It is given what it has room for, being connected still.
    const toFirst = deliveriesOf(of).filter(([, , replica]) => replica === 0);
    expect(toFirst.map(([at]) => at)).toEqual([1, 3, 4, 6]);
    expect(runPlan(of).metrics['queues.q.redelivered']).toBe(0);
  });

  it('is requeued when its handler fails; its request has ended as failed, once', () => {
    const of = pipe({
      queue: rabbit(),
      how: prefetch(2),
      producer: steady(1),
      consumers: [{ steps: [constant(0.1)] }],
      // What fails has been at work: an error costs time here.
      deliver: { network: { kind: 'constant', ns: s(0.05) } },
      plan: { durationNs: s(10), faults: [fault('errors', 2.9, 1)] },
    });
    const m = runPlan(of);
    // That of 3 s, again and again for the 0.9 s that are left: nine times.
    expect(m.ledger.failed).toEqual({ error: 1 });
    expect(m.metrics['queues.q.redelivered']).toBe(9);
    expect(m.metrics['queues.q.handled']).toBe(m.ledger.offered);
    expect(m.metrics['queues.q.dropped']).toBe(0);
  });

  it('that fails for ever without taking time ends the run, told by the name of the edge', () => {
    const of = pipe({
      queue: rabbit(),
      how: prefetch(1),
      consumers: [{ steps: [{ op: 'fail', share: 1, per: 'request' }] }],
    });
    const m = runPlan(of);
    expect(m.stopped).toMatchObject({ why: 'endless' });
    expect(m.stopped!.text).toMatch(/"q -> c0".*delivery limit/);
  });
});

describe('a delivery limit', () => {
  const poison = (deliveryLimit: number, deadLetter = -1): Plan => {
    const one = pipe({
      queue: rabbit({ deliveryLimit }, { deadLetter }),
      how: prefetch(5),
      producer: { ...steady(1), limit: 3 },
      consumers: [{ steps: [constant(0.01)] }],
      plan: { durationNs: s(10), faults: [fault('errors', 1.5, 1)] },
    });
    return { ...one, queues: [...one.queues, queue('dead', rabbit())] };
  };

  it('throws away what came back once more than that, or puts it into the dead letters', () => {
    const lost = runPlan(poison(3));
    expect(lost.stopped).toBeNull();
    expect(lost.metrics['queues.q.redelivered']).toBe(3);
    expect(lost.metrics['queues.q.dropped']).toBe(1);
    expect(lost.metrics['queues.q.handled']).toBe(2);
    const buried = runPlan(poison(3, 1));
    expect(buried.metrics['queues.q.dropped']).toBe(0);
    expect(buried.metrics['queues.q.dead_lettered']).toBe(1);
    expect(buried.metrics['queues.dead.depth.max']).toBe(1);
  });

  it('of 0 delivers nothing twice', () => {
    const m = runPlan(poison(0, 1));
    expect(m.metrics['queues.q.redelivered']).toBe(0);
    expect(m.metrics['queues.dead.dead_lettered']).toBe(1);
  });
});

describe('a bound of its length', () => {
  const bounded = (capacity: number, more: Partial<QueuePlan> = {}, limit = 8): Plan => {
    const one = pipe({
      queue: rabbit({}, { capacity, ...more }),
      how: prefetch(2),
      producer: { ...steady(1), limit },
      consumers: [{ steps: [constant(100)] }],
      plan: { durationNs: s(20) },
    });
    return { ...one, queues: [...one.queues, queue('dead', rabbit())] };
  };

  it('counts what is ready, and the oldest of that makes room', () => {
    const m = runPlan(bounded(3));
    expect(m.metrics['queues.q.depth.max']).toBe(3);
    expect(m.metrics['queues.q.lag.max']).toBe(5);
    expect(m.ledger).toMatchObject({ failed: { dropped: 3 }, unfinished: 5 });
    const buried = runPlan(bounded(3, { deadLetter: 1 }));
    expect(buried.metrics['queues.dead.depth.max']).toBe(3);
    expect(buried.metrics['queues.q.dropped']).toBe(0);
  });

  it('refuses with reject, and with dead_letter too, which keeps a copy', () => {
    const refused = runPlan(bounded(3, { whenFull: 'reject' }));
    expect(refused.ledger).toMatchObject({ failed: { rejected: 3 }, unfinished: 5 });
    const copied = runPlan(bounded(3, { whenFull: 'dead_letter', deadLetter: 1 }));
    expect(copied.ledger).toMatchObject({ failed: { rejected: 3 }, unfinished: 5 });
    expect(copied.metrics['queues.q.dead_lettered']).toBe(3);
    expect(copied.metrics['queues.dead.dead_lettered']).toBe(3);
    expect(copied.metrics['queues.dead.depth.max']).toBe(3);
  });

  it('holds for dead letters that come there: the oldest makes room, or they are gone', () => {
    for (const whenFull of ['drop_oldest', 'reject'] as const) {
      const one = bounded(3, { deadLetter: 1 }, 12);
      const dead = queue('dead', rabbit({}, { capacity: 4, whenFull }));
      const m = runPlan({ ...one, queues: [one.queues[0]!, dead] });
      expect(m.metrics['queues.dead.dead_lettered']).toBe(7);
      expect(m.metrics['queues.dead.depth.max']).toBe(4);
      expect(m.metrics['queues.dead.dropped']).toBe(3);
    }
  });

  it('holds for what comes back as well where the oldest makes room, else not', () => {
    const faults = [fault('crash', 6.5, 99)];
    const dropped = runPlan({ ...bounded(3), faults });
    // 6 has thrown out 3; 4, 5 and 6 wait when 1 and 2 come back.
    expect(dropped.metrics['queues.q.depth.max']).toBe(3);
    expect(dropped.ledger).toMatchObject({ failed: { dropped: 5 }, unfinished: 3 });
    const kept = runPlan({ ...bounded(3, { whenFull: 'reject' }, 5), faults });
    expect(kept.metrics['queues.q.depth.max']).toBe(5);
    expect(kept.ledger).toMatchObject({ failed: {}, unfinished: 5 });
  });
});

describe('the memory watermark', () => {
  const memory = { limitBytes: 10_000, at: 0.6 };

  it('blocks publishers while more is held than that, ready or out, and lets them in one by one', () => {
    const of = pipe({
      queue: rabbit({ memory }),
      how: prefetch(4),
      producer: { ...steady(10), sizeBytes: 1000, limit: 20 },
      consumers: [{ steps: [constant(1)] }],
      plan: { durationNs: s(40) },
    });
    const m = runPlan(of);
    // Six fill it to the mark, the seventh goes over it.
    expect(m.metrics['queues.q.lag.max']).toBe(7);
    expect(m.ledger).toMatchObject({ good: 20, failed: {} });
    expect(m.metrics['producers.users.blocked.max']).toBeGreaterThan(10);
    // Who is let in comes when one is done with: one a second.
    const put = deliveriesOf(of).map(([, at]) => at!);
    expect(put.slice(8).every((at, i) => Math.abs(at - put[7 + i]! - 1) < 1e-9)).toBe(true);
  });

  it('lets nobody pass those who wait, and refuses them when they come to a full queue', () => {
    const of = pipe({
      queue: rabbit({ memory }, { capacity: 2, whenFull: 'reject' }),
      how: prefetch(5),
      producer: { ...steady(10), sizeBytes: 1000, limit: 12 },
      consumers: [{ steps: [constant(1)] }],
      plan: { durationNs: s(40) },
    });
    const m = runPlan(of);
    expect(m.metrics['queues.q.lag.max']).toBe(7);
    expect(m.metrics['queues.q.depth.max']).toBe(2);
    expect(m.ledger).toMatchObject({ failed: {}, good: 12 });
  });

  it('a publisher that gives up at the door publishes nothing', () => {
    const of = pipe({
      queue: rabbit({ memory }),
      how: prefetch(1),
      publish: { timeoutNs: s(0.5) },
      producer: { ...steady(10), sizeBytes: 1000, limit: 20 },
      consumers: [{ steps: [constant(2)] }],
      plan: { durationNs: s(60) },
    });
    const m = runPlan(of);
    expect(m.ledger.failed['timeout']).toBeGreaterThan(8);
    expect(m.metrics['queues.q.handled']).toBe(m.ledger.good);
  });

  it('goes up a chain: a worker that publishes stays with it, and so the next one waits', () => {
    const one = pipe({
      queue: rabbit({ memory }),
      how: prefetch(1),
      producer: { ...steady(100), sizeBytes: 1000 },
      consumers: [{ steps: [constant(0.1)] }],
      plan: { durationNs: s(20) },
    });
    // users -> shop -> q -> c0
    const shop = component('shop', [{ op: 'call', to: { edge: 2, route: 0 }, times: 1 }], {
      workers: 3,
    });
    const m = runPlan({
      ...one,
      components: [...one.components, shop],
      edges: [
        enter(1, { name: 'users -> shop' }),
        one.edges[1]!,
        edge({ kind: 'component', index: 1 }, 2, { name: 'shop -> q' }),
      ],
    });
    expect(m.metrics['services.shop.utilization']).toBeGreaterThan(0.9);
    expect(m.metrics['services.shop.queue.depth.max']).toBeGreaterThan(1000);
    expect(m.metrics['queues.q.lag.max']).toBe(7);
  });
});

describe('a queue of RabbitMQ', () => {
  it('loses nothing: what went in was handled or lies there, whatever went down', () => {
    const faults = [fault('crash', 20, 5), fault('crash', 40, 5), fault('pause', 60, 10)];
    const m = runPlan(
      pipe({
        queue: rabbit(),
        how: prefetch(20),
        producer: { arrivals: poisson(390) },
        consumers: [{ steps: [work(0.005)], more: { replicas: 2, replicasMax: 2 } }],
        plan: { durationNs: s(120), faults },
      }),
    );
    expect(m.ledger.failed).toEqual({});
    expect(m.metrics['queues.q.dropped']).toBe(0);
    expect(m.metrics['queues.q.redelivered']).toBeGreaterThan(20);
    expect(m.metrics['queues.q.handled']).toBe(m.ledger.good);
  });
});
