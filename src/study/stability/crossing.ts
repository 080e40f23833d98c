/** How many of how many runs tipped at a place. */
export interface Count {
  at: number;
  tipped: number;
  of: number;
}

/** Where at least half begin to tip: the last place seen where they do not, and the first where they do. */
export interface Crossing {
  /** Null: even at the least place half of them tip. */
  low: Count | null;
  /** Null: even at the greatest place fewer than half tip. */
  high: Count | null;
}

export interface CrossingOptions {
  /** Where to look first, and the ends of where to look at all; all above 0. */
  start: number;
  least: number;
  greatest: number;
  /** The bracket is fine enough where high ÷ low is not above this; above 1. */
  within: number;
  /** How far apart the first places lie, as a factor. */
  stride: number;
  /** Runs in all, and how many of them are enough while the place is not near. */
  seeds: number;
  seedsFirst: number;
  /** How many of the first `seeds` runs tip at a place. More of it tips more, by and large. */
  count(at: number, seeds: number): Promise<number>;
}

/**
 * Finds the place at which half of the runs tip, by bisection on a logarithmic scale: with a few
 * seeds until the bracket is fine, then with all of them, moving the bracket where the few misled.
 */
export async function crossing(options: CrossingOptions): Promise<Crossing> {
  const { seeds, seedsFirst } = options;
  const rough = await search(options, Math.min(seeds, seedsFirst), {
    start: options.start,
    stride: options.stride,
  });
  if (seedsFirst >= seeds) return rough;
  const start = rough.low?.at ?? rough.high!.at;
  // The first step of all seeds is no wider than the bracket it has to confirm.
  return search(options, seeds, { start, stride: options.within });
}

/** Gallops from the start until it has both sides, then halves the distance. */
async function search(
  options: CrossingOptions,
  seeds: number,
  { start, stride }: { start: number; stride: number },
): Promise<Crossing> {
  const { least, greatest, within } = options;
  const look = async (at: number): Promise<Count> => {
    return { at, tipped: await options.count(at, seeds), of: seeds };
  };
  const tips = ({ tipped, of }: Count): boolean => 2 * tipped >= of;
  const first = await look(Math.min(greatest, Math.max(least, start)));
  let low: Count | null = tips(first) ? null : first;
  let high: Count | null = tips(first) ? first : null;
  for (let step = stride; low === null || high === null; step *= step) {
    const from: number = (low ?? high)!.at;
    const at: number =
      low === null ? Math.max(least, from / step) : Math.min(greatest, from * step);
    if (at === from) return { low, high };
    const seen = await look(at);
    if (tips(seen)) high = seen;
    else low = seen;
  }
  // A thousandth is for what multiplying and dividing again leaves.
  while (high.at / low.at > within * 1.001) {
    const seen = await look(Math.sqrt(low.at * high.at));
    if (tips(seen)) high = seen;
    else low = seen;
  }
  return { low, high };
}

/** The place between the two at which a straight line through their shares is at one half. */
export function halfway({ low, high }: Crossing): number | null {
  if (low === null || high === null) return null;
  const [below, above] = [low.tipped / low.of, high.tipped / high.of];
  return low.at + ((0.5 - below) / (above - below)) * (high.at - low.at);
}
