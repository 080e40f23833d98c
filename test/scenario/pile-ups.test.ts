import { describe, expect, it } from 'vitest';
import { pileUps, planFor, understood } from '../../src/scenario/index.js';
import { scenarioOf } from '../model/kit.js';

/** The places where work can pile up, from the text of a scenario. */
function places(text: string): string[] {
  return pileUps(planFor(scenarioOf(`duration: 10s\n${text}`), 'base')).map(({ place }) => place);
}

const open = (to: string) => `producers: { users: { arrivals: 10/s, to: ${to} } }\n`;
const closed = (to: string) =>
  `producers: { users: { arrivals: { closed: { users: 5, think: 1s } }, to: ${to} } }\n`;
const shop = (keys = '') =>
  `services: { shop: { workers: 2${keys}, handler: [ { work: 10ms } ] } }\n`;
const BOUND = ', queue: { capacity: 5 }';

describe('places where work can pile up without limit (A11)', () => {
  it('an unbounded queue behind an open producer; not with a bound, nor behind closed users', () => {
    expect(places(open('shop') + shop())).toEqual(['services.shop.queue.capacity']);
    expect(places(open('shop') + shop(BOUND))).toEqual([]);
    expect(places(closed('shop') + shop())).toEqual([]);
  });

  it('an unbounded queue behind users who give up and leave their work behind', () => {
    const impatient = 'calls: { "users -> shop": { timeout: 1s } }\n';
    expect(places(closed('shop') + shop() + impatient)).toEqual(['services.shop.queue.capacity']);
    expect(places(closed('shop') + shop(BOUND) + impatient)).toEqual([]);
  });

  it('a maximum age bounds a queue as its capacity does', () => {
    expect(places(open('shop') + shop(', queue: { max_age: 1s }'))).toEqual([]);
  });

  it('a gate of a caller without bounds where the wait has none; not with a bound or a deadline', () => {
    const gate = (keys: string) =>
      places(`${open('shop')}${shop(BOUND)}calls: { "users -> shop": { ${keys} } }\n`);
    expect(gate('connections: { max: 2 }')).toEqual(['calls.users -> shop.connections.wait']);
    expect(gate('connections: { max: 2, wait: 1s }')).toEqual([]);
    expect(gate('connections: { max: 2 }, deadline: 3s')).toEqual([]);
    expect(gate('bulkhead: { concurrent: 2, waiting: unbounded }')).toEqual([
      'calls.users -> shop.bulkhead.waiting',
    ]);
    expect(gate('bulkhead: { concurrent: 2, waiting: 9 }')).toEqual([]);
    expect(gate('window: { credits: 2 }')).toEqual(['calls.users -> shop.window']);
    expect(gate('window: { credits: 2 }, deadline: 3s')).toEqual([]);
  });

  it('workers that leave their requests take on whatever comes: the line is behind them', () => {
    const front = (io: string) => `${open('front')}services:
  front: { workers: 4, io: ${io}, queue: { capacity: 9 }, handler: [ { call: back } ] }
  back: { workers: 1, handler: [ { work: 10ms } ] }
`;
    expect(places(front('blocking'))).toEqual([]);
    expect(places(front('async'))).toEqual([
      'calls.front -> back.timeout',
      'services.back.queue.capacity',
    ]);
  });

  const behind = (calls: string, front = 'workers: 4, queue: { capacity: 9 }') =>
    `${open('front')}services:
  front: { ${front}, handler: [ { call: back } ] }
  back: { workers: 1, handler: [ { work: 10ms } ] }
${calls}`;

  it('an unbounded queue behind workers that give up; not where they wait and are so many', () => {
    expect(places(behind(''))).toEqual([]);
    expect(places(behind('calls: { "front -> back": { timeout: 1s } }\n'))).toEqual([
      'services.back.queue.capacity',
    ]);
  });

  it('a room without a bound that waits for an endless queue; not with a timeout', () => {
    const room = 'workers: unbounded';
    expect(places(behind('', room))).toEqual([
      'calls.front -> back.timeout',
      'services.back.queue.capacity',
    ]);
    const patient = behind('calls: { "front -> back": { timeout: 1s } }\n', room);
    expect(places(patient)).toEqual(['services.back.queue.capacity']);
  });

  it('a room without a bound that waits for a dependency, which is not ours; not with a timeout', () => {
    const of = (calls: string) => `${open('front')}services:
  front: { workers: unbounded, handler: [ { call: bank } ] }
dependencies:
  bank: { workers: 2, queue: { capacity: 2 }, handler: [ { work: 10ms } ] }
${calls}`;
    expect(places(of(''))).toEqual(['calls.front -> bank.timeout']);
    expect(places(of('calls: { "front -> bank": { timeout: 1s } }\n'))).toEqual([]);
  });

  it('a room that waits for what a fault can stop, at once or further down', () => {
    const of = (more: string) => `${open('front')}services:
  front: { workers: unbounded, handler: [ { call: middle } ] }
  middle: { workers: 2, queue: { capacity: 2 }, handler: [ { call: last } ] }
  last: { workers: 2, queue: { capacity: 2 }, handler: [ { work: 10ms } ] }
${more}`;
    const paused = 'faults: [ { at: 1s, for: 2s, pause: last } ]\n';
    expect(places(of(''))).toEqual([]);
    expect(places(of(paused))).toEqual(['calls.front -> middle.timeout']);
    const cured = `${paused}calls: { "middle -> last": { timeout: 1s } }\n`;
    expect(places(of(cured))).toEqual([]);
  });

  it('a room that waits at the door of one that blocks; not where that one refuses', () => {
    const of = (full: string) => `${open('front')}services:
  front: { workers: unbounded, handler: [ { call: back } ] }
  back: { workers: 1, queue: { capacity: 3, when_full: ${full} }, handler: [ { work: 10ms } ] }
`;
    expect(places(of('block'))).toEqual(['calls.front -> back.timeout']);
    expect(places(of('reject'))).toEqual([]);
  });

  it('a room without a bound that slows down with what is in it, or is paused itself', () => {
    const of = (keys: string, more = '') =>
      `${open('cdn')}services: { cdn: { ${keys}, handler: [ { work: 10ms } ] } }\n${more}`;
    const slow = 'workers: unbounded, contention: { usl: { alpha: 0.1, beta: 0.01 } }';
    const paused = 'faults: [ { at: 1s, for: 2s, pause: cdn } ]\n';
    expect(places(of(slow))).toEqual(['services.cdn.workers']);
    expect(places(of('workers: unbounded', paused))).toEqual(['services.cdn.workers']);
    expect(places(of('workers: unbounded'))).toEqual([]);
    expect(places(of('workers: 9, queue: { capacity: 9 }', paused))).toEqual([]);
  });

  it('retries without a budget into an unbounded queue; not with a budget, nor with a bound', () => {
    const tries = (budget: string) =>
      `calls: { "users -> shop": { timeout: 1s, retry: { attempts: 3${budget} } } }\n`;
    const both = ['services.shop.queue.capacity', 'calls.users -> shop.retry.budget'];
    expect(places(open('shop') + shop() + tries(''))).toEqual(both);
    expect(places(open('shop') + shop() + tries(', budget: 10%'))).toEqual(both.slice(0, 1));
    expect(places(open('shop') + shop(BOUND) + tries(''))).toEqual([]);
  });

  it('the outbox of an open producer that is made to wait; not with a timeout, nor of closed users', () => {
    const blocks = shop(', queue: { capacity: 5, when_full: block }');
    const impatient = 'calls: { "users -> shop": { timeout: 1s } }\n';
    expect(places(open('shop') + blocks)).toEqual(['services.shop.queue.when_full']);
    expect(places(open('shop') + blocks + impatient)).toEqual([]);
    expect(places(closed('shop') + blocks)).toEqual([]);
  });

  it('what goes on unheard when one of several calls is enough, or has failed', () => {
    const of = (need: string, keys = '') => `${open('front')}services:
  front:
    workers: 2
    queue: { capacity: 2 }
    handler: [ { parallel: [ { call: a }, { call: b } ]${need} } ]
  a: { workers: 1, handler: [ { work: 10ms } ] }
  b: { workers: 1${keys}, handler: [ { work: 10ms } ] }
`;
    expect(places(of(''))).toEqual([]);
    expect(places(of(', need: 1'))).toEqual([
      'services.a.queue.capacity',
      'services.b.queue.capacity',
    ]);
    // b may refuse, and a goes on while the worker takes the next request.
    expect(places(of('', BOUND))).toEqual(['services.a.queue.capacity']);
  });

  it('is found at the end of three thousand rooms', () => {
    const rooms = Array.from({ length: 3000 }, (_, i) => {
      return `  s${i}: { workers: unbounded, handler: [ { call: s${i + 1} } ] }`;
    });
    const text = `${open('s0')}services:\n${rooms.join('\n')}
  s3000: { workers: 1, handler: [ { work: 1ms } ] }
`;
    expect(places(text)).toHaveLength(3001);
  });
});

describe('validate', () => {
  const told = (text: string): string => understood(scenarioOf(`duration: 10s\n${text}`));

  it('lists each place with why and its cure, and by policy where they differ', () => {
    expect(told(open('shop') + shop())).toContain(
      'where work can pile up without limit:\n  services.shop.queue.capacity: its queue has no ' +
        'bound, and users sends whether or not it is served. Cure: give it a bound: capacity: 100',
    );
    const policies = 'policies: { as-is: {}, bounded-reject: preset }\n';
    expect(told(open('shop') + shop() + policies)).toMatch(
      /services\.shop\.queue\.capacity:\n {4}as-is: its queue has no bound/,
    );
  });

  it('says of a bounded system that nothing can pile up', () => {
    expect(told(open('shop') + shop(BOUND))).toContain('\nnothing can pile up without limit\n');
  });
});
