import { compile } from '../../kernel/distributions.js';
import { cos } from '../../kernel/math.js';
import type { DiurnalPlan, ProducerPlan, RatePlan, RatePoint } from '../../model/plan.js';

const TURN = 2 * Math.PI;

/**
 * Requests a second that a producer sends on average over a run, surges left out; null where they
 * wait for answers. A rate that changes is integrated over the time in which it sends; of states
 * and of distances the mean in the long run counts.
 */
export function meanRate(producer: ProducerPlan, durationNs: number): number | null {
  const { arrivals, limit, fromNs, untilNs } = producer;
  const toNs = Math.min(untilNs, durationNs);
  if (arrivals.kind === 'closed' || arrivals.kind === 'backlog') return null;
  if (!(durationNs > 0) || toNs <= fromNs) return 0;
  return Math.min(expected(producer, fromNs, toNs), limit) / (durationNs / 1e9);
}

/** Requests expected in [fromNs, toNs), without the limit. */
function expected({ arrivals }: ProducerPlan, fromNs: number, toNs: number): number {
  const seconds = (toNs - fromNs) / 1e9;
  switch (arrivals.kind) {
    case 'poisson':
    case 'constant':
      return integral(arrivals.rate, fromNs, toNs);
    case 'batch':
      return arrivals.size * integral(arrivals.rate, fromNs, toNs);
    case 'renewal':
      return (seconds * arrivals.load * 1e9) / compile(arrivals.between).meanNs;
    case 'mmpp': {
      let arrived = 0;
      let time = 0;
      for (const { perSecond, meanNs } of arrivals.states) {
        arrived += perSecond * meanNs;
        time += meanNs;
      }
      return (seconds * arrived) / time;
    }
    case 'trace':
      return arrivals.atNs.reduce((n, at) => (at >= fromNs && at < toNs ? n + 1 : n), 0);
    default:
      return 0;
  }
}

function integral(rate: RatePlan, fromNs: number, toNs: number): number {
  if (!Array.isArray(rate)) return waved(rate, toNs) - waved(rate, fromNs);
  return (areaOf(rate, toNs) - areaOf(rate, fromNs)) / 1e9;
}

function waved({ meanPerSecond, peakPerSecond, periodNs }: DiurnalPlan, ns: number): number {
  const swing = ((peakPerSecond - meanPerSecond) * periodNs) / TURN;
  return (meanPerSecond * ns + swing * (1 - cos((TURN * (ns % periodNs)) / periodNs))) / 1e9;
}

/** Rate × nanoseconds of a schedule over [0, toNs): its steps and ramps integrated. */
function areaOf(points: readonly RatePoint[], toNs: number): number {
  let area = 0;
  let rate = 0;
  points.forEach((point, index) => {
    const endNs = Math.min(points[index + 1]?.atNs ?? toNs, toNs);
    const lengthNs = endNs - point.atNs;
    if (lengthNs <= 0) return;
    const rampNs = Math.min(point.rampNs, lengthNs);
    const share = point.rampNs > 0 ? rampNs / point.rampNs : 1;
    const reached = rate + (point.perSecond - rate) * share;
    area += ((rate + reached) / 2) * rampNs + reached * (lengthNs - rampNs);
    rate = reached;
  });
  return area;
}
