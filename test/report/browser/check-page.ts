import axe from 'axe-core';
import type { Page } from 'playwright-core';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

interface Violation {
  id: string;
  help: string;
  nodes: { target: unknown[]; failureSummary?: string }[];
}

/**
 * Everything that must hold of the page of any report, at any width and in any theme: every chart
 * drawn, nothing wider than the window, nothing that axe finds at AA, the keyboard reaches
 * everything that acts. Gives what does not hold, in words; nothing where all is well.
 */
export async function checkPage(page: Page): Promise<string[]> {
  return [
    ...(await undrawn(page)),
    ...(await tooWide(page)),
    ...(await axeFinds(page)),
    ...(await unreached(page)),
  ];
}

/** Charts that have not exactly one picture of their own with something in it. */
function undrawn(page: Page): Promise<string[]> {
  return page.evaluate(`
    [...document.querySelectorAll('.chart')].flatMap((box) => {
      const found = box.querySelectorAll('.live > svg');
      if (found.length !== 1) return [box.id + ' holds ' + found.length + ' pictures'];
      const marks = found[0].querySelectorAll('[class*="role-mark"] :is(path, text, line, rect)');
      if (marks.length === 0) return [box.id + ' is empty'];
      const { width } = found[0].getBoundingClientRect();
      const room = box.clientWidth;
      if (width > room || width < room * 0.85) return [box.id + ': ' + width + ' of ' + room + ' px'];
      return /NaN|undefined|Infinity/.test(found[0].innerHTML) ? [box.id + ' draws no number'] : [];
    })`);
}

function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(`
    (() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return scrollWidth > clientWidth ? ['the page is ' + scrollWidth + ' px wide'] : [];
    })()`);
}

async function axeFinds(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const violations = (await page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(RULES)}, resultTypes: ['violations'] })
      .then(({ violations }) => violations)`,
  )) as Violation[];
  return violations.map(({ id, help, nodes }) => {
    const where = nodes.slice(0, 3).map(({ target }) => target.join(' '));
    return `axe ${id}: ${help} (${where.join(', ')}; ${nodes[0]?.failureSummary ?? ''})`;
  });
}

/** What acts but is not reached by the tab key, or is not seen to be. */
async function unreached(page: Page): Promise<string[]> {
  const count = (await page.evaluate(`
    (() => {
      document.activeElement?.blur?.();
      window.scrollTo(0, 0);
      const acts = [...document.querySelectorAll(
        'a[href], button:not(:disabled), select, summary, .scroll, pre, .chart[role=slider]',
      )].filter((one) => one.checkVisibility());
      window.toReach = new Set(acts);
      return acts.length;
    })()`)) as number;
  const unseen: string[] = [];
  for (let press = 0; press < count + 5; press++) {
    await page.keyboard.press('Tab');
    const found = (await page.evaluate(`
      (() => {
        const at = document.activeElement;
        window.toReach.delete(at);
        const { outlineStyle, outlineWidth } = getComputedStyle(at);
        const ring = outlineStyle !== 'none' && parseFloat(outlineWidth) > 0;
        return { left: window.toReach.size, name: at === document.body || ring ? null : at.outerHTML };
      })()`)) as { left: number; name: string | null };
    if (found.name !== null) unseen.push(`no ring around ${found.name.slice(0, 120)}`);
    if (found.left === 0) break;
  }
  const left = (await page.evaluate(
    `[...window.toReach].map((one) => 'not reached: ' + one.outerHTML.slice(0, 120))`,
  )) as string[];
  return [...unseen, ...left];
}
