import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openStream, unit53 } from '../../src/kernel/draws.js';
import { type Balance, balancer } from '../../src/policies/balancer.js';
import { type Choice, Rotation } from '../../src/policies/choice.js';

const KINDS: readonly Balance[] = [
  ...(['round_robin', 'random', 'least_requests', 'power_of_two', 'peak_ewma', 'hash'] as const),
];
const S = 1e9;

const by = (u: number, nowNs = 0): Choice => ({ u, nowNs, keyHi: 0, keyLo: 0 });
const keyed = (keyHi: number, keyLo: number): Choice => ({
  u: 0,
  nowNs: 0,
  keyHi,
  keyLo,
});

/** Draws that pick every ordered pair of `size` replicas once: a fair draw's middles. */
function pairs(size: number): number[] {
  const n = size * (size - 1);
  return Array.from({ length: n }, (_, i) => (i + 0.5) / n);
}
const BELOW_1 = 1 - 2 ** -53;

/** How often each replica was picked in n picks that nobody sent. */
function counts(kind: Balance, size: number, n: number): number[] {
  const source = openStream('5', kind, 'picks');
  const balance = balancer(kind, size);
  const picked = Array.from({ length: size }, () => 0);
  const all = new Rotation(size);
  for (let i = 0; i < n; i++) picked[balance.pick(by(unit53(source)), all)]!++;
  return picked;
}

