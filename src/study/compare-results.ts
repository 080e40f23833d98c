import {
  differencesOf,
  nameA,
  nameB,
  type Pair,
  pairsOf,
  samePolicies,
  titleOf,
} from './compare.js';
import type { ComparedSide, CompareResult, PolicyResult, RunResult } from './result.js';

export interface ResultFile {
  file: string;
  result: RunResult;
}

/** The result that a text holds, as `spillway run --json` says it; else why it holds none. */
export function readResult(text: string): { result: RunResult } | { reason: string } {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return { reason: 'it is no JSON' };
  }
  if (!isRecord(found)) return { reason: 'it is no JSON object' };
  const { spillway, version, seed, policies } = found;
  if (spillway !== 1) return { reason: 'it is no result of spillway run --json' };
  if (typeof version !== 'string' || typeof seed !== 'string' || !isRecord(policies)) {
    return { reason: 'version, seed or policies are missing, as of a result they would not be' };
  }
  for (const [name, policy] of Object.entries(policies)) {
    if (!isPolicy(policy)) return { reason: `policies.${name} has no replications to compare` };
  }
  return { result: found as unknown as RunResult };
}

/** Whether a text is a result and no scenario: both may be JSON. */
export function looksLikeResult(text: string): boolean {
  return /^\s*\{/.test(text) && /"scenario_sha256"\s*:/.test(text);
}

/** Compares the policies within one result: every pair, or each of the others with one. */
export function compareResult(
  { result }: ResultFile,
  options: { policies?: readonly string[] | undefined; against?: string | undefined } = {},
): CompareResult {
  const names = options.policies ?? Object.keys(result.policies);
  const policies = Object.fromEntries(names.map((name) => [name, result.policies[name]!]));
  const pairs = pairsOf(names, options.against);
  const { sweep: _, ...rest } = result;
  return { ...rest, policies, ...differencesOf(policies, pairs, chancelessOf(result)) };
}

/**
 * Compares two results: the policies that both have, or the only one of either. Replications of the
 * same seed are paired; where they share none, Welch's interval. Throws where there is nothing to
 * compare: ask `samePolicies` before.
 */
export function compareResults(
  a: ResultFile,
  b: ResultFile,
  wanted?: readonly string[],
): CompareResult {
  const [ofA, ofB] = [a.result, b.result];
  const names = samePolicies(Object.keys(ofA.policies), Object.keys(ofB.policies), wanted);
  if (names === null) throw new Error('the two results have no policy in common');
  const policies: Record<string, PolicyResult> = {};
  for (const [name] of names) policies[nameA(name)] = ofA.policies[name]!;
  for (const [, name] of names) policies[nameB(name)] = ofB.policies[name]!;
  const pairs = names.map(([inA, inB]): Pair => [nameA(inA), nameB(inB)]);
  const chanceless = new Set([
    ...[...chancelessOf(ofA)].map(nameA),
    ...[...chancelessOf(ofB)].map(nameB),
  ]);
  const sides = { A: sideOf(a), B: sideOf(b) };
  return {
    spillway: 1,
    version: ofA.version,
    title: titleOf(sides.A, sides.B),
    seed: ofA.seed,
    scenario_sha256: ofA.scenario_sha256,
    partial: ofA.partial || ofB.partial,
    policies,
    expect: [],
    ...differencesOf(policies, pairs, chanceless),
    sides,
  };
}

/**
 * Which policies had nothing left to chance: a result does not say so, but where others were run
 * with several seeds and one was run with the first alone, that is why.
 */
function chancelessOf({ policies, partial }: RunResult): Set<string> {
  const all = Object.entries(policies);
  const several = all.some(([, { replications }]) => replications.length > 1);
  const once = all.filter(([, { replications }]) => replications.length === 1);
  return new Set(several && !partial ? once.map(([name]) => name) : []);
}

function sideOf({ file, result }: ResultFile): ComparedSide {
  const { title, seed, version, scenario_sha256 } = result;
  return { file, title, seed, version, scenario_sha256 };
}

function isPolicy(value: unknown): boolean {
  if (!isRecord(value) || !isMetrics(value['metrics'])) return false;
  const parts = ['notes', 'intervals', 'series', 'verdict', 'theory'];
  if (!parts.every((part) => isRecord(value[part]))) return false;
  const replications = value['replications'];
  if (!Array.isArray(replications) || replications.length === 0) return false;
  return replications.every(
    (one) =>
      isRecord(one) &&
      typeof one['seed'] === 'string' &&
      isMetrics(one['metrics']) &&
      isRecord(one['verdict']),
  );
}

function isMetrics(value: unknown): boolean {
  if (!isRecord(value)) return false;
  return Object.values(value).every((one) => one === null || Number.isFinite(one));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
