import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Kernel } from '../../../src/kernel/kernel.js';
import type { Measured } from '../../../src/measure/measured.js';
import type { Plan } from '../../../src/model/plan.js';
import { World } from '../../../src/model/world.js';
import { full } from '../kit.js';
import { planOf, type Shape, shape } from './random-sqs.js';

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

function wrongFigures({ metrics }: Measured): string[] {
  return Object.entries(metrics).flatMap(([name, value]) => {
    const fine = value === null || (Number.isFinite(value) && value >= 0);
    return fine ? [] : [`${name}: ${value}`];
  });
}

/** What no limit allows: messages thrown away, or put aside. */
function wrongLosses({ metrics, ledger }: Measured, { queues, deadLetters }: Shape): string[] {
  const wrong: string[] = [];
  const [own, dead] = queues;
  const of = (q: number, name: string): number => metrics[`queues.q${q}.${name}`] ?? 0;
  if (of(0, 'dropped') > 0 && (deadLetters || own.receivesMax === Infinity)) wrong.push('dropped');
  if (of(1, 'dropped') > 0 && dead.receivesMax === Infinity) wrong.push('dead ones dropped');
  if (of(0, 'dead_lettered') > 0 && own.receivesMax === Infinity) wrong.push('put aside');
  if (own.receivesMax === Infinity && (ledger.failed['dropped'] ?? 0) > 0) wrong.push('lost');
  // A second time it is handled only after a second receipt, or as a dead letter.
  const causes = of(0, 'redelivered') + of(1, 'redelivered') + of(1, 'dead_lettered');
  if (of(0, 'duplicates') + of(1, 'duplicates') > causes) wrong.push('duplicates without a cause');
  return wrong;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('random queues of SQS', () => {
  it('balance their books, lose nothing but by a limit, and are the same in slices', () => {
    const seen = { cut: 0, redelivered: 0, buried: 0, duplicates: 0 };
    fc.assert(
      fc.property(shape, (of) => {
        const plan = planOf(of);
        vi.restoreAllMocks();
        const { m, cut } = run(plan, 1000);
        expect(wrongFigures(m)).toEqual([]);
        if (of.publish.timeoutNs === undefined) expect(wrongLosses(m, of)).toEqual([]);
        seen.redelivered += m.metrics['queues.q0.redelivered'] ?? 0;
        seen.duplicates += m.metrics['queues.q0.duplicates'] ?? 0;
        seen.buried += m.metrics['queues.q1.dead_lettered'] ?? 0;
        if (cut) {
          seen.cut++;
          return;
        }
        const text = JSON.stringify(m);
        expect(JSON.stringify(run(plan, 7).m)).toBe(text);
        vi.spyOn(Kernel.prototype, 'isNext').mockReturnValue(false);
        expect(run(plan, 1e9).m.fingerprint).toBe(m.fingerprint);
      }),
      { numRuns: CASES, seed: SEED },
    );
    expect(seen.cut).toBeLessThan(CASES / 4);
    for (const count of [seen.redelivered, seen.duplicates, seen.buried])
      expect(count).toBeGreaterThan(CASES / 4);
  });

  it('handle everything in the end where work is shorter than the visibility', () => {
    const quick = shape.map((of): Shape => {
      const [own, dead] = of.queues;
      const consumers = of.consumers.map((one) => ({ ...one, steps: [], maxAge: null }));
      const lasting = { ...own, visibility: 1, receivesMax: Infinity };
      const faults = of.faults.map((one) => ({ ...one, at: one.at % 40, for: 5 }));
      return { ...of, queues: [lasting, dead], consumers, faults, deadline: Infinity, rate: 20 };
    });
    fc.assert(
      fc.property(quick, (of) => {
        const { m, cut } = run({ ...planOf(of), durationNs: 60e9 }, 1e5);
        if (cut || of.publish.timeoutNs !== undefined) return;
        const { failed, good, offered } = m.ledger;
        expect(good + (failed['error'] ?? 0)).toBe(offered);
        expect(m.metrics['queues.q0.handled']).toBe(offered);
      }),
      { numRuns: CASES, seed: SEED + 1 },
    );
  });
});
