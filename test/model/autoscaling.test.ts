import { describe, expect, it } from 'vitest';
import type { Measured } from '../../src/measure/measured.js';
import type { FaultPlan, Plan } from '../../src/model/plan.js';
import { figure, planOf, run, runText, seriesOf } from './kit.js';

const S = 1e9;

/** A shop of one worker a replica that is asked every 100 ms. */
function shop(autoscale: string, more = '', work = '90ms', calls = '"* -> *": {}'): string {
  return `
title: t
duration: 60s
producers: { p: { arrivals: { constant: 10/s }, to: shop, until: 30s } }
services:
  shop: { workers: 1, handler: [ { work: ${work} } ], autoscale: { ${autoscale} }, ${more} }
calls: { ${calls} }
`;
}

/** "10 s: 1 to 2", one a decision. */
function steps({ scalings }: Measured): string[] {
  return scalings.map(({ atNs, from, to }) => `${atNs / S} s: ${from} to ${to}`);
}

/** Runs a plan in which an operator wants other numbers of replicas of its first component. */
function operated(plan: Plan, most: number, wanted: readonly [number, number][]): Measured {
  const components = plan.components.map((one, c) =>
    c === 0 ? { ...one, replicasMax: most } : one,
  );
  const faults = wanted.map(
    ([at, replicas]): FaultPlan => ({
      kind: 'set',
      atNs: at * S,
      when: null,
      everyNs: Infinity,
      forNs: Infinity,
      text: 'set',
      changes: [{ what: 'replicas', component: 0, replicas }],
    }),
  );
  return run({ ...plan, components, faults: [...plan.faults, ...faults] });
}

const UP = 'metric: utilization, target: 50%, max: 4, period: 10s, delay: 5s';

describe('an autoscaler', () => {
  it('looks every period, and what it orders serves after the delay', () => {
    const ends = runText(shop(UP));
    // 90% of 50% asks for two; they are at 45% then, within the tolerance.
    expect(steps(ends)).toEqual(['10 s: 1 to 2']);
    const replicas = seriesOf(ends, 'services.shop.replicas');
    expect(replicas.slice(13, 17)).toEqual([1, 1, 2, 2]);
    expect(seriesOf(ends, 'services.shop.utilization')[20]).toBeCloseTo(0.45, 2);
  });

  it('comes down when no greater recommendation is left of its window', () => {
    const ends = runText(shop(`${UP}, stabilize: { down: 20s }`));
    // The last full period ends at 30 s; its recommendation counts for 20 s, that moment left out.
    expect(steps(ends)).toEqual(['10 s: 1 to 2', '50 s: 2 to 1']);
    expect(figure(ends, 'services.shop.replicas.mean')).toBeCloseTo((15 + 2 * 35 + 10) / 60, 6);
  });

  it('counts replicas to come as idle, and so does not order them again', () => {
    const slow = 'metric: utilization, target: 50%, max: 9, period: 5s, delay: 30s';
    // At 100% one asks for two; with one to come at 0% they are at 50%.
    expect(steps(runText(shop(slow, '', '200ms')))).toEqual(['5 s: 1 to 2']);
  });

  it('a replica that was not there for a whole period is no evidence for it', () => {
    const quick = 'metric: utilization, target: 50%, max: 9, period: 10s, delay: 9s';
    const ends = runText(shop(quick, '', '200ms'));
    // Ready at 19 s: at 20 s it counts as to come, from 30 s on as busy.
    expect(steps(ends).slice(0, 2)).toEqual(['10 s: 1 to 2', '30 s: 2 to 4']);
  });

  it('by cpu sees what works, by utilization also what waits', () => {
    const of = (metric: string) => `
title: t
duration: 60s
producers: { p: { arrivals: { constant: 10/s }, to: shop } }
services:
  shop:
    workers: 1
    handler: [ { work: 10ms }, { call: slow } ]
    autoscale: { metric: ${metric}, target: 50%, max: 4, period: 10s, delay: 5s }
dependencies: { slow: { workers: unbounded, handler: [ { work: 80ms } ] } }
`;
    expect(steps(runText(of('utilization')))).toEqual(['10 s: 1 to 2']);
    expect(steps(runText(of('cpu')))).toEqual([]);
  });

  it('by cpu counts the cores that are at work', () => {
    const two = 'metric: cpu, target: 50%, max: 8, period: 10s, delay: 5s';
    // Eight workers on two cores: 10/s × 180 ms are 1.8 of 2 cores, 90%.
    const text = shop(two, 'cores: 2,', '180ms').replace('workers: 1', 'workers: 8');
    expect(steps(runText(text))).toEqual(['10 s: 1 to 2']);
  });

  it('by queue and in_flight goes by how many there are at each replica', () => {
    const by = (metric: string, target: number) =>
      steps(runText(shop(`metric: ${metric}, target: ${target}, max: 9, delay: 60s`, '', '200ms')));
    // Just before 15 s 149 have come and 74 have gone: 74 wait, and one is at work.
    expect(by('queue', 25)[0]).toBe('15 s: 1 to 3');
    expect(by('queue', 24)[0]).toBe('15 s: 1 to 4');
    expect(by('in_flight', 38)[0]).toBe('15 s: 1 to 2');
    expect(by('in_flight', 24)[0]).toBe('15 s: 1 to 4');
  });

  it('new replicas are slower at first if asked', () => {
    const cold = runText(
      shop(`${UP}, cold: { slowdown: 3, for: 10s }`, '', '50ms').replace(
        'target: 50%',
        'target: 30%',
      ),
    );
    const utilization = seriesOf(cold, 'services.shop.utilization');
    // From 15 s on every second request takes 150 ms: (5 × 50 + 5 × 150) ÷ 2000.
    expect(utilization[17]).toBeCloseTo(0.5, 2);
    expect(utilization[27]).toBeCloseTo(0.25, 2);
  });

  it('a replica that is down tells nothing: it counts as busy on the way down', () => {
    const two = 'metric: utilization, target: 60%, min: 1, max: 4, period: 10s';
    const text = (faults: string): string =>
      `${shop(`${two}, stabilize: { down: 0s }`, 'replicas: 2,', '55ms')}faults: [ ${faults} ]\n`;
    // 27% and 27% of 60 asks for one.
    expect(steps(runText(text('')))[0]).toBe('10 s: 2 to 1');
    // 55% of one and 100% of the other: 77 of 60.
    const down = runText(text('{ at: 1ms, crash: shop, restart: 20s }'));
    expect(steps(down)[0]).not.toBe('10 s: 2 to 1');
  });
});

