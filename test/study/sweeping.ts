import { formatIssue, loadScenario, type Scenario } from '../../src/scenario/index.js';
import type { Outcome, Runner, Shard, SweepRow } from '../../src/study/index.js';
import { here, partEndLine, partHeadLine, runSweep, sweepHead } from '../../src/study/index.js';
import type { SweepOptions } from '../../src/study/sweep.js';

export const OPTIONS: SweepOptions = { version: '0', scenarioSha256: '', memoryLimitBytes: 1e9 };

export function scenarioOf(text: string, vary: string[] = []): Scenario {
  const { scenario, issues } = loadScenario({ text, file: 'test.yaml', vary });
  if (scenario === null) throw new Error(issues.map(formatIssue).join('\n'));
  return scenario;
}

/** A desk that is slow for a while, under two policies, at three loads and two lengths of that. */
export const DESK = `spillway: 1
title: A desk
seed: 7
duration: 40s
warmup: 2s
objective: { latency: 1s }
replications: 3
producers: { users: { arrivals: { poisson: 20/s }, to: desk } }
services: { desk: { workers: 1, handler: [ { work: { exponential: 20ms } } ] } }
faults: [ { at: 10s, for: 1s, slow: desk, factor: 20 } ]
policies: { base: {}, bounded-reject: preset }
sweep: { load: [50%, 100%, 220%], faults.0.for: [1s, 4s] }
`;

/** Without chance: one run a cell. */
export const CLOCKWORK = DESK.replace('poisson', 'constant').replace(
  '{ exponential: 20ms }',
  '20ms',
);

/** All rows of a sweep, as their text, and what they come to. */
export async function swept(scenario: Scenario, options: Partial<SweepOptions> = {}) {
  const rows: SweepRow[] = [];
  const { result, names } = await runSweep(scenario, {
    ...OPTIONS,
    ...options,
    sink: (row) => {
      rows.push(row);
    },
  });
  return { rows, names, result, cells: [...result.cells] };
}

/** The lines of a part. */
export async function partOf(scenario: Scenario, shard: Shard, options = {}): Promise<string[]> {
  const { rows } = await swept(scenario, { ...options, shard });
  const head = sweepHead(scenario, { ...OPTIONS, ...options });
  const lines = rows.map((row) => JSON.stringify(row));
  return [partHeadLine(shard, head), ...lines, partEndLine(rows.length, false)];
}

export async function* linesOf(lines: readonly string[]): AsyncIterable<string> {
  yield* lines;
}

/** Many at once, each ending when it likes: no order in which they end is like another. */
export function scrambled(width: number): Runner {
  const one = here(1e9);
  let turn = 1;
  return {
    width,
    async run(scenario, task, tick): Promise<Outcome> {
      turn = (turn * 7919) % 104_729;
      const outcome = await one.run(scenario, task, tick);
      for (let i = turn % 11; i > 0; i--) await new Promise((done) => setTimeout(done, 0));
      return outcome;
    },
  };
}
