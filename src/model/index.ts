export type * from './plan.js';
export { World } from './world.js';
