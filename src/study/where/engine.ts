import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is drawn of results is not what makes them. */
const NOT_ENGINE = new Set(['report']);
const SHOWN = 16;

/**
 * Which code makes results: the package's version and a hash of the scripts in `folder`, as they
 * are run. The version alone would not do: whoever works on the engine changes it many times
 * between two versions, and would be told the results of code that is gone. The built files are
 * hashed, not their sources, since they hold the libraries too, and nothing else is run. It is more
 * than makes results: a changed command costs a run again, never a wrong result.
 */
export function engineOf(version: string, folder: string): string {
  const hash = createHash('sha256');
  for (const path of scriptsIn(folder, '')) {
    const bytes = readFileSync(join(folder, path));
    hash.update(`${path} ${bytes.length}\n`).update(bytes);
  }
  return `${version}+${hash.digest('hex').slice(0, SHOWN)}`;
}

/** By their paths from the folder, in the same order on every machine. */
function scriptsIn(folder: string, under: string): string[] {
  const inside = readdirSync(join(folder, under), { withFileTypes: true });
  return inside
    .flatMap((one) => {
      const path = under === '' ? one.name : `${under}/${one.name}`;
      if (one.isDirectory()) return NOT_ENGINE.has(path) ? [] : scriptsIn(folder, path);
      return /\.m?js$/.test(path) ? [path] : [];
    })
    .sort();
}
