import { describe, expect, it } from 'vitest';
import { judge, mark, measured, plan, s, slow } from './sample.js';

const faulty = plan({ faults: [slow(60, 10)] });
const cascade = (marks: ReturnType<typeof mark>[], of = faulty) =>
  judge(measured({}, { marks }), of).cascade;
const text = (more: Parameters<typeof mark>[2]) =>
  cascade([mark('payments-db', 61.2, more)])[0].text;

describe('the cascade (rule 33)', () => {
  it('says in words what was saturated, when, and by how much', () => {
    expect(text({})).toBe('61.2 s  payments-db: all 50 workers busy, queue growing by 720/s');
    const full = { how: 'full', capacity: 100 } as const;
    expect(text(full)).toBe('61.2 s  payments-db: all 50 workers busy, queue full at 100');
  });

  it("says what of the caller's own is in the way", () => {
    const edge = 'payments-db -> disk';
    expect(text({ how: 'pool', edge })).toBe(`61.2 s  payments-db: no connection free on ${edge}`);
    expect(text({ how: 'breaker', edge })).toBe(`61.2 s  payments-db: breaker open on ${edge}`);
  });

  it('keeps to plain words at the edges', () => {
    const lone = { how: 'full', workers: 1, capacity: 0 } as const;
    expect(text(lone)).toBe('61.2 s  payments-db: its one worker busy, no room to wait');
    const big = { workers: 2000, growthPerSecond: 12345.6 };
    expect(text(big)).toBe(
      '61.2 s  payments-db: all 2,000 workers busy, queue growing by 12,346/s',
    );
    expect(text({ growthPerSecond: 0.52 })).toContain('queue growing by 0.5/s');
  });

  it('is in the order of time and names each component once', () => {
    const marks = [mark('shop', 63), mark('db', 61.2), mark('db', 90), mark('shop', 64)];
    const entries = cascade(marks);
    expect(entries.map(({ component, at }) => [component, at])).toEqual([
      ['db', 61.2],
      ['shop', 63],
    ]);
    expect(entries[0].what).toBe('saturated');
  });

  it('leaves out an episode that was over before the first fault', () => {
    const marks = [mark('shop', 20, { untilNs: s(25) }), mark('db', 61.2)];
    expect(cascade(marks).map(({ component }) => component)).toEqual(['db']);
    expect(cascade(marks, plan()).map(({ component }) => component)).toEqual(['shop', 'db']);
  });

  it('keeps an episode that the first fault met', () => {
    const marks = [mark('shop', 20, { untilNs: s(61) }), mark('db', 61.2)];
    expect(cascade(marks).map(({ component }) => component)).toEqual(['shop', 'db']);
  });

  it('names the first of it as first_saturated, or nobody', () => {
    const marks = [mark('db', 61.2), mark('shop', 63)];
    expect(judge(measured({}, { marks }), faulty).first_saturated).toBe('db');
    expect(judge(measured({}), faulty).first_saturated).toBeNull();
  });
});
