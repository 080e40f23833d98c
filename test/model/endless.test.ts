import { describe, expect, it } from 'vitest';
import { figure, planOf, run, runText } from './kit.js';

describe('rule 7: an endless loop', () => {
  it('of users without think time and a desk without work ends the run with its name', () => {
    const plan = planOf(`
duration: 10s
producers: { users: { arrivals: { closed: { users: 3, think: 0s } }, to: desk } }
services: { desk: { workers: 5 } }`);
    const ends = run(plan, { slice: 1e9 });
    expect(ends.stopped).toMatchObject({ why: 'endless', atNs: 0 });
    expect(ends.stopped!.text).toMatch(/attempts at 0 s .*"users -> desk".*work.*backoff/);
    expect(ends.ledger.offered).toBeGreaterThanOrEqual(1_000_000);
    expect(ends.ledger.offered).toBeLessThan(3_000_000);
    // At the same moment with the same facts in slices of any length.
    expect(JSON.stringify(run(plan, { slice: 99_991 }))).toBe(JSON.stringify(ends));
  });

  it('in the middle of a run is found too, and what was measured is kept', () => {
    const ends = runText(`
seed: 1
duration: 20s
producers:
  calm: { arrivals: { constant: 10/s }, to: desk }
  wild: { arrivals: { closed: { users: 1, think: 5s } }, to: gateway }
services:
  gateway: { workers: 1, handler: [ { call: spin } ] }
  spin: { workers: unbounded, handler: [ { chance: 99.99998%, then: [ { call: spin } ] } ] }
  desk: { workers: 1, handler: [ { work: 10ms } ] }`);
    expect(ends.stopped).toMatchObject({ why: 'endless', atNs: 5e9 });
    expect(ends.stopped!.text).toContain('"spin -> spin"');
    expect(figure(ends, 'producers.calm.success_ratio')).toBeCloseTo(1, 1);
    expect(ends.endNs).toBe(5e9);
  });

  it('is not a million honest attempts at one nanosecond', () => {
    const plan = planOf(`
duration: 2s
producers: { users: { arrivals: { closed: { users: 150000, think: 1s } }, to: gateway } }
services: { gateway: { workers: unbounded, handler: [ ${'{ call: log }, '.repeat(8)} ] } }
dependencies: { log: { workers: unbounded } }`);
    plan.durationNs = 1.5e9;
    const ends = run(plan);
    expect(ends.stopped).toBeNull();
    expect(ends.ledger.good).toBe(150_000);
    expect(figure(ends, 'calls.gateway -> log.attempts')).toBe(1_200_000);
  });

  it('is not a loop in which the clock moves, if only by a nanosecond', () => {
    const plan = planOf(`
duration: 1s
producers: { users: { arrivals: { closed: { users: 1 } }, to: desk } }
services: { desk: { workers: 1, handler: [ { work: 1us } ] } }`);
    plan.components[0]!.routes[0]!.steps = [
      { op: 'work', time: { kind: 'constant', ns: 1 }, perRequest: false },
    ];
    plan.durationNs = 1.1e6;
    const ends = run(plan);
    expect(ends.stopped).toBeNull();
    expect(ends.ledger.good).toBe(1_099_999);
  });
});
