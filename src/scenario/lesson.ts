import type { LessonItem, LessonText } from './scenario.js';
import { child, itemsOf, type LeafTree, type MapTree, type Tree } from './tree.js';

/** "{{goodput(retry-budget)}}": what a run fills in. */
export const HOLE = /\{\{([^{}]*)\}\}/g;

/** The lesson of a file, with the places of all that a run is to fill in. */
export function lessonOf(root: MapTree, text: string | Uint8Array): LessonItem[] {
  const items = itemsOf(child(root, 'lesson'));
  if (items.length === 0) return [];
  const lines = (typeof text === 'string' ? text : new TextDecoder().decode(text)).split('\n');
  return items.map((item): LessonItem => {
    const ask = textAt(child(item, 'ask'), lines);
    const answer = textAt(child(item, 'answer'), lines);
    const say = textAt(child(item, 'say'), lines);
    const choices = itemsOf(child(item, 'choices')).flatMap((one) => textAt(one, lines) ?? []);
    return {
      ...(ask === undefined ? {} : { ask }),
      ...(choices.length === 0 ? {} : { choices }),
      ...(answer === undefined ? {} : { answer }),
      ...(say === undefined ? {} : { say }),
    };
  });
}

function textAt(tree: Tree | undefined, lines: readonly string[]): LessonText | undefined {
  if (tree?.kind !== 'leaf' || tree.value === null) return undefined;
  const { line, column, path } = tree.place;
  const text = writtenIn(tree);
  let from = { line, column };
  const holes = [...text.matchAll(HOLE)].map(([whole]) => {
    // A text over several lines is folded: what stands in it is looked for where it was written.
    const found = find(whole, from, lines);
    if (found !== null) from = { line: found.line, column: found.column + whole.length };
    return found === null ? { line, column } : { ...found, column: found.column + 2 };
  });
  return { text, line, column, path, holes };
}

/** A number as its digits were written. */
function writtenIn({ value, source }: LeafTree): string {
  return typeof value === 'number' ? source.trim() : String(value).trim();
}

function find(
  piece: string,
  from: { line: number; column: number },
  lines: readonly string[],
): { line: number; column: number } | null {
  for (let line = from.line; line <= lines.length; line++) {
    const at = lines[line - 1]!.indexOf(piece, line === from.line ? from.column - 1 : 0);
    if (at >= 0) return { line, column: at + 1 };
  }
  return null;
}
