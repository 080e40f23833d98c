import { describe, expect, it } from 'vitest';
import { evaluate, type View } from '../../src/judge/evaluate.js';
import { judgedOf, policiesOf, windowsOf } from '../../src/judge/expectation.js';
import { heldOver } from '../../src/judge/held.js';
import { s, verdict } from './sample.js';
import { account, understood, view } from './shop.js';

describe('of whom an expectation is judged', () => {
  const all = ['base', 'retry-storm'];

  it('is judged of its own policy', () => {
    expect(judgedOf(understood('goodput > 1/s'), 'base', all)).toEqual(['base']);
  });

  it('is judged of every policy without one', () => {
    expect(judgedOf(understood('goodput > 1/s'), null, all)).toEqual(all);
    expect(judgedOf(understood('goodput >= goodput(base)'), null, all)).toEqual(all);
  });

  it('is judged once where its terms name theirs', () => {
    const expectation = understood('goodput(base) > 1.5 * goodput(retry-storm)');
    expect(judgedOf(expectation, null, all)).toEqual([null]);
    expect(policiesOf(expectation, null)).toEqual(all);
    expect(evaluate(expectation, null, view).passed).toBe(true);
  });

  it('says which windows its runs must measure, each once', () => {
    const windows = windowsOf([
      understood('goodput @ 90s..120s < goodput @ 30s..60s'),
      understood('throughput @ 90s..2m > 1/s'),
      understood('goodput @ 90s > 1/s'),
    ]);
    expect(windows).toEqual([
      { fromNs: s(90), toNs: s(120) },
      { fromNs: s(30), toNs: s(60) },
    ]);
  });
});

describe('an expectation over replications (rule 35)', () => {
  const replication = (goodput: number | null, is: 'down' | 'recovered' = 'down'): View => ({
    base: account({
      measured: { ...account().measured, metrics: { goodput } },
      verdict: verdict({ is }),
    }),
  });
  const held = (that: string, views: View[], policy: string | null = 'base') =>
    heldOver(views.map((each) => evaluate(understood(that), policy, each)));

  it('passes only if it holds in every one; actual is the mean', () => {
    expect(held('goodput > 5/s', [replication(6), replication(10)])).toEqual({
      passed: true,
      actual: 8,
      limit: 5,
      held: '2 of 2',
    });
    expect(held('goodput > 7/s', [replication(6), replication(10)])).toMatchObject({
      passed: false,
      actual: 8,
      held: '1 of 2',
    });
  });

  it('has no mean where a figure is missing, and says which', () => {
    expect(held('goodput > 5/s', [replication(6), replication(null)])).toEqual({
      passed: false,
      actual: null,
      limit: 5,
      held: '1 of 2',
      detail: 'goodput is null',
    });
  });

  it('gives the commonest word', () => {
    const views = [replication(1), replication(1, 'recovered'), replication(1, 'recovered')];
    expect(held('verdict == recovered', views)).toMatchObject({
      passed: false,
      actual: 'recovered',
      held: '2 of 3',
    });
  });

  it('judges two policies on the pair', () => {
    const pair = (base: number, storm: number): View => ({
      base: replication(base)['base'],
      'retry-storm': replication(storm)['base'],
    });
    const views = [pair(10, 5), pair(100, 60)];
    const that = 'goodput(base) > 1.5 * goodput(retry-storm)';
    expect(held(that, views, null)).toMatchObject({ passed: true, held: '2 of 2' });
  });

  it('does not hold where nothing was run', () => {
    expect(held('goodput > 5/s', [])).toEqual({
      passed: false,
      actual: null,
      limit: null,
      held: '0 of 0',
    });
  });
});
