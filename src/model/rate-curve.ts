import { DOUBLE_ZERO } from '../kernel/event-queue.js';
import type { Piece, PieceSource } from './rate-pieces.js';

/**
 * A rate over time, given in pieces, and its integral Λ, the number of arrivals expected by t.
 * `arrivalNs(n)` is Λ⁻¹(n), for n that never falls: the arrival that a Poisson process of rate 1
 * would have at n. Only this value is rounded by its user, so gaps carry no rounding on.
 */
export class RateCurve {
  private piece: Piece;
  /** Λ at the beginning of the piece at hand. */
  private before = DOUBLE_ZERO;
  private lastNs = DOUBLE_ZERO;

  constructor(private readonly pieces: PieceSource) {
    const first = pieces.next();
    if (first === null) throw new Error('a rate without a beginning');
    this.piece = first;
  }

  /** The time, in real nanoseconds, at which Λ reaches `expected`; Infinity if it never does. */
  arrivalNs(expected: number): number {
    for (;;) {
      const { piece } = this;
      const rest = expected - this.before;
      const whole = weight(piece);
      if (rest <= whole) {
        // The inverse of a wave is good to a part of a nanosecond; it must not step back by that.
        this.lastNs = Math.max(this.lastNs, piece.fromNs + within(piece, rest));
        return this.lastNs;
      }
      const next = this.pieces.next();
      if (next === null) return Infinity;
      this.before += whole;
      this.piece = next;
    }
  }
}

function weight(piece: Piece): number {
  if (piece.toNs === Infinity) return piece.from > 0 ? Infinity : 0;
  const ns = piece.toNs - piece.fromNs;
  if (piece.wave !== null) return piece.from > 0 ? piece.from * piece.wave.expected(ns) : 0;
  return ((piece.from + piece.to) / 2) * (ns / 1e9);
}

/** Nanoseconds into the piece at which it has yielded `rest` arrivals. */
function within(piece: Piece, rest: number): number {
  if (rest <= 0) return 0;
  if (piece.wave !== null) return piece.from > 0 ? piece.wave.inverse(rest / piece.from) : Infinity;
  if (piece.from === piece.to) return piece.from > 0 ? (rest * 1e9) / piece.from : Infinity;
  const slope = (piece.to - piece.from) / ((piece.toNs - piece.fromNs) / 1e9);
  const root = Math.sqrt(Math.max(0, piece.from * piece.from + 2 * slope * rest));
  return ((2 * rest) / (piece.from + root)) * 1e9;
}
