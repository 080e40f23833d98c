import { describe, expect, it } from 'vitest';
import { Hpa, type HpaSpec, type Seen } from '../../src/policies/hpa.js';

const S = 1e9;

/** Kubernetes' defaults, for 60% between 1 and 100. */
const SPEC: HpaSpec = {
  target: 60,
  of: 'share',
  min: 1,
  max: 100,
  tolerance: 0.1,
  up: {
    stabilizeNs: 0,
    limits: [
      { kind: 'percent', by: 100, withinNs: 15 * S },
      { kind: 'replicas', by: 4, withinNs: 15 * S },
    ],
  },
  down: {
    stabilizeNs: 300 * S,
    limits: [{ kind: 'percent', by: 100, withinNs: 15 * S }],
  },
};

/** So many replicas, all ready, at so many percent. */
function seen(current: number, percent: number, more: Partial<Seen> = {}): Seen {
  const ready = more.ready ?? current;
  return { current, ready, sum: percent * ready, each: 100, unready: 0, missing: 0, ...more };
}

const recommend = (of: Seen, spec: Partial<HpaSpec> = {}) =>
  new Hpa({ ...SPEC, ...spec }).recommend(of);

describe('one measurement (replica_calculator.go)', () => {
  it('asks for ceil(replicas × usage ÷ target)', () => {
    expect(recommend(seen(3, 90))).toBe(5);
    expect(recommend(seen(4, 30))).toBe(2);
    expect(recommend(seen(10, 100))).toBe(17);
  });

  it.each([
    [66, 'scales: 66 ÷ 60 − 1 is 0.10000000000000009', 11],
    [65, 'is within the tolerance', 10],
    [54, 'is within: 1 − 0.9 is 0.09999999999999998', 10],
    [53, 'is not', 9],
  ])('%i against 60 %s', (percent, _, then) => {
    expect(recommend(seen(10, percent))).toBe(then);
  });

  it('cuts usage off to a whole percent, amounts to thousandths', () => {
    expect(recommend(seen(10, 65.99))).toBe(10);
    const amounts: Partial<HpaSpec> = { of: 'amount', target: 3000 };
    const of = (sum: number): Seen => ({ ...seen(2, 0), sum, each: 1 });
    expect(recommend(of(9), amounts)).toBe(3);
    expect(recommend(of(6.5999), amounts)).toBe(2);
    // Of two replicas 6.602 is 3.301 each: 3301 ÷ 3000 is over 1.1.
    expect(recommend(of(6.602), amounts)).toBe(3);
  });

  it('counts replicas that are not ready yet as idle on the way up', () => {
    // TestReplicaCalcScaleUpUnreadyLessScale: three of which one is unready, 30% asked for, two at
    // 50% and 70%: (120 ÷ 3) ÷ 30 × 3 = 4 and not 6.
    const two = { ready: 2, sum: 120, unready: 1 };
    expect(recommend(seen(3, 0, two), { target: 30 })).toBe(4);
  });

  it('does nothing where they turn the direction', () => {
    // TestReplicaCalcScaleUpUnreadyNoScale: one at 40% of 30%, two unready: 13 ÷ 30 would be down.
    const one = { ready: 1, sum: 40, unready: 2 };
    expect(recommend(seen(3, 0, one), { target: 30 })).toBe(3);
  });

  it('leaves them out on the way down', () => {
    // ceil(20 ÷ 60 × 4).
    expect(recommend(seen(5, 0, { ready: 4, sum: 80, unready: 1 }))).toBe(2);
  });

  it('counts those that tell nothing as idle on the way up, and as busy on the way down', () => {
    expect(recommend(seen(3, 0, { ready: 2, sum: 200, missing: 1 }))).toBe(4);
    // (20 + 20 + 100) ÷ 3 = 46 of 60; (7 × 10 + 100) ÷ 8 = 21 of 60.
    expect(recommend(seen(3, 0, { ready: 2, sum: 40, missing: 1 }))).toBe(3);
    expect(recommend(seen(8, 0, { ready: 7, sum: 70, missing: 1 }))).toBe(3);
    const amount: Partial<HpaSpec> = { of: 'amount', target: 4000 };
    const queue = { ready: 3, sum: 3, each: 1, missing: 1 };
    // (1 + 1 + 1 + 4) ÷ 4 = 1.75 of 4.
    expect(recommend(seen(4, 0, queue), amount)).toBe(2);
  });

  it('says nothing where nobody is measured', () => {
    expect(recommend(seen(3, 0, { ready: 0, missing: 3 }))).toBeNull();
  });
});

