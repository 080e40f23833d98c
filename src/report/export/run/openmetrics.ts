import type { PolicyResult, RunResult } from '../../../study/result.js';
import { runSeconds } from '../../input.js';
import type { RunSource } from './exporter.js';
import { isRate, type SeriesName, seriesName, unitWord } from './series-names.js';

type Labels = Record<string, string>;

/** Seconds from the beginning of the run, rising; a value, NaN where there was none. */
type Points = readonly (readonly [at: number, value: number])[];

/** One line of a graph; of a summary one for each quantile, all of the same moments. */
interface Metric {
  labels: Labels;
  lines: { quantile?: string | undefined; points: Points }[];
}

interface Family {
  name: string;
  type: 'counter' | 'gauge' | 'summary' | 'info';
  unit: string | null;
  help: string;
  metrics: Metric[];
}

const SUFFIXES: Partial<Record<Family['type'], string>> = { counter: '_total', info: '_info' };

/**
 * OpenMetrics text with timestamps: `promtool tsdb create-blocks-from openmetrics` makes blocks of it
 * that a Prometheus shows as if it had scraped the run at the end of every step. What comes by the
 * second becomes a counter, so that `rate()` and the alerts of a real system work on it; a step
 * without a value is NaN, so that no old value stands in for it. Labels: policy, then service,
 * dependency, call, queue or lock, quantile, reason.
 */
export async function* openMetrics({ stored, epochSeconds }: RunSource): AsyncIterable<string> {
  for (const { help, metrics, name, type, unit } of familiesOf(stored)) {
    yield `# TYPE ${name} ${type}\n`;
    if (unit !== null) yield `# UNIT ${name} ${unit}\n`;
    yield `# HELP ${name} ${escaped(help)}\n`;
    for (const metric of metrics)
      yield* samples(name + (SUFFIXES[type] ?? ''), metric, epochSeconds);
  }
  yield '# EOF\n';
}

/** A moment after the other, so that no time ever goes back. */
function* samples(name: string, { labels, lines }: Metric, epochSeconds: number): Iterable<string> {
  const heads = lines.map(({ quantile }) => {
    const all = quantile === undefined ? labels : { ...labels, quantile };
    return `${name}{${labelText(all)}}`;
  });
  for (const [index, [at]] of (lines[0]?.points ?? []).entries()) {
    for (const [line, head] of heads.entries()) {
      const [, value] = lines[line]!.points[index]!;
      yield `${head} ${Number.isNaN(value) ? 'NaN' : value} ${epochSeconds + at}\n`;
    }
  }
}

/** Lines of one family have to stand together: they are gathered before the first is written. */
function familiesOf(result: RunResult): Family[] {
  const families = new Map<string, Family>();
  for (const [policy, of] of Object.entries(result.policies)) {
    for (const [name, values] of Object.entries(of.series)) {
      if (!Array.isArray(values)) continue;
      const series = seriesName(name);
      const family = familyOf(series);
      const known = families.get(family.name) ?? family;
      families.set(family.name, known);
      const points = family.type === 'counter' ? summed(values, of) : sampled(values, of);
      put(known, { policy, ...labelsOf(series) }, { quantile: quantileOf(series), points });
    }
  }
  return [infoOf(result), ...families.values(), faultsOf(result), alertsOf(result)].filter(
    ({ metrics }) => metrics.length > 0,
  );
}

/** A quantile goes beside the others of the same thing. */
function put({ metrics }: Family, labels: Labels, line: Metric['lines'][number]): void {
  const last = metrics.at(-1);
  const isSame = JSON.stringify(last?.labels) === JSON.stringify(labels);
  if (last !== undefined && line.quantile !== undefined && isSame) last.lines.push(line);
  else metrics.push({ labels, lines: [line] });
}

const QUANTILE = /\.p(\d+)$/;

/** "0.99" of "latency.p99". */
function quantileOf({ figure }: SeriesName): string | undefined {
  const digits = QUANTILE.exec(figure)?.[1];
  return digits === undefined ? undefined : String(Number(`0.${digits}`));
}

