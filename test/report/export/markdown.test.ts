import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../../src/study/index.js';
import { mustHaveAll, programPath } from '../../machine.js';
import { elementsOf, gfm, tablesOf } from './gfm.js';
import { exported, nastyRun, plainRun } from './run.js';

const markdownOf = async (run: RunResult): Promise<string> =>
  (await exported('a.md', run)).toString();

describe.skipIf(programPath('cmark-gfm') === undefined && !mustHaveAll)('Markdown', () => {
  it('says the answer first, then compares, then what was expected', async () => {
    const text = await markdownOf(plainRun());
    const html = gfm(text);
    expect(html).toMatch(/^<h2>One slow dependency<\/h2>\n<p><code>\S+<\/code> .* did best/);
    expect(html.indexOf('<li>')).toBeLessThan(html.indexOf('<table>'));
    const [figures, differences, wrong, expected] = tablesOf(html);
    expect(figures![0]!.slice(0, 3)).toEqual(['Policy', 'Verdict', 'Goodput']);
    expect(figures!.map(([name]) => name).slice(1)).toEqual(Object.keys(plainRun().policies));
    expect(figures![1]![2]).toMatch(/^\d+\/s \[\d+\/s, \d+\/s\]$/);
    expect(figures![1]![5]).toMatch(/^≥ /);
    expect(differences).toHaveLength(7);
    expect(differences![1]![0]).toBe('bounded-reject against unbounded');
    expect(differences![1]![1]).toMatch(/^[+−]\d+\/s$/);
    expect(wrong![1]![1]).toBe('goodput(retry-budget) > 1.5 * goodput(retry-storm)');
    expect(expected).toHaveLength(4);
    expect(html).toContain('<summary>Expectations: 2 of 3 hold</summary>');
    expect(text.length).toBeLessThan(8000);
  });

  it('tells differences with their intervals, and where none is shown', async () => {
    const run = plainRun() as RunResult & { differences: object; pairs: object };
    const [a, b] = ['unbounded', 'retry-budget'];
    const name = `${a} vs ${b}`;
    run.pairs = { [name]: { a, b, kind: 'paired', replications: [9, 9], notes: [] } };
    const one = { a: 1, b: 2, gain: null };
    run.differences = {
      [name]: {
        goodput: { ...one, estimate: -200, interval: [-210, -190], shown: true },
        'latency.p99': { ...one, estimate: -0.5, interval: [-0.6, -0.4], shown: true },
        amplification: { ...one, estimate: 0.1, interval: [-1, 1.2], shown: false },
      },
    };
    const [, differences] = tablesOf(gfm(await markdownOf(run)));
    const row = differences!.find(([of]) => of === `${b} against ${a}`)!;
    expect(row.map((cell) => cell.replaceAll('\u00a0', ' '))).toEqual([
      'retry-budget against unbounded',
      '+200/s [+190/s to +210/s], better',
      '+500 ms [+400 ms to +600 ms], worse',
      'no difference shown [−1.2× to +1×]',
      '–',
    ]);
  });

  it('keeps every name a text', async () => {
    const run = nastyRun();
    const html = gfm(await markdownOf(run));
    const allowed =
      'br code details h2 li p strong sub summary table tbody td th thead tr ul'.split(' ');
    expect(elementsOf(html)).toEqual(allowed);
    const squeezed = (text: string): string => text.replace(/\s+/g, ' ').trim();
    const [figures] = tablesOf(html);
    expect(figures!.slice(1).map(([name]) => squeezed(name!))).toEqual(
      Object.keys(run.policies).map(squeezed),
    );
  });
});
