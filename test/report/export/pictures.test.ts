import { beforeAll, describe, expect, it } from 'vitest';
import { pngOf } from '../../../src/report/build/png.js';
import { renderReport } from '../../../src/report/index.js';
import type { Report } from '../../../src/report/input.js';
import { reported } from '../../../src/study/index.js';
import { freshClient } from '../../fresh-build.js';
import { differing, pixelsOf } from './png.js';
import { exported, nastyRun, plainRun } from './run.js';

describe('pictures', () => {
  let report: Report;
  const drawn = async (): Promise<Report> => report;
  beforeAll(async () => {
    await freshClient();
    report = await renderReport({ result: reported(plainRun()) });
  }, 60_000);

  it('PNG has twice the pixels of its SVG, and the letters of the font that ships', () => {
    const svg = report.svgs['traffic']!;
    const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg)!;
    const picture = pixelsOf(pngOf(svg));
    expect([picture.width, picture.height]).toEqual([Number(width) * 2, Number(height) * 2]);
    const without = pixelsOf(pngOf(svg, { fonts: [] }));
    // Some hundred letters of some thirty pixels each, in four times as many pixels.
    const letters = [...svg.matchAll(/<text[^>]*>([^<]*)/g)].join('').length;
    expect(letters).toBeGreaterThan(300);
    expect(differing(picture, without)).toBeGreaterThan(20 * 300);
    const bare = pixelsOf(pngOf(svg.replace(/<text[^>]*>.*?<\/text>/gs, '')));
    expect(differing(without, bare)).toBe(0);
  });

  it('PNG is the same bytes again, whatever fonts the machine has', async () => {
    const once = await exported('a.latency.png', plainRun(), { drawn });
    const again = await exported('a.latency.png', plainRun(), { drawn });
    expect(again.equals(once)).toBe(true);
  });

  it('one picture is chosen by its name, and all stand below each other', async () => {
    const one = (await exported('a.traffic.svg', plainRun(), { drawn })).toString();
    expect(one).toBe(report.svgs['traffic']);
    const all = (await exported('a.svg', plainRun(), { drawn })).toString();
    const heights = Object.values(report.svgs).map((svg) => Number(/height="(\d+)"/.exec(svg)![1]));
    const gaps = 24 * (heights.length - 1);
    const height = heights.reduce((sum, value) => sum + value, gaps);
    expect(all).toContain(` height="${height}" viewBox`);
    expect(all.split('<svg ')).toHaveLength(heights.length + 2);
    const ids = [...all.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const png = pixelsOf(await exported('a.png', plainRun(), { drawn }));
    expect(png.height).toBe(2 * height);
  });

  it('a picture that the run does not hold is refused, with those that it has', async () => {
    await expect(exported('a.lag.svg', plainRun(), { drawn })).rejects.toThrow(
      /no picture "lag" of this run; it has: .*traffic/,
    );
  });

  it('names that mean something in SVG are drawn as they are', async () => {
    const svg = (await exported('a.svg', nastyRun())).toString();
    expect(svg).not.toContain('<img');
    expect(svg).not.toContain('<script');
    expect(pixelsOf(pngOf(svg)).width).toBeGreaterThan(100);
  });
});
