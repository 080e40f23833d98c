import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { formatIssue, type Issue, loadScenario, type Scenario } from '../../scenario/index.js';
import { expectationIssues } from '../../study/expectation-issues.js';
import { looksLikeResult } from '../../study/read-results.js';
import { type Origin, rememberOrigin } from '../../study/where/redis/origins.js';
import { Mistake } from './ending.js';
import { readBytes } from './files.js';
import { mistakes } from './mistakes.js';

export interface Loaded {
  file: string;
  scenario: Scenario;
  bytes: Uint8Array;
  warnings: Issue[];
}

/** What a result says of the file that it comes from. */
export function sha256Of({ bytes }: Loaded): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The policies asked for by `--policy`, all of the file's by default; what it has not is refused. */
export function policiesOf({ scenario, file }: Loaded, asked: string[] | undefined): string[] {
  const names = scenario.policies.map(({ name }) => name);
  const unknown = asked?.find((name) => !names.includes(name));
  if (unknown !== undefined) throw mistakes.unknownPolicy(unknown, names, file);
  return asked ?? names;
}

/**
 * The scenarios of these files; every mistake in any of them is told at once, and none is run. With
 * axes of the command line over the file's, what it expects of its own cells is left aside.
 */
export async function loadAll(
  files: readonly string[],
  vary: readonly string[] = [],
): Promise<Loaded[]> {
  const loaded: Loaded[] = [];
  const found: string[] = [];
  const wrong: Issue[] = [];
  for (const file of files) {
    try {
      const { scenario, issues, bytes } = await loadOne(file, vary);
      const errors = issues.filter(({ severity }) => severity === 'error');
      found.push(...errors.map(formatIssue));
      wrong.push(...errors);
      if (errors.length > 0 || scenario === null) continue;
      loaded.push({ file, scenario, bytes, warnings: issues });
    } catch (error) {
      if (!(error instanceof Mistake)) throw error;
      found.push(error.message);
    }
  }
  if (found.length > 0) throw new Mistake(found.join('\n'), wrong);
  return loaded;
}

async function loadOne(
  file: string,
  vary: readonly string[],
): Promise<{ scenario: Scenario | null; issues: Issue[]; bytes: Uint8Array }> {
  const bytes = await readBytes(file);
  if (looksLikeResult(new TextDecoder().decode(bytes))) throw mistakes.isResult(file);
  const files = new Map<string, Uint8Array>();
  const beside = (path: string): Uint8Array => {
    const read = readFileSync(resolve(dirname(file), path));
    files.set(path, read);
    return read;
  };
  const { scenario, issues } = loadScenario({ text: bytes, file, readFile: beside, vary });
  if (scenario === null) return { scenario, issues, bytes };
  rememberOrigin(scenario, { file, text: bytes, files, vary });
  if (vary.length > 0) return { scenario, issues, bytes };
  return { scenario, issues: [...issues, ...expectationIssues(scenario, file)], bytes };
}

/** A scenario from what another machine has read of it. */
export function loadOrigin({ file, text, files, vary }: Origin): Scenario {
  const readFile = (path: string): Uint8Array => {
    const content = files.get(path);
    if (content === undefined) throw new Error('was not sent along');
    return content;
  };
  const { scenario, issues } = loadScenario({ text, file, readFile, vary });
  if (scenario === null) throw new Mistake(issues.map(formatIssue).join('\n'));
  return scenario;
}
