import { describe, expect, it } from 'vitest';
import type { FaultPlan, Plan } from '../../src/model/plan.js';
import { component, judge, measured, plan, producer, s, slow, surge } from './sample.js';

/** The service is slow from 60 s to 70 s. */
const faulty = plan({ faults: [slow(60, 10)] });
/** Nothing is good from 60 s until `end`. */
const downUntil = (end: number) => (t: number) => (t >= 60 && t < end ? 0 : 1);

describe('recovered (rule 30)', () => {
  it('recovers at the first second from which eleven windows stay at 95% of the baseline', () => {
    const verdict = judge(measured({ share: downUntil(82) }), faulty);
    expect(verdict).toMatchObject({ is: 'recovered', recovered: true, recovery_time: 12 });
  });

  it('counts a window with 95% of the baseline as back, one with less as not', () => {
    // One bad second in ten windows: 0.5 makes 95%, 0.49 does not.
    const dent = (depth: number) => (t: number) => (t === 85 ? depth : downUntil(70)(t));
    expect(judge(measured({ share: dent(0.5) }), faulty).recovery_time).toBe(0);
    expect(judge(measured({ share: dent(0.49) }), faulty).recovery_time).toBe(16);
  });

  it('starts again where g falls within ten seconds', () => {
    const share = (t: number) => (t >= 88 && t < 90 ? 0 : downUntil(75)(t));
    expect(judge(measured({ share }), faulty).recovery_time).toBe(20);
  });

  it('measures against the baseline and not against perfection', () => {
    const share = (t: number) => (t < 60 ? 0.95 : t < 80 ? 0 : 0.91);
    expect(judge(measured({ share }), faulty)).toMatchObject({
      is: 'recovered',
      recovery_time: 10,
    });
  });

  it('tries only seconds with twenty more before the end', () => {
    expect(judge(measured({ share: downUntil(180) }), faulty).recovery_time).toBe(110);
    const late = judge(measured({ share: downUntil(181) }), faulty);
    expect(late).toMatchObject({ recovered: false, recovery_time: null });
  });

  it('counts from the end of the last fault', () => {
    const two = plan({ faults: [slow(60, 10), slow(90, 10.5)] });
    const share = (t: number) => (t >= 60 && t < 103 ? 0 : 1);
    expect(judge(measured({ share }), two).recovery_time).toBe(2.5);
  });

  it('looks at good per second where a producer waits for answers', () => {
    const closed = plan({
      producers: [
        producer('users', 0, {
          arrivals: { kind: 'closed', users: 100, think: { kind: 'constant', ns: s(1) } },
        }),
      ],
      faults: [slow(60, 10)],
    });
    // All that is sent is good, but next to nothing is sent until 100 s.
    const offered = (t: number) => (t >= 60 && t < 100 ? 1 : 100);
    expect(judge(measured({ offered }), closed).recovery_time).toBe(30);
    expect(judge(measured({ offered }), faulty).is).toBe('unharmed');
  });

  it('passes over windows in which nothing arrived', () => {
    const offered = (t: number) => (t >= 100 && t < 120 ? 0 : 100);
    const share = (t: number) => downUntil(80)(t);
    expect(judge(measured({ offered, share }), faulty).recovery_time).toBe(10);
  });

  it('does not recover on silence alone', () => {
    const offered = (t: number) => (t >= 70 ? 0 : 100);
    expect(judge(measured({ offered, share: downUntil(70) }), faulty).recovered).toBe(false);
  });

  it('is null where nothing was measured before the first fault', () => {
    const verdict = judge(measured({}), plan({ faults: [slow(10, 10)] }));
    expect(verdict).toMatchObject({ is: null, recovered: null, recovery_time: null });
  });
});

