/** The middle of some values, and how far they reach. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

export function spreadOf(values: number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median =
    sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}

/** `2.34 (2.20–2.61)`. */
export function spread({ median, min, max }: Spread, digits = 2): string {
  const [middle, from, to] = [median, min, max].map((value) => value.toFixed(digits));
  return `${middle} (${from}–${to})`;
}

/** `12.3 M`, `456 k`. */
export function count(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)} M`;
  return value >= 1e3 ? `${(value / 1e3).toFixed(0)} k` : value.toFixed(0);
}

export function mebibytes(bytes: number | null): string {
  return bytes === null ? 'not measured' : `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}

/** A table in plain text (Markdown's), the first column to the left, the others to the right. */
export function table(head: string[], rows: string[][]): string {
  const width = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]!.length)),
  );
  const line = (cells: string[]): string =>
    `| ${cells.map((cell, at) => (at === 0 ? cell.padEnd(width[at]!) : cell.padStart(width[at]!))).join(' | ')} |`;
  const rule = width.map((columns, at) =>
    at === 0 ? '-'.repeat(columns) : `${'-'.repeat(columns - 1)}:`,
  );
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
