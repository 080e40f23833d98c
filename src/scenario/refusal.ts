/** Why a value was refused, in the words of the catalogue (`messages.ts`); the place is added later. */
export interface Refusal {
  code: string;
  message: string;
  expected?: string;
  hint?: string;
  /** The value is of another kind altogether (a map for a text), so another reading may fit it. */
  mismatch?: boolean;
}

/** What reading a value gives: the value in base units, or why it was refused. */
export type Read<T> = { ok: true; value: T } | { ok: false; why: Refusal };

/** A reading that succeeded. */
export function read<T>(value: T): Read<T> {
  return { ok: true, value };
}

/** A reading that was refused. */
export function refuse(why: Refusal): { ok: false; why: Refusal } {
  return { ok: false, why };
}
