import { describe, expect, it } from 'vitest';
import { FullMarks } from '../../src/measure/full-marks.js';
import type { NoRoom } from '../../src/measure/measured.js';

/** One that found no room at each of these moments, in seconds. */
function marksOf(
  moments: readonly number[],
  { until = 20, firstFaultNs = Infinity, became = 'refused' as NoRoom['became'] } = {},
) {
  const clock = new Float64Array(1);
  const full = new FullMarks(['orders'], Float64Array.of(10), clock);
  let next = 0;
  for (let second = 1; second <= until; second++) {
    for (; next < moments.length && moments[next]! < second; next++) {
      clock[0] = moments[next]! * 1e9;
      full.noRoom(0, became);
    }
    clock[0] = second * 1e9;
    full.second(clock[0] >= firstFaultNs ? firstFaultNs : Infinity);
  }
  return full
    .marks(firstFaultNs)
    .filter((mark) => mark !== null)
    .map(({ atNs, untilNs, noRoom }) => ({ at: atNs / 1e9, until: untilNs / 1e9, noRoom }));
}

describe('a queue that is full', () => {
  it('is marked when it was full again in every second for one second, at the first moment', () => {
    expect(marksOf([3.25, 3.75, 4.25, 4.75, 5.25], { became: 'wait' })).toEqual([
      // Found at 5 s: four in 1.75 s.
      { at: 3.25, until: 5.25, noRoom: { became: 'wait', perSecond: 4 / 1.75 } },
    ]);
  });

  it('is not marked for a burst, nor for one now and then', () => {
    expect(marksOf([3.1, 3.2, 3.3, 3.4])).toEqual([]);
    expect(marksOf([3.1, 5.1, 7.1, 9.1, 11.1])).toEqual([]);
  });

  it('is marked anew after a fault only where it was over before', () => {
    const twice = [2.5, 3.5, 4.5, 12.5, 13.5, 14.5];
    expect(marksOf(twice)[0]!.at).toBe(2.5);
    expect(marksOf(twice, { firstFaultNs: 10e9 })[0]!.at).toBe(12.5);
    const throughout = Array.from({ length: 18 }, (_, second) => second + 0.5);
    expect(marksOf(throughout, { firstFaultNs: 10e9 })[0]!.at).toBe(0.5);
  });
});
