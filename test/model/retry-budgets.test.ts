import { describe, expect, it } from 'vitest';
import { figure, runText, seriesOf } from './kit.js';

/** 100 calls a second of ten clients, each of which fails at once. */
const failing = (retry: string, more = ''): string => `
title: failing
duration: 10s
producers: { users: { arrivals: { constant: 100/s }, to: flaky, clients: 10 } }
dependencies: { flaky: { workers: unbounded, handler: [ { fail: 100% } ] } }
calls: { "users -> flaky": { retry: { attempts: 9, ${retry} } } }
${more}`;
const retries = (text: string): number => figure(runText(text), 'calls.users -> flaky.retries');

describe('a budget belongs to a client, or to all of them (rule 16)', () => {
  it.each([
    // 500 ÷ 5 for each of ten; for all together.
    ['aws: {}', 1000, 100],
    // What it holds and what comes in, 5 + 9.9 for each, 5 + 99.8 in all, as whole ones.
    ['token_bucket: {}', 140, 104],
    // The reserve: 10 · 10 s, and a fifth of the calls, for each or in all.
    ['finagle: {}', 1000 + 190, 100 + 199],
  ])('%s', (budget, each, together) => {
    const of = (text: string) => retries(failing(`budget: { ${text} }`));
    expect(Math.abs(of(budget) - each)).toBeLessThan(0.02 * each + 2);
    const shared = budget.replace('{}', '{ shared: true }');
    expect(Math.abs(of(shared) - together)).toBeLessThan(0.02 * together + 2);
  });

  it('what a budget refused stands in budget.exhausted', () => {
    const ends = runText(failing('budget: { aws: { shared: true } }'));
    expect(figure(ends, 'calls.users -> flaky.retries')).toBe(100);
    // Of 999 calls the first twelve ended by themselves, after eight retries each.
    expect(figure(ends, 'calls.users -> flaky.budget.exhausted')).toBe(999 - 12);
  });
});

describe("Envoy's budget limits what is in flight", () => {
  const slow = (budget: string, backoff = 'none'): string => `
title: slow
duration: 20s
warmup: 5s
producers: { users: { arrivals: { constant: 100/s }, to: flaky } }
dependencies: { flaky: { workers: unbounded, handler: [ { work: 95ms }, { fail: 100% } ] } }
calls: { "users -> flaky": { retry: { attempts: 2, backoff: ${backoff}, budget: ${budget} } } }
`;
  const rate = (text: string): number => figure(runText(text), 'calls.users -> flaky.retries') / 15;

  it('three at least: 3 in flight, one begun each 100 ms at most, are 30/s', () => {
    expect(rate(slow('{ envoy: { budget_percent: 0% } }'))).toBeCloseTo(30, 0);
  });

  it('its backoff counts as in flight', () => {
    const waits = slow('{ envoy: { budget_percent: 0% } }', '{ fixed: 200ms }');
    expect(rate(waits)).toBeCloseTo(10, 0);
  });

  it('half of what is under way: as many retries as first tries', () => {
    // f first tries and r retries in flight: r ≤ ⌊(f + r − 1) / 2⌋, so r follows f = 10.
    const found = rate(slow('{ envoy: { budget_percent: 50% } }'));
    expect(found).toBeGreaterThan(70);
    expect(found).toBeLessThanOrEqual(100);
  });
});

describe("gRPC's throttling in a run", () => {
  it('failures of first tries cost tokens: in an outage retries stop after a handful', () => {
    const text = failing('budget: { grpc: {} }').replace(', clients: 10', '');
    expect(retries(text)).toBeLessThan(6);
  });

  it('and come back when enough succeed', () => {
    const text = `
title: back again
duration: 60s
producers: { users: { arrivals: { constant: 100/s }, to: flaky } }
dependencies: { flaky: { workers: unbounded, handler: [ { fail: 2% } ] } }
calls: { "users -> flaky": { retry: { attempts: 3, budget: { grpc: {} } } } }
faults: [ { at: 20s, for: 5s, errors: flaky, ratio: 100% } ]
`;
    const ends = runText(text);
    expect(figure(ends, 'success_ratio')).toBeGreaterThan(0.9);
    expect(figure(ends, 'calls.users -> flaky.retries')).toBeGreaterThan(50);
    expect(figure(ends, 'calls.users -> flaky.retries')).toBeLessThan(200);
  });
});

describe('the series budget: retries that it would let out, at the end of every step', () => {
  /** A call a second, of two clients in turn, that is tried four times more in vain. */
  const calls = (retry: string, more = ''): string => `
title: calls
duration: 8s
producers: { users: { arrivals: { constant: 1/s }, to: flaky, clients: 2 } }
dependencies: { flaky: { workers: unbounded, handler: [ { work: 1ms }, { fail: 100% } ] } }
calls: { "users -> flaky": { retry: { attempts: 5, ${retry} } } }
${more}`;
  const left = (text: string) => seriesOf(runText(text), 'calls.users -> flaky.budget');

  it('adds up what the clients have; a shared one counts once', () => {
    expect(left(calls('budget: { aws: {} }'))).toEqual([200, 196, 192, 188, 184, 180, 176, 172]);
    const shared = [100, 96, 92, 88, 84, 80, 76, 72];
    expect(left(calls('budget: { aws: { shared: true } }'))).toEqual(shared);
  });

  it('of a bound of retries in flight it is how many more may be: two clients with 3 each', () => {
    const slow = 'backoff: { fixed: 10s }, budget: { envoy: {} }';
    expect(left(calls(slow))).toEqual([6, 5, 4, 3, 2, 1, 0, 0]);
    const shared = 'backoff: { fixed: 10s }, budget: { envoy: { shared: true } }';
    expect(left(calls(shared))).toEqual([3, 2, 1, 0, 0, 0, 0, 0]);
  });

  it('has no value while an operator has taken the budget away, and is not there without one', () => {
    const set = '{ calls: { "users -> flaky": { retry: none } } }';
    const faults = `faults: [ { at: 2500ms, for: 3s, set: ${set} } ]`;
    const taken = left(calls('budget: { aws: {} }', faults));
    expect(taken).toEqual([200, 196, null, null, null, 200, 196, 192]);
    const { series } = runText(calls('backoff: none'));
    expect(series['calls.users -> flaky.budget']).toBeUndefined();
  });
});
