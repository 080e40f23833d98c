import { capacityOf, recognise } from '../judge/index.js';
import type { Window } from '../measure/measured.js';
import type { Plan } from '../model/plan.js';
import { type Cell, hasChance, planFor, presetNamed, type Scenario } from '../scenario/index.js';
import type { ExpectationBook } from './expectations.js';
import { Gathering } from './gathering.js';
import type { Kept, Outcome } from './outcome.js';
import type { PolicyResult, Theory } from './result.js';
import { seedsFor } from './seeds.js';
import { topologyOf } from './topology.js';
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
  scenario: Scenario;
  policy: string;
  seed: string;
  cell: Cell | null;
  durationNs: number;
  windows: Window[];
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
  #seeds: string[];
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

  /** How many replications are planned; 1 where nothing is left to chance. */
  get replications(): number {
    return this.#seeds.length;
  }

  /** Of the policies that are run, those with nothing left to chance. */
  get chanceless(): string[] {
    return this.#rows.filter(({ chancy }) => !chancy).map(({ policy }) => policy);
  }

  /** Simulated time of the runs from this replication on. */
  workNs(from = 0): number {
    const times = this.#seeds.length - from;
    const once = from === 0 ? 1 : 0;
    return this.#rows.reduce((sum, row) => sum + row.durationNs * (row.chancy ? times : once), 0);
  }

  /** Plans more replications: the seeds go on where they ended. Once there was one, there is no more. */
  extend(replications: number): void {
    this.#seeds = seedsFor(this.options.seed, replications);
    this.options.book.plan(this.cell, replications);
  }

  get hasBegun(): boolean {
    return this.#rows.some(({ gathering }) => gathering.count > 0);
  }

  /** The runs of the replications from this one (counted from 0) on. */
  *turns(from = 0): Iterable<Turn> {
    for (const [index, seed] of this.#seeds.entries()) {
      if (index < from) continue;
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
      scenario: this.scenario,
      policy,
      seed,
      cell: this.cell,
      durationNs,
      windows: this.options.book.windows,
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
        if (policy === this.#rows.at(-1)!.policy) this.#judge(seed);
      },
    };
  }

  /** All policies have had their turn at a seed. One that was interrupted is not judged. */
  #judge(seed: string): void {
    const outcomes = { ...this.#settled, ...this.#outcomes };
    this.#outcomes = {};
    if (!this.#interrupted) this.options.book.judge(this.cell, seed, outcomes);
  }

  #result({ policy, gathering }: Row): PolicyResult {
    const plan = this.#plan(policy);
    const listed = this.scenario.policies.find(({ name }) => name === policy);
    const title = listed === undefined ? presetNamed(policy)?.title : listed.title;
    const description = listed?.description;
    const { forms, refused } = recognise(plan);
    const theory: Theory = { ...capacityOf(plan), forms, refused };
    const topology = this.cell === null ? { topology: topologyOf(plan) } : {};
    const result = gathering.result({ title, description, theory, ...topology });
    // A verdict without a fault says that there is no steady state: a crash loop, a deadlock.
    const isSettling = !('partial' in result.notes) && result.verdict.is === null;
    const warmup = isSettling ? warmupNote(plan, result.series) : null;
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
