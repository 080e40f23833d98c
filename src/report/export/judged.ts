import type { ExpectResult, RunResult } from '../../study/result.js';
import { measuredText } from '../measured.js';

/** Where something stands in a file; lines and columns from 1. */
export interface PlaceInFile {
  file?: string;
  line?: number;
  column?: number;
}

/** One thing that was judged: an expectation, or a figure against its baseline. */
export interface JudgedCase extends PlaceInFile {
  /** What it is called: "retry-budget: recovery_time < 30s". */
  name: string;
  /** `error`: it could not be judged. */
  outcome: 'held' | 'failed' | 'error';
  /** One line: "measured 12.3 s, held 18 of 20". */
  measured: string;
  /** What else there is to say, of several lines perhaps. */
  detail?: string;
}

/** What is wrong with a scenario, or doubtful; issues of a scenario fit. */
export interface Remark extends PlaceInFile {
  severity: 'error' | 'warning';
  /** One line without its place. */
  message: string;
}

/** One scenario that was judged; JUnit, annotations and the job summary derive from it. */
export interface JudgedScenario {
  /** As it was called on the command line. */
  file: string;
  title?: string;
  cases: readonly JudgedCase[];
  /** Why it stopped before its end. */
  stopped?: string;
  remarks?: readonly Remark[];
}

/** A result's expectations as what was judged. */
export function judgedScenario(result: RunResult, file = fileOf(result)): JudgedScenario {
  const { expect, stopped, title } = result;
  const cases = expect.map((one) => judgedCase(one, file));
  return { file, title, cases, ...(stopped === undefined ? {} : { stopped }) };
}

/** One expectation as what was judged. */
export function judgedCase(expect: ExpectResult, file: string): JudgedCase {
  const { column, detail, held, line, passed, policy, that, where } = expect;
  const isJudged = held !== '0 of 0';
  const cell = Object.entries(where ?? {}).map(([axis, value]) => `${axis} ${value}`);
  const whose = policy === null ? '' : `${policy}: `;
  return {
    name: `${whose}${that}${cell.length === 0 ? '' : ` at ${cell.join(', ')}`}`,
    outcome: !isJudged ? 'error' : passed ? 'held' : 'failed',
    measured: isJudged ? `measured ${measuredText(expect)}, held ${held}` : 'not judged',
    ...(detail === undefined ? {} : { detail }),
    file: expect.file ?? file,
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  };
}

/** Whether all of it is well: nothing failed, nothing was stopped, nothing is wrong with the file. */
export function isWell({ cases, remarks = [], stopped }: JudgedScenario): boolean {
  const isWrong = remarks.some(({ severity }) => severity === 'error');
  return stopped === undefined && !isWrong && cases.every(({ outcome }) => outcome === 'held');
}

/** "mine.yaml:12:5", as far as it is known. */
export function placeText({ column, file, line }: PlaceInFile): string {
  if (file === undefined || line === undefined) return file ?? '';
  return column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`;
}

function fileOf({ scenario, title }: RunResult): string {
  return scenario?.file ?? title;
}