describe('verdict.is (rule 31)', () => {
  const down = downUntil(Infinity);

  it('is null without faults, and so is recovered', () => {
    const verdict = judge(measured({ share: () => 0.1 }), plan());
    expect(verdict).toMatchObject({ is: null, recovered: null, contained: null });
  });

  it('takes no notice of a fault that begins after the run has ended', () => {
    expect(judge(measured({ seconds: 50 }), faulty).is).toBeNull();
  });

  it('is unharmed where g never went under 95% of its baseline', () => {
    const verdict = judge(measured({ share: (t) => (t === 65 ? 0.6 : 1) }), faulty);
    expect(verdict).toMatchObject({ is: 'unharmed', recovered: true, recovery_time: 0 });
  });

  it('is unharmed also by a fault without end', () => {
    const forever = plan({ faults: [slow(60, Infinity)] });
    expect(judge(measured({}), forever)).toMatchObject({ is: 'unharmed', recovered: false });
  });

  it('does not hold what is still in time at the end against a run', () => {
    const share = (t: number) => (t >= 199 ? 0 : 1);
    const timely = plan({ ...faulty, producers: [producer('users', 0, { objectiveNs: s(1) })] });
    expect(judge(measured({ share }), timely).is).toBe('unharmed');
  });

  it('is down while a fault without end is on', () => {
    const forever = plan({ faults: [slow(60, Infinity)] });
    expect(judge(measured({ share: down }), forever).is).toBe('down');
  });

  it('is recovering where what waits falls to zero within another length of the run', () => {
    const waiting = (t: number) => Math.max(0, t < 70 ? (t - 60) * 1000 : 10_000 - (t - 70) * 40);
    expect(judge(measured({ share: down, waiting }), faulty).is).toBe('recovering');
  });

  it('is metastable where what waits falls too slowly for that', () => {
    const waiting = (t: number) => (t < 60 ? 0 : 10_000 - (t - 70) * 5);
    expect(judge(measured({ share: down, waiting }), faulty).is).toBe('metastable');
  });

  it('is metastable where what waits grows, stands or trembles', () => {
    for (const waiting of [
      (t: number) => (t < 60 ? 0 : (t - 60) * 260),
      (t: number) => (t < 60 ? 0 : 100),
      (t: number) => (t < 60 ? 0 : 100 - (t % 7) - t / 1000),
      () => 0,
    ]) {
      expect(judge(measured({ share: down, waiting }), faulty).is).toBe('metastable');
    }
  });

  it('looks at the last half of the time since the last fault', () => {
    const waiting = (t: number) =>
      t < 60 ? 0 : t < 130 ? (t - 60) * 100 : Math.max(0, 7000 - (t - 130) * 50);
    expect(judge(measured({ share: down, waiting }), faulty).is).toBe('recovering');
  });

  it('is recovering where g is back but not for long enough', () => {
    expect(judge(measured({ share: downUntil(185) }), faulty).is).toBe('recovering');
  });

  it('is recovering, and claims no more, where the last fault has only just ended', () => {
    const late = plan({ faults: [slow(60, 138)] });
    const verdict = judge(measured({ share: down, waiting: (t) => t }), late);
    expect(verdict).toMatchObject({ is: 'recovering', recovered: false });
  });

  it('is overloaded where the baseline was under 90% good, even if that came back', () => {
    const share = (t: number) => (t >= 60 && t < 80 ? 0 : 0.89);
    expect(judge(measured({ share }), faulty)).toMatchObject({ is: 'overloaded', recovered: true });
  });

  it('is overloaded and not metastable where more arrives than before the faults', () => {
    const offered = (t: number) => (t < 60 ? 100 : 300);
    const waiting = (t: number) => t * 100;
    const verdict = judge(measured({ offered, share: down, waiting }), faulty);
    expect(verdict.is).toBe('overloaded');
  });

  it('takes the demand of users who wait for answers as unchanged', () => {
    const arrivals = { kind: 'backlog', senders: 4 } as const;
    const closed = plan({ ...faulty, producers: [producer('users', 0, { arrivals })] });
    const offered = (t: number) => (t < 60 ? 100 : 400);
    const verdict = judge(measured({ offered, share: down }), closed);
    expect(verdict.is).toBe('metastable');
  });

  it('is deadlocked before all else, with or without faults', () => {
    const deadlock = {
      atNs: s(12.34),
      cycle: ['worker of a waits for room in b', 'worker of b waits for an answer of a'],
    };
    for (const of of [plan(), faulty]) {
      const verdict = judge(measured({ seconds: 100 }, { deadlock }), of);
      expect(verdict.is).toBe('deadlocked');
      expect(verdict.deadlock).toBe(
        '12.3 s  deadlock: worker of a waits for room in b; worker of b waits for an answer of a',
      );
    }
  });
});

