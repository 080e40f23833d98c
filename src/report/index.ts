export { PICTURES } from './charts/index.js';
export { summaryJson } from './export/index.js';
export type { Report, ReportInput, Study } from './input.js';
export { renderReport, renderStudies } from './render.js';
