import type { Mistake } from './issue.js';
import * as say from './messages.js';
import { LONGEST_NS } from './units.js';

/** The latencies in a CSV of seconds, the first of each line, in nanoseconds; or what is wrong. */
export function latenciesIn(path: string, content: Uint8Array): number[] | Mistake {
  const values: number[] = [];
  let number = 0;
  for (const line of new TextDecoder().decode(content).split(/\r?\n/)) {
    number += 1;
    const cell = line.split(',')[0]?.trim() ?? '';
    if (cell === '' || cell.startsWith('#')) continue;
    const seconds = /^\d*\.?\d+(e[+-]?\d+)?$/i.test(cell) ? Number(cell) : Number.NaN;
    // The first line may name the column.
    if (Number.isNaN(seconds) && number === 1) continue;
    const ns = Math.round(seconds * 1e9);
    if (!(ns >= 0 && ns <= LONGEST_NS)) return say.badLatency(path, number, cell);
    values.push(ns);
  }
  return values.length === 0 ? say.noLatencies(path) : values;
}
