import { describe, expect, it } from 'vitest';
import { figure, figures, planOf, run, runText, seriesOf } from './kit.js';

/** A hundred a second, in turn, to replicas of which the first fails from 10 s to 20 s. */
const shop = (outlier: string, replicas = 10, more = '') => `
duration: 100s
producers: { users: { arrivals: { constant: 100/s }, to: shop ${more} } }
services: { shop: { workers: 9, replicas: ${replicas}, handler: [ { work: 1ms } ] } }
calls: { "users -> shop": { breaker: { outlier: ${outlier} } } }
faults: [ { at: 10s, for: 10s, errors: shop, ratio: 100%, replicas: 1 } ]`;
const shown = (text: string) =>
  figures(runText(text), 'services.shop.ejections', 'services.shop.in_rotation.mean');

describe('outlier ejection', () => {
  it('takes a replica out of rotation for thirty seconds and up to the next sweep', () => {
    // Its fifth failure is at 10.4 s; the sweep of 50 s is the first 30 s later.
    const ends = runText(shop('{}'));
    expect(ends.ledger).toMatchObject({ failed: { error: 5 } });
    expect(figure(ends, 'services.shop.ejections')).toBe(1);
    const mean = figure(ends, 'services.shop.in_rotation.mean');
    expect(mean).toBeGreaterThan(10 - 0.397);
    expect(mean).toBeLessThan(10 - 0.395);
    expect(seriesOf(ends, 'errors.error').slice(9, 12)).toEqual([0, 5, 0]);
  });

  it('ejects nobody of nine: one of nine is over ten percent', () => {
    expect(shown(shop('{}', 9))).toEqual([0, 9]);
    expect(shown(shop('{ always_eject_one_host: true }', 9))[0]).toBe(1);
    expect(shown(shop('{ max_ejection_percent: 12% }', 9))[0]).toBe(1);
  });

  it('is a view of each client: each must see the failures itself', () => {
    const ends = runText(shop('{}', 10, ', clients: 2'));
    expect(figure(ends, 'services.shop.ejections')).toBe(2);
    expect(ends.ledger.failed).toEqual({ error: 10 });
  });

  it('uses the ejected in a panic, and without one finds nobody', () => {
    const all = (panic: string) => {
      const out = `max_ejection_percent: 100%, healthy_panic_threshold: ${panic}`;
      return runText(`
duration: 20s
producers: { users: { arrivals: { constant: 100/s }, to: shop } }
services: { shop: { workers: 9, replicas: 2, handler: [ { work: 1ms } ] } }
calls: { "users -> shop": { breaker: { outlier: { ${out} } } } }
faults: [ { at: 10s, for: 5s, errors: shop, ratio: 100% } ]`);
    };
    const panics = all('50%');
    expect(figure(panics, 'services.shop.ejections')).toBe(2);
    expect(panics.ledger.failed).toEqual({ error: 500 });
    expect(figure(panics, 'services.shop.arrivals')).toBe(1999);
    // Ten failures eject both; the other 990 until the end find nobody.
    const finds = all('0%');
    expect(finds.ledger.failed).toEqual({ error: 1000 });
    expect(figure(finds, 'services.shop.arrivals')).toBe(1009);
  });

  it('leaves out what is down anyway, and sees it come back', () => {
    const ends = runText(`
duration: 60s
producers: { users: { arrivals: { constant: 100/s }, to: shop } }
services: { shop: { workers: 9, replicas: 4, handler: [ { work: 1ms } ] } }
calls: { "users -> shop": { breaker: { outlier: {} } } }
faults: [ { crash: shop, at: 10s, restart: 15s } ]`);
    expect(figure(ends, 'services.shop.in_rotation.mean')).toBeCloseTo(4 - 15 / 60, 9);
    expect(ends.ledger.failed).toEqual({});
  });

  it('draws for what is carried out now and then, the same in every run', () => {
    const plan = planOf(shop('{ enforcing_consecutive_5xx: 30%, max_ejection_time_jitter: 20s }'));
    const ends = run(plan);
    const again = run(plan, { slice: 7 });
    expect(again.fingerprint).toBe(ends.fingerprint);
    expect(figure(ends, 'services.shop.ejections')).toBe(1);
    expect(Object.values(ends.ledger.failed).reduce((a, b) => a + b, 0)).toBeGreaterThan(5);
  });
});
