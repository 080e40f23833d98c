import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Runner } from '../../study/index.js';
import { engineOf } from '../../study/where/engine.js';
import { Store, type StoreTrouble } from '../../study/where/store.js';
import { type StoredRunner, stored } from '../../study/where/stored.js';
import { reasonOf } from './files.js';
import { note } from './terminal.js';

/** What runs: `main.js` and the chunks lie beside each other. */
const BUILT = new URL('../', import.meta.url);

/** The runner, with the store before it. */
export function withStore(runner: Runner, folder: string): StoredRunner {
  return stored(runner, new Store(folder, engine(), tellTrouble));
}

/**
 * What a study had of its store, said where there is something to say. `isBroken`: the place of its
 * runs went away.
 */
export function tellUse({ use }: StoredRunner, folder: string, isBroken: boolean): void {
  const { hits, runs } = use;
  const interrupted = use.interrupted || (isBroken && runs > 0);
  if (hits > 0) note(`${hits} of ${hits + runs} runs were in the store (${folder})`);
  if (!interrupted) return;
  note(`what was run to its end is in the store (${folder}): the same command goes on from there`);
}

/** Which code makes results, as entries name it. */
export function engine(): string {
  const manifest = readFileSync(new URL('../package.json', BUILT), 'utf8');
  return engineOf((JSON.parse(manifest) as { version: string }).version, fileURLToPath(BUILT));
}

function tellTrouble(trouble: StoreTrouble): void {
  const { path } = trouble;
  if (trouble.kind === 'bad') {
    note(`${path}: not used, ${trouble.why}; it is run again and replaced`);
    return;
  }
  const reason = reasonOf(trouble.error);
  if (trouble.kind === 'unreadable') note(`${path}: cannot be read (${reason}); it is run again`);
  else note(`${path}: the store cannot be written (${reason}); going on without keeping runs`);
}
