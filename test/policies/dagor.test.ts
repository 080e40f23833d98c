import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAGOR, Dagor, type DagorSpec } from '../../src/policies/dagor.js';

const MS = 1e6;
const S = 1e9;

/** Two businesses of four users each; a window is a second, or a hundred arrivals. */
const SMALL: DagorSpec = { ...DAGOR, users: 4, requests: 100 };

/** A window of arrivals, one at each level in turn, that began to work after `waitMs`. */
function window(machine: Dagor, at: number, count: number, waitMs: number): number {
  let admitted = 0;
  for (let i = 0; i < count; i++) {
    const level = i % 8;
    if (!machine.admits(at + i, Math.floor(level / 4), level % 4)) continue;
    admitted++;
    machine.begins(at + i, waitMs * MS);
  }
  return admitted;
}

describe('DAGOR (SoCC 2018)', () => {
  it('lets everybody in until a window was overloaded', () => {
    const machine = new Dagor(SMALL, 2);
    expect(window(machine, 0, 80, 20)).toBe(80);
    // A mean of exactly 20 ms is no overload.
    expect(window(machine, 1 * S, 80, 20.001)).toBe(80);
    expect(machine.cursor).toBe(7);
    expect(window(machine, 2 * S, 80, 0)).toBe(70);
  });

  it('worked steps: 5% fewer, looked up in the histogram of what arrived', () => {
    const machine = new Dagor(SMALL, 2);
    const steps: [waitMs: number, admitted: number, cursor: number][] = [
      // 80 came, 10 at each level, and waited too long: 76 are aimed at, 70 are at levels 0 to 6.
      [30, 80, 7],
      // 70 were let in: 66.5, so levels 0 to 5.
      [30, 70, 6],
      [30, 60, 5],
      [30, 50, 4],
      // 40 of 80, no overload: 40 + 1% of 80 = 40.8, so it stays.
      [1, 40, 3],
      [1, 40, 3],
    ];
    steps.forEach(([wait, admitted, cursor], i) => {
      expect(window(machine, i * S, 80, wait), `window ${i}`).toBe(admitted);
      expect(machine.cursor).toBe(cursor);
    });
  });

  it('rises by 1% of all arrivals a window once the levels are fine enough', () => {
    const machine = new Dagor({ ...DAGOR, requests: 100_000 }, 1);
    const once = (at: number, waitMs: number): number => {
      let admitted = 0;
      for (let i = 0; i < 12_800; i++) {
        if (!machine.admits(at, 0, i % 128)) continue;
        admitted++;
        machine.begins(at, waitMs * MS);
      }
      return admitted;
    };
    expect(once(0, 50)).toBe(12_800);
    // 12,160: 121 of 128 levels of 100 each.
    expect(once(1 * S, 0)).toBe(12_100);
    // 12,100 + 128 = 12,228: 122 levels.
    expect(once(2 * S, 0)).toBe(12_200);
    expect(once(3 * S, 50)).toBe(12_300);
    // 12,300 × 0.95 = 11,685.
    expect(once(4 * S, 50)).toBe(11_600);
  });

  it('a window ends after a number of arrivals, too', () => {
    const machine = new Dagor(SMALL, 2);
    window(machine, 0, 99, 30);
    machine.admits(150, 0, 0);
    expect(machine.cursor).toBe(7);
    machine.admits(200, 0, 0);
    expect(machine.cursor).toBeLessThan(7);
  });

  it('the most important level is always let in', () => {
    const machine = new Dagor(SMALL, 2);
    for (let i = 0; i < 50; i++) window(machine, i * S, 80, 500);
    expect(machine.cursor).toBe(0);
    expect(machine.admits(51 * S, 0, 0)).toBe(true);
    expect(machine.admits(51 * S, 0, 1)).toBe(false);
  });

  it('an idle window opens all', () => {
    const machine = new Dagor(SMALL, 2);
    window(machine, 0, 80, 30);
    window(machine, 1 * S, 80, 0);
    expect(machine.cursor).toBe(6);
    machine.admits(5 * S, 0, 0);
    machine.admits(9 * S, 1, 3);
    expect(machine.cursor).toBe(7);
  });

  it('whoever is let in, all that are more important are too', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(1), fc.nat(3), fc.nat(60), fc.nat(400)), { maxLength: 400 }),
        (steps) => {
          const machine = new Dagor({ ...SMALL, requests: 20 }, 2);
          let now = 0;
          for (const [business, user, waitMs, passes] of steps) {
            now += passes * MS;
            const fine = machine.admits(now, business, user);
            expect(fine).toBe(business * 4 + user <= machine.cursor);
            if (fine) machine.begins(now, waitMs * MS);
            expect(machine.cursor).toBeGreaterThanOrEqual(0);
            expect(machine.cursor).toBeLessThanOrEqual(7);
          }
        },
      ),
    );
  });
});
