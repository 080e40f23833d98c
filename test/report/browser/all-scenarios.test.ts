import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { spillway } from '../../cli/spillway.js';
import { freshClient, freshCommandLine } from '../../fresh-build.js';
import { chromiumPath, mustHaveAll } from '../../machine.js';
import { QUIET, ReportBrowser } from './browser.js';
import { checkPage } from './check-page.js';

const FOLDER = fileURLToPath(new URL('../../../scenarios/', import.meta.url));
const PAGE_BYTES_MAX = 1_500_000;
const TIMEOUT_MS = 600_000;

/** Those that show most of what a page can hold; `SPILLWAY_FULL=1` looks at all. */
const DAILY = ['autoscaling-too-late.yaml', 'brokers/kafka-lag.yaml', 'retry-storm.yaml'];
const FULL = process.env['SPILLWAY_FULL'] === '1';
const ALL = (readdirSync(FOLDER, { recursive: true }) as string[])
  .filter((name) => name.endsWith('.yaml'))
  .sort();

/** Widths and themes; every day each file is seen at one of either. */
const LOOKS = [
  [1440, 'light'],
  [380, 'dark'],
  [1440, 'dark'],
  [380, 'light'],
] as const;

describe.skipIf(!mustHaveAll && chromiumPath() === undefined)('the report of a scenario', () => {
  let browser: ReportBrowser;
  const folder = mkdtempSync(join(tmpdir(), 'spillway-reports-'));

  beforeAll(async () => {
    await freshClient();
    await freshCommandLine();
    browser = await ReportBrowser.start();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  it.each(FULL ? ALL : DAILY)(
    '%s is small, drawn, quiet, accessible and within the window',
    async (name) => {
      const out = join(folder, name.replaceAll('/', '-'));
      // The hockey stick takes many runs more, and is drawn for all alike.
      const args = ['run', join(FOLDER, name), '--quiet', '--no-hockey-stick', '--out', out];
      const { code, stderr } = await spillway(args, { cwd: folder });
      expect([code, stderr]).toEqual([0, '']);
      const page = join(out, 'index.html');
      expect(statSync(page).size).toBeLessThan(PAGE_BYTES_MAX);
      const first = DAILY.indexOf(name) % 2;
      for (const [width, colorScheme] of FULL ? LOOKS : LOOKS.slice(first, first + 1)) {
        const options = { viewport: { width, height: 900 }, colorScheme };
        const heard = await browser.open(page, options, async (open) => {
          expect(await checkPage(open), `${width} px, ${colorScheme}`).toEqual([]);
        });
        expect(heard).toEqual(QUIET);
      }
    },
    TIMEOUT_MS,
  );
});
