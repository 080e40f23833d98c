import { describe, expect, it } from 'vitest';
import { mistakes, small } from './support.js';

/** A small scenario with one thing replaced by another. */
const but = (old: string, now: string): string => small().replace(old, now);

describe('a key of the language that is not built is refused by name', () => {
  it.each(
    [
      [but('to: shop', 'to: shop, clients: 3'), 'clients'],
      [but('to: shop', 'to: [ { to: shop, weight: 1 } ]'), 'weight'],
      [but('to: shop', 'to: []'), 'weight'],
      [but('100/s', '{ mmpp: [ { rate: 100/s, mean: 5s } ] }'), 'mmpp'],
      [but('100/s', '{ poisson: { diurnal: { mean: 6/s, peak: 12/s, period: 24h } } }'), 'diurnal'],
      [but('workers: 4', 'workers: 4, cores: 2'), 'cores'],
      [but('workers: 4', 'workers: 4, balance: power_of_two'), 'power_of_two'],
      [but('workers: 4', 'workers: 4, balance: { hash: key }'), 'hash'],
      [but('workers: 4', 'workers: 4, io: async'), 'async'],
      [but('workers: 4', 'workers: 4, queue: { discipline: ps }'), 'ps'],
      [
        but('workers: 4', 'workers: 4, queue: { discipline: { adaptive_lifo: { above: 80% } } }'),
        'adaptive_lifo',
      ],
      [but('workers: 4', 'workers: 4, queue: { when_full: caller_runs }'), 'caller_runs'],
      [but('workers: 4', 'workers: 4, queue: { shed: { codel: { target: 5ms } } }'), 'shed'],
      [but('workers: 4', 'workers: 4, contention: { linear: { each: 1ms } }'), 'linear'],
      [but('{ work: 5ms }', '{ publish: jobs }'), 'publish'],
      [but('{ work: 5ms }', '{ call: db, times: 3 }'), 'times'],
      [but('{ work: 5ms }', '{ work: { of: 5ms, per: request } }'), 'request'],
      [but('{ work: 5ms }', '{ fail: { share: 1%, per: key } }'), 'per'],
      [but('{ work: 5ms }', '{ parallel: [ { publish: jobs } ] }'), 'publish'],
      [small('calls: { "* -> *": { hedge: { after: 10ms } } }'), 'hedge'],
      [small('calls: { "* -> *": { cancel: true } }'), 'cancel'],
      [small('calls: { "* -> *": { retry: { attempts: 2, backoff: { grpc: {} } } } }'), 'grpc'],
      [small('calls: { "* -> *": { retry: { attempts: 2, budget: { sre: {} } } } }'), 'sre'],
      [
        small('calls: { "* -> *": { retry: { attempts: 2, on: [breaker_open] } } }'),
        'breaker_open',
      ],
      [small('faults: [ { at: 1s, flush: db } ]'), 'flush'],
      [small('queues: { jobs: { broker: sqs } }'), 'queues'],
      [small('alerts: {}'), 'alerts'],
      [small('lesson: []'), 'lesson'],
      [small('policies: { codel: preset }'), 'codel'],
      [small('policies: { a: { extends: hedge } }'), 'hedge'],
    ].map(([text, key]) => ({ text, key })),
  )('$key', ({ text, key }) => {
    const told = mistakes(text).filter((line) => line.includes(`not yet: ${key} (`));
    expect(told, mistakes(text).join('\n')).toHaveLength(1);
  });
});
