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
const CHARTS = {
  'hockey-stick': hockeyStickChart,
  traffic: trafficChart,
  failures: failuresChart,
  latency: latencyChart,
  'latency-bands': latencyBandsChart,
  'latency-map': latencyMapChart,
  'queue-depth': queueDepthChart,
  lag: lagChart,
  utilization: utilizationChart,
  memory: memoryChart,
  guards: guardsChart,
  replicas: replicasChart,
  request: waterfallChart,
} satisfies Record<string, DrawChart>;

/** What a picture of a run is called. */
export type PictureName = keyof typeof CHARTS;

/** All that a run may hold. */
export const PICTURES = Object.keys(CHARTS) as PictureName[];

/** Every picture that the result holds something for. */
export function drawCharts(context: ChartContext): Chart[] {
  return Object.values(CHARTS)
    .map((draw: DrawChart) => draw(context))
    .filter((chart) => chart !== null);
}
