/** Text for GitHub's Markdown: whatever a scenario calls its parts, it stays text. */

/**
 * What can begin something in the middle of a line or in a cell of a table. An underscore does so only
 * at the edge of a word; "@name" calls somebody and "#12" links an issue.
 */
const SPECIAL =
  /[\\`*[\]<>|~$&]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|@(?=[\p{L}\p{N}])|#(?=\p{N})/gu;
const LINE_ENDS = /\s*[\r\n\u2028\u2029]+\s*/g;
/** A name that stands between backticks as it is. */
const PLAIN = /^(?! )[\p{L}\p{N} ._,:;/+=%()<>{}[\]!?'"*@#&^-]+(?<! )$/u;

/** Words in a line or in a cell of a table. */
export function text(words: string): string {
  return words
    .replace(LINE_ENDS, ' ')
    .replace(SPECIAL, (sign) => (/[@#]/.test(sign) ? `${sign}<!-- -->` : entity(sign)));
}

/** A name or a piece of a scenario, as code; in a line or in a cell of a table. */
export function code(name: string): string {
  if (PLAIN.test(name)) return `\`${name}\``;
  const escaped = name.replace(LINE_ENDS, ' ').replace(/[^\p{L}\p{N} ]/gu, entity);
  // A space at the edge, and nothing at all, would be lost.
  return `<code>${escaped.replace(/^ | $/g, '&#32;')}</code>`;
}

/** A table: the head, how its columns stand, a line a row. Cells are Markdown already. */
export function table(
  head: readonly string[],
  aligned: readonly ('left' | 'right')[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  const rule = aligned.map((side) => (side === 'left' ? ':--' : '--:'));
  return `${line(head)}${line(rule)}${rows.map(line).join('')}`;
}

/** What can be opened; the summary is a text, the content Markdown. */
export function details(summary: string, content: string): string {
  return `<details>\n<summary>${text(summary)}</summary>\n\n${content}\n</details>\n`;
}

function entity(sign: string): string {
  return `&#${sign.codePointAt(0)};`;
}
