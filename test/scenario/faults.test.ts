import { describe, expect, it } from 'vitest';
import { hasChance, understood } from '../../src/scenario/index.js';
import { mistakes, planOf, small, sound } from './support.js';

const fault = (text: string, more = ''): string => small(`faults: [ ${text} ]\n${more}`);
const but = (old: string, now: string, text: string): string => fault(text).replace(old, now);

describe('what a fault cannot say', () => {
  it.each([
    [
      'not yet: capacity of shop, which has discipline ps',
      '{ at: 1s, capacity: shop, workers: 1 }',
    ],
  ])('%s', (message, text) => {
    const whole = `duration: 9s
spillway: 1
producers: { users: { arrivals: 9/s, to: shop } }
services: { shop: { workers: unbounded, queue: { discipline: ps } } }
faults: [ ${text} ]`;
    expect(mistakes(whole).join()).toContain(message);
  });

  it.each([
    [
      'no beginning',
      '{ crash: db }',
      'the beginning of a fault lacks its key; expected one of at, when',
    ],
    ['two beginnings', '{ at: 1s, when: offered > 1/s, crash: db }', 'not several: at, when'],
    [
      'restart and for',
      '{ at: 1s, crash: db, restart: 1s, for: 1s }',
      'faults[0].restart: for and restart both say how long the crash lasts; expected one of them',
    ],
    [
      'for of a restart',
      '{ at: 1s, restart: db, takes: 1s, for: 1s }',
      'faults[0].for: a restart lasts as long as takes says; expected takes without for',
    ],
    ['a restart in no time', '{ at: 1s, crash: db, restart: 0s }', 'the fault lasts no time'],
    [
      'every before the end',
      '{ at: 1s, pause: db, for: 5s, every: 5s }',
      'begin again before it has ended; expected every longer than for',
    ],
    [
      'every without an end',
      '{ at: 1s, pause: db, every: 5s }',
      'a fault for good does not repeat',
    ],
    ['every of a crash for good', '{ at: 1s, crash: db, every: 5s }', 'beside every'],
    [
      'more replicas than there are',
      '{ at: 1s, crash: db, replicas: 2 }',
      'db has 1 replica; expected 1 or less',
    ],
    [
      'replicas of an edge',
      '{ at: 1s, drop: "* -> *", ratio: 1, replicas: 2 }',
      'replicas goes with slow, errors, crash, pause, capacity, flush or restart',
    ],
    ['a share of a pause', '{ at: 1s, pause: db, share: 10% }', 'share goes with slow or capacity'],
    ['restart of a pause', '{ at: 1s, pause: db, restart: 1s }', 'restart goes with crash'],
    [
      'capacity of nothing',
      '{ at: 1s, capacity: db }',
      'lacks its key; expected one of workers, share',
    ],
    [
      'capacity twice',
      '{ at: 1s, capacity: db, workers: 1, share: 50% }',
      'not several: workers, share',
    ],
    ['a route that crashes', '{ at: 1s, crash: db/pay }', 'a service or dependency'],
    ['an edge that is none', '{ at: 1s, drop: shop->db, ratio: 1 }', 'write "shop -> db"'],
    ['an unknown side', '{ at: 1s, drop: "shop -> bd", ratio: 1 }', 'nothing is named bd'],
    [
      'an edge nobody takes',
      '{ at: 1s, latency: "db -> shop", add: 1s }',
      'no call takes this edge; expected one of users -> shop, shop -> db',
    ],
    ['latency of nothing', '{ at: 1s, latency: "* -> *" }', 'lacks its key; expected one of add'],
    [
      'a condition that is none',
      '{ when: offered, crash: db }',
      'not a condition; expected METRIC OP value',
    ],
    [
      'a figure that cannot be watched',
      '{ when: ofered > 1/s, crash: db }',
      'ofered is no figure that can be watched; expected one of offered',
    ],
    [
      'its nearest name',
      '{ when: services.shop.queue.dept > 1, crash: db }',
      'did you mean services.shop.queue.depth?',
    ],
    [
      'a metric that is no series',
      '{ when: latency.p95 > 1s, crash: db }',
      'latency.p95 is no figure that can be watched',
    ],
    ['a value in a wrong unit', '{ when: offered > 1s, crash: db }', 'not a rate'],
    [
      'a value without its unit',
      '{ when: latency.p99 > 1, crash: db }',
      'a bare number where a unit is meant',
    ],
  ])('%s', (_, text, says) => {
    const told = mistakes(fault(text));
    expect(told.join('\n')).toContain(says);
    expect(told[0]).toMatch(/^f:8:\d+: faults\[0\]/);
  });

  it('a share of unbounded workers', () => {
    const text = but('workers: 2', 'workers: unbounded', '{ at: 1s, capacity: db, share: 50% }');
    expect(mistakes(text).join()).toContain(
      'db has workers: unbounded, of which there is no share',
    );
  });

  it('warns of what takes nothing, and of silence without a timeout', () => {
    expect(mistakes(fault('{ at: 1s, capacity: db, workers: 2 }')).join()).toContain(
      'warning: faults[0].workers: db has 2 workers, so the fault takes none away',
    );
    const half = (workers: number): string =>
      but('workers: 2', `workers: ${workers}`, '{ at: 1s, capacity: db, share: 50% }');
    expect(mistakes(half(1)).join()).toContain(
      'warning: faults[0].share: db has 1 worker, so the fault takes none away',
    );
    expect(mistakes(half(2))).toEqual([]);
    const none = '{ at: 1s, capacity: db, share: 0% }';
    expect(mistakes(but('workers: 2', 'workers: 1', none))).toEqual([]);
    const drop = '{ at: 1s, drop: "* -> *", ratio: 1 }';
    expect(mistakes(fault(drop)).join()).toContain(
      'what is lost on users -> shop, shop -> db is waited for without end: no timeout',
    );
    const timed = 'calls: { "* -> *": { timeout: 1s } }';
    expect(mistakes(fault(drop, timed))).toEqual([]);
  });
});

