import type { Baseline, BaselinePolicy, BaselineScenario } from './baseline.js';
import { betterWhen } from './compare-metrics.js';
import { compareSides, type Side } from './compare-pair.js';
import type { Difference, PairKind, Replication, Verdict } from './result.js';

/**
 * What became of a figure since the baseline. `same`: no change is shown. `within`: one is shown,
 * but it lies within the band. `unsure`: beyond the band, with too few runs to tell it from chance.
 * `changed`: neither way is better. `lost`: it has no value any more; `found`: it has one now.
 */
export type DriftKind =
  | 'same'
  | 'within'
  | 'unsure'
  | 'improved'
  | 'regressed'
  | 'changed'
  | 'lost'
  | 'found';

/** One figure beside what it was. */
export interface Drift {
  /** With the cell of the sweep, where it is of one: "retry-storm at load 1.5". */
  policy: string;
  metric: string;
  is: DriftKind;
  /** Whether it is for the worse. */
  worse: boolean;
  now: number | null;
  was: number | null;
  /** Now − then, in the metric's unit, over the runs compared. */
  difference: Difference;
  kind: PairKind;
}

/** One scenario beside its baseline. */
export interface ScenarioDrift {
  drifts: Drift[];
  /** What limits the comparison, and what one of the two lacks. */
  notes: string[];
}

/** What a baseline says of this scenario against what was measured now; `band` is a share. */
export function driftOf(now: BaselineScenario, was: BaselineScenario, band: number): ScenarioDrift {
  const drifts: Drift[] = [];
  const notes: string[] = [];
  if (now.scenario_sha256 !== was.scenario_sha256) {
    notes.push('the file has changed since the baseline');
  }
  const take = (found: ScenarioDrift): void => {
    drifts.push(...found.drifts);
    notes.push(...found.notes);
  };
  take(driftOfPolicies(now.policies, was.policies, { at: '', band }));
  const [cells, before] = [now.cells ?? {}, was.cells ?? {}];
  for (const [cell, policies] of Object.entries(cells)) {
    if (!Object.hasOwn(before, cell)) notes.push(`the cell at ${cell} is not in the baseline`);
    else take(driftOfPolicies(policies, before[cell]!, { at: ` at ${cell}`, band }));
  }
  for (const cell of Object.keys(before)) {
    if (Object.hasOwn(cells, cell)) continue;
    notes.push(`the cell at ${cell} is in the baseline, and was not run`);
  }
  return { drifts, notes };
}

/** `at`: which cell of a sweep it is, as it follows the name of a policy. */
function driftOfPolicies(
  now: Readonly<Record<string, BaselinePolicy>>,
  was: Readonly<Record<string, BaselinePolicy>>,
  { at, band }: { at: string; band: number },
): ScenarioDrift {
  const drifts: Drift[] = [];
  const notes: string[] = [];
  for (const [policy, figures] of Object.entries(now)) {
    if (!Object.hasOwn(was, policy)) {
      notes.push(`policy ${policy}${at} is not in the baseline`);
      continue;
    }
    const found = driftOfPolicy(`${policy}${at}`, figures, was[policy]!, band);
    drifts.push(...found.drifts);
    notes.push(...found.notes);
  }
  for (const policy of Object.keys(was)) {
    if (!Object.hasOwn(now, policy)) {
      notes.push(`policy ${policy}${at} is in the baseline, and was not run`);
    }
  }
  return { drifts, notes };
}

/** Scenarios that only one of the two has, by their paths. */
export function missingIn(
  baseline: Baseline,
  files: readonly string[],
): { notRun: string[]; unknown: string[] } {
  const run = new Set(files);
  return {
    notRun: Object.keys(baseline.scenarios).filter((file) => !run.has(file)),
    unknown: files.filter((file) => !Object.hasOwn(baseline.scenarios, file)),
  };
}

function driftOfPolicy(
  policy: string,
  now: BaselinePolicy,
  was: BaselinePolicy,
  band: number,
): ScenarioDrift {
  const [a, b] = [sideOf('now', now), sideOf('the baseline', was)];
  const { kind, notes, metrics } = compareSides(a, b);
  const drifts = Object.entries(metrics).map(([metric, difference]): Drift => {
    const is = kindOf(metric, difference, kind, band);
    const worse = is === 'regressed' || (is === 'lost' && isOneWay(metric));
    const { a: nowIs, b: wasIs } = difference;
    return { policy, metric, is, worse, now: nowIs, was: wasIs, difference, kind };
  });
  return { drifts, notes: [...notes, ...changesOf(now, was)].map((note) => `${policy}: ${note}`) };
}

/** What is told of a policy beside its figures. */
function changesOf(now: BaselinePolicy, was: BaselinePolicy): string[] {
  const notes: string[] = [];
  if (now.verdict !== was.verdict) {
    notes.push(`verdict ${verdictText(now.verdict)}, was ${verdictText(was.verdict)}`);
  }
  for (const metric of Object.keys(now.figures)) {
    if (!Object.hasOwn(was.figures, metric)) notes.push(`${metric} is not in the baseline`);
  }
  for (const metric of Object.keys(was.figures)) {
    if (!Object.hasOwn(now.figures, metric)) {
      notes.push(`${metric} is in the baseline, and is not measured now`);
    }
  }
  return notes;
}

function verdictText(verdict: Verdict['is']): string {
  return verdict === null ? 'none' : verdict.replaceAll('_', ' ');
}

function sideOf(name: string, { seeds, chance, figures }: BaselinePolicy): Side {
  const replications = seeds.map(
    (seed, index): Replication => ({
      seed,
      fingerprint: '',
      metrics: Object.fromEntries(
        Object.entries(figures).map(([metric, { values }]) => [metric, values[index]!]),
      ),
      verdict: NO_VERDICT,
    }),
  );
  return { name, result: { replications, notes: {} }, chancy: chance };
}

const NO_VERDICT: Verdict = {
  is: null,
  recovered: null,
  recovery_time: null,
  contained: null,
  first_saturated: null,
  deadlock: null,
  cascade: [],
};

function kindOf(
  metric: string,
  { estimate, a, b, shown, interval }: Difference,
  pair: PairKind,
  band: number,
): DriftKind {
  if (estimate === null) {
    // A value in some of the runs is as good as none: it is no mean.
    if (a === null && b === null) return 'same';
    return a === null ? 'lost' : 'found';
  }
  const beyond = Math.abs(estimate) > band * Math.abs(b!);
  if (pair === 'single' && interval === null) return beyond ? 'unsure' : 'same';
  if (!shown) return 'same';
  if (!beyond) return 'within';
  if (!isOneWay(metric)) return 'changed';
  return estimate > 0 === (betterWhen(metric) === 'higher') ? 'improved' : 'regressed';
}

/** Whether one way is better than the other. */
function isOneWay(metric: string): boolean {
  const better = betterWhen(metric);
  return better === 'higher' || better === 'lower';
}
