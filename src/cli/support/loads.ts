import { InvalidArgumentError } from 'commander';
import { readRate } from '../../scenario/index.js';
import type { LoadsAsked } from '../../study/index.js';

const LOADS_MAX = 200;
const FORMS = 'Expected FROM..TO..STEP or a list, such as 10%..200%..10% or 160/s,200/s,240/s.';
const PERCENT = /^\d+(\.\d+)?%$/;

/** `--loads 10%..200%..10%`, `--loads 160/s..280/s..20/s`, `--loads 50%,100%`. */
export function loadsAsked(text: string): LoadsAsked {
  const parts = text.split(text.includes('..') ? '..' : ',').map((part) => part.trim());
  const shares = parts.every((part) => PERCENT.test(part));
  const values = parts.map((part) => (shares ? Number(part.slice(0, -1)) / 100 : rateIn(part)));
  const loads = text.includes('..') ? range(values) : values;
  if (loads.some((load) => !(load > 0))) throw new InvalidArgumentError('A load is above zero.');
  if (new Set(loads).size < 2) throw new InvalidArgumentError('Two loads are the least.');
  if (loads.length > LOADS_MAX) throw new InvalidArgumentError(`At most ${LOADS_MAX} loads.`);
  return { per: shares ? 'file' : 'rate', loads };
}

function rateIn(text: string): number {
  const rate = readRate(text);
  if (!rate.ok) throw new InvalidArgumentError(FORMS);
  return rate.value;
}

function range([from, to, step, ...more]: readonly number[]): number[] {
  if (to === undefined || step === undefined || more.length > 0 || !(step > 0)) {
    throw new InvalidArgumentError(FORMS);
  }
  const count = Math.floor((to - from!) / step + 1e-9) + 1;
  if (count > LOADS_MAX) throw new InvalidArgumentError(`At most ${LOADS_MAX} loads.`);
  // A step added again and again would carry its rounding along.
  return Array.from({ length: Math.max(0, count) }, (_, index) => {
    return Number((from! + index * step).toPrecision(12));
  });
}
