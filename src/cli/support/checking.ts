import { formatIssue, type Issue } from '../../scenario/index.js';
import {
  type BaselineScenario,
  baselineOf,
  type ExpectResult,
  inOrder,
  type Progress,
  policyNames,
  type Runner,
  runScenario,
  shareRunner,
} from '../../study/index.js';
import { type Loaded, sha256Of } from './load.js';
import { memoryLimitBytes } from './memory.js';
import type { Studying } from './studying.js';
import { warmupWarnings } from './warmup-lines.js';

/** What is doubtful in a file, and where. */
export interface Warning {
  file: string;
  /** From 1; left out where it is about the whole. */
  line?: number;
  column?: number;
  /** One line without its place. */
  message: string;
}

/** What is kept of a scenario that was run: its series would fill the memory. */
export interface Checked {
  file: string;
  title: string;
  expect: ExpectResult[];
  /** Why it was stopped before its end. */
  stopped: string | undefined;
  /** Of the file, then of its warm-up. */
  warnings: Warning[];
  /** What a baseline keeps of it; null where it was stopped. */
  figures: BaselineScenario | null;
  /** From its first run to its last, other files' runs beside them included. */
  tookMs: number;
}

export interface CheckingOptions {
  version: string;
  replications: number;
  seed?: string | undefined;
}

/**
 * Runs many scenarios, as many runs at once as the place takes, and tells each in the order of the
 * files as soon as it and all before it are over; `tell` says whether to go on.
 */
export async function checkAll(
  all: readonly Loaded[],
  options: CheckingOptions,
  of: Studying,
  tell: (checked: Checked) => boolean,
): Promise<void> {
  const share = shareRunner(of.runner);
  const progress = new TogetherProgress(all, options);
  let ended = false;
  await inOrder<[number, Loaded], Checked | null>({
    items: all.entries(),
    width: of.runner.width,
    async run([index, loaded]) {
      const runner = share(index);
      const beganMs = performance.now();
      const between = async (one: Progress) => {
        const said = await of.between(progress.with(index, one));
        return ended ? 'stop' : said;
      };
      const checked = await checkOne(loaded, options, { runner, between });
      progress.end(index);
      return checked === null ? null : { ...checked, tookMs: performance.now() - beganMs };
    },
    fold(_, checked) {
      // One that was interrupted has nothing to be judged by.
      if (checked === null || ended || of.interrupted) return;
      of.bar.clear();
      if (!tell(checked)) ended = true;
    },
    stopped: () => ended || of.interrupted,
  });
}

async function checkOne(
  loaded: Loaded,
  { version, replications, seed }: CheckingOptions,
  { runner, between }: Pick<Studying, 'between'> & { runner: Runner },
): Promise<Omit<Checked, 'tookMs'> | null> {
  const { file, scenario } = loaded;
  let isStopped = false;
  const result = await runScenario(scenario, {
    version,
    scenarioSha256: sha256Of(loaded),
    memoryLimitBytes: memoryLimitBytes(),
    replications,
    seed,
    cells: 'expected',
    between: async (progress) => {
      const said = await between(progress);
      if (said === 'stop') isStopped = true;
      return said;
    },
    runner,
  });
  if (isStopped) return null;
  return {
    file,
    title: scenario.title,
    expect: result.expect,
    stopped: result.stopped,
    warnings: [
      ...loaded.warnings.map(warningOf),
      ...warmupWarnings(result).map((words) => ({ file, message: `warm-up: ${words}` })),
    ],
    figures: result.partial ? null : baselineOf(scenario, result),
  };
}

function warningOf(issue: Issue): Warning {
  const { file, line, column } = issue;
  const message = formatIssue({ ...issue, line: 0, severity: 'error' });
  return { file, message, ...(line === 0 ? {} : { line, column }) };
}

/** One bar for all files. How long those are that have not begun is reckoned without their sweeps. */
class TogetherProgress {
  readonly #parts: Progress[];
  #ended = 0;

  constructor(
    private readonly all: readonly Loaded[],
    { replications }: CheckingOptions,
  ) {
    this.#parts = all.map(({ scenario, file }) => ({
      label: file,
      doneNs: 0,
      totalNs: scenario.durationNs * policyNames(scenario).length * replications,
    }));
  }

  with(index: number, { doneNs, totalNs }: Progress): Progress {
    const label = this.all[index]!.file;
    this.#parts[index] = { label, doneNs, totalNs };
    const sum = (key: 'doneNs' | 'totalNs'): number =>
      this.#parts.reduce((all, part) => all + part[key], 0);
    const name = `${this.#ended} of ${this.all.length} done, ${label}`;
    return { label: name, doneNs: sum('doneNs'), totalNs: sum('totalNs') };
  }

  end(index: number): void {
    this.#ended++;
    const part = this.#parts[index]!;
    this.#parts[index] = { ...part, doneNs: part.totalNs };
  }
}