function familyOf(series: SeriesName): Family {
  const { figure, kind } = series;
  const bare = figure.replace(QUANTILE, '').replace(/^errors\..*/, 'errors');
  const unit = unitWord(series);
  const words = ['spillway', kind, bare].filter((word) => word !== null);
  const plain = words.join('_').replace(/[^A-Za-z0-9]+/g, '_');
  const name = unit === null || plain.endsWith(unit) ? plain : `${plain}_${unit}`;
  const of = kind === null ? 'of the run' : `of a ${kind}`;
  if (isRate(series)) {
    const help = `${bare} ${of}, counted from the start; rate() gives it by the second.`;
    return { name, type: 'counter', unit: null, help, metrics: [] };
  }
  const type = quantileOf(series) === undefined ? 'gauge' : 'summary';
  return { name, type, unit, help: `${bare} ${of}, over the step before.`, metrics: [] };
}

function labelsOf({ figure, kind, subject }: SeriesName): Labels {
  const labels: Labels = kind === null ? {} : { [kind]: subject! };
  if (figure.startsWith('errors.')) labels['reason'] = figure.slice('errors.'.length);
  return labels;
}

/** Means over steps, each at the end of its step. */
function sampled(values: readonly (number | null)[], { series: { step } }: PolicyResult): Points {
  return values.map((value, index) => [(index + 1) * step, value ?? NaN]);
}

/** Rates of steps as a count that rises, from nought at the beginning. */
function summed(values: readonly (number | null)[], { series: { step } }: PolicyResult): Points {
  let sum = 0;
  const points: [number, number][] = [[0, 0]];
  for (const [index, value] of values.entries()) {
    sum += (value ?? 0) * step;
    // Sums of fractions stray in their last digits.
    points.push([(index + 1) * step, Math.round(sum * 1e6) / 1e6]);
  }
  return points;
}

function infoOf({ policies, scenario_sha256, seed, title, version }: RunResult): Family {
  const metrics = Object.entries(policies).map(([policy, of]): Metric => {
    const verdict = of.verdict.is ?? 'none';
    const { fingerprint } = of;
    const labels = { policy, verdict, fingerprint, seed, title, version, scenario_sha256 };
    return { labels, lines: [{ points: during(of, [{ from: 0, to: Infinity }]) }] };
  });
  return { name: 'spillway_run', type: 'info', unit: null, help: 'What was run.', metrics };
}

/** 1 while a fault is on, 0 before and after. */
function faultsOf({ policies }: RunResult): Family {
  const metrics = Object.entries(policies).flatMap(([policy, of]) => {
    const spans = grouped(of.faults, ({ text }) => text);
    return [...spans].map(([fault, on]): Metric => {
      return { labels: { policy, fault }, lines: [{ points: during(of, on) }] };
    });
  });
  const help = '1 while a fault is on.';
  return { name: 'spillway_fault', type: 'gauge', unit: null, help, metrics };
}

/** 1 while an alert is on. */
function alertsOf({ policies }: RunResult): Family {
  const metrics = Object.entries(policies).flatMap(([policy, of]) => {
    const spans = of.alerts.map(({ at, component, rule, until }) => {
      return { from: at, to: until ?? Infinity, component, rule };
    });
    const groups = grouped(spans, ({ component, rule }) => JSON.stringify([rule, component]));
    return [...groups.values()].map((on): Metric => {
      const { component, rule } = on[0]!;
      return { labels: { policy, rule, component }, lines: [{ points: during(of, on) }] };
    });
  });
  const help = '1 while one of the rules of alerts says something.';
  return { name: 'spillway_alert', type: 'gauge', unit: null, help, metrics };
}

/** Whether any of the spans touches a step, at the end of that step. */
function during(policy: PolicyResult, spans: readonly { from: number; to: number }[]): Points {
  const { step } = policy.series;
  return Array.from({ length: Math.round(runSeconds(policy) / step) }, (_, index) => {
    const [from, to] = [index * step, (index + 1) * step];
    const isOn = spans.some((span) => span.from < to && (span.to > from || span.from >= from));
    return [to, isOn ? 1 : 0] as const;
  });
}

function grouped<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}

function labelText(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',');
}

function escaped(text: string): string {
  return text.replace(/[\\"\n]/g, (sign) => (sign === '\n' ? '\\n' : `\\${sign}`));
}
