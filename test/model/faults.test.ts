import { describe, expect, it } from 'vitest';
import { judge } from '../../src/judge/verdict.js';
import { figure, figures, momentsOf, planOf, run, runText, seriesOf } from './kit.js';

const S = 1e9;

/** A request every two seconds, 2 s … 18 s, for a desk that works a second on each. */
const desk = (faults: string, settings = 'workers: 2', handler = '[ { work: 1s } ]'): string => `
duration: 20s
producers: { users: { arrivals: { constant: 0.5/s }, to: desk } }
services:
  desk: { ${settings}, handler: ${handler} }
dependencies: { db: { workers: unbounded, handler: [ { work: 500ms } ] } }
faults: [ ${faults} ]`;

/** The moments at which desks end their work, seconds. */
function endsOf(text: string): number[] {
  const plan = planOf(text);
  const borders = plan.faults.flatMap(({ atNs, forNs }) => [atNs, atNs + forNs]);
  return momentsOf(plan)
    .filter((at) => at % (2 * S) !== 0 && !borders.includes(at))
    .map((at) => at / S);
}

describe('rule 25: slow', () => {
  it('multiplies work that starts while it lasts, and no other', () => {
    // Work runs over [4, 5) and [6, 7): begun before, begun within.
    const ends = endsOf(desk('{ at: 4500ms, for: 2s, slow: desk, factor: 1.5 }'));
    expect(ends).toEqual([3, 5, 7.5, 9, 11, 13, 15, 17, 19]);
  });

  it('`to` stretches the law to that mean, each request by its own draw', () => {
    const text = desk('{ at: 4500ms, for: 2s, slow: desk, to: 1300ms }');
    expect(endsOf(text)).toEqual([3, 5, 7.3, 9, 11, 13, 15, 17, 19]);
    const drawn = (faults: string) =>
      endsOf(desk(faults, 'workers: 2', '[ { work: { uniform: [500ms, 1s] } } ]'));
    const [plain, slowed] = [drawn(''), drawn('{ at: 0s, slow: desk, to: 1s }')];
    slowed!.forEach((end, i) => {
      const arrival = 2 * (i + 1);
      expect(end - arrival).toBeCloseTo(((plain![i]! - arrival) * 1000) / 750, 6);
    });
  });

  it('two that overlap multiply, and each ends for itself', () => {
    const faults = `{ at: 3500ms, for: 4s, slow: desk, factor: 1.5 },
      { at: 5600ms, for: 4s, slow: desk, factor: 1.2 }`;
    expect(endsOf(desk(faults))).toEqual([3, 5.5, 7.8, 9.2, 11, 13, 15, 17, 19]);
  });

  it('of one route leaves the others alone', () => {
    const text = `
duration: 10s
producers:
  a: { arrivals: { constant: 1/s }, to: desk/a }
  b: { arrivals: { constant: 1/s }, to: desk/b }
services: { desk: { workers: 9, handler: { a: [ { work: 10ms } ], b: [ { work: 10ms } ] } } }
faults: [ { at: 0s, slow: desk/a, factor: 3 } ]`;
    expect(figures(runText(text), 'producers.a.latency.max', 'producers.b.latency.max')).toEqual([
      0.03, 0.01,
    ]);
  });
});

