/**
 * How much faster two workers are than one, and whether all come to the same bytes: a sweep of 80
 * runs made serially, by one worker and by two (one thread each), on a Redis of its own.
 * usage: npx tsx test/real/redis/speed.ts [ROUNDS]   after npm run build:node; 3 rounds by default
 * Needs redis-server (Debian), two cores and a calm machine: what else runs on it is in the figures.
 */
import type { ChildProcess } from 'node:child_process';
import { loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { Folder, spillway } from '../../cli/spillway.js';
import { RedisServer } from '../../redis/server.js';

const SWEPT = `spillway: 1
title: A shop at many loads
seed: 42
duration: 600s
warmup: 60s
replications: 10
producers:
  users: { arrivals: { poisson: 1000/s }, to: shop }
services:
  shop:
    workers: 20
    queue: { capacity: 100 }
    handler: [ { work: { exponential: 20ms } } ]
sweep:
  load: [ 60%, 70%, 80%, 90%, 100%, 110%, 120%, 130% ]
`;
const STUDY = ['sweep', 'swept.yaml', '--json', '--no-cache', '--quiet'];

const rounds = Number(process.argv[2] ?? 3);
const folder = new Folder();
folder.write('swept.yaml', SWEPT);

/** Seconds of a study, and what it came to. */
async function timed(env: Record<string, string>, ...more: string[]) {
  const beganMs = performance.now();
  const { code, stdout, stderr } = await spillway([...STUDY, ...more], { cwd: folder.path, env });
  if (code !== 0) throw new Error(stderr);
  return { seconds: (performance.now() - beganMs) / 1e3, stdout };
}

/** The same with so many workers, which are there and warm when it begins. */
async function withWorkers(count: number) {
  const server = await RedisServer.start();
  const env = { SPILLWAY_REDIS: server.url };
  const children: ChildProcess[] = [];
  const ended = Array.from({ length: count }, () =>
    spillway(['worker', '--threads', '1'], {
      cwd: folder.path,
      env,
      onStart: (child) => children.push(child),
    }),
  );
  await pause(3_000);
  const result = await timed(env);
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(ended);
  await server.stop();
  return result;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

const seconds: Record<'serial' | 'one' | 'two', number[]> = { serial: [], one: [], two: [] };
for (let round = 1; round <= rounds; round++) {
  const all = {
    serial: await timed({}, '--threads', '1'),
    one: await withWorkers(1),
    two: await withWorkers(2),
  };
  for (const [name, result] of Object.entries(all)) {
    seconds[name as keyof typeof seconds].push(result.seconds);
    if (result.stdout !== all.serial.stdout) throw new Error(`${name} came to other bytes`);
  }
  const said = Object.entries(all).map(([name, one]) => `${name} ${one.seconds.toFixed(1)} s`);
  console.log(
    `round ${round}: ${said.join(', ')} (load of the machine: ${loadavg()[0]!.toFixed(1)})`,
  );
}
folder.remove();
const [serial, one, two] = [seconds.serial, seconds.one, seconds.two].map(median);
console.log(
  `median: serial ${serial!.toFixed(1)} s, one worker ${one!.toFixed(1)} s, two ${two!.toFixed(1)} s`,
);
console.log(
  `two workers are ${(one! / two!).toFixed(2)} times as fast as one; all to the same bytes`,
);
