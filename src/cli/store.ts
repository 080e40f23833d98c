import { existsSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import { inspect, runAgain } from '../study/where/check.js';
import { prune as pruneStore } from '../study/where/prune.js';
import { entriesOf, filesOf, type Listed, type StoreFile } from '../study/where/survey.js';
import { EXIT } from './support/ending.js';
import { reasonOf } from './support/files.js';
import { age, wholeNumber } from './support/flags.js';
import { bytes as bytesText, number } from './support/format.js';
import { Interrupt } from './support/interrupt.js';
import { memoryLimitBytes } from './support/memory.js';
import { mistakes } from './support/mistakes.js';
import { engine } from './support/store.js';
import { STORE } from './support/store-flags.js';
import { type Cell, type Column, table } from './support/table.js';
import { colorsFor, note, say } from './support/terminal.js';

interface Flags {
  store?: string;
}

const EXAMPLES = `Examples:
  spillway store list                  what is kept in .spillway, by scenario and policy
  spillway store check                 is every entry what it was when it was written?
  spillway store check --again 20      run 20 of them once more: do they come to the same?
  spillway store prune                 free what older versions of spillway made
  spillway store prune --older 30d     and what was made over 30 days ago
`;

/** `spillway store`: what is kept of earlier runs. */
export function add(program: Command): void {
  const store = program
    .command('store')
    .description('list, check and prune what is kept of earlier runs')
    .addHelpText('before', EXAMPLES);
  const under = (name: string, description: string): Command =>
    store
      .command(name)
      .description(description)
      .option('--store <dir>', `the store's folder (default: ${STORE})`);
  under('list', 'list what is kept, by scenario and policy').action((flags: Flags) => {
    touching(() => list(folderOf(flags)));
  });
  under('check', 'read every entry and verify it; 1 if any is bad')
    .option('--again [n]', 'run entries once more and compare: all, or so many', wholeNumber)
    .action(async (flags: Flags & { again?: number | true }) => {
      process.exitCode = await touching(() => check(folderOf(flags), flags.again ?? null));
    });
  under('prune', 'take away what other versions of spillway made')
    .option('--older <duration>', 'and what was made longer ago than this, such as 30d', age)
    .option('--all', 'take away every entry')
    .action((flags: Flags & PruneFlags) => touching(() => prune(folderOf(flags), flags)));
}

/** What the system refuses is not ours to mend. */
function touching<T>(act: () => T): T {
  const refused = (error: unknown): never => {
    const { code, path } = error as NodeJS.ErrnoException;
    if (code === undefined || path === undefined) throw error;
    throw mistakes.storeRefused(path, reasonOf(error));
  };
  try {
    const result = act();
    return result instanceof Promise ? (result.catch(refused) as T) : result;
  } catch (error) {
    return refused(error);
  }
}

/** A folder that somebody names has to be there; the usual one need not. */
function folderOf({ store }: Flags): string {
  if (store !== undefined && !existsSync(store)) throw mistakes.noStore(store);
  if (store !== undefined && !statSync(store).isDirectory()) throw mistakes.storeNoFolder(store);
  return store ?? STORE;
}

/** Entries of one scenario under one policy, by one engine. */
interface Group {
  title: string;
  policy: string;
  engine: string;
  count: number;
  bytes: number;
  oldestMs: number;
  newestMs: number;
}

const COLUMNS: Column[] = [
  { title: 'scenario', align: 'left' },
  { title: 'policy', align: 'left' },
  { title: 'engine', align: 'left' },
  { title: 'runs', align: 'right' },
  { title: 'size', align: 'right' },
  { title: 'oldest', align: 'left' },
  { title: 'newest', align: 'left' },
];

function list(folder: string): void {
  const groups = new Map<string, Group>();
  const ours = engine();
  let unreadable = 0;
  for (const listed of entriesOf(folder)) {
    if (listed.head === null) unreadable++;
    else addTo(groups, listed);
  }
  const all = [...groups.values()].sort(byName);
  if (all.length > 0) {
    const [head, ...lines] = table(
      COLUMNS,
      all.map((group) => cellsOf(group, ours)),
    );
    say(colorsFor(process.stdout).dim(head!));
    for (const line of lines) say(line);
    say('');
  }
  const count = all.reduce((sum, group) => sum + group.count, 0);
  const size = all.reduce((sum, group) => sum + group.bytes, 0);
  say(`${runs(count)} in ${folder}${count > 0 ? `, ${bytesText(size)}` : ''}`);
  const other = all.reduce((sum, one) => sum + (one.engine === ours ? 0 : one.count), 0);
  if (other > 0)
    say(`${number(other)} of them by other versions: spillway store prune frees those`);
  if (unreadable > 0) {
    say(`${number(unreadable)} files are no entries, though called so: spillway store check`);
  }
}

function addTo(groups: Map<string, Group>, { head, bytes, writtenMs }: Listed): void {
  const { title, policy, engine: by } = head!;
  const key = JSON.stringify([title, policy, by]);
  let group = groups.get(key);
  if (group === undefined) {
    group = { title, policy, engine: by, count: 0, bytes: 0, oldestMs: writtenMs, newestMs: 0 };
    groups.set(key, group);
  }
  group.count++;
  group.bytes += bytes;
  group.oldestMs = Math.min(group.oldestMs, writtenMs);
  group.newestMs = Math.max(group.newestMs, writtenMs);
}

function byName(a: Group, b: Group): number {
  for (const key of ['title', 'policy', 'engine'] as const) {
    if (a[key] !== b[key]) return a[key] < b[key] ? -1 : 1;
  }
  return 0;
}

function cellsOf(group: Group, ours: string): Cell[] {
  const { title, policy, engine: by, count, bytes, oldestMs, newestMs } = group;
  const said = by === ours ? 'this' : by;
  const figures = [number(count), bytesText(bytes), moment(oldestMs), moment(newestMs)];
  return [title, policy, said, ...figures].map((text) => ({ text }));
}

/** "2026-11-22 01:31", in the time of the machine. */
function moment(ms: number): string {
  const at = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

async function check(folder: string, again: number | true | null): Promise<number> {
  const ours = engine();
  const counts = { result: 0, plan: 0, draft: 0 };
  const mine: StoreFile[] = [];
  let bad = 0;
  for (const file of filesOf(folder)) {
    const { trouble, engine: by } = inspect(file);
    counts[file.kind]++;
    if (by === ours && again !== null) mine.push(file);
    if (trouble === null) continue;
    bad++;
    say(`${file.path}: ${trouble}`);
  }
  const files = `${runs(counts.result)} and ${number(counts.plan)} plans in ${folder}`;
  say(`${files}: ${bad === 0 ? 'all sound' : `${number(bad)} bad`}`);
  if (counts.draft > 0) {
    say(`${number(counts.draft)} left half written (or being written): spillway store prune`);
  }
  const ending = again === null ? EXIT.fine : await checkAgain(folder, mine, again);
  if (ending !== EXIT.fine) return ending;
  return bad > 0 ? EXIT.expectationFailed : EXIT.fine;
}

/** Entries by the engine at hand, run once more. */
async function checkAgain(
  folder: string,
  mine: readonly StoreFile[],
  wanted: number | true,
): Promise<number> {
  const interrupt = new Interrupt();
  const between = interrupt.between(() => undefined);
  const tick = async (): Promise<boolean> =>
    (await between({ label: '', doneNs: 0, totalNs: 0 })) === 'go';
  const times = wanted === true ? mine.length : Math.min(wanted, mine.length);
  const counts = { same: 0, other: 0, stopped: 0, 'no plan': 0 };
  const options = { times, memoryLimitBytes: memoryLimitBytes(), tick };
  try {
    for await (const { file, label, came } of runAgain(folder, mine, options)) {
      if (came === 'other') say(`${file.path}: ${label} came to something else`);
      if (interrupt.asked) break;
      counts[came]++;
    }
  } finally {
    interrupt.release();
  }
  const lost = counts['no plan'] > 0 ? `; ${number(counts['no plan'])} without their plan` : '';
  const stopped = counts.stopped > 0 ? `; ${number(counts.stopped)} stopped` : '';
  const done = `${number(counts.same)} of ${number(times)} came to the same`;
  say(`run again: ${done}${lost}${stopped}`);
  if (counts.other > 0) {
    note('One run must have one result: this is a mistake of ours. Please report it.');
    return EXIT.internal;
  }
  return interrupt.asked ? EXIT.interrupted : EXIT.fine;
}

interface PruneFlags {
  /** Milliseconds. */
  older?: number;
  all?: boolean;
}

function prune(folder: string, { older, all }: PruneFlags): void {
  const nowMs = Date.now();
  const beforeMs = older === undefined ? null : nowMs - older;
  const { entries, others, bytes, left } = pruneStore(folder, {
    engine: engine(),
    beforeMs,
    all: all === true,
    nowMs,
  });
  const rest = others > 0 ? ` and ${number(others)} files that no run needs` : '';
  say(
    `${runs(entries)}${rest} taken away, ${bytesText(bytes)} freed; ${runs(left)} left in ${folder}`,
  );
}

function runs(count: number): string {
  return `${number(count)} ${count === 1 ? 'run' : 'runs'}`;
}
