import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smallSvg } from '../../src/report/small-svg.js';

/** Where a path of M, L, l, Z and steps without a letter leads. */
function points(path: string): number[][] {
  const found: number[][] = [];
  let [x, y] = [0, 0];
  for (const [, command, rest = ''] of path.matchAll(/([MLlZ])([^MLlZ]*)/g)) {
    const numbers = (rest.match(/-?\d*\.?\d+/g) ?? []).map(Number);
    for (let at = 0; at + 1 < numbers.length; at += 2) {
      const [a = 0, b = 0] = [numbers[at], numbers[at + 1]];
      [x, y] = command === 'l' ? [x + a, y + b] : [a, b];
      found.push([x, y]);
    }
  }
  return found;
}

const place = fc.double({ min: -2000, max: 2000, noNaN: true });

describe('a smaller picture', () => {
  it('has every point of a path where it was, to a twentieth of a pixel', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(place, place), { minLength: 1, maxLength: 80 }), (list) => {
        const path = list.map(([x, y], index) => `${index % 17 === 0 ? 'M' : 'L'}${x},${y}`);
        const [, small = ''] = /d="([^"]*)"/.exec(smallSvg(`<path d="${path.join('')}Z"/>`)) ?? [];
        const reached = points(small);
        expect(reached).toHaveLength(list.length);
        reached.forEach(([x = 0, y = 0], index) => {
          expect(Math.abs(x - (list[index]?.[0] ?? 0))).toBeLessThan(0.0501);
          expect(Math.abs(y - (list[index]?.[1] ?? 0))).toBeLessThan(0.0501);
        });
      }),
    );
  });

  it('has cells of one shade in one path', () => {
    const cell = (d: string, fill: string) =>
      `<path aria-hidden="true" d="${d}" fill="${fill}" stroke-width="0"/>`;
    const all = cell('M0,0h1v1h-1Z', '#aabbcc') + cell('M2,0h1v1h-1Z', '#aabbcc');
    expect(smallSvg(all + cell('M9,0h1v1h-1Z', '#001122'))).toBe(
      '<path d="M0,0h1v1h-1ZM2,0h1v1h-1Z" fill="#aabbcc" stroke-width="0"/>' +
        '<path d="M9,0h1v1h-1Z" fill="#001122" stroke-width="0"/>',
    );
  });

  it('names the font once', () => {
    const text = (what: string) => `<text font-family="sans-serif" opacity="1">${what}</text>`;
    expect(smallSvg(`<svg width="1">${text('a')}${text('b')}</svg>`)).toBe(
      '<svg font-family="sans-serif" width="1"><text>a</text><text>b</text></svg>',
    );
  });
});
