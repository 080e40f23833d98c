import type { PolicyResult, ReportedRun, RunResult } from '../study/result.js';

/** Everything a report is drawn from; the same input gives the same bytes. */
export interface ReportInput {
  result: ReportedRun;
}

/** What a report is written as. */
export interface Report {
  html: string;
  /** By file name without its ending. */
  svgs: Record<string, string>;
}

/** The policies in the order of the result, each with its place: the place picks its colour. */
export interface NamedPolicy {
  index: number;
  name: string;
}

/** The policies of a result in its own order. */
export function policiesOf(result: RunResult): NamedPolicy[] {
  return Object.keys(result.policies).map((name, index) => ({ index, name }));
}

/** How long a policy's run was, in seconds, by its series. */
export function runSeconds({ series }: PolicyResult): number {
  return Object.values(series).reduce<number>(
    (longest, values) =>
      Array.isArray(values) ? Math.max(longest, values.length * series.step) : longest,
    0,
  );
}

/** A record's own value: a policy may be called `__proto__` or `constructor`. */
export function own<T>(record: Record<string, T>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
