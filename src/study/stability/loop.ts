import { type Staircase, staircaseWindows } from '../shapes/staircase.js';
import { mean } from '../statistics.js';
import { isAsGood } from './fate.js';
import type { Setting } from './question.js';
import type { Loop, LoopStep } from './result.js';
import { isUnclear, type Look, type Seen, secondsToEmpty } from './seen.js';

/** Times that a step down is held longer, because what is in the system falls. */
const LONGER_MAX = 12;
/** How long one is held, in times the usual, where chance may hide which way it goes. */
const HOLDS_UNCLEAR = 4;
/** How long at most, in times a system's patience: it has to work off all the steps before. */
const PATIENCES_MAX = 4;

interface Rung {
  load: number;
  leg: 'up' | 'down';
  forNs: number;
}

/**
 * The hysteresis loop: the loads up and down again in one run. It turns at the first load that
 * falls: above it nothing is learned, but more would be left to be worked off on the way down. For
 * the same reason a step down at which what is in the system falls is held until that is gone, or
 * has stopped falling. How long is found with the first seed; then all seeds climb the same stairs.
 */
export async function loopOf(setting: Setting): Promise<Loop> {
  let rungs = ladder(setting, setting.loads);
  let looks = await climb(setting, rungs, setting.seeds[0]!);
  const fallen = rungs.findIndex(({ leg }, i) => leg === 'up' && !standsAt(looks, i));
  if (fallen >= 0 && fallen < setting.loads.length - 1) {
    rungs = ladder(setting, setting.loads.slice(0, fallen + 1));
    looks = await climb(setting, rungs, setting.seeds[0]!);
  }
  for (let tries = 0; tries < LONGER_MAX; tries++) {
    const longer = heldLonger(setting, rungs, looks);
    if (longer === null) break;
    rungs = longer;
    looks = await climb(setting, rungs, setting.seeds[0]!);
  }
  const seen = await climbAll(setting, rungs, setting.seeds);
  return loopFrom(rungs, seen);
}

function ladder({ holdNs: forNs }: Setting, loads: readonly number[]): Rung[] {
  const up = loads.map((load): Rung => ({ load, leg: 'up', forNs }));
  const down = loads.slice(0, -1).map((load): Rung => ({ load, leg: 'down', forNs }));
  return [...up, ...down.reverse()];
}

type StepLooks = [Look, Look][];

async function climb(setting: Setting, rungs: Rung[], seed: string): Promise<StepLooks> {
  return (await climbAll(setting, rungs, [seed]))[0]!;
}

async function climbAll(
  setting: Setting,
  rungs: readonly Rung[],
  seeds: readonly string[],
): Promise<StepLooks[]> {
  const shape: Staircase = {
    kind: 'staircase',
    per: setting.per,
    warmupNs: setting.warmupNs,
    steps: rungs.map(({ load, forNs }) => ({ load, forNs })),
  };
  const windows = staircaseWindows(shape).flat();
  const seen = await setting.prober.ask(
    setting.policy,
    seeds.map((seed) => ({ shape, seed, windows })),
  );
  return seen.map(({ looks }: Seen) => rungs.map((_, i) => [looks[2 * i]!, looks[2 * i + 1]!]));
}

function standsAt(looks: StepLooks, step: number): boolean {
  return isAsGood(looks[step]![0], looks[0]![0]);
}

/**
 * The stairs with the first step down that is still being worked off held longer; null where each
 * was held for long enough, or as long as may be.
 */
function heldLonger(
  { holdNs, patienceNs }: Setting,
  rungs: Rung[],
  looks: StepLooks,
): Rung[] | null {
  const clearNs = HOLDS_UNCLEAR * holdNs;
  const unclear = rungs.map(({ leg, forNs }, i) => {
    return leg === 'down' && forNs < clearNs && !standsAt(looks, i) && isUnclear(...looks[i]!);
  });
  if (unclear.includes(true)) {
    return rungs.map((rung, i) => (unclear[i] ? { ...rung, forNs: clearNs } : rung));
  }
  const mostNs = PATIENCES_MAX * patienceNs;
  for (const [index, rung] of rungs.entries()) {
    if (rung.leg === 'up' || rung.forNs >= mostNs) continue;
    if (standsAt(looks, index)) return null;
    const empty = secondsToEmpty(...looks[index]!);
    if (empty === null || empty * 1e9 > mostNs) continue;
    const wantedNs = Math.max(2 * rung.forNs, rung.forNs + Math.ceil(2.6 * empty) * 1e9);
    return rungs.with(index, { ...rung, forNs: Math.min(mostNs, wantedNs) });
  }
  return null;
}

function loopFrom(rungs: readonly Rung[], seen: readonly StepLooks[]): Loop {
  const steps = rungs.map(({ load, leg, forNs }, index): LoopStep => {
    const halves = seen.map((looks) => looks[index]![0]);
    const standing = seen.filter((looks) => standsAt(looks, index)).length;
    return {
      load,
      leg,
      seconds: forNs / 1e9,
      goodput: meanOf(halves, ({ goodput }) => goodput),
      goodput_ratio: meanOf(halves, ({ goodputRatio }) => goodputRatio),
      p99: meanOf(halves, ({ p99 }) => p99),
      in_system: meanOf(halves, ({ inSystem }) => inSystem) ?? 0,
      stands: 2 * standing > seen.length,
    };
  });
  return { steps, ...betweens(steps) };
}

/** Where it falls on the way up, where it is back on the way down, and what lies between. */
export function betweens(steps: readonly LoopStep[]): Pick<Loop, 'falls' | 'rises' | 'hidden'> {
  const up = steps.filter(({ leg }) => leg === 'up');
  const down = steps.filter(({ leg }) => leg === 'down');
  const fallen = up.findIndex(({ stands }) => !stands);
  if (fallen < 0) {
    const top = up.at(-1)!.load;
    return { falls: { low: top, high: null }, rises: { low: top, high: null }, hidden: null };
  }
  // Back for good: at this load and all below.
  const lastDown = down.findLastIndex(({ stands }) => !stands);
  const rises = {
    low: down[lastDown + 1]?.load ?? null,
    high: down[lastDown]?.load ?? up.at(-1)!.load,
  };
  const falls = { low: up[fallen - 1]?.load ?? null, high: up[fallen]!.load };
  const stood = new Set(up.filter(({ stands }) => stands).map(({ load }) => load));
  const hidden = down.filter(({ stands, load }) => !stands && stood.has(load));
  const loads = hidden.map(({ load }) => load);
  if (loads.length === 0) return { falls, rises, hidden: null };
  return { falls, rises, hidden: { from: Math.min(...loads), to: Math.max(...loads) } };
}

function meanOf(looks: readonly Look[], of: (look: Look) => number | null): number | null {
  const values = looks.map(of);
  return values.includes(null) ? null : mean(values as number[]);
}
