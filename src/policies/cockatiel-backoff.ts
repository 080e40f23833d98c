import { exp, pow } from '../kernel/math.js';
import type { Pause } from './pause.js';

/**
 * The `ExponentialBackoff` of cockatiel 4.0.0 [connor4312/cockatiel,
 * src/backoff/ExponentialBackoffGenerators.ts]. With d = min(max_delay, initial_delay · 2^(n−1))
 * before the n-th retry:
 *
 * - `none`: d; `full`: U(0, d); `half`: d/2 + U(0, d/2), the last two rounded down to a millisecond;
 *   all three always double, whatever `exponent` says;
 * - `decorrelated`: Polly's second version: with t = n−1 + U(0, 1), f = exponent^t · tanh √(4t), it
 *   waits (f − the f before) · initial_delay / 1.4, at most max_delay.
 */
export interface CockatielBackoff {
  kind: 'cockatiel';
  /** `decorrelated` where nothing is said. */
  generator: 'none' | 'full' | 'half' | 'decorrelated';
  /** 128 ms. */
  initialNs: number;
  /** 30 s. */
  maxNs: number;
  /** 2. */
  exponent: number;
}

const MS = 1e6;
/** Smooths the first wait; brings the medians near 1, 2, 4 … */
const FIRST_FACTOR = 4;
const SCALE = 1 / 1.4;

/** Its memory: the f before. */
export function cockatielPause(
  { generator, initialNs, maxNs, exponent }: CockatielBackoff,
  retry: number,
  u: number,
  pause: Pause,
): void {
  if (generator === 'decorrelated') {
    const t = retry - 1 + u;
    const value = pow(exponent, t) * tanh(Math.sqrt(FIRST_FACTOR * t));
    // Beyond what a number can hold the real one gives up growing too.
    const more = value < Infinity ? Math.max(0, value - pause.memory) : Infinity;
    pause.memory = value;
    pause.ns = initialNs === 0 ? 0 : Math.min(more * SCALE * initialNs, maxNs);
    return;
  }
  const delay = initialNs === 0 ? 0 : Math.min(maxNs, initialNs * pow(2, retry - 1));
  if (generator === 'none') pause.ns = delay;
  else if (generator === 'full') pause.ns = Math.floor((u * delay) / MS) * MS;
  else pause.ns = Math.floor((delay + u * delay) / 2 / MS) * MS;
}

/** Of a number that is not negative. */
function tanh(x: number): number {
  return x > 20 ? 1 : 1 - 2 / (exp(2 * x) + 1);
}
