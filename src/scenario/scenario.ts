import type { Files } from './files.js';
import type { MapTree } from './tree.js';

/** A scenario that was read and found sound. Plain data: it can be sent to a worker thread. */
export interface Scenario {
  file: string;
  /** The file's name where it has no title. */
  title: string;
  /** Empty where there is none. */
  description: string;
  proves: string[];
  /** As text; `1` where the file says nothing. */
  seed: string;
  /** Of the scenario without policies; a policy's plan may say otherwise. */
  durationNs: number;
  warmupNs: number;
  /** 1 where the file says nothing. */
  replications: number;
  /** In the order of the file; `base` alone where there are none. */
  policies: PolicyHead[];
  expect: ExpectItem[];
  /** In the order of the file; empty where there is none. */
  lesson: LessonItem[];
  /** In the order of the file; empty where there is none. */
  sweep: SweepAxis[];
  /** What plans are made from. */
  source: ScenarioSource;
}

export interface PolicyHead {
  name: string;
  title?: string;
  description?: string;
}

/** One expectation; the grammar of `that` is read elsewhere. */
export interface ExpectItem {
  that: string;
  policy?: string;
  /** Values of axes as written; those of `load` as numbers. */
  where?: Cell;
  /** Where the text of `that` begins. */
  line: number;
  column: number;
}

/** A step of a lesson: a question with its choices and answer, or something said. */
export interface LessonItem {
  ask?: LessonText;
  choices?: LessonText[];
  /** The grammar of figures is read elsewhere. */
  answer?: LessonText;
  say?: LessonText;
}

/** A text of a lesson, and where it begins. */
export interface LessonText {
  text: string;
  line: number;
  column: number;
  path: string;
  /** Where the figures begin that stand in it as {{…}}, in their order. */
  holes: { line: number; column: number }[];
}

/** An axis of a sweep: `load`, or a dotted path into the scenario. */
export interface SweepAxis {
  path: string;
  /** Of `load`: factors. Of a path: values as they would be written there. */
  values: (number | string)[];
}

/** One value of each axis, by its path. */
export type Cell = Record<string, number | string>;

/** The file as a tree, and what the files hold that it names. */
export interface ScenarioSource {
  root: MapTree;
  files: Files;
}
