import { describe, expect, it } from 'vitest';
import { type Fate, fateOf, fateOfCut, stands } from '../../../src/study/stability/fate.js';
import {
  isUnclear,
  type Look,
  type Seen,
  secondsToEmpty,
} from '../../../src/study/stability/seen.js';

const look = (goodputRatio: number | null, inSystem: number, seconds = 10): Look => {
  return { seconds, offered: 100, goodput: null, goodputRatio, p99: null, inSystem };
};
const WELL = look(1, 5);
const seen = (is: Seen['is'], half: Look, last: Look, stopped: string | null = null): Seen => {
  return { is, looks: [WELL, half, last], stopped };
};
const WATCH = { seconds: 40, mostSeconds: 300 };

describe('what became of a run after a trigger', () => {
  it.each<[string, Seen, Fate]>([
    ['recovered', seen('recovered', WELL, WELL), { is: 'back' }],
    ['never harmed', seen('unharmed', WELL, WELL), { is: 'back' }],
    ['growing', seen('metastable', look(0, 500), look(0, 600)), { is: 'tipped' }],
    ['full and staying so', seen('metastable', look(0, 100), look(0, 100)), { is: 'tipped' }],
    ['deadlocked', seen('deadlocked', WELL, WELL), { is: 'tipped' }],
    ['grown out of memory', seen('metastable', WELL, WELL, 'memory'), { is: 'tipped' }],
    [
      'not well before',
      { is: 'overloaded', looks: [look(0.5, 9), WELL, WELL], stopped: null },
      { is: 'unfit' },
    ],
    [
      'falling too slowly for its patience',
      seen('recovering', look(0, 10_000), look(0, 9_990)),
      { is: 'tipped' },
    ],
  ])('%s', (_, run, fate) => expect(fateOf(run, WATCH)).toEqual(fate));

  it('falling, it is watched until it should be empty and some time more', () => {
    // From 1,100 to 900 in ten seconds, where chance makes some seventy: empty in 45 s.
    const fate = fateOf(seen('metastable', look(0, 1000), look(0, 900)), WATCH);
    expect(fate).toEqual({ is: 'unsure', watchSeconds: 40 + Math.ceil(1.3 * 45 + 20) });
  });

  it('where chance may hide which way it goes it is watched for twice as long, once', () => {
    const rising = seen('metastable', look(0, 400), look(0, 410));
    expect(fateOf(rising, WATCH)).toEqual({ is: 'unsure', watchSeconds: 80 });
    expect(fateOf(rising, { ...WATCH, seconds: 80 })).toEqual({ is: 'tipped' });
  });

  it('at the end of its patience what is on the way to empty comes back, else it does not', () => {
    const end = { seconds: 300, mostSeconds: 300 };
    const falling = seen('recovering', look(0, 1000, 150), look(0, 900, 75));
    expect(fateOf(falling, end)).toEqual({ is: 'tipped' });
    const soon = seen('recovering', look(0, 1000, 150), look(0, 700, 75));
    expect(fateOf(soon, end)).toEqual({ is: 'back' });
    expect(fateOf(seen('metastable', look(0, 9), look(0, 9)), end)).toEqual({ is: 'tipped' });
  });

  it('a cut is judged by whether it is as good as before', () => {
    expect(fateOfCut(seen('down', look(0.96, 5), WELL), WATCH)).toEqual({ is: 'back' });
    expect(fateOfCut(seen('down', look(0.1, 500), look(0.1, 600)), WATCH)).toEqual({
      is: 'tipped',
    });
    expect(fateOfCut(seen('down', look(0.1, 50), WELL), WATCH)).toMatchObject({ is: 'unsure' });
  });

  it('a load by itself stands while nine in ten are good', () => {
    expect(stands(seen(null, WELL, look(0.91, 5)))).toBe(true);
    expect(stands(seen(null, WELL, look(0.89, 5)))).toBe(false);
    expect(stands(seen('deadlocked', WELL, WELL))).toBe(false);
  });
});

describe('seconds until it is empty', () => {
  it('follow the line through the two quarters', () => {
    // 300, then 100 over ten seconds each.
    expect(secondsToEmpty(look(0, 200, 20), look(0, 100, 10))).toBe(5);
    expect(secondsToEmpty(look(0, 100, 20), look(0, 100, 10))).toBeNull();
    expect(secondsToEmpty(look(0, 100, 20), look(0, 120, 10))).toBeNull();
  });
});

describe('which way it goes', () => {
  it('is unclear within what chance makes of arrivals, and clear where it is full', () => {
    expect(isUnclear(look(0, 400), look(0, 410))).toBe(true);
    expect(isUnclear(look(0, 400), look(0, 390))).toBe(true);
    expect(isUnclear(look(0, 400), look(0, 400.5))).toBe(false);
    expect(isUnclear(look(0, 1000), look(0, 900))).toBe(false);
    expect(isUnclear(look(0, 0), look(0, 0))).toBe(false);
  });
});
