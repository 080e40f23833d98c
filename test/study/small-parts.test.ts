import { describe, expect, it } from 'vitest';
import type { Series } from '../../src/measure/measured.js';
import { picks } from '../../src/study/cells.js';
import { combinedFingerprint } from '../../src/study/hash.js';
import type { Verdict } from '../../src/study/result.js';
import { replicationsFor, seedsFor } from '../../src/study/seeds.js';
import { SeriesMeans } from '../../src/study/series-means.js';
import { stepSecondsFor } from '../../src/study/step.js';
import { agreement, verdictOfAll } from '../../src/study/verdicts.js';

describe('the step of series', () => {
  it.each([
    [1, 1],
    [3_599, 1],
    [3_600, 2],
    [7_200, 5],
    [21_600, 10],
    [86_400, 30],
    [216_000, 120],
    [9_000_000, 3_600],
  ])('a run of %d s has steps of %d s', (seconds, step) => {
    expect(stepSecondsFor(seconds * 1e9)).toBe(step);
  });

  it('keeps every series under 3,600 points', () => {
    for (let seconds = 1; seconds < 9e6; seconds = Math.ceil(seconds * 1.37)) {
      expect(Math.ceil(seconds / stepSecondsFor(seconds * 1e9))).toBeLessThan(3_600);
    }
  });
});

describe('seeds', () => {
  it('one replication uses the seed itself, several number theirs', () => {
    expect(seedsFor('42', 1)).toEqual(['42']);
    expect(seedsFor('42', 3)).toEqual(['42/1', '42/2', '42/3']);
  });

  it('a replication asked for by its seed runs alone', () => {
    expect(replicationsFor({ file: 10 })).toBe(10);
    expect(replicationsFor({ file: 10, seed: '7' })).toBe(10);
    expect(replicationsFor({ file: 10, seed: '42/3' })).toBe(1);
    expect(replicationsFor({ file: 10, seed: '42/3', replications: 2 })).toBe(2);
  });
});

describe('the fingerprint of several replications', () => {
  it('is its own for one, and depends on every one and on their order', () => {
    expect(combinedFingerprint(['ab'])).toBe('ab');
    const [a, b, c] = [
      ['1', '2'],
      ['2', '1'],
      ['1', '3'],
    ].map(combinedFingerprint);
    expect(new Set([a, b, c]).size).toBe(3);
    expect(a).toMatch(/^[0-9a-f]{16}$/);
  });

  it('is FNV-1a', () => {
    // "a b": the reference value from the published algorithm, by hand in 64 bits.
    let hash = 0xcbf29ce484222325n;
    for (const byte of [97n, 32n, 98n]) hash = ((hash ^ byte) * 0x100000001b3n) % 2n ** 64n;
    expect(combinedFingerprint(['a', 'b'])).toBe(hash.toString(16).padStart(16, '0'));
  });
});

describe('series over replications', () => {
  const series = (values: (number | null)[]): Series => ({ step: 1, goodput: values });

  it('one is handed on as it is', () => {
    const means = new SeriesMeans();
    const only = series([1, null]);
    means.add(only);
    expect(means.result()).toBe(only);
  });

  it('several are averaged where they have a sample', () => {
    const means = new SeriesMeans();
    for (const values of [[1, null, null], [3, 4, null], [5]]) means.add(series(values));
    expect(means.result()).toEqual({ step: 1, goodput: [3, 4, null] });
  });
});

describe('verdicts of several replications', () => {
  const verdict = (is: Verdict['is'], recovered: boolean | null, time: number | null): Verdict => ({
    is,
    recovered,
    recovery_time: time,
    contained: recovered,
    first_saturated: `of ${is}`,
    deadlock: null,
    cascade: [],
  });

  it('the commonest names it and tells its story; recovered only if all did', () => {
    const all = [
      verdict('metastable', false, null),
      verdict('recovered', true, 4),
      verdict('recovered', true, 6),
    ];
    expect(verdictOfAll(all)).toEqual({
      ...verdict('recovered', false, null),
      first_saturated: 'of recovered',
    });
    expect(agreement(all, ['42/1', '42/2', '42/3'])).toBe(
      'recovered in 2, metastable in 1 of 3 replications; the cascade is that of seed 42/2',
    );
  });

  it('where all agree there is nothing to add', () => {
    const all = [verdict('recovered', true, 4), verdict('recovered', true, 6)];
    expect(verdictOfAll(all)).toMatchObject({ recovered: true, recovery_time: 5, contained: true });
    expect(agreement(all, ['42/1', '42/2'])).toBeNull();
    expect(verdictOfAll([verdict(null, null, null), verdict(null, null, null)])).toMatchObject({
      is: null,
      recovered: null,
      recovery_time: null,
    });
  });
});

describe('cells', () => {
  it('a where picks by every axis that it names', () => {
    const cell = { load: 1.5, 'services.a.workers': 4 };
    expect(picks({ load: 1.5 }, cell)).toBe(true);
    expect(picks({ load: 0.1 + 0.2 }, { load: 0.3 })).toBe(true);
    expect(picks({ load: 1.5, 'services.a.workers': 5 }, cell)).toBe(false);
    expect(picks({ 'services.a.workers': '4' }, cell)).toBe(false);
    expect(picks({ other: 1 }, cell)).toBe(false);
    expect(picks(undefined, cell)).toBe(false);
  });
});
