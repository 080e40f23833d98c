import type { Cell } from '../../scenario/index.js';

/** What a shape is laid over. */
export interface Shaping<Shape> {
  policy: string;
  seed: string;
  cell: Cell | null;
  shape: Shape;
}
