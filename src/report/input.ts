import type {
  PolicyResult,
  ReportedRun,
  RunResult,
  StabilityResult,
  SweepResult,
} from '../study/result.js';

/** Everything a report is drawn from; the same input gives the same bytes. */
export interface ReportInput {
  result: ReportedRun;
  /** Studies of the same scenario that stand in the page too. */
  studies?: readonly Study[];
}

/** What a page without a run is drawn from. */
export interface StudiesInput {
  studies: readonly [Study, ...Study[]];
}

/** A result of `spillway sweep` or `spillway stability`. */
export type Study =
  | { kind: 'sweep'; result: SweepResult; metrics?: readonly string[] }
  | { kind: 'stability'; result: StabilityResult };

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
