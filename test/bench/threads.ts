import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { spread, spreadOf, table } from './figures.js';
import { measured, SCRATCH, SPILLWAY, say } from './processes.js';

/** An M/M/1 at 80%, as many times as asked: some seconds of work each thread. */
const text = (replications: number, seconds: number): string => `spillway: 1
title: ${replications} times M/M/1
seed: 1
duration: ${seconds}s
replications: ${replications}
producers: { clients: { arrivals: { poisson: 8000/s }, to: server } }
services: { server: { workers: 1, handler: [ { work: { exponential: 100us } } ] } }
`;

/** What threads gain: the same study with one run at a time and with as many as there are cores. */
export function benchThreads(rounds: number, quick: boolean): void {
  const cores = availableParallelism();
  const seconds = quick ? 20 : 200;
  const rows: string[][] = [];
  say('threads');
  for (const replications of [1, cores, 4 * cores]) {
    const file = join(SCRATCH, `threads-${replications}.yaml`);
    writeFileSync(file, text(replications, seconds));
    const wall: [number[], number[]] = [[], []];
    const cpu: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      for (const [at, threads] of [1, cores].entries()) {
        const flags = ['--json', '--quiet', '--threads', String(threads)];
        const used = measured([...SPILLWAY, 'run', file, ...flags]);
        wall[at]!.push(used.wallSeconds);
        cpu[at]!.push(used.cpuSeconds);
      }
    }
    const ratio = wall[0].map((one, round) => one / wall[1][round]!);
    const more = cpu[0].map((one, round) => cpu[1][round]! / one);
    rows.push([
      `${replications} × ${seconds} s`,
      ...[...wall, ratio, more].map((values) => spread(spreadOf(values))),
    ]);
  }
  const head = [
    'runs',
    '--threads 1, s',
    `--threads ${cores}, s`,
    'times as fast',
    'times the CPU',
  ];
  console.log(table(head, rows));
}
