import type { RatePoint } from './plan.js';

/** A time during which the rate is multiplied. */
export interface Surge {
  fromNs: number;
  toNs: number;
  factor: number;
}

/** From `atNs` on the rate is that of other points. */
export interface RateChange {
  atNs: number;
  points: readonly RatePoint[];
}

interface Piece {
  fromNs: number;
  toNs: number;
  /** Per second, at both ends; linear between. */
  from: number;
  to: number;
}

/**
 * A rate over time, piecewise linear, and its integral Λ, the number of arrivals expected by t.
 * `arrivalNs(n)` is Λ⁻¹(n), for n that never falls: the arrival that a Poisson process of rate 1
 * would have at n. Only this value is rounded by its user, so gaps carry no rounding on.
 */
export class RateCurve {
  private readonly pieces: readonly Piece[];
  private at = 0;
  /** Λ at the beginning of the piece at hand. */
  private before = 0;

  constructor(points: readonly RatePoint[], surges: readonly Surge[], changes: RateChange[] = []) {
    let pieces = piecesOf(points);
    for (const change of changes) {
      pieces = [
        ...clipped(pieces, 0, change.atNs),
        ...clipped(piecesOf(change.points), change.atNs, Infinity),
      ];
    }
    this.pieces = surged(pieces, surges);
  }

  /** The time, in real nanoseconds, at which Λ reaches `expected`; Infinity if it never does. */
  arrivalNs(expected: number): number {
    for (;;) {
      const piece = this.pieces[this.at];
      const rest = expected - this.before;
      const whole = weight(piece);
      if (rest <= whole || this.at === this.pieces.length - 1)
        return piece.fromNs + within(piece, rest);
      this.before += whole;
      this.at++;
    }
  }
}

function weight(piece: Piece): number {
  if (piece.toNs === Infinity) return piece.from > 0 ? Infinity : 0;
  return ((piece.from + piece.to) / 2) * ((piece.toNs - piece.fromNs) / 1e9);
}

/** Nanoseconds into the piece at which it has yielded `rest` arrivals. */
function within(piece: Piece, rest: number): number {
  if (rest <= 0) return 0;
  if (piece.from === piece.to) return piece.from > 0 ? (rest * 1e9) / piece.from : Infinity;
  const slope = (piece.to - piece.from) / ((piece.toNs - piece.fromNs) / 1e9);
  const root = Math.sqrt(Math.max(0, piece.from * piece.from + 2 * slope * rest));
  return ((2 * rest) / (piece.from + root)) * 1e9;
}

function piecesOf(points: readonly RatePoint[]): Piece[] {
  const pieces: Piece[] = [];
  let rate = 0;
  points.forEach((point, i) => {
    const end = points[i + 1]?.atNs ?? Infinity;
    let from = point.atNs;
    if (point.rampNs > 0) {
      const share = Math.min(1, (end - from) / point.rampNs);
      const reached = rate + (point.perSecond - rate) * share;
      const to = Math.min(end, from + point.rampNs);
      pieces.push({ fromNs: from, toNs: to, from: rate, to: reached });
      rate = reached;
      from = to;
    } else rate = point.perSecond;
    if (from < end) pieces.push({ fromNs: from, toNs: end, from: rate, to: rate });
  });
  return pieces;
}

/** What of the pieces lies within [fromNs, toNs). */
function clipped(pieces: readonly Piece[], fromNs: number, toNs: number): Piece[] {
  return pieces.flatMap((piece) => {
    const [from, to] = [Math.max(piece.fromNs, fromNs), Math.min(piece.toNs, toNs)];
    if (from >= to) return [];
    return [{ fromNs: from, toNs: to, from: rateAt(piece, from), to: rateAt(piece, to) }];
  });
}

function rateAt(piece: Piece, atNs: number): number {
  if (piece.from === piece.to) return piece.from;
  const share = (atNs - piece.fromNs) / (piece.toNs - piece.fromNs);
  return piece.from + (piece.to - piece.from) * share;
}

function surged(pieces: readonly Piece[], surges: readonly Surge[]): Piece[] {
  const cuts = surges.flatMap((s) => [s.fromNs, s.toNs]).sort((a, b) => a - b);
  const out: Piece[] = [];
  for (const piece of pieces) {
    let rest = piece;
    for (const cut of cuts) {
      if (cut <= rest.fromNs || cut >= rest.toNs) continue;
      const share = rest.toNs === Infinity ? 0 : (cut - rest.fromNs) / (rest.toNs - rest.fromNs);
      const middle = rest.from + (rest.to - rest.from) * share;
      out.push({ fromNs: rest.fromNs, toNs: cut, from: rest.from, to: middle });
      rest = { fromNs: cut, toNs: rest.toNs, from: middle, to: rest.to };
    }
    out.push(rest);
  }
  return out.map((piece) => scaled(piece, surges));
}

function scaled(piece: Piece, surges: readonly Surge[]): Piece {
  let factor = 1;
  for (const surge of surges) {
    if (surge.fromNs <= piece.fromNs && piece.fromNs < surge.toNs) factor *= surge.factor;
  }
  return { ...piece, from: piece.from * factor, to: piece.to * factor };
}
