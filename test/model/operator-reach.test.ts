import { describe, expect, it } from 'vitest';
import { judge } from '../../src/judge/verdict.js';
import { figure, planOf, run, runText, seriesOf } from './kit.js';

/** Twenty a second into a desk that serves twenty. */
const shop = (
  set: string,
  { desk = '', calls = '', more = '', arrivals = '20/s' } = {},
): string => `
duration: 20s
producers: { users: { arrivals: { constant: ${arrivals} }, to: desk } }
services: { desk: { workers: 2, ${desk} handler: [ { work: 100ms } ] } }
${calls === '' ? '' : `calls: { "users -> desk": ${calls} }`}
${more}
faults: [ ${set} ]`;

const change = (set: string, more = ''): string => `{ at: 10s, ${more} set: { ${set} } }`;
const desk = (part: string, more = ''): string => change(`services: { desk: ${part} }`, more);
const edge = (part: string, more = ''): string =>
  change(`calls: { "users -> desk": ${part} }`, more);
const OVER = { arrivals: '30/s' };
const DEPTH = 'services.desk.queue.depth';

/** Values of a series at some seconds, rounded. */
function at(text: string, series: string, ...seconds: number[]): number[] {
  const values = seriesOf(runText(text), series);
  return seconds.map((s) => Math.round(Number(values[s]) * 100) / 100);
}

describe('an operator changes what waits', () => {
  it('lifo serves who came last from that moment on, those who wait already too', () => {
    const text = shop(desk('{ queue: { discipline: lifo } }'), OVER);
    // Ten a second stay behind: 5 s of waiting at 10 s, and then none for those who are served.
    const goodput = seriesOf(runText(`objective: { latency: 1s }\n${text}`), 'goodput').map(Number);
    expect(goodput[8]).toBe(0);
    expect(goodput[12]).toBeGreaterThan(17);
    const back = shop(desk('{ queue: { discipline: lifo } }', 'for: 5s,'), OVER);
    expect(figure(runText(back), 'latency.max')).toBeGreaterThan(8);
  });

  it.each(['random', 'priority', 'edf', 'fair', '{ adaptive_lifo: { above: 50% } }'])(
    '%s, and back: nobody is lost',
    (discipline) => {
      const queue = `{ queue: { discipline: ${discipline} } }`;
      const ends = runText(
        shop(desk(queue, 'for: 5s,'), { ...OVER, desk: 'queue: { capacity: 500 },' }),
      );
      const { good, unfinished, offered } = ends.ledger;
      expect([good, good + unfinished]).toEqual([398, offered]);
    },
  );

  it('max_age counts from the beginning of the wait, for those who wait already', () => {
    const ends = runText(shop(desk('{ queue: { max_age: 1s } }'), OVER));
    const depth = seriesOf(ends, 'services.desk.queue.depth').map(Number);
    expect(depth[9]).toBeGreaterThan(90);
    expect(depth[10]).toBeLessThan(31);
    // Taken away again it ends nobody's wait.
    const back = runText(
      shop(desk('{ queue: { max_age: none } }'), { ...OVER, desk: 'queue: { max_age: 1s },' }),
    );
    expect(figure(back, 'services.desk.queue.age.max')).toBeGreaterThan(3);
  });

  it('a law of shedding sees those who wait already when their turn comes', () => {
    const shed = desk('{ queue: { shed: { codel: { target: 5ms, interval: 100ms } } } }');
    const depth = at(shop(shed, OVER), 'services.desk.queue.depth', 9, 18);
    expect(depth[1]).toBeLessThan(depth[0]! / 3);
  });

  it('coalesce joins who comes to who waits', () => {
    const text = shop(desk('{ queue: { coalesce: join } }'), OVER).replace(
      'to: desk',
      'to: desk, key: { zipf: { n: 3, s: 1 } }',
    );
    const depth = at(text, 'services.desk.queue.depth', 9, 16);
    expect(depth[0]).toBeGreaterThan(80);
    expect(depth[1]).toBeLessThan(4);
  });
});

