export { bytes, duration, figureText, number, rate, share } from '../../study/figure-words.js';

/** A figure, or a dash where there is none. */
export function known(value: number | null | undefined, say: (value: number) => string): string {
  return value === null || value === undefined ? '–' : say(value);
}

/** A word for the shell: quoted where the shell would take it apart. */
export function shellWord(word: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