describe('rule 25: pause', () => {
  it('lets running work stand still and go on, nothing starts meanwhile', () => {
    // The request of 4 s has half its work done at 4.5 s; that of 6 s waits.
    const ends = endsOf(desk('{ at: 4500ms, for: 2s, pause: desk }'));
    expect(ends).toEqual([3, 7, 7.5, 9, 11, 13, 15, 17, 19]);
  });

  it('requests that come meanwhile queue, and with capacity 0 are refused', () => {
    const fault = '{ at: 4500ms, for: 8s, pause: desk }';
    const queued = runText(desk(fault));
    expect(figures(queued, 'services.desk.queue.depth.max', 'services.desk.rejected')).toEqual([
      4, 0,
    ]);
    const refused = runText(desk(fault, 'workers: 2, queue: { capacity: 0 }'));
    expect(figures(refused, 'services.desk.queue.depth.max', 'services.desk.rejected')).toEqual([
      0, 4,
    ]);
  });

  it('pauses that overlap are one, those that touch are one too', () => {
    const long = endsOf(desk('{ at: 4500ms, for: 3s, pause: desk }'));
    const overlap = '{ at: 4500ms, for: 2s, pause: desk }, { at: 5s, for: 2500ms, pause: desk }';
    const nested = '{ at: 4500ms, for: 3s, pause: desk }, { at: 5s, for: 1s, pause: desk }';
    const touching = '{ at: 4500ms, for: 1s, pause: desk }, { at: 5500ms, for: 2s, pause: desk }';
    for (const faults of [overlap, nested, touching]) expect(endsOf(desk(faults))).toEqual(long);
  });

  it('an answer that comes to a paused service is looked at when it goes on', () => {
    // The call of 4 s is answered at 4.5 s; the desk stands still from 4.2 s to 5.7 s.
    const calling = desk(
      '{ at: 4200ms, for: 1500ms, pause: desk }',
      'workers: 2',
      '[ { call: db } ]',
    );
    const ends = runText(calling);
    expect(ends.ledger.good).toBe(9);
    expect(figure(ends, 'latency.max')).toBeCloseTo(1.7, 9);
  });

  it('for good leaves what it held unfinished', () => {
    const ends = runText(desk('{ at: 4500ms, pause: desk }'));
    expect(ends.ledger).toMatchObject({ good: 1, unfinished: 8 });
  });
});

describe('rule 25: errors', () => {
  it('a worker takes the request and answers error at once', () => {
    const ends = runText(desk('{ at: 3s, for: 4s, errors: desk, ratio: 100% }'));
    expect(ends.ledger).toMatchObject({ good: 7, failed: { error: 2 } });
    expect(figures(ends, 'failure_latency.max', 'services.desk.completed')).toEqual([0, 7]);
  });

  it('needs a worker: while all are busy it waits like any other', () => {
    const fault = '{ at: 1s, errors: desk/bad, ratio: 100% }';
    const ends = runText(`
duration: 10s
producers:
  slow: { arrivals: { constant: 1/s }, to: desk/good }
  bad: { arrivals: { constant: 1/s }, to: desk/bad }
services: { desk: { workers: 1, handler: { good: [ { work: 700ms } ], bad: [ { work: 1s } ] } } }
faults: [ ${fault} ]`);
    expect(figures(ends, 'producers.bad.failure_latency.max')).toEqual([0.7]);
  });

  it('strikes its share, by the request, and two that overlap strike by both shares', () => {
    const many = (faults: string) => `
duration: 100s
producers: { users: { arrivals: { constant: 100/s }, to: desk } }
services: { desk: { workers: 9, handler: [ { work: 1ms } ] } }
faults: [ ${faults} ]`;
    const share = (faults: string): number =>
      (runText(many(faults)).ledger.failed['error'] ?? 0) / 9999;
    const error = 4 * Math.sqrt(0.25 / 9999);
    expect(Math.abs(share('{ at: 0s, errors: desk, ratio: 30% }') - 0.3)).toBeLessThan(error);
    const both = '{ at: 0s, errors: desk, ratio: 30% }, { at: 0s, errors: desk, ratio: 50% }';
    expect(Math.abs(share(both) - 0.65)).toBeLessThan(error);
  });
});

describe('rule 25: surge', () => {
  it('multiplies the rate while it lasts', () => {
    const ends = runText(`
duration: 20s
producers: { users: { arrivals: { constant: 10/s }, to: desk } }
services: { desk: { workers: unbounded } }
faults: [ { at: 5s, for: 5s, surge: users, factor: 4 }, { at: 15s, surge: users, factor: 0.5 } ]`);
    const offered = seriesOf(ends, 'offered').map((rate) => rate!);
    const sums = [0, 5, 10, 15].map((from) =>
      offered.slice(from, from + 5).reduce((a, b) => a + b, 0),
    );
    // The arrival at a border belongs to what comes after it.
    expect(sums).toEqual([49, 200, 50, 25]);
  });

  it('of one producer leaves the others alone', () => {
    const text = (faults: string) => `
duration: 20s
producers:
  a: { arrivals: 50/s, to: desk }
  b: { arrivals: 50/s, to: desk }
services: { desk: { workers: unbounded } }
${faults}`;
    const [calm, surge] = [
      runText(text('')),
      runText(text('faults: [ { at: 5s, for: 5s, surge: a, factor: 4 } ]')),
    ];
    expect(figure(surge, 'producers.b.offered')).toBe(figure(calm, 'producers.b.offered'));
    expect(figure(surge, 'producers.a.offered')).toBeGreaterThan(70);
  });
});

