import { type Command, Option } from 'commander';
import type { LinkOptions } from '../../study/where/redis/link.js';
import { Mistake } from './ending.js';
import { note } from './terminal.js';

/** Names a Redis without a password on the command line, which others on the machine may read. */
const VARIABLE = 'SPILLWAY_REDIS';

export interface RedisFlags {
  redis?: string;
  redisCa?: string;
}

/** Adds the flags that name a Redis. */
export function addRedisFlags(command: Command, what: string): Command {
  return command
    .addOption(
      // Not shown with its value: there may be a password in it.
      new Option(
        '--redis <url>',
        `${what}: redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE], rediss:// for TLS`,
      ).env(VARIABLE),
    )
    .option('--redis-ca <file>', "certificate of who signed the Redis server's (PEM)");
}

/** How to reach the Redis of the flags; null where they name none. */
export function redisLink(flags: RedisFlags): LinkOptions | null {
  const { redis: url, redisCa: ca } = flags;
  if (url === undefined || url === '') {
    if (ca !== undefined) throw new Mistake('--redis-ca: there is no --redis that it belongs to');
    return null;
  }
  if (url !== process.env[VARIABLE] && /\/\/[^@/]*:[^@]+@/.test(url)) {
    note(`a password on the command line can be read with ps: ${VARIABLE} says the same unseen`);
  }
  return { url, ca, tell };
}

/** What is wrong with the Redis is the user's to mend. */
export async function orMistake<T>(opened: Promise<T>): Promise<T> {
  try {
    return await opened;
  } catch (error) {
    if (error instanceof Error && error.name === 'RedisTrouble') throw new Mistake(error.message);
    throw error;
  }
}

/** Between two states of a progress bar, which is drawn again. */
function tell(line: string): void {
  note(process.stderr.isTTY ? `\r\u001b[2K${line}` : line);
}
