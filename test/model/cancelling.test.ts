import { describe, expect, it } from 'vitest';
import { figure, figures, runText } from './kit.js';

/** One request a second, at 1 s … 9 s, for a desk of the given settings; then the edges. */
const desk = (settings: string, calls: string): string => `
duration: 10s
producers: { users: { arrivals: { constant: 1/s }, to: desk } }
services: { desk: { ${settings} } }
calls: { "* -> *": ${calls} }`;

const busy = 'services.desk.utilization';

describe('rule 12: giving up also ends the work, where the edge cancels', () => {
  const long = 'workers: 1, handler: [ { work: 400ms } ]';

  it('what runs ends and frees its worker, one network delay after the caller gave up', () => {
    const off = runText(desk(long, '{ timeout: 100ms }'));
    expect(figures(off, busy, 'wasted_work')).toEqual([0.36, 1]);
    const on = runText(desk(long, '{ timeout: 100ms, cancel: true }'));
    expect(on.ledger.failed).toEqual({ timeout: 9 });
    expect(figures(on, busy, 'wasted_work')).toEqual([0.09, 1]);
    // There at 20 ms, given up at 100 ms, known at 120 ms: 100 ms of work.
    const far = runText(desk(long, '{ timeout: 100ms, cancel: true, network: 20ms }'));
    expect(figure(far, busy)).toBeCloseTo(0.09, 12);
  });

  it('what waits leaves the queue', () => {
    const slow = 'workers: 1, handler: [ { work: 2500ms } ]';
    const off = runText(desk(slow, '{ timeout: 100ms }'));
    expect(figures(off, 'services.desk.queue.depth.max')).toEqual([5]);
    const two = `
duration: 10s
producers:
  first: { arrivals: { constant: 1/s }, to: desk }
  second: { arrivals: { constant: 1/s }, to: desk }
services: { desk: { workers: 1, handler: [ { work: 700ms } ] } }
calls: { "second -> desk": { timeout: 300ms, cancel: true } }`;
    const on = runText(two);
    expect(figures(on, 'producers.first.success_ratio', 'services.desk.completed')).toEqual([1, 9]);
    expect(figure(on, 'services.desk.queue.depth.mean')).toBeCloseTo(9 * 0.03, 12);
    expect(figure(on, 'wasted_work')).toBe(0);
  });

  it('a cancellation never overtakes the attempt it is for', () => {
    const calls = '{ timeout: 5ms, cancel: true, network: { exponential: 50ms } }';
    const ends = runText(desk('workers: 1, handler: [ { work: 10s } ]', calls));
    expect(ends.ledger.failed).toEqual({ timeout: 9 });
    expect(figure(ends, 'services.desk.completed')).toBe(0);
    expect(figure(ends, busy)).toBeLessThan(0.2);
  });

  const chain = (beneath: string): string => `
duration: 10s
producers: { users: { arrivals: { constant: 1/s }, to: gateway } }
services:
  gateway: { workers: 5, handler: [ { call: desk } ] }
  desk: { workers: 5, handler: [ { work: 500ms } ] }
calls:
  "users -> gateway": { timeout: 100ms, cancel: true }
  "gateway -> desk": ${beneath}`;

  it("the callee's own calls are cancelled where their edges say so, and only there", () => {
    const both = runText(chain('{ cancel: true }'));
    expect(figures(both, 'services.gateway.utilization', busy)).toEqual([0.018, 0.018]);
    const one = runText(chain('{}'));
    expect(figures(one, 'services.gateway.utilization', busy)).toEqual([0.018, 0.09]);
    expect(figures(one, 'services.desk.completed', 'wasted_work')).toEqual([9, 1]);
  });

  it('the callee tries nothing again that was cancelled', () => {
    const again = runText(chain('{ cancel: true, timeout: 30ms, retry: { attempts: 9 } }'));
    // At 0, 30, 60 and 90 ms.
    expect(figure(again, 'calls.gateway -> desk.attempts')).toBe(36);
    const waiting =
      '{ cancel: true, timeout: 30ms, retry: { attempts: 9, backoff: { fixed: 1s } } }';
    expect(figure(runText(chain(waiting)), 'calls.gateway -> desk.attempts')).toBe(9);
  });
});

describe('rule 11: branches of a parallel step that has failed', () => {
  const fork = (settings: string, more = ''): string => `
duration: 10s
producers: { users: { arrivals: { constant: 1/s }, to: gateway } }
services:
  gateway: { workers: 5, handler: [ { parallel: [ { call: quick }, { call: slow } ] ${more} } ] }
  quick: { workers: 5, handler: [ { work: 10ms }, { fail: 100% } ] }
  slow: { workers: 5, handler: [ { work: 500ms } ] }
calls: { "gateway -> slow": ${settings} }`;

  it('go on unheard, or are cancelled where their edge says so', () => {
    const off = runText(fork('{}'));
    const on = runText(fork('{ cancel: true }'));
    const read = ['failure_latency.max', 'services.slow.utilization', 'services.slow.completed'];
    expect(figures(off, ...read)).toEqual([0.01, 0.09, 9]);
    expect(figures(on, ...read)).toEqual([0.01, 0.0018, 0]);
    expect(figure(on, 'calls.gateway -> slow.attempts')).toBe(9);
  });

  it('and so are those that are needed no longer', () => {
    const first = (settings: string) =>
      runText(fork(settings, ', need: 1').replace('{ fail: 100% }', '{ work: 1ns }'));
    expect(figures(first('{}'), 'success_ratio', 'services.slow.completed')).toEqual([1, 9]);
    expect(figures(first('{ cancel: true }'), 'success_ratio', 'services.slow.completed')).toEqual([
      1, 0,
    ]);
  });
});
