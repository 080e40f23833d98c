/**
 * Spillway as a library: read a scenario, run it, judge it.
 *
 *     import { loadScenario, runScenario } from 'spillway';
 *     const { scenario, issues } = loadScenario({ text, file: 'mine.yaml' });
 *     if (scenario === null) throw new Error(issues.map(formatIssue).join('\n'));
 *     const result = await runScenario(scenario, {
 *       version: '1', // yours: it only tells results apart
 *       scenarioSha256: '',
 *       memoryLimitBytes: 2e9,
 *     });
 *
 * Nothing here touches files, the machine's clock or its chance; it runs in a browser too.
 */
export type { Measured } from './measure/measured.js';
export type { Plan } from './model/index.js';
export {
  cellsOf,
  checkPolicy,
  formatIssue,
  hasChance,
  type Issue,
  jsonSchema,
  type Loaded,
  loadScenario,
  type PlanOptions,
  PRESETS,
  type Preset,
  planFor,
  presetNamed,
  type ReadFile,
  type Scenario,
  type Source,
  understood,
} from './scenario/index.js';
export * from './study/index.js';