describe('replicas that go', () => {
  const LONG = `
title: t
duration: 20s
producers: { p: { arrivals: { constant: 1/s }, to: shop, until: 5s } }
services: { shop: { replicas: 2, workers: 1, handler: [ { work: 10s } ] } }
`;

  it('end what they have, waiting and running, and are gone then', () => {
    // Two each: of 1 s and 3 s at the first, of 2 s and 4 s at the second.
    const ends = operated(planOf(LONG), 3, [[5, 1]]);
    const replicas = seriesOf(ends, 'services.shop.replicas');
    expect(replicas[19]).toBe(2);
    expect(ends.metrics['services.shop.in_rotation.mean']).toBeCloseTo((5 * 2 + 15) / 20, 9);
    const later = operated(planOf(LONG.replace('20s', '30s')), 3, [[5, 1]]);
    expect(later.ledger.good).toBe(4);
    // The second has its last at 22 s.
    expect(seriesOf(later, 'services.shop.replicas').slice(21, 23)).toEqual([2, 1]);
    expect(later.metrics['services.shop.utilization']).toBeCloseTo(40 / (22 * 2 + 8), 9);
  });

  it('take what is on its way to them', () => {
    const far = `${LONG.replace('work: 10s', 'work: 100ms')}calls: { "* -> *": { network: 2s } }\n`;
    const ends = operated(planOf(far), 3, [[5, 1]]);
    expect(ends.ledger).toMatchObject({ offered: 4, good: 4 });
    // The last that set out to the second comes at 6 s.
    expect(seriesOf(ends, 'services.shop.replicas').slice(5, 8)).toEqual([2, 1.1, 1]);
  });

  it('the youngest goes first, one that is down before all others', () => {
    const idle = LONG.replace('until: 5s', 'until: 1ms');
    const crash = 'faults: [ { at: 3s, crash: shop, restart: 4s } ]\n';
    // Five at 2 s; the first of them, down from 3 s on, goes at 4 s, and does not come back at 7 s.
    const ends = operated(planOf(idle + crash), 5, [
      [2, 5],
      [4, 4],
    ]);
    expect(seriesOf(ends, 'services.shop.replicas').slice(1, 5)).toEqual([2, 5, 5, 4]);
    expect(ends.metrics['services.shop.in_rotation.mean']).toBeCloseTo((4 + 5 + 17 * 4) / 20, 9);
  });

  it('are not called back: a new one comes when more are wanted again', () => {
    // Three at most: at 6 s one comes to the free place, the other waits until the second is gone.
    const ends = operated(planOf(LONG.replace('20s', '40s')), 3, [
      [5, 1],
      [6, 3],
    ]);
    const inRotation = 5 * 2 + 1 + 16 * 2 + 18 * 3;
    expect(ends.metrics['services.shop.in_rotation.mean']).toBeCloseTo(inRotation / 40, 9);
    expect(figure(ends, 'services.shop.replicas.mean')).toBeCloseTo((6 * 2 + 34 * 3) / 40, 9);
  });

  it('an operator says how many, and takes it back', () => {
    const text = `${LONG}faults: [ { at: 5s, for: 1s, set: { services: { shop: { replicas: 3 } } } } ]\n`;
    const ends = runText(text);
    expect(
      ends.scalings.map(({ atNs, from, to, byItself }) => [atNs / S, from, to, byItself]),
    ).toEqual([
      [5, 2, 3, false],
      [6, 3, 2, false],
    ]);
    expect(seriesOf(ends, 'services.shop.replicas').slice(4, 7)).toEqual([2, 3, 2]);
  });
});

