import type { FileDrift } from './baseline.js';
import type { Checked } from './checking.js';
import { expectationLines } from './expectation-lines.js';
import { duration, shellWord } from './format.js';
import type { Colors } from './terminal.js';

/** How much is told of a file. */
export interface CheckTelling {
  colors: Colors;
  /** All that it expects; else what failed. */
  full: boolean;
  /** Warnings are failures. */
  strict: boolean;
  /** Only what failed, no line of what is well. */
  quiet: boolean;
  /** How wide the names of files are; with the times beside them where there is a terminal. */
  width: number;
  times: boolean;
}

/** What was found in one file. */
export interface Found {
  held: number;
  failed: number;
  stopped: boolean;
  /** Warnings, told as failures where they count as such. */
  doubtful: number;
  regressed: number;
  improved: number;
}

export function foundIn(checked: Checked, drift: FileDrift | null, strict: boolean): Found {
  const held = checked.expect.filter(({ passed }) => passed).length;
  const toned = (tone: string): number =>
    drift?.figures.filter((figure) => figure.tone === tone).length ?? 0;
  const doubtful = strict ? checked.warnings.length + (drift?.notes.length ?? 0) : 0;
  return {
    held,
    failed: checked.expect.length - held,
    stopped: checked.stopped !== undefined,
    doubtful,
    regressed: toned('bad'),
    improved: toned('good'),
  };
}

export function isFine({ failed, stopped, doubtful, regressed }: Found): boolean {
  return failed === 0 && !stopped && doubtful === 0 && regressed === 0;
}

/** A line for a file, with what is wrong with it beneath; in full, all that it expects. */
export function fileLines(
  checked: Checked,
  drift: FileDrift | null,
  telling: CheckTelling,
): string[] {
  const { colors, full, strict } = telling;
  const found = foundIn(checked, drift, strict);
  const beneath = [
    ...expectLines(checked, telling),
    ...(checked.stopped === undefined ? [] : [`${colors.red('stopped')}: ${checked.stopped}`]),
    ...warningLines(checked, telling),
    ...driftLines(drift, telling),
  ];
  if (telling.quiet && isFine(found)) return [];
  const notJudged = checked.stopped !== undefined || checked.expect.length === 0;
  const mark = isFine(found) ? (notJudged ? colors.dim('–') : colors.green('✓')) : colors.red('✗');
  const name = full ? colors.bold(checked.file) : checked.file.padEnd(telling.width);
  const took = telling.times ? colors.dim(`  ${duration(checked.tookMs / 1e3)}`) : '';
  return [
    `${mark} ${name}  ${foundText(found, checked)}${took}`.trimEnd(),
    ...beneath.map((line) => `  ${line}`),
  ];
}

/** "6 hold", "1 of 6 fails", "expects nothing; it ran" */
function foundText(found: Found, { expect, stopped }: Checked): string {
  const parts: string[] = [];
  const all = found.held + found.failed;
  if (found.failed > 0)
    parts.push(`${found.failed} of ${all} ${found.failed === 1 ? 'fails' : 'fail'}`);
  else if (all > 0) parts.push(`${all} ${all === 1 ? 'holds' : 'hold'}`);
  else if (stopped === undefined && expect.length === 0) parts.push('expects nothing; it ran');
  if (stopped !== undefined) parts.push('stopped before its end');
  if (found.doubtful > 0) parts.push(counted(found.doubtful, 'warning'));
  if (found.regressed > 0) parts.push(`${found.regressed} regressed`);
  if (found.improved > 0) parts.push(`${found.improved} improved`);
  return parts.join(', ');
}

function expectLines({ expect, file }: Checked, { colors, full }: CheckTelling): string[] {
  return expect.flatMap((one) => {
    if (one.passed && !full) return [];
    const lines = expectationLines([one], colors);
    const [seed] = one.failed_seeds ?? [];
    if (seed === undefined) return lines;
    // The figure may be of two policies, and a cell is no run by itself.
    const isOne = one.policy !== null && !/\(/.test(one.that) && one.where === undefined;
    const policy = isOne ? ['--policy', one.policy!] : [];
    const words = ['spillway', 'run', file, ...policy, '--seed', seed].map(shellWord);
    const place = one.line === undefined ? '' : `${file}:${one.line}:${one.column}: `;
    return [...lines, colors.dim(`    ${place}see it with: ${words.join(' ')}`)];
  });
}

function warningLines({ warnings }: Checked, { colors, full, strict }: CheckTelling): string[] {
  if (!strict && !full) return [];
  const mark = strict ? colors.red('✗') : colors.yellow('–');
  return warnings.map(({ file, line, column, message }) => {
    const place = line === undefined ? '' : `${file}:${line}:${column}: `;
    return `${mark} ${place}warning: ${message}`;
  });
}

function driftLines(drift: FileDrift | null, { colors, full, strict }: CheckTelling): string[] {
  if (drift === null) return [];
  const marks = { bad: colors.red('✗'), good: colors.green('✓'), neutral: colors.dim('–') };
  const figures = drift.figures
    .filter(({ matters }) => matters || full)
    .map(({ name, text, tone }) => `${marks[tone]} ${name}: ${text}`);
  const mark = strict ? colors.red('✗') : colors.yellow('–');
  return [...figures, ...drift.notes.map((note) => `${mark} baseline: ${note}`)];
}

/** "2 warnings" */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
