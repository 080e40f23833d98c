import { describe, expect, it } from 'vitest';
import { figure, runText } from './kit.js';

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
