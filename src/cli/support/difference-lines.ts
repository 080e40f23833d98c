import {
  betterWhen,
  type CompareResult,
  type Difference,
  type PairResult,
  unitOf,
} from '../../study/index.js';
import { bytes, duration, known, number, rate, share } from './format.js';
import { type Column, table } from './table.js';
import type { Colors } from './terminal.js';

/** What one asks first; the rest is counted, and told with `--all`. */
const TOLD_FIRST = [
  'goodput',
  'success_ratio',
  'latency.mean',
  'latency.p50',
  'latency.p99',
  'amplification',
  'wasted_work',
  'recovered',
  'recovery_time',
];
/** Of which the worth of the pairing is told. */
const GAINS_FIRST = ['goodput', 'success_ratio', 'latency.mean', 'latency.p99'];
/** With more pairs than that each has one line. */
const PAIRS_IN_FULL = 6;
const LEVEL_MISSES = 0.05;

export interface Telling {
  /** These alone; else those that one asks first. */
  metrics?: readonly string[] | undefined;
  /** Every metric. */
  all: boolean;
}

/** For each pair what differs, what does not, and what it was worth to use the same seeds. */
export function differenceLines(result: CompareResult, telling: Telling, colors: Colors): string[] {
  const pairs = Object.entries(result.pairs);
  const inFull = pairs.length <= PAIRS_IN_FULL || telling.all;
  const blocks = pairs.map(([name, pair]) => {
    const differences = result.differences[name]!;
    const told = { name, pair, differences, policies: result.policies };
    return inFull ? inFullLines(told, telling, colors) : [shortLine(told, telling, colors)];
  });
  const hint = `${pairs.length} pairs, a line each; name two policies to see more of them`;
  if (!inFull) return [...blocks.flat(), colors.dim(hint)];
  return blocks.flatMap((block, index) => (index === 0 ? block : ['', ...block]));
}

interface Told {
  name: string;
  pair: PairResult;
  differences: Readonly<Record<string, Difference>>;
  policies: CompareResult['policies'];
}

function inFullLines(told: Told, telling: Telling, colors: Colors): string[] {
  const { name, pair, differences } = told;
  const metrics = metricsOf(differences, telling);
  const shown = metrics.filter((metric) => differences[metric]!.shown);
  const given = metrics.filter((metric) => differences[metric]!.estimate !== null);
  // Without an interval nothing is shown and nothing is ruled out: all are told as they are.
  const rows = pair.kind === 'single' ? given : shown;
  const rest = given.filter((metric) => !rows.includes(metric));
  const same = rest.filter((metric) => !varies(differences[metric]!));
  const open = rest.filter((metric) => !same.includes(metric));
  const lines = [`${colors.bold(name)} ${colors.dim(`(${kindText(pair)})`)}`];
  for (const note of pair.notes) lines.push(colors.yellow(`  ${note}`));
  lines.push(...tableOf(rows, told, colors));
  if (open.length > 0) lines.push(`  no difference shown: ${open.join(', ')}`);
  if (same.length > 0) lines.push(`  the same in every run: ${same.join(', ')}`);
  for (const metric of metrics.filter((one) => !given.includes(one))) {
    lines.push(colors.dim(`  ${metric}: no figure; ${missingText(differences[metric]!, pair)}`));
  }
  const more = furtherText(told, metrics);
  if (more !== null) lines.push(colors.dim(`  ${more}`));
  const gain = gainText(told, telling, shown);
  if (gain !== null) lines.push(`  ${gain}`);
  return lines;
}

/** Whether the difference is anything but nought in every run. */
function varies({ estimate, interval }: Difference): boolean {
  return estimate !== 0 || interval === null || interval[0] !== interval[1];
}

/** "retry-storm has no value in some run" */
function missingText({ a, b, note }: Difference, pair: PairResult): string {
  const without = [...(a === null ? [pair.a] : []), ...(b === null ? [pair.b] : [])];
  const has = without.length === 1 ? 'has' : 'have';
  return note ?? `${without.join(' and ')} ${has} no value in some run`;
}

