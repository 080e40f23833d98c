import { wilson } from '../statistics.js';
import { type Count, type Crossing, crossing, halfway } from './crossing.js';
import { SEEDS_FIRST, type Setting, type TriggerKind } from './question.js';
import type { Bands, Frontier, FrontierPoint, Share, Threshold } from './result.js';
import { tippedOf, tippedWhenWatched } from './tipping.js';

/** Durations and sizes are found to within two parts in a hundred. */
const WITHIN = 1.02;
/** Steps from the first guess; from that of the load before, which lies near. */
const STRIDE_FIRST = 2;
const STRIDE_NEXT = 1.15;

type Axis = 'duration' | 'size';

/** The trigger that tips half of the seeds, at each load of the list that is vulnerable. */
export async function frontierOf(
  setting: Setting,
  kind: TriggerKind,
  { bands, add }: { bands: Bands; add(point: FrontierPoint): void },
): Promise<void> {
  const guesses: Record<Axis, number | null> = { duration: null, size: null };
  // From the greatest load down: the trigger grows, and the last one is a near guess.
  for (const load of [...setting.loads].reverse()) {
    const band = bandAt(load, bands);
    const point: FrontierPoint = { load, band, duration: null, size: null };
    if (band === 'vulnerable') {
      point.duration = await thresholdOf(setting, kind, { load, axis: 'duration', guesses });
      if (kind.sizeOf !== null) {
        point.size = await thresholdOf(setting, kind, { load, axis: 'size', guesses });
      }
    }
    add(point);
  }
}

function bandAt(load: number, { stable, unstable }: Bands): FrontierPoint['band'] {
  if (unstable.high !== null && load >= unstable.high) return 'unstable';
  if (stable.high === null || load < stable.high) return 'stable';
  return 'vulnerable';
}

async function thresholdOf(
  setting: Setting,
  kind: TriggerKind,
  { load, axis, guesses }: { load: number; axis: Axis; guesses: Record<Axis, number | null> },
): Promise<Threshold> {
  const { natural, least, greatest } = kind;
  const of = axis === 'duration' ? 'forNs' : 'size';
  const unit = axis === 'duration' ? 1e9 : 1;
  const guess = guesses[axis];
  const found = await crossing({
    start: guess ?? natural[of] / unit,
    least: least[of] / unit,
    greatest: greatest[of] / unit,
    within: WITHIN,
    stride: guess === null ? STRIDE_FIRST : STRIDE_NEXT,
    seeds: setting.seeds.length,
    seedsFirst: SEEDS_FIRST,
    count: (at, seeds) => {
      const trigger =
        axis === 'duration'
          ? kind.of(Math.round(at * 1e9), natural.size)
          : kind.of(natural.forNs, at);
      return tippedOf(setting, { load, trigger }, seeds);
    },
  });
  if (found.high !== null) guesses[axis] = found.high.at;
  return thresholdFrom(found);
}

function thresholdFrom(found: Crossing): Threshold {
  return { at: halfway(found), low: shareOf(found.low), high: shareOf(found.high) };
}

export function shareOf(count: Count | null): Share | null {
  if (count === null) return null;
  return { ...count, share: wilson(count.tipped, count.of) ?? [0, 1] };
}

/** Watches every duration that was found, at which some tip and some do not, for twice as long. */
export async function checkFrontier(
  setting: Setting,
  kind: TriggerKind,
  points: readonly FrontierPoint[],
): Promise<Frontier['checked']> {
  const checked = { runs: 0, changed: 0 };
  for (const { load, duration } of points) {
    const share = duration?.high ?? null;
    if (share === null) continue;
    const trigger = kind.of(Math.round(share.at * 1e9), kind.natural.size);
    const tipped = await tippedWhenWatched(setting, { load, trigger }, 2);
    checked.runs += share.of;
    checked.changed += Math.abs(tipped - share.tipped);
  }
  return checked;
}
