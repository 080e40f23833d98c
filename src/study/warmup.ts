import { capacityOf } from '../judge/index.js';
import type { Series } from '../measure/measured.js';
import type { Plan, ProducerPlan } from '../model/plan.js';
import { offeredPerSecond } from './shapes/steady.js';
import { mean, studentQuantile } from './statistics.js';

/**
 * Whether the warm-up of a run was long enough, by MSER-5 on the number in the system: means of
 * five steps each, cut off at the front where the standard error of what is left is least, in the
 * first half only (K. P. White, Simulation 69, 1997; White, Cobb and Spratt, Winter Simulation
 * Conference 2000). Of several replications it looks at their mean series, as K. Hoad, S. Robinson
 * and R. Davies do (Journal of the Operational Research Society 61, 2010).
 *
 * MSER finds something to cut in every noisy series. So a warm-up is called too short only where
 * what should have been cut differs from the rest by more than chance, and moves the mean.
 */

const BATCH = 5;
/** Fewer batches than this tell nothing. */
const BATCHES_MIN = 10;
/**
 * Systems start empty, so what fills up begins low: the first batch that was kept lies among this
 * share of the lowest of those that would be left. That there was more at first needs more proof:
 * Student's t at this level.
 */
const LOWEST = 0.05;
const FALLING_LEVEL = 0.999;
/** The share by which the mean is off, at least. */
const BIAS_MIN = 0.01;
/** A queue that only wanders may begin high; what really falls has fallen by then. */
const FALLING_MAX = 0.25;
/** Blocks that the rest is made of, to see by how much such stretches differ by chance. */
const BLOCKS_MIN = 5;
/** What is there in the last quarter, against the second, of what only ever grows. */
const GROWTH = 1.5;
/** The same where no theory says that it must: a queue that only wanders seldom comes so far. */
const GROWTH_UNKNOWN = 2.2;

/** What to say of the warm-up; null where nothing is wrong, or where there is no steady state to wait for. */
export function warmupNote(plan: Plan, series: Series): string | null {
  if (!isSteady(plan)) return null;
  const batches = batchesOf(presentOf(series));
  if (batches.length < BATCHES_MIN) return null;
  const batchNs = BATCH * series.step * 1e9;
  const growth = growthNote(plan, batches);
  if (growth !== null) return growth;
  const cut = mserCut(batches);
  const kept = Math.min(cut, Math.ceil(plan.warmupNs / batchNs));
  const bias = biasOf(batches, kept, cut);
  if (bias === null) return null;
  const way = bias < 0 ? 'rising' : 'falling';
  const until = secondsText((settledFrom(batches, cut, bias) * batchNs) / 1e9);
  const off = `${Math.round(Math.abs(bias) * 1000) / 10}%`;
  return (
    `what is in the system is still ${way} until ${until}, which moves its mean by ${off}; ` +
    `warmup: ${until} would be long enough`
  );
}

/** Nothing changes from outside: no fault, no operator, no schedule, nobody who comes or stops. */
function isSteady({ faults, producers, durationNs }: Plan): boolean {
  return faults.length === 0 && producers.every((producer) => isEven(producer, durationNs));
}

function isEven({ arrivals, fromNs, untilNs, limit }: ProducerPlan, durationNs: number): boolean {
  if (fromNs > 0 || untilNs < durationNs || limit < Infinity) return false;
  switch (arrivals.kind) {
    case 'poisson':
    case 'constant':
    case 'batch':
      return Array.isArray(arrivals.rate) && arrivals.rate.length === 1;
    case 'trace':
      return false;
    default:
      return true;
  }
}

const PRESENT = /^(?:(?:services|dependencies)\.[^.]+\.in_flight|queues\.[^.]+\.depth)$/;

/** What is in the system, step by step, over all components and queues. */
function presentOf(series: Series): number[] {
  const present: number[] = [];
  for (const [name, values] of Object.entries(series)) {
    if (typeof values === 'number' || !PRESENT.test(name)) continue;
    for (let step = 0; step < values.length; step++) {
      present[step] = (present[step] ?? 0) + (values[step] ?? 0);
    }
  }
  return present;
}

/** Means of five steps each; what is left over at the end is left out. */
function batchesOf(values: readonly number[]): number[] {
  const count = Math.floor(values.length / BATCH);
  return Array.from(
    { length: count },
    (_, batch) => mean(values.slice(batch * BATCH, (batch + 1) * BATCH))!,
  );
}

