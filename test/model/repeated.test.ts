import { describe, expect, it } from 'vitest';
import { figure, figures, runText } from './kit.js';

describe('call: X, times: N', () => {
  const text = (steps: string, db = '{ exponential: 10ms }'): string => `
duration: 40s
producers: { users: { arrivals: { constant: 1/s }, to: shop } }
services: { shop: { workers: unbounded, handler: ${steps} } }
dependencies: { db: { workers: unbounded, handler: [ { work: ${db} } ] } }`;

  it('calls so often, one after another', () => {
    const ends = runText(text('[ { call: db, times: 100 } ]', '5ms'));
    expect(figure(ends, 'latency.max')).toBeCloseTo(0.5, 9);
    expect(figure(ends, 'calls.shop -> db.attempts')).toBe(3900);
  });

  it('rule 6: each use has a key of its own, the same as if it were written out', () => {
    const times = runText(text('[ { call: db, times: 3 } ]'));
    const written = runText(text('[ { call: db }, { call: db }, { call: db } ]'));
    expect(times.fingerprint).toBe(written.fingerprint);
    // Three draws, not one three times: the standard deviation of the sum tells.
    expect(figure(times, 'latency.mean')).not.toBeCloseTo(
      3 * figure(runText(text('[ { call: db } ]')), 'latency.mean'),
      6,
    );
  });

  it('ends the handler where one fails for good', () => {
    const ends = runText(
      text('[ { call: db, times: 10 } ]').replace(
        '{ work: { exponential: 10ms } }',
        '{ work: 5ms }, { fail: 1 }',
      ),
    );
    expect(figure(ends, 'calls.shop -> db.attempts')).toBe(39);
    expect(figures(ends, 'success_ratio', 'failure_latency.max')).toEqual([
      0,
      expect.closeTo(0.005, 9),
    ]);
  });

  it('in a branch of parallel too', () => {
    const ends = runText(text('[ { parallel: [ { call: db, times: 3 }, { call: db } ] } ]', '5ms'));
    expect(figure(ends, 'latency.max')).toBeCloseTo(0.015, 9);
    expect(figure(ends, 'calls.shop -> db.attempts')).toBe(4 * 39);
  });
});

describe('work: { of, per: request }', () => {
  const text = (per: string, timeout: string): string => `
duration: 300s
producers: { users: { arrivals: { constant: 1/s }, to: shop } }
services: { shop: { workers: unbounded, handler: [ { call: db } ] } }
dependencies: { db: { workers: unbounded, handler: [ { work: { of: { exponential: 100ms }, per: ${per} } } ] } }
calls: { "shop -> db": { timeout: ${timeout}, retry: { attempts: 3 } } }`;

  it('every try needs the same work: who is too long once is so each time', () => {
    const each = runText(text('attempt', '100ms'));
    const same = runText(text('request', '100ms'));
    const retries = figure(same, 'calls.shop -> db.retries');
    expect(retries).toBeGreaterThan(100);
    // A retry never helps: two of each that was too long, and all of them fail.
    expect(figure(same, 'success_ratio')).toBeCloseTo(1 - retries / 2 / 299, 9);
    expect(figure(each, 'success_ratio')).toBeGreaterThan(0.9);
  });

  it('through whatever path; steps differ, requests differ', () => {
    const paths = `
duration: 100s
producers: { users: { arrivals: { constant: 1/s }, to: shop } }
services:
  shop: { workers: unbounded, handler: [ { call: left }, { call: right }, { call: db } ] }
  left: { workers: unbounded, handler: [ { call: db } ] }
  right: { workers: unbounded, handler: [ { work: { of: { exponential: 100ms }, per: request } }, { call: db } ] }
dependencies: { db: { workers: unbounded, handler: [ { work: { of: { exponential: 100ms }, per: request } } ] } }`;
    const ends = runText(paths);
    const db = figure(ends, 'dependencies.db.sojourn.mean');
    const left = figure(ends, 'services.left.sojourn.mean');
    const right = figure(ends, 'services.right.sojourn.mean');
    const shop = figure(ends, 'services.shop.sojourn.mean');
    expect(left).toBeCloseTo(db, 2);
    // Another step of the same law draws work of its own.
    expect(right).not.toBeCloseTo(2 * db, 3);
    expect(shop).toBeCloseTo(left + right + db, 2);
  });
});
