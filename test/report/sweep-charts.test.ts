import { describe, expect, it } from 'vitest';
import type { Chart, Row, Spec } from '../../src/report/charts/chart.js';
import { mapChart } from '../../src/report/charts/map.js';
import { overAxisChart } from '../../src/report/charts/over-axis.js';
import { slicesDrawn, slicesOf } from '../../src/report/charts/slices.js';
import { compileChart } from '../../src/report/compile.js';
import { renderStudies } from '../../src/report/index.js';
import type { SweepResult } from '../../src/study/result.js';

type Values = (number | string)[];

/** A study in which longer faults and higher loads recover more seldom. */
function study(axes: [string, Values][], over: Partial<SweepResult> = {}): SweepResult {
  const paths = axes.map(([path, values]) => ({ path, values }));
  let wheres: Record<string, number | string>[] = [{}];
  for (const { path, values } of paths) {
    wheres = wheres.flatMap((where) => values.map((value) => ({ ...where, [path]: value })));
  }
  const places = paths.map(({ values }) => new Map(values.map((value, place) => [value, place])));
  const cells = wheres.map((where, index) => {
    const place = paths.reduce((sum, { path }, a) => sum + places[a]!.get(where[path]!)!, 0);
    const recovered = Math.max(0, 1 - place / 4);
    const metrics = { recovered, goodput: 10 * place, 'latency.p99': 0.01 * 4 ** place };
    const intervals: Record<string, [number, number]> = { 'latency.p99': [0, 0.1 + place] };
    const some = index === 1 ? { ...metrics, 'latency.p99': null } : metrics;
    const summary = { replications: 4, verdicts: {}, metrics: some, intervals };
    return { where, policies: { one: summary, 'two & <three>': summary } };
  });
  return {
    spillway: 1,
    study: 'sweep',
    version: '0',
    title: 'A study',
    seed: '1',
    scenario_sha256: '',
    replications: 4,
    axes: paths,
    policies: ['one', 'two & <three>'],
    units: { recovered: 'share', goodput: 'per_second', 'latency.p99': 'seconds' },
    partial: false,
    runs: cells.length * 8,
    cells,
    ...over,
  };
}

const LOADS: [string, Values] = ['load', [0.5, 1, 1.5, 2]];
const SPANS: [string, Values] = ['faults.0.for', ['1s', '2s', '4s']];

const layers = (chart: Chart): Spec[] =>
  (chart.spec['vconcat'] as { layer: Spec[] }[]).flatMap(({ layer }) => layer);
const marks = (chart: Chart): string[] =>
  layers(chart).map(({ mark }) => (mark as { type?: string }).type ?? String(mark));

function warnings(chart: Chart): string[] {
  const found: string[] = [];
  compileChart(chart, {}, (message) => found.push(message));
  return found;
}

/** The pictures of a sweep by name. */
async function pictures(result: SweepResult, metrics: readonly string[] = []) {
  return (await renderStudies({ studies: [{ kind: 'sweep', result, metrics }] })).svgs;
}

describe('a map', () => {
  const map = (metric: string, result = study([LOADS, SPANS])): Chart =>
    mapChart(result, { policy: 'one', metric })!;

  it('compiles without a warning and has a rectangle a cell, the first axis to the right', () => {
    for (const metric of ['recovered', 'goodput', 'latency.p99']) {
      expect(warnings(map(metric))).toEqual([]);
      expect(map(metric).rows['cells']).toHaveLength(12);
    }
    const cell = map('goodput').rows['cells']!.find(({ x, y }) => x === 3 && y === 2)!;
    expect(cell).toMatchObject({ v: 50, x2: 4, y2: 3, text: '50/s' });
  });

  it('has shares from 0 to 1 on its scale, and wide figures on a logarithmic one', () => {
    const scale = (metric: string): unknown => {
      const coloured = layers(map(metric)).find(
        ({ encoding }) => (encoding as Record<string, Spec>)['color'] !== undefined,
      )!;
      return (coloured['encoding'] as Record<string, Spec>)['color']!['scale'];
    };
    expect(scale('recovered')).toEqual({ scheme: 'viridis', domain: [0, 1] });
    expect(scale('latency.p99')).toMatchObject({ type: 'log', domain: [0.01, 0.01 * 4 ** 5] });
  });

  it('draws the frontier between cells of which half recover and of which fewer do', () => {
    const segments = map('recovered').rows['frontier'] as Row[];
    // Half recover up to the second step from the corner: borders run between places 2 and 3.
    for (const { x, x2, y, y2 } of segments as Record<string, number>[]) {
      const [left, below] = x === x2 ? [x! - 1, y!] : [x!, y! - 1];
      expect(left! + below!).toBe(2);
      expect(x2! - x! + (y2! - y!)).toBe(1);
    }
    expect(segments.length).toBeGreaterThan(4);
    expect(map('goodput').rows['frontier']).toBeUndefined();
    expect(map('recovered').caption).toContain('White line: the frontier');
  });

  it('writes figures into cells that have room, in letters that show on their colour', () => {
    expect(marks(map('goodput'))).toContain('text');
    const many = Array.from({ length: 40 }, (_, i) => i + 1);
    expect(marks(map('goodput', study([['load', many], SPANS])))).not.toContain('text');
    const cells = map('recovered').rows['cells']!;
    expect(cells.find(({ v }) => v === 1)!['isLight']).toBe(true);
    expect(cells.find(({ v }) => v === 0)!['isLight']).toBe(false);
  });

  it('is left out where nothing has a value, and says where a study was cut short', () => {
    expect(mapChart(study([LOADS, SPANS]), { policy: 'one', metric: 'nothing' })).toBeNull();
    expect(mapChart(study([LOADS]), { policy: 'one', metric: 'goodput' })).toBeNull();
    const cut = study([LOADS, SPANS], { partial: true });
    expect(map('goodput', cut).caption).toContain('Partial');
  });
});

