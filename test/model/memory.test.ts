import { describe, expect, it } from 'vitest';
import { judge } from '../../src/judge/verdict.js';
import { figure, figures, momentsOf, planOf, run, runText, seriesOf } from './kit.js';

const KIB = 1024;

/** One of 10 KiB a second, 1 s … 9 s, into a desk of one worker with work of 5 s. */
const desk = (memory: string, settings = 'workers: 1', more = ''): string => `
duration: 10s
producers: { users: { arrivals: { constant: 1/s }, to: desk, size: 10KiB } }
services: { desk: { ${settings}, memory: { ${memory} }, handler: [ { work: 5s } ] } }
${more}`;

describe('rule 22: memory', () => {
  it('is the base and the size of what waits and runs; the limit itself is not over it', () => {
    // At 3 s three are there; the fourth, at 4 s, is one too many.
    const fits = runText(desk('limit: 100KiB, base: 4KiB'));
    expect(figure(fits, 'services.desk.memory.max')).toBe(84 * KIB);
    expect(figure(fits, 'services.desk.crashes')).toBe(0);
    const full = runText(desk('limit: 34KiB, base: 4KiB, restart: 20s'));
    expect(figure(full, 'services.desk.memory.max')).toBe(44 * KIB);
    expect(full.ledger).toMatchObject({ good: 0, failed: { crashed: 4, error: 5 } });
    const exact = runText(desk('limit: 84KiB, base: 4KiB'));
    expect(figure(exact, 'services.desk.crashes')).toBe(0);
  });

  it('is gone in the nanosecond in which too much is asked for', () => {
    const moments = momentsOf(planOf(desk('limit: 30KiB, restart: 1500ms')));
    // Down with the fourth at 4 s, back at 5.5 s; those of 6 to 8 s fit, that of 9 s does not.
    expect(moments).toContain(4e9);
    expect(moments).toContain(5.5e9);
    expect(moments).not.toContain(10.5e9);
    const ends = runText(desk('limit: 30KiB, restart: 1500ms'));
    expect(figures(ends, 'services.desk.crashes', 'services.desk.in_rotation.mean')).toEqual([
      2, 0.75,
    ]);
    expect(ends.ledger.failed).toEqual({ crashed: 8, error: 1 });
  });

  it('the series tells the most of each step; a replica that is down takes nothing', () => {
    const ends = runText(desk('limit: 34KiB, base: 4KiB, restart: 3s'));
    expect(seriesOf(ends, 'services.desk.memory')).toEqual(
      [4, 14, 24, 34, 44, 0, 0, 14, 24, 34].map((kib) => kib * KIB),
    );
  });

  it('the broken connection is learned of one network delay later', () => {
    const network = 'calls: { "* -> *": { network: 200ms } }';
    const ends = runText(desk('limit: 30KiB, restart: 20s', 'workers: 1', network));
    // Comes at 4.2 s: that of 1 s learns of it at 4.4 s.
    expect(figure(ends, 'failure_latency.max')).toBeCloseTo(3.4, 9);
  });

  it('who is refused at once holds nothing, nor does who takes the place of another more than one', () => {
    const bound = (how: string) =>
      runText(
        desk('limit: 20KiB, restart: 20s', `workers: 1, queue: { capacity: 1, when_full: ${how} }`),
      );
    for (const how of ['reject', 'drop_oldest', 'drop_newest']) {
      const ends = bound(how);
      expect(figure(ends, 'services.desk.memory.max')).toBe(20 * KIB);
      expect(figure(ends, 'services.desk.crashes')).toBe(0);
    }
    // Who stands at the door does hold what it brings.
    expect(figure(bound('block'), 'services.desk.crashes')).toBe(1);
  });

  it('a blocked sender holds its size where it stands, and its caller where it runs', () => {
    const ends = runText(`
duration: 10s
producers: { users: { arrivals: { constant: 1/s }, to: front, size: 10KiB } }
services:
  front: { workers: 9, memory: { limit: 1MiB }, handler: [ { call: back } ] }
  back:
    workers: 1
    queue: { capacity: 1, when_full: block }
    memory: { limit: 1MiB }
    handler: [ { work: 20s } ]
`);
    expect(figure(ends, 'services.front.memory.max')).toBe(90 * KIB);
    expect(figure(ends, 'services.back.memory.max')).toBe(90 * KIB);
  });

  it('what a caller runs itself is held by the caller', () => {
    const ends = runText(`
duration: 10s
producers: { users: { arrivals: { constant: 1/s }, to: front, size: 10KiB } }
services:
  front: { workers: 9, memory: { limit: 1MiB }, handler: [ { call: back } ] }
  back:
    workers: 1
    queue: { capacity: 0, when_full: caller_runs }
    memory: { limit: 1MiB }
    handler: [ { work: 20s } ]
`);
    expect(figure(ends, 'services.front.memory.max')).toBe(170 * KIB);
    expect(figure(ends, 'services.back.memory.max')).toBe(10 * KIB);
  });

  it('is held throughout where workers leave (async), and where a rule holds back', () => {
    const ends = runText(`
duration: 10s
producers: { users: { arrivals: { constant: 1/s }, to: front, size: 10KiB } }
services:
  front: { workers: 1, io: async, memory: { limit: 1MiB }, handler: [ { call: back } ] }
  back: { workers: unbounded, handler: [ { work: 20s } ] }
`);
    expect(figure(ends, 'services.front.memory.max')).toBe(90 * KIB);
    const held = runText(
      desk(
        'limit: 1MiB',
        'workers: unbounded, admission: [ { signal: { when: offered > 0/s, delay: 20s } } ]',
      ),
    );
    // The condition is looked at from 1 s on, after the second in which nothing came yet.
    expect(figure(held, 'services.desk.memory.max')).toBeGreaterThanOrEqual(80 * KIB);
  });
});

