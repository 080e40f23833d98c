// Not judge/index.js: what is kept is named here, nothing is judged.
import { readExpectation } from '../judge/reading.js';
import { type Cell, hasChance, planFor, type Scenario } from '../scenario/index.js';
import { cellText } from './cells.js';
import { knownOf } from './expectation-issues.js';
import type { PolicyResult, RunResult, Verdict } from './result.js';

/** Figures of many scenarios, kept to be compared with those of another day. */
export interface Baseline {
  spillway_baseline: 1;
  /** Of the product that measured them. */
  version: string;
  /** By the path of the file. */
  scenarios: Record<string, BaselineScenario>;
}

export interface BaselineScenario {
  scenario_sha256: string;
  policies: Record<string, BaselinePolicy>;
  /** Cells of the sweep that something is expected of, by their values; left out without any. */
  cells?: Record<string, Record<string, BaselinePolicy>>;
}

export interface BaselinePolicy {
  /** Of the replications, in the order of the values. */
  seeds: string[];
  /** False where nothing is left to chance: one run stands for every seed. */
  chance: boolean;
  verdict: Verdict['is'];
  figures: Record<string, BaselineFigure>;
}

/** One metric in its unit (seconds, per second, shares of one, bytes), to six digits. */
export interface BaselineFigure {
  mean: number | null;
  /** 95%, of the mean; null of a single run. */
  interval: [number, number] | null;
  /** A replication each: of the same seed they are compared with one another. */
  values: (number | null)[];
}

/** What a table of policies shows. */
const ALWAYS = [
  'goodput',
  'success_ratio',
  'latency.p50',
  'latency.p99',
  'amplification',
  'wasted_work',
  'recovered',
  'recovery_time',
];
/** Enough for any change that is worth telling, and a file that can be read. */
const DIGITS = 6;

/** What is kept of a scenario: the table's metrics, and those that it expects something of. */
export function baselineOf(scenario: Scenario, result: RunResult): BaselineScenario {
  const metrics = [...new Set([...ALWAYS, ...expectedMetrics(scenario)])];
  const kept = (results: RunResult['policies'], cell: Cell): Record<string, BaselinePolicy> => {
    const policies = Object.entries(results).map(([name, policy]) => {
      const chance = hasChance(planFor(scenario, name, { cell }));
      return [name, baselineOfPolicy(policy, metrics, chance)] as const;
    });
    return Object.fromEntries(policies);
  };
  const cells = (result.sweep ?? []).map(
    ({ where, policies }) => [cellText(where), kept(policies, where)] as const,
  );
  return {
    scenario_sha256: result.scenario_sha256,
    policies: kept(result.policies, {}),
    ...(cells.length > 0 ? { cells: Object.fromEntries(cells) } : {}),
  };
}

function baselineOfPolicy(
  {
    metrics,
    intervals,
    replications,
    verdict,
  }: Pick<PolicyResult, 'metrics' | 'intervals' | 'replications' | 'verdict'>,
  wanted: readonly string[],
  chance: boolean,
): BaselinePolicy {
  const figures = wanted
    .filter((name) => Object.hasOwn(metrics, name))
    .map((name): [string, BaselineFigure] => {
      const interval = Object.hasOwn(intervals, name) ? intervals[name]! : null;
      return [
        name,
        {
          mean: rounded(metrics[name]!),
          interval: interval === null ? null : [rounded(interval[0])!, rounded(interval[1])!],
          values: replications.map((one) => rounded(one.metrics[name] ?? null)),
        },
      ];
    });
  return {
    seeds: replications.map(({ seed }) => seed),
    chance,
    verdict: verdict.is,
    figures: Object.fromEntries(figures),
  };
}