describe('an operator sheds load', () => {
  it('admission: a rate limit refuses the rest, and the queue drains', () => {
    const text = shop(desk('{ admission: [ { rate_limit: { rate: 10/s, burst: 1 } } ] }'), OVER);
    expect(at(text, 'services.desk.rejected', 9, 12, 19)).toEqual([0, 20, 20]);
    expect(at(text, 'services.desk.queue.depth', 19)[0]).toBeLessThan(10);
  });

  it('a rule that stays the same keeps what it has learned', () => {
    const rules = (more: string): string =>
      `admission: [ { concurrency: { aimd: { initial_limit: 40 } } }${more} ]`;
    const text = (more: string): string =>
      shop(desk(`{ ${rules(more)} }`), { ...OVER, desk: `${rules('')},` });
    const limits = at(
      text(', { priority_shed: { of: queue, levels: [ { priority: 1, above: 90% } ] } }'),
      'services.desk.limit',
      9,
      10,
      11,
    );
    const untouched = at(text(''), 'services.desk.limit', 9, 10, 11);
    expect(limits).toEqual(untouched);
  });

  it('a limit that is taken away counts nobody any more, one that comes begins anew', () => {
    const limit = '{ admission: [ { concurrency: 1 } ] }';
    const text = shop(desk(limit, 'for: 5s,'), { arrivals: '10/s' });
    expect(at(text, 'services.desk.rejected', 9, 12, 17)).toEqual([0, 0, 0]);
    const busy = shop(desk(limit, 'for: 5s,'));
    expect(at(busy, 'services.desk.rejected', 9, 12, 17)).toEqual([0, 10, 0]);
  });

  it('deadline_check, reject and degrade', () => {
    const late = { ...OVER, calls: '{ timeout: 1s, deadline: { within: 1s, propagate: true } }' };
    // Who is late when its turn comes takes no worker: the line is as long as a second's arrivals.
    const waiting = at(shop(desk('{ deadline_check: true }'), late), DEPTH, 9, 18);
    expect(waiting[0]).toBeGreaterThan(80);
    expect(waiting[1]).toBeLessThan(32);
    const costs = shop(desk('{ queue: { capacity: 0 }, reject: { cost: 50ms } }'), OVER);
    const [free, paid] = at(costs, 'goodput', 9, 18);
    expect(paid).toBeLessThan(free!);
    const cheaper = shop(desk('{ degrade: { when: 10%, handler: [ { work: 10ms } ] } }'), {
      ...OVER,
      desk: 'queue: { capacity: 50 },',
    });
    expect(at(cheaper, 'throughput', 9, 18)[1]).toBeGreaterThan(28);
  });
});

describe('an operator changes how work is done', () => {
  it('a new handler is for who starts from then on; what has begun goes on', () => {
    const ends = runText(shop(desk('{ handler: [ { work: 50ms } ] }'), { arrivals: '1/s' }));
    expect(figure(ends, 'latency.max')).toBeCloseTo(0.1, 9);
    expect(figure(ends, 'latency.mean')).toBeCloseTo(0.075, 2);
  });

  it('a handler leaves a call out, and makes it again when it is taken back', () => {
    const text = `
duration: 20s
producers: { users: { arrivals: { constant: 10/s }, to: desk } }
services:
  desk: { workers: 9, handler: [ { call: extra }, { work: 1ms } ] }
  extra: { workers: 9, handler: [ { work: 1ms } ] }
faults: [ { at: 10s, for: 5s, set: { services: { desk: { handler: [ { work: 1ms } ] } } } } ]`;
    expect(at(text, 'calls.desk -> extra.attempts', 9, 12, 17)).toEqual([10, 0, 10]);
  });

  it('cores and contention act on the work that runs', () => {
    const cores = shop(desk('{ cores: 1 }'), { arrivals: '10/s' });
    expect(at(cores, 'latency.p50', 5, 15)[1]).toBeGreaterThanOrEqual(0.1);
    const alone = shop(desk('{ contention: { linear: { each: 100ms } } }'));
    expect(at(alone, 'services.desk.queue.depth', 9, 18)[1]).toBeGreaterThan(20);
  });

  it('balance: who is out with whom is known from the first', () => {
    const text = shop(desk('{ balance: least_requests }', 'for: 5s,'), {
      desk: 'replicas: 3,',
      arrivals: '50/s',
    });
    const ends = runText(text);
    expect(ends.ledger.good + ends.ledger.unfinished).toBe(ends.ledger.offered);
  });
});

