import { describe, expect, it } from 'vitest';
import { capacityOf } from '../../src/judge/theory/capacity.js';
import { recognise } from '../../src/judge/theory/recognise.js';
import { hasChance, pileUps, planFor, understood } from '../../src/scenario/index.js';
import { mistakes, planOf, small, sound } from './support.js';

/** The small scenario, its shop taking a lock. */
const locking = (step: string, more = ''): string => small(more).replace('{ work: 5ms }', step);

const under = '{ lock: row, then: [ { work: 5ms } ] }';

describe('locks as they are written', () => {
  it('are known by the names that steps take, and are as usual where nothing is said', () => {
    const plan = planOf(locking(`${under}, { lock: table, wait: 1s, then: [ ${under} ] }`));
    expect(plan.locks).toEqual([
      { name: 'row', scope: 'scenario', order: 'fifo', inherit: false },
      { name: 'table', scope: 'scenario', order: 'fifo', inherit: false },
    ]);
    const work = { op: 'work', time: { kind: 'constant', ns: 5e6 }, perRequest: false };
    const row = { op: 'lock', lock: 0, waitNs: Infinity, then: [work] };
    expect(plan.components[0]!.routes[0]!.steps.slice(0, 2)).toEqual([
      row,
      { op: 'lock', lock: 1, waitNs: 1e9, then: [row] },
    ]);
  });

  it('have what all steps have in common in a place of their own, which a policy may lay over', () => {
    const text = locking(
      `${under}, { lock: row, wait: none, then: [] }`,
      `locks: { row: { scope: replica, wait: 50ms } }
policies: { p: { locks: { row: { order: priority, inherit: true } } } }`,
    );
    const plan = planFor(sound(text), 'p');
    const row = { name: 'row', scope: 'replica', order: 'priority', inherit: true };
    expect(plan.locks).toEqual([row]);
    const waits = plan.components[0]!.routes[0]!.steps.flatMap((step) => {
      return step.op === 'lock' ? step.waitNs : [];
    });
    expect(waits).toEqual([50e6, Infinity]);
    expect(planFor(sound(text), 'base').locks).toEqual([{ ...row, order: 'fifo', inherit: false }]);
  });

  it('hide no call and no chance that stands within them', () => {
    const text = small().replace(
      '{ work: 5ms }, { call: db }',
      '{ lock: row, then: [ { call: db } ] }',
    );
    expect(planOf(text).edges.map(({ name }) => name)).toEqual(['users -> shop', 'shop -> db']);
    const round = small().replace('{ work: 1ms }', '{ lock: row, then: [ { call: shop } ] }');
    expect(mistakes(round).join()).toContain('calls that never end');
    const law = small().replace(
      '{ work: 5ms }',
      '{ lock: row, then: [ { work: { exponential: 5ms } } ] }',
    );
    const paced = (of: string) =>
      planOf(of.replace('arrivals: 100/s', 'arrivals: { constant: 100/s }'));
    expect([hasChance(paced(law)), hasChance(paced(locking(under)))]).toEqual([true, false]);
  });

  it.each([
    [locking('{ lock: row }'), 'a lock without then'],
    [locking('{ lock: row, then: [], else: [] }'), 'else'],
    [locking('{ work: 5ms, wait: 1s }'), 'wait'],
    [locking(`{ parallel: [ ${under} ] }`), 'lock'],
    [locking('{ lock: db, then: [] }'), 'db stands for something else already'],
    [locking(under, 'locks: { users: {} }'), 'users stands for something else already'],
    [locking(under, 'locks: { row: { order: lifo } }'), 'fifo'],
    [locking(under, 'locks: { row: { wait: -1s } }'), 'wait'],
    [locking(under, 'faults: [ { at: 1s, set: { locks: { row: { wait: 1s } } } } ]'), 'locks'],
  ])('%#: what makes no sense is refused', (text, told) => {
    const all = mistakes(text);
    expect(all.filter((line) => !line.includes('warning')).join('\n')).toContain(told);
  });

  it.each([
    [locking(under, 'locks: { other: {} }'), 'no step takes the lock other'],
    [locking(`{ lock: row, then: [ ${under} ] }`), 'row is held here already'],
    [locking(under, 'locks: { row: { inherit: true } }'), 'all producers have one priority'],
    [locking(under, 'locks: { row: { order: priority } }'), 'all producers have one priority'],
    [
      locking(under, 'locks: { row: { inherit: true } }').replace(
        'producers: {',
        'producers: { vip: { arrivals: 1/s, to: db, priority: 3 },',
      ),
      'nothing goes by importance',
    ],
  ])('%#: what changes nothing is a warning', (text, told) => {
    expect(
      mistakes(text)
        .filter((line) => line.includes('warning'))
        .join('\n'),
    ).toContain(told);
  });

  it('inherit has an effect where preemption or the line of another lock goes by importance', () => {
    const ranked = (text: string): string =>
      text.replace('producers: {', 'producers: { vip: { arrivals: 1/s, to: db, priority: 3 },');
    const preemptive = ranked(locking(under, 'locks: { row: { inherit: true } }')).replace(
      'workers: 4',
      'workers: 4, queue: { discipline: { priority: { preemptive: true } } }',
    );
    expect(mistakes(preemptive)).toEqual([]);
    const nested = ranked(
      locking(
        '{ lock: row, then: [ { lock: table, then: [ { work: 1ms } ] } ] }',
        'locks: { row: { inherit: true }, table: { order: priority } }',
      ),
    );
    expect(mistakes(nested)).toEqual([]);
  });
});

describe('what is told of locks', () => {
  it('validate says whose they are, who is first and how long they are waited for', () => {
    const text = locking(
      `${under}, { lock: row, wait: 1s, then: [] }, { lock: m, wait: 2s, then: [] }`,
      'locks: { m: { scope: replica } }',
    );
    const told = understood(sound(text));
    expect(told).toContain(
      '  row: one for all; taken by shop; first come first served; ' +
        'waited for 1s or as long as it takes\n',
    );
    expect(told).toContain(
      '  m: one in each replica; taken by shop; first come first served; waited for 2s at most\n',
    );
  });

  it('a line without a bound is a place where work piles up, if workers bound it no more', () => {
    const places = (text: string) => pileUps(planOf(text)).map(({ place }) => place);
    const endless = locking(under).replace('workers: 4', 'workers: unbounded');
    expect(places(endless)).toContain('locks.row.wait');
    expect(places(endless.replace('lock: row,', 'lock: row, wait: 1s,'))).not.toContain(
      'locks.row.wait',
    );
    expect(places(locking(under))).not.toContain('locks.row.wait');
  });

  it('there is no closed form, and none is shown', () => {
    const plan = planOf(locking(under));
    expect(capacityOf(plan)).toMatchObject({ capacity: null });
    expect(capacityOf(plan).reason).toContain('the lock row');
    expect(recognise(plan).forms).toEqual([]);
    expect(
      recognise(plan)
        .refused.map(({ reason }) => reason)
        .join(),
    ).toContain('the lock row');
  });
});
