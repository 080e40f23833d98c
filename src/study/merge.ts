import { cellText } from './cells.js';
import type { Shard } from './shards.js';
import { SweepBook, wheresOf } from './sweep-book.js';
import type { SweepHead, SweepNames, SweepResult, SweepRow } from './sweep-result.js';

/** What the first line of a part says: whose share of which study it is. */
interface PartHead {
  part: Shard;
  sweep: SweepHead;
}

/** What its last line says; a part without one was not written to its end. */
interface PartEnd {
  end: { rows: number; partial: boolean };
}

/** A file that a shard wrote, as its lines come. */
export interface PartFile {
  /** As messages name it. */
  name: string;
  lines: AsyncIterable<string>;
}

/** Parts that do not make one whole study: told as it is, with what to do. */
export class PartsMistake extends Error {
  override name = 'PartsMistake';
}

/** The same run came to two results: a mistake of ours, since a run is a function of its task. */
export class DeterminismBug extends Error {
  override name = 'DeterminismBug';
}

export function partHeadLine(shard: Shard, sweep: SweepHead): string {
  return JSON.stringify({ part: shard, sweep } satisfies PartHead);
}

export function partEndLine(rows: number, partial: boolean): string {
  return JSON.stringify({ end: { rows, partial } } satisfies PartEnd);
}

/** A part with its next row at hand. */
interface Open {
  name: string;
  head: PartHead;
  rows: AsyncIterator<string>;
  row: SweepRow | null;
  text: string;
}

/**
 * Puts the parts of one study together. Rows are handed on in the order of the whole, each once, so
 * that all that is made of them has the same bytes as without shards. Refused: parts of different
 * studies, a part that is missing, broken or was interrupted, a row that is missing.
 */
export async function mergeParts(
  files: readonly PartFile[],
  sink: (row: SweepRow) => void | Promise<void> = () => {},
): Promise<{ result: SweepResult; names: SweepNames }> {
  const open: Open[] = [];
  for (const file of files) open.push(await opened(file));
  const head = agreed(open);
  const book = new SweepBook(head);
  const order = new Order(head);
  for (const part of open) await advance(part);
  for (;;) {
    const index = Math.min(...open.map(({ row }) => row?.index ?? Infinity));
    if (index === Infinity) break;
    const same = open.filter(({ row }) => row?.index === index);
    const [first, ...others] = same as [Open, ...Open[]];
    for (const other of others) if (other.text !== first.text) throw differ(first, other);
    const row = first.row!;
    order.expect(row);
    book.add(row);
    await sink(row);
    for (const part of same) await advance(part);
  }
  order.end();
  return { result: book.result(false), names: book.names() };
}

async function opened({ name, lines }: PartFile): Promise<Open> {
  const iterator = lines[Symbol.asyncIterator]();
  const first = await iterator.next();
  const head = first.done === true ? null : (parsed(first.value) as Partial<PartHead> | null);
  if (head?.part === undefined || head.sweep?.study !== 'sweep') {
    throw new PartsMistake(`${name}: is no part of a sweep (spillway sweep --shard writes them)`);
  }
  return { name, head: head as PartHead, rows: iterator, row: null, text: '' };
}

/** The study that all parts are of. */
function agreed(open: readonly Open[]): SweepHead {
  const [first, ...others] = open as [Open, ...Open[]];
  for (const other of others) {
    const known = first.head.sweep as unknown as Record<string, unknown>;
    const found = other.head.sweep as unknown as Record<string, unknown>;
    const keys = [...new Set([...Object.keys(known), ...Object.keys(found)])];
    const key = keys.find((name) => JSON.stringify(known[name]) !== JSON.stringify(found[name]));
    const what = key?.replace('scenario_sha256', 'scenario file');
    if (what !== undefined) {
      throw new PartsMistake(`${first.name} and ${other.name} are of two studies: another ${what}`);
    }
    if (first.head.part.of !== other.head.part.of) {
      const sizes = `${first.head.part.of} and ${other.head.part.of}`;
      throw new PartsMistake(`${first.name} and ${other.name} are shares of ${sizes}`);
    }
  }
  const { of } = first.head.part;
  const given = new Set(open.map(({ head }) => head.part.index));
  const missing = Array.from({ length: of }, (_, i) => i + 1).filter((index) => !given.has(index));
  if (missing.length > 0) {
    const shards = missing.map((index) => `${index}/${of}`);
    const told = shards.length > 8 ? `${shards.slice(0, 8).join(', ')}, …` : shards.join(', ');
    throw new PartsMistake(`the study is not whole: no part of --shard ${told}`);
  }
  return first.head.sweep;
}

/** Takes the next row of a part; its last line has to agree with what was read. */
async function advance(part: Open): Promise<void> {
  const { name, head } = part;
  const { part: shard } = head;
  const again = `run --shard ${shard.index}/${shard.of} again`;
  const next = await part.rows.next();
  const found = next.done === true ? null : parsed(next.value);
  if (found === null || typeof found !== 'object') {
    throw new PartsMistake(`${name}: ends before its end; ${again}`);
  }
  if ('end' in found) {
    if ((found as PartEnd).end.partial) {
      throw new PartsMistake(
        `${name}: was interrupted; ${again} (what a store has is not run anew)`,
      );
    }
    part.row = null;
    return;
  }
  const row = found as SweepRow;
  if (!Number.isInteger(row.index) || row.index <= (part.row?.index ?? -1)) {
    throw new PartsMistake(`${name}: its rows are not in order; ${again}`);
  }
  part.row = row;
  part.text = next.value as string;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function differ(a: Open, b: Open): DeterminismBug {
  const { where, policy, seed } = a.row!;
  const run = `${policy} at ${cellText(where)}, seed ${seed}`;
  return new DeterminismBug(
    `${a.name} and ${b.name} hold two different results of one run (${run}): ` +
      'the same version, scenario and seed must give the same bytes',
  );
}

/** Sees that no row is left out: only what has no chance in it has fewer than the rest. */
class Order {
  #next = 0;
  /** How many replications each policy has in the cell under way. */
  #replications: number[] = [];

  constructor(private readonly head: SweepHead) {}

  expect(row: SweepRow): void {
    this.#skipTo(row.index);
    const policy = row.index % this.head.policies.length;
    if (row.replication === 1) this.#replications[policy] = row.replications;
    this.#next = row.index + 1;
  }

  end(): void {
    const { policies, replications } = this.head;
    this.#skipTo(wheresOf(this.head).length * policies.length * replications);
  }

  #skipTo(index: number): void {
    const { policies, replications } = this.head;
    for (; this.#next < index; this.#next++) {
      const policy = this.#next % policies.length;
      const rest = (this.#next - policy) / policies.length;
      const replication = (rest % replications) + 1;
      if (replication > 1 && replication > this.#replications[policy]!) continue;
      const cell = wheresOf(this.head)[Math.floor(rest / replications)]!;
      throw new PartsMistake(
        `a run is missing: ${policies[policy]} at ${cellText(cell)}, replication ${replication}`,
      );
    }
  }
}
