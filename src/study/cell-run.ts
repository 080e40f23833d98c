import { capacityOf, recognise } from '../judge/index.js';
import type { Plan } from '../model/plan.js';
import { type Cell, hasChance, planFor, type Scenario } from '../scenario/index.js';
import type { ExpectationBook } from './expectations.js';
import { Gathering } from './gathering.js';
import type { Kept, Outcome } from './outcome.js';
import type { PolicyResult, Theory } from './result.js';
import { seedsFor } from './seeds.js';
import { warmupNote } from './warmup.js';

export interface CellRunOptions {
  policies: readonly string[];
  /** Null is the file as written. */
  cell: Cell | null;
  seed: string;
  replications: number;
  book: ExpectationBook;
}

/** One policy in this cell. */
interface Row {
  policy: string;
  /** Without chance a run would only repeat itself. */
  chancy: boolean;
  durationNs: number;
  gathering: Gathering;
}

/** One run of a cell: a policy at one of its seeds. */
export interface Turn {
  policy: string;
  seed: string;
  cell: Cell | null;
  durationNs: number;
  /** Which of how many replications. */
  index: number;
  of: number;
  /** Whether an earlier outcome already stands for this one. */
  isSettled(): boolean;
  /** To be called in the order of the turns; null where it was settled. */
  take(outcome: Outcome | null): void;
}

/** One cell of a study, under all its policies and seeds, as their outcomes come in. */
export class CellRun {
  readonly cell: Cell | null;
  /** Why runs were cut short. */
  readonly stops: string[] = [];
  readonly #rows: Row[];
  readonly #seeds: string[];
  /** Outcomes that stand for every replication: of runs without chance, or that broke off. */
  readonly #settled: Record<string, Outcome> = {};
  #interrupted = false;
  /** Those of the replication under way. */
  #outcomes: Record<string, Outcome> = {};

  constructor(
    private readonly scenario: Scenario,
    private readonly options: CellRunOptions,
  ) {
    const { book, cell, policies, replications, seed } = options;
    this.cell = cell;
    this.#rows = policies.map((policy) => {
      const plan = this.#plan(policy);
      const { durationNs } = plan;
      return { policy, chancy: hasChance(plan), durationNs, gathering: new Gathering() };
    });
    this.#seeds = seedsFor(seed, this.#rows.some(({ chancy }) => chancy) ? replications : 1);
    book.plan(cell, this.#seeds.length);
  }

  /** Simulated time of all runs. */
  get workNs(): number {
    const times = this.#seeds.length;
    return this.#rows.reduce((sum, row) => sum + row.durationNs * (row.chancy ? times : 1), 0);
  }

  get hasBegun(): boolean {
    return this.#rows.some(({ gathering }) => gathering.count > 0);
  }

  *turns(): Iterable<Turn> {
    for (const [index, seed] of this.#seeds.entries()) {
      for (const row of this.#rows) yield this.#turn(row, seed, index);
    }
  }

  results(): Record<string, PolicyResult> {
    const begun = this.#rows.filter(({ gathering }) => gathering.count > 0);
    return Object.fromEntries(begun.map((row) => [row.policy, this.#result(row)]));
  }

  #turn({ policy, chancy, durationNs, gathering }: Row, seed: string, index: number): Turn {
    const settled = this.#settled;
    const isSettled = (): boolean => Object.hasOwn(settled, policy) || (!chancy && index > 0);
    return {
      policy,
      seed,
      cell: this.cell,
      durationNs,
      index,
      of: this.#seeds.length,
      isSettled,
      take: (outcome) => {
        if (outcome !== null && !isSettled()) {
          const { stopped } = outcome.measured;
          gathering.add(seed, outcome);
          if (stopped !== null) this.stops.push(stopText(policy, stopped));
          if (stopped?.why === 'interrupted') this.#interrupted = true;
          if (stopped !== null || !chancy) settled[policy] = outcome;
          this.#outcomes[policy] = outcome;
        }
        if (policy === this.#rows.at(-1)!.policy) this.#judge();
      },
    };
  }

  /** All policies have had their turn at a seed. One that was interrupted is not judged. */
  #judge(): void {
    const outcomes = { ...this.#settled, ...this.#outcomes };
    this.#outcomes = {};
    if (!this.#interrupted) this.options.book.judge(this.cell, outcomes);
  }

  #result({ policy, gathering }: Row): PolicyResult {
    const plan = this.#plan(policy);
    const { title, description } = this.scenario.policies.find(({ name }) => name === policy)!;
    const { forms, refused } = recognise(plan);
    const theory: Theory = { ...capacityOf(plan), forms, refused };
    const result = gathering.result({ title, description, theory });
    const warmup = 'partial' in result.notes ? null : warmupNote(plan, result.series);
    if (warmup !== null) result.notes['warmup'] = warmup;
    return result;
  }

  #plan(policy: string): Plan {
    const { cell } = this.options;
    return planFor(this.scenario, policy, cell === null ? {} : { cell });
  }
}

function stopText(policy: string, stopped: NonNullable<Kept['stopped']>): string {
  const at = Number((stopped.atNs / 1e9).toFixed(3));
  return `${policy}, at ${at} s of simulated time: ${stopped.text}`;
}
