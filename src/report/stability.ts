import type { StabilityResult } from '../study/result.js';
import { frontierChart } from './charts/frontier.js';
import { hysteresisChart } from './charts/hysteresis.js';
import { chartSvg } from './svg.js';

/** The pictures of a study of stability as SVG text, by name without its ending. */
export async function renderStability(result: StabilityResult): Promise<Record<string, string>> {
  const svgs: Record<string, string> = {};
  for (const chart of [hysteresisChart(result), frontierChart(result)]) {
    if (chart !== null) svgs[chart.name] = await chartSvg(chart, true);
  }
  return svgs;
}