describe('set: what an operator cannot change while the run goes', () => {
  it.each([
    ['services: { shop: { io: async } }', 'io of shop', 'another kind'],
    ['services: { shop: { queue: { discipline: ps } } }', "the queue's discipline of shop", 'ps'],
    ['services: { shop: { admission: [ { fair_queues: {} } ] } }', 'fair_queues of shop', 'many'],
    [
      'dependencies: { db: { handler: [ { chance: 10%, then: [ { call: shop } ] } ] } }',
      'who calls whom',
      'chance: 0%',
    ],
    [
      'services: { shop: { handler: { a: [ { call: db } ] } } }',
      'which routes shop has',
      'by name',
    ],
    [
      'services: { shop: { workers: unbounded } }',
      'whether the workers of shop are',
      'a pure delay',
    ],
    ['services: { new: { workers: 2 } }', 'who there is', 'nobody calls'],
    ['producers: { users: { arrivals: { constant: 5/s } } }', 'the kind of arrivals', 'how much'],
    ['producers: { users: { objective: { latency: 1s } } }', 'the objective of users', 'how much'],
    ['calls: { "shop -> db": { breaker: { outlier: {} } } }', 'breaker: outlier of', 'ejected'],
  ])('%s', (set, what, why) => {
    const told = mistakes(fault(`{ at: 1s, set: { ${set} } }`)).join('\n');
    expect(told).toContain('cannot be changed while the run goes');
    expect(told).toContain(what);
    expect(told).toContain(why);
  });

  it('a set is checked as the scenario is, at its place', () => {
    expect(mistakes(fault('{ at: 1s, set: { services: { shop: { worker: 2 } } } }'))).toEqual([
      expect.stringMatching(/^f:8:\d+: .*unknown key worker; .*did you mean workers/),
    ]);
    const unknown = mistakes(
      fault('{ at: 1s, set: { calls: { "shop -> bd": { timeout: 1s } } } }'),
    );
    expect(unknown.join()).toContain('nothing is named bd');
    expect(mistakes(fault('{ at: 1s, set: { faults: [] } }')).join()).toContain(
      'unknown key faults',
    );
  });

  it('warns where it changes nothing', () => {
    const same = fault('{ at: 1s, set: { services: { shop: { workers: 4 } } } }');
    expect(mistakes(same).join()).toContain('warning: faults[0].set: this changes nothing');
  });

  it('lies over the policy and the sweep, by rule 2: `*` and null as in a policy', () => {
    const text = small(`calls: { "shop -> db": { timeout: 1s, retry: { attempts: 3 } } }
policies: { calm: { calls: { "* -> *": { timeout: 2s } } } }
faults: [ { at: 1s, set: { services: { "*": { workers: 9 } }, calls: { "* -> *": { retry: null } } } } ]`);
    expect(planOf(text, 'calm').faults[0]).toMatchObject({
      kind: 'set',
      changes: [
        { what: 'component', component: 0, to: { workers: 9 } },
        { what: 'edge', edge: 1, to: { retry: null } },
      ],
    });
  });
});

