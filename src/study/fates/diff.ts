import { GOOD } from '../../measure/recorder.js';
import { type FateBook, fateText, type ProducerFates } from '../../model/fates.js';
import type { Differing, FatePair, LatencyChange } from './shape.js';

const NONE = -1;
/** Requests that a pair of fates names. */
const NAMED = 5;

/** A request of both runs, by its rows. */
export interface Match {
  a: ProducerFates;
  b: ProducerFates;
  rowA: number;
  rowB: number;
}

/** What the fates of two runs say of each other. */
export interface Matched {
  both: number;
  only: [number, number];
  differing: number;
  table: FatePair[];
  latency: LatencyChange | null;
  firstArrived: Match | null;
  firstEnded: Match | null;
}

/**
 * Matches the requests of two runs by producer and number (of users: whose, and which of theirs) and
 * compares what became of each. Who waits for answers may send more in one run than in the other.
 */
export function matched(a: FateBook, b: FateBook): Matched {
  const table = new Table();
  let both = 0;
  for (const of of a.producers) {
    const other = b.producers.find(({ name }) => name === of.name);
    if (other === undefined || other.count === 0) continue;
    for (let rowA = 0; rowA < of.count; rowA++) {
      const rowB = sameRow(other, of, rowA);
      if (rowB === NONE) continue;
      both++;
      table.add(of, other, rowA, rowB);
    }
  }
  const { firstArrived, firstEnded } = table;
  return {
    both,
    only: [countOf(a) - both, countOf(b) - both],
    differing: table.differing,
    table: table.pairs(),
    latency: table.latency(),
    firstArrived,
    firstEnded,
  };
}

/** The request of a name ("812", "web/812", "users/17.3") in a run; null where it never arrives. */
export function requestNamed(
  name: string,
  { producers }: FateBook,
): { of: ProducerFates; row: number } | null {
  const at = name.lastIndexOf('/');
  const whose = at < 0 ? null : name.slice(0, at);
  const of = producers.filter((one) => whose === null || one.name === whose);
  if (of.length !== 1) return null;
  const row = rowNamed(of[0]!, name.slice(at + 1));
  return row === NONE ? null : { of: of[0]!, row };
}

/** What a request is called where several producers have some. */
export function fullName({ name }: ProducerFates, number: string): string {
  return `${name}/${number}`;
}

export function differingOf({ a, b, rowA, rowB }: Match): Differing {
  return {
    request: fullName(a, a.nameOf(rowA)),
    arrived: a.arrivedNs[rowA]! / 1e9,
    ended: [secondsOf(a.endedNs[rowA]!), secondsOf(b.endedNs[rowB]!)],
    fates: [fateText(a.fate[rowA]!), fateText(b.fate[rowB]!)],
  };
}

/** The row of one run's request in the other; -1 where it never arrives there. */
export function sameRow(other: ProducerFates, of: ProducerFates, row: number): number {
  if (!of.byUser && !other.byUser) return row < other.count ? row : NONE;
  const [hi, lo] = of.keyOf(row);
  return other.rowOf(hi, lo);
}

function rowNamed(of: ProducerFates, number: string): number {
  if (!of.byUser) {
    const row = Number(number) - 1;
    return Number.isInteger(row) && row >= 0 && row < of.count ? row : NONE;
  }
  for (let row = 0; row < of.count; row++) if (of.nameOf(row) === number) return row;
  return NONE;
}

function countOf({ producers }: FateBook): number {
  return producers.reduce((sum, { count }) => sum + count, 0);
}

function secondsOf(ns: number): number | null {
  return Number.isNaN(ns) ? null : ns / 1e9;
}

/** Counts by pair of fates, as rows are matched. */
class Table {
  differing = 0;
  firstArrived: Match | null = null;
  firstEnded: Match | null = null;
  private firstArrivedNs = Infinity;
  private firstEndedNs = Infinity;
  /** By fate in the one and fate in the other, a byte each. */
  private readonly counts = new Float64Array(65_536);
  private readonly firsts = new Map<number, { name: string; arrivedNs: number }[]>();
  private changes = new Float64Array(1024);
  private good = 0;

  add(a: ProducerFates, b: ProducerFates, rowA: number, rowB: number): void {
    const [fateA, fateB] = [a.fate[rowA]!, b.fate[rowB]!];
    const cell = fateA * 256 + fateB;
    this.counts[cell]!++;
    if (fateA === fateB) {
      if (fateA === GOOD) this.change(latencyNs(b, rowB) - latencyNs(a, rowA));
      return;
    }
    this.differing++;
    this.note(cell, a, rowA);
    const arrivedNs = a.arrivedNs[rowA]!;
    if (arrivedNs < this.firstArrivedNs) {
      this.firstArrivedNs = arrivedNs;
      this.firstArrived = { a, b, rowA, rowB };
    }
    const endedNs = Math.min(endNs(a, rowA), endNs(b, rowB));
    if (endedNs >= this.firstEndedNs) return;
    this.firstEndedNs = endedNs;
    this.firstEnded = { a, b, rowA, rowB };
  }

  pairs(): FatePair[] {
    const pairs: FatePair[] = [];
    this.counts.forEach((count, cell) => {
      if (count === 0) return;
      const [a, b] = [fateText(cell >> 8), fateText(cell & 255)];
      const first = (this.firsts.get(cell) ?? []).map(({ name }) => name);
      pairs.push({ a, b, count, first });
    });
    return pairs.sort((x, y) => y.count - x.count);
  }

  latency(): LatencyChange | null {
    const { good: count } = this;
    if (count === 0) return null;
    const changes = this.changes.subarray(0, count).sort();
    const slower = changes.filter((ns) => ns > 0).length;
    const faster = changes.filter((ns) => ns < 0).length;
    const at = (share: number): number => changes[Math.ceil(share * count) - 1]! / 1e9;
    const mean = changes.reduce((sum, ns) => sum + ns, 0) / count / 1e9;
    return {
      count,
      mean,
      p50: at(0.5),
      p99: at(0.99),
      slower,
      faster,
      same: count - slower - faster,
    };
  }

  /** Producers come one after another, each in the order of arrival. */
  private note(cell: number, a: ProducerFates, row: number): void {
    const firsts = this.firsts.get(cell) ?? [];
    const arrivedNs = a.arrivedNs[row]!;
    if (firsts.length === NAMED && firsts.at(-1)!.arrivedNs <= arrivedNs) return;
    firsts.push({ name: fullName(a, a.nameOf(row)), arrivedNs });
    firsts.sort((x, y) => x.arrivedNs - y.arrivedNs);
    firsts.length = Math.min(firsts.length, NAMED);
    this.firsts.set(cell, firsts);
  }

  private change(ns: number): void {
    if (this.good === this.changes.length) {
      const longer = new Float64Array(Math.ceil(this.changes.length * 1.5));
      longer.set(this.changes);
      this.changes = longer;
    }
    this.changes[this.good++] = ns;
  }
}

function latencyNs({ arrivedNs, endedNs }: ProducerFates, row: number): number {
  return endedNs[row]! - arrivedNs[row]!;
}

/** Infinity where it has not ended. */
function endNs({ endedNs }: ProducerFates, row: number): number {
  const at = endedNs[row]!;
  return at === at ? at : Infinity;
}
