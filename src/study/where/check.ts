import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { type ExecuteOptions, executePlan } from '../execute.js';
import type { Tick } from '../progress.js';
import type { planOf } from '../task.js';
import { fromCanonicalText } from './canonical.js';
import { type Entry, readEntry } from './entry.js';
import { sha256 } from './key.js';
import { planPath } from './places.js';
import { unsealed } from './sealed.js';
import type { StoreFile } from './survey.js';

/** The entry of a file, or why it is none; null where it is gone. */
function entryAt({ path, hash }: StoreFile): Entry | string | null {
  return readAt(path, (bytes) => readEntry(bytes, hash));
}

/** The text of a plan, or why there is none; null where it is gone. */
function planTextAt(path: string, hash: string): { text: string } | string | null {
  return readAt(path, (bytes) => {
    const body = unsealed('plan', bytes);
    if (typeof body === 'string') return body;
    const text = inflateRawSync(body).toString('utf8');
    return sha256(text) === hash ? { text } : 'it is another plan';
  });
}

/** What is wrong with a file of the store, in words; and of a sound entry, by which engine it is. */
export function inspect(file: StoreFile): { trouble: string | null; engine: string | null } {
  const { kind, path, hash } = file;
  if (kind === 'draft') return { trouble: null, engine: null };
  const found: Partial<Entry> | string | null =
    kind === 'result' ? entryAt(file) : planTextAt(path, hash);
  if (typeof found === 'string') return { trouble: found, engine: null };
  return { trouble: null, engine: found?.head?.engine ?? null };
}

type Plan = ReturnType<typeof planOf>;

/** What came of running an entry again. */
export type Again = 'same' | 'other' | 'stopped' | 'no plan';

/**
 * Runs so many of these entries once more, spread over all of them, and compares to the byte. They
 * must be by the engine at hand. Ends where `tick` says so.
 */
export async function* runAgain(
  folder: string,
  files: readonly StoreFile[],
  { times, ...options }: { times: number; memoryLimitBytes: number; tick: Tick },
): AsyncGenerator<{ file: StoreFile; label: string; came: Again }> {
  for (let i = 0; i < times; i++) {
    const file = files[Math.floor((i * files.length) / times)]!;
    const entry = entryAt(file);
    if (entry === null || typeof entry === 'string') continue;
    yield { file, label: entry.head.label, came: await cameOf(folder, entry, options) };
  }
}

async function cameOf(
  folder: string,
  { head, text }: Entry,
  options: ExecuteOptions,
): Promise<Again> {
  const stored = planTextAt(planPath(folder, head.plan), head.plan);
  if (stored === null || typeof stored === 'string') return 'no plan';
  const plan = { ...(fromCanonicalText(stored.text) as Plan), seed: head.seed };
  const outcome = await executePlan(plan, head.asked, head.label, options);
  const why = outcome.measured.stopped?.why;
  if (why === 'interrupted' || why === 'memory') return 'stopped';
  return JSON.stringify(outcome) === text ? 'same' : 'other';
}

function readAt<T>(path: string, of: (bytes: Uint8Array) => T | string): T | string | null {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? null : `it cannot be read (${code})`;
  }
  try {
    return of(bytes);
  } catch (error) {
    return `it cannot be unpacked (${(error as Error).message})`;
  }
}
