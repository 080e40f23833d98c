import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fingerprint } from '../../src/measure/fingerprint.js';

const full = process.env['SPILLWAY_FULL'] === '1';
const RUNS = { numRuns: full ? 20_000 : 2000 };

interface Fact {
  at: number;
  kind: number;
  hi: number;
  lo: number;
}

const word = fc.oneof(fc.constantFrom(0, 1, -1), fc.integer());
const fact: fc.Arbitrary<Fact> = fc.record({
  at: fc.oneof(fc.nat(3), fc.integer({ min: 0, max: 2 ** 53 - 1 })),
  kind: fc.integer({ min: 1, max: 31 }),
  hi: word,
  lo: word,
});
const facts = fc.array(fact, { minLength: 1, maxLength: 30 });

function printOf(list: readonly Fact[]): string {
  const clock = new Float64Array(1);
  const print = new Fingerprint(clock);
  for (const { at, kind, hi, lo } of list) {
    clock[0] = at;
    print.fact(kind, hi, lo);
  }
  return print.toString();
}

function text(one: Fact): string {
  return `${one.at} ${one.kind} ${one.hi} ${one.lo}`;
}

function bitsOf(hex: string): string {
  return [...hex].map((d) => Number.parseInt(d, 16).toString(2).padStart(4, '0')).join('');
}

/** All facts that differ from this one in a single bit. */
function neighbours(base: Fact): Fact[] {
  const changes: Fact[] = [];
  for (let bit = 0; bit < 32; bit++) {
    changes.push({ ...base, hi: base.hi ^ (1 << bit) }, { ...base, lo: base.lo ^ (1 << bit) });
    changes.push({ ...base, at: base.at + 2 ** bit });
    if (bit < 5) changes.push({ ...base, kind: base.kind ^ (1 << bit) });
  }
  return changes;
}

describe('the fingerprint', () => {
  it('is sixteen hex digits, the same for the same facts, and counts them', () => {
    const print = new Fingerprint(new Float64Array(1));
    expect(print.toString()).toMatch(/^[0-9a-f]{16}$/);
    print.fact(1, 2, 3);
    print.fact(1, 2, 3);
    expect(print.events).toBe(2);
    fc.assert(
      fc.property(facts, (list) => {
        expect(printOf(list)).toMatch(/^[0-9a-f]{16}$/);
        expect(printOf(list)).toBe(printOf(list));
      }),
    );
  });

  it('changes with any change of order', () => {
    fc.assert(
      fc.property(facts, fc.nat(), fc.nat(), (list, i, j) => {
        const [a, b] = [i % list.length, j % list.length];
        fc.pre(text(list[a]!) !== text(list[b]!));
        const swapped = list.with(a, list[b]!).with(b, list[a]!);
        expect(printOf(swapped)).not.toBe(printOf(list));
      }),
      RUNS,
    );
  });

  it('changes with any change of a time, a kind or an identity, and with one fact more or less', () => {
    fc.assert(
      fc.property(facts, fc.nat(), fact, (list, i, one) => {
        const at = i % list.length;
        expect(printOf(list.toSpliced(at, 1))).not.toBe(printOf(list));
        expect(printOf(list.toSpliced(at, 0, one))).not.toBe(printOf(list));
        fc.pre(text(list[at]!) !== text(one));
        expect(printOf(list.with(at, one))).not.toBe(printOf(list));
      }),
      RUNS,
    );
  });

  it('a single bit of a time, a kind or an identity changes about half of its bits', () => {
    const base = { at: 1_000_000_007, kind: 5, hi: 0x1234567, lo: -77 };
    const rest = Array.from({ length: 4 }, (_, i) => ({ at: 2e9, kind: 3, hi: i, lo: i }));
    const from = bitsOf(printOf([base, ...rest]));
    const flips = neighbours(base).map((changed) => {
      const to = bitsOf(printOf([changed, ...rest]));
      return [...from].filter((bit, i) => bit !== to[i]).length;
    });
    expect(Math.min(...flips)).toBeGreaterThan(8);
    const mean = flips.reduce((a, b) => a + b, 0) / flips.length;
    expect(mean).toBeGreaterThan(28);
    expect(mean).toBeLessThan(36);
  });

  it('a hundred thousand lists that differ in one fact have as many prints', () => {
    const prints = new Set<string>();
    const many = full ? 1_000_000 : 100_000;
    const tail = { at: 9, kind: 2, hi: 1, lo: 1 };
    for (let i = 0; i < many; i++) {
      const one = { at: 1 + (i >>> 8), kind: 16 + (i & 7), hi: (i >>> 3) & 31, lo: 0 };
      prints.add(printOf([one, tail]));
    }
    expect(prints.size).toBe(many);
  });
});
