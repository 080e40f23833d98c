import type {
  Alert,
  CascadeEntry,
  PolicyResult,
  RunResult,
  Scaling,
  Verdict,
} from '../../study/index.js';
import { duration, known, number, rate, share } from './format.js';
import { sparkline, sparklineTop } from './sparkline.js';
import { type Cell, type Column, table, widthOf } from './table.js';
import type { Colors } from './terminal.js';

const SPARK_WIDTH = 20;
const SPARK_WIDTH_NARROW = 12;
/** The columns of words stand last; a narrow terminal has them on a line of their own. */
const COLUMNS_OF_WORDS = 2;

/** What waits at a component; in a queue by itself, what is not done with. */
const DEPTHS = /^((?:services|dependencies)\.([^.]+)\.queue\.depth|queues\.([^.]+)\.lag)\.max$/;

/** The deepest that any queue got, and where. */
interface Deepest {
  /** "services.checkout", as figures and series name it. */
  key: string;
  name: string;
  depth: number;
}

/**
 * The table of a run, a policy a row. `width` is that of the terminal: where words and sparklines
 * do not fit beside the figures they go on a line of their own beneath.
 */
export function summaryTable(result: RunResult, colors: Colors, width: number): string[] {
  const policies = Object.entries(result.policies);
  const columns = figureColumns();
  const rows = policies.map(([name, policy]) => figureRow(name, policy, colors));
  const sparks = sparksOf(policies, SPARK_WIDTH);
  const sparkColumns: Column[] = [
    { title: 'goodput over time', align: 'left' },
    { title: 'that queue over time', align: 'left' },
  ];
  const wide = table(
    [...columns, ...sparkColumns],
    rows.map((row, index) => [...row, ...sparks[index]!.map((text) => ({ text }))]),
  );
  const wideWidth = Math.max(...wide.map((line) => widthOf(stripped(line))));
  if (wideWidth <= width) return [colors.dim(wide[0]!), ...wide.slice(1)];
  const small = sparksOf(policies, SPARK_WIDTH_NARROW);
  const [head, ...lines] = table(
    columns.slice(0, -COLUMNS_OF_WORDS),
    rows.map((row) => row.slice(0, -COLUMNS_OF_WORDS)),
  );
  const beneath = lines.flatMap((line, index) => {
    const [goodput, queue] = small[index]!;
    const [deepest, verdict] = rows[index]!.slice(-COLUMNS_OF_WORDS);
    const word = verdict!.paint!(verdict!.text);
    return [line, `  ${word}; goodput ${goodput}; ${deepest!.text} ${queue}`.trimEnd()];
  });
  return [colors.dim(head!), ...beneath];
}

/** The cells of a sweep: its axes, then the figures that tell cells apart. */
export function sweepTable(result: RunResult, colors: Colors): string[] {
  const cells = result.sweep ?? [];
  const axes = Object.keys(cells[0]?.where ?? {});
  const columns: Column[] = [
    ...axes.map((title): Column => ({ title, align: 'right' })),
    ...figureColumns(),
  ];
  const rows = cells.flatMap(({ where, policies }) =>
    Object.entries(policies).map(([name, policy]) => [
      ...axes.map((axis): Cell => ({ text: axisText(axis, where[axis]) })),
      ...figureRow(name, policy, colors),
    ]),
  );
  const [head, ...lines] = table(columns, rows);
  return [colors.dim(head!), ...lines];
}

/** What happened, policy by policy: the verdict, then who was saturated when. */
export function story(result: RunResult, colors: Colors): string[] {
  return Object.entries(result.policies).flatMap(([name, policy]) => {
    const { verdict, notes } = policy;
    const lines = [`${colors.bold(name)}: ${verdictSentence(policy)}`];
    for (const entry of verdict.cascade) lines.push(cascadeLine(entry));
    if (verdict.cascade.length === 0) lines.push('  nothing was saturated');
    if (policy.scalings !== undefined) {
      lines.push(`  ${colors.dim('scales:')} ${scalingsText(policy.scalings)}`);
    }
    const first = firstAlerts(policy);
    if (first.length > 0) lines.push(`  ${colors.dim('alerts:')} ${alertsText(first)}`);
    const lead = leadText(verdict);
    if (lead !== null) lines.push(`  ${colors.dim('first alert:')} ${lead}`);
    for (const key of ['verdict', 'partial']) {
      if (notes[key] !== undefined) lines.push(colors.dim(`  (${notes[key]})`));
    }
    return lines;
  });
}

