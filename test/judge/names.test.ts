import { describe, expect, it } from 'vitest';
import { comesLater, metricNames, seriesNames } from '../../src/measure/names.js';

const subjects = {
  producers: ['users'],
  services: ['shop'],
  dependencies: ['db'],
  edges: ['users -> shop', 'shop -> db'],
  routes: { shop: ['pay'] },
};

describe('the names of figures', () => {
  it('hold for the whole and for every producer, component, route and edge', () => {
    const names = metricNames(subjects);
    for (const name of [
      'offered',
      'latency.p999',
      'failure_latency.mean',
      'producers.users.goodput',
      'producers.users.blocked.max',
      'services.shop.queue.depth.max',
      'services.shop.routes.pay.wait.p99',
      'dependencies.db.utilization',
      'calls.shop -> db.budget.exhausted',
    ]) {
      expect(names).toContain(name);
    }
    expect(names.has('services.db.utilization')).toBe(false);
    expect(names.has('services.shop.queue.depth')).toBe(false);
  });

  it('tell series from metrics', () => {
    const names = seriesNames(subjects);
    expect(names).toContain('services.shop.queue.depth');
    expect(names).toContain('calls.users -> shop.retries');
    expect(names).toContain('calls.users -> shop.budget');
    expect(names).toContain('errors.timeout');
    expect(names.has('wasted_work')).toBe(false);
    expect(names.has('producers.users.goodput')).toBe(false);
  });

  it('know what comes later from what never will', () => {
    for (const name of ['services.shop.drain_time', 'services.shop.routes.pay.crashes']) {
      expect(comesLater(name, subjects), name).toBe(true);
    }
    for (const name of ['goodput', 'godput', 'services.shap.crashes', 'errors.timeout']) {
      expect(comesLater(name, subjects), name).toBe(false);
    }
  });
});
