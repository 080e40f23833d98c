import { crossing } from './crossing.js';
import { shareOf } from './frontier.js';
import { SEEDS_FIRST, type Setting, type TriggerKind } from './question.js';
import type { Bands, FrontierPoint, Shed } from './result.js';
import { CUT_AFTER_NS, tippedOf } from './tipping.js';

/** The load is found to within one part in a hundred. */
const WITHIN = 1.01;
const STRIDE = 1.1;
/** As a share of the load: less than that is no load. */
const LEAST = 0.01;
/** A trigger that tips half of the seeds, times this, tips them all. */
const SURELY = 2;

/**
 * The greatest load to which a tipped system can be cut and comes back. It is tipped at that load of
 * the frontier which is nearest to the file's own. Null where nothing tips it.
 */
export async function shedOf(
  setting: Setting,
  kind: TriggerKind,
  known: { points: readonly FrontierPoint[]; bands: Bands; cutForNs: number | null },
): Promise<Shed | null> {
  const tips = known.points.filter(({ duration }) => duration !== null && duration.high !== null);
  const point = nearest(tips, setting.load);
  if (point === null) return null;
  const { load } = point;
  const forNs = Math.min(kind.greatest.forNs, Math.round(SURELY * point.duration!.high!.at * 1e9));
  const { size } = kind.natural;
  const trigger = kind.of(forNs, size);
  const guess = known.bands.stable.high ?? load / 2;
  const found = await crossing({
    start: Math.min(guess, load),
    least: LEAST * load,
    greatest: load,
    within: WITHIN,
    stride: STRIDE,
    seeds: setting.seeds.length,
    seedsFirst: SEEDS_FIRST,
    count: (to, seeds) => {
      const cut = { factor: to / load, forNs: known.cutForNs };
      return tippedOf(setting, { load, trigger, cut }, seeds);
    },
  });
  const { low, high } = found;
  return {
    load,
    trigger: { duration: forNs / 1e9, size },
    after: CUT_AFTER_NS / 1e9,
    for: known.cutForNs === null ? null : known.cutForNs / 1e9,
    to: { low: low?.at ?? null, high: high?.at ?? null },
    counts: { low: shareOf(low), high: shareOf(high) },
  };
}

function nearest(points: readonly FrontierPoint[], load: number): FrontierPoint | null {
  let best: FrontierPoint | null = null;
  for (const point of points) {
    const away = Math.abs(point.load - load);
    if (best === null || away < Math.abs(best.load - load)) best = point;
  }
  return best;
}
