/** Distribution functions of the textbooks, to judge draws by; written for clarity, not for speed. */
import { logGamma } from '../../src/kernel/math/special.js';

/** The regularised lower incomplete gamma function P(a, x): series or Lentz's fraction. */
export function gammaBelow(a: number, x: number): number {
  if (x <= 0) return 0;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = a + 1; term > sum * 1e-16; n++) {
      term *= x / n;
      sum += term;
    }
    return front * sum;
  }
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < 1000; i++) {
    const an = -i * (i - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return 1 - front * h;
}

/** The standard normal's distribution function. */
export function normalBelow(z: number): number {
  const half = gammaBelow(0.5, (z * z) / 2) / 2;
  return z < 0 ? 0.5 - half : 0.5 + half;
}

/** Kolmogorov's statistic times the square root of n: above 2.23 once in ten thousand. */
export function kolmogorov(sorted: Float64Array, below: (x: number) => number): number {
  const n = sorted.length;
  let worst = 0;
  for (let i = 0; i < n; i++) {
    const p = below(sorted[i]!);
    worst = Math.max(worst, p - i / n, (i + 1) / n - p);
  }
  return worst * Math.sqrt(n);
}

/** Smirnov's statistic of two samples of one size, on the same scale. */
export function smirnov(a: Float64Array, b: Float64Array): number {
  const n = a.length;
  let worst = 0;
  for (let i = 0, j = 0; i < n && j < n; ) {
    if (a[i]! <= b[j]!) i++;
    else j++;
    worst = Math.max(worst, Math.abs(i - j) / n);
  }
  return worst * Math.sqrt(n / 2);
}
