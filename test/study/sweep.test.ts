import { describe, expect, it } from 'vitest';
import { here, runScenario, type SweepRow } from '../../src/study/index.js';
import { ownerOf, shardOf } from '../../src/study/shards.js';
import { CLOCKWORK, DESK, OPTIONS, scenarioOf, scrambled, swept } from './sweeping.js';

const text = (value: unknown): string => JSON.stringify(value);

describe('a sweep', () => {
  it('has the figures of the same cells in a run, to the last digit', async () => {
    const scenario = scenarioOf(DESK);
    const { cells } = await swept(scenario);
    const run = await runScenario(scenario, OPTIONS);
    expect(cells.map(({ where }) => where)).toEqual(run.sweep!.map(({ where }) => where));
    for (const [index, { policies }] of cells.entries()) {
      for (const [name, { metrics, intervals, verdicts }] of Object.entries(policies)) {
        const same = run.sweep![index]!.policies[name]!;
        expect(text(metrics)).toBe(text(same.metrics));
        expect(text(intervals)).toBe(text(same.intervals));
        const words = same.replications.map(({ verdict }) => verdict.is ?? 'none');
        expect(Object.values(verdicts).reduce((a, b) => a + b)).toBe(words.length);
        expect(new Set(Object.keys(verdicts))).toEqual(new Set(words));
      }
    }
  });

  it('gives a row a cell, policy and replication, in one order, each as when it runs alone', async () => {
    const scenario = scenarioOf(DESK);
    const { rows, names, result } = await swept(scenario);
    expect(rows.map(({ index }) => index)).toEqual(Array.from({ length: 36 }, (_, i) => i));
    expect(result.runs).toBe(36);
    expect(rows.slice(0, 8).map((row) => [row.where, row.policy, row.seed])).toEqual([
      [{ load: 0.5, 'faults.0.for': '1s' }, 'base', '7/1'],
      [{ load: 0.5, 'faults.0.for': '1s' }, 'bounded-reject', '7/1'],
      [{ load: 0.5, 'faults.0.for': '1s' }, 'base', '7/2'],
      [{ load: 0.5, 'faults.0.for': '1s' }, 'bounded-reject', '7/2'],
      [{ load: 0.5, 'faults.0.for': '1s' }, 'base', '7/3'],
      [{ load: 0.5, 'faults.0.for': '1s' }, 'bounded-reject', '7/3'],
      [{ load: 0.5, 'faults.0.for': '4s' }, 'base', '7/1'],
      [{ load: 0.5, 'faults.0.for': '4s' }, 'bounded-reject', '7/1'],
    ]);
    const alone = await swept(scenarioOf(DESK, ['load=220%', 'faults.0.for=4s']), {
      seed: '7/3',
      policies: ['bounded-reject'],
    });
    const { fingerprint, metrics, ledger } = alone.rows[0]!;
    expect(rows.at(-1)).toMatchObject({ seed: '7/3', fingerprint, metrics, ledger });
    for (const row of rows) {
      expect(names.metrics).toEqual(expect.arrayContaining(Object.keys(row.metrics)));
      expect(names.reasons).toEqual(expect.arrayContaining(Object.keys(row.ledger.failed)));
    }
  });

  it('comes to the same bytes in whatever order runs end', async () => {
    const scenario = scenarioOf(DESK);
    const serial = await swept(scenario, { runner: here(1e9) });
    const parallel = await swept(scenario, { runner: scrambled(5) });
    expect(text(parallel.rows)).toBe(text(serial.rows));
    expect(text(parallel.cells)).toBe(text(serial.cells));
  });

  it('without chance runs each cell once, at the same place', async () => {
    const { rows, cells } = await swept(scenarioOf(CLOCKWORK));
    expect(rows.map(({ index }) => index)).toEqual([0, 1, 6, 7, 12, 13, 18, 19, 24, 25, 30, 31]);
    expect(rows.map(({ seed, replications }) => [seed, replications])).toEqual(
      rows.map(() => ['7', 1]),
    );
    expect(cells[0]!.policies['base']!.intervals).toEqual({});
  });

  it('tells its pace of no more work than there is', async () => {
    const shares: number[] = [];
    let lastNs = 0;
    await swept(scenarioOf(DESK), {
      between: async ({ doneNs, totalNs }) => {
        expect(doneNs).toBeGreaterThanOrEqual(lastNs);
        lastNs = doneNs;
        shares.push(doneNs / totalNs);
        return 'go';
      },
    });
    expect(shares).toHaveLength(36);
    expect(lastNs).toBe(36 * 40e9);
    expect(shares.at(-1)).toBe(1);
    expect(shares[17]).toBeCloseTo(0.5);
  });

  it('stopped, keeps the rows that are whole and says that it is partial', async () => {
    let asked = 0;
    const scenario = scenarioOf(DESK);
    const { rows, result, cells } = await swept(scenario, {
      between: async () => (++asked < 10 ? 'go' : 'stop'),
    });
    const whole = await swept(scenario);
    expect(result.partial).toBe(true);
    expect(rows.length).toBeGreaterThan(5);
    expect(rows.length).toBeLessThan(12);
    expect(text(rows)).toBe(text(whole.rows.slice(0, rows.length)));
    expect(text(cells[0])).toBe(text(whole.cells[0]));
    expect(cells.length).toBeLessThan(3);
  });

  it('a run that breaks off has a row that says why, and no part in the mean', async () => {
    const scenario = scenarioOf(DESK, ['load=1', 'faults.0.for=1s']);
    const one = here(1e9);
    const whole = await swept(scenario);
    const { rows, result, cells } = await swept(scenario, {
      runner: {
        width: 1,
        async run(of, task, tick) {
          const outcome = await one.run(of, task, tick);
          if (task.policy !== 'base' || task.seed !== '7/2') return outcome;
          const stopped = { why: 'memory' as const, atNs: 1e9, text: 'memory is full' };
          return { ...outcome, measured: { ...outcome.measured, stopped } };
        },
      },
    });
    expect(rows[2]!.stopped).toBe('base at load 1, faults.0.for 1s: memory is full');
    expect(result).toMatchObject({ partial: true, stopped: rows[2]!.stopped });
    expect(cells[0]!.policies['base']).toMatchObject({ replications: 2, stopped: 1 });
    const goodput = (row: SweepRow): number => row.metrics['goodput']!;
    const mean = (goodput(whole.rows[0]!) + goodput(whole.rows[4]!)) / 2;
    expect(cells[0]!.policies['base']!.metrics['goodput']).toBe(mean);
  });
});

