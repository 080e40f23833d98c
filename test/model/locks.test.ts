import { describe, expect, it } from 'vitest';
import { figure, figures, runText, seriesOf } from './kit.js';

/** Requests at these moments, seconds; each works 1 s under the lock `l`. */
const shop = (more: string, handler: string, service = 'workers: unbounded'): string => `
duration: 60s
producers: { p: { arrivals: { constant: 1/s }, limit: 4, to: a } }
services:
  a: { ${service}, handler: [ ${handler} ] }
${more}`;

const under = '{ lock: l, then: [ { work: 2s } ] }';

describe('a lock', () => {
  it('is held by one at a time, and goes to whoever has waited longest', () => {
    const ends = runText(shop('', under));
    // They come at 1, 2, 3, 4 and are served 2 s each, one after another.
    expect(figure(ends, 'latency.max')).toBeCloseTo(5, 2);
    expect(figures(ends, 'locks.l.acquired', 'locks.l.waiting.max')).toEqual([4, 2]);
    expect(figure(ends, 'locks.l.wait.mean')).toBeCloseTo((0 + 1 + 2 + 3) / 4, 9);
    expect(figure(ends, 'locks.l.wait.max')).toBeCloseTo(3, 9);
    expect(figure(ends, 'locks.l.held.mean')).toBeCloseTo(2, 9);
    expect(figure(ends, 'locks.l.held_share')).toBeCloseTo(8 / 60, 9);
    expect(figure(ends, 'locks.l.waiting.mean')).toBeCloseTo(6 / 60, 9);
    expect(seriesOf(ends, 'locks.l.waiting').slice(0, 9)).toEqual([0, 0, 1, 1, 2, 1, 1, 0, 0]);
    expect(seriesOf(ends, 'locks.l.held_share').slice(0, 10)).toEqual([
      ...[0, 1, 1, 1, 1, 1, 1, 1, 1, 0],
    ]);
  });
});
