import type { Chart, ChartContext, DrawChart } from './chart.js';
import { failuresChart } from './failures.js';
import { guardsChart } from './guards.js';
import { hockeyStickChart } from './hockey-stick.js';
import { lagChart } from './lag.js';
import { latencyChart } from './latency.js';
import { latencyBandsChart } from './latency-bands.js';
import { latencyMapChart } from './latency-map.js';
import { memoryChart } from './memory.js';
import { queueDepthChart } from './queue-depth.js';
import { replicasChart } from './replicas.js';
import { trafficChart } from './traffic.js';
import { utilizationChart } from './utilization.js';
import { waterfallChart } from './waterfall.js';

/**
 * The pictures of a report, in the order in which it shows them: what load does to the system; what
 * was asked and answered, and what failed; what those who were answered waited; why: what queued,
 * what lagged, what workers did; what was done about it; and
 * the way of one request.
 */
const CHARTS: DrawChart[] = [
  hockeyStickChart,
  trafficChart,
  failuresChart,
  latencyChart,
  latencyBandsChart,
  latencyMapChart,
  queueDepthChart,
  lagChart,
  utilizationChart,
  memoryChart,
  guardsChart,
  replicasChart,
  waterfallChart,
];

/** Every picture that the result holds something for. */
export function drawCharts(context: ChartContext): Chart[] {
  return CHARTS.map((draw) => draw(context)).filter((chart) => chart !== null);
}