/** Metrics of the whole run that expectations name, whatever the policy. */
function expectedMetrics(scenario: Scenario): string[] {
  if (scenario.expect.length === 0) return [];
  const known = knownOf(scenario);
  return scenario.expect.flatMap(({ that }) => {
    const read = readExpectation(that, known);
    if (!read.ok) return [];
    const { left, right } = read.expectation;
    return [left, right].flatMap((term) => {
      if (term.kind !== 'figure' || term.figure.of !== 'metric') return [];
      return term.figure.window === null ? [term.figure.name] : [];
    });
  });
}

function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(DIGITS));
}

/** The baseline as a file: a figure a line, so that two of them can be read side by side. */
export function baselineText({ version, scenarios }: Baseline): string {
  const files = Object.entries(scenarios).map(([file, { scenario_sha256, policies, cells }]) => {
    const swept = Object.entries(cells ?? {}).map(
      ([cell, of]) => `        ${JSON.stringify(cell)}: {\n${policiesText(of)}\n        }`,
    );
    return (
      `    ${JSON.stringify(file)}: {\n` +
      `      "scenario_sha256": ${JSON.stringify(scenario_sha256)},\n` +
      `      "policies": {\n${policiesText(policies)}\n      }` +
      (swept.length > 0 ? `,\n      "cells": {\n${swept.join(',\n')}\n      }` : '') +
      '\n    }'
    );
  });
  return (
    `{\n  "spillway_baseline": 1,\n  "version": ${JSON.stringify(version)},\n` +
    `  "scenarios": {\n${files.join(',\n')}\n  }\n}\n`
  );
}

function policiesText(policies: Record<string, BaselinePolicy>): string {
  const told = Object.entries(policies).map(
    ([name, { figures, ...head }]) =>
      `        ${JSON.stringify(name)}: ${JSON.stringify(head).slice(0, -1)}, "figures": {\n` +
      Object.entries(figures)
        .map(([metric, figure]) => `          ${JSON.stringify(metric)}: ${JSON.stringify(figure)}`)
        .join(',\n') +
      '\n        } }',
  );
  return told.join(',\n');
}

/** The baseline that a text holds; else why it holds none. */
export function readBaseline(text: string): { baseline: Baseline } | { reason: string } {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return { reason: 'it is no JSON' };
  }
  if (!isRecord(found) || !('spillway_baseline' in found)) {
    return { reason: 'it is no baseline; make one with --save-baseline' };
  }
  if (found['spillway_baseline'] !== 1) {
    return { reason: 'it is of another version of baselines; save it anew' };
  }
  const { version, scenarios } = found;
  if (typeof version !== 'string' || !isRecord(scenarios)) return { reason: 'it is damaged' };
  for (const [file, scenario] of Object.entries(scenarios)) {
    if (!isScenario(scenario)) return { reason: `what it says of ${file} is damaged` };
  }
  return { baseline: found as unknown as Baseline };
}

function isScenario(value: unknown): boolean {
  if (!isRecord(value) || typeof value['scenario_sha256'] !== 'string') return false;
  const { policies, cells = {} } = value;
  return isRecord(cells) && [policies, ...Object.values(cells)].every(arePolicies);
}

function arePolicies(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every(isPolicy);
}

function isPolicy(value: unknown): boolean {
  if (!isRecord(value) || typeof value['chance'] !== 'boolean') return false;
  const { seeds, figures } = value;
  if (!Array.isArray(seeds) || seeds.length === 0 || !isRecord(figures)) return false;
  if (!seeds.every((seed) => typeof seed === 'string')) return false;
  return Object.values(figures).every((figure) => isFigure(figure, seeds.length));
}

function isFigure(value: unknown, count: number): boolean {
  if (!isRecord(value) || !isNumberOrNull(value['mean'])) return false;
  const { values, interval } = value;
  if (!Array.isArray(values) || values.length !== count || !values.every(isNumberOrNull)) {
    return false;
  }
  if (interval === null) return true;
  return Array.isArray(interval) && interval.length === 2 && interval.every(Number.isFinite);
}

function isNumberOrNull(value: unknown): boolean {
  return value === null || Number.isFinite(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
