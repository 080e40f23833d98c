import { capacityOf } from '../judge/index.js';
import { type Plan, queueOf } from '../model/plan.js';
import { planFor, type Scenario } from '../scenario/index.js';
import { inOrder } from './in-order.js';
import { kneesOf, nextPercents, type Sample } from './knee.js';
import type { Kept, Outcome } from './outcome.js';
import { type Between, Pace } from './progress.js';
import type { HockeyPoint, HockeyStick } from './result.js';
import { here, type Runner } from './runner.js';
import { offeredPerSecond } from './shapes/steady.js';
import { planOf, type Task, taskText } from './task.js';

/** Points that a policy will want beside the coarse ones: what is told of the time left is a guess. */
const POINTS_GUESS = 7;
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
  percent: number;
  task: Task;
  plan: Plan;
  search: Search;
}

/** A policy's points so far. */
interface Search {
  policy: string;
  samples: Sample[];
  points: HockeyPoint[];
  /** Simulated time that was foretold for points that nobody knew yet. */
  foretoldNs: number;
}

/**
 * Latency and goodput against offered load, between 10% and 200% of the file's, each point a run of
 * its own without the faults. A few loads for all; then each policy's own, where its knees must lie
 * (see `knee.ts`): more points there, and fewer runs than an even grid would take. Only open
 * arrivals have an offered load to turn: where nobody arrives on his own (closed, backlog) there
 * are no points, nor where arrivals follow a trace of moments.
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
  const runner = options.runner ?? here(options.memoryLimitBytes);
  const seed = options.seed ?? scenario.seed;
  const searches = options.policies
    .filter((policy) => offeredPerSecond(planFor(scenario, policy)) > 0)
    .map((policy): Search => ({ policy, samples: [], points: [], foretoldNs: 0 }));
  for (;;) {
    const round = searches.flatMap((search) => {
      const points = nextPercents(search.samples).map((percent) =>
        pointAt(scenario, search, percent, seed),
      );
      foretell(pace, search, points);
      return points;
    });
    if (round.length === 0) break;
    await runAll(round, { scenario, runner, pace });
    if (pace.stopped) break;
  }
  const points = searches.flatMap((search) => search.points.sort((a, b) => a.load - b.load));
  if (pace.stopped || searches.length === 0) return { points };
  const knees = searches.map(({ policy, samples }) => [policy, kneesOf(samples)] as const);
  return { points, knees: Object.fromEntries(knees) };
}

/** The points of one round, as many at once as the runner has room for. */
async function runAll(
  round: readonly Point[],
  { scenario, runner, pace }: { scenario: Scenario; runner: Runner; pace: Pace },
): Promise<void> {
  await inOrder<Point, Outcome>({
    items: round,
    width: runner.width,
    run({ task, plan }) {
      const { tick, finish } = pace.begin(taskText(task), plan.durationNs);
      return runner.run(scenario, task, tick).finally(finish);
    },
    fold: (point, outcome) => {
      if (pace.stopped) return;
      const { measured } = outcome!;
      point.search.samples.push(sampleOf(point, measured));
      point.search.points.push(pointOf(point, measured));
    },
    stopped: () => pace.stopped,
  });
}

/** Says how much is to come: the points that are asked for, and a guess at those after them. */
function foretell(pace: Pace, search: Search, asked: readonly Point[]): void {
  const askedNs = asked.reduce((sum, { plan }) => sum + plan.durationNs, 0);
  const isFirst = search.samples.length === 0;
  // Those to come are near the knee, and shorter than the one at 10%.
  const guessNs = isFirst ? POINTS_GUESS * asked[Math.floor(asked.length / 2)]!.plan.durationNs : 0;
  const leftNs = asked.length === 0 ? 0 : Math.max(0, search.foretoldNs - askedNs);
  pace.expect(isFirst ? askedNs + guessNs : askedNs + leftNs - search.foretoldNs);
  search.foretoldNs = isFirst ? guessNs : leftNs;
}

function pointAt(scenario: Scenario, search: Search, percent: number, seed: string): Point {
  const task: Task = {
    policy: search.policy,
    seed,
    cell: null,
    shape: { kind: 'steady', load: percent / 100 },
    detail: 'figures',
    stepSeconds: null,
    windows: [],
  };
  return { percent, search, task, plan: planOf(scenario, task) };
}

/** Producers whose load cannot be turned. */
function unscalable(scenario: Scenario, policy: string): string[] {
  const { producers } = planFor(scenario, policy);
  return producers.flatMap(({ name, arrivals }) => (arrivals.kind === 'trace' ? [name] : []));
}

function sampleOf({ percent }: Point, { metrics, stopped }: Kept): Sample {
  return {
    percent,
    goodput: metrics['goodput'] ?? 0,
    // Nothing lacks where nothing was offered, unless the run never came as far.
    goodRatio: metrics['goodput_ratio'] ?? (stopped === null ? 1 : 0),
    p99: metrics['latency.p99'] ?? null,
  };
}

function pointOf({ percent, task, plan }: Point, measured: Kept): HockeyPoint {
  const { metrics } = measured;
  return {
    policy: task.policy,
    load: percent / 100,
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