describe('rule 22: gc', () => {
  const busy = (gc: string, count: number): string => `
duration: 100s
producers: { users: { arrivals: { batch: { rate: 1/s, size: ${count} } }, limit: ${count}, to: desk, size: 10KiB } }
services:
  desk:
    workers: unbounded
    memory: { limit: 200KiB, base: 100KiB, gc: ${gc} }
    handler: [ { work: 1s } ]`;

  it('slows what starts, from 1 at `from` on a line to `slowdown` at the limit', () => {
    // Of 10 that come at once the k-th starts with 100 + 10 k KiB taken: at 200 KiB it is 5 times.
    const ends = runText(busy('{ from: 50%, slowdown: 5 }', 10));
    expect(figure(ends, 'latency.max')).toBeCloseTo(5, 9);
    expect(figure(ends, 'latency.mean')).toBeCloseTo(3.2, 9);
    const later = runText(busy('{ from: 75%, slowdown: 5 }', 10));
    // Shares 55%, 60% … 75%: as before; then 80%: 1 + 4 × 5/25 …
    expect(figure(later, 'latency.mean')).toBeCloseTo((5 + 1.8 + 2.6 + 3.4 + 4.2 + 5) / 10, 9);
  });

  it('does nothing below `from`, nor where it is none', () => {
    expect(figure(runText(busy('{ from: 80%, slowdown: 5 }', 6)), 'latency.max')).toBe(1);
    expect(figure(runText(busy('none', 10)), 'latency.max')).toBe(1);
  });

  it('is told where saturation is found', () => {
    const text = `
duration: 60s
producers: { users: { arrivals: { poisson: 100/s }, to: desk, size: 10KiB } }
services:
  desk:
    workers: 10
    memory: { limit: 60MiB, base: 50MiB, gc: { from: 80%, slowdown: 10 } }
    handler: [ { work: { exponential: 90ms } } ]`;
    const ends = runText(text);
    const told = ends.marks.find(({ how }) => how === 'growing');
    expect(told?.gc?.slowdown).toBeGreaterThan(1);
  });
});

