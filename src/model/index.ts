export { laterFigure, watchedUnits } from '../measure/watch.js';
export { lockTakers } from './lock-places.js';
export type * from './plan.js';
export { eachStep, handlersOf, stepsOf } from './steps.js';
export { World } from './world.js';
