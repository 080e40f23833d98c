export type { Report, ReportInput } from './input.js';
export { renderReport } from './render.js';
export { renderStability } from './stability.js';
