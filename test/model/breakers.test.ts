import { describe, expect, it } from 'vitest';
import { figure, figures, planOf, run, runText, seriesOf } from './kit.js';

const edge = 'calls.users -> desk';

/** Ten a second to a desk that fails from 1 s on. */
const desk = (calls: string, more = '', forS = 3, work = '10ms') => `
duration: 10s
producers: { users: { arrivals: { constant: 10/s }, to: desk ${more} } }
services: { desk: { workers: 9, handler: [ { work: ${work} } ] } }
calls: { "users -> desk": ${calls} }
faults: [ { at: ${forS < 0.01 ? '1050ms' : '1s'}, for: ${forS}s, errors: desk, ratio: 100% } ]`;
const three = '{ breaker: { consecutive: 3, open_for: 1s } }';

describe('a breaker before sending', () => {
  it('keeps calls from being sent: they stand in their own column, and in the ledger', () => {
    // Fails at 1.0, 1.1, 1.2: open. Probes at 2.2 and 3.2 fail, that of 4.2 succeeds.
    const ends = runText(desk(three));
    expect(ends.ledger).toMatchObject({ good: 67, failed: { error: 5, breaker_open: 27 } });
    expect(figures(ends, `${edge}.attempts`, `${edge}.short_circuited`)).toEqual([72, 27]);
    // What was not sent is no error of the callee's.
    expect(figures(ends, `${edge}.errors`, 'services.desk.arrivals')).toEqual([5, 72]);
    expect(figure(ends, 'error_ratio')).toBeCloseTo(5 / 72, 12);
  });

  it('is told how often and how long it was open', () => {
    const ends = runText(desk(three));
    expect(figure(ends, `${edge}.breaker.opens`)).toBe(3);
    expect(figure(ends, `${edge}.breaker.open_share`)).toBeCloseTo(0.3, 9);
    const open = seriesOf(ends, `${edge}.breaker`).map((value) => Math.round((value ?? NaN) * 1e3));
    // Half open from 4.2 s until its probe is back, 10 ms later.
    expect(open).toEqual([0, 800, 1000, 1000, 205, 0, 0, 0, 0, 0]);
    expect([...ends.breakerOpenings['users -> desk']!]).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('without one there is none of it', () => {
    const ends = runText(desk('{}'));
    expect(figures(ends, `${edge}.breaker.opens`, `${edge}.breaker.open_share`)).toEqual([0, 0]);
    expect(ends.breakerOpenings).toEqual({});
    expect(ends.series[`${edge}.breaker`]).toBeUndefined();
  });

  it('belongs to one client: another sees nothing of it', () => {
    // Requests take turns: each client fails twice as seldom, and its breaker opens later.
    const ends = runText(desk(three, ', clients: 2'));
    // One at 1.4 s, the other at 1.5 s; probes at 2.4, 2.5, 3.4, 3.5; closed at 4.4 and 4.5.
    expect(figure(ends, `${edge}.breaker.opens`)).toBe(6);
    expect(figure(ends, `${edge}.breaker.open_share`)).toBeCloseTo(0.3, 9);
    expect(seriesOf(ends, `${edge}.breaker`)[1]).toBeCloseTo((0.6 + 0.5) / 2, 9);
  });

  it('its opening is a saturation of the caller that is a component', () => {
    const ends = runText(`
duration: 10s
producers: { users: { arrivals: { constant: 10/s }, to: gate } }
services:
  gate: { workers: 9, handler: [ { call: desk } ] }
  desk: { workers: 9, handler: [ { work: 10ms } ] }
calls: { "gate -> desk": ${three} }
faults: [ { at: 1s, for: 3s, errors: desk, ratio: 100% } ]`);
    expect(ends.marks.filter(({ how }) => how !== 'failing')).toMatchObject([
      { component: 'gate', how: 'breaker', edge: 'gate -> desk', atNs: 1.2e9, untilNs: 2.2e9 },
    ]);
    expect(ends.ledger.failed).toEqual({ error: 32 });
  });

  it('is no plain matter of the callee: its state is in the fingerprint', () => {
    const closed = run(planOf(desk('{ breaker: { consecutive: 1000 } }')));
    const open = run(planOf(desk(three)));
    expect(open.fingerprint).not.toBe(closed.fingerprint);
    expect(run(planOf(desk(three)), { slice: 1 }).fingerprint).toBe(open.fingerprint);
  });
});

describe('what a breaker learns from', () => {
  const full = (breaker: string) =>
    desk(`{ bulkhead: { concurrent: 1, waiting: 0 }, breaker: ${breaker} }`, '', 0.001, '150ms');

  it('a full bulkhead is a failure where the library takes it for one', () => {
    // Every other call finds the one place taken.
    const opens = (breaker: string) => figure(runText(full(breaker)), `${edge}.breaker.opens`);
    const two = 'sliding_window_size: 2, minimum_number_of_calls: 2';
    expect(opens(`{ resilience4j: { ${two}, wait_duration_in_open_state: 1s } }`)).toBeGreaterThan(
      1,
    );
    expect(opens('{ window: 2, min_calls: 2, open_for: 1s }')).toBe(0);
    expect(
      opens('{ opossum: { error_threshold_percentage: 40%, reset_timeout: 1s } }'),
    ).toBeGreaterThan(1);
    const few = 'request_volume_threshold: 4, error_threshold_percentage: 40%';
    expect(opens(`{ hystrix: { ${few}, sleep_window: 1s } }`)).toBeGreaterThan(1);
    expect(opens('{ cockatiel: { count: { threshold: 10%, size: 2 } } }')).toBe(0);
    expect(opens('{ consecutive: 1 }')).toBe(0);
  });

  it('a copy that lost is neither a failure nor a success', () => {
    const hedged = '{ hedge: { after: 5ms }, breaker: { consecutive: 1, open_for: 1s } }';
    const ends = runText(desk(hedged, '', 0.001));
    expect(figure(ends, `${edge}.hedges`)).toBeGreaterThan(90);
    expect(figure(ends, `${edge}.breaker.opens`)).toBe(0);
  });

  it('a timeout is a failure when the caller leaves, not when the callee is done', () => {
    const ends = runText(`
duration: 10s
producers: { users: { arrivals: { constant: 1/s }, to: desk } }
services: { desk: { workers: 99, handler: [ { work: 900ms } ] } }
calls: { "users -> desk": { timeout: 100ms, breaker: { consecutive: 2, open_for: 100s } } }`);
    expect(ends.ledger.failed).toEqual({ timeout: 2, breaker_open: 7 });
    expect(figure(ends, `${edge}.breaker.open_share`)).toBeCloseTo(0.79, 9);
  });

  it('slow calls open it, though they all succeed', () => {
    const slow = '{ breaker: { window: 5, min_calls: 5, slow: { over: 5ms, rate: 80% } } }';
    const ends = runText(desk(slow, '', 0.001));
    expect(figure(ends, `${edge}.breaker.opens`)).toBe(1);
    expect(ends.ledger.failed).toEqual({ breaker_open: 94 });
  });

  it('a late result counts in the state of now', () => {
    const breaker = '{ window: 2, min_calls: 2, open_for: 300ms, probes: 2 }';
    const text = desk(`{ breaker: ${breaker} }`, '', 0.5, '1500ms').replace(
      'workers: 9',
      'workers: 99',
    );
    const ends = runText(text);
    // 1.0 and 1.1 fail; 1.2 to 1.4 are refused; 1.5 and 1.6 are probes, to be back at 3.0 and 3.1.
    // But 0.1 and 0.2 come back at 1.6 and 1.7, and close it, when 1.7 has just been refused.
    expect(ends.ledger.failed).toEqual({ error: 2, breaker_open: 4 });
    expect(seriesOf(ends, `${edge}.breaker`)[1]).toBeCloseTo(0.4 + 0.2 / 2, 9);
  });
});

describe("breakers' own times", () => {
  it("Hystrix's opens at the tick of its health counts, opossum's turns half open by a timer", () => {
    const hystrix = runText(
      desk('{ breaker: { hystrix: { request_volume_threshold: 3 } } }', '', 9),
    );
    // 29 of 59 calls in the last ten seconds fail: seen at 2 s with 11 of 20 failed.
    expect(seriesOf(hystrix, `${edge}.breaker`).slice(0, 3)).toEqual([0, 0, 1]);
    const opossum = runText(
      desk('{ breaker: { opossum: { reset_timeout: 2500ms } } }', ', until: 2s', 9),
    );
    // Open at 1.9 s, when 10 of 19 have failed; half open from 4.4 s on, though nobody calls.
    expect(seriesOf(opossum, `${edge}.breaker`).slice(1, 6)).toEqual([
      expect.closeTo(0.1, 9),
      1,
      1,
      expect.closeTo(0.7, 9),
      0.5,
    ]);
  });

  it("cockatiel's callers wait for the probe, and go when it is back", () => {
    const breaker = '{ cockatiel: { consecutive: 1, half_open_after: 1s } }';
    const ends = runText(desk(`{ breaker: ${breaker} }`, '', 0.5, '250ms'));
    // Fails at 1.0 s; 1.1 … 1.9 are refused; the probe of 2.0 is back at 2.25; 2.1 and 2.2 wait.
    expect(ends.ledger.failed).toEqual({ error: 1, breaker_open: 9 });
    expect(figure(ends, 'latency.max')).toBeCloseTo(0.4, 9);
    expect(figure(ends, `${edge}.breaker.opens`)).toBe(1);
  });

  it("cockatiel's callers that waited in vain are refused", () => {
    const breaker = '{ cockatiel: { consecutive: 1, half_open_after: 1s } }';
    const ends = runText(`
duration: 3s
producers: { users: { arrivals: { constant: 10/s }, from: 1s, to: desk } }
services: { desk: { workers: 9, handler: [ { work: 150ms }, { fail: 100% } ] } }
calls: { "users -> desk": { breaker: ${breaker} } }`);
    // 1.1 fails at 1.25; so do, late, 1.2; 1.3 … 2.2 are refused; 2.3 probes, 2.4 waits until 2.45.
    expect(figure(ends, `${edge}.attempts`)).toBe(3);
    expect(figure(ends, 'failure_latency.max')).toBeCloseTo(0.15, 9);
    expect(ends.ledger.failed).toEqual({ error: 3, breaker_open: 16 });
    expect(figure(ends, `${edge}.breaker.opens`)).toBe(2);
  });
});
