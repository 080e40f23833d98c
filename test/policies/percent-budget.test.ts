import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PercentBudget } from '../../src/policies/percent-budget.js';

const full = process.env['SPILLWAY_FULL'] === '1';
const MS = 1e6;

/** A budget by the letter of rule 14: every try and retry kept with its slice. */
class ByTheLetter {
  private readonly firsts: number[] = [];
  private readonly retries: number[] = [];

  constructor(private readonly percent: number) {}

  first(now: number): void {
    this.firsts.push(Math.floor(now / 1e9));
  }

  tryRetry(now: number): boolean {
    const oldest = Math.floor(now / 1e9) - 9;
    const within = (slices: number[]) => slices.filter((slice) => slice >= oldest).length;
    if ((within(this.retries) + 1) * 100 > this.percent * within(this.firsts)) return false;
    this.retries.push(Math.floor(now / 1e9));
    return true;
  }
}

/** 100 tries a second, all of which fail, and each asks for so many retries; attempts ÷ tries. */
function growth(share: number, asks: number, seconds: number): number {
  const budget = new PercentBudget(share);
  const tries = 100 * seconds;
  let retries = 0;
  for (let i = 0; i < tries; i++) {
    budget.first(i * 10 * MS);
    for (let k = 0; k < asks; k++) if (budget.tryRetry(i * 10 * MS)) retries++;
  }
  return (tries + retries) / tries;
}

describe('a retry budget in percent', () => {
  it.each([
    [0.1, 1, 1.1],
    [0.1, 3, 1.1],
    [0.2, 2, 1.2],
    [0.01, 1, 1.01],
    [0.5, 1, 1.5],
    [1, 1, 2],
    [1, 3, 2],
    [0, 3, 1],
  ])(
    'of %d lets load grow exactly by itself, %d retries wanted for each try',
    (share, asks, by) => {
      expect(growth(share, asks, 100)).toBe(by);
    },
  );

  it('every whole percent lets its share of a hundred tries out, and not one more', () => {
    for (let percent = 0; percent <= 100; percent++) {
      const budget = new PercentBudget(percent / 100);
      for (let i = 0; i < 100; i++) budget.first(0);
      let out = 0;
      while (out <= 101 && budget.tryRetry(0)) out++;
      expect(`${percent}%: ${out}`).toBe(`${percent}%: ${percent}`);
    }
  });

  it('tries count for ten slices of a second, the one at hand included', () => {
    const later = (ns: number): boolean => {
      const budget = new PercentBudget(0.1);
      for (let i = 0; i < 10; i++) budget.first(999 * MS);
      return budget.tryRetry(ns);
    };
    expect(later(999 * MS)).toBe(true);
    expect(later(9_999 * MS)).toBe(true);
    expect(later(10_000 * MS)).toBe(false);
    expect(later(3_600_000 * MS)).toBe(false);
  });

  it('retries are forgotten with their slice too', () => {
    const budget = new PercentBudget(0.5);
    for (let s = 0; s < 12; s++) budget.first(s * 1e9);
    expect(budget.tryRetry(11e9)).toBe(true);
    for (let i = 0; i < 4; i++) expect(budget.tryRetry(11e9)).toBe(true);
    expect(budget.tryRetry(11e9)).toBe(false);
    budget.first(20.5e9);
    budget.first(20.5e9);
    // The slice of 11 s is still there at 20.9 s, and gone at 21 s: two tries, no retries.
    expect(budget.tryRetry(20.9e9)).toBe(false);
    expect(budget.tryRetry(21e9)).toBe(true);
    expect(budget.tryRetry(21e9)).toBe(false);
  });

  it('does what the rule says by the letter, at any times, over any gaps', () => {
    const gap = fc.oneof(fc.nat(200), fc.nat(3000), fc.nat(30_000));
    const events = fc.array(fc.tuple(gap, fc.boolean()), { maxLength: 300 });
    const percent = fc.constantFrom(1, 5, 10, 20, 25, 33, 50, 100);
    fc.assert(
      fc.property(events, percent, (list, of) => {
        const ours = new PercentBudget(of / 100);
        const letter = new ByTheLetter(of);
        let now = 0;
        for (const [gapMs, isFirst] of list) {
          now += gapMs * MS;
          if (isFirst) {
            ours.first(now);
            letter.first(now);
          } else expect(ours.tryRetry(now)).toBe(letter.tryRetry(now));
        }
      }),
      { numRuns: full ? 3000 : 300 },
    );
  });
});
