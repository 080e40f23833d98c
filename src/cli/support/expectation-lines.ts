import type { ExpectResult } from '../../study/index.js';
import { bytes, duration, number, rate, share } from './format.js';
import type { Colors } from './terminal.js';

/** A tick or a cross for each expectation, with what was measured beside the limit. */
export function expectationLines(expects: readonly ExpectResult[], colors: Colors): string[] {
  return expects.flatMap((expect) => {
    const judged = expect.held !== '0 of 0';
    const failed = judged ? colors.red('✗') : colors.yellow('–');
    const mark = expect.passed ? colors.green('✓') : failed;
    const policy = expect.policy === null ? '' : `${expect.policy}: `;
    const where = Object.entries(expect.where ?? {}).map(([axis, value]) => `${axis} ${value}`);
    const cell = where.length === 0 ? '' : ` at ${where.join(', ')}`;
    const figures = `measured ${actualText(expect)}${beside(expect)}, held ${expect.held}`;
    const measured = judged ? figures : 'not judged';
    const line = `${mark} ${policy}${expect.that}${cell}  ${colors.dim(measured)}`;
    if (expect.passed || expect.detail === undefined) return [line];
    return [line, colors.dim(`    ${expect.detail}`)];
  });
}

/** The other side, where that was measured too; of several replications it would be of one only. */
function beside({ passed, detail, held }: ExpectResult): string {
  return passed && detail !== undefined && held.endsWith('of 1') ? ` (${detail})` : '';
}

/** The measured value in the unit in which its limit is written, or which its name implies. */
export function actualText({ actual, that }: ExpectResult): string {
  if (typeof actual !== 'number') return String(actual ?? 'nothing');
  // The moment or window of a figure is no limit.
  const bare = that.replace(/@\s*[\d.a-zA-Z]+/g, '');
  const [literal, unit] = /(?:^|[\s<>=])\d[\d.]*\s*(%|\/[smh]|[a-zA-Z]+)?\s*$/.exec(bare) ?? [];
  if (literal === undefined) return byName(actual, that);
  if (unit === undefined) return number(actual);
  if (unit === '%') return share(actual);
  if (unit.startsWith('/')) return rate(actual);
  return /^(ns|us|ms|s|m|h)$/.test(unit) ? duration(actual) : bytes(actual);
}

/** Where the limit is a figure too: the unit of the figure on the left. */
function byName(actual: number, that: string): string {
  const [name = ''] = that.replace(/^[\d.\s*]+/, '').split(/[(@<>=]|\s(?!->|[^.]*->)/);
  if (/^(cascade\.|recovery_time)|(latency|wait|sojourn)\.[a-z0-9]+$|age\.max$/.test(name)) {
    return duration(actual);
  }
  if (/(^|\.)(offered|throughput|goodput)$/.test(name)) return rate(actual);
  return /_ratio$|utilization$|wasted_work$/.test(name) ? share(actual) : number(actual);
}
