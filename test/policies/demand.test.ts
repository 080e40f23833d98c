import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Demand, limitOf, Subscription } from '../../src/policies/demand.js';

const full = process.env['SPILLWAY_FULL'] === '1';
const numRuns = full ? 2000 : 200;

describe('demand', () => {
  it('adds up, and is used up by one for each that is sent', () => {
    const demand = new Demand();
    demand.request(2);
    demand.request(3);
    for (let i = 0; i < 5; i++) demand.send();
    expect(demand.open).toBe(0);
    expect(() => demand.send()).toThrow('6 sent, 5 asked for');
  });

  it('never ends once it is unbounded', () => {
    const demand = new Demand();
    demand.request(1);
    demand.request(Infinity);
    for (let i = 0; i < 1000; i++) demand.send();
    demand.request(1);
    expect(demand.open).toBe(Infinity);
  });

  it('is an error of who asks for nothing, for less, or for no number', () => {
    const demand = new Demand();
    for (const n of [0, -1, -Infinity, NaN]) {
      expect(() => demand.request(n)).toThrow(/only 1 or more can be asked for/);
    }
    expect(demand.open).toBe(0);
  });
});

describe('a subscription', () => {
  it('asks again for 192 when 192 of 256 are consumed, as Reactor does for any prefetch', () => {
    expect(limitOf({ n: 256, replenish: 0.75 })).toBe(192);
    for (let n = 1; n <= 4096; n++) {
      expect(limitOf({ n, replenish: 0.75 })).toBe(n - (n >> 2));
    }
  });

  it('asks again for a whole number, 1 to n, whatever its share', () => {
    expect(limitOf({ n: 100, replenish: 0.07 })).toBe(7);
    expect(limitOf({ n: 10, replenish: 0.8 })).toBe(8);
    expect(limitOf({ n: 10, replenish: 0.001 })).toBe(1);
    expect(limitOf({ n: 16, replenish: 1 })).toBe(16);
    expect(limitOf({ n: Infinity, replenish: 0.75 })).toBe(Infinity);
  });

  it('that asks for any number asks once', () => {
    const one = new Subscription({ n: Infinity, replenish: 0.75 });
    one.begin();
    for (let i = 0; i < 1000; i++) one.send();
    for (let i = 0; i < 1000; i++) expect(one.consume()).toBe(0);
    one.begin();
    expect(one.isOpen).toBe(true);
  });

  it('that forgets to ask is sent what it had asked for, and no more', () => {
    const one = new Subscription({ n: 256, replenish: 0.75 });
    one.begin();
    let sent = 0;
    for (; one.isOpen; sent++) {
      one.send();
      one.consume();
    }
    expect(sent).toBe(256);
  });

  it('that subscribes again asks for n less what it still has', () => {
    const one = new Subscription({ n: 8, replenish: 0.75 });
    one.begin();
    for (let i = 0; i < 8; i++) one.send();
    for (let i = 0; i < 5; i++) one.consume();
    one.begin();
    expect(one.held + one.demand.open).toBe(8);
    one.begin();
    expect(one.held + one.demand.open).toBe(8);
  });

  const scripts = fc.record({
    spec: fc.record({
      n: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.constant(Infinity)),
      replenish: fc.double({ min: 0.001, max: 1, noNaN: true }),
    }),
    moves: fc.array(fc.constantFrom('send', 'send', 'consume', 'forget', 'again'), {
      maxLength: 1000,
    }),
  });

  it('never has more held and under way than n, nor more sent than asked for', () => {
    fc.assert(
      fc.property(scripts, ({ spec, moves }) => {
        const one = new Subscription(spec);
        one.begin();
        for (const move of moves) {
          if (move === 'again') one.begin();
          else if (move === 'send') {
            if (one.isOpen) one.send();
            else expect(() => one.send()).toThrow(RangeError);
          } else if (one.held === 0) expect(() => one.consume()).toThrow(RangeError);
          else {
            const due = one.consume();
            if (due > 0 && move !== 'forget') one.request(due);
          }
          expect(one.held + one.demand.open).toBeLessThanOrEqual(spec.n);
          expect(one.demand.sent).toBeLessThanOrEqual(one.demand.asked);
        }
      }),
      { numRuns },
    );
  });

  it('that forgets nothing never stands still while it holds nothing', () => {
    fc.assert(
      fc.property(scripts, ({ spec, moves }) => {
        const one = new Subscription(spec);
        one.begin();
        for (const move of moves) {
          if (move === 'send' && one.isOpen) one.send();
          else if (one.held > 0) {
            const due = one.consume();
            if (due > 0) one.request(due);
          }
          expect(one.held > 0 || one.isOpen).toBe(true);
        }
      }),
      { numRuns },
    );
  });
});
