import { type Command, InvalidArgumentError } from 'commander';
import { REPLICATIONS_MAX, type RunResult, type Until } from '../../study/index.js';
import { Mistake } from './ending.js';
import { collect, wholeNumber } from './flags.js';
import { share } from './format.js';
import { mistakes } from './mistakes.js';

/** The flags of a study that goes on until it knows enough. */
export interface UntilFlags {
  until?: number;
  metric?: string[];
  replications?: number;
  replicationsMax?: number;
  seed?: string;
}

/** Adds `--until`, `--metric` and `--replications-max` to a command. */
export function withUntil(command: Command, of: { interval: string; metric: string }): Command {
  return command
    .option(
      '--until <share>',
      `add replications until half the 95% interval ${of.interval} is below this, as 2%`,
      percentage,
    )
    .option('--metric <name>', of.metric, collect)
    .option(
      '--replications-max <n>',
      `where --until gives up (default: ${REPLICATIONS_MAX})`,
      wholeNumber,
    );
}

/** What the flags of a command that uses `--metric` for nothing else ask for. */
export function untilAlone(flags: UntilFlags): Until | undefined {
  if (flags.until === undefined && flags.metric !== undefined) {
    throw new Mistake('--metric: says what --until looks at, which is not given');
  }
  return untilOf(flags);
}

/** What the flags ask for; undefined where they do not. */
export function untilOf(flags: UntilFlags): Until | undefined {
  const { until, metric, replications, replicationsMax, seed } = flags;
  if (until === undefined) {
    if (replicationsMax === undefined) return undefined;
    throw new Mistake('--replications-max: bounds --until, which is not given');
  }
  if (replications === 1) {
    throw new Mistake('--until needs an interval, and --replications 1 gives none; leave it out');
  }
  if (replications === undefined && seed !== undefined && /\/\d+$/.test(seed)) {
    throw new Mistake(
      `--until needs several seeds, and --seed ${seed} names one; leave off its end`,
    );
  }
  const most = replicationsMax ?? REPLICATIONS_MAX;
  if (replications !== undefined && replications > most) {
    throw new Mistake(`--replications ${replications}: is more than --replications-max ${most}`);
  }
  return { share: until, metrics: metric, replicationsMax };
}

/** Refuses, before anything is run, a metric that none of it gives. */
export function checkMetrics({ metric }: UntilFlags, known: readonly string[], file: string): void {
  for (const name of metric ?? []) {
    if (!known.includes(name)) throw mistakes.unknownMetric(name, known, file);
  }
}

/** The flags again, for the command that repeats a run. */
export function untilWords({ until, metric, replicationsMax }: UntilFlags): string[] {
  const words = until === undefined ? [] : ['--until', `${Number((until * 100).toPrecision(12))}%`];
  for (const name of metric ?? []) words.push('--metric', name);
  if (replicationsMax !== undefined) words.push('--replications-max', String(replicationsMax));
  return words;
}

/** "2%" or "0.02", above 0 and below 1. */
function percentage(text: string): number {
  const found = /^(\d+(?:\.\d+)?|\.\d+)(%?)$/.exec(text);
  const value = found === null ? NaN : Number(found[1]) / (found[2] === '%' ? 100 : 1);
  if (!(value > 0 && value < 1)) {
    throw new InvalidArgumentError('Expected a share above 0% and below 100%, such as 2%.');
  }
  return value;
}

/** How far it came: reached after so many, or not, and what was widest. */
export function untilLines({ until }: Pick<RunResult, 'until'>): string[] {
  if (until === undefined) return [];
  const { share: wanted, rounds, reached, extents, replicationsMax } = until;
  const count = rounds.at(-1)!;
  const how = rounds.length === 1 ? '' : ` (${rounds.join(', then ')})`;
  const judged = extents.filter((extent) => extent.share !== null);
  const unjudged = extents.filter((extent) => extent.share === null);
  const lines: string[] = [];
  const widest = [...judged].sort((one, other) => other.share! - one.share!)[0];
  if (judged.length === 0) {
    lines.push(`until ${share(wanted)}: there is nothing to judge by, after ${count} replications`);
  } else if (reached) {
    lines.push(
      `until ${share(wanted)}: reached with ${count} replications${how}; ` +
        `the widest is ${widest!.of}, ±${share(widest!.share!)}`,
    );
  } else {
    const bound = count >= replicationsMax ? ', the most allowed (--replications-max)' : '';
    const missed = judged.filter((extent) => extent.share! > wanted);
    const told = missed.slice(0, 5).map((extent) => `${extent.of} ±${share(extent.share!)}`);
    const more = missed.length > told.length ? `, and ${missed.length - told.length} more` : '';
    lines.push(
      `until ${share(wanted)}: not reached with ${count} replications${how}${bound}: ` +
        `${told.join(', ')}${more}`,
    );
  }
  for (const { of, why } of unjudged) lines.push(`  not judged: ${of}: ${why}`);
  return lines;
}
