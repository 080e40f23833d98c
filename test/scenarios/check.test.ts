import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { formatIssue, loadScenario, type Scenario } from '../../src/index.js';
import { expectationIssues } from '../../src/study/expectation-issues.js';

/** How many claims there are by letter: A1 to A11, and so on. */
const CLAIMS: Readonly<Record<string, number>> = { A: 11, B: 12, C: 8, D: 12, E: 9, F: 11 };

const FOLDER = fileURLToPath(new URL('../../scenarios/', import.meta.url));
const FILES = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .sort();

/** The scenario, or a failure that says every mistake and warning in it. */
function load(name: string): { text: string; scenario: Scenario } {
  const text = readFileSync(`${FOLDER}${name}`, 'utf8');
  const { scenario, issues } = loadScenario({ text, file: name });
  const more = scenario === null ? [] : expectationIssues(scenario, name);
  // What a partition does without a timeout is worth showing, and worth its warning.
  const told = [...issues, ...more].filter(({ code }) => code !== 'silent');
  expect(told.map(formatIssue)).toEqual([]);
  return { text, scenario: scenario! };
}

// What they expect is judged by `npm run check:scenarios`.
describe('a scenario that ships', () => {
  for (const name of FILES) {
    it(`${name} is without mistakes, teaches, and says what it proves`, () => {
      const { text, scenario } = load(name);
      const up = '../'.repeat(name.split('/').length - 1) || './';
      expect(text.split('\n')[0]).toBe(`# yaml-language-server: $schema=${up}schema.json`);
      expect(scenario.title).not.toBe('');
      expect(scenario.description.length).toBeGreaterThan(50);
      if (!name.startsWith('theory/')) expect(scenario.proves).not.toEqual([]);
      for (const claim of scenario.proves) {
        const [letter = '', ...digits] = claim;
        const row = Number(digits.join(''));
        expect({ claim, isOne: row >= 1 && row <= (CLAIMS[letter] ?? 0) }).toEqual({
          claim,
          isOne: true,
        });
      }
      expect(scenario.expect).not.toEqual([]);
    });
  }
});
