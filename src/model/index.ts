export { laterFigure, watchedUnits } from '../measure/watch.js';
export type * from './plan.js';
export { World } from './world.js';
