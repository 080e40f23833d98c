import { describe, expect, it } from 'vitest';
import { reachOf } from '../../src/judge/reach.js';
import { capacityOf } from '../../src/judge/theory/capacity.js';
import { recognise } from '../../src/judge/theory/recognise.js';
import type { Plan } from '../../src/model/plan.js';
import { planOf } from '../scenario/support.js';

/** Users of a shop that publishes, of a site of its own, and of the queue itself. */
const TEXT = `spillway: 1
duration: 60s
producers:
  users: { arrivals: 100/s, to: shop }
  readers: { arrivals: 100/s, to: site }
  batches: { arrivals: 1/s, to: jobs }
services:
  shop: { workers: 4, handler: [ { work: { exponential: 5ms } }, { publish: jobs } ] }
  site: { workers: 4, handler: [ { work: { exponential: 5ms } } ] }
  worker: { workers: 4, consumes: jobs, handler: [ { work: 5ms }, { call: db } ] }
  redrive: { workers: 1, consumes: dead, handler: [ { work: 5ms } ] }
dependencies:
  db: { workers: 2, handler: [ { work: 1ms } ] }
queues:
  jobs: { broker: rabbitmq, delivery_limit: 5, dead_letter: dead }
  dead: { broker: rabbitmq }
`;

function reached(plan: Plan, producer: string): string[] {
  const { to } = plan.producers.find(({ name }) => name === producer)!;
  const { components } = reachOf(plan, to[0]!);
  return [...components].map((component) => plan.components[component]!.name).sort();
}

describe('what stands beside a run with queues by themselves', () => {
  it('a request reaches whoever consumes what it brings about, dead letters too', () => {
    const plan = planOf(TEXT);
    expect(reached(plan, 'users')).toEqual(['db', 'redrive', 'shop', 'worker']);
    expect(reached(plan, 'batches')).toEqual(['db', 'redrive', 'worker']);
    expect(reached(plan, 'readers')).toEqual(['site']);
  });

  it('copies of what a service refuses reach whoever consumes them', () => {
    const plan = planOf(
      TEXT.replace('site: {', 'site: { queue: { capacity: 1, when_full: { dead_letter: dead } },'),
    );
    expect(reached(plan, 'readers')).toEqual(['redrive', 'site']);
  });

  it('a round through queues and calls is walked once', () => {
    const plan = planOf(
      TEXT.replace('{ call: db }', '{ chance: 10%, then: [ { publish: jobs }, { call: shop } ] }'),
    );
    expect(reached(plan, 'users')).toEqual(['redrive', 'shop', 'worker']);
  });

  it('there is no capacity, and the queue is named', () => {
    const { capacity, reason } = capacityOf(planOf(TEXT));
    expect(capacity).toBeNull();
    expect(reason).toBe('no closed form: messages lie in jobs, a queue by itself');
  });

  it('a queue for dead letters that nobody consumes leaves the capacity as it is', () => {
    const plan = planOf(`spillway: 1
duration: 60s
producers: { users: { arrivals: 100/s, to: shop } }
services:
  shop:
    workers: 4
    queue: { capacity: 5, when_full: { dead_letter: dead } }
    handler: [ { work: 5ms } ]
queues: { dead: { broker: memory } }`);
    expect(capacityOf(plan).capacity).toBeCloseTo(800, 9);
  });

  it('what a queue is on the way of follows no form, and names it; what it is not does', () => {
    const { forms, refused } = recognise(planOf(TEXT));
    const stations = forms.filter(({ component }) => component !== null);
    expect(stations).toMatchObject([{ component: 'site', form: 'M/M/c' }]);
    const reason =
      'messages lie in jobs, a queue by itself, on the way: no closed form here has that';
    for (const component of ['shop', 'worker', 'redrive']) {
      expect(refused).toContainEqual({ component, reason });
    }
  });

  it('users who wait for what is published have no form either', () => {
    const text = TEXT.replace(
      'arrivals: 1/s',
      'arrivals: { closed: { users: 5, think: 1s } }',
    ).replace(', { publish: jobs }', '');
    const { refused } = recognise(planOf(text));
    expect(refused.find(({ component }) => component === 'batches')?.reason).toContain(
      'messages lie in jobs',
    );
  });
});
