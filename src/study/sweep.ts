import { metricUnits } from '../measure/names.js';
import { type Cell, cellsOf, hasChance, planFor, type Scenario } from '../scenario/index.js';
import { cellText } from './cells.js';
import { inOrder } from './in-order.js';
import type { Outcome } from './outcome.js';
import { type Between, Pace } from './progress.js';
import { here, type Runner } from './runner.js';
import { replicationsFor, seedsFor } from './seeds.js';
import { ownerOf, type Shard } from './shards.js';
import { subjectsOf } from './subjects.js';
import { SweepBook } from './sweep-book.js';
import type { SweepHead, SweepNames, SweepResult, SweepRow } from './sweep-result.js';
import { type Task, taskText } from './task.js';

export interface SweepOptions {
  /** The product's version and the file's hash: part of what a study says of itself. */
  version: string;
  scenarioSha256: string;
  memoryLimitBytes: number;
  /** Default: all of the file's. */
  policies?: readonly string[] | undefined;
  /** Over the file's; `42/3` repeats the third replication alone. */
  seed?: string | undefined;
  /** Over the file's. */
  replications?: number | undefined;
  /** Only this share of the runs. */
  shard?: Shard | undefined;
  /** Handed each row, in the order of their index, as they come. */
  sink?: ((row: SweepRow) => void | Promise<void>) | undefined;
  between?: Between | undefined;
  /** Where the runs happen. Default: here, one after the other. */
  runner?: Runner | undefined;
}

/** One run to be made. */
interface Turn {
  index: number;
  task: Task;
  replication: number;
  replications: number;
  durationNs: number;
  label: string;
}

/** What a sweep comes to. */
export interface Swept {
  result: SweepResult;
  names: SweepNames;
  /** Whether runs are missing, since it was told to stop. */
  interrupted: boolean;
}

/** What a sweep of this scenario says of itself before any of it is run. */
export function sweepHead(scenario: Scenario, options: SweepOptions): SweepHead {
  const { seed, replications } = options;
  const policies = [...(options.policies ?? scenario.policies.map(({ name }) => name))];
  const [first = {}] = cellsOf(scenario);
  return {
    spillway: 1,
    study: 'sweep',
    version: options.version,
    title: scenario.title,
    seed: seed ?? scenario.seed,
    scenario_sha256: options.scenarioSha256,
    replications: replicationsFor({ file: scenario.replications, seed, replications }),
    axes: scenario.sweep.map(({ path, values }) => ({ path, values })),
    policies,
    units: {
      ...metricUnits(
        subjectsOf(policies.map((policy) => planFor(scenario, policy, { cell: first }))),
      ),
      recovered: 'share',
      recovery_time: 'seconds',
    },
  };
}

/**
 * Runs every cell of the scenario's sweep under every policy and seed. Rows come in one fixed order
 * (cell, replication, policy) whatever the order in which runs end, and none is kept: of a cell
 * there remain the means and intervals. Cells are laid out when it is their turn.
 */
export async function runSweep(scenario: Scenario, options: SweepOptions): Promise<Swept> {
  const head = sweepHead(scenario, options);
  const book = new SweepBook(head);
  const pace = new Pace(options.between);
  const runner = options.runner ?? here(options.memoryLimitBytes);
  let interrupted = false;
  const isWhole = await inOrder<Turn, Outcome>({
    items: turnsOf(scenario, { head, shard: options.shard, pace }),
    width: runner.width,
    run({ task, durationNs, label }) {
      const { tick, finish } = pace.begin(label, durationNs);
      return runner.run(scenario, task, tick).finally(finish);
    },
    async fold(turn, outcome) {
      if (outcome!.measured.stopped?.why === 'interrupted') {
        interrupted = true;
        return;
      }
      const row = rowOf(turn, outcome!);
      book.add(row);
      await options.sink?.(row);
    },
    stopped: () => pace.stopped,
  });
  interrupted ||= !isWhole;
  return { result: book.result(interrupted), names: book.names(), interrupted };
}

/** The runs of a study, cell by cell. Tells the pace what is to come, from what came so far. */
function* turnsOf(
  scenario: Scenario,
  { head, shard, pace }: { head: SweepHead; shard: Shard | undefined; pace: Pace },
): Iterable<Turn> {
  const cells = cellsOf(scenario);
  const { policies, replications } = head;
  const all = policies.length * replications;
  let expectedNs: number | null = null;
  for (const [place, cell] of cells.entries()) {
    const { turns, workNs } = turnsOfCell(scenario, { head, shard, cell, first: place * all });
    if (expectedNs === null) {
      expectedNs = workNs / (shard?.of ?? 1);
      pace.expect(expectedNs * cells.length);
    }
    pace.expect(turns.reduce((sum, { durationNs }) => sum + durationNs, 0) - expectedNs);
    for (const turn of turns) {
      yield { ...turn, label: `${turn.label} (cell ${place + 1} of ${cells.length})` };
    }
  }
}

/** Those of a cell's runs that belong to the shard, and the simulated time of all of them. */
function turnsOfCell(
  scenario: Scenario,
  of: { head: SweepHead; shard: Shard | undefined; cell: Cell; first: number },
): { turns: Turn[]; workNs: number } {
  const { head, shard, cell, first } = of;
  const { policies, seed, replications } = head;
  const rows = policies.map((policy) => {
    const plan = planFor(scenario, policy, { cell });
    return { policy, chancy: hasChance(plan), durationNs: plan.durationNs };
  });
  // As in a run: what has no chance in it runs once, at the seed that it shares with the others.
  const seeds = seedsFor(seed, rows.some(({ chancy }) => chancy) ? replications : 1);
  const turns: Turn[] = [];
  let workNs = 0;
  for (const [r, one] of seeds.entries()) {
    for (const [p, { policy, chancy, durationNs }] of rows.entries()) {
      if (r > 0 && !chancy) continue;
      workNs += durationNs;
      const key = JSON.stringify([cell, policy, one]);
      if (shard !== undefined && ownerOf(key, shard.of) !== shard.index) continue;
      const task = taskOf(policy, one, cell);
      turns.push({
        index: first + r * policies.length + p,
        task,
        replication: r + 1,
        replications: chancy ? seeds.length : 1,
        durationNs,
        label: taskText(task),
      });
    }
  }
  return { turns, workNs };
}

function taskOf(policy: string, seed: string, cell: Cell): Task {
  return {
    policy,
    seed,
    cell,
    shape: null,
    detail: 'figures',
    stepSeconds: null,
    windows: [],
  };
}

function rowOf({ index, task, replication, replications }: Turn, outcome: Outcome): SweepRow {
  const { measured, verdict } = outcome;
  const { fingerprint, events, ledger, metrics, notes, stopped } = measured;
  const { is, recovered, recovery_time, contained, first_saturated, deadlock } = verdict;
  const bounds = Object.keys(notes).filter((name) => /lower bound/.test(notes[name]!));
  return {
    index,
    where: task.cell!,
    policy: task.policy,
    replication,
    replications,
    seed: task.seed,
    fingerprint,
    events,
    verdict: { is, recovered, recovery_time, contained, first_saturated, deadlock },
    ...(stopped === null
      ? {}
      : { stopped: `${task.policy} at ${cellText(task.cell!)}: ${stopped.text}` }),
    ...(bounds.length > 0 ? { lower_bounds: bounds } : {}),
    ledger,
    metrics,
  };
}
