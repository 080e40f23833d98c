import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderReport } from '../../src/report/index.js';
import { loadScenario, type Scenario } from '../../src/scenario/index.js';
import {
  compareScenario,
  hockeyStick,
  policyNames,
  type RunResult,
  reported,
  tellingStories,
} from '../../src/study/index.js';
import { ENTRIES, type Entry } from './entries.js';
import { indexPage, type Listed } from './index-page.js';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const MEMORY_BYTES = 4e9;

/** Every scenario that comes with the project, as the index lists it. */
export function listed(): Listed[] {
  const names = readdirSync(at('scenarios'), { recursive: true }) as string[];
  return names
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => {
      const { description, title } = scenarioOf(name);
      return { file: name, title, description };
    });
}

function scenarioOf(name: string): Scenario {
  const file = at(`scenarios/${name}`);
  const readFile = (path: string): Uint8Array => readFileSync(resolve(dirname(file), path));
  const { issues, scenario } = loadScenario({ text: readFileSync(file), file, readFile });
  if (scenario === null) throw new Error(`${name}: ${JSON.stringify(issues)}`);
  return scenario;
}

/** The files of `reports/` by name: one picture an entry, and the index. */
export async function gallery(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const scenario of new Set(ENTRIES.map((entry) => entry.scenario))) {
    const entries = ENTRIES.filter((entry) => entry.scenario === scenario);
    const svgs = await picturesOf(scenarioOf(scenario), entries);
    for (const { chart, name } of entries) {
      const svg = svgs[chart];
      if (svg === undefined)
        throw new Error(`${scenario} has no chart ${chart}: has ${Object.keys(svgs).join(', ')}`);
      files.set(`${name}.svg`, `${svg}\n`);
    }
  }
  files.set('index.html', indexPage(ENTRIES, listed()));
  return files;
}

async function picturesOf(
  scenario: Scenario,
  entries: readonly Entry[],
): Promise<Record<string, string>> {
  const options = { version: '', scenarioSha256: '', memoryLimitBytes: MEMORY_BYTES };
  const policies = policyNames(scenario);
  const wants = (chart: string): boolean => entries.some((entry) => entry.chart === chart);
  // The file as written, no cell of its sweep.
  const result: RunResult = await compareScenario(scenario, { ...options, replications: 1 });
  if (wants('hockey-stick'))
    result.hockey_stick = await hockeyStick(scenario, { ...options, policies });
  if (wants('request')) {
    const stories = await tellingStories(scenario, result, options);
    if (stories !== null) result.request = stories;
  }
  return (await renderReport({ result: reported(result) })).svgs;
}

/** Writes `reports/` anew: what is no part of the gallery any more goes. */
export async function makeGallery(): Promise<string[]> {
  const folder = at('reports');
  const files = await gallery();
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) if (!files.has(name)) rmSync(`${folder}/${name}`);
  for (const [name, text] of files) writeFileSync(`${folder}/${name}`, text);
  return [...files.keys()];
}
