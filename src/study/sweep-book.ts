import type { Metrics } from '../measure/measured.js';
import { figuresOf, type Intervals } from './figures.js';
import type {
  SweepCell,
  SweepHead,
  SweepNames,
  SweepResult,
  SweepRow,
  SweepSummary,
} from './sweep-result.js';

/** Not a figure that anything can have: the metric does not exist in this cell. */
const ABSENT = Infinity;

/** One metric of one policy, a value a cell; NaN is null. */
interface Column {
  mean: Float64Array;
  /** Only where there are replications to tell of. */
  low: Float64Array | null;
  high: Float64Array | null;
}

/** What else is kept of a cell under a policy; equal ones are kept once. */
type Rest = Omit<SweepSummary, 'metrics' | 'intervals'> & { isSpread: boolean };

/**
 * Folds the rows of a sweep, which come in their order, into one summary a cell and policy, in
 * columns of numbers: ten thousand cells of a hundred metrics take some 24 MB.
 */
export class SweepBook {
  #runs = 0;
  readonly #stops = new Set<string>();
  readonly #metrics = new Set<string>();
  readonly #reasons = new Set<string>();
  readonly #columns: Map<string, Column>[];
  readonly #rests: (Rest | undefined)[][];
  readonly #equal = new Map<string, Rest>();
  readonly #cells: SweepCell['where'][];
  /** The rows of the cell under way, by policy. */
  #open: SweepRow[][];
  #cell = -1;

  constructor(private readonly head: SweepHead) {
    this.#cells = wheresOf(head);
    this.#columns = head.policies.map(() => new Map());
    this.#rests = head.policies.map(() => []);
    this.#open = head.policies.map(() => []);
  }

  /** Rows come in the order of their index. */
  add(row: SweepRow): void {
    const { policies, replications } = this.head;
    const cell = Math.floor(row.index / (policies.length * replications));
    if (cell !== this.#cell) this.#close();
    this.#cell = cell;
    this.#open[row.index % policies.length]!.push(row);
    this.#runs++;
    for (const name of Object.keys(row.metrics)) this.#metrics.add(name);
    for (const reason of Object.keys(row.ledger.failed)) this.#reasons.add(reason);
    if (row.stopped !== undefined) this.#stops.add(row.stopped);
  }

  names(): SweepNames {
    return { metrics: [...this.#metrics], reasons: [...this.#reasons].sort() };
  }

  /** What the rows so far come to. */
  result(interrupted: boolean): SweepResult {
    this.#close();
    const stops = [...this.#stops];
    return {
      ...this.head,
      partial: interrupted || stops.length > 0,
      ...(stops.length > 0 ? { stopped: stops.join('; ') } : {}),
      runs: this.#runs,
      cells: { [Symbol.iterator]: () => this.#each() },
    };
  }

  *#each(): Iterator<SweepCell> {
    const { policies } = this.head;
    for (const [cell, where] of this.#cells.entries()) {
      const known = policies.flatMap((policy, p): [string, SweepSummary][] => {
        const rest = this.#rests[p]![cell];
        return rest === undefined ? [] : [[policy, this.#summary(p, cell, rest)]];
      });
      if (known.length > 0) yield { where, policies: Object.fromEntries(known) };
    }
  }

  #summary(policy: number, cell: number, { isSpread, ...rest }: Rest): SweepSummary {
    const metrics: Metrics = {};
    const intervals: Intervals = {};
    for (const [name, { mean, low, high }] of this.#columns[policy]!) {
      const value = mean[cell]!;
      if (value === ABSENT) continue;
      metrics[name] = Number.isNaN(value) ? null : value;
      if (!isSpread || low === null || high === null) continue;
      intervals[name] = Number.isNaN(low[cell]!) ? null : [low[cell]!, high[cell]!];
    }
    return { ...rest, metrics, intervals };
  }

  #close(): void {
    if (this.#cell < 0) return;
    for (const [policy, rows] of this.#open.entries()) {
      if (rows.length > 0) this.#fold(policy, rows);
    }
    this.#open = this.head.policies.map(() => []);
    this.#cell = -1;
  }

  #fold(policy: number, rows: readonly SweepRow[]): void {
    const whole = rows.filter(({ stopped }) => stopped === undefined);
    const verdicts: Record<string, number> = {};
    for (const { verdict } of whole) {
      const is = verdict.is ?? 'none';
      verdicts[is] = (verdicts[is] ?? 0) + 1;
    }
    const bounds = [...new Set(whole.flatMap(({ lower_bounds }) => lower_bounds ?? []))];
    this.#rests[policy]![this.#cell] = this.#kept({
      replications: whole.length,
      ...(whole.length < rows.length ? { stopped: rows.length - whole.length } : {}),
      verdicts,
      ...(bounds.length > 0 ? { lower_bounds: bounds } : {}),
      isSpread: whole.length > 1,
    });
    if (whole.length === 0) return;
    const { metrics, intervals } = figuresOf(whole.map((row) => row.metrics));
    for (const [name, value] of Object.entries(metrics)) {
      const column = this.#column(policy, name);
      column.mean[this.#cell] = value ?? NaN;
      if (column.low === null || column.high === null) continue;
      const [low, high] = intervals[name] ?? [NaN, NaN];
      column.low[this.#cell] = low;
      column.high[this.#cell] = high;
    }
  }

  #kept(rest: Rest): Rest {
    const key = JSON.stringify(rest);
    const known = this.#equal.get(key);
    if (known === undefined) this.#equal.set(key, rest);
    return known ?? rest;
  }

  #column(policy: number, name: string): Column {
    const known = this.#columns[policy]!.get(name);
    if (known !== undefined) return known;
    const filled = (value: number): Float64Array =>
      new Float64Array(this.#cells.length).fill(value);
    const spread = this.head.replications > 1;
    const column = {
      mean: filled(ABSENT),
      low: spread ? filled(NaN) : null,
      high: spread ? filled(NaN) : null,
    };
    this.#columns[policy]!.set(name, column);
    return column;
  }
}

/** The cells of these axes, the last one running fastest. */
export function wheresOf({ axes }: Pick<SweepHead, 'axes'>): SweepCell['where'][] {
  let cells: SweepCell['where'][] = [{}];
  for (const { path, values } of axes) {
    cells = cells.flatMap((cell) => values.map((value) => ({ ...cell, [path]: value })));
  }
  return cells;
}
