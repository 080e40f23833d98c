import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { squeeze, unsqueeze } from '../../src/report/squeeze.js';

describe('a squeezed text', () => {
  it('comes back to the letter', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom('"domain":', '`', '^', '^!', '{"scale":"concat_0_x","field":"t"}', 'aaaaaaa'),
    );
    const text = fc.array(piece, { maxLength: 200 }).map((pieces) => pieces.join(''));
    fc.assert(fc.property(text, (plain) => unsqueeze(squeeze(plain)) === plain));
    for (const plain of ['', '^', 'a'.repeat(5000), 'abcdefg'.repeat(900)]) {
      expect(unsqueeze(squeeze(plain))).toBe(plain);
    }
  });

  it('is a sixth as long where it says the same again and again', () => {
    const marks = Array.from({ length: 60 }, (_, at) => ({
      name: `concat_${at}_layer_marks`,
      encode: { update: { x: { scale: `concat_${at}_x`, field: 't' }, opacity: { value: 1 } } },
    }));
    const plain = JSON.stringify(marks);
    expect(squeeze(plain).length).toBeLessThan(plain.length / 6);
  });
});
