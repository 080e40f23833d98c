import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadScenario, type Scenario } from '../../src/scenario/index.js';
import { inOrder } from '../../src/study/in-order.js';
import { here, type Outcome, type Runner, runScenario, type Task } from '../../src/study/index.js';
import type { RunResult } from '../../src/study/result.js';

describe('items are folded in their order, whatever the order in which they end', () => {
  const items = fc.array(fc.record({ needsNoRun: fc.boolean() }), { maxLength: 40 });
  const width = fc.integer({ min: 1, max: 9 });

  it('no more are under way than there is room for, and each is folded once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), items, width, async (scheduler, list, most) => {
        const folded: (number | null)[] = [];
        let underWay = 0;
        const whole = inOrder<number, number>({
          items: list.keys(),
          width: most,
          run(item) {
            if (list[item]!.needsNoRun) return null;
            expect(++underWay).toBeLessThanOrEqual(most);
            return scheduler.schedule(Promise.resolve(item)).then((value) => {
              underWay--;
              return value;
            });
          },
          fold: (_, outcome) => void folded.push(outcome),
          stopped: () => false,
        });
        expect(await scheduler.waitFor(whole)).toBe(true);
        expect(folded).toEqual(list.map(({ needsNoRun }, item) => (needsNoRun ? null : item)));
      }),
    );
  });

  it('once it is stopped nothing is begun, what is under way is folded, and it is not whole', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), width, fc.nat(30), async (scheduler, most, last) => {
        const begun: number[] = [];
        const folded: number[] = [];
        const whole = inOrder<number, number>({
          items: Array.from({ length: 20 }, (_, item) => item),
          width: most,
          run(item) {
            expect(folded.includes(last)).toBe(false);
            begun.push(item);
            return scheduler.schedule(Promise.resolve(item));
          },
          fold: (item) => void folded.push(item),
          stopped: () => folded.includes(last),
        });
        expect(await scheduler.waitFor(whole)).toBe(begun.length === 20);
        expect(folded).toEqual(begun);
      }),
    );
  });

  it('of several failures the first in their order is told', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), width, async (scheduler, most) => {
        const told = inOrder<number, number>({
          items: [0, 1, 2, 3, 4, 5],
          width: most,
          run: (item) =>
            scheduler.schedule(Promise.resolve(item)).then(() => {
              if (item >= 2) throw new Error(`item ${item}`);
              return item;
            }),
          fold: () => undefined,
          stopped: () => false,
        });
        await expect(scheduler.waitFor(told)).rejects.toThrow('item 2');
      }),
    );
  });
});

const OPTIONS = { version: '0', scenarioSha256: '', memoryLimitBytes: 1e9 };
const TEXT = `spillway: 1
seed: 7
duration: 4s
replications: 3
producers: { users: { arrivals: { poisson: 80/s }, to: desk } }
services: { desk: { workers: 1, handler: [ { work: { exponential: 10ms } } ] } }
policies: { as-it-is: {}, bounded-reject: preset }
sweep: { load: [50%, 150%] }
expect:
  - { that: offered > 0/s }
  - { that: goodput(bounded-reject) >= 0.9 * goodput(as-it-is), where: { load: 150% } }
`;

describe('a study whose runs end in any order', () => {
  let scenario: Scenario;
  let serial: RunResult;
  const outcomes = new Map<string, Outcome>();

  beforeAll(async () => {
    const loaded = loadScenario({ text: TEXT, file: 'test.yaml' });
    expect(loaded.issues).toEqual([]);
    scenario = loaded.scenario!;
    const first = here(1e9);
    const kept: Runner = {
      width: 1,
      async run(...asked) {
        const outcome = await first.run(...asked);
        outcomes.set(JSON.stringify(asked[1]), structuredClone(outcome));
        return outcome;
      },
    };
    serial = await runScenario(scenario, { ...OPTIONS, runner: kept });
  });

  /** What is known already, in the order of a scheduler; runs are cut short once `cut` says so. */
  function runner(scheduler: fc.Scheduler, width: number, cut: () => boolean): Runner {
    return {
      width,
      async run(_, task, tick) {
        const outcome = await scheduler.schedule(Promise.resolve(outcomeOf(task)));
        const goesOn = !cut() && (await tick(2e9));
        if (!goesOn) await tick(2e9);
        return goesOn ? outcome : interrupted(outcome);
      },
    };
  }

  const outcomeOf = (task: Task): Outcome => structuredClone(outcomes.get(JSON.stringify(task))!);

  const interrupted = (outcome: Outcome): Outcome => {
    const stopped = { why: 'interrupted', atNs: 2e9, text: 'interrupted' } as const;
    return { ...outcome, measured: { ...outcome.measured, endNs: 2e9, stopped } };
  };

  it('comes to the same bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 20 }), async (order, width) => {
        const study = runScenario(scenario, {
          ...OPTIONS,
          runner: runner(order, width, () => false),
        });
        expect(JSON.stringify(await order.waitFor(study))).toBe(JSON.stringify(serial));
      }),
      { numRuns: 60 },
    );
  });

  it('stopped at any moment, holds the first of the runs and says that it is partial', async () => {
    const width = fc.integer({ min: 1, max: 20 });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), width, fc.nat(20), async (order, most, looks) => {
        let seen = 0;
        const study = runScenario(scenario, {
          ...OPTIONS,
          between: async () => (++seen > looks ? 'stop' : 'go'),
          runner: runner(order, most, () => seen > looks),
        });
        const result = await order.waitFor(study);
        expectPrefix(result, serial);
      }),
      { numRuns: 100 },
    );
  });
});

/** What an interrupted study holds must be a part of the whole one, and say what it lacks. */
function expectPrefix(part: RunResult, whole: RunResult): void {
  const places = (result: RunResult) => [
    result.policies,
    ...(result.sweep ?? []).map((c) => c.policies),
  ];
  expect((part.sweep ?? []).map(({ where }) => where)).toEqual(
    (whole.sweep ?? []).slice(0, part.sweep?.length ?? 0).map(({ where }) => where),
  );
  let runs = 0;
  for (const [at, policies] of places(part).entries()) {
    for (const [name, policy] of Object.entries(policies)) {
      const all = places(whole)[at]![name]!;
      const count = policy.replications.length;
      runs += count;
      expect(policy.replications).toEqual(all.replications.slice(0, count));
      expect(policy.ledger.offered).toBe(
        policy.replications.reduce((sum, { metrics }) => sum + metrics['offered']! * 4, 0),
      );
      if (count < 3) expect(part.partial).toBe(true);
    }
  }
  if (part.partial) expect(runs).toBeLessThanOrEqual(18);
  else expect(JSON.stringify(part)).toBe(JSON.stringify(whole));
}
