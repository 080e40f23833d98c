import { join } from 'node:path';

/** Two digits of the hash make a folder, so that none holds more than some hundred files. */
const SHARD_DIGITS = 2;

export const RESULTS = 'results';
export const PLANS = 'plans';

export function resultPath(folder: string, key: string): string {
  return join(folder, RESULTS, key.slice(0, SHARD_DIGITS), `${key}.result`);
}

export function planPath(folder: string, hash: string): string {
  return join(folder, PLANS, hash.slice(0, SHARD_DIGITS), `${hash}.plan`);
}

/** What a file of this name in `shard` is to a store; null of what is none of its own. */
export function fileKind(
  shard: string,
  name: string,
): null | { kind: 'result' | 'plan' | 'draft'; hash: string } {
  const [, hash, kind, draft] =
    /^([0-9a-f]{64})\.(result|plan)(\.[0-9a-f]{16}\.draft)?$/.exec(name) ?? [];
  if (hash === undefined || hash.slice(0, SHARD_DIGITS) !== shard) return null;
  return { kind: draft === undefined ? (kind as 'result' | 'plan') : 'draft', hash };
}
