export type { Report, ReportInput } from './input.js';
export { renderReport } from './render.js';
