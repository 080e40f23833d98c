import { describe, expect, it } from 'vitest';
import { kneeLines } from '../../src/cli/support/knee-lines.js';
import { colorsFor } from '../../src/cli/support/terminal.js';
import type { Knees } from '../../src/study/index.js';

const colors = colorsFor({ isTTY: false } as NodeJS.WriteStream);
const knee = (load: number) => ({ load, between: [load - 0.02, load + 0.02] as [number, number] });
const lines = (knees: Record<string, Knees>): string[] => kneeLines({ points: [], knees }, colors);
const NONE: Knees = { goodput99: null, p99x5: null, peak: null };

describe('the knees of a hockey stick', () => {
  it('stand in a line a policy, those with the same words together', () => {
    const full = { goodput99: knee(0.954), p99x5: knee(0.93), peak: knee(0.94) };
    const said = lines({ a: full, b: { ...NONE, goodput99: knee(1.2) }, c: full });
    expect(said).toEqual([
      '',
      "knee (a, c)  at 93% of the file's load p99 is five times that at 10%; " +
        'from 95% less than 99% is good; goodput falls beyond 94%',
      "knee (b)  from 120% of the file's load less than 99% is good",
    ]);
  });

  it('are told without names where all policies share them', () => {
    expect(lines({ a: NONE, b: NONE })).toEqual(['', "knee  none up to 200% of the file's load"]);
  });

  it('are not told where there are none to tell', () => {
    expect(kneeLines(null, colors)).toEqual([]);
    expect(kneeLines({ points: [] }, colors)).toEqual([]);
  });
});
