import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What one process took, start-up and all. */
export interface Used {
  /** User and system time of the process and its threads. */
  cpuSeconds: number;
  wallSeconds: number;
  /** Greatest resident size; null where there is no compiler to measure it with. */
  rssBytes: number | null;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const HERE = fileURLToPath(new URL('.', import.meta.url));

/** The product's command line, as one runs it from the project. */
export const SPILLWAY = [process.execPath, join(ROOT, 'dist/cli/main.js')];

/** A folder for what the bench makes; deleted when the process ends. */
export const SCRATCH = mkdtempSync(join(tmpdir(), 'spillway-bench-'));
process.on('exit', () => rmSync(SCRATCH, { recursive: true, force: true }));

const YARDSTICK = join(SCRATCH, 'yardstick');
const FLAGS = ['-O3', '-march=native', '-std=c++20'];

/** The C++ yardstick, compiled; null where there is no compiler. */
export const yardstick: string | null = compiled() ? YARDSTICK : null;

function compiled(): boolean {
  const arguments_ = [...FLAGS, join(HERE, 'yardstick.cpp'), '-o', YARDSTICK];
  const { error, status, stderr } = spawnSync('g++', arguments_, { encoding: 'utf8' });
  if (error) return false;
  if (status !== 0) throw new Error(`the yardstick does not compile:\n${stderr}`);
  return true;
}

/** The python that has SimPy, with its version; null where none has. */
export function simpyPython(): { python: string; version: string } | null {
  for (const python of ['python3', '/usr/bin/python3']) {
    const script = [join(HERE, 'simpy_models.py'), 'W1', '10', '1'];
    const { status, stdout } = spawnSync(python, script, { encoding: 'utf8' });
    if (status !== 0) continue;
    const { installed } = JSON.parse(stdout) as { installed: string | null };
    if (installed !== null) return { python, version: installed };
  }
  return null;
}

/**
 * Runs a command to its end and measures the process from outside. Its standard output goes into
 * a file, whose text `output` gives. Throws where the command fails.
 */
export function measured(command: string[]): Used & { output: () => string } {
  const out = join(SCRATCH, 'output');
  const used = yardstick === null ? usedByShell(out, command) : usedByKernel(out, command);
  return { ...used, output: () => readFileSync(out, 'utf8') };
}

/** Measured by the yardstick's own `wait4`: a small parent, so its size is not in the child's. */
function usedByKernel(out: string, command: string[]): Used {
  const done = spawnSync(YARDSTICK, ['rusage', out, ...command], { encoding: 'utf8' });
  const { cpu, wall, rss_kb, exit } = JSON.parse(done.stdout) as Record<string, number>;
  if (exit !== 0) throw failure(command, exit!, done.stderr);
  return { cpuSeconds: cpu!, wallSeconds: wall!, rssBytes: rss_kb! * 1024 };
}

/** Without a compiler bash keeps the time; it knows no sizes. */
function usedByShell(out: string, command: string[]): Used {
  const script = 'TIMEFORMAT="%U %S %R"; out="$1"; shift; time "$@" >"$out"';
  const done = spawnSync('bash', ['-c', script, 'bash', out, ...command], { encoding: 'utf8' });
  if (done.status !== 0) throw failure(command, done.status, done.stderr);
  const [user, system, wall] = done.stderr.trim().split('\n').at(-1)!.split(' ').map(Number);
  return { cpuSeconds: user! + system!, wallSeconds: wall!, rssBytes: null };
}

function failure(command: string[], exit: number | null, stderr: string): Error {
  return new Error(`${command.join(' ')}: exit code ${exit}\n${stderr}`);
}

/** What the machine calls its processor. */
export function processor(): string {
  try {
    const rows = execFileSync('lscpu', { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
    return /Model name:\s*(.+)/.exec(rows)?.[1] ?? process.arch;
  } catch {
    return process.arch;
  }
}

/** One line about what is being done, on standard error. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
