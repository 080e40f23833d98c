import { describe, expect, it } from 'vitest';
import { figure, figures, planOf, run, runText } from './kit.js';

/** One request a second, at 1 s, 2 s, … 9 s, for a desk; `more` is laid over by the test. */
const desk = (handler: string, more = '', settings = 'workers: 1'): string => `
duration: 10s
producers: { users: { arrivals: { constant: 1/s }, to: desk } }
services: { desk: { ${settings}, handler: ${handler} } }
${more}`;

const always = '[ { fail: 100% } ]';

describe('rule 4: at one nanosecond, first scheduled first', () => {
  const tie = planOf(desk('[ { work: 100ms } ]', 'calls: { "* -> *": { timeout: 100ms } }'));

  it('a timeout of 100 ms beats work of exactly 100 ms, one of a nanosecond more does not', () => {
    expect(run(tie).ledger.failed).toEqual({ timeout: 9 });
    tie.edges[0]!.timeoutNs += 1;
    expect(run(tie).ledger).toMatchObject({ good: 9, failed: {} });
  });

  it('of two that arrive at the same nanosecond the one scheduled first gets the worker', () => {
    const both = (first: string, second: string) => `
duration: 10s
producers:
  ${first}: { arrivals: { constant: 1/s }, to: desk }
  ${second}: { arrivals: { constant: 1/s }, to: desk }
services: { desk: { workers: 1, queue: { capacity: 0 }, handler: [ { work: 100ms } ] } }`;
    const ratios = ['producers.a.success_ratio', 'producers.b.success_ratio'];
    expect(figures(runText(both('a', 'b')), ...ratios)).toEqual([1, 0]);
    expect(figures(runText(both('b', 'a')), ...ratios)).toEqual([0, 1]);
  });
});

describe('rule 9: a timeout counts from sending', () => {
  it('and includes the network both ways and the work', () => {
    const calls = (timeout: string) =>
      `calls: { "* -> *": { network: 10ms, timeout: ${timeout} } }`;
    const ends = (timeout: string) => runText(desk('[ { work: 20ms } ]', calls(timeout))).ledger;
    expect(ends('40ms').failed).toEqual({ timeout: 9 });
    expect(ends('41ms').good).toBe(9);
  });

  /** Two at once; the second has to wait, 20 ms in a queue or at the door. */
  const pair = (queue: string, timeout: string): string => `
duration: 10s
producers:
  a: { arrivals: { constant: 1/s }, to: desk }
  b: { arrivals: { constant: 1/s }, to: desk }
services: { desk: { workers: 1, queue: ${queue}, handler: [ { work: 20ms } ] } }
calls: { "b -> desk": { timeout: ${timeout} } }`;

  it.each([
    ['waiting in the queue', '{}'],
    ['blocking', '{ capacity: 0, when_full: block }'],
  ])('and includes %s', (_, queue) => {
    expect(figure(runText(pair(queue, '40ms')), 'producers.b.timeout_ratio')).toBe(1);
    expect(figure(runText(pair(queue, '41ms')), 'producers.b.timeout_ratio')).toBe(0);
  });

  it('takes a blocked sender away from the door: the callee never works for it', () => {
    const blocked = runText(pair('{ capacity: 0, when_full: block }', '15ms'));
    expect(blocked.ledger.failed).toEqual({ timeout: 9 });
    expect(figures(blocked, 'services.desk.arrivals', 'services.desk.completed')).toEqual([18, 9]);
    const queued = runText(pair('{}', '15ms'));
    expect(queued.ledger.failed).toEqual({ timeout: 9 });
    expect(figures(queued, 'services.desk.completed')).toEqual([18]);
  });

  it("is each try's own: a call of three tries takes three timeouts", () => {
    const calls = 'calls: { "* -> *": { timeout: 50ms, retry: { attempts: 3 } } }';
    const ends = runText(desk('[ { work: 5s } ]', calls, 'workers: unbounded'));
    expect(figures(ends, 'failure_latency.max', 'calls.users -> desk.attempts')).toEqual([
      0.15, 27,
    ]);
  });
});

