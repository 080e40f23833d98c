import { compareResult } from './compare-results.js';
import type { ReportedRun, RunResult } from './result.js';

/**
 * A result as a report is drawn from it: with the differences between every pair of its policies.
 * One that has them (a comparison) stays as it is.
 */
export function reported(result: RunResult): ReportedRun {
  if ('differences' in result && 'pairs' in result) return result as ReportedRun;
  const { differences, pairs } = compareResult({ file: '', result });
  return { ...result, differences, pairs };
}
