import { describe, expect, it } from 'vitest';
import { cascadeOf } from '../../../src/judge/cascade.js';
import type { FaultPlan, QueuePlan } from '../../../src/model/plan.js';
import {
  component,
  constant,
  enter,
  plan,
  poisson,
  producer,
  s,
  slow,
} from '../../judge/sample.js';
import { pipe, queue, runPlan } from './kit.js';

const consumers = [{ steps: [constant(0.005)] }];

describe('the lag of a queue', () => {
  const slowed = () =>
    runPlan(
      pipe({
        producer: { arrivals: poisson(100) },
        consumers,
        plan: { durationNs: s(60), faults: [{ ...slow(20, 30), factor: 4 } as FaultPlan] },
      }),
    );

  it('that begins to grow stands in the cascade under the name of the queue, at that moment', () => {
    const { marks } = slowed();
    const [mark] = marks.filter(({ how }) => how === 'lag');
    expect(mark).toMatchObject({ component: 'q', what: 'saturated', untilNs: expect.any(Number) });
    expect(mark!.atNs / 1e9).toBeGreaterThan(19.9);
    expect(mark!.atNs / 1e9).toBeLessThan(21);
    expect(mark!.growthPerSecond).toBeGreaterThan(35);
    expect(mark!.growthPerSecond).toBeLessThan(70);
    const [first] = cascadeOf(marks, null);
    expect(first!.component).toBe('q');
    expect(first!.text).toMatch(
      /^20\.\d s {2}queue q: lag growing by \d+(\.\d)?\/s, [\d,]+ when found; [\d.]+\/s come, [\d.]+\/s are done with \([\d.]+\/s before\)$/,
    );
  });

  it('is in the figures of each second, and falls when its consumers are well again', () => {
    const { series } = slowed();
    const lag = series['queues.q.lag'] as number[];
    expect(lag[19]!).toBeLessThan(5);
    expect(lag[49]!).toBeGreaterThan(1200);
    expect(lag[59]!).toBeLessThan(lag[49]!);
  });

  it('of a load that comes in batches and is done with between them makes no mark', () => {
    const m = runPlan(
      pipe({
        producer: {
          arrivals: {
            kind: 'trace',
            atNs: Float64Array.from({ length: 4500 }, (_, i) => s(2 * Math.floor(i / 150) + 0.5)),
          },
        },
        consumers,
        plan: { durationNs: s(60) },
      }),
    );
    expect(m.metrics['queues.q.depth.max']).toBeGreaterThan(100);
    expect(m.marks).toEqual([]);
  });

  it('of dead letters that nobody consumes makes no mark', () => {
    const of = pipe({
      producer: { arrivals: poisson(400) },
      queue: { capacity: 1, whenFull: 'dead_letter', deadLetter: 1 },
      consumers,
      plan: { durationNs: s(20) },
    });
    const m = runPlan({ ...of, queues: [...of.queues, queue('dead')] });
    expect(m.metrics['queues.dead.depth.max']).toBeGreaterThan(2000);
    expect(m.marks.filter(({ component: name }) => name === 'dead')).toEqual([]);
  });

  it('can be watched: what waits for a lag begins when the mean of a second is beyond it', () => {
    const of = pipe({
      producer: { arrivals: poisson(300) },
      consumers,
      plan: { durationNs: s(20) },
    });
    const fault: FaultPlan = {
      ...slow(0, 100),
      when: { metric: 'queues.q.lag', op: '>', value: 450 },
    } as FaultPlan;
    const m = runPlan({ ...of, faults: [fault] });
    const lag = m.series['queues.q.lag'] as number[];
    const second = lag.findIndex((value) => value > 450);
    expect(m.faults[0]!.fromNs).toBe(s(second + 1));
  });
});

describe('a memory queue before one service', () => {
  it.each([1, 3])(
    'with %i workers is that service with a queue of its own, to the nanosecond',
    (workers) => {
      const times = { durationNs: s(200), warmupNs: 0 };
      const arrivals = poisson(190 * workers);
      const asQueue = runPlan(
        pipe({
          producer: { arrivals },
          consumers: [{ steps: [constant(0.005)], more: { workers } }],
          plan: times,
        }),
      );
      const asService = runPlan(
        plan({
          ...times,
          producers: [producer('users', 0, { arrivals })],
          components: [component('c0', [constant(0.005)], { workers })],
          edges: [enter(0, { name: 'users -> c0' })],
        }),
      );
      for (const name of ['mean', 'p50', 'p99', 'p999', 'max'].map((q) => `latency.${q}`)) {
        expect(asQueue.metrics[name], name).toBe(asService.metrics[name]);
      }
      expect(asQueue.ledger).toEqual(asService.ledger);
      expect(asQueue.metrics['queues.q.wait.mean']).toBe(
        asService.metrics['services.c0.wait.mean'],
      );
      expect(asQueue.metrics['queues.q.depth.max']).toBe(
        asService.metrics['services.c0.queue.depth.max'],
      );
    },
  );
});

describe('a full queue', () => {
  const full = (whenFull: QueuePlan['whenFull'], deadLetter = -1) => {
    const of = pipe({
      queue: { capacity: 5, whenFull, deadLetter },
      producer: { arrivals: { kind: 'constant', rate: [{ atNs: 0, perSecond: 400, rampNs: 0 }] } },
      plan: { durationNs: s(5) },
    });
    const places = deadLetter === -1 ? [] : [queue('late')];
    const { marks } = runPlan({ ...of, queues: [...of.queues, ...places] });
    return marks
      .filter(({ how }) => how === 'no_room')
      .map(({ component, noRoom }) => `${component} ${noRoom!.became}`);
  };

  it('is marked, with what becomes of those that find no room', () => {
    expect(full('reject')).toEqual(['q refused']);
    expect(full('drop_newest')).toEqual(['q lost']);
    expect(full('drop_oldest')).toEqual(['q lost']);
    expect(full('dead_letter', 1)).toEqual(['q buried']);
  });
});
