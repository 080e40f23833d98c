import { describe, expect, it } from 'vitest';
import { figure, figures, runText, seriesOf } from './kit.js';

const burst = (count: number): string =>
  `arrivals: { constant: 1000/s }, limit: ${count}, to: desk`;

describe('dead_letter: it is refused, and a copy is put into a queue', () => {
  const text = (queue: string, more = ''): string => `
duration: 10s
producers: { users: { ${burst(10)} } }
services:
  desk: { workers: 1, queue: { capacity: 2, when_full: { dead_letter: dead } }, handler: [ { work: 1s } ] }
queues: { dead: { broker: memory${queue} } }
${more}`;
  const COUNTS = ['depth.max', 'dead_lettered', 'dropped'].map((of) => `queues.dead.${of}`);

  it('the sender is told at once: rejected', () => {
    const ends = runText(text(''));
    expect(ends.ledger).toMatchObject({ good: 3, failed: { rejected: 7 } });
    expect(figure(ends, 'failure_latency.max')).toBe(0);
    expect(figures(ends, 'services.desk.rejected', 'services.desk.dead_lettered')).toEqual([7, 7]);
    expect(figures(ends, ...COUNTS)).toEqual([7, 7, 0]);
    // From 4 … 10 ms to the end.
    const area = [4, 5, 6, 7, 8, 9, 10].reduce((sum, ms) => sum + 10 - ms / 1000, 0);
    expect(figure(ends, 'queues.dead.depth.mean')).toBeCloseTo(area / 10, 9);
    expect(figure(ends, 'queues.dead.age.max')).toBeCloseTo(9.996, 9);
    expect(seriesOf(ends, 'queues.dead.depth').at(-1)).toBe(7);
  });

  it.each([
    [', capacity: 3', [3, 7, 4]],
    [', capacity: 3, when_full: drop_newest', [3, 7, 4]],
    [', capacity: 3, when_full: drop_oldest', [3, 7, 4]],
  ])('where it is full a copy is lost (%s)', (queue, counts) => {
    const ends = runText(text(queue));
    expect(figures(ends, ...COUNTS)).toEqual(counts);
    const age = queue.includes('drop_oldest') ? 9.992 : 9.996;
    expect(figure(ends, 'queues.dead.age.max')).toBeCloseTo(age, 9);
  });

  it('a queue without room, that nobody consumes, is refused', () => {
    expect(() => runText(text(', capacity: 0'))).toThrow('dead has no room');
  });

  it('an operator may point it elsewhere, or away', () => {
    const set = (how: string): string =>
      `faults: [ { at: 6500us, set: { services: { desk: { queue: { when_full: ${how} } } } } } ]`;
    expect(figures(runText(text('', set('reject'))), ...COUNTS)).toEqual([3, 3, 0]);
    const two = text('', set('{ dead_letter: other }')).replace(
      'queues: {',
      'queues: { other: { broker: memory },',
    );
    const ends = runText(two);
    expect(figures(ends, ...COUNTS)).toEqual([3, 3, 0]);
    expect(figure(ends, 'queues.other.dead_lettered')).toBe(4);
  });

  it('copies belong to the window in which their requests arrived', () => {
    const ends = runText(text('').replace('duration: 10s', 'duration: 10s\nwarmup: 5500us'));
    expect(figure(ends, 'queues.dead.dead_lettered')).toBe(5);
    expect(figure(ends, 'queues.dead.depth.max')).toBe(7);
  });
});

describe('degrade: who starts while the queue is so full runs the other handler', () => {
  const text = (when: string, more = ''): string => `
duration: 20s
producers: { users: { ${burst(11)} } }
services:
  desk:
    workers: 1
    queue: { capacity: 10 }
    degrade: { when: ${when}, handler: [ { work: 100ms } ]${more} }
    handler: [ { work: 1s } ]`;

  it.each([
    ['100%', 1],
    ['80%', 3],
    ['50%', 6],
    ['10%', 10],
  ])('at %s, the one that starts in it', (when, degraded) => {
    // One at work, ten wait: the k-th of them starts with 11 − k in the line.
    const ends = runText(text(when));
    expect(ends.ledger).toMatchObject({ good: 11 - degraded, degraded });
    const [busy] = figures(ends, 'services.desk.utilization');
    expect(busy).toBeCloseTo((degraded * 0.1 + (11 - degraded)) / 20, 9);
  });

  it('rule 13: degraded all the way up, unless the quality is full', () => {
    expect(runText(text('50%', ', quality: full')).ledger).toMatchObject({ good: 11, degraded: 0 });
    const up = `
duration: 20s
producers: { users: { arrivals: { constant: 1000/s }, limit: 11, to: edge } }
services:
  edge: { workers: unbounded, handler: [ { call: desk } ] }
  desk:
    workers: 1
    queue: { capacity: 10 }
    degrade: { when: 50%, handler: [ { work: 100ms } ] }
    handler: [ { work: 1s } ]`;
    expect(runText(up).ledger).toMatchObject({ good: 5, degraded: 6 });
  });

  it('its handler may call others, on edges of the service', () => {
    const calls = text('50%').replace('[ { work: 100ms } ]', '[ { call: cache } ]');
    const ends = runText(`${calls}\n  cache: { workers: 1, handler: [ { work: 1ms } ] }`);
    expect(figure(ends, 'calls.desk -> cache.attempts')).toBe(6);
    expect(ends.ledger).toMatchObject({ good: 5, degraded: 6 });
  });

  it('all routes run it, drawn as a handler of its own', () => {
    const routes = `
duration: 60s
producers:
  a: { arrivals: { poisson: 20/s }, to: desk/a }
  b: { arrivals: { poisson: 20/s }, to: desk/b }
services:
  desk:
    workers: 1
    queue: { capacity: 20 }
    degrade: { when: 50%, handler: [ { work: { exponential: 10ms } } ] }
    handler: { a: [ { work: { exponential: 100ms } } ], b: [ { work: 50ms } ] }`;
    const ends = runText(routes);
    expect(ends.ledger.degraded).toBeGreaterThan(500);
    expect(ends.ledger.failed['rejected'] ?? 0).toBeLessThan(ends.ledger.offered * 0.05);
  });

  it('under ps all that are admitted beyond the workers count', () => {
    const shared = text('50%').replace('capacity: 10', 'capacity: 10, discipline: ps');
    // Of eleven at once the first six are one, and up to five beyond it; the sixth is the fifth beyond.
    expect(runText(shared).ledger.degraded).toBe(6);
  });

  it('caller_runs runs it too: the queue is full', () => {
    const up = `
duration: 20s
producers: { users: { arrivals: { constant: 1000/s }, limit: 5, to: edge } }
services:
  edge: { workers: 10, handler: [ { call: desk } ] }
  desk:
    workers: 1
    queue: { capacity: 2, when_full: caller_runs }
    degrade: { when: 100%, handler: [ { work: 100ms } ] }
    handler: [ { work: 1s } ]`;
    const ends = runText(up);
    // One at work, two wait; two are run by their callers. The first of the two starts in a full line.
    expect(ends.ledger).toMatchObject({ good: 2, degraded: 3 });
  });
});
