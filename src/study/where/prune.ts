import { rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PLANS, RESULTS } from './places.js';
import { entriesOf, filesOf, type Listed } from './survey.js';

/** What was begun later than that may still be written to by somebody. */
const DRAFT_MS = 3_600_000;

export interface PruneOptions {
  /** Entries of other ones go. */
  engine: string;
  /** Entries that were written before this go too; null: whenever they were. */
  beforeMs: number | null;
  /** Every entry goes. */
  all: boolean;
  nowMs: number;
}

export interface Pruned {
  /** Entries that went, and what else of the store did (plans, drafts). */
  entries: number;
  others: number;
  bytes: number;
  /** Entries that stay. */
  left: number;
}

/**
 * Takes away entries that are of no use any more, the plans that no entry names, and what was left
 * half written. Only files that have the names of a store's own are touched.
 */
export function prune(folder: string, options: PruneOptions): Pruned {
  const pruned: Pruned = { entries: 0, others: 0, bytes: 0, left: 0 };
  const plans = new Set<string>();
  const shards = new Set<string>();
  for (const listed of entriesOf(folder)) {
    if (goes(listed, options)) {
      rmSync(listed.path, { force: true });
      shards.add(dirname(listed.path));
      pruned.entries++;
      pruned.bytes += listed.bytes;
    } else {
      plans.add(listed.head!.plan);
      pruned.left++;
    }
  }
  for (const { path, kind, hash } of filesOf(folder)) {
    if (kind === 'result' || (kind === 'plan' && plans.has(hash))) continue;
    const found = statSync(path, { throwIfNoEntry: false });
    // Whoever has just written a plan is about to write the entry that names it.
    if (found === undefined || (!options.all && found.mtimeMs > options.nowMs - DRAFT_MS)) continue;
    rmSync(path, { force: true });
    shards.add(dirname(path));
    pruned.others++;
    pruned.bytes += found.size;
  }
  for (const shard of shards) removeIfEmpty(shard);
  for (const part of [RESULTS, PLANS]) removeIfEmpty(join(folder, part));
  return pruned;
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOENT') throw error;
  }
}

function goes({ head, writtenMs }: Listed, { engine, beforeMs, all }: PruneOptions): boolean {
  if (all || head === null || head.engine !== engine) return true;
  return beforeMs !== null && writtenMs < beforeMs;
}
