import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/study/index.js';
import { freshClient, freshCommandLine } from '../fresh-build.js';
import { pixelsOf } from '../report/export/png.js';
import { Folder, SMALL, spillway } from './spillway.js';

const folder = new Folder();
const cwd = folder.path;
const read = (name: string): Buffer => readFileSync(join(cwd, name));
const exportsOf = (...files: string[]): string[] => files.flatMap((file) => ['--export', file]);
const ALL = [
  'html',
  'json',
  'md',
  'svg',
  'png',
  'csv',
  'series.parquet',
  'xml',
  'om',
  'trace.json',
];

beforeAll(async () => {
  await freshCommandLine();
  await freshClient();
  folder.write('small.yaml', SMALL);
}, 120_000);
afterAll(() => folder.remove());

describe('spillway run --export', { timeout: 120_000 }, () => {
  it('writes every kind of file, and report writes the same bytes of the result', async () => {
    const files = ALL.map((ending) => `out/a.${ending}`);
    const ran = await spillway(['run', 'small.yaml', '--no-report', ...exportsOf(...files)], {
      cwd,
    });
    expect(ran.stderr).toContain('wrote out/a.trace.json');
    expect(ran.code).toBe(0);
    const stored = JSON.parse(read('out/a.json').toString()) as RunResult;
    expect(Object.keys(stored)).toContain('samples');
    const again = files.map((file) => file.replace('a.', 'b.'));
    const words = ['report', 'out/a.json', '--out', 'page', ...exportsOf(...again)];
    expect(await spillway(words, { cwd })).toMatchObject({ code: 0 });
    // Compared as a whole: millions of bytes one by one take minutes.
    const same = files.filter((file, index) => read(file).equals(read(again[index]!)));
    expect(same).toEqual(files);
    expect(read('page/index.html').equals(read('out/a.html'))).toBe(true);
    const rows = await parquetReadObjects({
      file: new Uint8Array(read('out/a.series.parquet')).buffer,
    });
    expect(rows).toHaveLength(120);
    expect(rows[60]).toMatchObject({ policy: 'retry-storm', at: 0 });
  });

  it('refuses an ending that it does not know before anything is run', async () => {
    const ended = await spillway(['run', 'small.yaml', '--export', 'a.xlsx'], { cwd });
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(/^--export a\.xlsx: its ending says how it is written: \.html, /);
    expect(folder.names).not.toContain('spillway-report');
    const nowhere = await spillway(['run', 'small.yaml', '--export', 'small.yaml/a.csv'], { cwd });
    expect(nowhere.code).toBe(2);
  });

  it('writes the others where a picture is asked for that the run does not hold', async () => {
    // Only the run tells whether replicas came and went.
    const words = exportsOf('out/c.replicas.png', 'out/c.csv');
    const { code, stderr } = await spillway(['run', 'small.yaml', '--no-report', ...words], {
      cwd,
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /--export out\/c\.replicas\.png: there is no picture "replicas".*traffic/,
    );
    expect(read('out/c.csv').toString().split('\r\n')).toHaveLength(4);
  });

  it.each([
    ['run', 'lag', [], 'nothing is published to a queue'],
    ['run', 'memory', [], 'no service has a `memory`'],
    ['run', 'guards', [], 'there is no breaker, no retry budget and no limit'],
    ['run', 'request', ['--no-request'], '--no-request leaves it out'],
    ['run', 'hockey-stick', ['--no-hockey-stick'], '--no-hockey-stick leaves it out'],
    ['run', 'latenzy', [], 'there is no picture "latenzy", did you mean latency?'],
    ['compare', 'lag', [], 'nothing is published to a queue'],
    ['compare', 'hockey-stick', [], 'spillway run makes it'],
    ['compare', 'request', [], 'name a request with --request'],
  ])('%s refuses a picture %s of what holds none before anything is run', async (...of) => {
    const [command, picture, flags, why] = of;
    const words = [command, 'small.yaml', ...flags, ...exportsOf(`out/x.${picture}.png`)];
    const { code, stdout, stderr } = await spillway(words, { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`--export out/x.${picture}.png: `);
    expect(stderr).toContain(why);
    expect(stderr).not.toContain('again with');
  });

  it('takes no --out that is called like a file, and says what writes one', async () => {
    const ended = await spillway(['run', 'small.yaml', '--out', 'x.lag.png'], { cwd });
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain('a file is asked for with --export x.lag.png');
    expect(folder.names).not.toContain('x.lag.png');
  });

  it('says one JSON object beside its exports, and begins when it is told', async () => {
    const words = [...exportsOf('out/d.om'), '--epoch', '2026-01-31T12:00:00Z', '--json'];
    const { stdout, stderr, code } = await spillway(['run', 'small.yaml', ...words], { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ spillway: 1 });
    expect(stderr).toContain('wrote out/d.om');
    const times = [
      ...read('out/d.om')
        .toString()
        .matchAll(/ (\d+)$/gm),
    ].map(([, at]) => Number(at));
    expect(Math.min(...times)).toBe(Date.UTC(2026, 0, 31, 12) / 1000);
    const wrong = await spillway(['run', 'small.yaml', '--epoch', 'yesterday'], { cwd });
    expect(wrong.code).toBe(2);
  });
});

describe('PNG of a report', { timeout: 120_000 }, () => {
  it('stands beside each SVG with --png', async () => {
    const words = ['run', 'small.yaml', '--out', 'pictures', '--no-hockey-stick', '--png'];
    expect(await spillway(words, { cwd })).toMatchObject({ code: 0 });
    const svg = read('pictures/traffic.svg').toString();
    const { width } = pixelsOf(read('pictures/traffic.png'));
    expect(width).toBe(2 * Number(/width="(\d+)"/.exec(svg)![1]));
  });
});

describe('spillway compare --export', { timeout: 120_000 }, () => {
  it('writes differences with their intervals, in Markdown too', async () => {
    const words = ['compare', 'small.yaml', '--replications', '3', '--no-fates'];
    const files = exportsOf('out/e.differences.csv', 'out/e.md', 'out/e.trace.json');
    const ended = await spillway([...words, ...files], { cwd });
    expect(ended.code).toBe(0);
    const lines = read('out/e.differences.csv').toString().split('\r\n');
    expect(lines[0]).toMatch(/^a,b,metric,value_a,value_b,difference,low,high,shown,kind/);
    expect(lines.find((line) => line.includes(',goodput,'))).toMatch(
      /^as-it-is,retry-storm,.*,paired,/,
    );
    expect(read('out/e.md').toString()).toContain('`retry-storm` against `as-it-is`');
    const trace = JSON.parse(read('out/e.trace.json').toString()) as { traceEvents: object[] };
    expect(trace.traceEvents.length).toBeGreaterThan(1000);
  });
});