describe('shards', () => {
  it('are read as N/M, and nothing else is', () => {
    expect(shardOf('3/16')).toEqual({ index: 3, of: 16 });
    for (const wrong of ['0/4', '5/4', '1/0', '1', 'a/b', '1/99999', '-1/4', '1.5/4']) {
      expect(shardOf(wrong), wrong).toBeNull();
    }
  });

  it('hold every run once between them, and are of much the same size', async () => {
    const counts = new Array<number>(16).fill(0);
    for (let cell = 0; cell < 400; cell++) {
      for (let seed = 1; seed <= 10; seed++) {
        const key = JSON.stringify([{ load: cell / 100 }, 'base', `42/${seed}`]);
        counts[ownerOf(key, 16) - 1]!++;
      }
    }
    // 250 each; five standard deviations of a binomial law are 77.
    for (const count of counts) expect(Math.abs(count - 250)).toBeLessThan(77);
    const scenario = scenarioOf(DESK);
    const indices: number[] = [];
    for (const index of [1, 2, 3, 4]) {
      const { rows } = await swept(scenario, { shard: { index, of: 4 } });
      indices.push(...rows.map((row) => row.index));
    }
    expect(indices.sort((a, b) => a - b)).toEqual(Array.from({ length: 36 }, (_, i) => i));
  });
});
