import { relative, sep } from 'node:path';
import {
  type Baseline,
  type BaselineScenario,
  baselineText,
  type Drift,
  driftOf,
  missingIn,
  readBaseline,
} from '../../study/index.js';
import { sayerOf } from './difference-lines.js';
import { readBytes, writeWhole } from './files.js';
import { number } from './format.js';
import { mistakes } from './mistakes.js';

/** A change below this share of a figure is not told, however sure it is. */
export const DRIFT = 0.05;

/** One figure beside its baseline, in words. */
export interface DriftTold {
  /** "goodput of retry-budget" */
  name: string;
  /** "280/s, was 297/s: regressed by 5.72% [5.1%, 6.34%]" */
  text: string;
  tone: 'bad' | 'good' | 'neutral';
  /** Whether it is told without being asked: something changed, or may have. */
  matters: boolean;
}

/** What a scenario shows beside its baseline. */
export interface FileDrift {
  figures: DriftTold[];
  notes: string[];
}

/** A baseline that was read: what it says of files, and what it says of all. */
export class BaselineBook {
  readonly #baseline: Baseline;
  readonly #band: number;

  private constructor(baseline: Baseline, band: number) {
    this.#baseline = baseline;
    this.#band = band;
  }

  /** Reads a baseline, or refuses what is none. */
  static async open(file: string, band: number): Promise<BaselineBook> {
    const read = readBaseline(new TextDecoder().decode(await readBytes(file)));
    if ('reason' in read) throw mistakes.noBaseline(file, read.reason);
    return new BaselineBook(read.baseline, band);
  }

  /** Null of a file that it does not know. */
  of(file: string, now: BaselineScenario): FileDrift | null {
    const { scenarios } = this.#baseline;
    const key = baselineKey(file);
    if (!Object.hasOwn(scenarios, key)) return null;
    const { drifts, notes } = driftOf(now, scenarios[key]!, this.#band);
    return { figures: drifts.map((drift) => driftTold(drift, this.#band)), notes };
  }

  /** What it does not fit: another version, files that only one side has. */
  notes(files: readonly string[], version: string): string[] {
    const { notRun, unknown } = missingIn(this.#baseline, files.map(baselineKey));
    const other = this.#baseline.version;
    return [
      ...(other === version ? [] : [`it was measured by version ${other}, this is ${version}`]),
      ...notRun.map((file) => `${file} is in the baseline, and was not run`),
      ...unknown.map((file) => `${file} is not in the baseline`),
    ];
  }
}

/** Writes a baseline of these files. */
export async function saveBaseline(
  file: string,
  version: string,
  scenarios: ReadonlyMap<string, BaselineScenario>,
): Promise<void> {
  const named = [...scenarios].map(([name, one]) => [baselineKey(name), one] as const);
  const baseline: Baseline = {
    spillway_baseline: 1,
    version,
    scenarios: Object.fromEntries(named),
  };
  await writeWhole(file, baselineText(baseline));
}

/** As seen from where the command is called, the same on every machine. */
function baselineKey(file: string): string {
  return relative('', file).split(sep).join('/');
}

/** "goodput of retry-budget: 280/s, was 297/s: regressed by 5.72% [5.1%, 6.34%]" */
function driftTold(drift: Drift, band: number): DriftTold {
  const { policy, metric, is, now, was, worse } = drift;
  const say = (value: number | null): string =>
    value === null ? 'nothing' : sayerOf(metric)(value);
  return {
    name: `${metric} of ${policy}`,
    text: `${say(now)}, was ${say(was)}: ${verdictOf(drift, band)}`,
    tone: worse ? 'bad' : is === 'improved' ? 'good' : 'neutral',
    matters: is !== 'same' && is !== 'within',
  };
}

function verdictOf(drift: Drift, band: number): string {
  switch (drift.is) {
    case 'same':
      return 'no change shown';
    case 'within':
      return `changed by ${changeText(drift)}, within ${percentText(band)}`;
    case 'improved':
    case 'regressed':
      return `${drift.is} by ${changeText(drift)}`;
    case 'changed':
      return `changed by ${changeText(drift)}`;
    case 'unsure':
      return 'one run of each is too little to tell a change from chance (--replications 10)';
    case 'lost':
      return 'it has no value any more';
    case 'found':
      return 'it had no value';
  }
}

/** "5.72% [5.1%, 6.34%]", or in the metric's unit where there was nothing before. */
function changeText({ difference: { estimate, interval, b }, metric }: Drift): string {
  const say = b === 0 ? sayerOf(metric) : (size: number) => percentText(size / Math.abs(b!));
  const size = say(Math.abs(estimate!));
  if (interval === null || interval[0] === interval[1]) return size;
  const ends = interval.map(Math.abs).sort((one, other) => one - other);
  return `${size} [${ends.map(say).join(', ')}]`;
}

function percentText(share: number): string {
  return `${number(share * 100)}%`;
}
