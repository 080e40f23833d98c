import type { FaultSpan, RunResult } from '../../study/result.js';
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
    hockeyStick: input.result.hockey_stick ?? null,
    faults: faultsOf(input.result),
    policies: policiesOf(input.result),
    duration: Math.max(0, ...Object.values(input.result.policies).map(runSeconds)),
    interactive,
    maxPoints,
  };
}

/** When faults were on under each policy. */
function faultsOf({ policies }: RunResult): Record<string, FaultSpan[]> {
  return Object.fromEntries(Object.entries(policies).map(([name, { faults }]) => [name, faults]));
}
