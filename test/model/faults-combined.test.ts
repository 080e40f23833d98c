import { describe, expect, it } from 'vitest';
import { figure, figures, momentsOf, planOf, runText } from './kit.js';

const users = (more: string, most = 9): string => `
duration: 12s
producers: { users: { arrivals: { constant: 1/s }, limit: ${most}, to: desk } }
${more}`;

describe('rule 23: a crash takes what is not simply at a worker', () => {
  it('a request that has left its worker while its call is out; the call goes on', () => {
    const ends = runText(
      users(
        `services:
  desk: { workers: 1, io: async, handler: [ { work: 1s }, { call: back } ] }
  back: { workers: 9, handler: [ { work: 3s } ] }
faults: [ { at: 3500ms, crash: desk, restart: 1s } ]`,
        1,
      ),
    );
    // It comes at 1 s, works until 2 s and is away until 5 s.
    expect(ends.ledger).toMatchObject({ good: 0, failed: { crashed: 1 } });
    expect(figures(ends, 'failure_latency.max', 'services.back.completed')).toEqual([2.5, 1]);
  });

  it('one that has its answer and waits for a worker to go on', () => {
    const ends = runText(
      users(
        `services:
  desk: { workers: 1, io: async, handler: [ { call: back }, { work: 5s } ] }
  back: { workers: 9, handler: [ { work: 1s } ] }
faults: [ { at: 4s, crash: desk, restart: 1s } ]`,
        2,
      ),
    );
    // The first works from 2 s on; the second is back at 3 s.
    expect(ends.ledger).toMatchObject({ good: 0, failed: { crashed: 2 } });
    expect(figure(ends, 'failure_latency.mean')).toBe(2.5);
  });

  const run = (crashed: string) =>
    runText(
      users(
        `services:
  desk: { workers: 9, handler: [ { call: back } ] }
  back: { workers: 1, queue: { capacity: 0, when_full: caller_runs }, handler: [ { work: 4s } ] }
faults: [ { at: 3500ms, crash: ${crashed}, restart: 1s } ]`,
        2,
      ),
    );

  it('what its workers run of what they called (caller_runs) dies with them', () => {
    const ends = run('desk');
    // The first call is the callee's, and goes on; the second runs at the caller's.
    expect(ends.ledger).toMatchObject({ good: 0, failed: { crashed: 2 } });
    expect(figure(ends, 'services.back.completed')).toBe(1);
  });

  it('what callers run of its own is theirs, and goes on', () => {
    const ends = run('back');
    expect(ends.ledger).toMatchObject({ good: 1, failed: { error: 1 } });
    expect(figure(ends, 'latency.max')).toBe(4);
  });
});

describe('rule 25: under ps those who are there share the workers that are left', () => {
  const latencies = (fault: string) => {
    const desk = '{ workers: 2, queue: { discipline: ps }, handler: [ { work: 2s } ] }';
    const ends = runText(users(`services: { desk: ${desk} }\nfaults: [ ${fault} ]`, 2));
    return figures(ends, 'latency.mean', 'latency.max');
  };

  it('one of two workers for good, for a second, or none for a second', () => {
    // They come at 1 s and 2 s; at 2 s the first has 1 s of its work left.
    expect(latencies('{ at: 2s, capacity: desk, workers: 1 }')).toEqual([3, 3]);
    expect(latencies('{ at: 2s, capacity: desk, workers: 1, for: 1s }')).toEqual([2.5, 2.5]);
    expect(latencies('{ at: 2s, capacity: desk, workers: 0, for: 1s }')).toEqual([3, 3]);
    expect(latencies('{ at: 2s, set: { services: { desk: { workers: 1 } } } }')).toEqual([3, 3]);
  });

  it('a capacity that is set bounds how many are admitted from then on', () => {
    const desk =
      '{ workers: 1, queue: { discipline: ps, capacity: unbounded }, handler: [ { work: 99s } ] }';
    const set = '{ services: { desk: { queue: { capacity: 1 } } } }';
    const ends = runText(
      users(`services: { desk: ${desk} }\nfaults: [ { at: 3500ms, set: ${set}, for: 2s } ]`, 6),
    );
    // Three are there when one may share with one worker: those of 4 s and 5 s are refused.
    expect(ends.ledger).toMatchObject({ failed: { rejected: 2 }, unfinished: 4 });
  });
});

describe('an operator sets', () => {
  it('when_full to one that displaces who waits', () => {
    const desk = '{ workers: 1, queue: { capacity: 1 }, handler: [ { work: 99s } ] }';
    const set = '{ services: { desk: { queue: { when_full: drop_oldest } } } }';
    const ends = runText(
      users(`services: { desk: ${desk} }\nfaults: [ { at: 3500ms, set: ${set} } ]`, 6),
    );
    // 1 s is at work, 2 s waits, 3 s is refused; each of the next takes the room of the last.
    expect(ends.ledger).toMatchObject({ failed: { rejected: 1, dropped: 3 }, unfinished: 2 });
  });

  it('a rate to the wave that it is already: nothing moves', () => {
    const plan = () =>
      planOf(`
duration: 60s
producers: { users: { arrivals: { poisson: { diurnal: { mean: 5/s, peak: 9/s, period: 7s } } }, to: desk } }
services: { desk: { workers: 9 } }`);
    const set = plan();
    const { arrivals } = set.producers[0]!;
    if (!('rate' in arrivals)) throw new Error('no rate');
    set.faults.push({
      ...{ kind: 'set', atNs: 12.3e9, forNs: 20e9, everyNs: Infinity, when: null, text: '' },
      changes: [{ what: 'rate', producer: 0, rate: arrivals.rate }],
    });
    const turns = [12.3e9, 32.3e9];
    const as = momentsOf(plan());
    const is = momentsOf(set).filter((at) => !turns.includes(at));
    expect(is.length).toBe(as.length);
    expect(Math.max(...is.map((at, i) => Math.abs(at - as[i]!)))).toBeLessThanOrEqual(2);
  });
});

describe('a surge that begins by a condition', () => {
  it('divides the distances of renewals from then on, and no more after it', () => {
    const ends = momentsOf(
      planOf(`
duration: 6500ms
producers: { users: { arrivals: { renewal: 1s }, to: desk } }
services: { desk: { workers: 9 } }
faults: [ { when: offered > 0.5/s, surge: users, factor: 2, for: 2s } ]`),
    );
    expect(ends.map((ns) => ns / 1e9)).toEqual([1, 2, 2.5, 3, 3.5, 4, 5, 6]);
  });
});
