import { describe, expect, it } from 'vitest';
import { loadScenario, planFor, understood } from '../../src/scenario/index.js';
import { mistakes, small } from './support.js';

/** A small scenario whose shop has a memory. */
const shop = (memory: string, producer = 'to: shop'): string =>
  small().replace('to: shop', producer).replace('handler:', `memory: ${memory}, handler:`);

const planOf = (text: string) => {
  const { scenario, issues } = loadScenario({ text, file: 'test.yaml' });
  if (scenario === null) throw new Error(issues.map(({ message }) => message).join('\n'));
  return planFor(scenario, 'base');
};

describe('memory', () => {
  it('is read with its defaults', () => {
    const plan = planOf(shop('{ limit: 4GiB }'));
    expect(plan.components.find(({ name }) => name === 'shop')?.memory).toEqual({
      limitBytes: 4 * 1024 ** 3,
      baseBytes: 0,
      restart: { fromNs: 30e9, capNs: 30e9 },
      gc: null,
    });
    expect(plan.producers[0]?.sizeBytes).toBe(16384);
    const more = '{ limit: 1GiB, base: 64MiB, restart: { from: 10s, cap: 5m }, gc: {} }';
    expect(planOf(shop(more, 'to: shop, size: 4kB')).producers[0]?.sizeBytes).toBe(4000);
    expect(planOf(shop(more)).components.find(({ name }) => name === 'shop')?.memory).toEqual({
      limitBytes: 1024 ** 3,
      baseBytes: 64 * 1024 ** 2,
      restart: { fromNs: 10e9, capNs: 300e9 },
      gc: { from: 0.8, slowdown: 4 },
    });
    expect(planOf(shop('none')).components.every(({ memory }) => memory === null)).toBe(true);
  });

  it.each([
    ['{}', 'limit'],
    ['{ limit: 4096 }', 'a unit'],
    ['{ limit: 1MiB, base: 1MiB }', 'fills its memory'],
    ['{ limit: 1MiB, restart: 0s }', 'takes time to come back'],
    ['{ limit: 1MiB, restart: { from: 5m, cap: 10s } }', 'shorter than the first one'],
    ['{ limit: 1MiB, restart: { from: 5m } }', 'cap'],
    ['{ limit: 1MiB, gc: { from: 100% } }', 'nothing left to slow'],
    ['{ limit: 1MiB, gc: { slowdown: 0.5 } }', '1'],
    ['{ limit: 10KiB }', 'every request of'],
  ])('%s is refused: %s', (memory, why) => {
    const told = mistakes(shop(memory));
    expect(told.length, told.join('\n')).toBeGreaterThan(0);
    expect(told.join('\n')).toContain(why);
  });

  it('a size that nothing counts is warned of, unless a policy counts it', () => {
    const told = mistakes(small().replace('to: shop', 'to: shop, size: 1KiB'));
    expect(told.join('\n')).toContain('size has no effect');
    const policy = 'policies: { own: { services: { shop: { memory: { limit: 1GiB } } } } }';
    const counted = mistakes(small(policy).replace('to: shop', 'to: shop, size: 1KiB'));
    expect(counted.join('\n')).not.toContain('size has no effect');
    const queue = 'queues: { jobs: { broker: rabbitmq, memory: { limit: 1GiB } } }';
    const held = mistakes(small(queue).replace('to: shop', 'to: shop, size: 1KiB'));
    expect(held.join('\n')).not.toContain('size has no effect');
  });

  it('a backlog into a memory needs time on its way', () => {
    const text = shop('{ limit: 1GiB }')
      .replace('arrivals: 100/s', 'arrivals: { backlog: 2 }')
      .replace('workers: 4', 'workers: 4, queue: { capacity: 9, when_full: block }');
    expect(mistakes(text).join('\n')).toContain('fail at once while shop restarts');
    expect(mistakes(`${text}\ncalls: { "* -> *": { network: 1ms } }`)).toEqual([]);
  });

  it('an operator cannot change it while the run goes, and is told so', () => {
    const set = 'faults: [ { at: 1s, set: { services: { shop: { memory: { limit: 2GiB } } } } } ]';
    const told = mistakes(small(set).replace('handler:', 'memory: { limit: 1GiB }, handler:')).join(
      '\n',
    );
    expect(told).toContain('the memory of shop');
  });

  it('validate tells it, and when it is gone where work can pile up', () => {
    const text = shop('{ limit: 512MiB, base: 100MiB, restart: { from: 1s, cap: 10s }, gc: {} }');
    const { scenario } = loadScenario({ text, file: 'test.yaml' });
    const told = understood(scenario!);
    expect(told).toContain(
      'memory 512MiB (100MiB with nothing to do), restart 1s, doubling up to 10s, gc from 80% up to 4 times as slow',
    );
    expect(told).toContain('16KiB each');
    expect(told).toContain('its memory is gone when a replica holds 26368');
  });
});
