import { type Trigger, type Triggered, triggeredWindows } from '../shapes/trigger.js';
import { type Fate, fateOf, fateOfCut, stands } from './fate.js';
import type { Probe } from './prober.js';
import { BASELINE_NS, type Setting } from './question.js';

/** Long enough for rule 30, which wants twenty seconds from the moment of recovery. */
const WATCH_NS = 40e9;
/** How long a load by itself is watched, in steps of the loop, and at least. */
const ALONE_HOLDS = 4;
const ALONE_MIN_NS = 120e9;
/** From the end of the trigger until somebody cuts the load. */
export const CUT_AFTER_NS = 10e9;

/** A load, what is done to it, and to what it is cut afterwards. */
export interface Trial {
  load: number;
  trigger: Trigger;
  cut?: { factor: number; forNs: number | null };
}

/** How many of the first `seeds` tip, each watched until that is clear. */
export async function tippedOf(setting: Setting, trial: Trial, seeds: number): Promise<number> {
  const fates = await fatesOf(setting, trial, { seeds, watchNs: WATCH_NS });
  return fates.filter(({ is }) => is === 'tipped').length;
}

/** The same with nothing watched for less than `times` the usual time: how many tip. */
export async function tippedWhenWatched(
  setting: Setting,
  trial: Trial,
  times: number,
): Promise<number> {
  const { seeds } = setting;
  const watchNs = Math.min(setting.patienceNs, times * WATCH_NS);
  const fates = await fatesOf(setting, trial, { seeds: seeds.length, watchNs });
  return fates.filter(({ is }) => is === 'tipped').length;
}

async function fatesOf(
  setting: Setting,
  trial: Trial,
  { seeds, watchNs }: { seeds: number; watchNs: number },
): Promise<Fate[]> {
  const of = setting.seeds.slice(0, seeds);
  const fates: Fate[] = of.map(() => ({ is: 'unsure', watchSeconds: watchNs / 1e9 }));
  for (;;) {
    const open = fates.flatMap((fate, index) => (fate.is === 'unsure' ? [{ fate, index }] : []));
    if (open.length === 0) return fates;
    const shapes = open.map(({ fate }) => shapeOf(setting, trial, fate.watchSeconds * 1e9));
    const probes = shapes.map((shape, i) => probeOf(shape, of[open[i]!.index]!));
    const seen = await setting.prober.ask(setting.policy, probes);
    const mostSeconds = setting.patienceNs / 1e9;
    open.forEach(({ fate, index }, i) => {
      const watch = { seconds: fate.watchSeconds, mostSeconds };
      const judge = trial.cut === undefined ? fateOf : fateOfCut;
      fates[index] = judge(seen[i]!, watch);
    });
  }
}

/** How many of the first `seeds` fall at a load with nothing done to them. */
export async function fallenOf(setting: Setting, load: number, seeds: number): Promise<number> {
  const watchNs = Math.max(ALONE_MIN_NS, ALONE_HOLDS * setting.holdNs);
  const shape: Triggered = {
    ...shapeOf(setting, { load, trigger: null }, watchNs),
  };
  const probes = setting.seeds.slice(0, seeds).map((seed) => probeOf(shape, seed));
  const seen = await setting.prober.ask(setting.policy, probes);
  return seen.filter((one) => !stands(one)).length;
}

function probeOf(shape: Triggered, seed: string): Probe {
  return { shape, seed, windows: triggeredWindows(shape) };
}

function shapeOf(
  { per, warmupNs }: Setting,
  { load, trigger, cut }: Omit<Trial, 'trigger'> & { trigger: Trigger | null },
  watchNs: number,
): Triggered {
  return {
    kind: 'trigger',
    load,
    per,
    warmupNs,
    baselineNs: BASELINE_NS,
    trigger,
    cut: cut === undefined ? null : { afterNs: CUT_AFTER_NS, ...cut },
    watchNs,
  };
}
