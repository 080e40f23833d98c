import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histograms } from '../../src/measure/histograms.js';
import { StepHistograms } from '../../src/measure/step-histograms.js';

const full = process.env['SPILLWAY_FULL'] === '1';
const SUBJECTS = 3;
const EPOCHS = 2;
const QUANTILES = [0.01, 0.5, 0.9, 0.99, 0.999];

interface Sample {
  subject: number;
  epoch: number;
  ns: number;
}

const sample: fc.Arbitrary<Sample> = fc.record({
  subject: fc.nat(SUBJECTS - 1),
  epoch: fc.nat(EPOCHS - 1),
  ns: fc.oneof(fc.nat(3), fc.nat(1e6), fc.integer({ min: 0, max: 2 ** 50 })),
});
const steps = fc.array(fc.array(sample, { maxLength: 40 }), { minLength: 1, maxLength: 8 });

/** p50, p99 and p90 of each subject that had samples in a step, from a histogram made for it alone. */
function directly(step: readonly Sample[]): [number, number, number, number][] {
  const subjects = [...new Set(step.map(({ subject }) => subject))];
  return subjects.map((subject) => {
    const own = new Histograms(1);
    for (const one of step) if (one.subject === subject) own.record(0, one.ns);
    return [subject, own.quantile(0, 0.5), own.quantile(0, 0.99), own.quantile(0, 0.9)];
  });
}

describe("the step's histograms", () => {
  it("tell each step's p50, p99 and p90, the same as a histogram of that step alone", () => {
    fc.assert(
      fc.property(steps, (list) => {
        const step = new StepHistograms(SUBJECTS, EPOCHS, new Histograms(SUBJECTS * EPOCHS));
        for (const samples of list) {
          for (const { subject, epoch, ns } of samples) step.note(subject, epoch, ns);
          const told: [number, number, number, number][] = [];
          step.flush((subject, p50, p99, p90) => told.push([subject, p50, p99, p90]));
          expect(told).toEqual(directly(samples));
        }
      }),
      { numRuns: full ? 3000 : 300 },
    );
  });

  it('pass everything on to the totals of subject and epoch, to the unit', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const totals = new Histograms(SUBJECTS * EPOCHS);
        const direct = new Histograms(SUBJECTS * EPOCHS);
        const step = new StepHistograms(SUBJECTS, EPOCHS, totals);
        for (const samples of list) {
          for (const { subject, epoch, ns } of samples) {
            step.note(subject, epoch, ns);
            direct.record(subject * EPOCHS + epoch, ns);
          }
          step.flush(() => undefined);
        }
        for (let row = 0; row < SUBJECTS * EPOCHS; row++) {
          expect(totals.countOf(row)).toBe(direct.countOf(row));
          expect(totals.maxOf(row)).toBe(direct.maxOf(row));
          for (const q of QUANTILES) expect(totals.quantile(row, q)).toBe(direct.quantile(row, q));
        }
      }),
      { numRuns: full ? 2000 : 200 },
    );
  });

  it('a step without samples tells nothing', () => {
    const step = new StepHistograms(1, 1, new Histograms(1));
    step.note(0, 0, 5);
    const told: number[] = [];
    step.flush((subject) => told.push(subject));
    step.flush((subject) => told.push(subject));
    expect(told).toEqual([0]);
  });
});
