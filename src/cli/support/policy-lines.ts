import { stringify } from 'yaml';
import { LIBRARIES, type LibraryDefaults, PRESETS, type Preset } from '../../scenario/index.js';
import { type Cell, type Column, table } from './table.js';
import type { Colors } from './terminal.js';

const WIDTH = 96;

/** All built-in policies, and the libraries whose defaults are known. */
export function listing(colors: Colors): string[] {
  const presets = PRESETS.map(({ name, title }) => [{ text: name }, { text: title }]);
  const names = [...new Set(LIBRARIES.map(({ library }) => library))].sort();
  const libraries = names.map((name) => {
    const parts = LIBRARIES.filter(({ library }) => library === name).map(({ part }) => part);
    return [{ text: name }, { text: parts.join(', ') }];
  });
  return [
    ...titled(['policy', 'what it lays over a scenario'], presets, colors),
    '',
    ...titled(['library', 'whose documented defaults are known'], libraries, colors),
  ];
}

/** YAML that could stand under `policies` of a scenario, with its merits as comments. */
export function presetLines({ name, title, helps, harms, definition }: Preset): string[] {
  const merits = [title, `When it helps: ${helps}`, `When it harms: ${harms}`];
  return [...merits.flatMap(comment), stringify({ [name]: definition }).trimEnd()];
}

/** What a library does where nothing is said, part by part, with where that was read. */
export function libraryLines(parts: readonly LibraryDefaults[]): string[] {
  return parts.flatMap(({ library, part, source, options }, index) => {
    const widest = Math.max(...options.map(({ name, default: usual }) => `${name}${usual}`.length));
    const lines = options.flatMap(({ name, default: usual, doc }) => {
      const gap = ' '.repeat(widest - name.length - usual.length);
      const [first, ...more] = wrapped(doc, Math.max(30, WIDTH - widest - 8));
      const indent = ' '.repeat(widest + 4);
      return [
        `  ${name}: ${usual}${gap}  # ${first}`,
        ...more.map((line) => `  ${indent}# ${line}`),
      ];
    });
    const head = comment(`${library}, ${part}. Source: ${source}`);
    return [...(index > 0 ? [''] : []), ...head, `${library}:`, ...lines];
  });
}

function titled(titles: string[], rows: Cell[][], { dim }: Colors): string[] {
  const columns = titles.map((title): Column => ({ title, align: 'left' }));
  const [head, ...lines] = table(columns, rows);
  return [dim(head!), ...lines];
}

function comment(text: string): string[] {
  return wrapped(text, WIDTH - 2).map((line) => `# ${line}`);
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line];
}
