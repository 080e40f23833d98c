import { describe, expect, it } from 'vitest';
import { figure, figures, momentsOf, planOf, runText, seriesOf } from './kit.js';

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
