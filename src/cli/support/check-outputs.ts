import { appendFileSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import {
  type JudgedCase,
  type JudgedScenario,
  judgedCase,
  type Remark,
} from '../../report/export/judged.js';
import { formatIssue } from '../../scenario/index.js';
import type { ExpectResult } from '../../study/index.js';
import type { FileDrift } from './baseline.js';
import type { Checked } from './checking.js';
import { Mistake } from './ending.js';
import { reasonOf, writeWhole } from './files.js';
import { note, say } from './terminal.js';

export interface OutputFlags {
  junit?: string;
  github?: boolean;
  strict?: boolean;
}

/** What machines are told of a check: JUnit, GitHub's annotations and its job summary. */
export class CheckOutputs {
  readonly #scenarios: JudgedScenario[] = [];
  readonly #junit: string | undefined;
  readonly #github: boolean;
  readonly #strict: boolean;

  constructor({ junit, github, strict }: OutputFlags) {
    this.#junit = junit;
    this.#github = github ?? process.env['GITHUB_ACTIONS'] === 'true';
    this.#strict = strict === true;
  }

  /** Loads the files; where one of them is wrong, machines are told of that too. */
  async loaded<T>(load: () => Promise<T>): Promise<T> {
    try {
      return await load();
    } catch (error) {
      if (error instanceof Mistake) {
        this.#takeMistake(error);
        await this.write();
      }
      throw error;
    }
  }

  take({ file, title, expect, stopped, warnings }: Checked, drift: FileDrift | null): void {
    const severity = this.#strict ? 'error' : 'warning';
    const notes = drift?.notes ?? [];
    const remarks: Remark[] = [
      ...warnings.map((warning) => ({ ...warning, severity }) as const),
      ...notes.map((words) => ({ file, severity, message: `baseline: ${words}` }) as const),
    ];
    const drifted = (drift?.figures ?? []).map(({ name, text, tone }): JudgedCase => {
      return { file, name, outcome: tone === 'bad' ? 'failed' : 'held', measured: text };
    });
    this.#scenarios.push({
      file,
      title,
      cases: [...expect.map((one) => caseOf(one, file)), ...drifted],
      remarks,
      ...(stopped === undefined ? {} : { stopped }),
    });
  }

  /** Writes all that was asked for. */
  async write(): Promise<void> {
    if (this.#junit !== undefined) {
      const { junitXml } = await import('../../report/export/junit.js');
      await writeWhole(this.#junit, junitXml(this.#scenarios));
    }
    if (!this.#github) return;
    const { annotationLine, annotationsOf, jobSummary } = await import(
      '../../report/export/github.js'
    );
    for (const one of this.#scenarios.flatMap(annotationsOf)) {
      say(
        annotationLine({ ...one, ...(one.file === undefined ? {} : { file: inRepo(one.file) }) }),
      );
    }
    const summary = process.env['GITHUB_STEP_SUMMARY'] ?? '';
    if (summary !== '') append(summary, jobSummary(this.#scenarios));
  }

  #takeMistake({ issues }: Mistake): void {
    const files = new Set(issues.map(({ file }) => file));
    for (const file of files) {
      const remarks = issues
        .filter((issue) => issue.file === file)
        .map(({ line, column, ...issue }): Remark => {
          const message = formatIssue({ ...issue, line: 0, column, severity: 'error' });
          return { file, severity: 'error', message, ...(line === 0 ? {} : { line, column }) };
        });
      this.#scenarios.push({ file, cases: [], remarks });
    }
  }
}

/** With the seeds that show it again. */
function caseOf(expect: ExpectResult, file: string): JudgedCase {
  const judged = judgedCase(expect, file);
  const { failed_seeds: seeds } = expect;
  if (seeds === undefined) return judged;
  const why = judged.detail === undefined ? [] : [judged.detail];
  return { ...judged, detail: [...why, `fails with seed ${seeds.join(', ')}`].join('\n') };
}

/** GitHub takes paths as seen from the root of the repository, wherever the command is called. */
function inRepo(file: string): string {
  const root = process.env['GITHUB_WORKSPACE'] ?? '';
  if (root === '') return file;
  const path = relative(root, resolve(file));
  return path.startsWith('..') ? file : path.split(sep).join('/');
}

/** Other steps write there too. What was judged stands, whether it can be written or not. */
function append(file: string, text: string): void {
  try {
    appendFileSync(file, text);
  } catch (error) {
    note(`${file}: the job summary cannot be written: ${reasonOf(error)}`);
  }
}
