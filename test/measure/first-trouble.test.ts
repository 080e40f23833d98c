import { describe, expect, it } from 'vitest';
import { judge } from '../../src/judge/verdict.js';
import { planOf, run } from '../model/kit.js';

/** A shop that asks a store, which has room enough whatever happens. */
const shop = (faults: string, rest = ''): string => `
duration: 60s
objective: { latency: 500ms }
producers: { users: { arrivals: { constant: 50/s }, to: shop } }
services: { shop: { workers: unbounded, handler: [ { call: store } ] } }
dependencies: { store: { workers: 50, handler: [ { work: 40ms } ] } }
calls: { "shop -> store": { timeout: 200ms ${rest} } }
faults: [ ${faults} ]`;

function verdictOf(text: string) {
  const plan = planOf(text);
  return judge(run(plan), plan);
}

const textsOf = (text: string): string[] => verdictOf(text).cascade.map((entry) => entry.text);

describe('the first calls that fail', () => {
  it('are told of where they end in an error, furthest down, with the end of that', () => {
    const errors = '{ at: 20s, for: 10s, errors: store, ratio: 100% }';
    expect(textsOf(shop(errors))).toEqual([
      '20.0 s  store: 96% of the calls from shop end in an error (0% before), until 30.0 s',
    ]);
  });

  it('are told of where they do not get there', () => {
    const lost = '{ at: 20s, for: 10s, drop: "shop -> store", ratio: 100% }';
    const [first] = textsOf(shop(lost));
    expect(first).toMatch(
      /^20\.0 s {2}store: \d+% of the calls from shop time out, and do not get /,
    );
    expect(first).toContain('until 30.0 s');
  });

  it('are told of where they take too long, and why', () => {
    const [first] = textsOf(shop('{ at: 20s, for: 10s, slow: store, factor: 10 }'));
    expect(first).toMatch(/^20\.0 s {2}store: 9\d% of the calls from shop time out \(0% before\)/);
    expect(first).toContain('each one done takes a worker 10 times as long (400 ms)');
  });

  it('are told of with the workers that are left, where there are fewer', () => {
    const text = `
duration: 60s
producers: { users: { arrivals: { constant: 50/s }, to: shop } }
services:
  shop: { replicas: 2, workers: 3, queue: { capacity: 0 }, handler: [ { work: 40ms } ] }
faults: [ { at: 20s, for: 10s, capacity: shop, workers: 0, replicas: 1 } ]`;
    expect(textsOf(text)).toEqual([
      '20.0 s  shop: 49% of the calls from users are refused (0% before), until 30.0 s; ' +
        '3 workers, 6 before',
    ]);
  });

  it('are nobody who is saturated', () => {
    const verdict = verdictOf(shop('{ at: 20s, for: 10s, errors: store, ratio: 100% }'));
    expect(verdict.cascade.map(({ what }) => what)).toEqual(['failing']);
    expect(verdict.first_saturated).toBeNull();
  });

  it('are not told of where they fail as often as ever', () => {
    const rare =
      '{ at: 5s, errors: store, ratio: 30% }, { at: 20s, for: 10s, surge: users, factor: 2 }';
    expect(textsOf(shop(rare)).map((text) => text.slice(0, 5))).toEqual(['5.0 s']);
    expect(textsOf(shop('{ at: 20s, for: 10s, surge: users, factor: 2 }'))).toEqual([]);
  });

  it('are not told of where something was saturated by then', () => {
    const few = shop('{ at: 20s, for: 10s, slow: store, factor: 40 }').replace('50,', '4,');
    const texts = textsOf(few);
    expect(texts).toHaveLength(1);
    expect(texts[0]).toContain('store: all 4 workers busy');
  });
});
