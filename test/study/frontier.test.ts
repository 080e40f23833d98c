import { describe, expect, it } from 'vitest';
import { frontierOf, type SweepResult } from '../../src/study/index.js';

type Values = (number | string)[];

/** A map of shares that recovered, a row a value of the first axis. */
function study(rows: Values, columns: Values, shares: (number | null)[][]): SweepResult {
  const cells = rows.flatMap((load, r) =>
    columns.map((span, c) => {
      const metrics = { recovered: shares[r]![c]! };
      const summary = { replications: 4, verdicts: {}, metrics, intervals: {} };
      return { where: { load, span }, policies: { base: summary } };
    }),
  );
  const axes = [
    { path: 'load', values: rows },
    { path: 'span', values: columns },
  ];
  return { axes, cells } as unknown as SweepResult;
}

const of = (columns: Values, ...shares: (number | null)[][]) =>
  frontierOf(
    study(
      shares.map((_, row) => row),
      columns,
      shares,
    ),
    'base',
  );

describe('the frontier of a map', () => {
  it('is where the share passes one half, between two values of the second axis', () => {
    expect(of(['1s', '2s', '4s'], [1, 0.75, 0.25], [1, 0, 0], [0, 0.5, 1])).toEqual([
      { at: 0, half: 3, unit: 's' },
      { at: 1, half: 1.5, unit: 's' },
      { at: 2, half: 2, unit: 's' },
    ]);
    expect(of([1, 2], [0.5, 0])).toEqual([{ at: 0, half: 1, unit: '' }]);
  });

  it('is left out where half is passed never, twice, or beside a cell without a value', () => {
    expect(of(['1s', '2s', '3s'], [1, 1, 1], [1, 0, 1], [1, null, 0])).toEqual([]);
  });

  it('needs an axis of rising figures in one unit', () => {
    expect(of(['1s', '900ms'], [1, 0])).toEqual([]);
    expect(of(['2s', '1s'], [1, 0])).toEqual([]);
    expect(of(['reject', 'block'], [1, 0])).toEqual([]);
    expect(frontierOf({ axes: [], cells: [] } as unknown as SweepResult, 'base')).toEqual([]);
  });

  it('of a policy that was not run is empty', () => {
    expect(frontierOf(study([1], ['1s', '2s'], [[1, 0]]), 'constructor')).toEqual([]);
  });
});