function metricsOf(
  differences: Readonly<Record<string, Difference>>,
  { metrics, all }: Telling,
): string[] {
  if (all) return Object.keys(differences);
  return (metrics ?? TOLD_FIRST).filter((metric) => Object.hasOwn(differences, metric));
}

function kindText({ kind, replications: [ofA, ofB] }: PairResult): string {
  switch (kind) {
    case 'exact':
      return 'exact: nothing is left to chance';
    case 'single':
      return 'one seed: no interval; --replications 10 gives one';
    case 'paired':
      return `${ofA} seeds, each run by both; 95% intervals`;
    case 'unpaired':
      return `${ofA} runs against ${ofB} of other seeds; 95% intervals`;
  }
}

function tableOf(metrics: readonly string[], told: Told, colors: Colors): string[] {
  const { pair, differences } = told;
  if (metrics.length === 0) return [];
  const columns: Column[] = [
    { title: '', align: 'left' },
    { title: pair.a, align: 'right' },
    { title: pair.b, align: 'right' },
    { title: `under ${pair.b}`, align: 'left' },
  ];
  const rows = metrics.map((metric) => {
    const difference = differences[metric]!;
    return [
      { text: metric },
      { text: figureText(metric, told, 0) },
      { text: figureText(metric, told, 1) },
      {
        text: effectText(metric, difference, pair),
        paint: paintOf(metric, difference, colors),
      },
    ];
  });
  const [head, ...lines] = table(columns, rows);
  return [colors.dim(`  ${head!}`), ...lines.map((line) => `  ${line}`)];
}

/** "higher by 12.3/s (4.1%) [11.8/s, 12.9/s], better": B against A. */
export function effectText(
  metric: string,
  difference: Difference,
  { kind }: Pick<PairResult, 'kind'>,
): string {
  const { estimate, interval, a, shown } = difference;
  if (estimate === null) return 'no figure';
  if (estimate === 0)
    return varies(difference) ? `the same${spread(metric, interval, false)}` : 'the same';
  // The estimate is A − B; told is what B does to it.
  const isHigher = estimate < 0;
  const say = gapOf(metric);
  const size = relative(metric, a!, a! - estimate);
  const words = `${isHigher ? 'higher' : 'lower'} by ${say(Math.abs(estimate))}${size}`;
  const range = kind === 'exact' ? ', exact' : spread(metric, interval, isHigher);
  const better = betterWhen(metric);
  if (!shown || better === undefined || better === 'neither') return `${words}${range}`;
  return `${words}${range}, ${isHigher === (better === 'higher') ? 'better' : 'worse'}`;
}

/** " [11.8/s, 12.9/s]", turned so that it lies the way the words say. */
function spread(metric: string, interval: Difference['interval'], isHigher: boolean): string {
  if (interval === null) return '';
  const [low, high] = isHigher ? [-interval[1], -interval[0]] : interval;
  const say = sizeOf(metric);
  return ` [${say(low)}, ${say(high)}]`;
}

/** " (4.1%)", or " (2.1 times)" from twice as much on; shares are told in points alone. */
function relative(metric: string, a: number, b: number): string {
  if (a === 0 || unitOf(metric) === 'share') return '';
  const times = b / a;
  return times >= 2 ? ` (${number(times)} times)` : ` (${share(Math.abs(times - 1))})`;
}

function paintOf(
  metric: string,
  { estimate, shown }: Difference,
  colors: Colors,
): (text: string) => string {
  const better = betterWhen(metric);
  if (!shown || better === undefined || better === 'neither') return (text) => text;
  return estimate! < 0 === (better === 'higher') ? colors.green : colors.red;
}