/** "75.0 s checkout: from 4 to 6 replicas, 150.0 s …" */
function scalingsText(scalings: readonly Scaling[]): string {
  const told = scalings.slice(0, MOST_ALERTS).map(({ at, text }) => `${at.toFixed(1)} s ${text}`);
  const more = scalings.length - told.length;
  return `${told.join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
}

/** How many alerts are told: who looks for more finds them in the JSON. */
const MOST_ALERTS = 5;

/** The first alert of each rule, but for those that were over before anything went wrong. */
function firstAlerts({ alerts, faults }: PolicyResult): Alert[] {
  const begins = faults.filter(({ set }) => set !== true).map(({ from }) => from);
  const from = begins.length > 0 ? Math.min(...begins) : 0;
  const first = new Map<string, Alert>();
  for (const alert of alerts) {
    if (alert.until !== null && alert.until < from) continue;
    if (!first.has(alert.rule)) first.set(alert.rule, alert);
  }
  return [...first.values()];
}

/** "61.0 s failures (shop), 63.0 s queue_depth (db)" */
function alertsText(alerts: readonly Alert[]): string {
  const told = alerts
    .slice(0, MOST_ALERTS)
    .map(({ at, rule, component }) => `${at.toFixed(1)} s ${rule} (${component})`);
  const more = alerts.length - told.length;
  return `${told.join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
}

/** "oldest_age, 12.0 s before goodput fell to half" */
function leadText({ first_alert: first }: Verdict): string | null {
  if (first === undefined || first.lead === null) return null;
  const { lead, rule } = first;
  if (lead < 0) return `${rule}, ${(-lead).toFixed(1)} s after goodput had fallen to half`;
  return `${rule}, ${lead.toFixed(1)} s before goodput fell to half`;
}

/** The moment stands in a column of its own, whether or not the text begins with it. */
function cascadeLine({ at, component, text }: CascadeEntry): string {
  const told = text.replace(/^[\d.]+ s\s+/, '');
  const named = told.includes(component) ? told : `${component}: ${told}`;
  return `  ${`${at.toFixed(1)} s`.padStart(9)}  ${named}`;
}

function figureColumns(): Column[] {
  return [
    { title: 'policy', align: 'left' },
    { title: 'offered', align: 'right' },
    { title: 'goodput', align: 'right' },
    { title: 'p50', align: 'right' },
    { title: 'p99', align: 'right' },
    { title: 'attempts', align: 'right' },
    { title: 'wasted', align: 'right' },
    { title: 'deepest queue', align: 'left' },
    { title: 'verdict', align: 'left' },
  ];
}

function figureRow(name: string, policy: PolicyResult, colors: Colors): Cell[] {
  const { metrics } = policy;
  const deepest = deepestQueue(policy);
  return [
    { text: name, paint: colors.bold },
    { text: known(metrics['offered'], rate) },
    { text: goodputText(policy) },
    { text: latencyText(policy, 'latency.p50') },
    { text: latencyText(policy, 'latency.p99') },
    { text: known(metrics['amplification'], (value) => `×${value.toFixed(2)}`) },
    { text: known(metrics['wasted_work'], share) },
    { text: deepest === null ? '–' : `${deepest.name} ${number(Math.round(deepest.depth))}` },
    { text: verdictText(policy), paint: paintOf(policy.verdict, colors) },
  ];
}

function goodputText({ metrics, intervals }: PolicyResult): string {
  const interval = intervals['goodput'] ?? null;
  const spread = interval === null ? '' : ` ±${number((interval[1] - interval[0]) / 2)}`;
  return `${known(metrics['goodput'], rate)}${spread}`;
}

/** A quantile that counts the unfinished at their age is a lower bound, and says so. */
function latencyText({ metrics, notes }: PolicyResult, name: string): string {
  const bound = /lower bound/.test(notes[name] ?? '') ? '≥' : '';
  return known(metrics[name], (value) => `${bound}${duration(value)}`);
}

function deepestQueue({ metrics }: PolicyResult): Deepest | null {
  let deepest: Deepest | null = null;
  for (const [metric, depth] of Object.entries(metrics)) {
    const found = DEPTHS.exec(metric);
    if (found === null || depth === null || depth <= (deepest?.depth ?? 0)) continue;
    deepest = { key: found[1]!, name: found[2] ?? found[3]!, depth };
  }
  return deepest;
}

/** Goodput on one scale for all policies, so that rows compare; each queue on its own. */
function sparksOf(
  policies: readonly (readonly [string, PolicyResult])[],
  width: number,
): [string, string][] {
  const goodputs = policies.map(([, { series }]) => lineOf(series['goodput']));
  const top = Math.max(0, ...goodputs.map((values) => sparklineTop(values, width)));
  return policies.map(([, policy], index) => {
    const deepest = deepestQueue(policy);
    const queue = deepest === null ? [] : lineOf(policy.series[deepest.key]);
    return [sparkline(goodputs[index]!, width, top), sparkline(queue, width)];
  });
}

function lineOf(values: (number | null)[] | number | undefined): (number | null)[] {
  return Array.isArray(values) ? values : [];
}

function verdictText(policy: PolicyResult): string {
  const { verdict, replications } = policy;
  const all = replications.length;
  const same = replications.filter((replication) => replication.verdict.is === verdict.is).length;
  if (verdict.is === null) return '–';
  const word = verdict.is.replace('_', ' ');
  if (same < all) return `${word} ${same} of ${all}`;
  if (verdict.is !== 'recovered' || verdict.recovery_time === null) return word;
  if (verdict.recovery_time === 0) return 'recovered at once';
  return `recovered in ${duration(verdict.recovery_time)}`;
}

function verdictSentence(policy: PolicyResult): string {
  const { verdict } = policy;
  const parts = [verdict.is === null ? 'no fault, no verdict' : verdictText(policy)];
  if (verdict.deadlock !== null) parts.push(verdict.deadlock);
  if (verdict.crash_loop !== undefined) parts.push(verdict.crash_loop);
  if (verdict.contained === true) parts.push('contained: whoever avoids the fault kept 99%');
  if (verdict.first_saturated !== null) parts.push(`first saturated: ${verdict.first_saturated}`);
  return parts.join('; ');
}

function paintOf({ is }: Verdict, colors: Colors): (text: string) => string {
  if (is === null) return colors.dim;
  if (is === 'unharmed' || is === 'recovered') return colors.green;
  return is === 'recovering' ? colors.yellow : colors.red;
}

function axisText(axis: string, value: string | number | undefined): string {
  return axis === 'load' && typeof value === 'number' ? share(value) : String(value ?? '–');
}

function stripped(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the colours themselves
  return line.replace(/\u001b\[\d+m/g, '');
}
