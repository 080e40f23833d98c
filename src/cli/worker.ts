import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError } from 'commander';
import { readDuration } from '../scenario/index.js';
import { addressOf } from '../study/where/key.js';
import { openWorker } from '../study/where/redis/worker.js';
import { openThreads } from '../study/where/threads.js';
import { EXIT, Mistake } from './support/ending.js';
import { threadNumber } from './support/flags.js';
import { loadOrigin } from './support/load.js';
import { memoryLimitBytes } from './support/memory.js';
import { addRedisFlags, orMistake, type RedisFlags, redisLink } from './support/redis.js';
import { engine } from './support/store.js';
import { note } from './support/terminal.js';

interface Flags extends RedisFlags {
  threads?: number;
  untilIdle?: number;
  quiet?: boolean;
}

const EXAMPLES = `Examples:
  spillway worker --redis redis://10.0.0.5
  SPILLWAY_REDIS=rediss://lab:SECRET@redis.example:6380 spillway worker --redis-ca ca.pem
`;

const AFTER = `
It makes the runs of every study that is pointed at the same Redis (spillway sweep --redis), until it
is stopped: Ctrl-C (or SIGTERM) lets it finish the runs it has begun, a second one ends it at once.
What a worker leaves behind, however it ended, others make within seconds.`;

/** `spillway worker`: makes runs for the studies of other machines. */
export function add(program: Command): void {
  const command = program
    .command('worker')
    .description('make runs for studies elsewhere, over a Redis')
    .option('--threads <n>', 'runs at once (default: as many as there are cores)', threadNumber)
    .option('--until-idle <duration>', 'end when there was nothing to do for so long', idleMs)
    .option('--quiet', 'say nothing but mistakes on standard error');
  addRedisFlags(command, 'where studies are')
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', AFTER)
    .action(async (flags: Flags) => {
      process.exitCode = await work(flags);
    });
}

async function work(flags: Flags): Promise<number> {
  const link = redisLink(flags);
  if (link === null) {
    throw new Mistake('worker: which Redis? --redis URL, or SPILLWAY_REDIS in the environment');
  }
  const tell = flags.quiet ? () => undefined : link.tell;
  const threads = flags.threads ?? availableParallelism();
  // Not one run in this very thread: it keeps the locks on the others.
  const runner = openThreads({ threads, memoryLimitBytes: memoryLimitBytes(), hereFirstMs: 0 });
  const code = engine();
  try {
    const worker = await orMistake(
      openWorker({
        ...link,
        tell,
        engine: code,
        runner,
        keyOf: (scenario, task) => addressOf(code, scenario, task).key,
        load: loadOrigin,
        untilIdleMs: flags.untilIdle,
      }),
    );
    if (!flags.quiet) note(`${worker.shown}: waiting for runs (threads: ${threads})`);
    const release = stopOnSignals(worker.stop.bind(worker), flags.quiet === true);
    const runs = await worker.ended;
    release();
    if (!flags.quiet) note(`made ${runs === 1 ? '1 run' : `${runs} runs`}`);
    return EXIT.fine;
  } finally {
    await runner.close();
  }
}

/** The first signal stops, the second ends. */
function stopOnSignals(stop: () => void, quiet: boolean): () => void {
  let asked = false;
  const onSignal = (): void => {
    if (asked) process.exit(EXIT.interrupted);
    asked = true;
    if (!quiet) note('stopping: runs under way are finished, nothing new is taken');
    stop();
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
}

/** `--until-idle 30s`, in milliseconds. */
function idleMs(text: string): number {
  const result = readDuration(text);
  if (!result.ok || result.value <= 0) {
    throw new InvalidArgumentError('Expected a duration with its unit, such as 30s.');
  }
  return result.value / 1e6;
}
