import type { ExpectResult } from '../study/result.js';
import { formatBytes, formatNumber, formatRate, formatSeconds, formatShare } from './format.js';

/** What an expectation found, in the unit in which its limit is written, or which its name implies. */
export function measuredText({ actual, that }: Pick<ExpectResult, 'actual' | 'that'>): string {
  if (typeof actual !== 'number') return String(actual ?? 'nothing');
  // The moment or window of a figure is no limit.
  const bare = that.replace(/@\s*[\d.a-zA-Z]+/g, '');
  const [literal, unit] = /(?:^|[\s<>=])\d[\d.]*\s*(%|\/[smh]|[a-zA-Z]+)?\s*$/.exec(bare) ?? [];
  if (literal === undefined) return byName(actual, that);
  if (unit === undefined) return formatNumber(actual);
  if (unit === '%') return formatShare(actual);
  if (unit.startsWith('/')) return formatRate(actual);
  return /^(ns|us|ms|s|m|h)$/.test(unit) ? formatSeconds(actual) : formatBytes(actual);
}

/** Where the limit is a figure too: the unit of the figure on the left. */
function byName(actual: number, that: string): string {
  const [name = ''] = that.replace(/^[\d.\s*]+/, '').split(/[(@<>=]|\s(?!->|[^.]*->)/);
  if (/^(cascade\.|recovery_time)|(latency|wait|sojourn)\.[a-z0-9]+$|age\.max$/.test(name)) {
    return formatSeconds(actual);
  }
  if (/(^|\.)(offered|throughput|goodput)$/.test(name)) return formatRate(actual);
  return /_ratio$|utilization$|wasted_work$/.test(name)
    ? formatShare(actual)
    : formatNumber(actual);
}
