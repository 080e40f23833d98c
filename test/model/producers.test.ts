import { describe, expect, it } from 'vitest';
import { IdentitySource, purposeOf } from '../../src/kernel/draws.js';
import { Zipf } from '../../src/kernel/laws/zipf.js';
import { ROW, SITE } from '../../src/model/attempts.js';
import { type Plan, World } from '../../src/model/index.js';
import { figure, figures, planOf, run, runText, seriesOf } from './kit.js';

const desk = (producer: string, more = '', duration = '20s'): string => `
seed: 3
duration: ${duration}
producers: { users: { ${producer}, to: desk } }
services: { desk: { workers: unbounded } }
${more}`;

const offered = (text: string): number => runText(text).ledger.offered;

/** The plan with its arrivals at these moments, seconds. */
function traced(text: string, seconds: number[]): Plan {
  const plan = planOf(text);
  const atNs = Float64Array.from(seconds, (s) => s * 1e9);
  plan.producers[0]!.arrivals = { kind: 'trace', atNs };
  return plan;
}

describe('limit, from and until', () => {
  it('an open producer sends within [from, until), its rate 0 outside', () => {
    expect(offered(desk('arrivals: { constant: 10/s }, from: 2s, until: 5s'))).toBe(29);
    expect(offered(desk('arrivals: { constant: 10/s }, from: 2s, until: 5001ms'))).toBe(30);
    const series = seriesOf(runText(desk('arrivals: 500/s, from: 2s, until: 5s')), 'offered');
    expect(series.map((n) => (n! > 0 ? 1 : 0))).toEqual([0, 0, 1, 1, 1, ...new Array(15).fill(0)]);
  });

  it('a limit counts requests, of a batch too', () => {
    expect(offered(desk('arrivals: { constant: 10/s }, limit: 17'))).toBe(17);
    expect(offered(desk('arrivals: { batch: { rate: 10/s, size: 7 } }, limit: 17'))).toBe(17);
    expect(offered(desk('arrivals: { closed: { users: 3, think: 1s } }, limit: 17'))).toBe(17);
    expect(offered(desk('arrivals: { constant: 10/s }, limit: 1000000'))).toBe(199);
  });

  it('users begin to think at from and send no more at until', () => {
    const text = desk('arrivals: { closed: { users: 2, think: 1s } }, from: 3s, until: 7s');
    expect(seriesOf(runText(text), 'offered').slice(0, 10)).toEqual([0, 0, 0, 0, 2, 2, 2, 0, 0, 0]);
  });

  it('a surge before from makes more users begin then', () => {
    const text = desk(
      'arrivals: { closed: { users: 2, think: 1s } }, from: 3s',
      'faults: [ { at: 1s, for: 4500ms, surge: users, factor: 3 } ]',
    );
    expect(seriesOf(runText(text), 'offered').slice(0, 8)).toEqual([0, 0, 0, 0, 6, 6, 2, 2]);
  });

  it('a backlog sends between from and until, to its limit', () => {
    const pump = (more: string) => `
duration: 10s
producers: { pump: { arrivals: { backlog: 2 }, to: desk, ${more} } }
services: { desk: { workers: 1, queue: { capacity: 1, when_full: block }, handler: [ { work: 1s } ] } }`;
    // One at work, one waits, two at the door; then one more a second.
    const series = seriesOf(runText(pump('from: 2s, until: 5s')), 'offered');
    expect(series).toEqual([0, 0, 4, 1, 1, 0, 0, 0, 0, 0]);
    expect(runText(pump('limit: 3')).ledger.good).toBe(3);
  });
});

