export { hasChance } from './chance.js';
export { formatIssue, type Issue } from './issue.js';
export { jsonSchema } from './json-schema.js';
export type { ReadFile } from './latencies.js';
export { type Loaded, loadScenario, type Source } from './load.js';
export { checkPolicy, type PlanOptions, planFor } from './plan-for.js';
export { LATER_PRESETS, PRESETS, type Preset, presetNamed } from './presets.js';
export type { Cell, ExpectItem, PolicyHead, Scenario, SweepAxis } from './scenario.js';
export { cellsOf } from './sweep.js';
export { understood } from './understood.js';
export {
  formatDuration,
  formatRate,
  formatShare,
  readDuration,
  readFactor,
  readRate,
  readShare,
  readSize,
} from './units.js';
