import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshClient } from '../../fresh-build.js';
import { chromiumPath, mustHaveAll } from '../../machine.js';
import { fixtureInput } from '../fixture.js';
import { QUIET, ReportBrowser } from './browser.js';

const PHONE = { viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true };

/** A place in a chart that stands in the middle of the window, as shares of its box. */
async function placeIn(page: Page, chart: string, across: number, down: number) {
  const box = page.locator(`#chart-${chart}`);
  await box.evaluate((one) => one.scrollIntoView({ block: 'center' }));
  await page.waitForTimeout(100);
  const { x, y, width, height } = (await box.boundingBox())!;
  return { x: x + width * across, y: y + height * down };
}

/** Lays a finger down, moves it and lifts it. */
async function swipe(page: Page, from: { x: number; y: number }, by: { x: number; y: number }) {
  const session = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', share: number) =>
    session.send('Input.dispatchTouchEvent', {
      type,
      touchPoints:
        type === 'touchEnd' ? [] : [{ x: from.x + by.x * share, y: from.y + by.y * share }],
    });
  await touch('touchStart', 0);
  for (let step = 1; step <= 10; step++) {
    await touch('touchMove', step / 10);
    await page.waitForTimeout(16);
  }
  await touch('touchEnd', 1);
}

describe.skipIf(!mustHaveAll && chromiumPath() === undefined)('a finger', () => {
  let browser: ReportBrowser;

  beforeAll(async () => {
    await freshClient();
    browser = await ReportBrowser.start();
  });
  afterAll(() => browser?.close());

  const show = async (look: (page: Page) => Promise<void>): Promise<void> => {
    expect(await browser.show(fixtureInput(), PHONE, look)).toEqual(QUIET);
  };

  it.each(['latency', 'hockey-stick'])('is told by a tap on %s, until it taps elsewhere', (chart) =>
    show(async (page) => {
      const tip = page.locator('#tip.visible');
      for (const across of [0.5, 0.4]) {
        const { x, y } = await placeIn(page, chart, across, 0.6);
        await page.touchscreen.tap(x, y);
        await tip.locator('td.key').first().waitFor();
        // Lifted, the finger points at nothing any more.
        await page.waitForTimeout(200);
        expect(await tip.locator('td.key').count()).toBe(4);
      }
      await page.touchscreen.tap(4, 790);
      await tip.waitFor({ state: 'hidden' });
    }),
  );

  it('scrolls the page through a chart, and zooms where it moves sideways', () =>
    show(async (page) => {
      const place = await placeIn(page, 'latency', 0.4, 0.5);
      const before = (await page.evaluate('scrollY')) as number;
      await swipe(page, place, { x: 0, y: -250 });
      const scrolled = () => page.evaluate('scrollY') as Promise<number>;
      await expect.poll(scrolled, { timeout: 10_000 }).toBeGreaterThan(before + 100);
      const whole = page.getByRole('button', { name: 'Whole run' });
      expect(await whole.isDisabled()).toBe(true);
      await swipe(page, await placeIn(page, 'latency', 0.4, 0.5), { x: 100, y: 0 });
      await expect.poll(() => whole.isDisabled(), { timeout: 10_000 }).toBe(false);
    }));

  it('hits everything that acts: 24 pixels and more', () =>
    show(async (page) => {
      const small = await page.evaluate(`
        [...document.querySelectorAll('a[href], button, select, summary, label')]
          .filter((one) => one.checkVisibility())
          .filter((one) => {
            const { width, height } = one.getBoundingClientRect();
            return width < 24 || height < 24;
          })
          .map((one) => one.outerHTML)`);
      expect(small).toEqual([]);
    }));
});
