import type { Chart, ChartContext } from './chart.js';
import { pileUpChart } from './queue-depth.js';

/** How far consumers were behind their queues over time: everything published and not done with. */
export function lagChart(context: ChartContext): Chart | null {
  return pileUpChart(context, {
    name: 'lag',
    title: 'Lag over time',
    series: /^queues\.([^.]+)\.lag$/,
    counts: 'messages behind',
    all: 'Every queue between publishers and consumers',
    most: 'longest of the queues between publishers and consumers',
    line: 'how many messages were published and not done with',
  });
}
