import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Measured } from '../../../src/measure/measured.js';
import type { Plan } from '../../../src/model/plan.js';
import { World } from '../../../src/model/world.js';
import { full } from '../kit.js';
import { planOf, shape } from './random-streams.js';

const CASES = full ? 1000 : 60;
const SEED = Number(process.env['SPILLWAY_CASES'] ?? 42);
const FACTS_MAX = 60_000;

/** Runs a plan; a storm is cut short, which counts as its end. */
function run(plan: Plan, slice: number): { m: Measured; cut: boolean } {
  const world = new World(plan, { stepNs: 1e9, windows: [], memoryLimitBytes: 4e9 });
  let cut = false;
  while (!world.advance(slice)) {
    if (world.events < FACTS_MAX) continue;
    cut = true;
    world.stop('interrupted');
  }
  return { m: world.measured(), cut };
}

describe('random pipelines of streams', () => {
  it('balance their books, keep to what was asked, and are the same in slices', () => {
    fc.assert(
      fc.property(shape, (of) => {
        const plan = planOf(of);
        const { m, cut } = run(plan, 2000);
        const { metrics, ledger } = m;
        const failed = Object.values(ledger.failed).reduce((sum, count) => sum + count, 0);
        const ended = ledger.good + ledger.late + ledger.degraded + failed + ledger.unfinished;
        expect(ended).toBe(ledger.offered);
        const crashes = of.faults.some(({ kind }) => kind === 'crash');
        of.stages.forEach(({ asks, deliver, more }, i) => {
          // A way back after a crash may be shorter than what is still on its way to who went down.
          if (crashes && deliver!.network !== null) return;
          const room = asks!.n! * more!.replicas!;
          expect(metrics[`services.c${i}.in_flight.mean`] ?? 0).toBeLessThanOrEqual(room + 1e-9);
          expect(metrics[`services.c${i}.queue.depth.max`] ?? 0).toBeLessThanOrEqual(room);
        });
        if (!cut) expect(run(plan, 7).m.fingerprint).toBe(m.fingerprint);
      }),
      { numRuns: CASES, seed: SEED },
    );
  });
});
