import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LockTable } from '../../src/policies/lock-table.js';

const RANKS = 3;

/** The same rules, told as simply as they can be. */
class Oracle {
  readonly holder: number[];
  readonly depth: number[];
  readonly lines: number[][];

  constructor(
    private readonly rules: { byImportance: boolean; inherits: boolean }[],
    private readonly own: readonly number[],
  ) {
    this.holder = rules.map(() => -1);
    this.depth = rules.map(() => 0);
    this.lines = rules.map(() => []);
  }

  /** The greatest importance that waits for what one holds, directly or through others. */
  rank(who: number, seen: readonly number[] = []): number {
    if (seen.includes(who)) return RANKS;
    let rank = this.own[who]!;
    this.rules.forEach(({ inherits }, lock) => {
      if (!inherits || this.holder[lock] !== who) return;
      for (const other of this.lines[lock]!) {
        rank = Math.min(rank, this.rank(other, [...seen, who]));
      }
    });
    return rank;
  }

  waitsFor(who: number): number {
    return this.lines.findIndex((line) => line.includes(who));
  }
}

/** Whether one that holds something would wait in a ring if it waited for a lock. */
function wouldRing(oracle: Oracle, who: number, lock: number): boolean {
  for (let at = lock; ; ) {
    const holder = oracle.holder[at]!;
    if (holder === who) return true;
    at = holder < 0 ? -1 : oracle.waitsFor(holder);
    if (at < 0) return false;
  }
}

function agree(table: LockTable, oracle: Oracle, ranks: readonly number[]): void {
  expect([...table.holder]).toEqual(oracle.holder);
  expect([...table.waiting]).toEqual(oracle.lines.map((line) => line.length));
  ranks.forEach((own, who) => {
    expect(Math.min(own, table.inheritedBy(who))).toBe(oracle.rank(who));
    expect(table.waitedFor(who)).toBe(oracle.waitsFor(who));
  });
}

describe('a table of locks', () => {
  it('has holders, lines and inherited importance as they are told, whatever happens', () => {
    const rule = fc.record({ byImportance: fc.boolean(), inherits: fc.boolean() });
    const steps = fc.array(fc.record({ who: fc.nat(6), lock: fc.nat(2), what: fc.nat(5) }), {
      maxLength: 120,
    });
    const own = fc.array(fc.nat(RANKS - 1), { minLength: 7, maxLength: 7 });
    fc.assert(
      fc.property(fc.tuple(rule, rule, rule), own, steps, (rules, ranks, moves) => {
        const oracle = new Oracle(rules, ranks);
        const told = new Map<number, number>();
        const table = new LockTable(rules, RANKS, {
          changes: (who) => told.set(who, Math.min(ranks[who]!, table.inheritedBy(who))),
          changed: (who) => {
            expect(Math.min(ranks[who]!, table.inheritedBy(who))).not.toBe(told.get(who));
          },
        });
        const handOn = (lock: number): void => {
          const next = table.handOn(lock);
          expect(next < 0).toBe(oracle.lines[lock]!.length === 0);
          oracle.holder[lock] = next;
          oracle.depth[lock] = next < 0 ? 0 : 1;
          if (next < 0) return;
          const line = oracle.lines[lock]!;
          const best = Math.min(...line.map((who) => oracle.rank(who)));
          // Among equals those whose importance changed meanwhile stand behind the others.
          if (rules[lock]!.byImportance) expect(oracle.rank(next)).toBe(best);
          else expect(next).toBe(line[0]);
          line.splice(line.indexOf(next), 1);
        };
        for (const { who, lock, what } of moves) {
          const waits = oracle.waitsFor(who);
          if (waits >= 0 && (what === 0 || what === 2)) {
            table.leave(who);
            oracle.lines[waits]!.splice(oracle.lines[waits]!.indexOf(who), 1);
          }
          if (what === 0) continue;
          if (what !== 2 && waits >= 0) continue;
          if (what >= 3) {
            if (oracle.holder[lock] === who || oracle.holder[lock] === -1) {
              expect(table.take(lock, who, ranks[who]!)).toBe(true);
              oracle.holder[lock] = who;
              oracle.depth[lock]!++;
            } else if (!wouldRing(oracle, who, lock)) {
              expect(table.take(lock, who, ranks[who]!)).toBe(false);
              table.wait(lock, who, ranks[who]!);
              oracle.lines[lock]!.push(who);
            }
          } else if (what === 1 && oracle.holder[lock] === who) {
            const free = --oracle.depth[lock]! === 0;
            expect(table.giveBack(lock)).toBe(free);
            if (free) {
              oracle.holder[lock] = -1;
              handOn(lock);
            }
          } else if (what === 2) {
            for (let at = table.freeOne(who); at >= 0; at = table.freeOne(who)) {
              expect(oracle.holder[at]).toBe(who);
              oracle.holder[at] = -1;
              handOn(at);
            }
            expect(oracle.holder).not.toContain(who);
          }
          agree(table, oracle, ranks);
        }
      }),
      { numRuns: 500, seed: 42 },
    );
  });
});
