import type { StorySpan } from './shape.js';

/** An attempt or a message of a request, as its story goes on. */
export interface Part {
  span: StorySpan;
  /** What it is in at its callee: a line, a worker's hands; null while it is in neither. */
  inside: StorySpan | null;
  /** How it ended for its caller, known beforehand; null where it never does. */
  outcome: number | null;
  hasStarted: boolean;
  sentNs: number;
  /** When its call makes the next try; NaN where it makes none. */
  triedAgainNs: number;
  /** Where it was when its caller gave it up: "still in line at payments"; else empty. */
  whereabouts: string;
}
