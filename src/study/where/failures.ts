import { EngineFailure } from '../index.js';

/** An error as plain data, which crosses threads and processes whole. */
export interface ToldFailure {
  message: string;
  /** Of the error itself, where it came up. */
  stack: string;
  /** Which run it was in and where there; null outside of one. */
  at: { label: string; seed: string; atSeconds: number } | null;
}

/** To be sent where `failureOf` makes it an error again. */
export function toldOf(error: unknown): ToldFailure {
  const message = error instanceof Error ? error.message : String(error);
  const cause = error instanceof EngineFailure ? error.cause : error;
  const stack = cause instanceof Error ? (cause.stack ?? message) : message;
  if (!(error instanceof EngineFailure)) return { message, stack, at: null };
  const { label, seed, atSeconds } = error;
  return { message, stack, at: { label, seed, atSeconds } };
}

/** The error that was told, with the place and the stack that it had where it came up. */
export function failureOf({ message, stack, at }: ToldFailure): Error {
  const cause = new Error(message);
  cause.stack = stack;
  if (at === null) return cause;
  const { atSeconds, ...run } = at;
  const failure = new EngineFailure(cause, { ...run, nowNs: 0 });
  // Not by way of nanoseconds: the digits shall be those that were told.
  return Object.assign(failure, { atSeconds });
}
