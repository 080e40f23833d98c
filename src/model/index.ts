export { laterFigure, watchedUnits } from '../measure/watch.js';
export { anyEverIs, changedComponent, changedEdge, edgeVariants, sayTheSame } from './changes.js';
export type * from './plan.js';
export { World } from './world.js';
