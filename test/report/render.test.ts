import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Report, type ReportInput, renderReport } from '../../src/report/index.js';
import { freshClient } from '../fresh-build.js';
import { chromiumPath, mustHaveAll, neededChromium } from '../machine.js';
import { allFaults, fixtureInput } from './fixture.js';

const ARGS = (
  '--headless --no-sandbox --disable-gpu --disable-background-networking ' +
  '--disable-component-update --disable-sync --no-first-run'
).split(' ');
const PAGE_BYTES_MAX = 1_500_000;
const LIGHT_PAPER = 'rgb(255, 255, 255)';
const DARK_PAPER = 'rgb(20, 23, 28)';
const CHARTS = ['hockey-stick', 'traffic', 'latency', 'queue-depth'];

beforeAll(freshClient);

describe('a rendered report', () => {
  let report: Report;
  beforeAll(async () => {
    report = await renderReport(fixtureInput());
  });

  it('is the same to the byte when rendered again', async () => {
    expect(await renderReport(fixtureInput())).toEqual(report);
  });

  it('brings every chart as an SVG in the light theme, with title and caption', () => {
    expect(Object.keys(report.svgs)).toEqual(CHARTS);
    for (const svg of Object.values(report.svgs)) {
      expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
      expect(svg).toContain('fill="#ffffff"');
      expect(svg).not.toMatch(/NaN|undefined| style="|…/);
    }
    expect(report.svgs['traffic']).toContain('Filled: goodput.');
    expect(report.svgs['latency']).toContain('unbounded');
  });

  it('stays small, however many policies and points', async () => {
    const bytes = (of: Report): number => Buffer.byteLength(of.html);
    expect(bytes(report)).toBeLessThan(1_000_000);
    const sixPolicies = fixtureInput({ seconds: 1000, times: 2 });
    for (const name of Object.keys(sixPolicies.result.policies).slice(6)) {
      delete sixPolicies.result.policies[name];
    }
    expect(bytes(await renderReport(sixPolicies))).toBeLessThan(PAGE_BYTES_MAX);
    const large = await renderReport(fixtureInput({ seconds: 3600, times: 6 }));
    expect(bytes(large)).toBeLessThan(PAGE_BYTES_MAX);
  });

  it('draws a result without series or hockey stick as tables only', async () => {
    const input = fixtureInput();
    delete input.result.hockey_stick;
    for (const policy of Object.values(input.result.policies)) policy.series = { step: 1 };
    const { html, svgs } = await renderReport(input);
    expect(svgs).toEqual({});
    expect(html).toContain('The policies compared');
    expect(html).not.toContain('Pictures');
  });
});

describe.skipIf(!mustHaveAll && chromiumPath() === undefined)('in a real browser', () => {
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'spillway-report-'));
    browser = await chromium.launch({ executablePath: neededChromium(), args: ARGS });
  });

  afterAll(async () => {
    await browser?.close();
    if (folder) rmSync(folder, { recursive: true });
  });

  /** Opens a report from a file and hands over the page and all that it said and asked for. */
  async function open(
    input: ReportInput,
    options: BrowserContextOptions,
    look: (page: Page) => Promise<void>,
  ): Promise<{ said: string[]; asked: string[] }> {
    const { html } = await renderReport(input);
    const file = join(folder, 'index.html');
    writeFileSync(file, html);
    const url = pathToFileURL(file).href;
    const context = await browser.newContext(options);
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const said: string[] = [];
    const asked: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(String(error)));
    page.on('dialog', (dialog) => said.push(`dialog: ${dialog.message()}`));
    page.on('request', (request) => {
      if (request.url() !== url) asked.push(request.url());
    });
    await page.goto(url);
    if (options.javaScriptEnabled !== false) {
      await page.waitForSelector('html[data-charts=drawn]');
    }
    await look(page);
    await context.close();
    return { said, asked };
  }

  /** The colour that the traffic chart is drawn on. */
  const paperOf = (page: Page): Promise<unknown> =>
    page.evaluate("getComputedStyle(document.querySelector('#chart-traffic svg')).backgroundColor");

  const quiet = { said: [], asked: [] };

  it.each([
    [380, 'light'],
    [380, 'dark'],
    [1440, 'light'],
    [1440, 'dark'],
  ] as const)('draws every chart at %s pixels in the %s theme', async (width, colorScheme) => {
    const seen = await open(
      fixtureInput(),
      { viewport: { width, height: 900 }, colorScheme },
      async (page) => {
        for (const name of CHARTS) {
          const box = page.locator(`#chart-${name}`);
          expect(await box.locator('svg').count()).toBe(1);
          expect(await box.locator('.mark-line path').count()).toBeGreaterThan(0);
          const svg = await box.locator('svg').boundingBox();
          expect(svg?.width).toBeGreaterThan(Math.min(width, 1160) * 0.85);
          expect((svg?.x ?? 0) + (svg?.width ?? 0)).toBeLessThanOrEqual(width);
        }
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
        expect(await paperOf(page)).toBe(colorScheme === 'dark' ? DARK_PAPER : LIGHT_PAPER);
      },
    );
    expect(seen).toEqual(quiet);
  });

  it('says under the pointer what every policy did at that moment', async () => {
    const seen = await open(
      fixtureInput(),
      { viewport: { width: 1000, height: 900 } },
      async (page) => {
        const chart = page.locator('#chart-latency');
        await chart.scrollIntoViewIfNeeded();
        const box = await chart.boundingBox();
        if (!box) throw new Error('the chart has no box');
        await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.6);
        await page.mouse.move(box.x + box.width * 0.3 + 1, box.y + box.height * 0.6);
        const tip = page.locator('#vg-tooltip-element');
        await tip.and(page.locator('.visible')).waitFor();
        const keys = await tip.locator('td.key').allTextContents();
        expect(keys).toEqual(['unbounded', 'bounded-reject', 'retry-storm', 'retry-budget']);
        expect(await tip.locator('h2').textContent()).toMatch(/^\d+.s – \d+.s$/);
      },
    );
    expect(seen).toEqual(quiet);
  });

  it('follows the theme and the width while it is open', async () => {
    const options = { viewport: { width: 1200, height: 900 }, colorScheme: 'light' } as const;
    const seen = await open(fixtureInput(), options, async (page) => {
      const svg = page.locator('#chart-traffic svg');
      await page.emulateMedia({ colorScheme: 'dark' });
      await expect.poll(() => paperOf(page)).toBe(DARK_PAPER);
      await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
      await expect.poll(() => paperOf(page)).toBe(LIGHT_PAPER);
      await page.setViewportSize({ width: 400, height: 900 });
      await expect.poll(async () => (await svg.boundingBox())?.width).toBeLessThan(400);
    });
    expect(seen).toEqual(quiet);
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
    const seen = await open(input, { viewport: { width: 1000, height: 900 } }, async (page) => {
      expect(await page.title()).toBe(`${nasty} · Spillway`);
      const chart = page.locator('#chart-latency');
      await chart.scrollIntoViewIfNeeded();
      const box = await chart.boundingBox();
      if (!box) throw new Error('the chart has no box');
      await page.mouse.move(box.x + 300, box.y + box.height * 0.6);
      await page.mouse.move(box.x + 301, box.y + box.height * 0.6);
      const keys = page.locator('#vg-tooltip-element td.key');
      await keys.first().waitFor();
      const names = (await keys.allTextContents()).map((name) => name.replace('\u200b', ''));
      expect(names).toEqual(['__proto__', nasty, 'constructor', 'image']);
      expect(await page.locator('img').count()).toBe(0);
    });
    expect(seen).toEqual(quiet);
  });

  it('reads without script: sentences, table, cascade, and still pictures', async () => {
    const options = { javaScriptEnabled: false, viewport: { width: 800, height: 900 } };
    const seen = await open(fixtureInput(), options, async (page) => {
      expect(await page.locator('.sentences li').count()).toBe(4);
      expect(await page.locator('table.comparison tbody tr').count()).toBe(4);
      expect(await page.locator('.timeline').count()).toBe(4);
      expect(await page.locator('.chart > svg').count()).toBe(CHARTS.length);
    });
    expect(seen).toEqual(quiet);
  });
});
