import { capacityOf } from '../../judge/index.js';
import type { Plan } from '../../model/plan.js';
import { hasChance, planFor, type Scenario } from '../../scenario/index.js';
import { type Between, Pace } from '../progress.js';
import type { Runner } from '../runner.js';
import { seedsFor } from '../seeds.js';
import { bandsOf } from './bands.js';
import { checkFrontier, frontierOf } from './frontier.js';
import { type LoadsAsked, ladderFor } from './ladder.js';
import { loopOf } from './loop.js';
import { Interrupted, Prober } from './prober.js';
import type { Setting, TriggerKind } from './question.js';
import type { FrontierPoint, PolicyStability, StabilityResult, TriggerSaid } from './result.js';
import { shedOf } from './shedding.js';
import { type TriggerAsked, triggerFor } from './trigger-kinds.js';

export interface StabilityOptions {
  version: string;
  scenarioSha256: string;
  policies: readonly string[];
  seed?: string | undefined;
  /** Seeds of each question. */
  seeds: number;
  loads: LoadsAsked | null;
  trigger: TriggerAsked;
  /** How long each step of the loop is held, at least. */
  holdNs: number;
  /** How long a system is given to come back. */
  patienceNs: number;
  /** The longest trigger that is tried; null: what suits its kind. */
  longestNs: number | null;
  /** How long the load is cut; null: for good. */
  cutForNs: number | null;
  between?: Between | undefined;
  runner: Runner;
}

/** What a policy cannot be asked, and why. */
export interface StabilityRefused {
  policy: string;
  reason: string;
}

const WARMUP_MIN_NS = 5e9;
const WARMUP_MAX_NS = 60e9;
const WARMUP_USUAL_NS = 10e9;

/** Why a policy's load cannot be turned, or the trigger asked for not be had. */
export function stabilityRefused(
  scenario: Scenario,
  options: Pick<StabilityOptions, 'policies' | 'loads' | 'trigger'>,
): StabilityRefused[] {
  return options.policies.flatMap((policy) => {
    const plan = planFor(scenario, policy);
    const { capacity, bottleneck } = capacityOf(plan);
    const ladder = ladderFor(plan, options.loads, capacity);
    if ('refused' in ladder) return [{ policy, reason: ladder.refused }];
    const found = triggerFor(plan, options.trigger, { bottleneck, longestNs: null });
    if (found.kind !== null || options.trigger === 'auto') return [];
    return [{ policy, reason: found.notes.join('; ') }];
  });
}

/**
 * How stable a scenario is under each policy: loads up and down again, the bands by simulation
 * beside those of theory, the trigger that tips it at each load, and the load to which one has to
 * cut to have it back. The same to the byte wherever the runs happen. Stopped, it has what it found.
 */
export async function stabilityOf(
  scenario: Scenario,
  options: StabilityOptions,
): Promise<StabilityResult> {
  const pace = new Pace(options.between);
  const prober = new Prober(scenario, options.runner, pace);
  const result: StabilityResult = {
    spillway: 1,
    kind: 'stability',
    version: options.version,
    title: scenario.title,
    seed: options.seed ?? scenario.seed,
    scenario_sha256: options.scenarioSha256,
    partial: false,
    seeds: options.seeds,
    hold: options.holdNs / 1e9,
    patience: options.patienceNs / 1e9,
    cost: { runs: 0, simulated: 0 },
    policies: {},
  };
  try {
    for (const policy of options.policies) {
      const asked = questionOf(scenario, policy, { options, prober });
      result.policies[policy] = asked.said;
      await answer(asked, options);
    }
    prober.foresee(0);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    result.partial = true;
  }
  result.cost = { runs: prober.runs, simulated: prober.simulatedNs / 1e9 };
  return result;
}

interface Question {
  setting: Setting;
  kind: TriggerKind | null;
  said: PolicyStability;
}

function questionOf(
  scenario: Scenario,
  policy: string,
  { options, prober }: { options: StabilityOptions; prober: Prober },
): Question {
  const plan = planFor(scenario, policy);
  const theory = capacityOf(plan);
  const ladder = ladderFor(plan, options.loads, theory.capacity);
  if ('refused' in ladder) throw new Error(`not asked first: ${ladder.refused}`);
  const { bottleneck } = theory;
  const found = triggerFor(plan, options.trigger, { bottleneck, longestNs: options.longestNs });
  const seed = options.seed ?? scenario.seed;
  const setting: Setting = {
    policy,
    prober,
    seeds: seedsFor(seed, hasChance(plan) ? options.seeds : 1),
    ...ladder,
    warmupNs: warmupOf(plan),
    holdNs: options.holdNs,
    patienceNs: options.patienceNs,
  };
  const isRate = ladder.per === 'rate';
  const said: PolicyStability = {
    unit: ladder.per,
    load: ladder.load,
    loads: ladder.loads,
    theory: {
      stable_below: isRate ? theory.stable_below : null,
      capacity: isRate ? theory.capacity : null,
      bottleneck,
      reason: isRate ? theory.reason : 'theory knows rates, and these are users',
      note: isRate ? theory.note : null,
    },
    trigger: found.kind === null ? null : saidOf(found.kind),
    notes: found.notes,
  };
  return { setting, kind: found.kind, said };
}

/** Fills in what is found, one part after the other. */
async function answer({ setting, kind, said }: Question, options: StabilityOptions): Promise<void> {
  const { prober } = setting;
  foresee(setting);
  said.loop = await loopOf(setting);
  if (kind === null) return;
  const bands = await bandsOf(setting, kind);
  said.bands = bands;
  const points: FrontierPoint[] = [];
  said.frontier = { points, checked: { runs: 0, changed: 0 } };
  await frontierOf(setting, kind, { bands, add: (point) => points.unshift(point) });
  said.frontier.checked = await checkFrontier(setting, kind, points);
  const shed = await shedOf(setting, kind, { points, bands, cutForNs: options.cutForNs });
  if (shed !== null) said.shed = shed;
  prober.foresee(0);
}

/** About what a policy's questions come to, so that the time left means something. */
function foresee({ prober, loads, holdNs, seeds }: Setting): void {
  const loopNs = 3 * 2 * loads.length * holdNs * (1 + seeds.length / 3);
  const askedNs = (loads.length / 2) * (24 + 3 * seeds.length) * 80e9;
  prober.foresee(loopNs + askedNs);
}

/** The author's own word on how long it takes to settle, within reason. */
function warmupOf({ warmupNs }: Plan): number {
  if (warmupNs === 0) return WARMUP_USUAL_NS;
  const whole = Math.ceil(warmupNs / 1e9) * 1e9;
  return Math.min(WARMUP_MAX_NS, Math.max(WARMUP_MIN_NS, whole));
}

function saidOf({ kind, text, sizeOf, natural, greatest }: TriggerKind): TriggerSaid {
  return {
    kind,
    text,
    size: sizeOf,
    natural: { duration: natural.forNs / 1e9, size: natural.size },
    greatest: { duration: greatest.forNs / 1e9, size: greatest.size },
  };
}
