export { hasChance } from './chance.js';
export type { ReadFile } from './files.js';
export { formatIssue, type Issue } from './issue.js';
export { jsonSchema } from './json-schema.js';
export { HOLE } from './lesson.js';
export { LIBRARIES, type LibraryDefaults, libraryNamed } from './libraries.js';
export { type Loaded, loadScenario, type Source } from './load.js';
export { pileUps } from './pile-ups.js';
export { checkPolicy, type PlanOptions, planFor } from './plan-for.js';
export { PRESETS, type Preset, presetNamed } from './presets.js';
export type { Cell, LessonItem, LessonText, Scenario } from './scenario.js';
export { cellsOf } from './sweep.js';
export { understood } from './understood.js';
export {
  formatDuration,
  formatRate,
  readDuration,
  readFactor,
  readRate,
  readShare,
  readSize,
} from './units.js';
