import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { mistakes } from './mistakes.js';

const FOLDER = 'spillway-report';

/** The page in `spillway-report/` that was written last. Throws where there is none. */
export async function newestReport(): Promise<string> {
  const names = await readdir(FOLDER).catch(() => []);
  const pages = await Promise.all(
    names.map(async (name) => {
      const page = join(FOLDER, name, 'index.html');
      const found = await stat(page).catch(() => null);
      return found?.isFile() ? { page, writtenMs: found.mtimeMs } : null;
    }),
  );
  const known = pages.filter((page) => page !== null);
  known.sort((a, b) => b.writtenMs - a.writtenMs);
  const [newest] = known;
  if (newest === undefined) throw mistakes.noReports(FOLDER);
  return newest.page;
}
