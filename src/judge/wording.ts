/** How times, figures and sizes are written in what the judge says. */

/** "61.2 s" */
export function seconds(ns: number): string {
  return `${(ns / 1e9).toFixed(1)} s`;
}

/** One decimal under 10, none above. */
export function figure(value: number): string {
  return Math.abs(value) < 10 ? String(Number(value.toFixed(1))) : count(Math.round(value));
}

/** "80 ms", "1.2 s", "20 µs" */
export function lasting(ns: number): string {
  if (ns > 0 && ns < 5e4) return `${figure(ns / 1e3)} µs`;
  return ns < 1e9 ? `${figure(ns / 1e6)} ms` : `${figure(ns / 1e9)} s`;
}

/** 0.15: "15%" */
export function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

/** Whole numbers with a comma at the thousands, whatever the machine's language. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

const SIZES: readonly [number, string][] = [
  [1024 * 1024 * 1024, 'GiB'],
  [1024 * 1024, 'MiB'],
  [1024, 'KiB'],
];

/** "4 GiB", "512 MiB", "100 B" */
export function size(bytes: number): string {
  const [unit, name] = SIZES.find(([least]) => bytes >= least) ?? [1, 'B'];
  return `${Number((bytes / unit).toPrecision(3))} ${name}`;
}
