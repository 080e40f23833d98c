import {
  type Expectation,
  evaluate,
  heldOver,
  type Judgement,
  judgedOf,
  policiesOf,
  readExpectation,
  windowsOf,
} from '../judge/index.js';
import { type Window, windowKey } from '../measure/measured.js';
import type { Cell, Scenario } from '../scenario/index.js';
import { picks } from './cells.js';
import { knownOf } from './expectation-issues.js';
import { LessonBook } from './lesson/lesson.js';
import type { Outcome } from './outcome.js';
import type { ExpectResult, LessonStep } from './result.js';
import { studentInterval } from './statistics.js';

/** Enough to see one of them again. */
const SEEDS_TOLD = 5;

type Written = Scenario['expect'][number];

/** One expectation of one policy, with its judgements so far. */
interface Entry {
  written: Written;
  expectation: Expectation;
  policy: string | null;
  judgements: Judgement[];
  /** Of the replications in which it failed, the first few. */
  failedSeeds: string[];
  /** How many replications there are to be; fewer judgements mean that the study was stopped. */
  planned: number;
}

/** What a scenario expects and teaches, judged and filled in replication by replication. */
export class ExpectationBook {
  readonly windows: Window[];
  readonly #entries: Entry[] = [];
  readonly #lesson: LessonBook | null;

  /** `policies` are those that are run; what needs another one is left out. */
  constructor(scenario: Scenario, policies: readonly string[]) {
    const isNeeded = scenario.expect.length + scenario.lesson.length > 0;
    const known = isNeeded ? knownOf(scenario) : null;
    for (const written of scenario.expect) {
      const result = readExpectation(written.that, known!);
      if (!result.ok) throw new Error(`an expectation was not validated: ${written.that}`);
      const { expectation } = result;
      for (const policy of judgedOf(expectation, written.policy ?? null, policies)) {
        const needed = policiesOf(expectation, policy);
        if (!needed.every((of) => policies.includes(of))) continue;
        this.#entries.push({
          written,
          expectation,
          policy,
          judgements: [],
          failedSeeds: [],
          planned: 1,
        });
      }
    }
    this.#lesson = known === null ? null : new LessonBook(scenario, policies, known);
    const windows = windowsOf(this.#entries.map(({ expectation }) => expectation));
    const own = new Set(windows.map(windowKey));
    const more = this.#lesson?.windows.filter((window) => !own.has(windowKey(window))) ?? [];
    this.windows = [...windows, ...more];
  }

  /** The lesson with its figures filled in; empty where there is none. */
  lesson(): LessonStep[] {
    return this.#lesson?.steps() ?? [];
  }

  /** Whether any expectation is about this cell of the sweep. */
  looksAt(cell: Cell): boolean {
    return this.#about(cell).length > 0;
  }

  /** Says how many replications of a cell (null: the file as written) there are to be. */
  plan(cell: Cell | null, replications: number): void {
    for (const entry of this.#about(cell)) entry.planned = replications;
  }

  /** Judges, on the replication of a cell that has this seed, all that is about it. */
  judge(cell: Cell | null, seed: string, outcomes: Readonly<Record<string, Outcome>>): void {
    if (cell === null) this.#lesson?.take(outcomes);
    for (const { expectation, policy, judgements, failedSeeds } of this.#about(cell)) {
      const judgement = evaluate(expectation, policy, outcomes);
      const cut = policiesOf(expectation, policy).find(
        (of) => outcomes[of]!.measured.stopped !== null,
      );
      // What a run would have shown after it broke off, nobody knows.
      const detail = `the run of ${cut} was stopped before its end`;
      const judged = cut === undefined ? judgement : { ...judgement, passed: false, detail };
      judgements.push(judged);
      if (!judged.passed && failedSeeds.length < SEEDS_TOLD) failedSeeds.push(seed);
    }
  }

  /** In the order of the file. */
  results(): ExpectResult[] {
    return this.#entries.map((entry) => {
      const { written, expectation, policy, judgements, planned, failedSeeds } = entry;
      const held = heldOver(judgements);
      const interval = intervalOf(entry);
      const whole = judgements.length >= planned;
      return {
        that: written.that,
        policy,
        ...(written.where === undefined ? {} : { where: written.where }),
        ...held,
        ...(expectation.unit === null ? {} : { unit: expectation.unit }),
        ...(interval === null ? {} : { interval }),
        passed: held.passed && whole,
        ...(whole ? {} : { detail: `judged in ${judgements.length} of ${planned} replications` }),
        ...(failedSeeds.length === 0 ? {} : { failed_seeds: failedSeeds }),
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

/** Of the left side's mean over replications; null where it was not measured, or by one alone. */
function intervalOf({ expectation, judgements }: Entry): [number, number] | null {
  if (expectation.left.kind !== 'figure' || judgements.length < 2) return null;
  const values = judgements.map(({ actual }) => actual).filter((one) => typeof one === 'number');
  return values.length < judgements.length ? null : studentInterval(values);
}
