/**
 * Exponential and normal variates by ziggurats of 256 layers of equal area (G. Marsaglia and
 * W. W. Tsang, "The Ziggurat Method for Generating Random Variables", Journal of Statistical
 * Software 5, 2000). Layer, sign and a place of 53 bits come from separate bits of two words, so
 * the correlation J. A. Doornik found in the original ("An Improved Ziggurat Method to Generate
 * Normal Random Samples", 2005) is not there. Wedges and tails are exact.
 */
import { type Source, unit53 } from './draws.js';
import { exp, log } from './math.js';

const LAYERS = 256;
/** Places across a layer, from 0 to its outer edge. */
const PLACES = 9007199254740992;

/** Where the tail begins, and the area of a layer: Marsaglia and Tsang's for 256 layers. */
const EXPONENTIAL_EDGE = 7.697117470131049;
const EXPONENTIAL_AREA = (1 + EXPONENTIAL_EDGE) * exp(-EXPONENTIAL_EDGE);
const NORMAL_EDGE = 3.6541528853610088;
const NORMAL_AREA = 0.00492867323399;

interface Ziggurat {
  /** A row a layer: the worth of one place, and the first place not inside the density. */
  readonly layers: Float64Array;
  /** The density at each layer's outer edge; the last is 1, the top. */
  readonly heights: Float64Array;
}

/** Lays the layers, from the base, which holds the tail, to the top. */
function raised(
  edge: number,
  area: number,
  density: (x: number) => number,
  inverse: (height: number) => number,
): Ziggurat {
  const layers = new Float64Array(2 * LAYERS);
  const heights = new Float64Array(LAYERS + 1);
  // The base is as wide as a rectangle of its area would be.
  let outer = area / density(edge);
  let inner = edge;
  for (let i = 0; i < LAYERS; i++) {
    layers[2 * i] = outer / PLACES;
    layers[2 * i + 1] = (inner / outer) * PLACES;
    outer = inner;
    heights[i + 1] = i < LAYERS - 1 ? density(outer) : 1;
    inner = i < LAYERS - 2 ? inverse(heights[i + 1]! + area / outer) : 0;
  }
  return { layers, heights };
}

const { layers: exponentialLayers, heights: exponentialHeights } = raised(
  EXPONENTIAL_EDGE,
  EXPONENTIAL_AREA,
  (x) => exp(-x),
  (height) => -log(height),
);

const { layers: normalLayers, heights: normalHeights } = raised(
  NORMAL_EDGE,
  NORMAL_AREA,
  (x) => exp(-0.5 * x * x),
  (height) => Math.sqrt(-2 * log(height)),
);

/** An exponential variate of mean 1. Two words in 99 of 100 draws. */
export function unitExponential(source: Source): number {
  const word = source.next();
  const place = (word >>> 11) * 4294967296 + (source.next() >>> 0);
  const row = (word & 255) << 1;
  const x = place * exponentialLayers[row]!;
  return place < exponentialLayers[row + 1]! ? x : exponentialRest(source, word & 255, x);
}

/** The exponential where the place is in a wedge or in the tail, which is the whole once more. */
function exponentialRest(source: Source, layer: number, x: number): number {
  if (layer === 0) return EXPONENTIAL_EDGE + unitExponential(source);
  const from = exponentialHeights[layer]!;
  const height = from + unit53(source) * (exponentialHeights[layer + 1]! - from);
  return height < exp(-x) ? x : unitExponential(source);
}

/** A normal variate of mean 0 and variance 1. */
export function unitNormal(source: Source): number {
  const word = source.next();
  const place = (word >>> 11) * 4294967296 + (source.next() >>> 0);
  const row = (word & 255) << 1;
  const x = place * normalLayers[row]! * (1 - ((word >>> 7) & 2));
  return place < normalLayers[row + 1]! ? x : normalRest(source, word, x);
}

/** The normal where the place is in a wedge or in the tail. */
function normalRest(source: Source, word: number, x: number): number {
  const layer = word & 255;
  if (layer === 0) return (1 - ((word >>> 7) & 2)) * normalTail(source);
  const from = normalHeights[layer]!;
  const height = from + unit53(source) * (normalHeights[layer + 1]! - from);
  return height < exp(-0.5 * x * x) ? x : unitNormal(source);
}

/** Beyond the edge, by Marsaglia's method (Technometrics 6, 1964). */
function normalTail(source: Source): number {
  for (;;) {
    const beyond = unitExponential(source) / NORMAL_EDGE;
    if (2 * unitExponential(source) >= beyond * beyond) return NORMAL_EDGE + beyond;
  }
}
