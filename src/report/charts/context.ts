import type { ReportInput } from '../input.js';
import { policiesOf, runSeconds } from '../input.js';
import type { ChartContext } from './chart.js';

/** What the charts of a report are drawn from. */
export function chartContext(
  input: ReportInput,
  { interactive, maxPoints }: { interactive: boolean; maxPoints: number },
): ChartContext {
  return {
    result: input.result,
    hockeyStick: input.hockeyStick,
    faults: input.faults,
    policies: policiesOf(input.result),
    duration: Math.max(0, ...Object.values(input.result.policies).map(runSeconds)),
    interactive,
    maxPoints,
  };
}
