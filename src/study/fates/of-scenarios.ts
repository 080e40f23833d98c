import { planFor, type Scenario } from '../../scenario/index.js';
import { type Between, Pace } from '../progress.js';
import { compareFates, type FatesOf, type FatesResult, requestStory } from './fates.js';
import type { RequestStory } from './shape.js';

/** One run: a scenario as written, under a policy. */
export interface FatesSide {
  scenario: Scenario;
  policy: string;
  /** What it is called; default: the policy. */
  name?: string;
}

export interface FatesStudyOptions {
  /** Of both runs: that of one replication. */
  seed: string;
  memoryLimitBytes: number;
  /** As `--request` names it; null tells of the first whose fate differs. */
  request: string | null;
  between?: Between | undefined;
}

/** What became of each request under one policy and the other. Null where it was stopped. */
export async function fatesOfScenarios(
  sides: readonly [FatesSide, FatesSide],
  { request, between, memoryLimitBytes, seed }: FatesStudyOptions,
): Promise<FatesResult | null> {
  const runs = sides.map((side) => runOf(side, seed)) as [FatesOf, FatesOf];
  const options = { memoryLimitBytes, pace: new Pace(between) };
  return compareFates(runs, request === null ? options : { ...options, request });
}

/** One request's story in one run. Null where it was stopped. */
export async function storyOfScenario(
  side: FatesSide,
  { request, between, memoryLimitBytes, seed }: FatesStudyOptions & { request: string },
): Promise<RequestStory | null> {
  return requestStory(runOf(side, seed), request, { memoryLimitBytes, pace: new Pace(between) });
}

function runOf({ name, policy, scenario }: FatesSide, seed: string): FatesOf {
  return { name: name ?? policy, plan: planFor(scenario, policy, { seed }) };
}
