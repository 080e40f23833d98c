import type { SweepResult } from '../study/result.js';
import { mapChart } from './charts/map.js';
import { overAxisChart } from './charts/over-axis.js';
import { chartSvg } from './svg.js';

/** What says most: whether it comes back, what it is worth then, how long it takes. */
const METRICS = ['recovered', 'goodput_ratio', 'latency.p99'];

/**
 * The pictures of a sweep as SVG, by file name without its ending: maps of two axes, lines over one;
 * of more axes none. Metrics: those asked for, else what says most; what has no value has no picture.
 */
export async function renderSweep(
  result: SweepResult,
  metrics: readonly string[] = [],
): Promise<Record<string, string>> {
  const svgs: Record<string, string> = {};
  for (const metric of metrics.length > 0 ? metrics : METRICS) {
    const charts =
      result.axes.length === 2
        ? result.policies.map((policy) => mapChart(result, { policy, metric }))
        : [overAxisChart(result, metric)];
    for (const chart of charts) {
      if (chart === null) continue;
      const name = fileName(chart.name, svgs);
      svgs[name] = await chartSvg({ ...chart, name }, true);
    }
  }
  return svgs;
}

/** Letters that every file system takes, and no name twice. */
function fileName(name: string, taken: object): string {
  const plain = name.replace(/[^A-Za-z0-9._-]+/g, '-');
  let free = plain;
  for (let n = 2; Object.hasOwn(taken, free); n++) free = `${plain}-${n}`;
  return free;
}
