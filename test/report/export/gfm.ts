import { execFileSync } from 'node:child_process';
import { neededProgram } from '../../machine.js';

const EXTENSIONS = ['table', 'strikethrough', 'autolink', 'tasklist'].flatMap((one) => ['-e', one]);

/** HTML of GitHub's Markdown, by GitHub's own program. */
export function gfm(markdown: string): string {
  const words = [...EXTENSIONS, '--unsafe', '-t', 'html'];
  return execFileSync(neededProgram('cmark-gfm'), words, { input: markdown, encoding: 'utf8' });
}

/** The rows of every table, each the texts of its cells. */
export function tablesOf(html: string): string[][][] {
  return [...html.matchAll(/<table>.*?<\/table>/gs)].map(([table]) =>
    [...table.matchAll(/<tr>.*?<\/tr>/gs)].map(([row]) =>
      [...row.matchAll(/<(t[hd])[^>]*>(.*?)<\/\1>/gs)].map(([, , cell]) => plain(cell!)),
    ),
  );
}

/** The elements that stand in it, each once. */
export function elementsOf(html: string): string[] {
  return [...new Set([...html.matchAll(/<([a-z][a-z0-9]*)/gi)].map(([, name]) => name!))].sort();
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' };

/** What a reader sees of it. */
export function plain(html: string): string {
  return html
    .replace(/<br ?\/?>/g, '\n')
    .replace(/<!--.*?-->|<[^>]*>/gs, '')
    .replace(/&(?:#(\d+)|(\w+));/g, (_, code: string | undefined, name: string) =>
      code === undefined ? ENTITIES[name]! : String.fromCodePoint(Number(code)),
    );
}