/** A request every 10 ms for 100 s, each 1 ms of work. */
const many = (faults: string, settings = 'workers: 9', calls = ''): string => `
duration: 100s
producers: { users: { arrivals: { constant: 100/s }, to: desk } }
services: { desk: { ${settings}, handler: [ { work: 1ms } ] } }
${calls}
faults: [ ${faults} ]`;
/** Four standard deviations of a share of as many. */
const ERROR = 4 * Math.sqrt(0.25 / 9999);

describe('rule 25: a share of the work, the first replicas', () => {
  it('slow strikes its share, each attempt by its own draw, the same whatever else is on', () => {
    const slow = '{ at: 0s, slow: desk, factor: 100, share: 30% }';
    const ends = runText(many(slow, 'workers: unbounded'));
    // 1 ms or 100 ms: the mean tells the share.
    const share = (figure(ends, 'latency.mean') * 1000 - 1) / 99;
    expect(Math.abs(share - 0.3)).toBeLessThan(ERROR);
    const both = runText(many(`${slow}, { at: 0s, slow: desk, factor: 2 }`, 'workers: unbounded'));
    expect(figure(both, 'latency.mean')).toBeCloseTo(2 * figure(ends, 'latency.mean'), 4);
  });

  it('two slow faults strike independently of each other', () => {
    const slow = '{ at: 0s, slow: desk, factor: 10, share: 50% }';
    const ends = runText(many(`${slow}, ${slow}`, 'workers: unbounded'));
    // A quarter each of 1 and 100, half of 10: 30.25 ms on average.
    expect(figure(ends, 'latency.mean') * 1000).toBeGreaterThan(30.25 * 0.95);
    expect(figure(ends, 'latency.mean') * 1000).toBeLessThan(30.25 * 1.05);
  });

  it.each([
    ['slow', '{ at: 0s, slow: desk, factor: 5, replicas: 1 }', 'latency.mean', (5 + 1) / 2000],
    ['errors', '{ at: 0s, errors: desk, ratio: 100%, replicas: 1 }', 'error_ratio', 0.5],
    ['pause', '{ at: 0s, for: 200s, pause: desk, replicas: 1 }', 'success_ratio', 0.5],
    ['crash, one of two unless it says more', '{ at: 0s, crash: desk }', 'error_ratio', 0],
  ])('%s strikes the first one of two', (_, fault, name, value) => {
    const ends = runText(many(fault, 'workers: 9, replicas: 2'));
    expect(figure(ends, name)).toBeCloseTo(value, 3);
  });
});

describe('rule 25: capacity', () => {
  const capacity = (faults: string) => `
duration: 20s
producers: { users: { arrivals: { constant: 4/s }, to: desk } }
services: { desk: { workers: 8, handler: [ { work: 1900ms } ] } }
faults: [ ${faults} ]`;

  it('running work finishes, more starts only below the new number, and it comes back', () => {
    const ends = runText(capacity('{ at: 10s, for: 4s, capacity: desk, workers: 3 }'));
    const busy = seriesOf(ends, 'services.desk.in_flight').map((n, i) => {
      return n! - seriesOf(ends, 'services.desk.queue.depth')[i]!;
    });
    // Seven or eight at work before; those of before are gone by 12 s; then three.
    expect(busy[9]).toBeGreaterThan(7);
    expect(busy[10]).toBeGreaterThan(3.5);
    expect(busy[12]).toBe(3);
    expect(busy[13]).toBe(3);
    expect(busy[14]).toBeCloseTo(8, 9);
  });

  it('share: of the workers there are; of several the least counts while it holds', () => {
    const depths = (faults: string) =>
      seriesOf(runText(capacity(faults)), 'services.desk.queue.depth');
    const share = depths('{ at: 10s, for: 4s, capacity: desk, share: 37.5% }');
    expect(share).toEqual(depths('{ at: 10s, for: 4s, capacity: desk, workers: 3 }'));
    const nested = `{ at: 5s, for: 10s, capacity: desk, workers: 6 },
      { at: 10s, for: 4s, capacity: desk, workers: 3 },
      { at: 11s, for: 1s, capacity: desk, workers: 5 }`;
    const ends = runText(capacity(nested));
    const utilization = seriesOf(ends, 'services.desk.utilization');
    expect(utilization[12]! * 8).toBeCloseTo(3, 9);
    expect(utilization[14]! * 8).toBeCloseTo(6, 9);
    expect(utilization[15]! * 8).toBeCloseTo(8, 9);
  });

  it('bounds what was unbounded, and lets it go again', () => {
    const text = capacity('{ at: 10s, for: 4s, capacity: desk, workers: 1 }');
    const ends = runText(text.replace('workers: 8', 'workers: unbounded'));
    const depth = seriesOf(ends, 'services.desk.queue.depth');
    expect(depth[9]).toBe(0);
    expect(depth[13]).toBeGreaterThan(10);
    expect(depth[14]).toBe(0);
    expect(figures(ends, 'services.desk.utilization')).toEqual([null]);
  });

  it('a full component with fewer workers counts as saturated', () => {
    const ends = runText(capacity('{ at: 10s, for: 9s, capacity: desk, workers: 1 }'));
    expect(ends.marks).toHaveLength(1);
    expect(ends.marks[0]!.atNs / 1e9).toBeGreaterThanOrEqual(10);
    expect(ends.marks[0]!.atNs / 1e9).toBeLessThan(12.5);
  });
});

