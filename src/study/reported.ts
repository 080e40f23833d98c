import { compareResult } from './compare-results.js';
import type { ReportedRun, RunResult } from './result.js';

/**
 * A result as a report is drawn from it: with the differences between every pair of its policies, of
 * which a comparison has some already. Two files or results are compared policy by policy alone.
 */
export function reported(result: RunResult): ReportedRun {
  const known = result as Partial<ReportedRun>;
  if (known.sides !== undefined) return { differences: {}, pairs: {}, ...result };
  const { differences, pairs } = compareResult({ file: '', result });
  return {
    ...result,
    differences: { ...differences, ...known.differences },
    pairs: { ...pairs, ...known.pairs },
  };
}