describe('rule 10: how an attempt ends', () => {
  it('work that fails is an error, a full queue a rejection, silence a timeout', () => {
    expect(runText(desk(always)).ledger.failed).toEqual({ error: 9 });
    const busy = desk('[ { work: 1500ms } ]', '', 'workers: 1, queue: { capacity: 0 }');
    expect(runText(busy).ledger).toMatchObject({ good: 4, failed: { rejected: 4 }, unfinished: 1 });
    const slow = desk('[ { work: 1500ms } ]', 'calls: { "* -> *": { timeout: 1s } }');
    expect(runText(slow).ledger.failed['timeout']).toBeGreaterThanOrEqual(8);
  });

  it('a call that fails beneath it makes it an error, whatever the reason beneath', () => {
    const beneath = runText(`
duration: 10s
producers: { users: { arrivals: { constant: 2/s }, to: gateway } }
services:
  gateway: { workers: 9, handler: [ { call: desk } ] }
  desk: { workers: 1, queue: { capacity: 0 }, handler: [ { work: 700ms } ] }`);
    expect(beneath.ledger.failed).toEqual({ error: 9 });
    expect(figures(beneath, 'calls.gateway -> desk.rejected', 'rejected_ratio')).toEqual([
      9,
      9 / (2 * 19),
    ]);
  });

  it("a request fails by its last attempt's reason", () => {
    const calls = 'calls: { "* -> *": { timeout: 100ms, retry: { attempts: 2 } } }';
    const settings = 'workers: 1, queue: { capacity: 0 }';
    const ends = runText(desk('[ { work: 500ms } ]', calls, settings));
    expect(ends.ledger.failed).toEqual({ rejected: 9 });
    expect(figures(ends, 'calls.users -> desk.timeouts', 'calls.users -> desk.rejected')).toEqual([
      9, 9,
    ]);
  });

  it('only the outcomes that `on` names are tried again', () => {
    const calls = (on: string) => `calls: { "* -> *": { retry: { attempts: 3, on: ${on} } } }`;
    const attempts = (on: string) =>
      figure(runText(desk(always, calls(on))), 'calls.users -> desk.attempts');
    expect(attempts('[timeout, rejected, error]')).toBe(27);
    expect(attempts('[error]')).toBe(27);
    expect(attempts('[timeout, rejected]')).toBe(9);
  });
});

describe('rule 12: what was given up goes on', () => {
  it('at the callee and at everyone the callee calls', () => {
    const given = runText(`
duration: 10s
producers: { users: { arrivals: { constant: 1/s }, to: gateway } }
services:
  gateway: { workers: 5, handler: [ { work: 10ms }, { call: desk } ] }
  desk: { workers: 5, handler: [ { work: 10ms }, { call: db }, { work: 10ms } ] }
dependencies: { db: { workers: 5, handler: [ { work: 10ms } ] } }
calls: { "users -> gateway": { timeout: 5ms } }`);
    expect(given.ledger.failed).toEqual({ timeout: 9 });
    const completed = ['services.gateway', 'services.desk', 'dependencies.db'];
    expect(figures(given, ...completed.map((name) => `${name}.completed`))).toEqual([9, 9, 9]);
    expect(figure(given, 'wasted_work')).toBe(1);
  });

  it('what waits stays in the queue and is served, though nobody wants it', () => {
    const storm = runText(desk('[ { work: 2s } ]', 'calls: { "* -> *": { timeout: 100ms } }'));
    expect(storm.ledger.failed).toEqual({ timeout: 9 });
    expect(figures(storm, 'services.desk.completed', 'services.desk.queue.depth.max')).toEqual([
      4, 4,
    ]);
  });

  it('one on its way when it is given up still arrives', () => {
    const calls = 'calls: { "* -> *": { network: 100ms, timeout: 10ms } }';
    const ends = runText(desk('[ { work: 10ms } ]', calls));
    expect(figures(ends, 'services.desk.arrivals', 'services.desk.completed')).toEqual([9, 9]);
  });
});

describe('retries', () => {
  const latency = (retry: string): number => {
    const calls = `calls: { "* -> *": { retry: ${retry} } }`;
    return figure(
      runText(desk('[ { work: 10ms }, { fail: 100% } ]', calls)),
      'failure_latency.max',
    );
  };

  it.each([
    ['no backoff: at once', '{ attempts: 3 }', 0.03],
    ['fixed', '{ attempts: 3, backoff: { fixed: 70ms } }', 0.03 + 0.14],
    [
      'exponential',
      '{ attempts: 4, backoff: { exponential: { base: 50ms, cap: 1s } } }',
      0.04 + 0.35,
    ],
    ['capped', '{ attempts: 4, backoff: { exponential: { base: 50ms, cap: 60ms } } }', 0.04 + 0.17],
  ])('%s', (_, retry, seconds) => {
    expect(latency(retry)).toBeCloseTo(seconds, 12);
  });

  it('all of 70,000 tries are made, and not one more', () => {
    const calls = 'calls: { "* -> *": { retry: { attempts: 70000 } } }';
    const plan = planOf(desk(always, calls));
    plan.durationNs = 1.5e9;
    expect(figure(run(plan), 'calls.users -> desk.attempts')).toBe(70_000);
  });

  it('those that failed together are spread by jitter, each by a draw of its own', () => {
    const burst = (jitter: string) => `
duration: 10s
producers: { users: { arrivals: { closed: { users: 200, think: 8s } }, to: desk } }
services: { desk: { workers: 1000, handler: ${always} } }
calls: { "* -> *": { retry: { attempts: 2, backoff: { fixed: 1s }, jitter: ${jitter} } } }`;
    const slowest = (jitter: string) => runText(burst(jitter));
    expect(figure(slowest('none'), 'failure_latency.max')).toBe(1);
    const spread = slowest('full');
    // 200 draws of U(0, 1 s).
    expect(figure(spread, 'failure_latency.max')).toBeGreaterThan(0.97);
    expect(Math.abs(figure(spread, 'failure_latency.mean') - 0.5)).toBeLessThan(0.09);
    expect(Math.abs(figure(spread, 'failure_latency.p50') - 0.5)).toBeLessThan(0.16);
  });
});