describe('contained (rule 31)', () => {
  const two = {
    producers: [producer('pay', 0), producer('browse', 1)],
    components: [component('payments', []), component('pages', [])],
    edges: [
      { ...plan().edges[0], to: 0 },
      { ...plan().edges[0], to: 1 },
    ],
  };
  const struck = plan({ ...two, faults: [slow(60, 10, 0)] });
  const contained = (browse: (t: number) => number, of = struck) =>
    judge(measured({ producers: 2, share: (t, p) => (p === 0 ? downUntil(90)(t) : browse(t)) }), of)
      .contained;

  it('holds where those who avoid the faulty component kept 99% of their share', () => {
    expect(contained(() => 1)).toBe(true);
    expect(contained((t) => (t === 65 ? 0.91 : 1))).toBe(true);
  });

  it('fails where they did not during the fault, or not after it', () => {
    expect(contained((t) => (t === 65 ? 0.8 : 1))).toBe(false);
    expect(contained((t) => (t >= 150 ? 0.9 : 1))).toBe(false);
  });

  it('is null where every producer comes by the faulty component', () => {
    expect(judge(measured({ share: downUntil(90) }), faulty).contained).toBeNull();
    const all = plan({ ...two, faults: [slow(60, 10, 0), slow(60, 10, 1)] });
    expect(contained(() => 1, all)).toBeNull();
  });

  it('knows what lies beneath what a producer calls', () => {
    const call = { op: 'call', to: { edge: 2, route: 0 }, times: 1 } as const;
    const chance = { op: 'chance', share: 0.01, then: [call], else: [] } as const;
    const beneath = plan({
      ...struck,
      components: [two.components[0], component('pages', [{ ...chance, then: [call], else: [] }])],
      edges: [...two.edges, { ...two.edges[0], from: { kind: 'component', index: 1 }, to: 0 }],
    });
    expect(contained(() => 1, beneath)).toBeNull();
  });

  it('takes what strikes an edge as a fault of those whose way leads over it', () => {
    const times = { atNs: s(60), when: null, everyNs: Infinity, forNs: s(10), text: 'lost' };
    const lost = (edges: number[]) =>
      plan({ ...two, faults: [{ ...times, kind: 'drop', edges, ratio: 1 }] });
    expect(contained(() => 1, lost([0]))).toBe(true);
    expect(contained((t) => (t === 65 ? 0.8 : 1), lost([0]))).toBe(false);
    expect(contained(() => 1, lost([0, 1]))).toBeNull();
  });

  it('takes what an operator sets for no fault at all', () => {
    const times = { atNs: s(20), when: null, everyNs: Infinity, forNs: Infinity, text: 'set' };
    const set: FaultPlan = { ...times, kind: 'set', changes: [] };
    expect(judge(measured({}), plan({ faults: [set] })).is).toBeNull();
    const both = plan({ faults: [set, slow(60, 10)] });
    expect(judge(measured({ share: downUntil(82) }), both)).toEqual(
      judge(measured({ share: downUntil(82) }), faulty),
    );
  });

  it('takes a surge as a fault of its producer, which every other one avoids', () => {
    const surging = plan({ ...two, faults: [surge(60, 10, 0)] });
    expect(contained(() => 1, surging)).toBe(true);
    expect(contained((t) => (t > 60 && t < 70 ? 0.5 : 1), surging)).toBe(false);
  });
});

describe('producers that send for a part of the run', () => {
  const closed = { kind: 'closed' as const, users: 9, think: { kind: 'constant' as const, ns: 1 } };
  const sending = (more: Partial<Plan['producers'][number]>) =>
    plan({
      producers: [producer('users', 0, { arrivals: closed, ...more })],
      faults: [slow(60, 10)],
    });
  /** Well served until they end to send, at 120 s. */
  const ends = measured({
    offered: (t) => (t < 120 ? 100 : 0),
    share: () => 1,
    goodEnded: (t) => (t < 120 ? 100 : 0),
  });

  it('are judged by the time in which they send', () => {
    expect(judge(ends, sending({})).is).not.toBe('unharmed');
    expect(judge(ends, sending({ untilNs: s(120) })).is).toBe('unharmed');
    expect(judge(ends, sending({ limit: 12_000 })).is).toBe('unharmed');
  });
});
