import type { Issues, Mistake } from './issue.js';
import * as say from './messages.js';
import { type MapTree, type Tree, textOf } from './tree.js';
import { LONGEST_NS } from './units.js';

/** Reads a file that a scenario names; the path is as written there. Throws if there is none. */
export type ReadFile = (path: string) => string | Uint8Array;

/** Reads every file of latencies that the scenario names, in nanoseconds, by its name. */
export function readLatencies(
  root: MapTree,
  readFile: ReadFile | undefined,
  issues: Issues,
): Record<string, number[]> {
  const files: Record<string, number[]> = {};
  const visited = new Set<Tree>();
  const open: Tree[] = [root];
  for (let tree = open.pop(); tree !== undefined; tree = open.pop()) {
    if (visited.has(tree)) continue;
    visited.add(tree);
    if (tree.kind === 'list') open.push(...tree.items);
    if (tree.kind !== 'map') continue;
    for (const [name, { value }] of tree.entries) {
      const path = textOf(value);
      if (name !== 'empirical' || path === undefined) open.push(value);
      else if (!Object.hasOwn(files, path)) {
        const result = readOne(path, readFile);
        if (Array.isArray(result)) files[path] = result;
        else issues.add(value.place, result);
      }
    }
  }
  return files;
}

function readOne(path: string, readFile: ReadFile | undefined): number[] | Mistake {
  let text: string;
  try {
    if (readFile === undefined) return say.noFiles(path);
    const content = readFile(path);
    text = typeof content === 'string' ? content : new TextDecoder().decode(content);
  } catch (error) {
    return say.unreadableFile(path, error instanceof Error ? error.message : String(error));
  }
  const values: number[] = [];
  let number = 0;
  for (const line of text.split(/\r?\n/)) {
    number += 1;
    const cell = line.split(',')[0]?.trim() ?? '';
    if (cell === '' || cell.startsWith('#')) continue;
    const seconds = /^\d*\.?\d+(e[+-]?\d+)?$/i.test(cell) ? Number(cell) : Number.NaN;
    // The first line may name the column.
    if (Number.isNaN(seconds) && number === 1) continue;
    const ns = Math.round(seconds * 1e9);
    if (!(ns >= 0 && ns <= LONGEST_NS)) return say.badLatency(path, number, cell);
    values.push(ns);
  }
  return values.length === 0 ? say.noLatencies(path) : values;
}
