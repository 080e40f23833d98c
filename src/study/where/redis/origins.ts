import type { Scenario } from '../../index.js';

/** What a scenario was read from: all it takes to read it again elsewhere. */
export interface Origin {
  /** The name it goes by in messages. */
  file: string;
  text: Uint8Array;
  /** The files that it names, by the path written there. */
  files: ReadonlyMap<string, Uint8Array>;
  /** Axes of the command line, beside those of the text. */
  vary: readonly string[];
}

/** By what plans are made from: a scenario that only names other policies or axes shares it. */
const origins = new WeakMap<object, Origin>();

export function rememberOrigin({ source }: Scenario, origin: Origin): void {
  origins.set(source, origin);
}

export function originOf({ source, file }: Scenario): Origin {
  const origin = origins.get(source);
  if (origin === undefined) throw new Error(`${file}: what it was read from is not known`);
  return origin;
}
