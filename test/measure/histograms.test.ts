import fc from 'fast-check';
import { build } from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { openStream, type Source, unit53 } from '../../src/kernel/draws.js';
import { bucketOf, Histograms, valueOf } from '../../src/measure/histograms.js';

const full = process.env['SPILLWAY_FULL'] === '1';
const QUANTILES = [0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1];
const ERROR_MAX = 0.005;

/** Nearest rank: the value that a share q of the sorted samples does not exceed. */
function bySorting(samples: readonly number[], q: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1]!;
}

function relativeError(value: number, exact: number): number {
  return exact === 0 ? value : Math.abs(value - exact) / exact;
}

function recorded(samples: readonly number[]): Histograms {
  const histograms = new Histograms(1);
  for (const sample of samples) histograms.record(0, sample);
  return histograms;
}

function worstAgainstSorting(samples: readonly number[]): number {
  const histograms = recorded(samples);
  const errors = QUANTILES.map((q) =>
    relativeError(histograms.quantile(0, q), bySorting(samples, q)),
  );
  return Math.max(...errors);
}

const duration = fc.oneof(
  fc.nat(300),
  fc.nat(1e9),
  fc.integer({ min: 0, max: 2 ** 53 - 1 }),
  fc.constantFrom(0, 1, 127, 128, 129, 255, 256, 2 ** 31, 2 ** 32, 2 ** 52, 2 ** 53 - 1),
);

/** Some shapes of latencies, in nanoseconds. */
const shapes: Record<string, (source: Source) => number> = {
  exponential: (source) => Math.floor(-Math.log(1 - unit53(source)) * 5e7),
  'heavy-tailed': (source) => Math.floor(1e6 / (1 - unit53(source)) ** (1 / 1.2)),
  'two-humped': (source) => Math.floor((unit53(source) < 0.9 ? 2e6 : 9e8) * (0.5 + unit53(source))),
  constant: () => 100_000_000,
  'mostly zero': (source) => (unit53(source) < 0.7 ? 0 : 1 + Math.floor(unit53(source) * 40)),
};

describe('buckets', () => {
  it('every whole number below 256 has a bucket of its own, from there on it is within 0.4%', () => {
    for (let value = 1; value < 256; value++) expect(valueOf(bucketOf(value))).toBe(value);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 53 - 1 }), (value) => {
        expect(relativeError(valueOf(bucketOf(value)), value)).toBeLessThanOrEqual(0.004);
      }),
      { numRuns: full ? 100_000 : 10_000 },
    );
  });

  it('follow each other: the next number is in the same one or in the next that is used', () => {
    fc.assert(
      fc.property(fc.integer({ min: 128, max: 2 ** 53 - 2 }), (value) => {
        expect([0, 1]).toContain(bucketOf(value + 1) - bucketOf(value));
      }),
    );
  });
});

describe('quantiles', () => {
  it('are within 0.5% of those by sorting, whatever the samples', () => {
    fc.assert(
      fc.property(fc.array(duration, { minLength: 1, maxLength: 300 }), (samples) => {
        expect(worstAgainstSorting(samples)).toBeLessThanOrEqual(ERROR_MAX);
      }),
      { numRuns: full ? 3000 : 300 },
    );
  });

  it.each(Object.keys(shapes))('of %s samples agree with sorting and hdr-histogram-js', (name) => {
    const source = openStream('3', name, 'samples');
    const samples = Array.from({ length: 20_000 }, () => shapes[name]!(source));
    expect(worstAgainstSorting(samples)).toBeLessThanOrEqual(ERROR_MAX);
    const ours = recorded(samples);
    const theirs = build({ numberOfSignificantValueDigits: 4, highestTrackableValue: 2 ** 50 });
    for (const sample of samples) theirs.recordValue(sample);
    for (const q of QUANTILES) {
      const hdr = theirs.getValueAtPercentile(q * 100);
      expect(relativeError(ours.quantile(0, q), hdr)).toBeLessThanOrEqual(ERROR_MAX);
    }
    expect(ours.maxOf(0)).toBe(Math.max(...samples));
    expect(ours.sumOf(0)).toBe(samples.reduce((a, b) => a + b, 0));
  });

  it('zeros stay exactly zero, the greatest is never exceeded, and without samples there is none', () => {
    const histograms = new Histograms(2);
    expect(histograms.quantile(0, 0.5)).toBeNaN();
    for (let i = 0; i < 99; i++) histograms.record(0, 0);
    histograms.record(0, 1_000_001);
    expect(histograms.quantile(0, 0.99)).toBe(0);
    expect(histograms.quantile(0, 0.999)).toBe(1_000_001);
    expect(histograms.quantile(1, 0.5)).toBeNaN();
  });
});

describe('many histograms in one pool', () => {
  it('do not touch each other', () => {
    const rows = 50;
    const histograms = new Histograms(rows);
    const source = openStream('4', 'pool', 'samples');
    const samples: number[][] = Array.from({ length: rows }, () => []);
    for (let i = 0; i < 20_000; i++) {
      const row = Math.floor(unit53(source) * rows);
      const value = shapes['heavy-tailed']!(source);
      samples[row]!.push(value);
      histograms.record(row, value);
    }
    samples.forEach((own, row) => {
      const error = relativeError(histograms.quantile(row, 0.9), bySorting(own, 0.9));
      expect(error).toBeLessThanOrEqual(ERROR_MAX);
      expect(histograms.countOf(row)).toBe(own.length);
    });
  });

  it('absorbing two gives what recording all of theirs would', () => {
    const samples = fc.array(duration, { maxLength: 60 });
    fc.assert(
      fc.property(samples, samples, (one, other) => {
        const sum = new Histograms(1);
        sum.absorb(0, recorded(one), 0);
        sum.absorb(0, recorded(other), 0);
        const direct = recorded([...one, ...other]);
        for (const q of QUANTILES) expect(sum.quantile(0, q)).toBe(direct.quantile(0, q));
        expect([sum.countOf(0), sum.maxOf(0)]).toEqual([direct.countOf(0), direct.maxOf(0)]);
      }),
      { numRuns: full ? 1000 : 100 },
    );
  });
});
