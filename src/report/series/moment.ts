/** A stretch of time, in seconds. */
export type Span = readonly [from: number, to: number];

/** What a panel's lines were over a moment. */
export interface Moment {
  /** Seconds. */
  from: number;
  to: number;
  /** "120 s – 121 s" */
  title: string;
  /** A text a line, in the panel's order: the least and the greatest where it spans several steps. */
  texts: string[];
}
