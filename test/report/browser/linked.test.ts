import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshClient } from '../../fresh-build.js';
import { chromiumPath, mustHaveAll } from '../../machine.js';
import { fixtureInput } from '../fixture.js';
import { QUIET, ReportBrowser } from './browser.js';

/** The marks of time under the last panel of a chart. */
const ticksOf = async (page: Page, chart: string): Promise<string[]> => {
  const ticks = await page
    .locator(`#chart-${chart} .role-axis[aria-label^="X-axis"]`)
    .last()
    .locator('.role-axis-label text')
    .allTextContents();
  // They stand in the picture in the order in which they came into it.
  return ticks.sort((a, b) => Number.parseFloat(a) - Number.parseFloat(b));
};

/** Policies whose lines of a chart can be seen. */
const linesOf = (page: Page, chart: string): Promise<number> =>
  page
    .locator(`#chart-${chart} .mark-line path`)
    .evaluateAll((all) => all.filter((one) => one.getAttribute('opacity') !== '0').length);

const boxOf = async (page: Page, chart: string) => {
  const box = page.locator(`#chart-${chart}`);
  await box.scrollIntoViewIfNeeded();
  return (await box.boundingBox())!;
};

/** What a picture shows a little later: machines are slow at times. */
const eventually = <T>(ask: () => Promise<T>) => expect.poll(ask, { timeout: 10_000 });

const rules = (page: Page): Promise<number> => page.locator('.rule:not([hidden])').count();

describe.skipIf(!mustHaveAll && chromiumPath() === undefined)('linked charts', () => {
  let browser: ReportBrowser;

  beforeAll(async () => {
    await freshClient();
    browser = await ReportBrowser.start();
  });
  afterAll(() => browser?.close());

  const show = async (look: (page: Page) => Promise<void>): Promise<void> => {
    const options = { viewport: { width: 1000, height: 900 } };
    expect(await browser.show(fixtureInput(), options, look)).toEqual(QUIET);
  };

  it('show a moment in every chart of time, and say what every policy did there', () =>
    show(async (page) => {
      const { x, y, width, height } = await boxOf(page, 'latency');
      await page.mouse.move(x + width * 0.3, y + height * 0.6);
      await page.mouse.move(x + width * 0.3 + 1, y + height * 0.6);
      const tip = page.locator('#tip.visible');
      await tip.waitFor();
      const keys = await tip.locator('td.key').allTextContents();
      expect(keys).toEqual(['unbounded', 'bounded-reject', 'retry-storm', 'retry-budget']);
      expect(await tip.locator('.title').textContent()).toMatch(/^\d+.s – \d+.s$/);
      expect(await rules(page)).toBe(3);
      await page.mouse.move(1, 1);
      await eventually(() => rules(page)).toBe(0);
      expect(await tip.count()).toBe(0);
    }));

  it('tell panels of one policy each together', () =>
    show(async (page) => {
      const { x, y, width } = await boxOf(page, 'traffic');
      await page.mouse.move(x + width * 0.3, y + 60);
      await page.mouse.move(x + width * 0.3 + 1, y + 60);
      const tip = page.locator('#tip.visible');
      await tip.waitFor();
      expect(await tip.locator('.columns').textContent()).toBe('goodputoffered');
      expect(await tip.locator('td.key').count()).toBe(4);
    }));

  it('zoom together where one is dragged over, and back with a double click', () =>
    show(async (page) => {
      const whole = await ticksOf(page, 'latency');
      expect(whole.at(-1)).toBe('5 min');
      const { x, y, width, height } = await boxOf(page, 'queue-depth');
      const button = page.getByRole('button', { name: 'Whole run' });
      expect(await button.isDisabled()).toBe(true);
      await page.mouse.move(x + width * 0.4, y + height / 2);
      await page.mouse.down();
      await page.mouse.move(x + width * 0.5, y + height / 2);
      await eventually(() => page.locator('.brush:not([hidden])').count()).toBe(3);
      await page.mouse.up();
      for (const chart of ['queue-depth', 'latency', 'traffic']) {
        await boxOf(page, chart);
        await eventually(() => ticksOf(page, chart)).toContain('120 s');
      }
      expect(await button.isDisabled()).toBe(false);
      await button.click();
      await eventually(() => ticksOf(page, 'traffic')).toEqual(whole);
      const again = await boxOf(page, 'latency');
      await page.mouse.move(again.x + 300, again.y + again.height / 2);
      await page.keyboard.down('Control');
      await page.mouse.wheel(0, -600);
      await page.keyboard.up('Control');
      await eventually(() => ticksOf(page, 'latency')).not.toEqual(whole);
      await page.mouse.dblclick(again.x + 300, again.y + again.height / 2);
      await eventually(() => ticksOf(page, 'latency')).toEqual(whole);
    }));

  it('draw a stretch finer than the whole', () =>
    show(async (page) => {
      const points = (): Promise<number> =>
        page
          .locator('#chart-latency .mark-line path')
          .first()
          .evaluate((path) => path.getAttribute('d')!.split(/[ML]/).length);
      const { x, y, width, height } = await boxOf(page, 'latency');
      const before = await points();
      await page.mouse.move(x + width * 0.2, y + height / 2);
      await page.mouse.down();
      await page.mouse.move(x + width * 0.3, y + height / 2, { steps: 3 });
      await page.mouse.up();
      await eventually(points).toBeLessThan(before);
      expect(await points()).toBeGreaterThan(20);
    }));

  it('answer the keyboard: arrows move the moment, plus, minus and zero zoom', () =>
    show(async (page) => {
      const chart = page.locator('#chart-latency');
      const whole = await ticksOf(page, 'latency');
      await chart.focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      await eventually(() => rules(page)).toBe(3);
      expect(await chart.getAttribute('aria-valuetext')).toMatch(/^1.s – 2.s: unbounded \d+.ms;/);
      await page.keyboard.press('Shift+ArrowRight');
      expect(await chart.getAttribute('aria-valuetext')).toMatch(/^11.s – 12.s: /);
      await page.keyboard.press('+');
      await page.keyboard.press('+');
      await eventually(() => ticksOf(page, 'latency')).not.toEqual(whole);
      await page.keyboard.press('End');
      const end = Number(await chart.getAttribute('aria-valuenow'));
      await page.keyboard.press('Home');
      const home = Number(await chart.getAttribute('aria-valuenow'));
      expect(end - home).toBeGreaterThan(60);
      expect(end - home).toBeLessThan(80);
      await page.keyboard.press('0');
      await eventually(() => ticksOf(page, 'latency')).toEqual(whole);
      await page.keyboard.press('Escape');
      await eventually(() => rules(page)).toBe(0);
    }));

  it('switch a policy off and on in all of them at once', () =>
    show(async (page) => {
      await boxOf(page, 'latency');
      const button = page.getByRole('button', { name: 'retry-storm', exact: true });
      expect(await linesOf(page, 'latency')).toBe(4);
      const all = await linesOf(page, 'traffic');
      await button.click();
      expect(await button.getAttribute('aria-pressed')).toBe('false');
      await boxOf(page, 'latency');
      await eventually(() => linesOf(page, 'latency')).toBe(3);
      await boxOf(page, 'traffic');
      // Its goodput, what lies around it, its offered load, and its attempts.
      await eventually(() => linesOf(page, 'traffic')).toBe(all - 3);
      await button.click();
      await eventually(() => linesOf(page, 'traffic')).toBe(all);
    }));
});
