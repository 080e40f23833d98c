import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketOf, Histograms } from '../../src/measure/histograms.js';
import { addLatencyMaps, type LatencyMap, LatencyMapBook } from '../../src/measure/latency-map.js';
import { StepHistograms } from '../../src/measure/step-histograms.js';

const QUARTER = 1.25;

function mapOf(steps: readonly (readonly number[])[]): LatencyMap | null {
  const book = new LatencyMapBook(steps.length, 1);
  for (const values of steps) {
    for (const ns of values) book.count(ns < 1 ? -1 : bucketOf(ns), 1);
    book.endStep();
  }
  return book.result();
}

const total = (map: LatencyMap | null): number =>
  (map?.counts ?? []).flatMap(([, ...cells]) => cells).reduce((sum, n) => sum + n, 0);

const steps = fc.array(fc.array(fc.nat(2 ** 40), { maxLength: 20 }), {
  minLength: 2,
  maxLength: 400,
});

describe('the map of latencies', () => {
  it('holds every sample once, in its column and in a row around it', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const map = mapOf(list);
        const samples = list.flat().length;
        expect(total(map)).toBe(samples);
        if (map === null) return;
        expect(map.counts.length).toBeLessThanOrEqual(150);
        list.forEach((values, step) => {
          const [first = -1, ...cells] = map.counts[Math.floor(step / map.step)] ?? [];
          for (const ns of values) {
            const seconds = Math.max(ns, 1024) / 1e9;
            const row = map.bounds.findLastIndex((bound) => bound <= seconds);
            expect(cells[row - first]).toBeGreaterThan(0);
          }
        });
        for (let row = 1; row < map.bounds.length; row++) {
          const ratio = (map.bounds[row] as number) / (map.bounds[row - 1] as number);
          expect(ratio).toBeGreaterThan(1.1);
          expect(ratio).toBeLessThanOrEqual(QUARTER + 1e-9);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('of a sum holds what both hold, wherever they lie', () => {
    fc.assert(
      fc.property(steps, fc.nat(2 ** 40), (list, at) => {
        const a = mapOf(list);
        const b = mapOf(list.map(() => [at, at]));
        const sum = addLatencyMaps(a, b);
        expect(total(sum)).toBe(total(a) + total(b));
        expect(addLatencyMaps(b, a)).toEqual(sum);
        // The same as if all had been counted at once.
        expect(sum).toEqual(mapOf(list.map((values) => [...values, at, at])));
      }),
      { numRuns: 60 },
    );
    expect(addLatencyMaps(null, null)).toBeNull();
  });

  it('is none where nobody was answered, or time has but one column', () => {
    expect(mapOf([[], []])).toBeNull();
    expect(mapOf([[5, 6]])).toBeNull();
  });

  it("is told by the step's histograms, at the end of each step", () => {
    const book = new LatencyMapBook(2, 5);
    const step = new StepHistograms(1, 2, new Histograms(2));
    step.map = book;
    for (const [epoch, ns] of [0, 3e6, 3e6, 5e9].map((value, i) => [i % 2, value] as const)) {
      step.note(0, epoch, ns);
    }
    step.flush(() => undefined);
    book.endStep();
    step.note(0, 1, 4e6);
    step.flush(() => undefined);
    book.endStep();
    const map = book.result();
    expect(map?.step).toBe(5);
    expect(map?.counts.map(([, ...cells]) => cells.filter((n) => n > 0))).toEqual([[1, 2, 1], [1]]);
  });
});
