import { type Measured, windowKey } from '../measure/measured.js';
import type { Alert, Verdict } from '../study/result.js';
import type { Expectation, FigureTerm, Term } from './expectation.js';
import type { Comparison } from './grammar.js';
import { comparedWith, isNull, noSuchRun, nothingBecause } from './messages.js';

/** What one run of one policy has to say for itself. */
export interface Account {
  measured: Pick<Measured, 'metrics' | 'windows' | 'series' | 'notes'>;
  verdict: Verdict;
  alerts: Alert[];
  /** When the first fault began, from which `cascade.NAME` and `alerts.RULE` count; null without. */
  firstFaultNs: number | null;
}

/** The accounts of one replication, by policy; those that an expectation does not need may lack. */
export type View = Readonly<Record<string, Account>>;

export type Value = number | string | boolean | null;

export interface Judgement {
  passed: boolean;
  /** The left side's value. */
  actual: Value;
  /** The right side's value. */
  limit: Value;
  /** Why it failed where a figure was null, or what the right side was where it was measured. */
  detail?: string;
}

/** A value, and why it is null where someone said so. */
export interface Found {
  value: Value;
  note?: string | undefined;
}

/**
 * Judges one expectation of one policy (null where its figures all name theirs) on one replication.
 * `null` fails every comparison but `== null`, which takes the word `null`: two figures that are
 * both unknown are not equal.
 */
export function evaluate(expectation: Expectation, policy: string | null, view: View): Judgement {
  const { left, comparison, right } = expectation;
  const a = valueIn(left, policy, view);
  const b = valueIn(right, policy, view);
  const withNull = isNullWord(left) || isNullWord(right);
  const known = a.value !== null && b.value !== null;
  const passed = (known || withNull) && holds(a.value, comparison, b.value);
  const why = passed || withNull ? null : (missing(left, a) ?? missing(right, b));
  const detail = why ?? compared(right, b);
  return { passed, actual: a.value, limit: b.value, ...(detail === null ? {} : { detail }) };
}

function holds(a: Value, comparison: Comparison, b: Value): boolean {
  if (comparison.kind === '==') return a === b;
  if (comparison.kind === '!=') return a !== b;
  if (typeof a !== 'number' || typeof b !== 'number') return false;
  switch (comparison.kind) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    case 'within':
      return Math.abs(a - b) <= comparison.share * Math.abs(b);
  }
}

/** What a term is in one replication: of its own policy, else of `policy`. */
export function valueIn(term: Term, policy: string | null, view: View): Found {
  if (term.kind !== 'figure') return { value: term.value };
  const name = term.policy ?? policy;
  const account = name === null ? undefined : view[name];
  if (account === undefined) return { value: null, note: noSuchRun(name) };
  const found = figureOf(term, account);
  if (typeof found.value !== 'number') return found;
  return { ...found, value: term.factor * found.value };
}

function figureOf({ figure }: FigureTerm, account: Account): Found {
  const { measured, verdict } = account;
  switch (figure.of) {
    case 'verdict':
      return { value: figure.name === 'verdict' ? verdict.is : verdict[figure.name] };
    case 'cascade': {
      const entry = verdict.cascade.find(
        ({ component, what }) => component === figure.name && what !== 'failing',
      );
      if (entry === undefined)
        return { value: null, note: nothingBecause.notInCascade(figure.name) };
      return { value: entry.at - (account.firstFaultNs ?? 0) / 1e9 };
    }
    case 'alert': {
      const fromS = (account.firstFaultNs ?? 0) / 1e9;
      // As in the cascade, what was over before the first fault is noise.
      const first = account.alerts.find(
        ({ rule, until }) => rule === figure.name && (until === null || until >= fromS),
      );
      if (first === undefined) return { value: null, note: nothingBecause.notRaised(figure.name) };
      return { value: first.at - fromS };
    }
    case 'series': {
      const values = measured.series[figure.name];
      if (!Array.isArray(values)) return withoutSeries(figure.name, measured.metrics);
      const value = values[stepAt(figure.momentNs, measured.series.step)] ?? null;
      return { value, note: nothingBecause.noSample() };
    }
    case 'metric': {
      const { name, window } = figure;
      if (window !== null) {
        const value = measured.windows[windowKey(window)]?.[name] ?? null;
        return { value, note: nothingBecause.notInWindow() };
      }
      return { value: measured.metrics[name] ?? null, note: measured.notes[name] };
    }
  }
}

/** Replicas that never come or go have no series: at any moment they are as many as on average. */
function withoutSeries(name: string, metrics: Measured['metrics']): Found {
  const always = name.endsWith('.replicas') ? metrics[`${name}.mean`] : undefined;
  return { value: always ?? null, note: nothingBecause.notThere() };
}

/** Which step contains a moment. In whole nanoseconds, since 0.3 / 0.1 is less than 3. */
function stepAt(momentNs: number, step: number): number {
  return Math.floor(momentNs / Math.round(step * 1e9));
}

function isNullWord(term: Term): boolean {
  return term.kind === 'value' && term.value === null;
}

function missing(term: Term, { value, note }: Found): string | null {
  return term.kind === 'figure' && value === null ? isNull(term.text, note) : null;
}

function compared(term: Term, { value }: Found): string | null {
  return term.kind === 'figure' ? comparedWith(term.text, value) : null;
}