describe('batch and trace', () => {
  it('all of a batch come at one nanosecond, each a request of its own', () => {
    const text = desk('arrivals: { batch: { rate: 5/s, size: 4 } }');
    const one = runText(desk('arrivals: { poisson: 5/s }'));
    const ends = runText(text);
    expect(ends.ledger.offered).toBe(4 * one.ledger.offered);
    const plan = planOf(
      text.replace('unbounded }', '2, queue: { capacity: 1 }, handler: [ { work: 1ms } ] }'),
    );
    // Two at work, one waits, the fourth is refused.
    expect(run(plan).ledger.failed['rejected']).toBe(one.ledger.offered);
  });

  it('a trace is taken as it is, several at one moment too', () => {
    const plan = traced(desk('arrivals: 1/s'), [0, 0, 0, 1.5, 3, 3, 19.999]);
    expect(seriesOf(run(plan), 'offered').slice(0, 4)).toEqual([3, 1, 0, 2]);
    expect(run(plan).ledger.offered).toBe(7);
    plan.producers[0]!.fromNs = 1e9;
    plan.producers[0]!.untilNs = 3e9;
    expect(run(plan).ledger.offered).toBe(1);
  });
});

describe('rule 16: clients', () => {
  const twoReplicas = (producer: string, clients: number): string => `
duration: 20s
producers: { users: { ${producer}, to: shop, clients: ${clients} } }
services:
  shop: { replicas: 2, workers: 1, queue: { capacity: 0 }, handler: [ { work: 1ms } ] }`;

  it('the k-th request is of client k mod N, each with a view of its own', () => {
    // One client takes the replicas in turn: the third finds the first one busy. Three clients
    // that begin alike all take the same, and then all the other.
    const moments = [1, 1, 1, 2, 2, 2];
    const refused = (clients: number) =>
      run(traced(twoReplicas('arrivals: 1/s', clients), moments)).ledger.failed['rejected'] ?? 0;
    expect(refused(1)).toBe(2);
    expect(refused(3)).toBe(4);
    expect(refused(2)).toBe(2);
  });

  it('closed user u is of client u mod N', () => {
    const refused = (clients: number) =>
      runText(twoReplicas('arrivals: { closed: { users: 2, think: 9s } }', clients)).ledger.failed[
        'rejected'
      ] ?? 0;
    expect(refused(1)).toBe(0);
    // At 9 s both take the first replica.
    expect(refused(2)).toBe(1);
  });

  it('a budget of retries is one each', () => {
    const text = (clients: number) => `
duration: 9s
producers: { users: { arrivals: { constant: 20/s }, to: shop, clients: ${clients} } }
services: { shop: { workers: 1, handler: [ { fail: 100% } ] } }
calls: { "* -> *": { retry: { attempts: 2, budget: 10% } } }`;
    const retries = (clients: number) =>
      figure(runText(text(clients)), 'calls.users -> shop.retries');
    expect(retries(1)).toBe(17);
    // Each of 20 clients sends 9 requests, too few for a tenth to be a retry.
    expect(retries(20)).toBe(0);
  });
});

describe('targets by weight', () => {
  const split = (to: string) => `
duration: 100s
producers: { users: { arrivals: { constant: 100/s }, to: ${to} } }
services:
  a: { workers: unbounded, handler: [ { work: { exponential: 1s } } ] }
  b: { workers: unbounded, handler: { slow: [ { work: 2s } ], fast: [] } }`;
  const names = ['a', 'b'].map((name) => `services.${name}.arrivals`);

  it('are drawn by the request’s key', () => {
    const ends = runText(
      split('[ { to: a, weight: 9 }, { to: b/fast, weight: 1 }, { to: b/slow, weight: 0 } ]'),
    );
    const [a, b] = figures(ends, ...names) as [number, number];
    expect(a + b).toBe(9999);
    expect(Math.abs(b - 1000)).toBeLessThan(4 * Math.sqrt(900));
    expect(figure(ends, 'services.b.routes.slow.arrivals')).toBe(0);
    expect(figure(ends, 'calls.users -> a.attempts')).toBe(a);
    expect(figure(ends, 'calls.users -> b.attempts')).toBe(b);
  });

  it('a request that still goes to a needs the same work as before', () => {
    const all = runText(split('a'));
    const even = runText(split('[ { to: a, weight: 1 } ]'));
    expect(even.fingerprint).toBe(all.fingerprint);
  });
});

