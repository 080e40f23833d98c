import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Levels } from '../../src/measure/levels.js';

const full = process.env['SPILLWAY_FULL'] === '1';
const EPOCHS = 4;

type Deed = { do: 'enter'; subject: number } | { do: 'leave'; which: number } | { do: 'border' };
interface Step {
  inNs: number;
  deed: Deed;
}
const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ do: fc.constant('enter' as const), subject: fc.nat(1) }),
  fc.record({ do: fc.constant('leave' as const), which: fc.nat(20) }),
  fc.record({ do: fc.constant('border' as const) }),
);
const inNs = fc.oneof(fc.constant(0), fc.nat(10), fc.integer({ min: 0, max: 1e13 }));
const steps = fc.array(fc.record({ inNs, deed }), { maxLength: 60 });

interface Stay {
  subject: number;
  row: number;
  from: number;
  to: number;
}

/** Plays the steps on the levels, and keeps every stay and border for a reckoning by hand. */
class Play {
  readonly clock = new Float64Array(1);
  readonly since = new Float64Array(100);
  readonly levels = new Levels(2, EPOCHS, this.clock);
  readonly stays: Stay[] = [];
  readonly borders = [0];

  constructor(list: readonly Step[]) {
    for (const step of list) {
      this.clock[0] = this.now + step.inNs;
      this.perform(step.deed);
    }
  }

  get now(): number {
    return this.clock[0]!;
  }

  private perform(what: Deed): void {
    if (what.do === 'enter') {
      const row = this.stays.length;
      this.since[row] = this.now;
      this.stays.push({ subject: what.subject, row, from: this.now, to: Infinity });
      this.levels.enter(what.subject);
    } else if (what.do === 'leave') {
      const present = this.stays.filter(({ to }) => to === Infinity);
      const stay = present[what.which % Math.max(1, present.length)];
      if (stay === undefined) return;
      stay.to = this.now;
      this.levels.leave(stay.subject, this.since, stay.row);
    } else if (this.borders.length < EPOCHS && this.now > this.borders.at(-1)!) {
      this.borders.push(this.now);
      this.levels.beginEpoch(this.borders.length - 1);
    }
  }

  /** Area under the number present of a subject in [from, to), by adding up stays. */
  area(subject: number, from: number, to: number): number {
    let sum = 0n;
    for (const stay of this.stays) {
      if (stay.subject !== subject) continue;
      const overlap = Math.min(stay.to, to) - Math.max(stay.from, from);
      if (overlap > 0) sum += BigInt(overlap);
    }
    return Number(sum);
  }

  /** The greatest number present in an epoch, who was there at its beginning included. */
  max(subject: number, epoch: number): number {
    const from = this.borders[epoch]!;
    const to = this.borders[epoch + 1] ?? Infinity;
    const own = this.stays.filter((stay) => stay.subject === subject);
    const present = (at: number) => own.filter((s) => s.from <= at && s.to > at).length;
    const entries = own.map((stay) => stay.from).filter((at) => at >= from && at < to);
    return Math.max(0, present(from), ...entries.map(present));
  }
}

describe('levels', () => {
  it('their area is the sum of the stays, over the whole run and over every epoch', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const play = new Play(list);
        for (const subject of [0, 1]) {
          const whole = play.area(subject, 0, play.now);
          expect(play.levels.areaNow(subject)).toBe(whole);
          play.borders.forEach((from, e) => {
            const exact = play.area(subject, from, play.borders[e + 1] ?? play.now);
            // A difference of two areas, each rounded once.
            const off = Math.abs(play.levels.areaBetween(subject, e, e + 1) - exact);
            expect(off).toBeLessThanOrEqual(whole * 2 ** -51);
          });
        }
      }),
      { numRuns: full ? 5000 : 500 },
    );
  });

  it("Little's law: area = times of those that left + ages of those still there", () => {
    fc.assert(
      fc.property(steps, (list) => {
        const { levels, stays, now } = new Play(list);
        for (const { subject, from, to } of stays) {
          if (to === Infinity) levels.times.add(subject, now - from);
        }
        for (const subject of [0, 1]) {
          levels.settle(subject);
          expect(levels.area.same(subject, levels.times, subject)).toBe(true);
        }
      }),
      { numRuns: full ? 5000 : 500 },
    );
  });

  it('the greatest level of every epoch is the one by hand, where no two things are at once', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const play = new Play(list.map((step) => ({ ...step, inNs: step.inNs + 1 })));
        for (const subject of [0, 1]) {
          play.borders.forEach((_, e) => {
            expect(play.levels.maxBetween(subject, e, e + 1)).toBe(play.max(subject, e));
          });
        }
      }),
      { numRuns: full ? 3000 : 300 },
    );
  });

  it('the greatest level of an epoch counts who was there when it began', () => {
    const clock = new Float64Array(1);
    const since = new Float64Array(4);
    const levels = new Levels(1, 2, clock);
    for (let i = 0; i < 3; i++) levels.enter(0);
    clock[0] = 10;
    levels.leave(0, since, 0);
    levels.beginEpoch(1);
    levels.leave(0, since, 1);
    expect([levels.maxBetween(0, 0, 1), levels.maxBetween(0, 1, 2)]).toEqual([3, 2]);
    expect(levels.maxBetween(0, 0, 2)).toBe(3);
  });
});
