import type { ExpectResult } from '../study/result.js';
import { formatBytes, formatNumber, formatRate, formatSeconds, formatShare } from './format.js';

/** "298/s [297/s, 299/s] against 198/s": what an expectation found, in the unit of its figure. */
export function measuredText(expect: ExpectResult): string {
  const { actual, detail, interval, limit, unit } = expect;
  const ends = (interval ?? []).map((end) => valueText(end, unit));
  const spread = ends.length === 0 || ends[0] === ends[1] ? '' : ` [${ends.join(', ')}]`;
  // A limit that was written stands in the text of the expectation.
  const isMeasured = detail !== undefined && typeof actual === 'number';
  const against =
    isMeasured && typeof limit === 'number' ? ` against ${valueText(limit, unit)}` : '';
  return `${valueText(actual, unit)}${spread}${against}`;
}

function valueText(value: ExpectResult['actual'], unit: ExpectResult['unit']): string {
  if (typeof value !== 'number') return String(value ?? 'nothing');
  switch (unit) {
    case 'seconds':
      return formatSeconds(value);
    case 'per_second':
      return formatRate(value);
    case 'share':
      return formatShare(value);
    case 'bytes':
      return formatBytes(value);
    default:
      return formatNumber(value);
  }
}