describe('rule 25: latency and drop act on the way there', () => {
  it('latency: what sets out while it lasts takes longer, and no other; two add up', () => {
    const faults = `{ at: 4500ms, for: 4s, latency: "users -> desk", add: 100ms },
      { at: 5s, for: 2s, latency: "* -> *", add: 200ms }`;
    expect(endsOf(desk(faults))).toEqual([3, 6.3, 7.3, 8.1, 9.1, 11, 13, 15, 17, 19]);
  });

  it('latency is added to the network there is, and not to the answer', () => {
    const text = desk('{ at: 0s, latency: "* -> desk", add: 100ms }');
    const ends = runText(`${text}\ncalls: { "* -> *": { network: 10ms } }`);
    expect(figure(ends, 'latency.max')).toBeCloseTo(1.12, 9);
  });

  it('drop loses its share; nobody is told, and the timeout ends the wait', () => {
    const calls = 'calls: { "* -> *": { timeout: 50ms } }';
    const ends = runText(
      many('{ at: 0s, drop: "users -> desk", ratio: 30% }', 'workers: 9', calls),
    );
    const lost = (ends.ledger.failed['timeout'] ?? 0) / 9999;
    expect(Math.abs(lost - 0.3)).toBeLessThan(ERROR);
    expect(figure(ends, 'failure_latency.max')).toBe(0.05);
    // What was lost never came to the desk.
    expect(figure(ends, 'services.desk.arrivals')).toBe(ends.ledger.good);
  });

  it('two drops lose by both shares; without a timeout the wait has no end', () => {
    const drop = (ratio: string) => `{ at: 0s, drop: "users -> desk", ratio: ${ratio} }`;
    const ends = runText(many(`${drop('30%')}, ${drop('50%')}`));
    expect(Math.abs(ends.ledger.unfinished / 9999 - 0.65)).toBeLessThan(ERROR);
    expect(ends.ledger.failed).toEqual({});
  });

  it('by the attempt: a retry of what was lost may come through', () => {
    const calls = 'calls: { "* -> *": { timeout: 50ms, retry: { attempts: 9 } } }';
    const ends = runText(many('{ at: 0s, drop: "* -> *", ratio: 30% }', 'workers: 9', calls));
    expect(ends.ledger.good).toBeGreaterThan(9990);
    expect(figure(ends, 'amplification')).toBeGreaterThan(1.4);
    expect(figure(ends, 'amplification')).toBeLessThan(1.46);
  });
});

