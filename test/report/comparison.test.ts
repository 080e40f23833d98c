import { describe, expect, it } from 'vitest';
import { answer } from '../../src/report/answer.js';
import { comparisonSection } from '../../src/report/sections/comparison.js';
import { reported } from '../../src/study/reported.js';
import type { PolicyResult, ReportedRun } from '../../src/study/result.js';
import { fixtureInput } from './fixture.js';

type Figures = Record<string, (number | null)[]>;

/** A result whose policies have these figures, a value a replication, on seeds of their own or not. */
function resultOf(policies: Record<string, Figures>, seeds = 'shared'): ReportedRun {
  const { result } = fixtureInput();
  const [, model] = Object.entries(result.policies)[1]!;
  const made = Object.entries(policies).map(([name, figures]): [string, PolicyResult] => {
    const count = Object.values(figures)[0]!.length;
    const mean = (values: (number | null)[]): number | null =>
      values.includes(null) ? null : values.reduce<number>((sum, v) => sum + v!, 0) / count;
    const metrics = Object.fromEntries(
      Object.entries(figures).map(([metric, values]) => [metric, mean(values)]),
    );
    const replications = Array.from({ length: count }, (_, index) => ({
      seed: `${seeds === 'shared' ? 42 : name}/${index + 1}`,
      fingerprint: 'f',
      metrics: Object.fromEntries(
        Object.entries(figures).map(([metric, values]) => [metric, values[index]!]),
      ),
      verdict: model.verdict,
    }));
    return [name, { ...model, metrics, notes: {}, intervals: {}, replications }];
  });
  const { differences: _, pairs: __, ...rest } = result;
  return reported({ ...rest, policies: Object.fromEntries(made) });
}

const text = (markup: { text: string } | null): string =>
  (markup?.text ?? '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('\u00a0', ' ')
    .replace(/\s+/g, ' ')
    .replace(/ ([,.;:)])/g, '$1')
    .trim();

/** A row of the table of differences, as read. */
function row(result: ReportedRun, policy: string): string {
  const { text: html } = comparisonSection({ result });
  const table = /<table class="differences">.*?<\/table>/s.exec(html)![0];
  const rows = [...table.matchAll(/<tr>.*?<\/tr>/gs)].map(([found]) => text({ text: found }));
  return rows.find((found) => found.startsWith(policy))!;
}

describe('the answer', () => {
  it('names the best and by how much, with the interval of the paired difference', () => {
    const result = resultOf({
      a: { goodput: [100, 110, 120], goodput_ratio: [0.5, 0.5, 0.5] },
      b: { goodput: [151, 160, 169] },
      c: { goodput: [20, 30, 40] },
    });
    expect(text(answer({ result }))).toMatch(
      /^All 3 policies recovered; b did best: 160\/s of good answers, 50\/s more than the next, a \(95% interval of the difference: \+47\.\d\/s to \+52\.\d\/s, 3 runs on the same seeds\)\.$/,
    );
  });

  it('says where chance covers the difference', () => {
    const result = resultOf({ a: { goodput: [100, 110] }, b: { goodput: [110, 101] } });
    expect(text(answer({ result }))).toBe(
      'a and b recovered; no difference in goodput was shown between the two (105/s to 106/s).',
    );
  });

  it('names equals together', () => {
    const result = resultOf({
      a: { goodput: [100, 110] },
      b: { goodput: [110, 101] },
      c: { goodput: [10, 11] },
    });
    expect(text(answer({ result }))).toContain(
      'b and a did best, with no difference shown between them: 106/s of good answers, 95',
    );
  });

  it('says of single runs that there is no interval', () => {
    const result = resultOf({ a: { goodput: [100] }, b: { goodput: [160] } });
    expect(text(answer({ result }))).toBe(
      'a and b recovered; b did best: 160/s of good answers, 60/s more than the other, a ' +
        '(one run of each, so without an interval: chance may have had its part).',
    );
  });

  it('says of runs on seeds of their own that they are not paired, and of chanceless ones exactly', () => {
    const apart = resultOf({ a: { goodput: [100, 101] }, b: { goodput: [160, 161] } }, 'apart');
    expect(text(answer({ result: apart }))).toContain('runs on seeds of their own).');
    const exact = resultOf({
      a: { goodput: [100] },
      b: { goodput: [160] },
      c: { goodput: [20, 30, 40] },
    });
    expect(text(answer({ result: exact }))).toContain(
      '60/s more than the next, a (exact: nothing is left to chance).',
    );
  });
});

describe('the comparison', () => {
  const result = resultOf({
    a: { goodput: [100, 110, 120], 'latency.p99': [1, 1.1, 1.2], wasted_work: [0.1, 0.2, 0.3] },
    b: { goodput: [151, 160, 169], 'latency.p99': [2, 2.2, 2.3], wasted_work: [0.2, 0.1, 0.3] },
    c: { goodput: [20, 30, 40], 'latency.p99': [null, 9, 9], wasted_work: [0.2, 0.2, 0.2] },
  });

  it('marks the best and the worst of a column in words, by its own direction', () => {
    const { text: html } = comparisonSection({ result });
    const rows = [...html.matchAll(/<tr>\s*<th scope="row">.*?<\/tr>/gs)].slice(0, 3);
    const read = rows.map(([found]) => text({ text: found }));
    expect(read[0]).toMatch(/^a recovered – 1 110\/s – 1 – 1 1\.1 s ▲ best /);
    expect(read[1]).toMatch(/^b recovered – 1 160\/s ▲ best .* 2\.17 s ▼ worst /);
    expect(read[2]).toMatch(/^c recovered – 1 30\/s ▼ worst /);
    expect(read.join(' ')).not.toMatch(/%\s+[▲▼]/);
  });

  it('tells each difference against the first policy with its interval, or that none is shown', () => {
    expect(row(result, 'b')).toMatch(
      /^b \+50\/s better \+47\.\d\/s to \+52\.\d\/s – – \+1\.0\d s worse /,
    );
    expect(row(result, 'b')).toMatch(
      / no difference shown −\d+\.?\d* points to \+\d+\.?\d* points/,
    );
    expect(row(result, 'c')).toMatch(
      /^c −80\/s worse in every run|^c −80\/s worse −80\/s to −80\/s/,
    );
  });

  it('tells every pair where these are few', () => {
    const html = comparisonSection({ result }).text;
    expect(text({ text: html })).toContain('b against c +130/s better');
    const many = Object.fromEntries(
      [...'abcdefgh'].map((name, at) => [name, { goodput: [at, at + 1] }]),
    );
    expect(comparisonSection({ result: resultOf(many) }).text).not.toContain('Every pair');
  });

  it('claims nothing of single runs', () => {
    const single = resultOf({ a: { goodput: [100] }, b: { goodput: [160] } });
    expect(row(single, 'b')).toMatch(/^b \+60\/s – /);
    expect(text(comparisonSection({ result: single }))).toContain('There was one run of each');
  });

  it('takes names as they are', () => {
    const named = resultOf({
      ['__proto__']: { goodput: [100, 110] },
      constructor: { goodput: [1, 2] },
    });
    expect(row(named, 'constructor')).toMatch(/^constructor −\d+\/s worse/);
  });
});
