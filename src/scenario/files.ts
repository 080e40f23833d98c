import type { Issues, Mistake } from './issue.js';
import { latenciesIn } from './latencies.js';
import * as say from './messages.js';
import { readTrace, type Trace } from './traces.js';
import { child, entriesOf, itemsOf, type MapTree, type Tree, textOf } from './tree.js';

/** Reads a file that a scenario names; the path is as written there. Throws if there is none. */
export type ReadFile = (path: string) => string | Uint8Array;

/** What the files hold that a scenario names, by the path written there. */
export interface Files {
  /** Nanoseconds. */
  latencies: Record<string, number[]>;
  traces: Record<string, Trace>;
  /** Paths that were named but could not be read, which has been told. */
  unread: Set<string>;
}

/** The keys that name a file. */
type FileKey = 'empirical' | 'trace';

/** Reads every file that the scenario names, its policies and its sweep among it. */
export function readFiles(root: MapTree, readFile: ReadFile | undefined, issues: Issues): Files {
  const reader = new Reader(readFile, issues);
  const visited = new Set<Tree>();
  const open: Tree[] = [root];
  for (let tree = open.pop(); tree !== undefined; tree = open.pop()) {
    if (visited.has(tree)) continue;
    visited.add(tree);
    if (tree.kind === 'list') open.push(...tree.items);
    if (tree.kind !== 'map') continue;
    for (const [name, { value }] of tree.entries) {
      if (isFileKey(name) && textOf(value) !== undefined) reader.read(name, value);
      else open.push(value);
    }
  }
  for (const [path, { value }] of entriesOf(child(root, 'sweep'))) {
    const key = path.split('.').at(-1) ?? '';
    if (isFileKey(key)) for (const item of itemsOf(value)) reader.read(key, item);
  }
  return reader.files;
}

function isFileKey(name: string): name is FileKey {
  return name === 'empirical' || name === 'trace';
}

class Reader {
  readonly files: Files = { latencies: {}, traces: {}, unread: new Set() };

  constructor(
    private readonly readFile: ReadFile | undefined,
    private readonly issues: Issues,
  ) {}

  read(key: FileKey, value: Tree): void {
    const path = textOf(value);
    const { traces, latencies, unread } = this.files;
    const known: object = key === 'trace' ? traces : latencies;
    if (path === undefined || Object.hasOwn(known, path) || unread.has(path)) return;
    const content = this.contentOf(path);
    const wrong = content instanceof Uint8Array ? this.take(key, path, content) : content;
    if (wrong === null) return;
    unread.add(path);
    this.issues.add(value.place, wrong);
  }

  private contentOf(path: string): Uint8Array | Mistake {
    try {
      if (this.readFile === undefined) return say.noFiles(path);
      const content = this.readFile(path);
      return typeof content === 'string' ? new TextEncoder().encode(content) : content;
    } catch (error) {
      return say.unreadableFile(path, error instanceof Error ? error.message : String(error));
    }
  }

  /** Reads what a file holds; what is wrong with the file as a whole. */
  private take(key: FileKey, path: string, content: Uint8Array): Mistake | null {
    if (key === 'empirical') {
      const latencies = latenciesIn(path, content);
      if (!Array.isArray(latencies)) return latencies;
      this.files.latencies[path] = latencies;
      return null;
    }
    const trace = readTrace(content);
    if (trace === null) return say.emptyTrace(path);
    if ('kind' in trace) {
      this.files.traces[path] = trace;
      return null;
    }
    this.files.unread.add(path);
    this.issues.addInFile(path, trace.line, trace.mistake);
    return null;
  }
}
