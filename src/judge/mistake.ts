import { mistake } from './messages.js';

/** Where a piece stands in a text: characters [from, to), counted from 0. */
export interface Place {
  from: number;
  to: number;
}

export type MistakeCode =
  /** The text does not follow the grammar. */
  | 'expectation.syntax'
  /** There is no such figure, component or policy. */
  | 'expectation.unknown'
  /** The language names it, this version does not give it. */
  | 'expectation.not_yet'
  /** The two sides can't be compared, or not so. */
  | 'expectation.kind'
  /** A moment or window that the run does not reach, or that this figure does not take. */
  | 'expectation.window';

/** What is wrong in an expectation, and where; `message` tells all of it in one sentence. */
export class Mistake extends Error {
  constructor(
    readonly code: MistakeCode,
    readonly place: Place,
    readonly expected: string,
    readonly found: string,
    /** The nearest valid name, where one is near. */
    readonly nearest: string | null = null,
  ) {
    super(mistake({ code, expected, found, nearest }));
    this.name = 'Mistake';
  }
}
