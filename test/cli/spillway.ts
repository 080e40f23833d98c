import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface SpawnOptions {
  cwd: string;
  env?: Record<string, string>;
  /** Called with the process once it has written to standard error. */
  onFirstWord?: (child: ChildProcess) => void;
  /** A shell's command before it, such as a limit for the process. */
  first?: string;
  /** Called with the process once it has begun. */
  onStart?: (child: ChildProcess) => void;
}

/** The command line as a user meets it: a process with arguments, two streams and an exit code. */
export function spillway(args: string[], options: SpawnOptions): Promise<Ended> {
  const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env;
  const limited =
    options.first === undefined ? [] : ['sh', '-c', `${options.first}; exec "$@"`, 'sh'];
  const [command, ...words] = [...limited, process.execPath, MAIN, ...args];
  const child = spawn(command!, words, {
    cwd: options.cwd,
    env: { ...env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  options.onStart?.(child);
  const ended: Ended = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (data: Buffer) => (ended.stdout += data.toString()));
  child.stderr.once('data', () => options.onFirstWord?.(child));
  child.stderr.on('data', (data: Buffer) => (ended.stderr += data.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...ended, code }));
  });
}

/** A folder of its own for a test, with these files in it. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'spillway-test-'));

  write(name: string, text: string): string {
    writeFileSync(join(this.path, name), text);
    return name;
  }

  get names(): string[] {
    return readdirSync(this.path).sort();
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}

/** One service under a steady load, small enough to run in a moment. */
export const SMALL = `spillway: 1
title: One small service
seed: 42
duration: 60s
warmup: 5s
objective: { latency: 1s }
producers:
  users: { arrivals: { poisson: 50/s }, to: shop }
services:
  shop:
    workers: 2
    queue: { capacity: 20 }
    handler: [ { work: { exponential: 20ms } } ]
faults:
  - { at: 20s, for: 5s, slow: shop, factor: 10 }
policies:
  as-it-is: {}
  retry-storm: preset
expect:
  - { that: offered within 20% of 50/s }
  - { policy: as-it-is, that: amplification == 1 }
`;