describe('replicas that come', () => {
  const CALLER = `
title: t
duration: 40s
producers: { p: { arrivals: { constant: 10/s }, to: shop } }
services:
  shop: { replicas: 2, workers: 10, handler: [ { call: db } ] }
dependencies: { db: { workers: 10, handler: [ { work: 1ms }, { fail: 100% } ] } }
calls: { "shop -> db": { breaker: { consecutive: 3, open_for: 100s } } }
`;

  it('begin with breakers that are closed', () => {
    const before = run(planOf(CALLER));
    expect(before.metrics['calls.shop -> db.attempts']).toBe(6);
    // The second goes at 10 s; the one that has its place from 20 s on tries three times anew.
    const ends = operated(planOf(CALLER), 2, [
      [10, 1],
      [20, 2],
    ]);
    expect(ends.metrics['calls.shop -> db.attempts']).toBe(9);
    expect(ends.metrics['calls.shop -> db.breaker.opens']).toBe(3);
  });

  it('serve at once where nothing says how long they take', () => {
    const ends = operated(planOf(CALLER), 5, [[10, 5]]);
    expect(seriesOf(ends, 'services.shop.replicas').slice(9, 11)).toEqual([2, 5]);
  });
});

describe("an operator's change of an autoscaler", () => {
  const changed = (at: string, keys: string, more = '') =>
    runText(
      `${shop(UP, more)}faults: [ { at: 20s, ${at} set: { services: { shop: { autoscale: { ${keys} } } } } } ]`,
    );

  it('holds from its next look on: a greater min, and there is room for a greater max', () => {
    expect(steps(changed('', 'min: 6, max: 8'))).toEqual(['10 s: 1 to 2', '20 s: 2 to 6']);
    // One has been there for the period, at 67%, the other counts as idle: 33 ÷ 15 of two.
    expect(steps(changed('', 'target: 15%, max: 9'))[1]).toBe('20 s: 2 to 5');
  });

  it('lets a smaller max take replicas away, and is taken back', () => {
    const ends = changed('for: 20s,', 'max: 1');
    expect(steps(ends).slice(0, 2)).toEqual(['10 s: 1 to 2', '20 s: 2 to 1']);
    expect(steps(changed('for: 15s,', 'min: 4')).slice(1)).toEqual([
      '20 s: 2 to 4',
      '40 s: 4 to 2',
    ]);
  });

  it('wants no other number by itself, though as many as min there are at first', () => {
    const ends = changed('', 'min: 3');
    expect(steps(ends)).toContain('20 s: 2 to 3');
    expect(ends.scalings.every(({ byItself }) => byItself)).toBe(true);
  });
});
