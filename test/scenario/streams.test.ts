import { describe, expect, it } from 'vitest';
import { understood } from '../../src/scenario/understood.js';
import { mistakes, sound } from './support.js';

interface Parts {
  arrivals?: string;
  queue?: string;
  /** Of the worker that consumes it. */
  worker?: string;
  /** Where the users send: to the stream, or to a shop that publishes. */
  to?: 'readings' | 'shop';
}

function stream({ arrivals = '100/s', queue = '', to = 'readings', worker = '' }: Parts): string {
  return `spillway: 1
duration: 60s
producers:
  users: { arrivals: ${arrivals}, to: ${to} }
services:
  ${to === 'shop' ? 'shop: { workers: 4, handler: [ { publish: readings } ] }' : ''}
  worker: { workers: 3, consumes: readings, handler: [ { work: 2ms } ]${worker} }
queues:
  readings: { broker: stream${queue} }
`;
}

const warnings = (parts: Parts): string =>
  mistakes(stream(parts))
    .filter((line) => line.includes('warning'))
    .join('\n');

describe('a stream', () => {
  it('says what its overflow does where nothing ever overflows: nothing', () => {
    const waits = 'overflow does nothing: whoever publishes to readings can wait';
    const queue = ', overflow: drop';
    expect(warnings({ queue, arrivals: '{ backlog: 4 }' })).toContain(waits);
    expect(warnings({ queue, arrivals: '{ closed: { users: 5, think: 1s } }' })).toContain(waits);
    expect(warnings({ queue, to: 'shop' })).toContain(waits);
    expect(warnings({ queue })).not.toContain(waits);
    expect(warnings({ arrivals: '{ backlog: 4 }' })).not.toContain(waits);
  });

  it('says who asks for more than there is room for', () => {
    const asks = (n: string) => `it asks for ${n} and has room for 13`;
    const room = ', queue: { capacity: 10 }';
    expect(warnings({ worker: room })).toContain(asks('256'));
    expect(warnings({ worker: `${room}, request: { n: 14 }` })).toContain(asks('14'));
    expect(warnings({ worker: `${room}, request: { n: unbounded }` })).toContain(asks('unbounded'));
    expect(warnings({ worker: `${room}, request: { n: 13 }` })).not.toContain('it asks for');
    const blocks = ', queue: { capacity: 10, when_full: block }';
    expect(warnings({ worker: blocks })).not.toContain('it asks for');
    expect(warnings({ worker: '' })).not.toContain('it asks for');
  });

  it('refuses a backlog that would never wait', () => {
    const arrivals = '{ backlog: 4 }';
    const found = (worker: string): string => mistakes(stream({ arrivals, worker })).join('\n');
    expect(found(', request: { n: unbounded }')).toContain('a backlog sends without end');
    expect(found(', request: { n: 5 }')).not.toContain('without end');
  });

  it('is told with what becomes of what comes unasked', () => {
    const told = (queue: string): string => {
      const text = understood(sound(stream({ queue })));
      return text.split('\n').find((line) => line.includes('stream,')) ?? text;
    };
    expect(told('')).toContain(
      'who can wait waits until it is asked; what cannot wait is buffered, any number',
    );
    expect(told(', overflow: latest')).toContain('dropped but for the latest');
    expect(told(', overflow: error')).toContain('is refused, and the stream fails');
    expect(told(', capacity: 5')).toContain(
      '5 buffered; what cannot wait is buffered, then refused',
    );
    expect(told(', capacity: 5, overflow: drop')).toContain('buffered, then dropped');
  });

  it('piles up only what comes from a source that cannot wait, and nobody bounds', () => {
    const piles = (parts: Parts): string =>
      understood(sound(stream(parts))).split('pile up without limit:')[1] ?? '';
    expect(piles({})).toContain('queues.readings.capacity');
    expect(piles({ queue: ', overflow: drop' })).not.toContain('readings');
    expect(piles({ queue: ', capacity: 5' })).not.toContain('readings');
    expect(piles({ arrivals: '{ backlog: 4 }' })).toBe('');
    // Who publishes waits, so what was sent to it waits before it; unless any number is asked for.
    expect(piles({ to: 'shop' })).toContain('services.shop.queue.capacity');
    expect(piles({ to: 'shop' })).not.toContain('services.worker');
    expect(piles({ to: 'shop', worker: ', request: { n: unbounded }' })).toContain(
      'services.worker.request.n',
    );
    expect(piles({ worker: ', request: { n: unbounded }' })).not.toContain('queues.readings');
  });
});