describe('faults that repeat, and that wait for a condition', () => {
  it('every: from beginning to beginning, until the run ends', () => {
    const ends = runText(desk('{ at: 3s, for: 1500ms, every: 6s, slow: desk, factor: 1.5 }'));
    expect(ends.faults.map(({ fromNs, toNs }) => [fromNs / S, toNs / S])).toEqual([
      [3, 4.5],
      [9, 10.5],
      [15, 16.5],
    ]);
    const plain = endsOf(desk('{ at: 0s, slow: desk, factor: 1 }')).filter((at) => at % 6 !== 3);
    expect(figure(ends, 'latency.max')).toBe(1.5);
    expect(plain.length).toBeGreaterThan(0);
  });

  it('every: a surge that repeats, for open and for closed arrivals', () => {
    const surges = (arrivals: string) => `
duration: 20s
producers: { users: { arrivals: ${arrivals}, to: desk } }
services: { desk: { workers: unbounded } }
faults: [ { at: 5s, for: 2s, every: 10s, surge: users, factor: 4 } ]`;
    const open = seriesOf(runText(surges('{ constant: 10/s }')), 'offered').map(Number);
    expect(open.slice(4, 9)).toEqual([10, 40, 40, 10, 10]);
    expect(open.slice(14, 19)).toEqual([10, 40, 40, 10, 10]);
    const closed = seriesOf(
      runText(surges('{ closed: { users: 10, think: 500ms } }')),
      'offered',
    ).map(Number);
    expect([closed[4], closed[6], closed[9], closed[16], closed[18]]).toEqual([20, 80, 20, 80, 20]);
  });

  const STEPS = '{ constant: [ { at: 0s, rate: 10/s }, { at: 5s, rate: 50/s } ] }';
  const waiting = (fault: string, arrivals = STEPS) => `
duration: 20s
producers: { users: { arrivals: ${arrivals}, to: desk } }
services: { desk: { workers: unbounded, handler: [ { work: 10ms } ] } }
faults: [ ${fault} ]`;
  const spans = (text: string) =>
    runText(text).faults.map(({ fromNs, toNs }) => [fromNs / S, toNs / S]);

  it('when: begins at the first whole second at which the last one was so, once', () => {
    expect(spans(waiting('{ when: offered > 30/s, for: 2s, slow: desk, factor: 9 }'))).toEqual([
      [6, 8],
    ]);
    expect(spans(waiting('{ when: offered > 90/s, for: 2s, slow: desk, factor: 9 }'))).toEqual([]);
  });

  it('when with every: it may begin again so long after it began', () => {
    const fault = '{ when: offered > 30/s, for: 2s, every: 5s, slow: desk, factor: 9 }';
    expect(spans(waiting(fault))).toEqual([
      [6, 8],
      [11, 13],
      [16, 18],
    ]);
  });

  it.each([
    'latency.p99 > 5ms',
    'goodput >= 9/s',
    'services.desk.in_flight > 0.05',
    'calls.users -> desk.attempts >= 9/s',
    'attempts >= 9/s',
    'services.desk.wait.p99 == 0s',
    'services.desk.queue.depth < 0.5',
    'errors.timeout == 0/s',
  ])('when: %s', (condition) => {
    const [[from] = []] = spans(waiting(`{ when: "${condition}", for: 1s, pause: desk }`));
    expect(from).toBeLessThanOrEqual(2);
  });

  it('when: the same whatever the step of the series', () => {
    const text = waiting('{ when: latency.p99 > 80ms, for: 2s, pause: desk }').replace(
      'faults: [',
      'faults: [ { at: 7500ms, for: 1s, slow: desk, factor: 9 },',
    );
    const plan = planOf(text);
    const [one, other] = [run(plan), run(plan, { stepNs: 5e9 })];
    expect(one.fingerprint).toBe(other.fingerprint);
    expect(one.faults).toHaveLength(2);
    expect(one.faults[1]!.fromNs).toBe(8 * S);
  });

  it('when: a surge bends the rate from then on, and back', () => {
    const surge = waiting('{ when: offered > 30/s, for: 3s, surge: users, factor: 2 }');
    expect(seriesOf(runText(surge), 'offered').map(Number).slice(4, 11)).toEqual([
      10, 50, 100, 100, 100, 50, 50,
    ]);
  });

  it('the verdict goes by the times it was on: none where the condition never held', () => {
    const never = planOf(waiting('{ when: offered > 90/s, slow: desk, factor: 9 }'));
    expect(judge(run(never), never)).toMatchObject({ is: null, recovered: null });
    const once = planOf(waiting('{ when: offered > 30/s, slow: desk, factor: 9 }'));
    expect(judge(run(once), once).recovered).toBe(false);
  });
});
