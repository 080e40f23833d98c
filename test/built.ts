import { fileURLToPath, pathToFileURL } from 'node:url';
import { freshCommandLine } from './fresh-build.js';

const LIBRARY = fileURLToPath(new URL('../dist/index.js', import.meta.url));

/**
 * The library as it is shipped, built anew where it is older than its source. Long runs take a
 * quarter of the time in it: the tests' own loader puts a getter before every call between modules.
 */
export async function built(): Promise<typeof import('../src/index.js')> {
  await freshCommandLine();
  return (await import(/* @vite-ignore */ pathToFileURL(LIBRARY).href)) as never;
}
