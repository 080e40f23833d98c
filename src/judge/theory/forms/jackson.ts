import { mmcWait } from './mmc.js';

/** A station of an open network: exponential work, first come first served, no bound. */
export interface Station {
  servers: number;
  /** Seconds. */
  meanWork: number;
  /** Poisson arrivals a second from outside. */
  outside: number;
  /** The share of its answers that go on to each station; the rest leaves. */
  next: readonly number[];
}

/** What a network comes to. */
export interface Network {
  /** Arrivals a second at each station. */
  arrivals: number[];
  /** Seconds that one visit takes, wait and work. */
  times: number[];
  /** Seconds from coming in to leaving, all visits together. */
  time: number;
}

/**
 * An open network of queues: the traffic equations λ_i = γ_i + Σ_j λ_j p_ji give the arrivals, and
 * each station is an M/M/c of its own. (J. R. Jackson, "Networks of waiting lines", Operations
 * Research 5, 1957.) Times are Infinity where a station is offered more than it can serve.
 */
export function jackson(stations: readonly Station[]): Network {
  const arrivals = trafficOf(stations);
  const times = stations.map(({ servers, meanWork }, i) =>
    arrivals[i] === 0 ? meanWork : meanWork + mmcWait({ servers, arrivals: arrivals[i], meanWork }),
  );
  const outside = stations.reduce((sum, station) => sum + station.outside, 0);
  const present = times.reduce(
    (sum, time, i) => sum + (arrivals[i] > 0 ? arrivals[i] * time : 0),
    0,
  );
  return { arrivals, times, time: present / outside };
}

/** The traffic equations by Gaussian elimination with the largest pivot. */
function trafficOf(stations: readonly Station[]): number[] {
  const rows = stations.map(({ outside }, i) => [
    ...stations.map(({ next }, j) => (i === j ? 1 : 0) - (next[i] ?? 0)),
    outside,
  ]);
  const n = rows.length;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let i = column; i < n; i++) {
      if (Math.abs(rows[i][column]) > Math.abs(rows[pivot][column])) pivot = i;
    }
    [rows[column], rows[pivot]] = [rows[pivot], rows[column]];
    for (let i = 0; i < n; i++) {
      if (i === column) continue;
      const factor = rows[i][column] / rows[column][column];
      if (factor === 0) continue;
      for (let k = column; k <= n; k++) rows[i][k] -= factor * rows[column][k];
    }
  }
  return rows.map((row, i) => row[n] / row[i]);
}
