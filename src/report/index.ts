export { summaryJson } from './export/index.js';
export type { Report, ReportInput } from './input.js';
export { renderReport } from './render.js';
export { renderSweep } from './render-sweep.js';
export { renderStability } from './stability.js';
