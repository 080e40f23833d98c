import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { freshCommandLine } from '../fresh-build.js';
import { Folder, SMALL } from './spillway.js';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const read = (path: string): string => readFileSync(at(path), 'utf8');

interface Step {
  uses?: string;
  run?: string;
  shell?: string;
  with?: Record<string, string>;
  env?: Record<string, string>;
  'working-directory'?: string;
}

interface Action {
  inputs: Record<string, { description: string; default: string }>;
  runs: { using: string; steps: Step[] };
}

const action = parse(read('action.yml')) as Action;
const { inputs, runs } = action;
const last = runs.steps.at(-1)!;

let folder: Folder;
beforeAll(freshCommandLine);
beforeEach(() => {
  folder = new Folder();
});
afterEach(() => folder.remove());

/** The last step as GitHub runs it: bash, its environment filled from the inputs. */
function step(given: Record<string, string>, more: Record<string, string> = {}) {
  const values: Record<string, string> = { 'github.action_path': at('').replace(/\/$/, '') };
  for (const [name, input] of Object.entries(inputs)) {
    values[`inputs.${name}`] = given[name] ?? input.default;
  }
  const fill = (text: string): string =>
    text.replace(/\$\{\{ *([\w.-]+) *\}\}/g, (whole, name: string) => values[name] ?? whole);
  const env: Record<string, string> = {};
  for (const [name, text] of Object.entries(last.env!)) env[name] = fill(text);
  const cwd = join(folder.path, fill(last['working-directory']!));
  const args = ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', last.run!];
  return new Promise<{ code: unknown; stdout: string }>((resolve) => {
    const options = { cwd, env: { PATH: process.env['PATH']!, ...env, ...more } };
    execFile('bash', args, options, (error, stdout) => resolve({ code: error?.code ?? 0, stdout }));
  });
}

describe('the action for GitHub', () => {
  it('is composite, describes its inputs, and uses each of them', () => {
    expect(runs.using).toBe('composite');
    const steps = JSON.stringify(runs.steps);
    for (const [name, { description, default: value }] of Object.entries(inputs)) {
      expect(description, name).not.toBe('');
      expect(typeof value, name).toBe('string');
      expect(steps).toContain(`\${{ inputs.${name} }}`);
    }
    const used = [...steps.matchAll(/inputs\.([\w-]+)/g)].map(([, name]) => name!);
    expect(Object.keys(inputs)).toEqual(expect.arrayContaining(used));
  });

  it('names a shell for every script, puts no input into one, and builds what there is', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    for (const { run, shell } of runs.steps.filter((one) => one.run !== undefined)) {
      expect(shell).toBe('bash');
      expect(run).not.toContain('${{');
      for (const [, name] of run!.matchAll(/npm run ([\w:]+)/g))
        expect(scripts).toHaveProperty(name!);
    }
  });

  it('checks what it is told to, with the flags it is given, and fails as check does', async () => {
    folder.write('a b.yaml', SMALL);
    folder.write('c.yaml', SMALL.replace('amplification == 1', 'latency.p50 < 1ms'));
    const args = '--replications 2\n--quiet';
    const good = await step({ paths: 'a b.yaml\n', args });
    expect(good).toEqual({ code: 0, stdout: '1 scenario: 3 expectations hold, 0 fail\n' });
    const paths = '\na b.yaml\nc.yaml\n';
    const bad = await step({ paths, args }, { GITHUB_ACTIONS: 'true' });
    expect(bad.code).toBe(1);
    expect(bad.stdout).toMatch(/^::error file=c\.yaml,line=21,/m);
  });

  it('runs no command that stands in an input', async () => {
    folder.write('a.yaml', SMALL);
    const { code } = await step({ paths: '$(touch owned)\n`touch owned`', args: '; touch owned' });
    expect(code).toBe(2);
    expect(folder.names).toEqual(['a.yaml']);
  });
});

describe('the example workflow', () => {
  const workflow = parse(read('.github/workflows/scenarios.yml')) as {
    jobs: { check: { steps: Step[] } };
  };

  it('gives the action only inputs that it has, and names scenarios that there are', () => {
    const used = workflow.jobs.check.steps.find(({ uses }) => uses === './')!;
    expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(used.with!)));
    const paths = used.with!['paths']!.trim().split('\n');
    expect(paths.length).toBeGreaterThan(0);
    for (const path of paths) {
      expect(() => read(path.endsWith('.yaml') ? path : `${path}/demand.yaml`)).not.toThrow();
    }
  });

  it('asks only for flags that check has', async () => {
    const used = workflow.jobs.check.steps.find(({ uses }) => uses === './')!;
    folder.write('a.yaml', SMALL);
    const args = used.with!['args']!.replace(/--replications \d+/, '--replications 1');
    expect(await step({ paths: 'a.yaml', args })).toMatchObject({ code: 0 });
    expect(folder.names).toContain('spillway.xml');
  });
});