/** How many batches to cut: the least sum of squares ÷ count², among the first half. */
function mserCut(batches: readonly number[]): number {
  let sum = 0;
  let squares = 0;
  let least = Infinity;
  let best = 0;
  const half = Math.floor(batches.length / 2);
  for (let cut = batches.length - 1; cut >= 0; cut--) {
    const value = batches[cut]!;
    sum += value;
    squares += value * value;
    const left = batches.length - cut;
    const error = (squares - (sum * sum) / left) / (left * left);
    if (cut <= half && error <= least) {
      least = error;
      best = cut;
    }
  }
  return best;
}

/**
 * By which share the mean from `kept` on is off, because of the batches up to `cut`; null where
 * these differ from the rest by no more than chance.
 */
function biasOf(batches: readonly number[], kept: number, cut: number): number | null {
  const early = batches.slice(kept, cut);
  const rest = batches.slice(cut);
  if (early.length === 0) return null;
  const settled = mean(rest)!;
  const bias = mean(batches.slice(kept))! / settled - 1;
  if (!(settled > 0) || Math.abs(bias) < BIAS_MIN) return null;
  if (bias < 0) return isLowest(early[0]!, rest) ? bias : null;
  return cut <= FALLING_MAX * batches.length && isHigher(early, rest) ? bias : null;
}

/**
 * MSER weighs the bias that is left against the data that would be lost, and cuts sparingly. Named
 * is the first batch from there on that has come as far as the mean of all that would be kept.
 */
function settledFrom(batches: readonly number[], cut: number, bias: number): number {
  const settled = mean(batches.slice(cut))!;
  const half = Math.floor(batches.length / 2);
  let from = cut;
  while (from < half && (bias < 0 ? batches[from]! < settled : batches[from]! > settled)) from++;
  return from;
}

function isLowest(first: number, rest: readonly number[]): boolean {
  return rest.filter((batch) => batch <= first).length <= LOWEST * rest.length;
}

/** Whether a stretch holds more than what followed, by more than such stretches differ by chance. */
function isHigher(early: readonly number[], rest: readonly number[]): boolean {
  // Stretches as long as the early one vary as it does, however what follows hangs together.
  const length = Math.max(1, Math.min(early.length, Math.floor(rest.length / BLOCKS_MIN)));
  const blocks = Array.from(
    { length: Math.floor(rest.length / length) },
    (_, block) => mean(rest.slice(block * length, (block + 1) * length))!,
  );
  const middle = mean(blocks)!;
  let squares = 0;
  for (const block of blocks) squares += (block - middle) * (block - middle);
  const variance = squares / (blocks.length - 1);
  const spread = Math.sqrt(variance * (length / early.length + 1 / blocks.length));
  const bound = studentQuantile(FALLING_LEVEL, blocks.length - 1) * spread;
  return mean(early)! - mean(rest)! > bound;
}

/** What to say where there is more and more, since more comes than goes. */
function growthNote(plan: Plan, batches: readonly number[]): string | null {
  const growth = growthOf(batches);
  const { capacity } = capacityOf(plan);
  if (capacity === null) {
    if (growth < GROWTH_UNKNOWN) return null;
    return 'never settles: what is in the system grows to the end; no warmup is long enough';
  }
  const offered = offeredPerSecond(plan);
  if (growth < GROWTH || offered < capacity) return null;
  const figures = `${rateText(offered)} are offered, capacity is ${rateText(capacity)}`;
  return `never settles: ${figures}; no warmup is long enough`;
}

/** The last quarter as a multiple of the second; 0 unless each holds more than the one before. */
function growthOf(batches: readonly number[]): number {
  const quarter = batches.length / 4;
  const quarters = [1, 2, 3].map(
    (index) => mean(batches.slice(Math.floor(index * quarter), Math.floor((index + 1) * quarter)))!,
  );
  const [second, third, fourth] = quarters as [number, number, number];
  // One more or less of next to nothing is no growth.
  return second < third && third < fourth && fourth > second + 1 ? fourth / second : 0;
}

function rateText(perSecond: number): string {
  return `${Number(perSecond.toPrecision(3))}/s`;
}

function secondsText(seconds: number): string {
  return `${Number(seconds.toFixed(3))}s`;
}