/** A figure as one side has it; `recovered` is so many of so many runs, a bound says that it is one. */
function figureText(metric: string, { pair, differences, policies }: Told, side: 0 | 1): string {
  const difference = differences[metric]!;
  const value = side === 0 ? difference.a : difference.b;
  const name = side === 0 ? pair.a : pair.b;
  const runs = pair.replications[side];
  if (metric === 'recovered' && value !== null) {
    return runs === 1 ? yes(value) : `${Math.round(value * runs)} of ${runs}`;
  }
  const bound = /lower bound/.test(policies[name]?.notes[metric] ?? '') ? '≥' : '';
  return known(value, (figure) => `${bound}${sayerOf(metric)(figure)}`);
}

function yes(value: number): string {
  return value === 1 ? 'yes' : 'no';
}

/** A gap between two figures: shares in points. */
function gapOf(metric: string): (value: number) => string {
  if (unitOf(metric) === 'share') return (value) => `${number(value * 100)} points`;
  return sayerOf(metric);
}

/** The same without its unit, where it has the one that was just said. */
function sizeOf(metric: string): (value: number) => string {
  const unit = unitOf(metric);
  if (unit === 'share') return (value) => number(value * 100);
  return unit === 'per_second' ? number : sayerOf(metric);
}

/** How a metric's values are written, by its unit. */
export function sayerOf(metric: string): (value: number) => string {
  switch (unitOf(metric)) {
    case 'seconds':
      return duration;
    case 'per_second':
      return rate;
    case 'share':
      return share;
    case 'bytes':
      return (value) => (value < 0 ? `-${bytes(-value)}` : bytes(value));
    case 'number':
      return number;
  }
}

/** "12 of 48 further metrics differ (--all tells which; by chance alone some 2 would)" */
function furtherText({ pair, differences }: Told, told: readonly string[]): string | null {
  const further = Object.entries(differences).filter(
    ([metric, one]) => !told.includes(metric) && one.interval !== null && varies(one),
  );
  if (further.length === 0) return null;
  const shown = further.filter(([, difference]) => difference.shown).length;
  const chance = Math.round(further.length * LEVEL_MISSES);
  const alone =
    pair.kind === 'exact' || chance === 0 ? '' : `; by chance alone some ${chance} would`;
  return `${shown} of ${further.length} further metrics differ (--all tells which${alone})`;
}

/** "pairing by seed was worth 4 times as many independent runs for goodput (interval 2 times narrower)" */
function gainText(told: Told, { metrics }: Telling, shown: readonly string[]): string | null {
  const { pair, differences } = told;
  if (pair.kind !== 'paired') return null;
  const gainsOf = (names: readonly string[]) =>
    names.flatMap((metric) => {
      const gain = differences[metric]?.gain ?? null;
      const narrower = number(Math.sqrt(gain ?? 0));
      return gain === null ? [] : { metric, times: number(gain), narrower };
    });
  const asked = gainsOf(metrics ?? GAINS_FIRST);
  const gains = asked.length > 0 ? asked : gainsOf(shown).slice(0, 1);
  const [first, ...more] = gains;
  if (first === undefined) return null;
  const { metric, times, narrower } = first;
  const begin = `pairing by seed was worth ${times} times as many independent runs for ${metric}`;
  const others = more.map((one) => `, ${one.times} for ${one.metric} (${one.narrower})`);
  return `${begin} (an interval ${narrower} times narrower)${others.join('')}`;
}

/** "retry-storm vs retry-budget: goodput higher by 261/s [259/s, 263/s], better; …" */
function shortLine({ name, pair, differences }: Told, telling: Telling, colors: Colors): string {
  const metrics = (telling.metrics ?? ['goodput', 'latency.p99', 'recovered']).filter((metric) =>
    Object.hasOwn(differences, metric),
  );
  const told = metrics.flatMap((metric) => {
    const difference = differences[metric]!;
    if (!difference.shown && pair.kind !== 'single') return [];
    return `${metric} ${effectText(metric, difference, pair)}`;
  });
  const words = told.length === 0 ? 'no difference shown' : told.join('; ');
  const limits = pair.notes.length === 0 ? '' : colors.yellow(` (${pair.notes.join('; ')})`);
  return `${colors.bold(name)}: ${words}${limits}`;
}
