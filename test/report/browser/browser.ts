import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { type ReportInput, renderReport } from '../../../src/report/index.js';
import { neededChromium } from '../../machine.js';

const ARGS = (
  '--headless --no-sandbox --disable-gpu --disable-background-networking ' +
  '--disable-component-update --disable-sync --no-first-run'
).split(' ');

/** What a page said to the console, asked of anyone, or threw. */
export interface Heard {
  said: string[];
  asked: string[];
}

/** Nothing said, nothing asked for. */
export const QUIET: Heard = { said: [], asked: [] };

/** A browser of the machine that opens reports from files. */
export class ReportBrowser {
  private constructor(
    private readonly browser: Browser,
    private readonly folder: string,
  ) {}

  static async start(): Promise<ReportBrowser> {
    const browser = await chromium.launch({ executablePath: neededChromium(), args: ARGS });
    return new ReportBrowser(browser, mkdtempSync(join(tmpdir(), 'spillway-report-')));
  }

  async close(): Promise<void> {
    await this.browser.close();
    rmSync(this.folder, { recursive: true });
  }

  /** Renders a report and opens it. */
  async show(
    input: ReportInput,
    options: BrowserContextOptions,
    look: (page: Page) => Promise<void>,
  ): Promise<Heard> {
    const { html } = await renderReport(input);
    const file = join(this.folder, 'index.html');
    writeFileSync(file, html);
    return this.open(file, options, look);
  }

  /** Opens a page from a file, waits for its charts, and hears all that it says. */
  async open(
    file: string,
    options: BrowserContextOptions,
    look: (page: Page) => Promise<void>,
  ): Promise<Heard> {
    const url = pathToFileURL(file).href;
    const context = await this.browser.newContext(options);
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const heard: Heard = { said: [], asked: [] };
    page.on('console', (message) => heard.said.push(message.text()));
    page.on('pageerror', (error) => heard.said.push(String(error)));
    page.on('dialog', (dialog) => heard.said.push(`dialog: ${dialog.message()}`));
    page.on('request', (request) => {
      if (!request.url().startsWith(url)) heard.asked.push(request.url());
    });
    try {
      await page.goto(url);
      if (options.javaScriptEnabled !== false) {
        await page.waitForSelector('html[data-charts=drawn]', { state: 'attached' });
      }
      await look(page);
    } finally {
      await context.close();
    }
    return heard;
  }
}
