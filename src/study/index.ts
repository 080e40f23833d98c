/** Runs, compares, sweeps; replications and intervals. Pure: runs in a browser too. */
export type { Scenario } from '../scenario/index.js';
export { expectationIssues } from './expectation-issues.js';
export { faultSpans } from './fault-spans.js';
export { type HockeyOptions, hockeyStick } from './hockey-stick.js';
export {
  DeterminismBug,
  mergeParts,
  type PartFile,
  PartsMistake,
  partEndLine,
  partHeadLine,
} from './merge.js';
export type { Kept, Outcome } from './outcome.js';
export type { Between, Progress, Tick } from './progress.js';
export type * from './result.js';
export { policyNames, type RunOptions, runScenario } from './run.js';
export { EngineFailure } from './run-plan.js';
export { here, type Runner } from './runner.js';
export { replicationsFor } from './seeds.js';
export { type Shard, shardOf } from './shards.js';
export { stepSecondsFor } from './step.js';
export { runSweep, type SweepOptions, sweepHead } from './sweep.js';
export { planOf, type Task, taskText } from './task.js';
