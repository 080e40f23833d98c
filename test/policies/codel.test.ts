import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Codel } from '../../src/policies/codel.js';

const MS = 1e6;
const SPEC = { targetNs: 5 * MS, intervalNs: 100 * MS };
const LONG = 1000;

/** One dequeue of a packet queue: drops until one is served; how many were dropped. */
function turn(codel: Codel, nowNs: number, waitedNs: number, behind = LONG): number {
  let dropped = 0;
  while (codel.sheds(nowNs, waitedNs, behind - dropped)) dropped++;
  return dropped;
}

/** Turns every `everyNs` with one wait from 0 on: when something was dropped, in ms after the first. */
function dropsMs(codel: Codel, everyNs: number, untilNs: number, waitedNs = 50 * MS): number[] {
  const at: number[] = [];
  for (let now = 0; now <= untilNs; now += everyNs) {
    for (let k = turn(codel, now, waitedNs); k > 0; k--) at.push(now / MS);
  }
  return at.map((ms) => Math.round((ms - at[0]!) * 10) / 10);
}

describe('CoDel as Linux has it (include/net/codel_impl.h)', () => {
  it('drops at 0, 100, 170.7, 228.4, 278.4, 323.2 ms once dropping: interval ÷ √count', () => {
    const codel = new Codel(SPEC);
    expect(dropsMs(codel, 0.1 * MS, 430 * MS)).toEqual([0, 100, 170.8, 228.5, 278.5, 323.2]);
    // To the nanosecond, as codel_control_law has it.
    expect(codel.dropNextNs).toBe(100e6 + [1, 2, 3, 4, 5, 6].reduce(law, 0));
  });

  const law = (sum: number, k: number): number => sum + Math.round(100e6 / Math.sqrt(k));

  it.each([20, 100, 250])('other intervals go by the same law (%i ms)', (interval) => {
    const codel = new Codel({ targetNs: 5 * MS, intervalNs: interval * MS });
    const drops = dropsMs(codel, 0.1 * MS, 5.2 * interval * MS).slice(0, 6);
    const exact = [0, 1, 2, 3, 4, 5].map((n) =>
      Array.from({ length: n }, (_, k) => interval / Math.sqrt(k + 1)).reduce((a, b) => a + b, 0),
    );
    drops.forEach((at, k) => {
      expect(Math.abs(at - exact[k]!)).toBeLessThan(0.15);
    });
  });

  it('needs an interval at the target or more to begin (codel_should_drop)', () => {
    const codel = new Codel(SPEC);
    expect(turn(codel, 0, 5 * MS)).toBe(0);
    expect(turn(codel, 100 * MS - 1, 5 * MS)).toBe(0);
    expect(turn(codel, 100 * MS, 5 * MS)).toBe(1);
    // One wait under it begins the interval anew.
    const other = new Codel(SPEC);
    for (const [at, waited] of [
      [0, 50],
      [60, 4.9],
      [61, 50],
      [160, 50],
    ] as const) {
      expect(turn(other, at * MS, waited * MS)).toBe(0);
    }
    expect(turn(other, 161 * MS, 50 * MS)).toBe(1);
  });

  it('never drops where one or none is left behind (backlog ≤ mtu)', () => {
    for (const behind of [0, 1]) {
      const codel = new Codel(SPEC);
      for (let ms = 0; ms < 1000; ms++) expect(turn(codel, ms * MS, 900 * MS, behind)).toBe(0);
    }
    const codel = new Codel(SPEC);
    turn(codel, 0, 50 * MS);
    expect(turn(codel, 100 * MS, 50 * MS, 2)).toBe(1);
  });

  // A worked table; each line cites what of codel_dequeue decides.
  it('steps as codel_dequeue does', () => {
    const codel = new Codel(SPEC);
    const steps: [ms: number, waitedMs: number, dropped: number, count: number, why: string][] = [
      [0, 6, 0, 0, 'first_above_time = now + interval'],
      [100, 6, 1, 1, '!dropping, ok: drop one, count = 1, drop_next = now + interval'],
      [150, 6, 0, 1, 'dropping, now before drop_next'],
      [200, 6, 1, 2, 'now >= drop_next: count 2, drop_next += interval/√2 (270.7)'],
      [270, 6, 0, 2, 'before drop_next'],
      [400, 6, 3, 5, 'the while loop: 270.7, 328.4, 378.4 are due (and 423.2 is not)'],
      [410, 4, 0, 5, 'under target: leaves the dropping state'],
      [420, 6, 0, 5, 'above again: first_above_time = 520'],
      [520, 6, 1, 4, 'delta = 5 − 1 > 1 and within 16 intervals of drop_next: count = 4'],
      [569, 6, 0, 4, 'drop_next = 520 + 100/√4'],
      [570, 6, 1, 5, 'now >= drop_next'],
      [580, 1, 0, 5, 'under target'],
      [2400, 6, 0, 5, 'above again'],
      [2500, 6, 1, 1, 'delta = 5 − 4 = 1: count = 1'],
    ];
    for (const [ms, waitedMs, dropped, count, why] of steps) {
      expect([turn(codel, ms * MS, waitedMs * MS), codel.count], `${ms} ms: ${why}`).toEqual([
        dropped,
        count,
      ]);
    }
  });

  it('after 16 intervals it forgets the rate it had', () => {
    const episode = (pauseMs: number): number => {
      const codel = new Codel(SPEC);
      for (let ms = 0; ms <= 1000; ms++) turn(codel, ms * MS, 50 * MS);
      const at = codel.dropNextNs + pauseMs * MS;
      turn(codel, 1001 * MS, 1 * MS);
      turn(codel, at - 100 * MS, 50 * MS);
      turn(codel, at, 50 * MS);
      return codel.count;
    };
    expect(episode(1599)).toBeGreaterThan(10);
    expect(episode(1600)).toBe(1);
  });

  it('the one after the first drop of an episode is served, whatever it waited', () => {
    const codel = new Codel(SPEC);
    codel.sheds(0, 1e9, LONG);
    expect(codel.sheds(500 * MS, 1e9, LONG)).toBe(true);
    expect(codel.sheds(500 * MS, 1e9, LONG)).toBe(false);
  });

  it('whatever comes, drops need a standing wait and are never more than the law has', () => {
    const waits = fc.array(
      fc.record({
        after: fc.integer({ min: 0, max: 40 }),
        waited: fc.integer({ min: 0, max: 20 }),
      }),
      { maxLength: 300 },
    );
    fc.assert(
      fc.property(waits, (all) => {
        const codel = new Codel(SPEC);
        let now = 0;
        let above = -1;
        let dropped = 0;
        for (const { after, waited } of all) {
          now += after * MS;
          if (waited < 5) above = -1;
          else if (above < 0) above = now;
          const drops = turn(codel, now, waited * MS);
          if (drops > 0) expect(now - above).toBeGreaterThanOrEqual(100 * MS);
          dropped += drops;
        }
        // Σ 1/√k ≥ 2(√(n+1) − 1) intervals for n drops after the first, and one interval to begin.
        const most = (now / (2 * SPEC.intervalNs) + 1) ** 2;
        expect(dropped).toBeLessThanOrEqual(most + 1);
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});
