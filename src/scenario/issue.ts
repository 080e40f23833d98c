/** A mistake of the user, or a warning, with its place in the file. Text and annotations derive from it. */
export interface Issue {
  code: string;
  severity: 'error' | 'warning';
  file: string;
  /** From 1; 0 for what was given on the command line, which `path` then names. */
  line: number;
  /** From 1. */
  column: number;
  /** Where in the scenario, dotted: `services.gateway.workers`. Empty for the file as a whole. */
  path: string;
  message: string;
  expected?: string;
  found?: string;
  hint?: string;
}

/** Where a key or a value stands in the file. */
export interface Place {
  line: number;
  column: number;
  path: string;
}

/** What is known of a mistake before its place and file are. */
export interface Mistake {
  code: string;
  message: string;
  severity?: 'error' | 'warning';
  expected?: string;
  found?: string;
  hint?: string;
}

/** One line, as compilers write it: `file:line:column: message`, then what was found and a hint. */
export function formatIssue(issue: Issue): string {
  const place = issue.line === 0 ? '' : `${issue.file}:${issue.line}:${issue.column}: `;
  const mark = issue.severity === 'warning' ? 'warning: ' : '';
  const path = issue.path === '' ? '' : `${issue.path}: `;
  const expected = issue.expected === undefined ? '' : `; expected ${issue.expected}`;
  const found = issue.found === undefined ? '' : `; found ${issue.found}`;
  const hint = issue.hint === undefined ? '' : ` (${issue.hint})`;
  return `${place}${mark}${path}${issue.message}${expected}${found}${hint}`;
}

/** No one reads more; the rest is counted. */
const MOST = 100;

/**
 * Collects mistakes: each place tells the same mistake once, however many policies it shows
 * under, and a file that is nothing but mistakes yields the first hundred and their number.
 */
export class Issues {
  private readonly seen = new Set<string>();
  private readonly kept: Issue[] = [];
  private leftOut = 0;
  /** How many errors were reported so far, those again that were known. */
  errors = 0;

  constructor(private readonly file: string) {}

  /** A mistake in a line of another file, whose path is relative to this one. */
  addInFile(path: string, line: number, mistake: Mistake): void {
    this.put(beside(this.file, path), { line, column: 1, path: '' }, mistake);
  }

  add(place: Place, mistake: Mistake): void {
    this.put(this.file, place, mistake);
  }

  private put(file: string, place: Place, mistake: Mistake): void {
    const severity = mistake.severity ?? 'error';
    if (severity === 'error') this.errors += 1;
    const key = `${severity} ${mistake.code} ${place.line} ${place.column} ${place.path} ${file}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    if (this.kept.length >= MOST) {
      if (severity === 'error') this.leftOut += 1;
      return;
    }
    const { line, column, path } = place;
    this.kept.push({ ...mistake, severity, file, line, column, path });
  }

  /** In the order of the file, other files behind it. Beside errors there are no warnings: they may only follow from them. */
  list(): Issue[] {
    const shown = this.errors > 0 ? this.kept.filter(isError) : this.kept;
    const others = (issue: Issue): number => (issue.file === this.file ? 0 : 1);
    const sorted = [...shown].sort(
      (a, b) => others(a) - others(b) || a.line - b.line || a.column - b.column,
    );
    const last = sorted[sorted.length - 1];
    if (this.leftOut === 0 || last === undefined) return sorted;
    const message = `and ${this.leftOut} more mistakes`;
    const { file, line, column } = last;
    return [...sorted, { code: 'more', severity: 'error', file, line, column, path: '', message }];
  }
}

/** A path as seen from where the file is seen from. */
function beside(file: string, path: string): string {
  if (/^([/\\]|[A-Za-z]:)/.test(path)) return path;
  return file.slice(0, file.search(/[^/\\]*$/)) + path;
}

function isError({ severity }: Issue): boolean {
  return severity === 'error';
}
