/** How deep brackets, and indentation, may go before the parser is not even asked. */
const MOST_BRACKETS = 200;
const MOST_COLUMNS = 400;

/**
 * The line (from 1) at which a text nests too deeply to be handed to the parser, which recurses and
 * may take the process with it; 0 if there is none. It may count brackets inside texts too.
 */
export function tooDeepAt(text: string): number {
  let depth = 0;
  let line = 1;
  let column = 0;
  let inIndent = true;
  let inComment = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === LF || char === CR) {
      if (char === LF) line += 1;
      column = 0;
      inIndent = true;
      inComment = false;
      continue;
    }
    if (inComment) continue;
    if (inIndent && INDENT.has(char)) {
      column += 1;
      if (column > MOST_COLUMNS) return line;
      continue;
    }
    if (char === HASH && (inIndent || text.charCodeAt(i - 1) === SPACE)) inComment = true;
    inIndent = false;
    if (OPENING.has(char)) depth += 1;
    else if (CLOSING.has(char)) depth = Math.max(0, depth - 1);
    if (depth > MOST_BRACKETS) return line;
  }
  return 0;
}

const codes = (chars: string): Set<number> => new Set([...chars].map((c) => c.charCodeAt(0)));
const LF = 10;
const CR = 13;
const SPACE = 32;
const HASH = 35;
/** `- - -`, `? ?` and `: :` nest in one line, as indentation does. */
const INDENT = codes(' \t-?:');
const OPENING = codes('[{');
const CLOSING = codes(']}');
