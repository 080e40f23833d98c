import type { StreamSource } from '../kernel/draws.js';
import { unitExponential } from '../kernel/ziggurat.js';
import type { RatePlan, RatePoint } from './plan.js';
import { Wave } from './wave.js';

/** A time during which the rate is multiplied. */
export interface Surge {
  fromNs: number;
  toNs: number;
  factor: number;
}

/** From `atNs` on the rate is another. */
export interface RateChange {
  atNs: number;
  rate: RatePlan;
}

/** A stretch of time with one formula for the rate. */
export interface Piece {
  fromNs: number;
  toNs: number;
  /** Per second, at both ends; linear between. Of a wave, what it is multiplied by. */
  from: number;
  to: number;
  wave: Wave | null;
}

/** The pieces of a rate, one after another; null after the last, which has no end. */
export interface PieceSource {
  next(): Piece | null;
}

/** The pieces of a schedule or a wave and of what it is changed to, cut where surges begin and end. */
export function piecesOf(
  rate: RatePlan,
  surges: readonly Surge[],
  changes: readonly RateChange[] = [],
): PieceSource {
  let pieces = ratePieces(rate);
  for (const { atNs, rate: then } of changes) {
    pieces = [...clipped(pieces, 0, atNs), ...clipped(ratePieces(then), atNs, Infinity)];
  }
  return listed(surged(pieces, surges));
}

/** The whole rate, waves still told from the beginning of time. */
function ratePieces(rate: RatePlan): Piece[] {
  return Array.isArray(rate) ? scheduled(rate) : [wavePiece(rate)];
}

/** What of the pieces lies within [fromNs, toNs). */
function clipped(pieces: readonly Piece[], fromNs: number, toNs: number): Piece[] {
  return pieces.flatMap((piece) => {
    const [from, to] = [Math.max(piece.fromNs, fromNs), Math.min(piece.toNs, toNs)];
    if (from >= to) return [];
    const bounds = { fromNs: from, toNs: to, from: factorAt(piece, from), to: factorAt(piece, to) };
    return [{ ...piece, ...bounds }];
  });
}

function factorAt(piece: Piece, atNs: number): number {
  if (piece.from === piece.to) return piece.from;
  const share = (atNs - piece.fromNs) / (piece.toNs - piece.fromNs);
  return piece.from + (piece.to - piece.from) * share;
}

/**
 * The pieces of a rate that goes by states: each for an exponential time, then the next in order.
 * The sum of the stays is not rounded. Ends with the first piece that begins at `endNs` or later.
 */
export function statePieces(
  states: readonly { perSecond: number; meanNs: number }[],
  { fromNs, endNs }: { fromNs: number; endNs: number },
  stream: StreamSource,
  surges: readonly Surge[],
): PieceSource {
  let at = fromNs;
  let state = 0;
  let ready: Piece[] = fromNs > 0 ? [flat(0, fromNs, 0)] : [];
  return {
    next() {
      while (ready.length === 0) {
        if (at >= endNs) return null;
        const { perSecond, meanNs } = states[state];
        const toNs = at + meanNs * unitExponential(stream);
        ready = surged([flat(at, toNs, perSecond)], surges);
        at = toNs;
        state = (state + 1) % states.length;
      }
      return ready.shift() ?? null;
    },
  };
}

function flat(fromNs: number, toNs: number, perSecond: number): Piece {
  return { fromNs, toNs, from: perSecond, to: perSecond, wave: null };
}

function wavePiece(rate: Exclude<RatePlan, RatePoint[]>): Piece {
  if (rate.meanPerSecond === 0) return flat(0, Infinity, 0);
  return { fromNs: 0, toNs: Infinity, from: 1, to: 1, wave: new Wave(rate, 0) };
}

function listed(pieces: readonly Piece[]): PieceSource {
  let at = 0;
  return { next: () => pieces[at++] ?? null };
}

function scheduled(points: readonly RatePoint[]): Piece[] {
  const pieces: Piece[] = [];
  let rate = 0;
  points.forEach((point, i) => {
    const end = points[i + 1]?.atNs ?? Infinity;
    let from = point.atNs;
    if (point.rampNs > 0) {
      const share = Math.min(1, (end - from) / point.rampNs);
      const reached = rate + (point.perSecond - rate) * share;
      const to = Math.min(end, from + point.rampNs);
      pieces.push({ fromNs: from, toNs: to, from: rate, to: reached, wave: null });
      rate = reached;
      from = to;
    } else rate = point.perSecond;
    if (from < end) pieces.push(flat(from, end, rate));
  });
  return pieces;
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
      out.push({ ...rest, toNs: cut, to: middle });
      rest = { ...rest, fromNs: cut, from: middle };
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
  const wave = piece.fromNs === 0 ? piece.wave : (piece.wave?.from(piece.fromNs) ?? null);
  return { ...piece, from: piece.from * factor, to: piece.to * factor, wave };
}
