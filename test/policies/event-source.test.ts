import { describe, expect, it } from 'vitest';
import { EventSource, LOOKS_EVERY_NS, type Polled } from '../../src/policies/event-source.js';

const LAMBDA = { from: 5, perMinute: 300, max: 1000 };

/** How many batches there are after so many seconds of the same. */
function batches(
  seconds: number,
  seen: Partial<Polled>,
  from = LAMBDA.from,
  spec = LAMBDA,
): number {
  const source = new EventSource(spec);
  let current = from;
  for (let at = 0; at < seconds; at += LOOKS_EVERY_NS / 1e9) {
    const all = { busy: current, waiting: 100, ended: 100, failed: 0, ...seen, current };
    current = source.decide(LOOKS_EVERY_NS, all);
  }
  return current;
}

describe("a function's event source", () => {
  it('grows by 300 a minute while messages wait, up to 1,000', () => {
    expect(batches(60, {})).toBe(305);
    expect(batches(120, {})).toBe(605);
    expect(batches(600, {})).toBe(1000);
  });

  it('grows by what it is given, fractions kept, up to its maximum concurrency', () => {
    expect(batches(60, {}, 5, { from: 5, perMinute: 7, max: 1000 })).toBe(12);
    expect(batches(600, {}, 5, { ...LAMBDA, max: 20 })).toBe(20);
  });

  it('goes back to five when nothing waits, but not below what is at work', () => {
    expect(batches(60, { waiting: 0, busy: 0 }, 605)).toBe(305);
    expect(batches(600, { waiting: 0, busy: 0 }, 605)).toBe(5);
    expect(batches(600, { waiting: 0, busy: 40 }, 605)).toBe(40);
  });

  it('what fails or is throttled makes it shrink by its share: half of it holds it', () => {
    expect(batches(60, { failed: 100 }, 905)).toBe(605);
    expect(batches(60, { failed: 75 }, 905)).toBe(755);
    expect(batches(60, { failed: 50 }, 905)).toBe(905);
    expect(batches(60, { failed: 25 }, 5)).toBe(155);
    expect(batches(600, { failed: 100 }, 905)).toBe(5);
  });

  it('failures with nothing waiting do not let it grow', () => {
    expect(batches(60, { failed: 1, waiting: 0 }, 100)).toBe(100);
    expect(batches(60, { failed: 100, waiting: 0 }, 605)).toBe(305);
  });

  it('an operator who leaves its bounds is brought back', () => {
    expect(batches(1, {}, 2000)).toBe(1000);
    expect(batches(1, { waiting: 0, busy: 0 }, 1)).toBe(5);
  });
});
