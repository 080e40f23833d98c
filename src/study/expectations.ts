import {
  type Expectation,
  evaluate,
  heldOver,
  type Judgement,
  judgedOf,
  type Known,
  knownFigures,
  policiesOf,
  readExpectation,
  windowsOf,
} from '../judge/index.js';
import type { Window } from '../measure/measured.js';
import { type Cell, cellsOf, type Issue, planFor, type Scenario } from '../scenario/index.js';
import { cellText, picks } from './cells.js';
import type { Outcome } from './gathering.js';
import type { ExpectResult } from './result.js';
import { subjectsOf } from './subjects.js';

type Written = Scenario['expect'][number];

/** A run tells so many stretches of time apart (measure/epochs), its warm-up included. */
const BORDERS_MAX = 250;

/** One expectation of one policy, with its judgements so far. */
interface Entry {
  written: Written;
  expectation: Expectation;
  policy: string | null;
  judgements: Judgement[];
  /** How many replications there are to be; fewer judgements mean that the study was stopped. */
  planned: number;
}

/** What is wrong with what a scenario expects, each mistake with its place in the file. */
export function expectationIssues(scenario: Scenario, file: string): Issue[] {
  if (scenario.expect.length === 0) return [];
  const known = knownOf(scenario);
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
      const message = `where: the sweep has no cell at ${cellText(written.where)}`;
      issues.push({ ...place, code: 'expectation.where', message, column });
    }
    return issues;
  });
}

/** The expectations of a scenario, judged replication by replication. */
export class ExpectationBook {
  readonly windows: Window[];
  readonly #entries: Entry[] = [];

  /** `policies` are those that are run; what needs another one is left out. */
  constructor(scenario: Scenario, policies: readonly string[]) {
    const known = scenario.expect.length === 0 ? null : knownOf(scenario);
    for (const written of scenario.expect) {
      const result = readExpectation(written.that, known!);
      if (!result.ok) throw new Error(`an expectation was not validated: ${written.that}`);
      const { expectation } = result;
      for (const policy of judgedOf(expectation, written.policy ?? null, policies)) {
        const needed = policiesOf(expectation, policy);
        if (!needed.every((of) => policies.includes(of))) continue;
        this.#entries.push({ written, expectation, policy, judgements: [], planned: 1 });
      }
    }
    this.windows = windowsOf(this.#entries.map(({ expectation }) => expectation));
  }

  /** Whether any expectation is about this cell of the sweep. */
  looksAt(cell: Cell): boolean {
    return this.#about(cell).length > 0;
  }

  /** Says how many replications of a cell (null: the file as written) there are to be. */
  plan(cell: Cell | null, replications: number): void {
    for (const entry of this.#about(cell)) entry.planned = replications;
  }

  /** Judges, on one replication of a cell, all that is about it. */
  judge(cell: Cell | null, outcomes: Readonly<Record<string, Outcome>>): void {
    for (const { expectation, policy, judgements } of this.#about(cell)) {
      const judgement = evaluate(expectation, policy, outcomes);
      const cut = policiesOf(expectation, policy).find(
        (of) => outcomes[of]!.measured.stopped !== null,
      );
      // What a run would have shown after it broke off, nobody knows.
      const detail = `the run of ${cut} was stopped before its end`;
      judgements.push(cut === undefined ? judgement : { ...judgement, passed: false, detail });
    }
  }

  /** In the order of the file. */
  results(): ExpectResult[] {
    return this.#entries.map(({ written, policy, judgements, planned }) => {
      const held = heldOver(judgements);
      const whole = judgements.length >= planned;
      return {
        that: written.that,
        policy,
        ...(written.where === undefined ? {} : { where: written.where }),
        ...held,
        passed: held.passed && whole,
        ...(whole ? {} : { detail: `judged in ${judgements.length} of ${planned} replications` }),
        line: written.line,
        column: written.column,
      };
    });
  }

  #about(cell: Cell | null): Entry[] {
    return this.#entries.filter(({ written }) =>
      cell === null ? written.where === undefined : picks(written.where, cell),
    );
  }
}

function knownOf(scenario: Scenario): Known {
  const policies = scenario.policies.map(({ name }) => name);
  const plans = policies.map((policy) => planFor(scenario, policy, {}));
  const durationNs = Math.max(...plans.map((plan) => plan.durationNs));
  return knownFigures(subjectsOf(plans), policies, durationNs);
}
