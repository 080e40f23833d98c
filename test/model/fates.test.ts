import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Measured } from '../../src/measure/measured.js';
import { FateBook, fateText, reasonOf } from '../../src/model/fates.js';
import { type Plan, World } from '../../src/model/index.js';
import type { Witness } from '../../src/model/witness.js';
import { full } from './kit.js';
import { randomPlan } from './random-plans.js';

const CASES = full ? 600 : 60;
const SEED = Number(process.env['SPILLWAY_CASES'] ?? 42);
const FACTS_MAX = 30_000;
const OPTIONS = { stepNs: 1e9, windows: [], memoryLimitBytes: 8e9 };

type Ledger = Measured['ledger'];

/** The ledger as fates add it up. */
function ledgerOf(book: FateBook): Ledger {
  const ledger: Ledger = { offered: 0, good: 0, late: 0, degraded: 0, failed: {}, unfinished: 0 };
  for (const { count, fate } of book.producers) {
    ledger.offered += count;
    for (const one of fate.subarray(0, count)) {
      const reason = reasonOf(one);
      if (reason !== null) ledger.failed[reason] = (ledger.failed[reason] ?? 0) + 1;
      else ledger[fateText(one) as 'good' | 'late' | 'degraded' | 'unfinished']++;
    }
  }
  return ledger;
}

function counted({ failed, ...rest }: Ledger): Ledger {
  const some = Object.entries(failed).filter(([, count]) => count > 0);
  return { ...rest, failed: Object.fromEntries(some.sort()) };
}

function runWith(plan: Plan, more: Partial<ConstructorParameters<typeof World>[1]>): Measured {
  const world = new World(plan, { ...OPTIONS, ...more });
  while (!world.advance(5_000)) if (world.events >= FACTS_MAX) world.stop('interrupted');
  return world.measured();
}

class Counting implements Witness {
  facts = 0;
  begins(): void {}
  fact(): void {
    this.facts++;
  }
  tookAttempt(): void {}
  leftAttempt(): void {}
  tookMessage(): void {}
}

describe('the fate of every request', () => {
  it('adds up to the ledger of its run, and looking changes no fact', () => {
    fc.assert(
      fc.property(randomPlan, (plan) => {
        const plain = runWith(plan, {});
        const requests = new FateBook(plan);
        const witness = new Counting();
        const seen = runWith(plan, { requests, witness });
        expect(seen.fingerprint).toBe(plain.fingerprint);
        expect(witness.facts).toBe(plain.events);
        expect(counted(ledgerOf(requests))).toEqual(counted(plain.ledger));
      }),
      { numRuns: CASES, seed: SEED },
    );
  }, 300_000);
});
