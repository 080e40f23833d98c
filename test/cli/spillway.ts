import { type ChildProcess, spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Inside node_modules, so that the packages are found from there. */
const BUILT = join(ROOT, 'node_modules/.cache/spillway-cli');
const PAGE_SCRIPT = 'dist/report/client.js';

/** Whether the report's script has been built; without it there is no page. */
export const hasPageScript = existsSync(join(ROOT, PAGE_SCRIPT));

/** Strips the types of all of `src`: a process then starts in a third of the time tsx takes. */
export function buildCommandLine(): void {
  rmSync(BUILT, { recursive: true, force: true });
  const compilerOptions = {
    module: ts.ModuleKind.ESNext,
    target: ts.ScriptTarget.ES2022,
    verbatimModuleSyntax: true,
  };
  for (const name of readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue;
    const text = readFileSync(join(ROOT, 'src', name), 'utf8');
    const target = join(BUILT, 'dist', name.replace(/ts$/, 'js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, ts.transpileModule(text, { compilerOptions }).outputText);
  }
  copyFileSync(join(ROOT, 'package.json'), join(BUILT, 'package.json'));
  if (hasPageScript) copyFileSync(join(ROOT, PAGE_SCRIPT), join(BUILT, PAGE_SCRIPT));
  symlinkSync(join(ROOT, 'scenarios'), join(BUILT, 'scenarios'));
}

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
}

/** The command line as a user meets it: a process with arguments, two streams and an exit code. */
export function spillway(args: string[], options: SpawnOptions): Promise<Ended> {
  const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env;
  const child = spawn(process.execPath, [join(BUILT, 'dist/cli/main.js'), ...args], {
    cwd: options.cwd,
    env: { ...env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
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
