import { loadScenario, planFor, type Scenario } from '../../src/index.js';
import { recognise } from '../../src/judge/theory/recognise.js';
import { studentInterval } from '../../src/study/statistics.js';
import { built } from '../built.js';

/**
 * Seeds 1 to 20 where everything runs. Otherwise three, whose interval is nine times as wide: so it
 * is not the width that is judged then, but how far their mean is off.
 */
export const FULL = process.env['SPILLWAY_FULL'] === '1';
export const seedsFrom = (first: number): string[] =>
  Array.from({ length: FULL ? 20 : 3 }, (_, index) => `${first + index}`);

/** Some millions of customers a seed; a busy machine may take some minutes for the three. */
export const TIMEOUT_MS = FULL ? 3_600_000 : 600_000;
export interface Figure {
  metric: string;
  theory: number;
  /** What is compared, where it is not the metric itself. */
  of?: (value: number) => number;
  /** The widest its interval may be, as a share of the figure: 2% of means, 5% of quantiles. */
  width: number;
  /** To what its theory is known, where that is no closed form. */
  known?: number;
}

export const figure = (metric: string, theory: number): Figure => ({ metric, theory, width: 0.02 });
export const quantile = (metric: string, theory: number): Figure => ({
  metric,
  theory,
  width: 0.05,
});

/** A share that only its complement is a metric of. */
export const lost = (metric: string, theory: number): Figure => ({
  ...figure(metric, theory),
  of: (value) => 1 - value,
});
export function scenarioOf(text: string, file: string): Scenario {
  const { scenario, issues } = loadScenario({ text, file });
  if (scenario === null) throw new Error(issues.map(({ message }) => message).join('\n'));
  return scenario;
}

/**
 * Runs every seed. One line for each figure that lies outside its interval, or whose interval is
 * too wide, and for each expectation of the file that does not hold.
 */
export async function misses(
  scenario: Scenario,
  figures: readonly Figure[],
  { seeds, level }: { seeds: readonly string[]; level: number },
): Promise<string[]> {
  const { runScenario } = await built();
  const samples: number[][] = figures.map(() => []);
  const lines: string[] = [];
  const recognised = recognisedIn(scenario);
  const theirs: number[][] = recognised.map(() => []);
  for (const seed of seeds) {
    const { policies, expect: expected } = await runScenario(scenario, {
      version: '0',
      scenarioSha256: '',
      memoryLimitBytes: 1e9,
      seed,
      stepSeconds: 60,
    });
    figures.forEach(({ metric, of }, index) => {
      const value = policies['base']!.metrics[metric] ?? Number.NaN;
      samples[index]!.push(of === undefined ? value : of(value));
    });
    recognised.forEach(([metric], index) => {
      theirs[index]!.push(policies['base']!.metrics[metric] ?? Number.NaN);
    });
    for (const { that, actual, passed } of expected) {
      if (!passed) lines.push(`seed ${seed}: ${that}: ${actual}`);
    }
  }
  recognised.forEach(([metric, theory], index) => {
    const line = strayOf(metric, theory, theirs[index]!);
    if (line !== null) lines.push(line);
  });
  return [...lines, ...figures.flatMap((each, index) => missOf(each, samples[index]!, level))];
}

/**
 * A figure that the product shows beside its own run, where it is not inside; null where it is. A
 * quantile is known to the middle of its histogram's bucket, .4% off at most; three may well share one
 * bucket, which says nothing of how they vary, so three are judged by how far off they are.
 */
function strayOf(metric: string, theory: number, samples: readonly number[]): string | null {
  const [low, high] = studentInterval(samples, RECOGNISED)!;
  const isQuantile = /\.p\d+$/.test(metric);
  const slack = isQuantile ? 0.004 : 1e-6;
  const inside = low <= theory * (1 + slack) && theory * (1 - slack) <= high;
  const near = Math.abs((low + high) / 2 / theory - 1) < 1.5 * 0.05;
  if (inside || (isQuantile && !FULL && near)) return null;
  return `recognised ${metric}: ${low} .. ${high}, theory ${theory}`;
}

/** Every figure that the product itself shows beside such a run; some two hundred in all. */
const RECOGNISED = 1 - 0.01 / 200;

function recognisedIn(scenario: Scenario): [string, number][] {
  const { forms } = recognise(planFor(scenario, 'base'));
  // Nothing is not measured with an interval: half of those who come do not wait at all.
  return forms.flatMap(({ figures }) => Object.entries(figures).filter(([, value]) => value > 0));
}

function missOf(
  { metric, theory, width, known = 0 }: Figure,
  samples: readonly number[],
  level: number,
): string[] {
  const [low, high] = studentInterval(samples, level)!;
  const [from, to] = studentInterval(samples, 0.99)!;
  const wide = (to - from) / theory;
  const line = `${metric}: ${low} .. ${high}, theory ${theory}, ${(100 * wide).toFixed(2)}% wide`;
  if (FULL) console.log(line);
  const inside = low - known <= theory && theory <= high + known;
  const off = Math.abs((low + high) / 2 / theory - 1);
  return inside && (FULL ? wide < width : off < 1.5 * width) ? [] : [line];
}
