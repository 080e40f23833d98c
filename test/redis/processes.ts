import type { ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import type { BullClient } from '../../src/study/where/redis/bull-client.js';
import { PREFIX } from '../../src/study/where/redis/names.js';
import { type Ended, spillway } from '../cli/spillway.js';

/** A process of the command line that is pointed at a Redis, and how it ended. */
export class Started {
  child: ChildProcess | null = null;
  readonly ended: Promise<Ended>;

  constructor(args: string[], cwd: string, url: string) {
    const onStart = (child: ChildProcess): void => {
      this.child = child;
    };
    this.ended = spillway(args, { cwd, env: { SPILLWAY_REDIS: url }, onStart });
  }

  kill(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }
}

/** How many outcomes are there. */
export async function outcomes(client: BullClient): Promise<number> {
  let found = 0;
  for await (const keys of client.scanStream({ match: `${PREFIX}:outcome:*`, count: 1_000 })) {
    found += keys.length;
  }
  return found;
}

/** Waits until so many outcomes are there. */
export async function reached(client: BullClient, count: number): Promise<void> {
  while ((await outcomes(client)) < count) await pause(10);
}