describe('rules 22 and 23: going down and coming back', () => {
  it('a restart that is a map doubles with each crash in a row, up to its cap', () => {
    // Every 10 ms one that never ends: 5 fit, the sixth is too much, 60 ms after each return.
    const text = `
duration: 60s
producers: { users: { arrivals: { constant: 100/s }, to: desk, size: 10KiB } }
services:
  desk:
    workers: 1
    memory: { limit: 50KiB, restart: { from: 1s, cap: 6s } }
    handler: [ { work: 1000s } ]`;
    const moments = momentsOf(planOf(text));
    const downs = [0.06, 1.12, 3.18, 7.24, 13.3, 19.36].map((at) => Math.round(at * 1e9));
    for (const at of downs) expect(moments).toContain(at);
    // 1 + 2 + 4 + 6 + 6 …
    const ends = runText(text);
    expect(figure(ends, 'services.desk.crashes')).toBe(4 + Math.ceil((60 - 13.3) / 6.06));
  });

  it('a row ends where a replica ran for more than twice the cap', () => {
    const text = `
duration: 30s
producers:
  users: { arrivals: { constant: 100/s }, to: desk, size: 10KiB, until: 2s }
  later: { arrivals: { constant: 100/s }, to: desk, size: 10KiB, from: 10s }
services:
  desk:
    workers: 1
    memory: { limit: 50KiB, restart: { from: 1s, cap: 4s } }
    handler: [ { work: 1000s } ]`;
    const upShare = (of: string) => figure(runText(of), 'services.desk.in_rotation.mean');
    // Away 60 ms … 1.06 s, 1.12 … 3.12 s; 6.94 s of peace are too few: from 10.06 s on 4 s each.
    expect(upShare(text)).toBeCloseTo((30 - (1 + 2 + 4 * 4 + 3.7)) / 30, 2);
    // 8.94 s are enough: 1 s from 12.06 s on, 2 s, 4 s …
    const peace = text.replace('from: 10s', 'from: 12s');
    expect(upShare(peace)).toBeCloseTo((30 - (1 + 2 + 1 + 2 + 4 * 3 + 2.64)) / 30, 2);
  });

  it('a crash by a fault meanwhile keeps it down until both are over', () => {
    const fault = (times: string) => `faults: [ { ${times}, crash: desk } ]`;
    const down = (times: string) => {
      const ends = runText(desk('limit: 30KiB, restart: 2s', 'workers: 1', fault(times)));
      return figures(ends, 'services.desk.crashes', 'services.desk.in_rotation.mean');
    };
    // By memory from 4 s to 6 s; by the fault from 5 s to 8 s: one crash, four seconds.
    expect(down('at: 5s, for: 3s')).toEqual([1, 0.6]);
    // The fault first, from 3.5 s to 9 s: what memory it held is gone.
    expect(down('at: 3500ms, for: 5500ms')).toEqual([1, 0.45]);
  });

  it('the balancer sends the load to the others meanwhile, which die in turn', () => {
    const text = `
duration: 60s
producers: { users: { arrivals: { constant: 30/s }, to: desk, size: 10KiB } }
services:
  desk:
    replicas: 3
    workers: 1
    memory: { limit: 1MiB, restart: 30s }
    handler: [ { work: 100ms } ]
faults: [ { at: 10s, slow: desk, factor: 20, replicas: 1 } ]`;
    const ends = runText(text);
    const crashes = figure(ends, 'services.desk.crashes');
    expect(crashes).toBeGreaterThanOrEqual(3);
    expect(ends.marks.filter(({ how }) => how === 'memory')).toHaveLength(1);
    expect(ends.marks.find(({ how }) => how === 'memory')?.memory).toMatchObject({
      limitBytes: KIB * KIB,
      replica: 0,
      replicas: 3,
      working: 1,
      waiting: 102,
      blocked: 0,
      awayNs: 30e9,
    });
  });

  it('the tipping one may be in the middle of a call to itself: nothing is half done', () => {
    const text = `
duration: 5s
producers: { users: { arrivals: { constant: 10/s }, to: desk, size: 10KiB } }
services:
  desk:
    workers: 5
    queue: { capacity: 10, when_full: block }
    memory: { limit: 60KiB, restart: 200ms }
    handler: [ { chance: 60%, then: [ { parallel: [ { call: desk }, { call: desk } ] } ] }, { work: 50ms } ]
calls: { "* -> *": { timeout: 1s, retry: { attempts: 3 } } }`;
    const ends = runText(text);
    expect(figure(ends, 'services.desk.crashes')).toBeGreaterThan(2);
  });
});

describe('rule 31: a crash loop', () => {
  const loop = (restart: string, more = '') => `
duration: 60s
producers: { users: { arrivals: { constant: 10/s }, to: desk, size: 10KiB } }
services:
  desk:
    workers: 1
    memory: { limit: 500KiB, restart: ${restart} }
    handler: [ { work: 100s } ]
${more}`;
  const verdict = (text: string) => {
    const plan = planOf(text);
    return judge(run(plan), plan);
  };

  it('is a third crash, each after the first within five restarts of coming back', () => {
    // 5.1 s to fill: within five times 2 s.
    const told = verdict(loop('2s'));
    expect(told.is).toBe('crash_loop');
    expect(told.crash_loop).toBe(
      '19.1 s  desk: it crashed 3 times, the last 5.0 s after it had come back from 2.0 s away',
    );
    expect(told.cascade.map(({ text }) => text)).toContain(
      '5.1 s  desk: memory gone at 500 KiB with 50 waiting and 1 at work, it is down for 2.0 s',
    );
    expect(verdict(loop('900ms')).is).toBeNull();
    expect(verdict(loop('900ms')).crash_loop).toBeUndefined();
  });

  it('goes by the restart that held, where that grows', () => {
    // Away 900 ms: 5.1 s up is too long; 1.8 s and 3.6 s: soon.
    const told = verdict(loop('{ from: 900ms, cap: 1h }'));
    expect(told.is).toBe('crash_loop');
    expect(told.crash_loop).toContain('from 3.6 s away');
  });

  it('goes before all but a deadlock, and crashes by faults make none', () => {
    const fault = 'faults: [ { at: 30s, for: 10s, surge: users, factor: 2 } ]';
    expect(verdict(loop('2s', fault)).is).toBe('crash_loop');
    const crashes = 'faults: [ { at: 5s, every: 3s, for: 1s, crash: desk } ]';
    const told = verdict(loop('30s', crashes));
    expect(told.is).not.toBe('crash_loop');
  });
});