describe('an operator changes what callers do', () => {
  const failing = (set: string, calls = '{ timeout: 5s }'): string =>
    shop(set, { calls, desk: '', more: '' }).replace('work: 100ms', 'fail: 100%');

  it('a breaker begins closed, opens, and is gone when it is taken back', () => {
    const text = failing(edge('{ breaker: { consecutive: 5, open_for: 60s } }', 'for: 5s,'));
    expect(at(text, 'calls.users -> desk.breaker', 9, 12, 16)).toEqual([0, 1, 0]);
    expect(at(text, 'calls.users -> desk.attempts', 9, 12, 16)).toEqual([20, 0, 20]);
  });

  it('a breaker that stays the same stays open', () => {
    const calls = '{ timeout: 5s, breaker: { consecutive: 5, open_for: 60s } }';
    expect(
      at(failing(edge('{ timeout: 2s }'), calls), 'calls.users -> desk.breaker', 9, 12),
    ).toEqual([1, 1]);
  });

  it('throttle, rate limit and concurrency', () => {
    expect(
      at(
        shop(edge('{ rate_limit: { rate: 5/s, burst: 1 } }', 'for: 5s,')),
        'throughput',
        9,
        12,
        17,
      ),
    ).toEqual([20, 5, 20]);
    const few = at(shop(edge('{ concurrency: 1 }')), 'throughput', 9, 15);
    // Every third one: two come while it is out, the second as its answer is about to come.
    expect(few).toEqual([20, 7]);
    const throttled = at(
      failing(edge('{ throttle: { sre: { k: 2, window: 10s } } }')),
      'calls.users -> desk.attempts',
      9,
      19,
    );
    expect(throttled[1]).toBeLessThan(throttled[0]! / 2);
  });

  it('who waits at a gate comes through where it is opened, and stays where it is narrowed', () => {
    const pool = '{ timeout: 10s, connections: { max: 1, wait: 20s } }';
    const wider = shop(edge('{ connections: { max: 4 } }'), { calls: pool });
    expect(at(wider, 'throughput', 9, 11)).toEqual([10, 20]);
    const gone = shop(edge('{ connections: none }'), { calls: pool });
    expect(at(gone, 'services.desk.queue.depth', 9)[0]).toBe(0);
    expect(at(gone, 'services.desk.queue.depth', 11)[0]).toBeGreaterThan(50);
    const back = shop(edge('{ connections: none }', 'for: 2s,'), { calls: pool });
    expect(at(back, 'throughput', 9, 18)).toEqual([10, 10]);
    const held = '{ bulkhead: { concurrent: 1, waiting: unbounded, hold: work } }';
    const freed = shop(edge('{ bulkhead: none }', 'for: 2s,'), { calls: held });
    expect(at(freed, 'throughput', 9, 11, 18)).toEqual([10, 20, 10]);
  });

  it('deadline, window, hedge, cancel and fallback', () => {
    const deadline = shop(edge('{ deadline: 300ms }'), OVER);
    expect(at(deadline, 'errors.deadline', 9, 18)).toEqual([0, 30]);
    const window = shop(edge('{ window: { credits: 1 } }', 'for: 5s,'));
    expect(at(window, 'throughput', 9, 12, 17)).toEqual([20, 10, 20]);
    const hedge = shop(edge('{ hedge: { after: 150ms } }', 'for: 5s,'), OVER);
    expect(at(hedge, 'calls.users -> desk.attempts', 9, 12, 18)).toEqual([30, 60, 30]);
    const cancel = shop(edge('{ cancel: true }'), { ...OVER, calls: '{ timeout: 500ms }' });
    const left = at(cancel, DEPTH, 9, 18);
    expect(left[0]).toBeGreaterThan(80);
    expect(left[1]).toBeLessThan(80);
    const fallback = failing(edge('{ fallback: { latency: 10ms, quality: full } }', 'for: 5s,'));
    expect(at(fallback, 'goodput', 9, 12, 17)).toEqual([0, 20, 0]);
  });

  it('a fallback with steps of a service', () => {
    const text = `
duration: 20s
producers: { users: { arrivals: { constant: 10/s }, to: desk } }
services:
  desk: { workers: 9, handler: [ { call: extra } ] }
  extra: { workers: 9, handler: [ { fail: 100% } ] }
faults:
  - at: 10s
    for: 5s
    set: { calls: { "desk -> extra": { fallback: { handler: [ { work: 5ms } ], quality: full } } } }`;
    expect(at(text, 'goodput', 9, 12, 17)).toEqual([0, 10, 0]);
  });
});

describe('an operator restarts', () => {
  const text = shop('{ at: 5s, restart: desk, takes: 3s }');

  it('what it holds is answered with an error, and it is out for so long', () => {
    const ends = runText(text);
    expect(seriesOf(ends, 'goodput').slice(4, 10).map(Number)).toEqual([20, 0, 0, 0, 18, 20]);
    expect(ends.faults.map(({ text: told }) => told)).toEqual(['restart desk']);
  });

  it('is no trouble: there is no verdict on it', () => {
    const plan = planOf(text);
    expect(judge(run(plan), plan).is).toBeNull();
  });

  it('strikes the first so many, and those alone', () => {
    const some = shop('{ at: 5s, restart: desk, takes: 3s, replicas: 1 }', {
      desk: 'replicas: 2,',
    });
    expect(planOf(some).faults[0]?.text).toBe('restart desk, 1 of 2 replicas');
    expect(figure(runText(some), 'success_ratio')).toBeGreaterThan(0.99);
  });
});
