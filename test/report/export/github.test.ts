import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Annotation,
  annotationLine,
  annotationsOf,
  jobSummary,
} from '../../../src/report/export/github.js';
import { code, text } from '../../../src/report/export/markdown-text.js';
import { mustHaveAll, programPath } from '../../machine.js';
import { elementsOf, gfm, plain, tablesOf } from './gfm.js';
import { judgedScenarios, NASTY } from './judged.js';
import { exported, plainRun } from './run.js';

const DATA: [string, string][] = [
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%25', '%'],
];
const PROPERTY: [string, string][] = [['%3A', ':'], ['%2C', ','], ...DATA];

const unescaped = (value: string, by: [string, string][]): string =>
  by
    .toSorted(([a], [b]) => Number(a === '%25') - Number(b === '%25'))
    .reduce((read, [from, to]) => read.replaceAll(from, to), value);

/**
 * A command as the runner reads a line: `::name key=value,key=value::data` (actions/runner,
 * src/Runner.Common/ActionCommand.cs, TryParseV2).
 */
function read(line: string): { command: string; properties: object; data: string } {
  expect(line).not.toMatch(/[\r\n]/);
  expect(line.startsWith('::')).toBe(true);
  const end = line.indexOf('::', 2);
  const info = line.slice(2, end);
  const space = info.indexOf(' ');
  const command = space < 0 ? info : info.slice(0, space);
  const pairs = space < 0 ? [] : info.slice(space + 1).split(',');
  const properties = Object.fromEntries(
    pairs.map((pair) => {
      const [name, value, ...more] = pair.split(/=(.*)/s);
      expect(more).toEqual(['']);
      return [name, unescaped(value!, PROPERTY)];
    }),
  );
  return { command, properties, data: unescaped(line.slice(end + 2), DATA) };
}

describe('an annotation', () => {
  it('stands at the place of what failed, with what was measured', () => {
    const lines = judgedScenarios().flatMap(annotationsOf).map(annotationLine);
    expect(lines[0]).toBe('::warning file=scenarios/fine.yaml,line=3::no warm-up');
    expect(lines[2]).toBe(
      '::error file=scenarios/deep/bad one.yaml,line=12,col=5,title=Expectation failed::' +
        'budget: p99 < 1s at load 1.5%0Ameasured 1.2 s, held 18 of 20%0Athe other side was%0A1.4 s',
    );
    expect(lines.map((line) => line.split(' ')[0])).toEqual([
      '::warning',
      '::error',
      '::error',
      '::error',
      '::error',
    ]);
    expect(read(lines.at(-1)!).data).toBe('memory is full');
  });

  it('is read back by the rules of the runner, whatever stands in it', () => {
    const any = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...NASTY, '%25', '%250A'));
    // The runner leaves out what is empty.
    const some = any.filter((value) => value !== '');
    fc.assert(
      fc.property(some, some, any, fc.nat(), (file, title, message, line) => {
        const annotation: Annotation = { level: 'notice', file, line, column: 2, title, message };
        expect(read(annotationLine(annotation))).toEqual({
          command: 'notice',
          properties: { file, line: String(line), col: '2', title },
          data: message,
        });
      }),
      { seed: 8 },
    );
  });

  it('needs no place', () => {
    expect(annotationLine({ level: 'error', message: 'a: b, 5%' })).toBe('::error::a: b, 5%25');
  });
});

describe('a run', () => {
  it('is written as annotations and as a job summary too', async () => {
    const lines = (await exported('a.annotations.txt', plainRun())).toString().split('\n');
    expect(lines).toHaveLength(2);
    expect(read(lines[0]!)).toMatchObject({
      command: 'error',
      properties: { file: 'scenarios/one-slow-dependency.yaml', title: 'Expectation failed' },
    });
    const summary = (await exported('a.summary.md', plainRun())).toString();
    expect(summary).toMatch(/^## ❌ Spillway: 0 of 1 scenario holds, 2 of 3 expectations/);
  });
});

describe('the job summary', () => {
  it('says the outcome first, then what is wrong, then all of it to be opened', () => {
    const summary = jobSummary(judgedScenarios());
    const [first, , wrong] = summary.split('\n');
    expect(first).toBe('## ❌ Spillway: 1 of 2 scenarios hold, 2 of 4 expectations (2 fail)');
    expect(wrong).toBe('### `scenarios/deep/bad one.yaml`');
    expect(summary.split('<details>')).toHaveLength(3);
    expect(jobSummary(judgedScenarios().slice(0, 1))).toContain('## ✅ Spillway: 1 of 1 scenario ');
  });

  it('is never longer than GitHub takes', () => {
    const many = Array.from({ length: 3000 }, () => judgedScenarios()[1]!);
    const summary = jobSummary(many);
    expect(new TextEncoder().encode(summary).length).toBeLessThan(1 << 20);
    expect(summary).toContain('parts are left out');
  });
});

const hasGfm = mustHaveAll || programPath('cmark-gfm') !== undefined;

describe.skipIf(!hasGfm)('in GitHub’s Markdown', () => {
  const seen = (name: string): string =>
    // What is no character at all is shown as the sign for it.
    name.replace(/[\r\n\u2028\u2029]+/g, ' ').replaceAll('\0', '\ufffd');

  it('the summary is tables in what can be opened, and nothing else', () => {
    const html = gfm(jobSummary(judgedScenarios()));
    const [wrong, , all] = tablesOf(html);
    expect(wrong!.map(([, name]) => name)).toEqual([
      'Expected',
      'budget: p99 < 1s at load 1.5',
      'storm: goodput > 1/s',
    ]);
    expect(wrong![1]).toEqual([
      '❌',
      'budget: p99 < 1s at load 1.5',
      'measured 1.2 s, held 18 of 20\nthe other side was 1.4 s',
    ]);
    expect(all).toHaveLength(3);
    expect(html).toContain('<summary>✅ scenarios/fine.yaml: 2 of 2 hold</summary>');
  });

  it('every name is shown as it is and makes no element, in tables and in lines', () => {
    const random = fc.sample(fc.string({ unit: 'binary', maxLength: 20 }), {
      seed: 9,
      numRuns: 300,
    });
    const signs = fc.sample(
      fc.string({ unit: fc.constantFrom(...'`\\|*_[](){}<>&#@!~$ a1-+.'), maxLength: 12 }),
      {
        seed: 10,
        numRuns: 1000,
      },
    );
    const names = [...NASTY, ...random, ...signs];
    const cases = names.map((name) => ({ name, outcome: 'failed', measured: name }) as const);
    const html = gfm(jobSummary([{ file: 'a.yaml', cases }]));
    const allowed = 'code details h2 h3 summary table tbody td th thead tr'.split(' ');
    expect(elementsOf(html)).toEqual(allowed);
    const [table] = tablesOf(html);
    const squeezed = (text: string): string => seen(text).replace(/\s+/g, ' ').trim();
    table!.slice(1).forEach(([, name, measured], index) => {
      expect(squeezed(name!)).toBe(squeezed(names[index]!));
      expect(squeezed(measured!)).toBe(squeezed(names[index]!));
    });
    const lines = gfm(names.map((name) => `- a ${code(name)} and ${text(name)} b\n`).join(''));
    expect(elementsOf(lines)).toEqual(['code', 'li', 'ul']);
    const shown = [...lines.matchAll(/<li>(.*?)<\/li>/gs)].map(([, item]) =>
      squeezed(plain(item!)),
    );
    expect(shown).toEqual(names.map((name) => squeezed(`a ${name} and ${name} b`)));
  });
});
