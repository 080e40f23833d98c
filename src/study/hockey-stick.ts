import { capacityOf } from '../judge/index.js';
import { type Plan, queueOf } from '../model/plan.js';
import { planFor, type Scenario } from '../scenario/index.js';
import { inOrder } from './in-order.js';
import type { Kept, Outcome } from './outcome.js';
import { type Between, Pace } from './progress.js';
import type { HockeyPoint, HockeyStick } from './result.js';
import { here, type Runner } from './runner.js';
import { offeredPerSecond } from './shapes/steady.js';
import { planOf, type Task, taskText } from './task.js';

const LOADS = Array.from({ length: 20 }, (_, index) => (index + 1) / 10);
/** Where no closed form says so, a point is steady if no more than this share was left unfinished. */
const UNFINISHED_MAX = 0.02;

export interface HockeyOptions {
  policies: readonly string[];
  seed?: string | undefined;
  memoryLimitBytes: number;
  between?: Between | undefined;
  /** Where the runs happen. Default: here, one after the other. */
  runner?: Runner | undefined;
}

/** One point to be run. */
interface Point {
  load: number;
  task: Task;
  plan: Plan;
}

/**
 * Latency and goodput against offered load, 10% to 200% of the file's, each point a run of its own
 * without the faults. Only open arrivals have an offered load to turn: where nobody arrives on his
 * own (closed, backlog) there are no points, nor where arrivals follow a trace of moments.
 */
export async function hockeyStick(
  scenario: Scenario,
  options: HockeyOptions,
): Promise<HockeyStick> {
  const pace = new Pace(options.between);
  const fixed = options.policies.flatMap((policy) => unscalable(scenario, policy));
  if (fixed.length > 0) {
    const names = [...new Set(fixed)].join(', ');
    return {
      points: [],
      reason: `no other load than the file's: ${names} follows a trace of moments`,
    };
  }
  const all = options.policies.flatMap((policy) =>
    LOADS.map((load) => pointAt(scenario, policy, load, options.seed ?? scenario.seed)),
  );
  const open = all.filter(({ plan }) => offeredPerSecond(plan) > 0);
  for (const { plan } of open) pace.expect(plan.durationNs);
  const runner = options.runner ?? here(options.memoryLimitBytes);
  const points: HockeyPoint[] = [];
  await inOrder<Point, Outcome>({
    items: open,
    width: runner.width,
    run({ task, plan }) {
      const { tick, finish } = pace.begin(taskText(task), plan.durationNs);
      return runner.run(scenario, task, tick).finally(finish);
    },
    fold: (point, outcome) => {
      if (!pace.stopped) points.push(pointOf(point, outcome!.measured));
    },
    stopped: () => pace.stopped,
  });
  return { points };
}

function pointAt(scenario: Scenario, policy: string, load: number, seed: string): Point {
  const task: Task = {
    policy,
    seed,
    cell: null,
    shape: { kind: 'steady', load },
    detail: 'figures',
    stepSeconds: null,
    windows: [],
  };
  return { load, task, plan: planOf(scenario, task) };
}

/** Producers whose load cannot be turned. */
function unscalable(scenario: Scenario, policy: string): string[] {
  const { producers } = planFor(scenario, policy);
  return producers.flatMap(({ name, arrivals }) => (arrivals.kind === 'trace' ? [name] : []));
}

function pointOf({ load, task, plan }: Point, measured: Kept): HockeyPoint {
  const { metrics } = measured;
  return {
    policy: task.policy,
    load,
    offered: metrics['offered'] ?? offeredPerSecond(plan),
    goodput: metrics['goodput'] ?? 0,
    latencyP50: metrics['latency.p50'] ?? null,
    latencyP99: metrics['latency.p99'] ?? null,
    steady: isSteady(plan, measured),
    durationSeconds: (measured.endNs - measured.warmupNs) / 1e9,
  };
}

const REFUSE: ReadonlySet<string> = new Set(['reject', 'dead_letter']);

/**
 * Below capacity there is a steady state, and where every queue refuses beyond its bound there is
 * one at any load. A queue that blocks only moves the pile to the sender's side.
 */
function isSteady(plan: Plan, measured: Kept): boolean {
  const bounded = plan.components.every(
    ({ admission, workers, queue }) =>
      workers === Infinity ||
      (queue.capacity !== Infinity && REFUSE.has(queue.whenFull)) ||
      admission.some(({ kind }) => kind === 'concurrency' || kind === 'fair_queues'),
  );
  // What is published and finds no bound is kept, or held back at its sender.
  const piles = plan.edges.some((edge) => {
    const queue = plan.queues[queueOf(plan, edge)];
    return queue !== undefined && !(queue.capacity < Infinity && queue.whenFull !== 'block');
  });
  if (bounded && !piles) return true;
  const { capacity } = capacityOf(plan);
  if (capacity !== null) return offeredPerSecond(plan) < capacity;
  const { offered, unfinished } = measured.ledger;
  return unfinished <= UNFINISHED_MAX * offered;
}
