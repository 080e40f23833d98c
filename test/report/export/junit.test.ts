import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgedScenario } from '../../../src/report/export/judged.js';
import { junitXml } from '../../../src/report/export/junit.js';
import { mustHaveAll, neededProgram, programPath } from '../../machine.js';
import { fixtureInput } from '../fixture.js';
import { judgedScenarios, NASTY } from './judged.js';

const SCHEMA = fileURLToPath(new URL('junit.xsd', import.meta.url));

function xmllint(words: string[], xml: string): string {
  const options = { input: xml, encoding: 'utf8', stdio: 'pipe' } as const;
  return execFileSync(neededProgram('xmllint'), [...words, '-'], options);
}

/** The values of these paths, as xmllint reads them. */
function valuesOf(xml: string, paths: readonly string[]): string[] {
  const parts = paths.map((path) => `string(${path})`).join(', "\u241f", ');
  return xmllint(['--xpath', `concat("", ${parts})`], xml)
    .replace(/\n$/, '')
    .split('\u241f');
}

const valueOf = (xml: string, path: string): string => valuesOf(xml, [path])[0]!;

/** What XML has no way to write is written as the sign for what is missing. */
const written = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd');

describe.skipIf(programPath('xmllint') === undefined && !mustHaveAll)('JUnit', () => {
  it('obeys the schema, with a suite a scenario and the counts of all', () => {
    const xml = junitXml(judgedScenarios());
    xmllint(['--noout', '--schema', SCHEMA], xml);
    expect(valueOf(xml, 'count(//testsuite)')).toBe('2');
    const names = ['tests', 'failures', 'errors'];
    const counts = (path: string) =>
      valuesOf(
        xml,
        names.map((name) => `${path}/@${name}`),
      );
    expect(counts('/testsuites')).toEqual(['6', '1', '3']);
    expect(counts('//testsuite[1]')).toEqual(['2', '0', '0']);
    expect(counts('//testsuite[2]')).toEqual(['4', '1', '3']);
    expect(valueOf(xml, '//testsuite[1]/@name')).toBe('A fine one');
    expect(valueOf(xml, '//testsuite[1]/system-err')).toBe('scenarios/fine.yaml:3: no warm-up\n');
    expect(valueOf(xml, '//testsuite[2]/testcase[1]/@classname')).toBe('scenarios.deep.bad one');
  });

  it('tells of a failure where it stands, what was measured and why', () => {
    const xml = junitXml(judgedScenarios());
    expect(valueOf(xml, '//failure/@message')).toBe('measured 1.2 s, held 18 of 20');
    expect(valueOf(xml, '//failure')).toBe(
      'scenarios/deep/bad one.yaml:12:5: budget: p99 < 1s at load 1.5\n' +
        'measured 1.2 s, held 18 of 20\nthe other side was\n1.4 s',
    );
    expect(valueOf(xml, '//testcase[@name="runs to its end"]/error/@message')).toBe(
      'memory is full',
    );
    expect(valueOf(xml, '//testcase[@name="is a valid scenario"]/error/@message')).toBe(
      'no such service',
    );
  });

  it('is made of the expectations of a result, and is the same twice', () => {
    const { result } = fixtureInput();
    const xml = junitXml([judgedScenario(result)]);
    xmllint(['--noout', '--schema', SCHEMA], xml);
    expect(valueOf(xml, 'count(//testcase)')).toBe('3');
    expect(valueOf(xml, '//testcase[2]/@name')).toBe('retry-budget: recovery_time < 30s');
    expect(valueOf(xml, '//failure/@message')).toBe('measured 742/s against 812/s, held 0 of 1');
    expect(junitXml([judgedScenario(fixtureInput().result)])).toBe(xml);
    xmllint(['--noout', '--schema', SCHEMA], junitXml([]));
  });

  it('gives every name back as it was', () => {
    const random = fc.sample(fc.string({ unit: 'binary', maxLength: 30 }), {
      seed: 8,
      numRuns: 200,
    });
    const names = [...NASTY, ...random];
    const cases = names.map((name) => {
      return { name, outcome: 'failed', measured: name, detail: name } as const;
    });
    const xml = junitXml([{ file: 'a.yaml', title: NASTY[0]!, cases }]);
    xmllint(['--noout', '--schema', SCHEMA], xml);
    const at = (path: string) => names.map((_, index) => `//testcase[${index + 1}]${path}`);
    expect(valuesOf(xml, at('/@name'))).toEqual(names.map(written));
    expect(valuesOf(xml, at('/failure/@message'))).toEqual(names.map(written));
    expect(valuesOf(xml, at('/failure'))).toEqual(
      names.map(written).map((name) => [name, name, name].join('\n')),
    );
    expect(valueOf(xml, '//testsuite/@name')).toBe(NASTY[0]);
  });
});
