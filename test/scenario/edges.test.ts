import { describe, expect, it } from 'vitest';
import { edge, mistakes, planOf, small } from './support.js';

const routed = (to: string, more = ''): string => `spillway: 1
duration: 60s
producers: { users: { arrivals: 100/s, to: ${to} } }
services:
  shop:
    workers: 4
    handler:
      pay: [ { call: db }, { call: db, as: ledger } ]
      browse: [ { call: db } ]
dependencies:
  db: { workers: 2 }
${more}`;

describe('semantics 3: routes and edges', () => {
  it('an edge is named by services without routes, and all routes share it', () => {
    const plan = planOf(routed('shop/browse'));
    expect(plan.edges.map(({ name }) => name)).toEqual([
      'users -> shop',
      'shop -> db',
      'shop -> ledger',
    ]);
    expect(plan.producers[0]?.to).toEqual([{ edge: 0, route: 1, weight: 1 }]);
  });

  it('shop in to or call is refused where it has several routes', () => {
    expect(mistakes(routed('shop'))).toEqual([
      expect.stringContaining('shop has several routes; expected shop/pay or shop/browse'),
    ]);
  });

  it('shop in a fault means all its routes, shop/pay one', () => {
    const faults = `faults:
  - { at: 1s, slow: shop, factor: 2 }
  - { at: 1s, errors: shop/browse, ratio: 10% }`;
    expect(planOf(routed('shop/pay', faults)).faults).toMatchObject([
      { route: null },
      { route: 1 },
    ]);
  });

  it('shop in a pattern matches all its routes', () => {
    const plan = planOf(routed('shop/pay', 'calls: { "shop -> *": { timeout: 1s } }'));
    expect(plan.edges.map(({ timeoutNs }) => timeoutNs / 1e9)).toEqual([Infinity, 1, 1]);
  });

  it('a pattern shop/pay makes an edge of its own', () => {
    const plan = planOf(
      routed(
        'shop/pay',
        `calls:
  "shop/pay -> db": { timeout: 1s }
  "* -> shop/pay": { timeout: 2s }
  "shop -> db": { timeout: 3s, network: 1ms }`,
      ),
    );
    expect(plan.edges.map(({ name, timeoutNs }) => [name, timeoutNs / 1e9])).toEqual([
      ['users -> shop/pay', 2],
      ['shop/pay -> db', 1],
      ['shop -> ledger', Infinity],
      ['shop -> db', 3],
    ]);
    expect(edge(plan, 'shop/pay -> db').network).toEqual({ kind: 'constant', ns: 1e6 });
  });

  it.each(['shop', 'shop/pay'])('a pattern of the only route matches a call of %s', (to) => {
    const plan = planOf(`spillway: 1
duration: 60s
producers: { users: { arrivals: 100/s, to: ${to} } }
services: { shop: { workers: 4, handler: { pay: [ { work: 1ms } ] } } }
calls: { "* -> shop/pay": { timeout: 2s } }`);
    expect(plan.edges.map(({ name, timeoutNs }) => [name, timeoutNs / 1e9])).toEqual([
      ['users -> shop/pay', 2],
    ]);
  });

  it('a pattern is told how to be written only where that differs', () => {
    const [first] = mistakes(routed('shop/pay', 'calls: { "shop -> db/*": { timeout: 1s } }'));
    expect(first).toMatch(
      /not an edge; expected "caller -> callee", each a name, NAME\/ROUTE or \*$/,
    );
  });

  it('as makes an edge of its own, which patterns know by that name', () => {
    const plan = planOf(routed('shop/pay', 'calls: { "shop -> ledger": { timeout: 1s } }'));
    expect(edge(plan, 'shop -> ledger').timeoutNs).toBe(1e9);
    expect(edge(plan, 'shop -> db').timeoutNs).toBe(Infinity);
  });

  it('a route that can reach itself without a chance is refused as endless', () => {
    const loop = small().replace('[ { work: 1ms } ]', '[ { call: shop } ]');
    expect(mistakes(loop)).toEqual([
      expect.stringContaining('calls that never end: shop -> db -> shop'),
    ]);
    const chance = small().replace(
      '[ { work: 1ms } ]',
      '[ { chance: 10%, then: [ { call: shop } ] } ]',
    );
    expect(mistakes(chance)).toEqual([]);
    const certain = chance.replace('10%', '100%');
    expect(mistakes(certain)).toHaveLength(1);
  });
});
