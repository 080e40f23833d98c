import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { gallery } from './make.js';

const FOLDER = fileURLToPath(new URL('../../reports', import.meta.url));
const NUMBER = /-?\d+(?:\.\d+)?/g;
/** Pixels: platforms differ in the last bits of a logarithm, and so in a rounded tenth. */
const NEAR = 0.2;

/** What a picture says without its numbers, and the numbers. */
function parts(text: string): { words: string; numbers: number[] } {
  return { words: text.replace(NUMBER, '#'), numbers: (text.match(NUMBER) ?? []).map(Number) };
}

describe('the gallery', () => {
  let drawn: Map<string, string>;
  beforeAll(async () => {
    drawn = await gallery();
  }, 300_000);

  it('holds what npm run gallery draws, and nothing else (cure: npm run gallery)', () => {
    expect(readdirSync(FOLDER).sort()).toEqual([...drawn.keys()].sort());
  });

  it('is up to date: every picture is drawn from its scenario as it is now', () => {
    for (const [name, text] of drawn) {
      const stored = parts(readFileSync(`${FOLDER}/${name}`, 'utf8'));
      const now = parts(text);
      expect(stored.words === now.words, `${name} is out of date. Cure: npm run gallery`).toBe(
        true,
      );
      const far = now.numbers.filter((value, i) => Math.abs(value - stored.numbers[i]!) > NEAR);
      expect(far, `${name} is out of date. Cure: npm run gallery`).toEqual([]);
    }
  });
});