describe('the plan of a fault, and how it is told', () => {
  it.each([
    ['{ at: 1s, crash: db, restart: 20s }', 'crash db at 1s, for 20s'],
    ['{ at: 1s, crash: db }', 'crash db at 1s, for good'],
    ['{ at: 1s, for: 2s, every: 1m, pause: db }', 'pause db at 1s, for 2s, every 1m'],
    ['{ at: 1s, capacity: db, workers: 1 }', 'capacity db 1 worker at 1s, for good'],
    ['{ at: 1s, capacity: db, share: 50% }', 'capacity db 50% at 1s, for good'],
    ['{ at: 1s, slow: db, to: 9ms, share: 10% }', 'slow db to 9ms for 10% at 1s, for good'],
    ['{ at: 1s, latency: "* -> db", add: 200ms }', 'latency * -> db + 200ms at 1s, for good'],
    [
      '{ when: latency.p99 > 250ms, errors: db, ratio: 5% }',
      'errors db 5% when latency.p99 > 0.25, for good',
    ],
    [
      '{ when: services.shop.utilization >= 80%, surge: users, factor: 2 }',
      'surge users × 2 when services.shop.utilization >= 0.8, for good',
    ],
    [
      '{ at: 1s, set: { services: { shop: { workers: 9 } } } }',
      'set services.shop.workers 9 at 1s, for good',
    ],
  ])('%s', (text, told) => {
    expect(understood(sound(fault(text)))).toContain(`  1: ${told}\n`);
  });

  it('replicas are told where they are some', () => {
    const text = but('workers: 2', 'workers: 2, replicas: 3', '{ at: 1s, crash: db, replicas: 2 }');
    expect(planOf(text).faults[0]).toMatchObject({
      kind: 'crash',
      replicas: 2,
      text: 'crash db, 2 of 3 replicas',
    });
  });

  it('a part of the work, or of the attempts, is left to chance', () => {
    const calm = (text: string) =>
      fault(text).replace('arrivals: 100/s', 'arrivals: { constant: 100/s }');
    expect(hasChance(planOf(calm('{ at: 1s, slow: db, factor: 2 }')))).toBe(false);
    expect(hasChance(planOf(calm('{ at: 1s, slow: db, factor: 2, share: 10% }')))).toBe(true);
    expect(hasChance(planOf(calm('{ at: 1s, drop: "* -> *", ratio: 10% }')))).toBe(true);
    expect(hasChance(planOf(calm('{ at: 1s, drop: "* -> *", ratio: 100% }')))).toBe(false);
    const set = '{ at: 1s, set: { calls: { "* -> *": { network: { exponential: 1ms } } } } }';
    expect(hasChance(planOf(calm(set)))).toBe(true);
  });
});
