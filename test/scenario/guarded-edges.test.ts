import { describe, expect, it } from 'vitest';
import { understood } from '../../src/scenario/index.js';
import { edge, mistakes, planOf, small, sound } from './support.js';

const shopToDb = (settings: string, policy = 'base') =>
  edge(planOf(small(`calls: { "shop -> db": ${settings} }`), policy), 'shop -> db');

describe('what guards an edge is read with its defaults', () => {
  it('deadlines', () => {
    expect(shopToDb('{ deadline: 2s }').deadline).toEqual({ withinNs: 2e9, propagate: false });
    expect(shopToDb('{ deadline: { propagate: true } }').deadline).toEqual({
      withinNs: Infinity,
      propagate: true,
    });
    expect(shopToDb('{ deadline: none }').deadline).toBeNull();
  });

  it('gates', () => {
    const gates =
      '{ connections: { max: 3 }, bulkhead: { concurrent: 2 }, window: { credits: 4 } }';
    expect(shopToDb(gates)).toMatchObject({
      connections: { max: 3, waitNs: Infinity, openNs: 0 },
      bulkhead: { concurrent: 2, waiting: 0, waitNs: Infinity, hold: 'attempt' },
      throttle: null,
      breaker: null,
      rateLimit: null,
      concurrency: null,
      windowCredits: 4,
    });
  });

  it('hedges', () => {
    expect(shopToDb('{ hedge: { after: p95 } }').hedge).toEqual({
      after: { kind: 'quantile', q: 0.95 },
      max: 1,
      budget: Infinity,
    });
    expect(shopToDb('{ hedge: { after: 10ms, max: 2, budget: 5% } }').hedge).toEqual({
      after: { kind: 'fixed', ns: 10e6 },
      max: 2,
      budget: 0.05,
    });
  });

  it('fallbacks', () => {
    expect(shopToDb('{ fallback: { latency: 5ms } }').fallback).toEqual({
      latency: { kind: 'constant', ns: 5e6 },
      steps: [],
      degraded: true,
    });
    const own = shopToDb('{ fallback: { handler: [ { work: 1ms } ], quality: full } }').fallback;
    expect(own).toMatchObject({ degraded: false, steps: [{ op: 'work' }] });
  });

  it('a plain edge has none of them', () => {
    expect(shopToDb('{ timeout: 1s }')).toMatchObject({
      cancel: false,
      deadline: null,
      connections: null,
      bulkhead: null,
      hedge: null,
      throttle: null,
      breaker: null,
      rateLimit: null,
      concurrency: null,
      windowCredits: Infinity,
      fallback: null,
    });
  });

  it('validate tells them', () => {
    const settings =
      '{ cancel: true, hedge: { after: p95 }, connections: { max: 3, wait: 1s }, window: { credits: 4 } }';
    const text = understood(sound(small(`calls: { "shop -> db": ${settings} }`)));
    expect(text).toContain(
      'shop -> db: no timeout; cancels; up to 1 copy after p95; 3 connections, wait 1s; window of 4',
    );
  });
});

describe('what makes no sense is refused', () => {
  it.each([
    [
      'a fallback with steps where nobody has workers',
      '"users -> shop": { fallback: { handler: [ { work: 1ms } ] } }',
      'users has no workers',
    ],
    [
      'a fallback that makes the very call',
      '"shop -> db": { fallback: { handler: [ { call: db } ] } }',
      'makes that call itself',
    ],
    ['a fallback of nothing', '"shop -> db": { fallback: { quality: degraded } }', 'a fallback'],
    ['no time for a copy', '"shop -> db": { hedge: { after: p100 } }', 'no time for a copy'],
    [
      'a deadline that is tried again',
      '"shop -> db": { retry: { attempts: 2, on: [deadline] } }',
      'never tried again',
    ],
    [
      'elsewhere where there is one replica',
      '"shop -> db": { retry: { attempts: 2, elsewhere: true } }',
      'no elsewhere',
    ],
    [
      'something else than true or false',
      '"shop -> db": { cancel: maybe }',
      'neither true nor false',
    ],
  ])('%s', (_, calls, told) => {
    const lines = mistakes(small(`calls: { ${calls} }`));
    expect(
      lines.filter((line) => line.includes(told)),
      lines.join('\n'),
    ).toHaveLength(1);
  });

  it('work in the fallback of a parallel branch', () => {
    const branches = small(
      'calls: { "shop -> db": { fallback: { handler: [ { work: 1ms } ] } } }',
    ).replace('{ call: db }', '{ parallel: [ { call: db } ] }');
    expect(mistakes(branches).join('\n')).toContain('may only make calls');
  });

  it('a backlog is held back by a window as well as by blocking', () => {
    const backlog = small('calls: { "users -> shop": { window: { credits: 4 } } }').replace(
      'arrivals: 100/s',
      'arrivals: { backlog: 2 }',
    );
    expect(mistakes(backlog)).toEqual([]);
  });
});

it("what a fallback calls is an edge of its caller's", () => {
  const text = small(
    'calls: { "shop -> db": { fallback: { handler: [ { call: copy } ] } } }',
  ).replace('dependencies:', 'dependencies:\n  copy: { workers: 1 }');
  expect(edge(planOf(text), 'shop -> copy')).toMatchObject({ fallback: null });
});