describe('an objective of one’s own', () => {
  it('counts for its producer, the scenario’s for the others', () => {
    const ends = runText(`
duration: 10s
objective: { latency: 1s }
producers:
  patient: { arrivals: { constant: 10/s }, to: desk }
  hasty: { arrivals: { constant: 10/s }, to: desk, objective: { latency: 100ms } }
services: { desk: { workers: unbounded, handler: [ { work: 200ms } ] } }`);
    expect(
      figures(ends, 'producers.patient.goodput_ratio', 'producers.hasty.goodput_ratio'),
    ).toEqual([97 / 99, 0]);
    expect(ends.ledger).toMatchObject({ good: 97, late: 97, unfinished: 4 });
  });
});

describe('labels of a request', () => {
  it('are the same for all its attempts, and a function of its key', () => {
    const plan = planOf(`
duration: 5s
producers:
  a: { arrivals: 50/s, to: shop, priority: 2, key: { zipf: { n: 100, s: 1 } } }
  b: { arrivals: 50/s, to: shop, tenant: { zipf: { n: 5, s: 0 } }, key: anna }
  c: { arrivals: 9/s, to: shop, key: anna }
services:
  shop: { workers: unbounded, handler: [ { work: 10ms }, { call: db } ] }
  db: { workers: unbounded, handler: [ { work: { exponential: 50ms } }, { fail: 30% } ] }
calls: { "* -> *": { retry: { attempts: 3 } } }`);
    const world = new World(plan, { stepNs: 1e9, windows: [], memoryLimitBytes: 8e9 });
    const { attempts, calls, program } = world as unknown as {
      attempts: ConstructorParameters<typeof import('../../src/model/labels.js').Labels>[1];
      calls: import('../../src/model/calls.js').Calls;
      program: import('../../src/model/program.js').Program;
    };
    const { labels } = world;
    expect([0, 1, 2].map((p) => labels.priorityOf(p))).toEqual([2, 0, 0]);
    const zipf = new Zipf(100, 1);
    const draw = new IdentitySource();
    const keys = new Set<number>();
    const tenants = new Set<number>();
    const own = new Set<number>();
    while (!world.advance(1)) {
      for (let a = 0; a < attempts.used; a++) {
        if (attempts.isFree(a) || attempts.hasLeft(a)) continue;
        const parent = calls.parent(attempts.words[a * ROW + 2]!);
        expect(program.siteRoute[attempts.words[a * ROW + SITE]!]).toBeDefined();
        if (parent >= 0) {
          expect(labels.keyOf(a)).toBe(labels.keyOf(parent));
          expect(labels.tenantOf(a)).toBe(labels.tenantOf(parent));
        }
        if (attempts.origin(a) === 0) {
          draw.seek(attempts.rootHi[a]!, attempts.rootLo[a]!, purposeOf('key'));
          expect(labels.keyOf(a)).toBe(zipf.rank(draw));
          keys.add(labels.keyOf(a));
        } else {
          expect(labels.keyOf(a)).toBeLessThan(0);
          own.add(labels.keyOf(a));
          if (attempts.origin(a) === 1) tenants.add(labels.tenantOf(a));
        }
      }
    }
    expect(keys.size).toBeGreaterThan(20);
    expect([...tenants].sort()).toEqual([1, 2, 3, 4, 5]);
    expect(own.size).toBe(1);
  });

  it('cost nothing where none is drawn, and change nothing where one is', () => {
    const text = (more: string) => desk(`arrivals: 50/s${more}`);
    expect(
      runText(text(', key: { zipf: { n: 9, s: 1 } }, tenant: anna, priority: 3')).fingerprint,
    ).toBe(runText(text('')).fingerprint);
  });
});
