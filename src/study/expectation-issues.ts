// Not judge/index.js: `spillway validate` needs to read expectations only, and to start at once.
import { windowsOf } from '../judge/expectation.js';
import { type Known, knownFigures } from '../judge/figures.js';
import { readExpectation } from '../judge/reading.js';
import { type Cell, cellsOf, type Issue, planFor, type Scenario } from '../scenario/index.js';
import { cellText, picks } from './cells.js';
import { lessonIssues } from './lesson/issues.js';
import { subjectsOf } from './subjects.js';

/** A run tells so many stretches of time apart (measure/epochs), its warm-up included. */
const BORDERS_MAX = 250;

/** What is wrong with what a scenario expects and teaches, each mistake with its place in the file. */
export function expectationIssues(scenario: Scenario, file: string): Issue[] {
  if (scenario.expect.length + scenario.lesson.length === 0) return [];
  const known = knownOf(scenario);
  return [...issuesOf(scenario, file, known), ...lessonIssues(scenario, file, known)];
}

function issuesOf(scenario: Scenario, file: string, known: Known): Issue[] {
  const cells = cellsOf(scenario);
  const borders = new Set<number>();
  return scenario.expect.flatMap((written, index) => {
    const { that, line, column } = written;
    const place = { file, severity: 'error' as const, line, path: `expect.${index}` };
    const issues: Issue[] = [];
    const result = readExpectation(that, known);
    for (const mistake of result.ok ? [] : result.mistakes) {
      const { code, message } = mistake;
      issues.push({ ...place, code, message, column: column + mistake.place.from });
    }
    for (const { fromNs, toNs } of result.ok ? windowsOf([result.expectation]) : []) {
      borders.add(fromNs).add(toNs);
    }
    if (borders.size > BORDERS_MAX) {
      const message = `windows may begin and end at ${BORDERS_MAX} different moments, no more`;
      issues.push({ ...place, code: 'expectation.windows', message, column });
    }
    if (written.where !== undefined && !cells.some((cell) => picks(written.where, cell))) {
      const message = `where: ${noCell(written.where, cells)}`;
      issues.push({ ...place, code: 'expectation.where', message, column });
    }
    return issues;
  });
}

/** Why `where` picks no cell. */
function noCell(where: Cell, cells: readonly Cell[]): string {
  const axes = Object.keys(cells[0] ?? {});
  if (axes.length === 0) return 'there is no sweep whose cell it could pick';
  const unknown = Object.keys(where).find((axis) => !axes.includes(axis));
  if (unknown !== undefined)
    return `${unknown} is no axis of the sweep; expected ${axes.join(', ')}`;
  return `the sweep has no cell at ${cellText(where)}`;
}

/** All that the expectations and the lesson of a scenario may name, over the plans of all its policies. */
export function knownOf(scenario: Scenario): Known {
  const policies = scenario.policies.map(({ name }) => name);
  const plans = policies.map((policy) => planFor(scenario, policy, {}));
  const durationNs = Math.max(...plans.map((plan) => plan.durationNs));
  return knownFigures(subjectsOf(plans), policies, durationNs);
}
