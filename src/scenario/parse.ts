import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { tooDeepAt } from './depth.js';
import type { Issues, Mistake, Place } from './issue.js';
import * as say from './messages.js';
import { describe, type Entry, type MapTree, type Tree } from './tree.js';

/** No scenario needs more; a larger file is refused before it is read. */
const LARGEST_BYTES = 5_000_000;
/** Deeper nesting is no scenario. */
const DEEPEST = 64;
/** How many nodes aliases may add, so that anchors cannot explode. */
const MOST_ALIASED = 100_000;

const START: Place = { line: 1, column: 1, path: '' };

/** Reads a file's text into a tree, or reports why it is none. Never throws. */
export function parse(text: string | Uint8Array, issues: Issues): MapTree | null {
  const plain = decode(text, issues);
  if (plain === null) return null;
  const deep = tooDeepAt(plain);
  if (deep > 0) {
    issues.add({ ...START, line: deep }, say.tooDeep(DEEPEST));
    return null;
  }
  try {
    return new Reader(plain, issues).read();
  } catch (error) {
    if (!(error instanceof Stop)) {
      const tooDeep = error instanceof RangeError;
      issues.add(START, tooDeep ? say.tooDeep(DEEPEST) : say.unreadable(String(error)));
    }
    return null;
  }
}

function decode(text: string | Uint8Array, issues: Issues): string | null {
  const report = (mistake: Mistake): null => {
    issues.add(START, mistake);
    return null;
  };
  if (text.length > LARGEST_BYTES) return report(say.tooLarge(text.length, LARGEST_BYTES));
  let plain: string;
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    plain = typeof text === 'string' ? text : decoder.decode(text);
  } catch {
    return report(say.binary());
  }
  if (plain.startsWith('\uFEFF')) plain = plain.slice(1);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it finds
  if (/[\u0000-\u0008\u000E-\u001A\u001C-\u001F]/.test(plain)) return report(say.binary());
  return plain.trim() === '' ? report(say.empty()) : plain;
}

/** Ends the reading where going on would only repeat what was reported. */
class Stop extends Error {}

class Reader {
  private readonly lines = new LineCounter();
  private readonly anchors = new Map<string, { tree: Tree; size: number }>();
  private aliased = 0;
  private size = 0;

  constructor(
    private readonly text: string,
    private readonly issues: Issues,
  ) {}

  read(): MapTree | null {
    // Doubled keys are looked for below: the parser's own search is quadratic in a map's size.
    const document = parseDocument(this.text, {
      lineCounter: this.lines,
      prettyErrors: false,
      uniqueKeys: false,
      stringKeys: true,
      version: '1.2',
      schema: 'core',
      // At `silent` further documents in the file would be dropped without a word.
      logLevel: 'error',
    });
    for (const { message, pos } of document.errors) {
      this.issues.add(this.at(pos[0], ''), say.syntax(message));
    }
    if (document.errors.length > 0) return null;
    for (const { message, pos } of document.warnings) {
      this.issues.add(this.at(pos[0], ''), { ...say.syntax(message), severity: 'warning' });
    }
    if (document.contents === null) return this.stop(START, say.empty());
    const tree = this.convert(document.contents, '', 0);
    return tree.kind === 'map' ? tree : this.stop(tree.place, say.notAMap(describe(tree)));
  }

  private at(offset: number, path: string): Place {
    const { line, col } = this.lines.linePos(offset);
    return { line, column: col, path };
  }

  private stop(place: Place, mistake: Mistake): never {
    this.issues.add(place, mistake);
    throw new Stop();
  }

  private convert(node: Node, path: string, depth: number): Tree {
    const quoted = isScalar(node) && node.type?.startsWith('QUOTE') === true;
    const place = this.at((node.range?.[0] ?? 0) + (quoted ? 1 : 0), path);
    if (depth > DEEPEST) this.stop(place, say.tooDeep(DEEPEST));
    if (isAlias(node)) return this.follow(node.source, place);
    const before = this.size;
    this.size += 1;
    const tree = this.build(node, place, depth);
    const anchor = 'anchor' in node ? node.anchor : undefined;
    if (anchor !== undefined) this.anchors.set(anchor, { tree, size: this.size - before });
    return tree;
  }

  /** An alias stands for the very tree of its anchor: its values were written there. */
  private follow(anchor: string, place: Place): Tree {
    const target = this.anchors.get(anchor);
    if (target === undefined) return this.stop(place, say.unknownAlias(anchor));
    this.aliased += target.size;
    this.size += target.size;
    if (this.aliased > MOST_ALIASED) this.stop(place, say.explodingAlias(MOST_ALIASED));
    return target.tree;
  }

  private build(node: Node, place: Place, depth: number): Tree {
    if (isSeq(node)) {
      const items = node.items.map((item, i) =>
        this.convert(item as Node, `${place.path}[${i}]`, depth + 1),
      );
      return { kind: 'list', items, place };
    }
    if (isMap(node)) return this.buildMap(node, place, depth);
    const value = isScalar(node) ? node.value : null;
    const source = isScalar(node) ? (node.source ?? String(value)) : '';
    if (typeof value === 'bigint') return { kind: 'leaf', value: Number(value), source, place };
    const plain = typeof value === 'object' || value === undefined ? null : value;
    return { kind: 'leaf', value: plain as string | number | boolean | null, source, place };
  }

  private buildMap(node: Node, place: Place, depth: number): MapTree {
    const entries = new Map<string, Entry>();
    const merged: MapTree[] = [];
    for (const pair of isMap(node) ? node.items : []) {
      const key = pair.key as Node;
      const name = isScalar(key) ? String(key.value) : '';
      const path = place.path === '' ? name : `${place.path}.${name}`;
      const at = this.at(key.range?.[0] ?? 0, path);
      const value: Tree =
        pair.value === null
          ? { kind: 'leaf', value: null, source: '', place: at }
          : this.convert(pair.value as Node, path, depth + 1);
      if (name === '<<') merged.push(...this.mergeKey(value));
      else if (entries.has(name)) this.issues.add(at, say.duplicateKey(name));
      // Such a name means something to JavaScript, and nothing to a scenario.
      else if (name === '__proto__') this.issues.add(at, say.unknownKey(name, []));
      else entries.set(name, { key: at, value });
    }
    for (const { entries: more } of merged) {
      for (const [name, entry] of more) if (!entries.has(name)) entries.set(name, entry);
    }
    return { kind: 'map', entries, place };
  }

  /** YAML's merge key: `<<: *defaults`, or a list of them; a map's own keys win. */
  private mergeKey(value: Tree): MapTree[] {
    const parts = value.kind === 'list' ? value.items : [value];
    const maps = parts.filter((part) => part.kind === 'map');
    if (maps.length < parts.length) this.issues.add(value.place, say.badMergeKey(describe(value)));
    return maps;
  }
}
