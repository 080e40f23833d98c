import type { Chart, Spec } from '../../../src/report/charts/chart.js';
import { chartContext } from '../../../src/report/charts/context.js';
import { drawCharts } from '../../../src/report/charts/index.js';
import { compileChart } from '../../../src/report/compile.js';
import type { ReportInput } from '../../../src/report/index.js';
import type { PolicyResult } from '../../../src/study/result.js';

/** A layer of a panel, as far as tests look at it. */
export interface Layer extends Spec {
  mark: Spec & { type: string };
  data: { name?: string; values?: Record<string, unknown>[] };
  encoding: Record<string, Spec & { field?: string; scale?: Spec }>;
}

export interface View {
  title: string;
  layer: Layer[];
}

/** Every chart of a result by its name. */
export function drawn(
  input: ReportInput,
  interactive = true,
  maxPoints = 1000,
): Map<string, Chart> {
  const charts = drawCharts(chartContext(input, { interactive, maxPoints }));
  return new Map(charts.map((chart) => [chart.name, chart]));
}

/** One chart of a result; it has to be there, and to compile without a warning. */
export function chartOf(input: ReportInput, name: string): Chart {
  for (const interactive of [false, true]) {
    const warnings: string[] = [];
    const chart = drawn(input, interactive).get(name);
    if (chart === undefined) throw new Error(`no chart ${name}`);
    compileChart(chart, {}, (message) => warnings.push(message));
    if (warnings.length > 0) throw new Error(warnings.join('\n'));
  }
  return drawn(input).get(name) as Chart;
}

export const views = (of: Chart): View[] => of.spec['vconcat'] as View[];
export const titles = (of: Chart): string[] => views(of).map(({ title }) => title);

export const marks = (of: Chart, type: string): Layer[] =>
  views(of).flatMap(({ layer }) => layer.filter(({ mark }) => mark.type === type));

type Values = (number | null)[];

/** Gives policies series of the length of those they have. */
export function give(
  input: ReportInput,
  series: Record<string, (second: number, policy: number) => number | null>,
  to: (name: string) => boolean = () => true,
): ReportInput {
  Object.entries(input.result.policies).forEach(([name, policy]: [string, PolicyResult], index) => {
    if (!to(name)) return;
    const { length } = policy.series['goodput'] as Values;
    for (const [key, value] of Object.entries(series)) {
      policy.series[key] = Array.from({ length }, (_, second) => value(second, index));
    }
  });
  return input;
}
