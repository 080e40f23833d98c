import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  FILE_LINES_MAX,
  FILE_LINES_WARN,
  FUNCTION_LINES_MAX,
  offencesInCode,
  offencesInPackages,
  offencesInText,
  told,
} from './tidy/rules.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Made by tools; reports/ holds pages that carry their libraries in them. */
const NOT_OURS = new Set(
  'node_modules dist coverage .git reports spillway-report .spillway package-lock.json'.split(' '),
);
const TEXT = /\.(ts|js|cjs|mjs|json|ya?ml|md|py|cpp|css|sh|csv)$|^\.ci\/|LICENSE$|^\.npmrc$/;

/** Every text file of the project, by its path from the root. */
function projectFiles(folder = ''): string[] {
  return readdirSync(ROOT + folder).flatMap((name) => {
    const path = folder + name;
    if (NOT_OURS.has(name)) return [];
    if (statSync(ROOT + path).isDirectory()) return projectFiles(`${path}/`);
    return TEXT.test(path) ? [path] : [];
  });
}

const read = (path: string): string => readFileSync(ROOT + path, 'utf8');
const files = projectFiles();
const code = files.filter((path) => /^(src|test)\/.*\.ts$/.test(path));

describe('the project keeps the rules of the house', () => {
  it('reads neither clock nor chance of the machine, and no inexact mathematics in the engine', () => {
    expect(code.flatMap((path) => offencesInCode(path, read(path))).map(told)).toEqual([]);
  });

  it('leaves nothing open, names no path of one machine, and no file is too long', () => {
    expect(files.flatMap((path) => offencesInText(path, read(path))).map(told)).toEqual([]);
    const long = code.filter((path) => read(path).split('\n').length - 1 > FILE_LINES_WARN);
    if (long.length > 0) {
      console.warn(`over ${FILE_LINES_WARN} lines, is each one idea? ${long.join(', ')}`);
    }
  });

  it('pins its packages, keeps addresses out of the lockfile, runs nothing when installed', () => {
    const found = offencesInPackages(read('package.json'), read('package-lock.json'));
    expect(found.map(told)).toEqual([]);
  });
});

/** The rules broken by a line planted in a file. */
function planted(file: string, text: string): string[] {
  return [...offencesInCode(file, text), ...offencesInText(file, text)].map(({ rule }) => rule);
}

describe('the checker finds what is planted', () => {
  it.each([
    ['src/model/a.ts', 'const a = Math.random();', ['Math.random cannot be repeated']],
    ['src/scenario/a.ts', "const a = Math['random']();", ['Math.random cannot be repeated']],
    ['src/study/a.ts', 'const a = Date.now();', ['Date reads the machine']],
    ['src/report/a.ts', 'const a = new Date();', ['Date reads the machine']],
    ['src/judge/a.ts', 'const a = performance.now();', ['performance reads the machine']],
    ['src/policies/a.ts', 'run(Date.now);', ['Date reads the machine']],
    ['src/kernel/a.ts', 'const a = 2 ** n;', ['** differs between platforms']],
    ['src/measure/a.ts', 'a **= 2;', ['** differs between platforms']],
    ['src/kernel/math.ts', 'const a = Math.log(2);', ['Math.log differs between platforms']],
    ['src/judge/a.ts', 'const a = Math.hypot(1, 2);', ['Math.hypot differs between platforms']],
    ['src/model/a.ts', 'const { exp } = Math;', ['Math handed on or taken apart']],
    ['test/a.test.ts', "it.skip('a', () => {});", ['it.skip switches tests off']],
    ['test/a.test.ts', "it.only.each([1])('a', () => {});", ['it.only switches tests off']],
    ['test/a.test.ts', "describe.todo('a');", ['describe.todo switches tests off']],
    ['README.md', `later (${'TO' + 'DO'}: say why)`, [`${'TO' + 'DO'} left open`]],
    ['src/cli/a.ts', `read('/${'work'}/a');`, ['a path of one machine']],
  ])('in %s: %s', (file, text, rules) => {
    expect(planted(file, text)).toEqual(rules);
  });

  it.each([
    ['src/cli/a.ts', 'const a = Date.now() + Math.random();'],
    ['src/study/where/a.ts', 'const a = new Date();'],
    ['src/study/a.ts', 'const a = Math.log(2) * 2 ** 3;'],
    ['src/kernel/a.ts', 'const a = Math.floor(Math.sqrt(x)) * Math.PI;'],
    ['src/kernel/math.ts', 'export function log(x: number): number { return x; }'],
    ['src/kernel/a.ts', 'const a = { Date: 1, log: plan.performance.Math };'],
    ['test/a.test.ts', "it.skipIf(windows)('a', () => {});"],
    ['src/cli/a.ts', "import { a } from '../work/a.js';"],
  ])('and nothing in %s: %s', (file, text) => {
    expect(planted(file, text)).toEqual([]);
  });

  it('measures functions and files by their lines', () => {
    const body = (lines: number): string => '\n  a();'.repeat(lines - 2);
    const ofLines = (lines: number): string => `function f() {${body(lines)}\n}\n`;
    expect(planted('src/cli/a.ts', ofLines(FUNCTION_LINES_MAX))).toEqual([]);
    expect(planted('src/cli/a.ts', ofLines(FUNCTION_LINES_MAX + 1))).toEqual([
      `a function of ${FUNCTION_LINES_MAX + 1} lines`,
    ]);
    expect(planted('test/a.test.ts', `describe('a', () => {${body(100)}\n});`)).toEqual([]);
    expect(planted('src/a.ts', 'a;\n'.repeat(FILE_LINES_MAX + 1))).toEqual([
      `a file of ${FILE_LINES_MAX + 1} lines`,
    ]);
  });

  it('reads the packages', () => {
    const manifest = '{ "dependencies": { "a": "^1.0.0", "b": "1.0.0" } }';
    const lockfile = JSON.stringify({
      packages: {
        'node_modules/a': { resolved: 'somewhere', hasInstallScript: true },
        'node_modules/c': { hasInstallScript: true, dev: true },
      },
    });
    expect(offencesInPackages(manifest, lockfile).map(({ rule }) => rule)).toEqual([
      'a "^1.0.0" is not pinned',
      'the lockfile holds download addresses',
      'node_modules/a runs a script when installed',
    ]);
  });

  it('names the cure with the place', () => {
    expect(offencesInCode('src/kernel/a.ts', '\nconst a = Math.pow(2, 3);').map(told)).toEqual([
      'src/kernel/a.ts:2: Math.pow differs between platforms. Cure: call kernel/math.ts, ' +
        'which gives the same bits on every platform.',
    ]);
  });
});
