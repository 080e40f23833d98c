import type { Chart, ChartContext, DrawChart } from './chart.js';
import { hockeyStickChart } from './hockey-stick.js';
import { lagChart } from './lag.js';
import { latencyChart } from './latency.js';
import { memoryChart } from './memory.js';
import { queueDepthChart } from './queue-depth.js';
import { trafficChart } from './traffic.js';
import { waterfallChart } from './waterfall.js';

/** The pictures of a report, in the order in which it shows them. */
const CHARTS: DrawChart[] = [
  hockeyStickChart,
  trafficChart,
  queueDepthChart,
  lagChart,
  memoryChart,
  latencyChart,
  waterfallChart,
];

/** Every picture that the result holds something for. */
export function drawCharts(context: ChartContext): Chart[] {
  return CHARTS.map((draw) => draw(context)).filter((chart) => chart !== null);
}
