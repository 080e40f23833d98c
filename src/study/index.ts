/** Runs, compares, sweeps; replications and intervals. Pure: runs in a browser too. */
export type { Scenario } from '../scenario/index.js';
export {
  type Baseline,
  type BaselineScenario,
  baselineOf,
  baselineText,
  readBaseline,
} from './baseline.js';
export {
  type ComparedFile,
  type CompareOptions,
  compareScenario,
  compareScenarios,
  differencesOf,
  type Pair,
  pairsOf,
  samePolicies,
} from './compare.js';
export { type Better, betterWhen, metricsOf, unitOf } from './compare-metrics.js';
export { type Comparison, compareSides, type Side } from './compare-pair.js';
export { compareResult, compareResults, type ResultFile } from './compare-results.js';
export { pairingGain } from './compare-statistics.js';
export { type Drift, type DriftKind, driftOf, missingIn, type ScenarioDrift } from './drift.js';
export { expectationIssues } from './expectation-issues.js';
export { type FatesResult, NoSuchRequest } from './fates/fates.js';
export {
  type FatesSide,
  type FatesStudyOptions,
  fatesOfScenarios,
  storyOfScenario,
} from './fates/of-scenarios.js';
export { type SampledRun, sampledRequests } from './fates/sampling.js';
export type * from './fates/shape.js';
export { tellingStories } from './fates/telling.js';
export { type FrontierPoint, frontierOf } from './frontier.js';
export { type HockeyOptions, hockeyStick } from './hockey-stick.js';
export { inOrder } from './in-order.js';
export {
  DeterminismBug,
  mergeParts,
  type PartFile,
  PartsMistake,
  partEndLine,
  partHeadLine,
} from './merge.js';
export { neverIn } from './never-in.js';
export type { Kept, Outcome } from './outcome.js';
export type { Between, Progress, Tick } from './progress.js';
export { looksLikeResult, readResult, readStored, type Stored } from './read-results.js';
export { reported } from './reported.js';
export type * from './result.js';
export { policyNames, type RunOptions, runScenario } from './run.js';
export { EngineFailure } from './run-plan.js';
export { here, type Runner } from './runner.js';
export { replicationsFor } from './seeds.js';
export { type Shard, shardOf } from './shards.js';
export { shareRunner } from './share-runner.js';
export type { LoadsAsked } from './stability/ladder.js';
export {
  type StabilityOptions,
  type StabilityRefused,
  stabilityOf,
  stabilityRefused,
} from './stability/stability.js';
export type { TriggerAsked } from './stability/trigger-kinds.js';
export { stepSecondsFor } from './step.js';
export { runSweep, type SweepOptions, sweepHead } from './sweep.js';
export { planOf, type Task, taskText } from './task.js';
export { REPLICATIONS_FIRST, REPLICATIONS_MAX, type Until } from './until.js';
