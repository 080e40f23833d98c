import { describe, expect, it } from 'vitest';
import { figure, figures, runText } from './kit.js';

/** Ten a second, one each 100 ms from 100 ms on, straight to the desk. */
const desk = (settings: string, calls: string, more = ''): string => `
duration: 10s
producers: { users: { arrivals: { constant: 10/s }, to: desk ${more} } }
services: { desk: { ${settings} } }
calls: { "users -> desk": { ${calls} } }`;
const quick = 'workers: 100, handler: [ { work: 10ms } ]';
const edge = 'calls.users -> desk';

describe('a limit of rate before sending', () => {
  it('lets its burst pass, then its rate; what is beyond is never sent', () => {
    // 3 at once, then one of two: 99 arrivals, of which 3 + 5/s for 9.8 s less a half.
    const ends = runText(desk(quick, 'rate_limit: { rate: 5/s, burst: 3 }'));
    const { attempts, rate_limited: limited } = Object.fromEntries(
      ['attempts', 'rate_limited'].map((name) => [name, figure(ends, `${edge}.${name}`)]),
    ) as Record<string, number>;
    expect(attempts).toBe(52);
    expect((attempts ?? 0) + (limited ?? 0)).toBe(99);
    expect(ends.ledger.failed).toEqual({ rate_limited: limited });
    expect(figures(ends, 'rejected_ratio', 'error_ratio')).toEqual([0, 0]);
  });

  it('with a wait it shapes: one each 1/rate, first come first served', () => {
    const ends = runText(desk(quick, 'rate_limit: { rate: 5/s, burst: 1, wait: none }'));
    // The k-th comes at 100 k ms and goes at 200 k - 100 ms.
    expect(figure(ends, `${edge}.attempts`)).toBe(50);
    expect(figure(ends, 'latency.max')).toBeCloseTo(49 * 0.1 + 0.01, 9);
    expect(ends.ledger).toMatchObject({ good: 50, failed: {}, unfinished: 49 });
  });

  it('up to its wait, then it fails with rate_limited, retried only if that is named', () => {
    const limited = 'rate_limit: { rate: 5/s, burst: 1, wait: 250ms }';
    const ends = runText(desk(quick, limited));
    expect(Object.keys(ends.ledger.failed)).toEqual(['rate_limited']);
    expect(figure(ends, 'failure_latency.max')).toBeCloseTo(0.25, 9);
    expect(figure(ends, `${edge}.attempts`)).toBe(50);
    const again = 'retry: { attempts: 2, on: [rate_limited] }';
    const tried = runText(desk(quick, `${limited}, ${again}`));
    expect(figure(tried, `${edge}.rate_limited`)).toBeGreaterThan(
      figure(ends, `${edge}.rate_limited`) ?? 0,
    );
  });

  it('is one for each client, or with shared one for all of them', () => {
    const clients = ', clients: 2';
    const each = runText(desk(quick, 'rate_limit: { rate: 1/s, burst: 1 }', clients));
    expect(figure(each, `${edge}.attempts`)).toBe(20);
    const all = runText(desk(quick, 'rate_limit: { rate: 1/s, burst: 1, shared: true }', clients));
    expect(figure(all, `${edge}.attempts`)).toBe(10);
    const waits = 'rate_limit: { rate: 1/s, burst: 1, shared: true, wait: none }';
    expect(figure(runText(desk(quick, waits, clients)), `${edge}.attempts`)).toBe(10);
  });

  it('per tenant a bucket each, with the numbers of its plan', () => {
    const text = `
duration: 10s
producers:
  known: { arrivals: { constant: 10/s }, to: gate, tenant: known }
  stranger: { arrivals: { constant: 10/s }, to: gate, tenant: anonymous }
services:
  gate: { workers: 100, handler: [ { call: desk } ] }
  desk: { ${quick} }
calls:
  "gate -> desk":
    rate_limit: { rate: 5/s, burst: 1, per: tenant, plans: { anonymous: { rate: 1/s, burst: 1 } } }`;
    const ends = runText(text);
    expect(figures(ends, 'producers.known.goodput', 'producers.stranger.goodput')).toEqual([5, 1]);
  });

  it("resilience4j's goes by cycles and waits five seconds", () => {
    const r4j = '{ limit_for_period: 2, limit_refresh_period: 1s }';
    const ends = runText(desk(quick, `rate_limit: { resilience4j: ${r4j} }`));
    expect(figure(ends, `${edge}.attempts`)).toBe(20);
    expect(figure(ends, 'failure_latency.max')).toBe(5);
    const standard = runText(desk(quick, 'rate_limit: { resilience4j: {} }'));
    expect(figures(standard, 'goodput', 'latency.max')).toEqual([9.9, 0.01]);
  });

  it('the timeout runs from the sending, the deadline from the call', () => {
    const limited = 'rate_limit: { rate: 5/s, burst: 1, wait: none }';
    const timed = runText(desk(quick, `${limited}, timeout: 50ms`));
    expect(timed.ledger.failed).toEqual({});
    const bounded = runText(desk(quick, `${limited}, deadline: 1s`));
    expect(Object.keys(bounded.ledger.failed)).toEqual(['deadline']);
    expect(figure(bounded, 'latency.max')).toBeLessThanOrEqual(1);
  });
});

