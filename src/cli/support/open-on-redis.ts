import { addressOf } from '../../study/where/key.js';
import { openRedis, type RedisRunner } from '../../study/where/redis/coordinator.js';
import type { LinkOptions } from '../../study/where/redis/link.js';
import { orMistake } from './redis.js';
import { engine } from './store.js';

/** The workers of a Redis as the place where the runs of a command happen. */
export async function openOnRedis(link: LinkOptions): Promise<RedisRunner> {
  const code = engine();
  const inner = await orMistake(
    openRedis({
      ...link,
      engine: code,
      keyOf: (scenario, task) => addressOf(code, scenario, task).key,
    }),
  );
  return {
    width: inner.width,
    run: (...run) => orMistake(inner.run(...run)),
    close: () => orMistake(inner.close()),
  };
}
