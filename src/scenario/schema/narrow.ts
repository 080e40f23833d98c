import { type Read, type Refusal, read, refuse } from '../refusal.js';
import { readDuration, readShare } from '../units.js';
import { duration, number, share } from './figures.js';
import { documents, leaf, type Schema } from './kit.js';

// Figures that ask for more than their unit.

type Check = (value: number) => Refusal | undefined;

function narrowed(of: Schema<number>, reader: (input: unknown) => Read<number>, check: Check) {
  const reading = (input: unknown): Read<number> => {
    const result = reader(input);
    const refusal = result.ok ? check(result.value) : undefined;
    return refusal === undefined ? result : refuse(refusal);
  };
  return leaf(reading, documents.get(of) ?? {});
}

/** A duration, unless `check` refuses it. */
export function durationWhere(check: Check): Schema<number> {
  return narrowed(duration, readDuration, check);
}

/** A share, unless `check` refuses it. */
export function shareWhere(check: Check): Schema<number> {
  return narrowed(share, readShare, check);
}

/** A number from 0 to `most`. */
export function numberUpTo(most: number, tooMuch: Check): Schema<number> {
  const plain = number(0, true);
  const reading = (input: unknown): Read<number> => {
    const result = plain.safeParse(input);
    if (result.success) return read(result.data);
    const [issue] = result.error.issues;
    return refuse((issue as { params?: { refusal?: Refusal } }).params?.refusal as Refusal);
  };
  const check: Check = (value) => (value > most ? tooMuch(value) : undefined);
  return narrowed(plain, reading, check);
}
