import { describe, expect, it } from 'vitest';
import { firstAlert } from '../../src/judge/first-alert.js';
import type { Alert } from '../../src/study/result.js';
import { plan, producer, s } from './sample.js';

const alert = (at: number, until: number | null = null): Alert => ({
  at,
  until,
  rule: `rule${at}`,
  component: 'shop',
  value: 1,
  text: 'shop: trouble',
});

/** A hundred offered in each of sixty seconds, so many of them good. */
function seconds(good: (t: number) => number) {
  const all = Array.from({ length: 60 }, (_, t) => t);
  return { offered: all.map(() => 100), good: all.map(good) };
}

const trouble = { firstNs: s(20), lastEndNs: s(30) };
const fell = seconds((t) => (t < 23 ? 100 : 30));

describe('the first alert', () => {
  it('is told with how long before goodput fell to half it came', () => {
    const at = (moment: number) => firstAlert(plan(), trouble, [alert(moment), alert(50)], fell);
    expect(at(21)).toMatchObject({ rule: 'rule21', at: 21, half_at: 23, lead: 2 });
    expect(at(26)).toMatchObject({ lead: -3 });
  });

  it('was not over before the first fault', () => {
    const told = firstAlert(plan(), trouble, [alert(12, 15), alert(13, 21), alert(22)], fell);
    expect(told?.rule).toBe('rule13');
    expect(firstAlert(plan(), trouble, [alert(12, 15)], fell)).toBeNull();
    expect(firstAlert(plan(), trouble, [], fell)).toBeNull();
  });

  it('half is of what was before, not of what was offered; one bad second is none', () => {
    const half = (good: (t: number) => number, at: typeof trouble | null = trouble) =>
      firstAlert(plan(), at, [alert(25)], seconds(good))?.half_at;
    expect(half((t) => (t < 22 ? 60 : 40))).toBeNull();
    expect(half((t) => (t < 22 ? 60 : 20))).toBe(22);
    expect(half((t) => (t === 22 ? 0 : 100))).toBeNull();
    expect(half(() => 0)).toBeNull();
    // Without faults: of the ten seconds after the warm-up of ten.
    expect(half((t) => (t < 22 ? 100 : 20), null)).toBe(22);
  });

  it('goes by the second, where fewer come when fewer are answered', () => {
    const closed = plan({
      producers: [
        producer('users', 0, {
          arrivals: { kind: 'closed', users: 5, think: { kind: 'constant', ns: 0 } },
        }),
      ],
    });
    const all = Array.from({ length: 60 }, (_, t) => (t < 23 ? 100 : 30));
    const told = firstAlert(closed, trouble, [alert(21)], { offered: all, good: all });
    expect(told?.half_at).toBe(23);
  });
});
