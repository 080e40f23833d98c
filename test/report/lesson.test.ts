import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReportInput, renderReport } from '../../src/report/index.js';
import { lessonSection } from '../../src/report/sections/lesson.js';
import type { LessonStep } from '../../src/study/result.js';
import { freshClient } from '../fresh-build.js';
import { chromiumPath, mustHaveAll } from '../machine.js';
import { QUIET, ReportBrowser } from './browser/browser.js';
import { fixtureInput } from './fixture.js';

const AXE = fileURLToPath(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url));

const NASTY = '</script><img src=x onerror=alert(1)>';
const LESSON: LessonStep[] = [
  { say: 'A shop in the rain.' },
  {
    ask: 'How many are answered?',
    choices: [{ text: '95%' }, { text: '50%' }, { text: '0%', right: true }],
    answer: 'goodput_ratio(retry-storm): 0%',
  },
  { say: 'None of them.\n\nAnd it stays so.' },
  {
    ask: NASTY,
    choices: [{ text: NASTY }, { text: '__proto__', right: true }, { text: 'x', right: true }],
    answer: NASTY,
  },
  { say: NASTY },
];

const taught = (lesson: LessonStep[] = LESSON): ReportInput => {
  const input = fixtureInput({ seconds: 30 });
  input.result.lesson = lesson;
  return input;
};

describe('the lesson of a page', () => {
  const text = lessonSection(taught())!.text;

  it('stands before everything else, and only where there is one', async () => {
    expect(lessonSection(fixtureInput())).toBeNull();
    expect(lessonSection(taught([]))).toBeNull();
    const { html } = await renderReport(taught());
    expect(html.indexOf('h-lesson')).toBeLessThan(html.indexOf('h-summary'));
  });

  it('asks first; the answer and what follows it can be opened', () => {
    const order = ['A shop in the rain', 'How many', '>95%<', '<details', '0%</strong>', 'None of'];
    const places = order.map((piece) => text.indexOf(piece));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(text.match(/<p>And it stays so\.<\/p>/g)).toHaveLength(1);
    expect(text).not.toContain('<img');
  });

  it('of what is only said asks nothing', () => {
    const { text: said } = lessonSection(taught([{ say: 'Look.' }]))!;
    expect(said).toContain('<p>Look.</p>');
    expect(said).not.toMatch(/would you say|details/);
  });
});

describe.skipIf(!mustHaveAll && chromiumPath() === undefined)('in a real browser', () => {
  let browser: ReportBrowser;

  beforeAll(async () => {
    await freshClient();
    browser = await ReportBrowser.start();
  });
  afterAll(() => browser?.close());

  async function open(
    options: BrowserContextOptions,
    look: (page: Page) => Promise<void>,
  ): Promise<void> {
    expect(await browser.show(taught(), options, look)).toEqual(QUIET);
  }

  const first = (page: Page) => page.locator('.question').first();

  it('tells after the choice whether it was so, and why; by keyboard too', async () => {
    await open({ viewport: { width: 800, height: 900 } }, async (page) => {
      const question = first(page);
      await expect.poll(() => question.getByRole('button').count()).toBe(3);
      expect(await question.getByText('None of them.').isVisible()).toBe(false);
      await question.getByRole('button', { name: '95%' }).focus();
      await page.keyboard.press('Enter');
      expect(await question.getByRole('status').textContent()).toBe('Not so. Right: 0%.');
      expect(await question.getByText('None of them.').isVisible()).toBe(true);
      const pressed = question.getByRole('button', { pressed: true });
      expect(await pressed.allTextContents()).toEqual(['95%']);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      await page.keyboard.press(' ');
      expect(await question.getByRole('status').textContent()).toBe('Right.');
      expect(await pressed.allTextContents()).toEqual(['0%']);
    });
  });

  it('does nothing that a text asks for, and takes either of two right answers', async () => {
    await open({}, async (page) => {
      const question = page.locator('.question').nth(1);
      await question.getByRole('button', { name: '__proto__' }).click();
      expect(await question.getByRole('status').textContent()).toBe('Right.');
      await question.getByRole('button', { name: NASTY }).click();
      expect(await question.getByRole('status').textContent()).toBe('Not so. Right: __proto__, x.');
      expect(await page.locator('img').count()).toBe(0);
    });
  });

  it('is all there to read without a script', async () => {
    await open({ javaScriptEnabled: false }, async (page) => {
      const question = first(page);
      expect(await question.locator('.choices li').allTextContents()).toEqual(['95%', '50%', '0%']);
      expect(await question.getByRole('button').count()).toBe(0);
      await question.locator('summary').click();
      expect(await question.getByText('None of them.').isVisible()).toBe(true);
      expect(await question.locator('strong').textContent()).toBe('0%');
    });
  });

  it('shows its answers on paper', async () => {
    await open({}, async (page) => {
      await page.emulateMedia({ media: 'print' });
      const said = first(page).getByText('None of them.');
      await expect.poll(async () => (await said.boundingBox())?.height ?? 0).toBeGreaterThan(10);
    });
  });

  it.each([
    [380, 'light'],
    [1440, 'dark'],
  ] as const)(
    'has contrast and names at %s pixels, %s, before and after',
    async (width, colorScheme) => {
      const options = { viewport: { width, height: 900 }, colorScheme, bypassCSP: true };
      await open(options, async (page) => {
        await page.addScriptTag({ content: readFileSync(AXE, 'utf8') });
        const violations = (): Promise<unknown> =>
          page.evaluate(
            "axe.run('#lesson').then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]))",
          );
        expect(await violations()).toEqual([]);
        await first(page).getByRole('button', { name: '50%' }).click();
        expect(await violations()).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      });
    },
  );
});
