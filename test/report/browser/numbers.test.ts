import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatNumber, formatRate, formatSeconds } from '../../../src/report/format.js';
import { freshClient } from '../../fresh-build.js';
import { chromiumPath, mustHaveAll } from '../../machine.js';
import { fixtureInput } from '../fixture.js';
import { QUIET, ReportBrowser } from './browser.js';
import { checkPage } from './check-page.js';

const POLICIES = ['unbounded', 'bounded-reject', 'retry-storm', 'retry-budget'];

/** Opens the numbers of a chart by the keyboard. */
async function openNumbers(page: Page, chart: string): Promise<void> {
  await page.locator(`#numbers-${chart} > summary`).focus();
  await page.keyboard.press('Enter');
  await page.locator(`#numbers-${chart} table`).first().waitFor();
}

interface Read {
  caption: string;
  heads: string[];
  rows: string[][];
}

/** What the tables of a chart say, by the text a reader has. */
function readTables(page: Page, chart: string): Promise<Read[]> {
  return page.evaluate(`
    [...document.querySelectorAll('#numbers-${chart} table')].map((table) => ({
      caption: table.caption.textContent,
      heads: [...table.tHead.rows].at(-1) && [...table.tHead.rows].flatMap((row) =>
        [...row.cells].map((cell) => cell.textContent)),
      rows: [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent)),
    }))`);
}

describe.skipIf(!mustHaveAll && chromiumPath() === undefined)('the numbers under a chart', () => {
  let browser: ReportBrowser;

  beforeAll(async () => {
    await freshClient();
    browser = await ReportBrowser.start();
  });
  afterAll(() => browser?.close());

  const options = { viewport: { width: 1000, height: 900 } };

  it('are those of the result, a row a step where it is looked at closely', async () => {
    const input = fixtureInput();
    const { policies } = input.result;
    const seriesOf = (name: string, series: string) =>
      policies[name]!.series[series] as (number | null)[];
    const heard = await browser.show(input, options, async (page) => {
      await openNumbers(page, 'latency');
      await openNumbers(page, 'traffic');
      await page.locator('#chart-latency').focus();
      for (let press = 0; press < 3; press++) await page.keyboard.press('+');
      const firstHead = async (): Promise<string | undefined> =>
        (await readTables(page, 'latency'))[0]?.rows[0]?.[0];
      const wanted = `${formatSeconds(131)} – ${formatSeconds(132)}`;
      await expect.poll(firstHead, { timeout: 10_000 }).toBe(wanted);
      const [latency] = await readTables(page, 'latency');
      expect(latency?.heads).toEqual(['Time', ...POLICIES]);
      for (const [at, row] of latency!.rows.entries()) {
        const values = POLICIES.map((name) => seriesOf(name, 'latency.p99')[131 + at] ?? null);
        expect(row.slice(1)).toEqual(values.map((value) => formatSeconds(value)));
      }
      const [goodput, attempts] = await readTables(page, 'traffic');
      expect(goodput?.heads.slice(0, 5)).toEqual(['Time', ...POLICIES]);
      const both = POLICIES.flatMap((name) =>
        ['goodput', 'offered'].map((kind) => formatRate(seriesOf(name, kind)[140] ?? null)),
      );
      expect(goodput?.rows[9]?.slice(1)).toEqual(both);
      const sent = POLICIES.map((name) => formatRate(seriesOf(name, 'attempts')[140] ?? null));
      expect(attempts?.rows[9]?.slice(1)).toEqual(sent);
    });
    expect(heard).toEqual(QUIET);
  });

  it('are the least and the greatest of each row over the whole run', async () => {
    const input = fixtureInput();
    const heard = await browser.show(input, options, async (page) => {
      await openNumbers(page, 'queue-depth');
      const tables = await readTables(page, 'queue-depth');
      expect(tables[0]?.caption).toBe('payments-db: requests waiting');
      const series = 'services.payments-db.queue.depth';
      const depth = input.result.policies['retry-storm']!.series[series] as number[];
      const row = depth.slice(120, 125);
      // The page carries four digits.
      const [low, high] = [Math.min(...row), Math.max(...row)].map((value) => {
        return formatNumber(Number(value.toPrecision(4)));
      });
      expect(tables[0]?.rows[24]?.[3]).toBe(`${low} – ${high}`);
      expect(await page.locator('#numbers-queue-depth p').textContent()).toMatch(/rows of 5.s/);
    });
    expect(heard).toEqual(QUIET);
  });

  it('stand under every chart, and are made only when one asks', async () => {
    const heard = await browser.show(fixtureInput(), options, async (page) => {
      expect(await page.locator('.numbers').count()).toBe(await page.locator('.chart').count());
      expect(await page.locator('.numbers table').count()).toBe(0);
      await openNumbers(page, 'hockey-stick');
      const [p99] = await readTables(page, 'hockey-stick');
      expect(p99?.heads).toEqual(['Load', ...POLICIES]);
      expect(p99?.rows).toHaveLength(20);
    });
    expect(heard).toEqual(QUIET);
  });

  it.each([
    [380, 'light'],
    [380, 'dark'],
    [1440, 'light'],
    [1440, 'dark'],
  ] as const)(
    'are accessible and within the window at %s pixels in the %s theme',
    async (width, colorScheme) => {
      const look = { viewport: { width, height: 900 }, colorScheme };
      const heard = await browser.show(fixtureInput(), look, async (page) => {
        for (const name of ['hockey-stick', 'traffic', 'latency', 'queue-depth']) {
          await openNumbers(page, name);
        }
        expect(await checkPage(page)).toEqual([]);
      });
      expect(heard).toEqual(QUIET);
    },
  );

  it('show nothing without a script', async () => {
    const still = { ...options, javaScriptEnabled: false };
    await browser.show(fixtureInput(), still, async (page) => {
      expect(await page.locator('.numbers').count()).toBe(0);
    });
  });
});
