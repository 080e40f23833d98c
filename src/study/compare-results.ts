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
