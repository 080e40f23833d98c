import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshClient } from '../../fresh-build.js';
import { chromiumPath, mustHaveAll } from '../../machine.js';
import { allFaults, fixtureInput } from '../fixture.js';
import { QUIET, ReportBrowser } from './browser.js';
import { checkPage } from './check-page.js';

const DARK_PAPER = 'rgb(20, 23, 28)';
const LIGHT_PAPER = 'rgb(255, 255, 255)';
const PAPER =
  "getComputedStyle(document.querySelector('#chart-traffic .live > svg')).backgroundColor";

describe.skipIf(!mustHaveAll && chromiumPath() === undefined)('a report in a browser', () => {
  let browser: ReportBrowser;

  beforeAll(async () => {
    await freshClient();
    browser = await ReportBrowser.start();
  });
  afterAll(() => browser?.close());

  it.each([
    [380, 'light'],
    [380, 'dark'],
    [1440, 'light'],
    [1440, 'dark'],
  ] as const)(
    'draws every chart, is accessible and within the window at %s pixels in the %s theme',
    async (width, colorScheme) => {
      const options = { viewport: { width, height: 900 }, colorScheme };
      const heard = await browser.show(fixtureInput(), options, async (page) => {
        expect(await checkPage(page)).toEqual([]);
        expect(await page.evaluate(PAPER)).toBe(colorScheme === 'dark' ? DARK_PAPER : LIGHT_PAPER);
      });
      expect(heard).toEqual(QUIET);
    },
  );

  it('holds all that with twelve policies and everything opened', async () => {
    const input = fixtureInput({ times: 3 });
    const options = { viewport: { width: 380, height: 900 } };
    const heard = await browser.show(input, options, async (page) => {
      await page.evaluate(
        "document.querySelectorAll('details').forEach((one) => (one.open = true))",
      );
      expect(await checkPage(page)).toEqual([]);
    });
    expect(heard).toEqual(QUIET);
  });

  it('follows the theme, the paper and the width while it is open', async () => {
    const options = { viewport: { width: 1200, height: 900 }, colorScheme: 'light' } as const;
    const heard = await browser.show(fixtureInput(), options, async (page) => {
      const svg = page.locator('#chart-traffic .live > svg');
      await svg.scrollIntoViewIfNeeded();
      await page.emulateMedia({ colorScheme: 'dark' });
      await expect.poll(() => page.evaluate(PAPER), { timeout: 10_000 }).toBe(DARK_PAPER);
      await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
      await expect.poll(() => page.evaluate(PAPER), { timeout: 10_000 }).toBe(LIGHT_PAPER);
      await page.setViewportSize({ width: 400, height: 900 });
      await expect
        .poll(async () => (await svg.boundingBox())?.width, { timeout: 10_000 })
        .toBeLessThan(400);
    });
    expect(heard).toEqual(QUIET);
  });

  it('fits paper: pictures as wide as a sheet, each with the names of its colours', async () => {
    const options = { viewport: { width: 1440, height: 900 } };
    const heard = await browser.show(fixtureInput(), options, async (page) => {
      const keys = page.locator('#chart-latency').locator('xpath=../ul');
      expect(await keys.isVisible()).toBe(false);
      await page.emulateMedia({ media: 'print' });
      const widest = (): Promise<number> =>
        page.evaluate(`Math.max(...[...document.querySelectorAll('.live > svg')].map((one) =>
          Number(one.getAttribute('width')) / Math.max(1, Number(one.getAttribute('height')) / 775)))`);
      await expect.poll(widest, { timeout: 10_000 }).toBeLessThan(720);
      expect(await keys.locator('li').allTextContents()).toEqual(
        Object.keys(fixtureInput().result.policies),
      );
      await page.emulateMedia({ media: 'screen' });
      await expect.poll(widest, { timeout: 10_000 }).toBeGreaterThan(900);
    });
    expect(heard).toEqual(QUIET);
  });

  it('does nothing that a name or a title asks for', async () => {
    const nasty = '</script><img src=x onerror=alert(1)>';
    const input = fixtureInput({
      rename: {
        unbounded: '__proto__',
        'bounded-reject': nasty,
        'retry-storm': 'constructor',
        'retry-budget': 'image',
      },
    });
    input.result.title = nasty;
    for (const span of allFaults(input)) span.text = nasty;
    const names = ['__proto__', nasty, 'constructor', 'image'];
    const heard = await browser.show(
      input,
      { viewport: { width: 1000, height: 900 } },
      async (page) => {
        expect(await page.title()).toBe(`${nasty} · Spillway`);
        expect(await page.locator('#legend button[aria-pressed]').allTextContents()).toEqual(names);
        for (const chart of ['latency', 'hockey-stick']) {
          const box = page.locator(`#chart-${chart}`);
          await box.scrollIntoViewIfNeeded();
          const { x, y, height } = (await box.boundingBox())!;
          await page.mouse.move(x + 300, y + height * 0.6);
          await page.mouse.move(x + 301, y + height * 0.6);
          const keys = page.locator('#tip.visible td.key');
          await keys.first().waitFor();
          expect(await keys.allTextContents()).toEqual(names);
          await page.mouse.move(1, 1);
        }
        expect(await page.locator('img').count()).toBe(0);
        expect(await checkPage(page)).toEqual([]);
      },
    );
    expect(heard).toEqual(QUIET);
  });

  it('reads without script: sentences, table, cascade, and still pictures', async () => {
    const options = { javaScriptEnabled: false, viewport: { width: 800, height: 900 } };
    const heard = await browser.show(fixtureInput(), options, async (page) => {
      expect(await page.locator('.sentences li').count()).toBe(4);
      expect(await page.locator('table.comparison tbody tr').count()).toBe(4);
      expect(await page.locator('.timeline').count()).toBe(4);
      expect(await page.locator('.chart > svg').count()).toBe(4);
      expect(await page.locator('#legend').isVisible()).toBe(false);
    });
    expect(heard).toEqual(QUIET);
  });
});
