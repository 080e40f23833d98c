import type { FaultCondition } from '../model/plan.js';
import type { Mistake } from './issue.js';
import * as say from './messages.js';
import type { Read } from './refusal.js';
import { readDuration, readRate, readShare, readSize } from './units.js';

/** What a watched figure is measured in, by its name. */
export type Watched = Readonly<Record<string, string>>;

const FORM = /^(\S.*?) +(<=|>=|==|!=|<|>) +(\S+)$/;

/** Whether a text has the form METRIC OP value; the schema refuses others. */
export function isCondition(text: string): boolean {
  return FORM.test(text.trim());
}

/**
 * Reads METRIC OP value, the value in the unit of the metric; shares and rates as the series have
 * them. Of a metric that is not watched, `isLater` tells whether it will be.
 */
export function readCondition(
  text: string,
  watched: Watched,
  isLater: (metric: string) => boolean = () => false,
): { ok: true; value: FaultCondition } | { ok: false; why: Mistake } {
  const [, metric = '', op = '', written = ''] = FORM.exec(text.trim()) ?? [];
  const unit = Object.hasOwn(watched, metric) ? watched[metric] : undefined;
  if (unit === undefined && isLater(metric)) return { ok: false, why: say.notYet(metric) };
  if (unit === undefined) {
    return { ok: false, why: say.notWatched(metric, Object.keys(watched)) };
  }
  const value = valueIn(unit, written);
  if (!value.ok) return value;
  return { ok: true, value: { metric, op: op as FaultCondition['op'], value: value.value } };
}

function valueIn(unit: string, text: string): Read<number> {
  if (unit === 'seconds') {
    const ns = readDuration(text);
    return ns.ok ? { ok: true, value: ns.value / 1e9 } : ns;
  }
  if (unit === 'per_second') return readRate(text);
  if (unit === 'bytes') return readSize(text);
  const number = /^\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  if (unit === 'share') return readShare(number);
  if (typeof number === 'number') return { ok: true, value: number };
  return { ok: false, why: say.notAFigure(0, true) };
}
