import { compile, type Distribution } from '../kernel/distributions.js';
import { openStream, type StreamSource } from '../kernel/draws.js';
import { DOUBLE_ZERO } from '../kernel/event-queue.js';
import { unitExponential } from '../kernel/ziggurat.js';
import type { ArrivalsPlan, FaultPlan, Plan, RatePlan } from './plan.js';
import { RateCurve } from './rate-curve.js';
import {
  type PieceSource,
  piecesOf,
  type RateChange,
  type Surge,
  statePieces,
} from './rate-pieces.js';

/** Arrivals that wait for nobody. */
export interface OpenArrivals {
  /** The next moment, whole nanoseconds, never before the last; Infinity when there is none. */
  next(): number;
  /**
   * By surges that began by a condition, and operators' changes, all of them so far, the rate is
   * another: the moment to which the one that comes next moves. Not for `trace`.
   */
  bend(surges: readonly Surge[], changes: readonly RateChange[]): number;
}

/** The pieces of a rate as it is bent. */
type Pieces = (surges: readonly Surge[], changes: readonly RateChange[]) => PieceSource;

/**
 * The moments at which an open producer sends; null for one that waits for answers. The rate is 0
 * outside [from, until), and a surge multiplies it: so both act on Λ, and a renewal process goes by
 * a clock whose pace is the load times the surges in force.
 */
export function openArrivals(plan: Plan, p: number): OpenArrivals | null {
  const { arrivals, fromNs, untilNs, name } = plan.producers[p];
  const surges = [
    ...plan.faults.flatMap((fault) => surgesOf(fault, p, plan.durationNs)),
    ...(fromNs > 0 ? [{ fromNs: 0, toNs: fromNs, factor: 0 }] : []),
    ...(untilNs < Infinity ? [{ fromNs: untilNs, toNs: Infinity, factor: 0 }] : []),
  ];
  const stream = (purpose: string): StreamSource => openStream(plan.seed, name, purpose);
  const curved = (rate: RatePlan, gap: Gap): OpenArrivals =>
    new CurveArrivals((more, changes) => piecesOf(rate, [...surges, ...more], changes), gap);
  switch (arrivals.kind) {
    case 'poisson':
    case 'batch':
      return curved(arrivals.rate, { stream: stream('arrivals'), law: null });
    case 'constant':
      return curved(arrivals.rate, { stream: null, law: null });
    case 'renewal':
      return curved(paceOf(arrivals), {
        stream: stream('arrivals'),
        law: compile(arrivals.between),
      });
    case 'mmpp': {
      const times = { fromNs, endNs: Math.min(untilNs, plan.durationNs) };
      // A stream that begins anew goes through the same states: only the surges are others.
      const pieces: Pieces = (more) =>
        statePieces(arrivals.states, times, stream('states'), [...surges, ...more]);
      return new CurveArrivals(pieces, { stream: stream('arrivals'), law: null });
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
  private expected = DOUBLE_ZERO;
  private curve: RateCurve;

  constructor(
    private readonly pieces: Pieces,
    private readonly gap: Gap,
  ) {
    this.curve = new RateCurve(pieces([], []));
  }

  next(): number {
    const { law, stream } = this.gap;
    if (stream === null) this.expected += 1;
    else this.expected += law === null ? unitExponential(stream) : law.sample(stream);
    return this.dueNs();
  }

  bend(surges: readonly Surge[], changes: readonly RateChange[]): number {
    this.curve = new RateCurve(this.pieces(surges, changes));
    return this.dueNs();
  }

  private dueNs(): number {
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

  bend(): number {
    throw new Error('a trace gives the moments themselves');
  }
}

/** The clock of a renewal process: nanoseconds of its own in one second of time. */
function paceOf({ load }: ArrivalsPlan & { kind: 'renewal' }) {
  return [{ atNs: 0, perSecond: load * 1e9, rampNs: 0 }];
}

/** The surges that a fault is known to make. */
function surgesOf(fault: FaultPlan, p: number, durationNs: number): Surge[] {
  if (fault.kind !== 'surge' || fault.producer !== p || fault.when !== null) return [];
  const { atNs, everyNs, forNs, factor } = fault;
  const surges: Surge[] = [];
  for (let at = atNs; at === atNs || at < durationNs; at += everyNs) {
    surges.push({ fromNs: at, toNs: at + forNs, factor });
  }
  return surges;
}