describe('balancers', () => {
  it('round robin goes one after another, beginning with the first, whatever the draw', () => {
    const balance = balancer('round_robin', 3);
    const picks = [0.9, 0.1, 0.5, 0, BELOW_1, 0.2, 0.7].map((u) =>
      balance.pick(by(u), new Rotation(3)),
    );
    expect(picks).toEqual([0, 1, 2, 0, 1, 2, 0]);
  });

  it('two clients have pointers of their own', () => {
    const [one, other] = [balancer('round_robin', 2), balancer('round_robin', 2)];
    const all = new Rotation(2);
    expect([one.pick(by(0), all), one.pick(by(0), all), other.pick(by(0), all)]).toEqual([0, 1, 0]);
  });

  it.each(['random', 'least_requests', 'power_of_two', 'peak_ewma'] as const)(
    '%s picks equals equally often',
    (kind) => {
      const n = 60_000;
      for (const picked of counts(kind, 6, n)) {
        // 4.5 standard deviations of a binomial.
        expect(Math.abs(picked - n / 6)).toBeLessThan(4.5 * Math.sqrt(n / 6));
      }
    },
  );

  it('every draw, up to the greatest, picks a replica that there is', () => {
    for (const kind of KINDS) {
      for (const size of [1, 2, 3, 7, 1000]) {
        for (const u of [0, 0.5, BELOW_1]) {
          const picked = balancer(kind, size).pick(by(u), new Rotation(size));
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
          const picked = balance.pick(by(u), new Rotation(size));
          expect(picked).toBe(equals[Math.floor(u * equals.length)]);
          balance.sent(picked);
          outstanding[picked]!++;
          if (end < size && outstanding[end]! > 0) {
            balance.ended(end, 1, 1);
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
      for (let i = 0; i < 4000; i++)
        picked[balance.pick({ ...keyed(i, -i), u: unit53(source) }, rotation)]!++;
      expect([picked[0], picked[2]]).toEqual([0, 0]);
      expect(Math.abs(picked[1]! - 2000)).toBeLessThan(4.5 * Math.sqrt(1000));
      rotation.set(2, true);
      expect([rotation.count, ...rotation.list.slice(0, 3)]).toEqual([3, 1, 2, 3]);
    }
  });
});

describe('rule 24: two choices', () => {
  it('power_of_two looks at two different replicas, each pair as likely, and takes the emptier', () => {
    const size = 4;
    // One more outstanding at each: 0, 1, 2, 3. Of a pair the lower number is the emptier.
    const balance = balancer('power_of_two', size);
    for (let r = 0; r < size; r++) for (let k = 0; k < r; k++) balance.sent(r);
    const picked = pairs(size).map((u) => balance.pick(by(u), new Rotation(size)));
    // Of the 12 ordered pairs 6 hold replica 0, 4 more hold 1, the last two are of 2 and 3.
    expect([0, 1, 2, 3].map((r) => picked.filter((p) => p === r).length)).toEqual([6, 4, 2, 0]);
  });

  it('of equals power_of_two takes the one drawn first; what was given up no longer counts', () => {
    const balance = balancer('power_of_two', 3);
    expect(pairs(3).map((u) => balance.pick(by(u), new Rotation(3)))).toEqual([0, 0, 1, 1, 2, 2]);
    balance.sent(0);
    expect(pairs(3).map((u) => balance.pick(by(u), new Rotation(3)))).toEqual([1, 2, 1, 1, 2, 2]);
    balance.ended(0, 1, 1);
    expect(pairs(3).map((u) => balance.pick(by(u), new Rotation(3)))).toEqual([0, 0, 1, 1, 2, 2]);
  });

  it('costs as much over a thousand replicas as over two', () => {
    const time = (size: number): number => {
      const balance = balancer('power_of_two', size);
      const all = new Rotation(size);
      const begun = process.cpuUsage().user;
      for (let i = 0; i < 300_000; i++) balance.sent(balance.pick(by((i * 0.618034) % 1), all));
      return process.cpuUsage().user - begun;
    };
    time(2);
    // The least of some, since the machine is shared.
    const least = (size: number) => Math.min(...[0, 1, 2, 3, 4].map(() => time(size)));
    expect(least(1000)).toBeLessThan(5 * least(2));
  });
});

describe('peak_ewma', () => {
  it('a peak counts at once and decays by e in ten seconds; lower latencies are averaged in', () => {
    const balance = balancer('peak_ewma', 2);
    const answer = (replica: number, latencyNs: number, nowNs: number): void => {
      balance.sent(replica);
      balance.ended(replica, latencyNs, nowNs);
    };
    const better = (nowNs: number) =>
      pairs(2).map((u) => balance.pick(by(u, nowNs), new Rotation(2)));
    answer(0, 100e6, 0);
    answer(1, 40e6, 0);
    expect(better(0)).toEqual([1, 1]);
    // 100 ms at 0 have become 36.8 ms after ten seconds; 38 ms then are the peak of the other.
    answer(1, 38e6, 10 * S);
    expect(better(10 * S)).toEqual([0, 0]);
    // Half a decay later, 20 ms: 38 e^-½ + 20 (1 − e^-½) = 30.92 ms, against 22.31 ms.
    answer(1, 20e6, 15 * S);
    expect(better(15 * S)).toEqual([0, 0]);
    // One outstanding doubles the cost: 44.6 ms against 30.9 ms.
    balance.sent(0);
    expect(better(15 * S)).toEqual([1, 1]);
  });

  it('one without history is tried, but while its first answer is out it is the last choice', () => {
    const balance = balancer('peak_ewma', 2);
    balance.sent(0);
    balance.ended(0, 5e9, 1);
    expect(pairs(2).map((u) => balance.pick(by(u, 1), new Rotation(2)))).toEqual([1, 1]);
    balance.sent(1);
    expect(pairs(2).map((u) => balance.pick(by(u, 2), new Rotation(2)))).toEqual([0, 0]);
  });
});

describe('hash: key', () => {
  it('one key has one replica, whoever asks, whatever the draw and whatever was sent', () => {
    const all = new Rotation(7);
    const [one, other] = [balancer('hash', 7), balancer('hash', 7)];
    for (let key = 0; key < 100; key++) {
      const picked = one.pick(keyed(key, -key), all);
      one.sent(picked);
      expect(one.pick({ ...keyed(key, -key), u: 0.7, nowNs: 5 }, all)).toBe(picked);
      expect(other.pick(keyed(key, -key), all)).toBe(picked);
    }
  });

  it('spreads keys evenly, and one more replica moves only the keys that it gets', () => {
    const n = 20_000;
    const [six, seven] = [balancer('hash', 6), balancer('hash', 7)];
    const picked = Array.from({ length: 6 }, () => 0);
    let moved = 0;
    for (let key = 0; key < n; key++) {
      const before = six.pick(keyed(0, key), new Rotation(6));
      const after = seven.pick(keyed(0, key), new Rotation(7));
      picked[before]!++;
      if (after === before) continue;
      expect(after).toBe(6);
      moved++;
    }
    for (const count of picked) {
      expect(Math.abs(count - n / 6)).toBeLessThan(4.5 * Math.sqrt(n / 6));
    }
    expect(Math.abs(moved - n / 7)).toBeLessThan(4.5 * Math.sqrt(n / 7));
  });

  it('a replica out of rotation loses its keys to the others, and has them again when it is back', () => {
    const balance = balancer('hash', 5);
    const rotation = new Rotation(5);
    const picks = () =>
      Array.from({ length: 500 }, (_, key) => balance.pick(keyed(0, key), rotation));
    const before = picks();
    rotation.set(2, false);
    const without = picks();
    expect(without).not.toContain(2);
    expect(without.filter((one, key) => one !== before[key] && before[key] !== 2)).toEqual([]);
    rotation.set(2, true);
    expect(picks()).toEqual(before);
  });
});

describe('two choices with replicas out of rotation', () => {
  it('power_of_two takes two different ones of those left; of a single one, that', () => {
    const balance = balancer('power_of_two', 4);
    const rotation = new Rotation(4);
    rotation.set(0, false);
    // Of 1, 2 and 3 the lower number is the emptier; 0, empty, is not looked at.
    for (let r = 1; r < 4; r++) for (let k = 0; k < r; k++) balance.sent(r);
    expect(pairs(3).map((u) => balance.pick(by(u), rotation))).toEqual([1, 1, 1, 2, 1, 2]);
    rotation.set(1, false);
    rotation.set(3, false);
    expect(pairs(3).map((u) => balance.pick(by(u), rotation))).toEqual([2, 2, 2, 2, 2, 2]);
  });
});
