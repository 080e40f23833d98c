import type { PolicyResult, RunResult } from '../../../study/result.js';
import type { RunSource } from './exporter.js';
import { isRate, type SeriesName, seriesName, unitWord } from './series-names.js';

type Labels = Record<string, string>;

/** One line of a graph: labels, and a value at each moment of the run. */
interface Metric {
  labels: Labels;
  /** Seconds from the beginning of the run, rising; a value, NaN where there was none. */
  points: Iterable<readonly [at: number, value: number]>;
}

interface Family {
  name: string;
  type: 'counter' | 'gauge' | 'info';
  unit: string | null;
  help: string;
  metrics: Metric[];
}

/**
 * OpenMetrics text with timestamps: `promtool tsdb create-blocks-from openmetrics` makes blocks of it
 * that a Prometheus shows as if it had scraped the run at the end of every step. What is counted by
 * the second becomes a counter, so that `rate()` and the alerts of a real system work on it; a step
 * without a value is NaN, so that no old value stands in for it. Labels: policy, then service,
 * dependency, call, queue or lock, quantile, reason.
 */
export async function* openMetrics({ stored, epochSeconds }: RunSource): AsyncIterable<string> {
  for (const { help, metrics, name, type, unit } of familiesOf(stored)) {
    yield `# TYPE ${name} ${type}\n`;
    if (unit !== null) yield `# UNIT ${name} ${unit}\n`;
    yield `# HELP ${name} ${escaped(help)}\n`;
    const sample = name + (SUFFIXES[type] ?? '');
    for (const { labels, points } of metrics) {
      const head = `${sample}{${labelText(labels)}}`;
      for (const [at, value] of points)
        yield `${head} ${number(value)} ${number(epochSeconds + at)}\n`;
    }
  }
  yield '# EOF\n';
}

const SUFFIXES: Partial<Record<Family['type'], string>> = { counter: '_total', info: '_info' };

/** Lines of one family have to stand together: they are gathered before the first is written. */
function familiesOf(result: RunResult): Family[] {
  const families = new Map<string, Family>();
  for (const [policy, of] of Object.entries(result.policies)) {
    for (const [name, values] of Object.entries(of.series)) {
      if (!Array.isArray(values)) continue;
      const family = familyOf(seriesName(name));
      const known = families.get(family.name) ?? family;
      families.set(family.name, known);
      known.metrics.push({
        labels: { policy, ...labelsOf(seriesName(name)) },
        points: family.type === 'counter' ? summed(values, of) : sampled(values, of),
      });
    }
  }
  return [infoOf(result), ...families.values(), faultsOf(result), alertsOf(result)].filter(
    ({ metrics }) => metrics.length > 0,
  );
}

const QUANTILE = /\.p(\d+)$/;

function familyOf(series: SeriesName): Family {
  const { figure, kind } = series;
  const bare = figure.replace(QUANTILE, '').replace(/^errors\..*/, 'errors');
  const unit = unitWord(series);
  const words = ['spillway', kind, bare].filter((word) => word !== null);
  const plain = words.join('_').replace(/[^A-Za-z0-9]+/g, '_');
  const isUnitSaid = unit === null || plain.endsWith(unit);
  const name = isUnitSaid ? plain : `${plain}_${unit}`;
  const of = kind === null ? 'of the run' : `of a ${kind}`;
  if (isRate(series)) {
    const help = `${bare} ${of}, counted from its beginning (the series ${bare} is its rate).`;
    return { name, type: 'counter', unit: null, help, metrics: [] };
  }
  return { name, type: 'gauge', unit, help: `${bare} ${of}, over the step before.`, metrics: [] };
}

function labelsOf({ figure, kind, subject }: SeriesName): Labels {
  const labels: Labels = kind === null ? {} : { [kind]: subject! };
  const digits = QUANTILE.exec(figure)?.[1];
  if (digits !== undefined) labels['quantile'] = String(Number(`0.${digits}`));
  if (figure.startsWith('errors.')) labels['reason'] = figure.slice('errors.'.length);
  return labels;
}

/** Means over steps, each at the end of its step. */
function* sampled(
  values: readonly (number | null)[],
  { series: { step } }: PolicyResult,
): Iterable<[number, number]> {
  for (const [index, value] of values.entries()) yield [(index + 1) * step, value ?? NaN];
}

/** Rates of steps as a count that rises, from nought at the beginning. */
function* summed(
  values: readonly (number | null)[],
  { series: { step } }: PolicyResult,
): Iterable<[number, number]> {
  let sum = 0;
  yield [0, 0];
  for (const [index, value] of values.entries()) {
    sum += (value ?? 0) * step;
    // Sums of fractions stray in their last digits.
    yield [(index + 1) * step, Math.round(sum * 1e6) / 1e6];
  }
}

function infoOf({ policies, scenario_sha256, seed, title, version }: RunResult): Family {
  const metrics = Object.entries(policies).map(([policy, { fingerprint, verdict }]): Metric => {
    const is = verdict.is ?? 'none';
    const labels = { policy, verdict: is, fingerprint, seed, title, version, scenario_sha256 };
    return { labels, points: [[0, 1]] };
  });
  return { name: 'spillway_run', type: 'info', unit: null, help: 'What was run.', metrics };
}

/** 1 while a fault is on, 0 before and after. */
function faultsOf({ policies }: RunResult): Family {
  const metrics = Object.entries(policies).flatMap(([policy, of]) => {
    const spans = grouped(of.faults, ({ text }) => text);
    return [...spans].map(([fault, on]): Metric => {
      return { labels: { policy, fault }, points: during(of, on) };
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
    return [...grouped(spans, ({ component, rule }) => JSON.stringify([rule, component]))].map(
      ([, on]): Metric => {
        const { component, rule } = on[0]!;
        return { labels: { policy, rule, component }, points: during(of, on) };
      },
    );
  });
  const help = '1 while the rule of Spillway says something.';
  return { name: 'spillway_alert', type: 'gauge', unit: null, help, metrics };
}

/** Whether any of the spans touches a step, at the end of that step. */
function* during(
  { series }: PolicyResult,
  spans: readonly { from: number; to: number }[],
): Iterable<[number, number]> {
  const { step } = series;
  const lengths = Object.values(series).map((values) =>
    Array.isArray(values) ? values.length : 0,
  );
  const end = Math.max(0, ...lengths);
  for (let index = 0; index < end; index++) {
    const [from, to] = [index * step, (index + 1) * step];
    const isOn = spans.some((span) => span.from < to && (span.to > from || span.from >= from));
    yield [to, isOn ? 1 : 0];
  }
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

/** All digits, without an exponent where a reader of times might not take one. */
function number(value: number): string {
  return Number.isNaN(value) ? 'NaN' : String(value);
}
