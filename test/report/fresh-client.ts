import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

function newest(folder: string): number {
  return Math.max(
    ...readdirSync(folder, { withFileTypes: true }).map((entry) => {
      const path = `${folder}/${entry.name}`;
      return entry.isDirectory() ? newest(path) : statSync(path).mtimeMs;
    }),
  );
}

/** Builds the report's script where it is missing or older than its source. */
export async function freshClient(): Promise<void> {
  const built = statSync(at('dist/report/client.js'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (built > newest(at('src/report'))) return;
  await build({ configFile: at('src/report/client/vite.config.ts') });
}
