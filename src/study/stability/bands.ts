import { SEEDS_FIRST, type Setting, type TriggerKind } from './question.js';
import type { Bands, Span } from './result.js';
import { fallenOf, tippedOf } from './tipping.js';

/** A bound of a band is sought to this part of the distance between two loads of the list. */
const PART = 8;

/**
 * The bands by simulation: the load from which it falls by itself, and the load up to which even the
 * greatest trigger tips nothing.
 */
export async function bandsOf(setting: Setting, kind: TriggerKind): Promise<Bands> {
  const unstable = await boundOf(setting, setting.loads, (load, seeds) => {
    return fallenOf(setting, load, seeds);
  });
  const below = setting.loads.filter((load) => load < (unstable.high ?? Infinity));
  if (below.length === 0) return { stable: { low: null, high: null }, unstable };
  const trigger = kind.of(kind.greatest.forNs, kind.natural.size);
  const stable = await boundOf(setting, below, (load, seeds) => {
    return tippedOf(setting, { load, trigger }, seeds);
  });
  return { stable, unstable };
}

/** Span which loads a count comes to half: first among those of the list, then between two. */
async function boundOf(
  { seeds }: Setting,
  loads: readonly number[],
  count: (load: number, seeds: number) => Promise<number>,
): Promise<Span> {
  const all = seeds.length;
  const few = Math.min(SEEDS_FIRST, all);
  const tips = async (load: number): Promise<boolean> => {
    const tipped = await count(load, few);
    // Where the few agree the others would not overrule them.
    if (few === all || tipped === 0 || tipped === few) return 2 * tipped >= few;
    return 2 * (await count(load, all)) >= all;
  };
  let [low, high] = [-1, loads.length];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (await tips(loads[middle]!)) high = middle;
    else low = middle;
  }
  let between: Span = { low: loads[low] ?? null, high: loads[high] ?? null };
  const [from, to] = [loads[low], loads[high]];
  if (from === undefined || to === undefined) return between;
  for (let part = 2; part <= PART; part *= 2) {
    const middle: number = (between.low! + between.high!) / 2;
    between = (await tips(middle)) ? { ...between, high: middle } : { ...between, low: middle };
  }
  return between;
}
