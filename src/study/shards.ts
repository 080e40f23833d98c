/** One of several machines' share of a study: `3/16` is index 3 of 16. */
export interface Shard {
  /** From 1. */
  index: number;
  of: number;
}

/** More shares than that nobody hands out, and no system has as many files open. */
const MOST = 1_000;

/** Reads `3/16`; null where it is none. */
export function shardOf(text: string): Shard | null {
  const [, index, of] = /^(\d{1,5})\/(\d{1,5})$/.exec(text.trim()) ?? [];
  const shard = { index: Number(index), of: Number(of) };
  return shard.of >= 1 && shard.of <= MOST && shard.index >= 1 && shard.index <= shard.of
    ? shard
    : null;
}

/** Whose share a task is: by what it is (cell, policy, seed), not by its place, so that shares balance. */
export function ownerOf(key: string, of: number): number {
  return (hash32(key) % of) + 1;
}

/** FNV-1a over UTF-16 units, then the last steps of MurmurHash3, which spread what differs little. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