describe('what comes of it (horizontal.go)', () => {
  it('goes up at once, by the greater of 100% and 4 within 15 s', () => {
    const hpa = new Hpa(SPEC);
    expect(hpa.decide(15 * S, seen(2, 600))).toBe(6);
    expect(hpa.decide(30 * S, seen(6, 600))).toBe(12);
    expect(hpa.decide(45 * S, seen(12, 600))).toBe(24);
  });

  it('looks back from now, the moment itself left out, at what came within the time', () => {
    const hpa = new Hpa(SPEC);
    expect(hpa.decide(15 * S, seen(10, 600))).toBe(20);
    // 10 came within the last 15 s: from 10 it may be 20.
    expect(hpa.decide(20 * S, seen(20, 600))).toBe(20);
    expect(hpa.decide(30 * S, seen(20, 600))).toBe(40);
  });

  it('comes down by the greatest recommendation of the last 300 s', () => {
    const hpa = new Hpa(SPEC);
    let current = hpa.decide(0, seen(10, 60));
    for (let t = 15; t < 300; t += 15) {
      current = hpa.decide(t * S, seen(current, t === 60 ? 36 : 6));
      expect(current, `${t} s`).toBe(10);
    }
    expect(hpa.decide(300 * S, seen(10, 6))).toBe(6);
    // What was said at 60 s counts until 360 s.
    expect(hpa.decide(345 * S, seen(6, 6))).toBe(6);
    expect(hpa.decide(360 * S, seen(6, 6))).toBe(1);
  });

  it('goes up by the least recommendation of its own window', () => {
    const up = { ...SPEC.up, stabilizeNs: 60 * S };
    const hpa = new Hpa({ ...SPEC, up });
    hpa.decide(0, seen(4, 60));
    expect(hpa.decide(15 * S, seen(4, 120))).toBe(4);
    expect(hpa.decide(59 * S, seen(4, 90))).toBe(4);
    expect(hpa.decide(60 * S, seen(4, 120))).toBe(6);
  });

  it('a limit down counts what went within its time, cut off to whole replicas', () => {
    const down = {
      stabilizeNs: 0,
      limits: [{ kind: 'percent' as const, by: 10, withinNs: 60 * S }],
    };
    const hpa = new Hpa({ ...SPEC, down });
    expect(hpa.decide(0, seen(95, 1))).toBe(85);
    expect(hpa.decide(15 * S, seen(85, 1))).toBe(85);
    expect(hpa.decide(60 * S, seen(85, 1))).toBe(76);
  });

  it('never goes where it may not, and as fast as it likes without limits', () => {
    const never = new Hpa({ ...SPEC, down: { stabilizeNs: 0, limits: null } });
    expect(never.decide(0, seen(50, 1))).toBe(50);
    const free = new Hpa({ ...SPEC, up: { stabilizeNs: 0, limits: [] } });
    expect(free.decide(0, seen(2, 1200))).toBe(40);
  });

  it('stays between min and max, and goes there at once from outside', () => {
    const hpa = new Hpa({ ...SPEC, min: 3, max: 5 });
    expect(hpa.decide(0, seen(4, 600))).toBe(5);
    expect(new Hpa({ ...SPEC, min: 3, max: 5 }).decide(0, seen(9, 600))).toBe(5);
    expect(new Hpa({ ...SPEC, min: 3, max: 5 }).decide(0, seen(1, 60))).toBe(3);
  });

  it('keeps what there is where nothing was measured, and remembers no recommendation', () => {
    const hpa = new Hpa({ ...SPEC, down: { ...SPEC.down, stabilizeNs: 30 * S } });
    expect(hpa.decide(0, seen(9, 0, { ready: 0, missing: 9 }))).toBe(9);
    expect(hpa.decide(15 * S, seen(9, 6))).toBe(1);
  });
});
