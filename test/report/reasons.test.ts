import { describe, expect, it } from 'vitest';
import { OUTCOMES } from '../../src/model/outcomes.js';
import { DARK, LIGHT, POLICY_COLOURS } from '../../src/report/palette.js';
import { REASON_NAMES, reasonColour } from '../../src/report/reasons.js';

/** Machado, Oliveira and Fernandes 2009, severity 1: what is seen by those without one kind of cone. */
const SIGHTS: Record<string, number[][]> = {
  all: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function linear(colour: string): number[] {
  return [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
}

/** CIE L*a*b* of a colour as it is seen. */
function lab(colour: string, sight: string): [number, number, number] {
  const seen = linear(colour);
  const [r = 0, g = 0, b = 0] = SIGHTS[sight]!.map((row) => {
    const sum = row.reduce((total, share, index) => total + share * (seen[index] ?? 0), 0);
    return Math.min(1, Math.max(0, sum));
  });
  const bent = (t: number): number => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = bent((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = bent(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = bent((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function apart(one: string, other: string, sight: string): number {
  const [a, b] = [lab(one, sight), lab(other, sight)];
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

const sights = Object.keys(SIGHTS);

describe('the colours of reasons', () => {
  const colours = REASON_NAMES.map(reasonColour);

  it.each(sights)('are told from each other by %s', (sight) => {
    colours.forEach((one, index) => {
      for (const other of colours.slice(0, index)) {
        expect(apart(one, other, sight), `${one} ${other}`).toBeGreaterThan(12);
      }
    });
  });

  it('are none of the policies', () => {
    for (const one of colours) {
      for (const policy of POLICY_COLOURS) {
        expect(apart(one, policy, 'all'), `${one} ${policy}`).toBeGreaterThan(16);
      }
    }
  });

  it('are one for every way in which an attempt can fail', () => {
    const failures = OUTCOMES.slice(2).filter((name) => name !== 'given_up');
    expect([...REASON_NAMES].sort()).toEqual([...failures].sort());
  });
});

describe('the shades of the heat map', () => {
  it.each(sights)('go evenly away from the paper, light and dark, for %s', (sight) => {
    for (const theme of [LIGHT, DARK]) {
      const scale = [theme.paper, theme.heat1, theme.heat2, theme.heat3, theme.heat4, theme.heat5];
      const lightness = scale.map((colour) => lab(colour, sight)[0]);
      const way = Math.sign((lightness[5] ?? 0) - (lightness[0] ?? 0));
      lightness.slice(1).forEach((value, index) => {
        expect(way * (value - (lightness[index] ?? 0)), scale[index + 1]).toBeGreaterThan(9);
      });
    }
  });
});
