export type * from './plan.js';
export { World, type WorldOptions } from './world.js';
