import type { Mistake } from './issue.js';
import * as say from './messages.js';
import { LONGEST_NS } from './units.js';

/** A trace of arrivals as a file gives it: moments, or rates per second from moments on. */
export type Trace =
  | { kind: 'times'; atNs: Float64Array }
  | { kind: 'rates'; atNs: Float64Array; perSecond: Float64Array };

/** A line that is no part of a trace, counted from 1. */
export interface BadLine {
  line: number;
  mistake: Mistake;
}

const CHUNK_BYTES = 1 << 16;
/** One arrival a nanosecond: the clock cannot tell more apart. */
const FASTEST = 1e9;
/** Lines that say nothing of arrivals: the names of the columns, and remarks. */
const HEADING = /^[a-z_][a-z_ ]*(,[a-z_/ ]+)?$/i;

/**
 * Reads a CSV of seconds, one arrival time a line, or `time,rate` lines; ascending (several
 * arrivals may share a time, rates may not). The first line may name the columns; lines that begin
 * with # are remarks. The bytes are read in chunks, so that no line costs more than itself. Null
 * where the file holds no arrivals.
 */
export function readTrace(bytes: Uint8Array): Trace | BadLine | null {
  const reader = new TraceReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    const text = rest + decoder.decode(bytes.subarray(at, at + CHUNK_BYTES), { stream: true });
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      const mistake = reader.line(text.slice(from, end));
      if (mistake !== null) return { line: reader.lines, mistake };
      from = end + 1;
    }
    rest = text.slice(from);
  }
  const last = rest === '' ? null : reader.line(rest);
  return last === null ? reader.trace() : { line: reader.lines, mistake: last };
}

class TraceReader {
  lines = 0;
  private count = 0;
  private atNs = new Float64Array(1024);
  private rates: Float64Array | null = null;

  /** Takes the next line; what is wrong with it, or null. */
  line(written: string): Mistake | null {
    this.lines++;
    const text = written.trim();
    if (text === '') return say.emptyTraceLine();
    if (text.startsWith('#') || (this.lines === 1 && HEADING.test(text))) return null;
    const comma = text.indexOf(',');
    const ns = nanosecondsOf(comma < 0 ? text : text.slice(0, comma).trim());
    const rate = comma < 0 ? 0 : rateOf(text.slice(comma + 1).trim());
    if (!(ns <= LONGEST_NS) || !(rate <= FASTEST)) return say.badTraceLine(text.slice(0, 40));
    return this.add(ns, comma < 0 ? null : rate);
  }

  trace(): Trace | null {
    if (this.count === 0) return null;
    const atNs = this.atNs.slice(0, this.count);
    if (this.rates === null) return { kind: 'times', atNs };
    return { kind: 'rates', atNs, perSecond: this.rates.slice(0, this.count) };
  }

  private add(ns: number, rate: number | null): Mistake | null {
    if (this.count === 0 && rate !== null) this.rates = new Float64Array(1024);
    if ((rate !== null) !== (this.rates !== null)) return say.mixedTraceLine(this.rates !== null);
    const before = this.count === 0 ? -1 : (this.atNs[this.count - 1] ?? 0);
    if (ns < before || (rate !== null && ns === before)) {
      return say.unsortedTrace(ns / 1e9, before / 1e9);
    }
    if (this.count === this.atNs.length) this.grow();
    this.atNs[this.count] = ns;
    if (this.rates !== null) this.rates[this.count] = rate ?? 0;
    this.count++;
    return null;
  }

  private grow(): void {
    this.atNs = twice(this.atNs);
    if (this.rates !== null) this.rates = twice(this.rates);
  }
}

function twice(old: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * old.length);
  larger.set(old);
  return larger;
}

/** Seconds as nanoseconds, to the digit: whole seconds and their fraction each on their own. */
function nanosecondsOf(text: string): number {
  const parts = /^(\d+)(?:\.(\d*))?$/.exec(text);
  if (parts !== null) {
    const [, whole, fraction = ''] = parts;
    return Number(whole) * 1e9 + Math.round(Number(`0.${fraction}`) * 1e9);
  }
  return /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)
    ? Math.round(Number(text) * 1e9)
    : Number.NaN;
}

function rateOf(text: string): number {
  return /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
}
