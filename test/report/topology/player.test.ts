import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReportInput } from '../../../src/report/index.js';
import { freshClient } from '../../fresh-build.js';
import { chromiumPath, mustHaveAll } from '../../machine.js';
import { ReportBrowser } from '../browser/browser.js';
import { shopInput } from './scenes.js';

/** A busy machine draws a page in its own time. */
const WAIT = { timeout: 15_000, interval: 100 };

beforeAll(freshClient);

describe.skipIf(!mustHaveAll && chromiumPath() === undefined)('the player', () => {
  let browser: ReportBrowser;

  beforeAll(async () => {
    browser = await ReportBrowser.start();
  });
  afterAll(() => browser?.close());

  /** Opens a report, hands over its page, and gives what it said. */
  async function open(
    input: ReportInput,
    options: BrowserContextOptions,
    look: (page: Page) => Promise<void>,
  ): Promise<string[]> {
    const viewport = { width: 1200, height: 900 };
    return (await browser.show(input, { viewport, ...options }, look)).said;
  }

  const now = (page: Page): Promise<string | null> => page.locator('#topology-now').textContent();
  const moment = async (page: Page): Promise<number> =>
    Number(await page.locator('#topology-time').inputValue());
  const toMoment = (page: Page, at: number): Promise<void> =>
    page.locator('#topology-time').fill(`${at}`);
  /** What a place of the picture that is seen says. */
  const place = (page: Page, slot: string) =>
    page.locator(`.scene.wide [data-slot="${slot}"]`).first();

  it('begins where the still frame stood, and moves with its slider', async () => {
    const said = await open(shopInput(), {}, async (page) => {
      const still = /retry-storm At [\d. \u00a0min]+s: .*payments-db down/;
      expect((await now(page))?.replace(/\s+/g, ' ')).toMatch(still);
      await toMoment(page, 30);
      expect(await now(page)).toContain('At 30.5\u00a0s: nothing overloaded');
      expect(await place(page, 'p2.busyText').textContent()).toBe('12 of 30 busy');
      expect(await page.locator('#topology-why').isVisible()).toBe(false);
      await toMoment(page, 75);
      expect(await place(page, 'p2.busyText').textContent()).toBe('all 30 busy');
      expect(await place(page, 'p3.fault').textContent()).toContain('payments-db slow');
      const told = await page.locator('#topology-time').getAttribute('aria-valuetext');
      expect(told).toMatch(/^75\.5\u00a0s\. /);
    });
    expect(said).toEqual([]);
  });

  it('plays, pauses, and stops at the end', async () => {
    const said = await open(shopInput(), {}, async (page) => {
      const play = page.getByRole('button', { name: 'Play' });
      await toMoment(page, 0);
      await page.locator('#topology-speed').selectOption('fast');
      await play.click();
      await expect.poll(() => moment(page), WAIT).toBeGreaterThan(5);
      await page.getByRole('button', { name: 'Pause' }).click();
      const stood = await moment(page);
      await page.waitForTimeout(300);
      expect(await moment(page)).toBe(stood);
      await toMoment(page, 292);
      await play.click();
      await expect.poll(() => moment(page), WAIT).toBe(299);
      await play.waitFor();
    });
    expect(said).toEqual([]);
  });

  it('keeps the moment when another policy is chosen, and steps from event to event', async () => {
    const said = await open(shopInput(), {}, async (page) => {
      await toMoment(page, 150);
      await page.getByRole('radio', { name: 'bounded-reject' }).check();
      expect(await now(page)).toMatch(/bounded-reject\s*At 2\u00a0min 31\u00a0s|bounded-reject/);
      expect(await moment(page)).toBe(150);
      await toMoment(page, 0);
      const next = page.getByRole('button', { name: 'Next event' });
      await next.click();
      expect(await moment(page)).toBe(60);
      await next.click();
      expect(await moment(page)).toBe(61);
      await page.getByRole('button', { name: 'Previous event' }).click();
      expect(await moment(page)).toBe(60);
    });
    expect(said).toEqual([]);
  });

  it('is driven by the keyboard alone', async () => {
    const said = await open(shopInput(), {}, async (page) => {
      await toMoment(page, 20);
      await page.locator('#topology-time').focus();
      await page.keyboard.press('ArrowRight');
      expect(await moment(page)).toBe(21);
      await page.keyboard.press('Home');
      expect(await moment(page)).toBe(0);
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.id')).toBe('topology-play');
      await page.keyboard.press('Space');
      await expect.poll(() => moment(page), WAIT).toBeGreaterThan(0);
      await page.keyboard.press('Space');
      expect(await page.locator('#topology-play').textContent()).toBe('Play');
    });
    expect(said).toEqual([]);
  });

  it('plays nothing by itself, and in steps where less motion is asked for', async () => {
    const said = await open(shopInput(), { reducedMotion: 'reduce' }, async (page) => {
      const stood = await moment(page);
      await page.waitForTimeout(300);
      expect(await moment(page)).toBe(stood);
      await toMoment(page, 0);
      const seen = new Set<number>();
      await page.getByRole('button', { name: 'Play' }).click();
      await expect
        .poll(async () => {
          seen.add(await moment(page));
          return seen.size;
        }, WAIT)
        .toBeGreaterThan(2);
      expect([...seen].slice(0, 3)).toEqual([0, 60, 61]);
      expect(await page.locator('.stage.playing').count()).toBe(0);
      const timing = "getComputedStyle(document.querySelector('.scene .busy')).transitionDuration";
      expect(await page.evaluate(timing)).toBe('0s');
    });
    expect(said).toEqual([]);
  });

  it('shares its moment with the page, and follows the moments of others', async () => {
    const said = await open(shopInput(), {}, async (page) => {
      await page.evaluate(`document.addEventListener('spillway:moment', (event) => {
        (window.heard ??= []).push(event.detail);
      })`);
      await toMoment(page, 42);
      const heard = await page.evaluate('window.heard.at(-1)');
      expect(heard).toMatchObject({ seconds: 42.5, source: 'topology' });
      await page.evaluate(`document.dispatchEvent(new CustomEvent('spillway:moment', {
        detail: { seconds: 99.2, source: 'charts' },
      }))`);
      expect(await moment(page)).toBe(99);
      expect(await page.evaluate('window.heard.length')).toBe(2);
      await page.evaluate(`document.dispatchEvent(new CustomEvent('spillway:moment', {
        detail: { seconds: 1e9, source: 'charts' },
      }))`);
      expect(await moment(page)).toBe(299);
    });
    expect(said).toEqual([]);
  });

  it('marks what was told last beside it, and goes where an entry says', async () => {
    const said = await open(shopInput(), {}, async (page) => {
      const story = page.locator('article[data-policy="2"]');
      await toMoment(page, 62);
      const current = story.locator('li[aria-current=time]');
      expect(await current.count()).toBe(1);
      expect(await current.textContent()).toContain('checkout: all 60 workers busy');
      await toMoment(page, 10);
      expect(await page.locator('li[aria-current]').count()).toBe(0);
      await page
        .locator('article[data-policy="1"]')
        .getByRole('button', { name: /61\.6.s/ })
        .click();
      expect(await moment(page)).toBe(61);
      expect(await page.getByRole('radio', { name: 'bounded-reject' }).isChecked()).toBe(true);
      expect(await now(page)).toContain('bounded-reject');
      const marked = page.locator('article[data-policy="1"] li[aria-current]');
      expect(await marked.textContent()).toContain('checkout');
    });
    expect(said).toEqual([]);
  });

  it.each([380, 1440])(
    'stands within %s pixels, its letters large enough to read',
    async (width) => {
      const options = { viewport: { width, height: 900 } };
      const said = await open(shopInput(), options, async (page) => {
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
        const shown = page.locator(`.scene.${width < 640 ? 'narrow' : 'wide'}`);
        const scale = `((svg) => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)
        (document.querySelector('.scene.${width < 640 ? 'narrow' : 'wide'}'))`;
        expect(12 * Number(await page.evaluate(scale))).toBeGreaterThanOrEqual(11);
        expect(await shown.isVisible()).toBe(true);
        expect(await page.locator('.scene:visible').count()).toBe(1);
      });
      expect(said).toEqual([]);
    },
  );

  it('stands still without a script: the frame, why this one, and every story', async () => {
    await open(shopInput(), { javaScriptEnabled: false }, async (page) => {
      expect(await page.locator('.scene.wide').isVisible()).toBe(true);
      expect(await page.locator('#topology-player').isVisible()).toBe(false);
      expect(await page.locator('#topology-why').textContent()).toContain('worst moment');
      expect(await place(page, 'p3.word').textContent()).toBe('down');
      expect(await page.locator('.timeline').count()).toBe(4);
      expect(await page.locator('.timeline button').count()).toBe(0);
    });
  });

  it('does nothing that a name asks for', async () => {
    const nasty = '</script><img src=x onerror=alert(1)>';
    const input = shopInput({ gateway: nasty, checkout: '__proto__', stock: 'constructor' });
    for (const policy of Object.values(input.result.policies)) {
      policy.faults = [{ from: 0, to: 300, text: nasty, on: [nasty] }];
    }
    const said = await open(input, {}, async (page) => {
      for (const at of [0, 61, 299]) await toMoment(page, at);
      await page
        .getByRole('button', { name: /Fault begins/ })
        .first()
        .click();
      expect(await page.locator('img').count()).toBe(0);
      expect(await now(page)).toContain(nasty);
    });
    expect(said).toEqual([]);
  });
});
