import { nearest } from '../nearest.js';

// What the messages have in common.

/** "did you mean …?", if a name is near. */
export function meant(wrong: string, names: Iterable<string>): { hint?: string } {
  const near = nearest(wrong, names);
  return near === undefined ? {} : { hint: `did you mean ${near}?` };
}

export function listed(names: readonly string[]): string {
  if (names.length <= 1) return names.join('');
  return `${names.slice(0, -1).join(', ')} or ${names[names.length - 1]}`;
}

export function some(names: readonly string[]): string {
  return names.length > 12 ? `${names.slice(0, 12).join(', ')}, …` : names.join(', ');
}

export function firstLine(text: string): string {
  const line = text.split('\n')[0] ?? '';
  return line.length > 120 ? `${line.slice(0, 117)}...` : line;
}

/** What was expected, if there is anything. */
export function oneOf(names: readonly string[]): { expected?: string } {
  return names.length === 0 ? {} : { expected: `one of ${some(names)}` };
}
