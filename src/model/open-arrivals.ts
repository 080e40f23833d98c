import { compile, type Distribution } from '../kernel/distributions.js';
import { openStream, type StreamSource } from '../kernel/draws.js';
import { unitExponential } from '../kernel/ziggurat.js';
import type { ArrivalsPlan, FaultPlan, Plan } from './plan.js';
import { RateCurve } from './rate-curve.js';
import { type PieceSource, piecesOf, type Surge, statePieces } from './rate-pieces.js';

/** Arrivals that wait for nobody. */
export interface OpenArrivals {
  /** The next moment, whole nanoseconds, never before the last; Infinity when there is none. */
  next(): number;
}

/**
 * The moments at which an open producer sends; null for one that waits for answers. The rate is 0
 * outside [from, until), and a surge multiplies it: so both act on Λ, and a renewal process goes by
 * a clock whose pace is the load times the surges in force.
 */
export function openArrivals(plan: Plan, p: number): OpenArrivals | null {
  const { arrivals, fromNs, untilNs, name } = plan.producers[p];
  const surges = [
    ...plan.faults.flatMap((fault) => surgeOf(fault, p)),
    ...(fromNs > 0 ? [{ fromNs: 0, toNs: fromNs, factor: 0 }] : []),
    ...(untilNs < Infinity ? [{ fromNs: untilNs, toNs: Infinity, factor: 0 }] : []),
  ];
  const stream = (purpose: string): StreamSource => openStream(plan.seed, name, purpose);
  const curved = (pieces: PieceSource, gap: Gap): OpenArrivals =>
    new CurveArrivals(new RateCurve(pieces), gap);
  switch (arrivals.kind) {
    case 'poisson':
    case 'batch':
      return curved(piecesOf(arrivals.rate, surges), { stream: stream('arrivals'), law: null });
    case 'constant':
      return curved(piecesOf(arrivals.rate, surges), { stream: null, law: null });
    case 'renewal':
      return curved(piecesOf(paceOf(arrivals), surges), {
        stream: stream('arrivals'),
        law: compile(arrivals.between),
      });
    case 'mmpp': {
      const times = { fromNs, endNs: Math.min(untilNs, plan.durationNs) };
      const pieces = statePieces(arrivals.states, times, stream('states'), surges);
      return curved(pieces, { stream: stream('arrivals'), law: null });
    }
    case 'trace':
      return new TraceArrivals(arrivals.atNs, fromNs);
    default:
      return null;
  }
}

/** What Λ grows by from one arrival to the next: a draw of the law, or an exponential, or 1. */
interface Gap {
  stream: StreamSource | null;
  law: Distribution | null;
}

/** The k-th arrival is at Λ⁻¹ of the sum of k gaps; the sum is rounded, never the gap. */
class CurveArrivals implements OpenArrivals {
  /** Λ at the arrival that came last. */
  private expected = 0;

  constructor(
    private readonly curve: RateCurve,
    private readonly gap: Gap,
  ) {}

  next(): number {
    const { law, stream } = this.gap;
    if (stream === null) this.expected += 1;
    else this.expected += law === null ? unitExponential(stream) : law.sample(stream);
    return Math.floor(this.curve.arrivalNs(this.expected) + 0.5);
  }
}

class TraceArrivals implements OpenArrivals {
  private at = 0;

  constructor(
    private readonly atNs: Float64Array,
    fromNs: number,
  ) {
    while (this.at < atNs.length && atNs[this.at] < fromNs) this.at++;
  }

  next(): number {
    return this.at < this.atNs.length ? this.atNs[this.at++] : Infinity;
  }
}

/** The clock of a renewal process: nanoseconds of its own in one second of time. */
function paceOf({ load }: ArrivalsPlan & { kind: 'renewal' }) {
  return [{ atNs: 0, perSecond: load * 1e9, rampNs: 0 }];
}

function surgeOf(fault: FaultPlan, p: number): Surge[] {
  if (fault.kind !== 'surge' || fault.producer !== p) return [];
  return [{ fromNs: fault.atNs, toNs: fault.atNs + fault.forNs, factor: fault.factor }];
}
