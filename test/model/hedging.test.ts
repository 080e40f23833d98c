import { describe, expect, it } from 'vitest';
import { RecentQuantile } from '../../src/policies/recent-quantile.js';
import { figure, figures, runText } from './kit.js';

const desk = (settings: string, calls: string): string => `
duration: 10s
producers: { users: { arrivals: { constant: 1/s }, to: desk } }
services: { desk: { ${settings} } }
calls: { "* -> *": ${calls} }`;
const edge = 'calls.users -> desk';

describe('rule 15: hedging', () => {
  it('a copy goes out when the answer takes longer than `after`; the first answer counts', () => {
    const slow = 'workers: 9, handler: [ { work: 300ms } ]';
    const some = runText(desk(slow, '{ hedge: { after: 100ms } }'));
    expect(figures(some, `${edge}.attempts`, `${edge}.hedges`, `${edge}.retries`)).toEqual([
      18, 9, 0,
    ]);
    expect(figures(some, 'latency.max', `${edge}.amplification`)).toEqual([0.3, 2]);
    const none = runText(desk(slow, '{ hedge: { after: 301ms } }'));
    expect(figures(none, `${edge}.attempts`, `${edge}.hedges`)).toEqual([9, 0]);
  });

  it('up to `max` copies, each `after` the one before', () => {
    const slow = 'workers: 9, handler: [ { work: 300ms } ]';
    const hedges = (max: number) =>
      figure(runText(desk(slow, `{ hedge: { after: 101ms, max: ${max} } }`)), `${edge}.hedges`);
    // At 101 and 202 ms; the answer comes at 300 ms before the third.
    expect([1, 2, 3, 4].map(hedges)).toEqual([9, 18, 18, 18]);
  });

  it('the try fails when all its copies have; only then it is tried again', () => {
    const fails = 'workers: 9, handler: [ { work: 300ms }, { fail: 100% } ]';
    const calls = '{ hedge: { after: 100ms }, retry: { attempts: 2 } }';
    const ends = runText(desk(fails, calls));
    // 0 … 300, 100 … 400; then 400 … 700, 500 … 800.
    expect(figures(ends, 'failure_latency.max', `${edge}.attempts`)).toEqual([0.8, 36]);
    expect(figures(ends, `${edge}.hedges`, `${edge}.retries`)).toEqual([18, 9]);
  });

  it('the losers are given up, and cancelled where the edge says so', () => {
    // Copies work 300 ms too; the first answers at 300 ms, the copy would at 400 ms.
    const slow = 'workers: 9, handler: [ { work: 300ms } ]';
    const off = runText(desk(slow, '{ hedge: { after: 100ms } }'));
    expect(figures(off, 'services.desk.completed', 'wasted_work')).toEqual([18, 0.5]);
    const on = runText(desk(slow, '{ hedge: { after: 100ms }, cancel: true }'));
    expect(figures(on, 'services.desk.completed', 'wasted_work')).toEqual([9, 0.4]);
  });

  it('goes to another replica where there is one', () => {
    const two = (balance: string) => `
duration: 100s
producers: { users: { arrivals: { constant: 1/s }, to: desk } }
services: { desk: { replicas: 2, balance: ${balance}, workers: 1, queue: { capacity: 0 }, handler: [ { work: 300ms } ] } }
calls: { "* -> *": { hedge: { after: 100ms } } }`;
    for (const balance of ['round_robin', 'random', 'least_requests']) {
      const ends = runText(two(balance));
      expect(figures(ends, `${edge}.rejected`, `${edge}.hedges`), balance).toEqual([0, 99]);
    }
  });

  it('a budget bounds the copies to a share of tries', () => {
    const fast = `
duration: 100s
producers: { users: { arrivals: { constant: 20/s }, to: desk } }
services: { desk: { workers: unbounded, handler: [ { work: 30ms } ] } }
calls: { "* -> *": { hedge: { after: 1ms, budget: 5% } } }`;
    expect(Math.abs(figure(runText(fast), `${edge}.hedges`) - 100)).toBeLessThan(3);
  });

  it('by quantile: none before 100 answers, then those beyond it', () => {
    const spread = (seconds: number) => `
duration: ${seconds}s
producers: { users: { arrivals: { constant: 10/s }, to: desk } }
services: { desk: { workers: unbounded, handler: [ { work: { uniform: [0ms, 90ms] } } ] } }
calls: { "* -> *": { hedge: { after: p95 } } }`;
    expect(figure(runText(spread(10)), `${edge}.hedges`)).toBe(0);
    const share = figure(runText(spread(1000)), `${edge}.hedges`) / 9900;
    // 5% of 9,900 independent tries; the threshold itself wanders by 0.7%.
    expect(Math.abs(share - 0.05)).toBeLessThan(0.01);
  });
});

describe('the quantile of recent samples', () => {
  it('is the least that enough of the last 1,000 do not exceed', () => {
    const quantile = new RecentQuantile(0.95);
    for (let i = 1; i <= 99; i++) quantile.note(i);
    expect(quantile.value()).toBe(-1);
    quantile.note(100);
    expect(quantile.value()).toBe(95);
    for (let i = 1; i <= 1000; i++) quantile.note((i * 7919) % 1000);
    expect(quantile.value()).toBe(949);
    for (let i = 1; i <= 500; i++) quantile.note(5000);
    expect(quantile.value()).toBe(5000);
  });
});

describe('retry.elsewhere', () => {
  it('goes to another replica than the one that failed', () => {
    const two = (elsewhere: boolean) => `
duration: 100s
producers:
  users: { arrivals: { constant: 3/s }, to: desk }
services: { desk: { replicas: 2, balance: random, workers: 1, queue: { capacity: 0 }, handler: [ { work: 500ms } ] } }
calls: { "* -> *": { retry: { attempts: 2, on: [rejected], elsewhere: ${elsewhere} } } }`;
    const [here, there] = [false, true].map((elsewhere) => runText(two(elsewhere)));
    // Two are never busy at once when a third comes: elsewhere there is always room.
    expect(there!.ledger.failed).toEqual({});
    expect(here!.ledger.failed['rejected']).toBeGreaterThan(30);
  });
});
