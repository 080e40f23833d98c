import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openStream, unit53 } from '../../src/kernel/draws.js';
import { type Balance, balancer, Rotation } from '../../src/policies/balancer.js';

const KINDS: readonly Balance[] = ['round_robin', 'random', 'least_requests'];
const BELOW_1 = 1 - 2 ** -53;

/** How often each replica was picked in n picks that nobody sent. */
function counts(kind: Balance, size: number, n: number): number[] {
  const source = openStream('5', kind, 'picks');
  const balance = balancer(kind, size);
  const picked = Array.from({ length: size }, () => 0);
  const all = new Rotation(size);
  for (let i = 0; i < n; i++) picked[balance.pick(unit53(source), all)]!++;
  return picked;
}

describe('balancers', () => {
  it('round robin goes one after another, beginning with the first, whatever the draw', () => {
    const balance = balancer('round_robin', 3);
    const picks = [0.9, 0.1, 0.5, 0, BELOW_1, 0.2, 0.7].map((u) =>
      balance.pick(u, new Rotation(3)),
    );
    expect(picks).toEqual([0, 1, 2, 0, 1, 2, 0]);
  });

  it('two clients have pointers of their own', () => {
    const [one, other] = [balancer('round_robin', 2), balancer('round_robin', 2)];
    const all = new Rotation(2);
    expect([one.pick(0, all), one.pick(0, all), other.pick(0, all)]).toEqual([0, 1, 0]);
  });

  it.each(['random', 'least_requests'] as const)('%s picks equals equally often', (kind) => {
    const n = 60_000;
    for (const picked of counts(kind, 6, n)) {
      // 4.5 standard deviations of a binomial.
      expect(Math.abs(picked - n / 6)).toBeLessThan(4.5 * Math.sqrt(n / 6));
    }
  });

  it('every draw, up to the greatest, picks a replica that there is', () => {
    for (const kind of KINDS) {
      for (const size of [1, 2, 3, 7, 1000]) {
        for (const u of [0, 0.5, BELOW_1]) {
          const picked = balancer(kind, size).pick(u, new Rotation(size));
          expect(Number.isInteger(picked) && picked >= 0 && picked < size).toBe(true);
        }
      }
    }
  });

  it('least_requests picks one with the fewest outstanding, the draw decides among equals', () => {
    const send = fc.array(fc.tuple(fc.double({ min: 0, max: BELOW_1, noNaN: true }), fc.nat(9)), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), send, (size, list) => {
        const balance = balancer('least_requests', size);
        const outstanding = Array.from({ length: size }, () => 0);
        for (const [u, end] of list) {
          const fewest = Math.min(...outstanding);
          const equals = outstanding.flatMap((n, i) => (n === fewest ? [i] : []));
          const picked = balance.pick(u, new Rotation(size));
          expect(picked).toBe(equals[Math.floor(u * equals.length)]);
          balance.sent(picked);
          outstanding[picked]!++;
          if (end < size && outstanding[end]! > 0) {
            balance.ended(end);
            outstanding[end]!--;
          }
        }
      }),
    );
  });

  it('none picks a replica that is out of rotation, and those left get their shares', () => {
    for (const kind of KINDS) {
      const rotation = new Rotation(4);
      rotation.set(0, false);
      rotation.set(2, false);
      const source = openStream('6', kind, 'picks');
      const balance = balancer(kind, 4);
      const picked = [0, 0, 0, 0];
      for (let i = 0; i < 4000; i++) picked[balance.pick(unit53(source), rotation)]!++;
      expect([picked[0], picked[2]]).toEqual([0, 0]);
      expect(Math.abs(picked[1]! - 2000)).toBeLessThan(4.5 * Math.sqrt(1000));
      rotation.set(2, true);
      expect([rotation.count, ...rotation.list.slice(0, 3)]).toEqual([3, 1, 2, 3]);
    }
  });
});