describe('a limit of concurrency before sending', () => {
  const slow = 'workers: 100, handler: [ { work: 350ms } ]';

  it('refuses at once with bulkhead_full beyond its number', () => {
    const ends = runText(desk(slow, 'concurrency: 2'));
    // Two of four get a place, for 350 ms each.
    expect(figures(ends, `${edge}.attempts`, `${edge}.bulkhead_full`)).toEqual([50, 49]);
    expect(figure(ends, 'services.desk.in_flight.mean')).toBeLessThanOrEqual(2);
    expect(figure(ends, 'failure_latency.max')).toBe(0);
  });

  it('a place given back by a timeout is free, though the work goes on', () => {
    const ends = runText(desk(slow, 'concurrency: 2, timeout: 100ms'));
    expect(figure(ends, `${edge}.bulkhead_full`)).toBe(0);
    expect(figure(ends, 'services.desk.in_flight.mean')).toBeGreaterThan(3);
  });

  it('aimd falls by a tenth for each timeout and refusal, not for an error', () => {
    const wide = 'concurrency: { aimd: { initial_limit: 10, min_limit: 1 } }';
    const clients = (calls: string, handler: string): number => {
      const text = desk(`workers: 100, handler: [ ${handler} ]`, calls);
      return figure(runText(text), `${edge}.attempts`) ?? 0;
    };
    const all = clients(`${wide}, timeout: 1s`, '{ work: 500ms }');
    expect(all).toBe(99);
    // Every call times out after 900 ms: nine are out at once, until the limit has come down.
    const fewer = clients(`${wide}, timeout: 900ms`, '{ work: 950ms }');
    expect(fewer).toBeLessThan(40);
    expect(clients(wide, '{ work: 900ms }, { fail: 100% }')).toBe(99);
  });

  it('shared is one for all callers', () => {
    const clients = ', clients: 4';
    const each = runText(desk(slow, 'concurrency: 1', clients));
    expect(figure(each, `${edge}.attempts`)).toBe(99);
    const all = runText(desk(slow, 'concurrency: { limit: 1, shared: true }', clients));
    expect(figure(all, `${edge}.attempts`)).toBe(25);
  });
});

describe('a throttle before sending', () => {
  const refusing = 'workers: 1, queue: { capacity: 0 }, handler: [ { work: 1s } ]';

  it('stops what the callee refuses, and says so in its own column and reason', () => {
    const ends = runText(
      desk(refusing, 'throttle: { sre: { k: 1.1 } }').replace('duration: 10s', 'duration: 100s'),
    );
    const { rejected = 0, throttled = 0 } = ends.ledger.failed;
    expect(figures(ends, `${edge}.rejected`, `${edge}.throttled`)).toEqual([rejected, throttled]);
    expect(throttled).toBeGreaterThan(5 * rejected);
    expect(figure(ends, `${edge}.attempts`)).toBe(999 - throttled);
  });

  it('throttled is retried only if named', () => {
    const throttle = 'throttle: { sre: { k: 1 } }';
    const once = runText(desk(refusing, `${throttle}, retry: { attempts: 3, on: [error] }`));
    const named = runText(desk(refusing, `${throttle}, retry: { attempts: 3, on: [throttled] }`));
    const throttled = (ends: typeof once): number => figure(ends, `${edge}.throttled`) ?? 0;
    expect(throttled(once)).toBe(once.ledger.failed['throttled']);
    expect(throttled(named)).toBeGreaterThan(2 * (named.ledger.failed['throttled'] ?? 0));
  });

  it('stands before the breaker and the limits: what those stop, it does not learn from', () => {
    const stopped = runText(
      desk(quick, 'throttle: { sre: {} }, rate_limit: { rate: 1/s, burst: 1 }'),
    );
    expect(stopped.ledger.failed).toEqual({ rate_limited: 89 });
    expect(figure(stopped, `${edge}.throttled`)).toBe(0);
  });

  it('the AWS limiter waits for a token', () => {
    const ends = runText(desk(refusing, 'throttle: { aws_adaptive: {} }'));
    expect(Object.keys(ends.ledger.failed)).toEqual(['rejected']);
    expect(ends.ledger.unfinished).toBeGreaterThan(10);
    const bounded = runText(desk(refusing, 'throttle: { aws_adaptive: { wait: 1s } }'));
    expect(bounded.ledger.failed['throttled']).toBeGreaterThan(10);
    expect(figure(bounded, 'failure_latency.max')).toBe(1);
  });
});