describe('lines over one axis', () => {
  it('compile without a warning, over numbers and over texts', () => {
    for (const axis of [LOADS, SPANS]) {
      for (const metric of ['recovered', 'goodput', 'latency.p99']) {
        expect(warnings(overAxisChart(study([axis]), metric)!)).toEqual([]);
      }
    }
  });

  it('have a gap where there is no value, and nothing below zero on a logarithmic scale', () => {
    const { rows } = overAxisChart(study([LOADS]), 'latency.p99')!;
    const points = rows['points']!;
    expect(points.filter(({ v }) => v === null).map(({ t }) => t)).toEqual([1, 1]);
    expect(points.every(({ low }) => low === null || (low as number) > 0)).toBe(true);
  });
});

describe('the pictures of a study', () => {
  it('are maps of two axes a policy, lines over one, of three a map for each value of the third', async () => {
    expect(Object.keys(await pictures(study([LOADS, SPANS]), ['recovered']))).toEqual([
      'map-recovered-one',
      'map-recovered-two-three-',
    ]);
    expect(Object.keys(await pictures(study([LOADS])))).toEqual([
      'over-recovered',
      'over-latency.p99',
    ]);
    const third: [string, Values] = ['services.a.workers', [1, 8]];
    expect(Object.keys(await pictures(study([LOADS, SPANS, third])))).toEqual([
      'map-recovered-one-1',
      'map-recovered-one-8',
      'map-recovered-two-three--1',
      'map-recovered-two-three--8',
    ]);
  });

  it('of three axes hold the cells of their slice, and share one scale of colours', () => {
    const result = study([LOADS, SPANS, ['services.a.workers', [1, 8]]]);
    const slices = slicesOf(result);
    expect(slices.map(({ held }) => held)).toEqual([
      { 'services.a.workers': 1 },
      { 'services.a.workers': 8 },
    ]);
    const maps = slices.map(({ slice, held }) => {
      return mapChart(slice, { policy: 'one', metric: 'goodput', held, whole: result })!;
    });
    const domains = maps.map((chart) => JSON.stringify(chart.spec).match(/"domain":\[0,\d+\]/g));
    expect(domains[0]).toContain('"domain":[0,60]');
    expect(domains[1]).toEqual(domains[0]);
    // Each step along any axis adds ten.
    const values = maps.map(({ rows }) => rows['cells']!.map(({ v }) => v));
    expect(values[0]!.slice(0, 4)).toEqual([0, 10, 20, 30]);
    expect(values[1]!.slice(0, 4)).toEqual([10, 20, 30, 40]);
  });

  it('of many values of a third axis are some that are spread over them', () => {
    const many = Array.from({ length: 40 }, (_, index) => index);
    const result = study([LOADS, SPANS, ['services.a.workers', many]]);
    const held = slicesOf(result).map((one) => one.held['services.a.workers']);
    expect(held).toEqual([0, 5, 10, 15, 20, 24, 29, 34, 39]);
    expect(slicesDrawn(result)).toEqual({ drawn: 9, all: 40 });
  });

  it('are the same bytes again, whole SVG, without what a policy could smuggle in', async () => {
    const once = await pictures(study([LOADS, SPANS]));
    expect(await pictures(study([LOADS, SPANS]))).toEqual(once);
    for (const svg of Object.values(once)) {
      expect(svg.startsWith('<svg')).toBe(true);
      expect(svg).not.toContain('<three>');
      expect(svg).not.toContain('NaN');
    }
  });
});
