import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../src/scenario/index.js';
import { mergeParts, type SweepRow } from '../../src/study/index.js';
import { CLOCKWORK, DESK, linesOf, partOf, scenarioOf, swept } from './sweeping.js';

async function partsOf(scenario: Scenario, of: number, options = {}): Promise<string[][]> {
  const parts: string[][] = [];
  for (let index = 1; index <= of; index++) {
    parts.push(await partOf(scenario, { index, of }, options));
  }
  return parts;
}

async function merged(parts: readonly (readonly string[])[]) {
  const rows: SweepRow[] = [];
  const files = parts.map((lines, i) => ({ name: `part-${i + 1}`, lines: linesOf(lines) }));
  const { result, names } = await mergeParts(files, (row) => {
    rows.push(row);
  });
  return { rows, names, result, cells: [...result.cells] };
}

/** A part with one line more, less, or another. */
const without = (lines: string[], at: number): string[] => lines.toSpliced(at, 1);

const told = (parts: readonly (readonly string[])[]): Promise<string> =>
  merged(parts).then(
    () => 'merged',
    (error: Error) => `${error.name}: ${error.message}`,
  );

const parts = await partsOf(scenarioOf(DESK), 3);
const [one, two, three] = parts as [string[], string[], string[]];

describe('the parts of a study', () => {
  it('come to what the whole comes to, in any order and with one twice', async () => {
    const whole = await swept(scenarioOf(DESK));
    for (const order of [
      [one, two, three],
      [three, one, two],
      [two, three, one, two],
    ]) {
      const { rows, names, cells, result } = await merged(order);
      expect(JSON.stringify(rows)).toBe(JSON.stringify(whole.rows));
      expect(JSON.stringify(cells)).toBe(JSON.stringify(whole.cells));
      expect(names).toEqual(whole.names);
      expect(JSON.stringify({ ...result, cells: 0 })).toBe(
        JSON.stringify({ ...whole.result, cells: 0 }),
      );
    }
  });

  it('may be of a scenario without chance, or of one share alone', async () => {
    const scenario = scenarioOf(CLOCKWORK);
    const whole = await swept(scenario);
    for (const of of [1, 5, 40]) {
      const { rows } = await merged(await partsOf(scenario, of));
      expect(JSON.stringify(rows)).toBe(JSON.stringify(whole.rows));
    }
  });

  it('one that is missing is named', async () => {
    expect(await told([one, three])).toBe(
      'PartsMistake: the study is not whole: no part of --shard 2/3',
    );
  });

  it('a row that is missing is named', async () => {
    const row = JSON.parse(two[1]!) as SweepRow;
    const { load } = row.where;
    expect(await told([one, without(two, 1), three])).toBe(
      `PartsMistake: a run is missing: ${row.policy} at load ${load}, ` +
        `faults.0.for ${row.where['faults.0.for']}, replication ${row.replication}`,
    );
  });

  it('one that ends early, was interrupted, or is no part is refused', async () => {
    expect(await told([one, two.slice(0, -1), three])).toBe(
      'PartsMistake: part-2: ends before its end; run --shard 2/3 again',
    );
    expect(await told([one, [...two.slice(0, -2), two.at(-2)!.slice(0, 40)], three])).toBe(
      'PartsMistake: part-2: ends before its end; run --shard 2/3 again',
    );
    const cut = [...two.slice(0, 3), '{"end":{"rows":2,"partial":true}}'];
    expect(await told([one, cut, three])).toMatch(
      /part-2: was interrupted; run --shard 2\/3 again/,
    );
    for (const lines of [[], ['not json'], ['{}'], [two[1]!]]) {
      expect(await told([one, lines, three])).toMatch(
        /^PartsMistake: part-2: is no part of a sweep/,
      );
    }
    const mixed = two.toSpliced(2, 0, two[1]!);
    expect(await told([one, mixed, three])).toMatch(/part-2: its rows are not in order/);
  });

  it('of two studies are refused, with what differs', async () => {
    const seed = await partOf(scenarioOf(DESK), { index: 2, of: 3 }, { seed: '8' });
    expect(await told([one, seed, three])).toBe(
      'PartsMistake: part-1 and part-2 are of two studies: another seed',
    );
    const axes = await partOf(scenarioOf(DESK, ['load=1,2,3']), { index: 2, of: 3 });
    expect(await told([one, axes, three])).toMatch(/another axes$/);
    const file = await partOf(scenarioOf(DESK), { index: 2, of: 3 }, { scenarioSha256: 'f' });
    expect(await told([one, file, three])).toMatch(/another scenario file$/);
    const shares = await partOf(scenarioOf(DESK), { index: 2, of: 4 });
    expect(await told([one, shares, three])).toBe(
      'PartsMistake: part-1 and part-2 are shares of 3 and 4',
    );
  });

  it('with two results of one run are a mistake of ours, and loud', async () => {
    const other = two.with(3, two[3]!.replace(/"events":\d+/, '"events":1'));
    expect(await told([one, two, three, other])).toMatch(
      /^DeterminismBug: part-2 and part-4 hold two different results of one run \(.+, seed 7\/\d\)/,
    );
  });
});
