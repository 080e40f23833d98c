import { describe, expect, it } from 'vitest';
import { studyLines } from '../../src/cli/support/study-tables.js';
import { colorsFor } from '../../src/cli/support/terminal.js';
import type { SweepResult } from '../../src/study/index.js';

const colors = colorsFor({ isTTY: false } as NodeJS.WriteStream);

type Figure = (row: number, column: number) => number | null;

/** A map of so many rows and columns whose figures are as given. */
function study(rows: number, columns: number, of: Figure, metric = 'goodput_ratio'): SweepResult {
  const down = Array.from({ length: rows }, (_, r) => (r + 1) / 10);
  const across = Array.from({ length: columns }, (_, c) => `${c + 1}s`);
  const cells = down.flatMap((load, r) =>
    across.map((span, c) => {
      const summary = {
        replications: 1,
        verdicts: { none: 1 },
        metrics: { [metric]: of(r, c) },
        intervals: {},
      };
      return { where: { load, 'faults.0.for': span }, policies: { base: summary } };
    }),
  );
  return {
    spillway: 1,
    study: 'sweep',
    version: '0',
    title: 'A study',
    seed: '1',
    scenario_sha256: '',
    replications: 1,
    axes: [
      { path: 'load', values: down },
      { path: 'faults.0.for', values: across },
    ],
    policies: ['base'],
    units: { goodput_ratio: 'share', 'latency.p99': 'seconds' },
    partial: false,
    runs: cells.length,
    cells,
  };
}

const shown = (result: SweepResult, metrics: string[] = [], width = 80): string[] =>
  studyLines({ result, metrics, colors, width });

describe('a map on a terminal', () => {
  it('shows the figures themselves where they fit', () => {
    expect(shown(study(2, 3, (r, c) => (r === 1 && c === 2 ? null : (r + c) / 4)))).toEqual([
      'base: goodput_ratio',
      'down: load, across: faults.0.for',
      '      1s   2s   3s',
      '10%   0%  25%  50%',
      '20%  25%  50%    –',
    ]);
  });

  it('shows a sign a cell where figures do not fit, and says what it stands for', () => {
    const lines = shown(study(3, 40, (r, c) => (c === 0 ? null : Math.min(1, (r * 40 + c) / 100))));
    expect(lines[2]).toBe('     1s … 40s');
    expect(lines.at(-1)).toBe('· under 5%, 1 to 9 tenths, # from 95%, blank: no value');
    expect(lines[3]).toMatch(/^10% {3}····1{6,}2+3+4+$/);
    expect(lines[5]).toMatch(/^30% {3}8*9+#+$/);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('shows every second value where not even signs fit', () => {
    const lines = shown(study(100, 100, () => 1));
    expect(lines.at(-1)).toMatch(/every 2nd column and every 2nd row shown; --export/);
    expect(lines).toHaveLength(2 + 1 + 50 + 2);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('has ten steps of equal ratio for figures that differ widely', () => {
    const lines = shown(
      study(2, 30, (_, c) => 0.001 * 1.5 ** c, 'latency.p99'),
      ['latency.p99'],
    );
    expect(lines[3]).toBe('10%  000111222333444555666777888999');
    expect(lines.at(-1)).toBe(
      '0 from 1 ms to 9 up to 128 s, steps of equal ratio, blank: no value',
    );
  });

  it('of nothing shows nothing, and of one value one sign', () => {
    const none = shown(
      study(2, 60, () => null, 'latency.p99'),
      ['latency.p99'],
    );
    expect(none.at(-1)).toBe('no cell has a value');
    const same = shown(
      study(2, 60, () => 3, 'latency.p99'),
      ['latency.p99'],
    );
    expect(same[3]).toBe(`10%  ${'0'.repeat(60)}`);
  });
});
