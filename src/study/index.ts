/** Runs, compares, sweeps; replications and intervals. Pure: runs in a browser too. */
export { expectationIssues } from './expectation-issues.js';
export { faultSpans } from './fault-spans.js';
export { type HockeyOptions, hockeyStick } from './hockey-stick.js';
export type { Between, Progress } from './progress.js';
export type * from './result.js';
export { policyNames, type RunOptions, runScenario } from './run.js';
export { EngineFailure } from './run-plan.js';
export { replicationsFor } from './seeds.js';
export { stepSecondsFor } from './step.js';
