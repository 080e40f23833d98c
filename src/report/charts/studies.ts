import type { StabilityResult, SweepResult } from '../../study/result.js';
import type { Study } from '../input.js';
import type { Chart } from './chart.js';
import { frontierChart } from './frontier.js';
import { hysteresisChart } from './hysteresis.js';
import { mapChart } from './map.js';
import { overAxisChart } from './over-axis.js';
import { slicesOf } from './slices.js';

/** What says most: whether it comes back, what it is worth then, how long it takes. */
const METRICS = ['recovered', 'goodput_ratio', 'latency.p99'];

/** A study and its pictures. */
export interface DrawnStudy {
  study: Study;
  charts: Chart[];
}

/** The pictures of every study; no two have the same name. */
export function drawStudies(studies: readonly Study[]): DrawnStudy[] {
  const taken = new Set<string>();
  return studies.map((study) => {
    const charts =
      study.kind === 'sweep'
        ? sweepCharts(study.result, study.metrics)
        : stabilityCharts(study.result);
    return { study, charts: charts.map((chart) => ({ ...chart, name: freeName(chart, taken) })) };
  });
}

/**
 * Lines over one axis, maps of two, of more a map for each of some values of the others. Metrics:
 * those asked for, else what says most; what has no value has no picture.
 */
function sweepCharts(result: SweepResult, metrics: readonly string[] = []): Chart[] {
  const shown = metrics.length > 0 ? metrics : METRICS;
  const drawn = (metric: string): Chart[] => {
    const charts =
      result.axes.length > 1
        ? result.policies.flatMap((policy) =>
            slicesOf(result).map(({ slice, held }) =>
              mapChart(slice, { policy, metric, held, whole: result }),
            ),
          )
        : [overAxisChart(result, metric)];
    return charts.filter((chart) => chart !== null);
  };
  if (metrics.length > 0 || result.axes.length <= 2) return shown.flatMap(drawn);
  // Enough maps of one: of the first that has any value.
  return shown.map(drawn).find((charts) => charts.length > 0) ?? [];
}

function stabilityCharts(result: StabilityResult): Chart[] {
  return [hysteresisChart(result), frontierChart(result)].filter((chart) => chart !== null);
}

/** Letters that every file system takes, and no name twice. */
function freeName({ name }: Chart, taken: Set<string>): string {
  const plain = name.replace(/[^A-Za-z0-9._-]+/g, '-');
  let free = plain;
  for (let n = 2; taken.has(free); n++) free = `${plain}-${n}`;
  taken.add(free);
  return free;
}
