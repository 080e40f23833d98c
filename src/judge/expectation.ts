import { type Window, windowKey } from '../measure/measured.js';
import type { Unit } from '../measure/names.js';
import type { VERDICTS } from './figures.js';
import type { Comparison } from './grammar.js';

/** One `that` of a scenario, understood: every name in it is known. */
export interface Expectation {
  that: string;
  left: Term;
  comparison: Comparison;
  right: Term;
  /** In what both sides are measured; null where they are no numbers. */
  unit: Unit | null;
}

export type Term =
  | { kind: 'value'; text: string; value: number | boolean | null }
  | { kind: 'word'; text: string; value: string }
  | FigureTerm;

export interface FigureTerm {
  kind: 'figure';
  /** As written. */
  text: string;
  factor: number;
  /** Null where it is of the policy that is judged. */
  policy: string | null;
  figure: Figure;
}

export type Figure =
  | { of: 'metric'; name: string; window: Window | null }
  | { of: 'series'; name: string; momentNs: number }
  | { of: 'verdict'; name: keyof typeof VERDICTS }
  /** Seconds from the first fault to the component's first mark. */
  | { of: 'cascade'; name: string }
  /** Seconds from the first fault to the first alert of a rule. */
  | { of: 'alert'; name: string };

/** The windows that a run must measure for these expectations, each once. */
export function windowsOf(expectations: readonly Expectation[]): Window[] {
  const windows = new Map<string, Window>();
  for (const { left, right } of expectations) {
    for (const term of [left, right]) {
      if (term.kind !== 'figure' || term.figure.of !== 'metric') continue;
      const { window } = term.figure;
      if (window !== null) windows.set(windowKey(window), window);
    }
  }
  return [...windows.values()];
}

/** The policies whose runs this expectation needs when it is judged of `policy`. */
export function policiesOf(expectation: Expectation, policy: string | null): string[] {
  const policies = new Set<string>();
  for (const term of [expectation.left, expectation.right]) {
    if (term.kind !== 'figure') continue;
    const of = term.policy ?? policy;
    if (of !== null) policies.add(of);
  }
  return [...policies];
}

/**
 * Of which policies an expectation is to be judged: of its own; without one, once (null) where
 * every figure in it names its policy, else of every policy in turn.
 */
export function judgedOf(
  expectation: Expectation,
  policy: string | null,
  policies: readonly string[],
): (string | null)[] {
  if (policy !== null) return [policy];
  const figures = [expectation.left, expectation.right].filter((term) => term.kind === 'figure');
  return figures.every((term) => term.policy !== null) ? [null] : [...policies];
}
