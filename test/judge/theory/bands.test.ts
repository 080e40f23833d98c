import { describe, expect, it } from 'vitest';
import { capacityOf } from '../../../src/judge/theory/capacity.js';
import type { Plan, StepPlan } from '../../../src/model/plan.js';
import { call, component, constant, edge, enter, plan, retry, s, work } from '../sample.js';

const from = (index: number) => ({ kind: 'component', index }) as const;
const capacity = (more: Partial<Plan>) => capacityOf(plan(more));

describe('capacity under contention', () => {
  const paper = { kind: 'usl', alpha: 0.0277285, beta: 0.0001044 } as const;
  const usl = (workers: number, contention: { alpha: number; beta: number } = paper) =>
    capacity({
      components: [
        component('db', [work(1 / 89.995)], {
          workers,
          contention: { kind: 'usl', ...contention },
        }),
      ],
    });

  it('is X(N) of the law at its workers (results §1: X(36) = 1541.3)', () => {
    expect(usl(36).capacity).toBeCloseTo(1541.3, 1);
  });

  it('is the peak of the law where there are workers enough (1884 at 96.5)', () => {
    for (const workers of [100, 1000, Infinity]) {
      expect(Math.abs(usl(workers).capacity! - 1884)).toBeLessThan(0.5);
    }
  });

  it('comes up to 1/α of one worker without coherency, and has no bound without either', () => {
    expect(usl(Infinity, { alpha: 0.1, beta: 0 }).capacity).toBeCloseTo(899.95, 2);
    expect(usl(Infinity, { alpha: 0, beta: 0 }).capacity).toBeNull();
  });

  it('lets workers that wait for calls out of the contention', () => {
    const contention = { kind: 'usl', alpha: 0.5, beta: 0 } as const;
    const theory = capacity({
      components: [
        component('shop', [work(0.01), call(1)], { workers: 4, contention }),
        component('far', [work(0.05)], { workers: Infinity }),
      ],
      edges: [enter(0), edge(from(0), 1)],
    });
    // All four at work would finish 160/s, none in another's way 66.7/s.
    expect(theory.capacity).toBeGreaterThan(4 / (0.01 * 2.5 + 0.05));
    expect(theory.capacity).toBeLessThanOrEqual(4 / 0.06);
    expect(theory.note).toMatch(/^at most: how many of the workers of shop/);
  });
});

describe('stable below capacity ÷ a (rule 36)', () => {
  const stable = (more: Partial<Plan>) => {
    const theory = capacity(more);
    return theory.capacity! / theory.stable_below!;
  };

  it('is half of the capacity with one retry (HotOS 21: 300/s, stable below 150/s)', () => {
    const theory = capacity({
      components: [component('server', [constant(1 / 300)])],
      edges: [enter(0, { retry: retry(2), timeoutNs: s(1) })],
    });
    expect(theory.capacity).toBeCloseTo(300, 3);
    expect(theory.stable_below).toBeCloseTo(150, 3);
  });

  it('multiplies the attempts along the worst path (three layers of four: 64)', () => {
    const chain = {
      components: [
        component('a', [call(3), call(1)], { workers: 9 }),
        component('b', [call(2)], { workers: 9 }),
        component('c', [work(0.01)]),
      ],
      edges: [
        enter(0, { retry: retry(4) }),
        edge(from(0), 1, { retry: retry(4) }),
        edge(from(1), 2, { retry: retry(4) }),
        edge(from(0), 2, { retry: retry(5) }),
      ],
    };
    expect(stable(chain)).toBeCloseTo(64, 9);
  });

  it('counts the paths to the bottleneck alone, not a worse one to what is not', () => {
    const two = (retries: number) => ({
      components: [
        component('gateway', [call(1), call(2)], { workers: Infinity }),
        component('slow', [work(0.1)]),
        component('fast', [work(0.001)], { workers: 9 }),
      ],
      edges: [
        enter(0, { retry: retry(2) }),
        edge(from(0), 1, { retry: retry(retries) }),
        edge(from(0), 2, { retry: retry(7) }),
      ],
    });
    expect(stable(two(1))).toBe(2);
    expect(stable(two(3))).toBe(6);
  });

  it('leaves out retries further down than the bottleneck', () => {
    const chain = {
      components: [
        component('front', [work(0.1), call(1)]),
        component('back', [work(0.001)], { workers: 9 }),
      ],
      edges: [enter(0, { retry: retry(2) }), edge(from(0), 1, { retry: retry(5) })],
    };
    expect(stable(chain)).toBe(2);
  });

  it('counts a budget as 1 + its share, where that is less than the attempts', () => {
    expect(stable({ edges: [enter(0, { retry: retry(3, 0.1) })] })).toBeCloseTo(1.1, 12);
    expect(stable({ edges: [enter(0, { retry: retry(1, 0.1) })] })).toBe(1);
  });

  it('counts no retry that is not on anything', () => {
    expect(stable({ edges: [enter(0, { retry: { ...retry(3), on: [] } })] })).toBe(1);
  });

  it('has no such band where a handler retries its way back to itself', () => {
    const again: StepPlan = { op: 'chance', share: 0.1, then: [call(1)], else: [] };
    const theory = capacity({
      components: [component('crawler', [work(0.01), again])],
      edges: [enter(0), edge(from(0), 0, { retry: retry(2) })],
    });
    expect(theory.capacity).not.toBeNull();
    expect(theory.stable_below).toBeNull();
  });
});
