import { join } from 'node:path';
import { understood } from '../../scenario/index.js';
import { type RunResult, reported, type ScenarioTold } from '../../study/index.js';
import { makeFolder, writeWhole } from './files.js';
import type { Loaded } from './load.js';

/** What a result says of the scenario that it is of. */
export function scenarioTold({ scenario, bytes, file }: Loaded): ScenarioTold {
  const { description } = scenario;
  return {
    file,
    text: new TextDecoder().decode(bytes),
    ...(description === '' ? {} : { description }),
    resolved: understood(scenario),
  };
}

/**
 * The page, each chart as SVG, and the result that they were drawn from: `spillway report` makes the
 * same of it again.
 */
export async function writeReport(folder: string, result: RunResult): Promise<void> {
  // Only here: drawing takes longer to load than a small scenario takes to run.
  const { renderReport } = await import('../../report/index.js');
  const stored = `${JSON.stringify(result)}\n`;
  // As it will be read again: what JSON leaves out is left out of the page too.
  const { html, svgs } = await renderReport({ result: reported(JSON.parse(stored) as RunResult) });
  await makeFolder(folder);
  for (const [name, svg] of Object.entries(svgs)) {
    await writeWhole(join(folder, `${name}.svg`), svg);
  }
  await writeWhole(join(folder, 'result.json'), stored);
  await writeWhole(join(folder, 'index.html'), html);
}
