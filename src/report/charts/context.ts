import type { ReportInput } from '../input.js';
import { policiesOf } from '../input.js';
import type { ChartContext } from './chart.js';

function longest(input: ReportInput): number {
  let duration = 0;
  for (const { series } of Object.values(input.result.policies)) {
    for (const values of Object.values(series)) {
      if (Array.isArray(values)) duration = Math.max(duration, values.length * series.step);
    }
  }
  return duration;
}

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
    duration: longest(input),
    interactive,
    maxPoints,
  };
}
