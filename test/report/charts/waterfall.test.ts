import { describe, expect, it } from 'vitest';
import { chartContext } from '../../../src/report/charts/context.js';
import { waterfallChart } from '../../../src/report/charts/waterfall.js';
import { compileChart } from '../../../src/report/compile.js';
import { chartSvg } from '../../../src/report/svg.js';
import type { RequestStory, StorySpan } from '../../../src/study/result.js';
import { fixtureInput } from '../fixture.js';

type Cut = [kind: StorySpan['kind'], parent: number | null, from: number, to: number | null];

function story(cuts: Cut[], place = 'web -> shop'): RequestStory {
  const spans = cuts.map(([kind, parent, from, to], id): StorySpan => {
    const outcome = to === null ? null : 'timeout';
    return { id, parent, kind, place, number: 1, from, to, outcome };
  });
  const lines = [{ at: 10, text: 'web/7 arrives' }];
  const head = { request: 'web/7', fate: 'failed: timeout', arrived: 10, ended: 11, latency: 1 };
  return { ...head, spans, lines };
}

const TIMED_OUT: Cut[] = [
  ['request', null, 10, 11],
  ['try', 0, 10, 10.5],
  ['queue', 1, 10.1, 12],
  ['work', 1, 12, 13],
];

function draw(request: Record<string, RequestStory>) {
  const input = fixtureInput();
  input.result.request = request;
  return waterfallChart(chartContext(input, { interactive: true, maxPoints: 100 }));
}

describe('the waterfall of a request', () => {
  it('is drawn only where a request was followed, and arrived', () => {
    expect(draw({})).toBeNull();
    const never = { ...story([]), arrived: null, ended: null };
    expect(draw({ unbounded: never })).toBeNull();
  });

  it('has a row an attempt, with what was inside it, counted from the arrival', () => {
    const chart = draw({ unbounded: story(TIMED_OUT) })!;
    const spans = chart.rows['spans0']!;
    expect(spans.map(({ t, u }) => [t, Number(u)])).toEqual([
      [0, 1],
      [0, 0.5],
      [expect.closeTo(0.1), 2],
      [2, 3],
    ]);
    const words = chart.rows['words0']!.map(({ text }) => text);
    expect(words).toEqual([
      'web -> shop: failed: timeout after 1\u00a0s',
      'web -> shop, try 1: timeout after 500\u00a0ms',
    ]);
  });

  it('draws what was not over to the end of all that is known, and says so', () => {
    const chart = draw({ unbounded: story([...TIMED_OUT.slice(0, 2), ['queue', 1, 10.1, null]]) })!;
    const open = chart.rows['spans0']!.at(-1)!;
    expect(open).toMatchObject({ u: 1, lasts: 'not over when the run ended' });
  });

  it('counts the attempts that it leaves out', () => {
    const many = Array.from({ length: 40 }, (): Cut => ['try', 0, 10, 11]);
    const chart = draw({ unbounded: story([['request', null, 10, 11], ...many]) })!;
    expect(JSON.stringify(chart.spec)).toContain('unbounded (and 25 attempts more)');
    expect(chart.rows['words0']).toHaveLength(16);
  });

  it('compiles without a warning and draws a picture, whatever the names are', async () => {
    const nasty = '</script><img src=x onerror=alert(1)>';
    const chart = draw({ unbounded: story(TIMED_OUT, nasty), 'retry-storm': story(TIMED_OUT) })!;
    const warnings: string[] = [];
    compileChart(chart, {}, (text) => warnings.push(text));
    expect(warnings).toEqual([]);
    const svg = await chartSvg(chart, true);
    expect(svg).not.toContain('<img');
    expect(svg).not.toMatch(/NaN|undefined/);
  });
});
