import { describe, expect, it } from 'vitest';
import { hasChance } from '../../src/scenario/index.js';
import { planOf, small } from './support.js';

describe('chance', () => {
  const fixed = small().replace('100/s', '{ constant: 100/s }');
  it.each([
    ['none in a scenario of constants', fixed, false],
    ['poisson', small(), true],
    ['a random law', fixed.replace('5ms', '{ exponential: 5ms }'), true],
    ['a law without spread', fixed.replace('5ms', '{ uniform: [5ms, 5ms] }'), false],
    ['a share that is open', fixed.replace('work: 5ms', 'fail: 1%'), true],
    ['a share that is not', fixed.replace('work: 5ms', 'fail: 100%'), false],
    [
      'random balancing',
      fixed.replace('workers: 4', 'workers: 4, replicas: 2, balance: random'),
      true,
    ],
    [
      'random balancing over one',
      fixed.replace('workers: 4', 'workers: 4, balance: random'),
      false,
    ],
    ['ties', fixed.replace('workers: 4', 'workers: 4, replicas: 2, balance: least_requests'), true],
    [
      'jitter',
      `${fixed}calls: { "* -> *": { retry: { attempts: 2, backoff: { fixed: 1s }, jitter: full } } }`,
      true,
    ],
    ['a fixed share of hits', fixed.replace('work: 5ms', 'cache: { hit: 50% }, then: []'), true],
    ['hits of all', fixed.replace('work: 5ms', 'cache: { hit: 100% }, then: []'), false],
    [
      'a cache of keys that are drawn',
      fixed
        .replace('work: 5ms', 'cache: { capacity: 5 }, then: []')
        .replace('to: shop', 'to: shop, key: { zipf: { n: 9, s: 1 } }'),
      true,
    ],
    [
      'a cache of one key',
      fixed
        .replace('work: 5ms', 'cache: { capacity: 5 }, then: []')
        .replace('to: shop', 'to: shop, key: page'),
      false,
    ],
    ['errors', `${fixed}faults: [ { at: 1s, errors: db, ratio: 50% } ]`, true],
    ['errors of all', `${fixed}faults: [ { at: 1s, errors: db, ratio: 100% } ]`, false],
  ])('%s', (_, text, chance) => {
    expect(hasChance(planOf(text))).toBe(chance);
  });
});
