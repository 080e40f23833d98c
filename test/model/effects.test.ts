import { describe, expect, it } from 'vitest';
import { figure, figures, runText } from './kit.js';

describe('fallback', () => {
  const shop = (fallback: string, more = ''): string => `
duration: 10s
objective: { latency: 100ms }
producers: { users: { arrivals: { constant: 1/s }, to: shop } }
services:
  shop: { workers: 2, handler: [ { work: 10ms }, { call: prices }, { work: 10ms } ] }
  cache: { workers: 2, handler: [ { work: 20ms } ] }
dependencies: { prices: { workers: 2, handler: [ { work: 5ms }, { fail: 100% } ] } }
calls: { "shop -> prices": { fallback: ${fallback} ${more} } }`;

  it('answers after its latency once the call has failed for good; the answer is degraded', () => {
    const ends = runText(shop('{ latency: 7ms }', ', retry: { attempts: 3 }'));
    expect(ends.ledger).toMatchObject({ good: 0, degraded: 9, failed: {} });
    expect(figures(ends, 'latency.max', 'calls.shop -> prices.attempts')).toEqual([0.042, 27]);
    expect(figures(ends, 'success_ratio', 'goodput_ratio', 'goodput')).toEqual([1, 0, 0]);
    expect(figure(ends, 'throughput')).toBeCloseTo(0.9, 12);
  });

  it('of full quality is as good as any; rule 13: late beats degraded', () => {
    expect(runText(shop('{ latency: 7ms, quality: full }')).ledger.good).toBe(9);
    expect(runText(shop('{ latency: 90ms }')).ledger).toMatchObject({ late: 9, degraded: 0 });
  });

  it('with steps has them run by the caller, who goes on behind the call', () => {
    const ends = runText(shop('{ handler: [ { work: 30ms }, { call: cache } ] }'));
    expect(ends.ledger).toMatchObject({ degraded: 9, failed: {} });
    // 10 + 5 + 30 + 20 + 10 ms, all of it on the shop's worker.
    expect(figure(ends, 'latency.max')).toBe(0.075);
    expect(figure(ends, 'services.shop.sojourn.mean')).toBeCloseTo(0.075, 12);
    expect(figure(ends, 'services.cache.completed')).toBe(9);
  });

  it('that fails itself has failed', () => {
    const ends = runText(shop('{ handler: [ { work: 30ms }, { fail: 100% } ] }'));
    expect(ends.ledger.failed).toEqual({ error: 9 });
  });

  it('changes no draw of the steps that were there before', () => {
    const text = (calls: string) => `
duration: 60s
producers: { users: { arrivals: 20/s, to: shop } }
services:
  shop: { workers: unbounded, handler: [ { call: prices }, { work: { exponential: 10ms } } ] }
dependencies: { prices: { workers: unbounded, handler: [ { work: { exponential: 5ms } } ] } }
calls: ${calls}`;
    const fallback =
      '{ "shop -> prices": { fallback: { handler: [ { work: { exponential: 1s } } ] } } }';
    const [without, with_] = [runText(text('{}')), runText(text(fallback))];
    expect(figure(with_, 'latency.mean')).toBe(figure(without, 'latency.mean'));
  });

  it('in one branch of several makes its calls in that branch', () => {
    const ends = runText(`
duration: 10s
producers: { users: { arrivals: { constant: 1/s }, to: shop } }
services:
  shop: { workers: 2, handler: [ { parallel: [ { call: prices }, { call: cache } ] } ] }
  cache: { workers: 2, handler: [ { work: 20ms } ] }
dependencies: { prices: { workers: 2, handler: [ { work: 5ms }, { fail: 100% } ] } }
calls: { "shop -> prices": { fallback: { handler: [ { call: cache }, { call: cache } ] } } }`);
    expect(ends.ledger.degraded).toBe(9);
    expect(figures(ends, 'latency.max', 'services.cache.completed')).toEqual([0.045, 27]);
  });

  it('a part of an answer that nobody waits for any more degrades nothing', () => {
    const ends = runText(`
duration: 10s
producers: { users: { arrivals: { constant: 1/s }, to: shop } }
services:
  shop: { workers: 2, handler: [ { parallel: [ { call: prices }, { call: cache } ], need: 1 }, { work: 50ms } ] }
  cache: { workers: 2, handler: [ { work: 1ms } ] }
dependencies: { prices: { workers: 2, handler: [ { work: 5ms }, { fail: 100% } ] } }
calls: { "shop -> prices": { fallback: { latency: 0s } } }`);
    expect(ends.ledger).toMatchObject({ good: 9, degraded: 0 });
  });
});

describe('commit', () => {
  const bank = (commit: string, retry: string, more = ''): string => `
duration: 10s
producers: { users: { arrivals: { constant: 1/s }, to: bank } }
services: { bank: { workers: 9, handler: [ { work: 10ms }, ${commit}, { work: 200ms } ${more} ] } }
calls: { "* -> *": ${retry} }`;
  const read = ['commits.pay.effects', 'commits.pay.duplicates', 'commits.pay.orphans'];

  it('a call that had its effect and timed out is tried again: a duplicate each, orphans in the end', () => {
    const storm = '{ timeout: 100ms, retry: { attempts: 3 } }';
    const ends = runText(bank('{ commit: pay }', storm));
    expect(ends.ledger.failed).toEqual({ timeout: 9 });
    expect(figures(ends, ...read)).toEqual([27, 18, 27]);
    const once = runText(bank('{ commit: pay, once: true }', storm));
    expect(figures(once, ...read)).toEqual([9, 0, 9]);
  });

  it('effects of a request whose client learned of a success are no orphans', () => {
    expect(figures(runText(bank('{ commit: pay }', '{}')), ...read)).toEqual([9, 0, 0]);
    // Hedged: two effects, one answer.
    const hedged = runText(bank('{ commit: pay }', '{ hedge: { after: 50ms } }'));
    expect(figures(hedged, ...read)).toEqual([18, 9, 0]);
  });

  it('an effect after the client has given up is an orphan as well', () => {
    const late = `
duration: 10s
producers: { users: { arrivals: { constant: 1/s }, to: bank } }
services: { bank: { workers: 9, handler: [ { call: ledger } ] } }
dependencies: { ledger: { workers: 9, handler: [ { work: 300ms }, { commit: pay } ] } }
calls: { "users -> bank": { timeout: 100ms } }`;
    expect(figures(runText(late), ...read)).toEqual([9, 0, 9]);
  });

  it('a handler that fails after its commit leaves an effect behind', () => {
    expect(figures(runText(bank('{ commit: pay }', '{}', ', { fail: 100% }')), ...read)).toEqual([
      9, 0, 9,
    ]);
  });
});
