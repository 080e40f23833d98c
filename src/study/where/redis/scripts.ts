import type { BullClient } from './bull-client.js';
import {
  DIFFERS,
  KEPT_MS,
  otherOutcomeKey,
  outcomeKey,
  PRESENT_MS,
  STUDIES,
  WORKERS,
} from './names.js';

/** Says that one is there, and hears who of the others is. By the clock of Redis, the same for all. */
const BEAT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
for index = 1, 2 do redis.call('ZREMRANGEBYSCORE', KEYS[index], '-inf', now) end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return { redis.call('ZRANGE', KEYS[1], 0, -1), redis.call('ZRANGE', KEYS[2], 0, -1) }`;

/** The first outcome of a run stands; one that differs from it is kept beside it. */
const PUT = `
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 'first' end
if redis.call('GETRANGE', KEYS[1], 0, 63) == string.sub(ARGV[1], 1, 64) then return 'same' end
if ARGV[3] == '' then return 'same' end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
redis.call('SADD', KEYS[3], ARGV[3])
redis.call('PEXPIRE', KEYS[3], ARGV[2])
return 'other'`;

const BEAT_NAME = 'spillway-beat';
const PUT_NAME = 'spillway-put';

export function defineScripts(client: BullClient): void {
  client.defineCommand(BEAT_NAME, { numberOfKeys: 2, lua: BEAT });
  client.defineCommand(PUT_NAME, { numberOfKeys: 3, lua: PUT });
}

/** One who takes part: a study or a worker. */
export interface Presence {
  id: string;
  engine: string;
  /** How many runs it makes at once; 0 for a study. */
  threads: number;
}

/** Says that one is there; who else is. */
export async function beat(
  client: BullClient,
  as: 'worker' | 'study',
  presence: Presence,
): Promise<{ workers: Presence[]; studies: Presence[] }> {
  const [mine, theirs] = as === 'worker' ? [WORKERS, STUDIES] : [STUDIES, WORKERS];
  const said = JSON.stringify(presence);
  const args = [mine, theirs, said, PRESENT_MS, KEPT_MS];
  const [like, unlike] = (await client.runCommand(BEAT_NAME, args)) as [string[], string[]];
  const read = (members: string[]): Presence[] => members.map((one) => JSON.parse(one));
  const [workers, studies] = as === 'worker' ? [like, unlike] : [unlike, like];
  return { workers: read(workers), studies: read(studies) };
}

/** Says at once that one is gone. */
export async function leave(
  client: BullClient,
  as: 'worker' | 'study',
  presence: Presence,
): Promise<void> {
  await client.call('ZREM', as === 'worker' ? WORKERS : STUDIES, JSON.stringify(presence));
}

/**
 * Puts down an outcome: `other` where there is a different one already. Outcomes that say more of a
 * machine than of the run (`isFinal` false) may differ, and are kept for a moment only.
 */
export async function putOutcome(
  client: BullClient,
  key: string,
  outcome: { bytes: Buffer; isFinal: boolean; keptMs: number },
): Promise<'first' | 'same' | 'other'> {
  const keys = [outcomeKey(key), otherOutcomeKey(key), DIFFERS];
  const { bytes, isFinal, keptMs } = outcome;
  const said = await client.runCommand(PUT_NAME, [...keys, bytes, keptMs, isFinal ? key : '']);
  return said as 'first' | 'same' | 'other';
}
