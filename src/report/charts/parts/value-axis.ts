import type { Spec } from '../chart.js';

const COUNT_LABEL = "format(datum.value, datum.value >= 1000 ? '~s' : '~r')";

/** Writes seconds in the unit in which they read best. */
export const SECONDS_LABEL =
  "datum.value >= 60 ? format(datum.value / 60, '~r') + ' min' : " +
  "datum.value >= 1 ? format(datum.value, '~r') + ' s' : " +
  "datum.value >= 0.001 ? format(datum.value * 1000, '.3~r') + ' ms' : " +
  "format(datum.value * 1000000, '.3~r') + ' µs'";

/** One, two and five of every power of ten, as far as `low` to `high` reaches. */
const ROUND_SECONDS = [
  1e-6, 1e-5, 1e-4, 1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 5e-2, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120,
  300, 600, 1800, 3600, 7200, 18000, 36000, 86400,
];

function roundDown(value: number): number {
  return ROUND_SECONDS.findLast((round) => round <= value) ?? (ROUND_SECONDS[0] as number);
}

function roundUp(value: number): number {
  return ROUND_SECONDS.find((round) => round >= value) ?? value;
}

/** At most `count` of the ticks, evenly chosen, always with the last. */
function sparse(ticks: number[], count: number): number[] {
  const every = Math.ceil(ticks.length / count);
  return ticks.filter((_, index) => (ticks.length - 1 - index) % every === 0);
}

/** These ticks and all of them: the library drops what exceeds its own count. */
function exactly(values: number[]): Spec {
  return { values, tickCount: 2 * values.length };
}

/** Latencies on a logarithmic scale, in units a reader knows. */
export function latencyAxis(values: readonly number[]): Spec {
  let low = roundDown(Math.min(...values));
  const high = roundUp(Math.max(...values));
  if (low === high) low = roundDown(low / 2);
  const ticks = ROUND_SECONDS.filter((round) => round >= low && round <= high);
  return {
    field: 'v',
    type: 'quantitative',
    scale: { type: 'log', domain: [low, high], nice: false },
    axis: { title: null, ...exactly(sparse(ticks, 6)), labelExpr: SECONDS_LABEL },
  };
}

/** Rates and counts from zero up; `nice` rounds the top up, `ticks` is about how many there are. */
export function countAxis(greatest: number, nice = true, ticks = 4): Spec {
  return {
    field: 'v',
    type: 'quantitative',
    scale: { domain: [0, greatest > 0 ? greatest : 1], nice },
    axis: { title: null, tickCount: ticks, labelExpr: COUNT_LABEL },
  };
}

/** Counts of which some are a hundred times others: zero, then powers of ten. */
export function wideCountAxis(greatest: number): Spec {
  const ticks = [0];
  for (let tick = 1; tick <= greatest; tick *= 10) ticks.push(tick);
  return {
    field: 'v',
    type: 'quantitative',
    scale: { type: 'symlog', domain: [0, greatest], nice: false },
    axis: { title: null, ...exactly(ticks), labelExpr: COUNT_LABEL },
  };
}

const BYTES_LABEL =
  "datum.value >= 1073741824 ? format(datum.value / 1073741824, '.3~r') + ' GiB' : " +
  "datum.value >= 1048576 ? format(datum.value / 1048576, '.3~r') + ' MiB' : " +
  "datum.value >= 1024 ? format(datum.value / 1024, '.3~r') + ' KiB' : format(datum.value, '~r')";

/** Sizes from zero up, at round numbers of their unit. */
export function bytesAxis(greatest: number): Spec {
  const most = greatest > 0 ? greatest : 1;
  let step = 1;
  while (most / step > 4) step *= 2;
  const ticks = Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) => index * step);
  return {
    field: 'v',
    type: 'quantitative',
    scale: { domain: [0, ticks.at(-1)], nice: false },
    axis: { title: null, ...exactly(ticks), labelExpr: BYTES_LABEL },
  };
}

/** Shares from nothing to all. */
export function shareAxis(): Spec {
  return {
    field: 'v',
    type: 'quantitative',
    scale: { domain: [0, 1], nice: false },
    axis: { title: null, ...exactly([0, 0.5, 1]), labelExpr: "format(datum.value, '.0%')" },
  };
}

/** The state of circuit breakers. */
export function breakerAxis(): Spec {
  const words = "datum.value === 0 ? 'closed' : datum.value === 1 ? 'open' : 'half'";
  return {
    field: 'v',
    type: 'quantitative',
    scale: { domain: [0, 1], nice: false },
    axis: { title: null, ...exactly([0, 0.5, 1]), labelExpr: words },
  };
}

/** How many times as much: from the least of these values' whole part up. */
export function timesAxis(least: number, greatest: number): Spec {
  const low = Math.floor(least);
  return {
    field: 'v',
    type: 'quantitative',
    scale: { domain: [low, Math.max(greatest, low + 1)], nice: true },
    axis: { title: null, tickCount: 4, labelExpr: "format(datum.value, '~r') + '×'" },
  };
}
