import { describe, expect, it } from 'vitest';
import { judge } from '../../src/judge/verdict.js';
import { figure, figures, momentsOf, planOf, run, runText, seriesOf } from './kit.js';

const S = 1e9;

/** A request a second, 1 s … 9 s, each of which holds its worker for two seconds. */
const desk = (faults: string, settings = 'workers: 2', calls = ''): string => `
duration: 10s
producers: { users: { arrivals: { constant: 1/s }, to: desk } }
services: { desk: { ${settings}, handler: [ { work: 2s } ] } }
${calls}
faults: [ ${faults} ]`;

describe('rule 23: a crash', () => {
  it('answers an error to all it held, and to whatever comes until it is back', () => {
    // At 4.5 s those of 3 s and 4 s are at work; those of 5 s and 6 s find nobody.
    const ends = runText(desk('{ at: 4500ms, crash: desk, restart: 2s }'));
    expect(ends.ledger).toMatchObject({ good: 3, failed: { crashed: 2, error: 2 }, unfinished: 2 });
    expect(figures(ends, 'services.desk.crashes', 'services.desk.in_rotation.mean')).toEqual([
      1, 0.8,
    ]);
    expect(figure(ends, 'services.desk.replicas.mean')).toBe(1);
    expect(figure(ends, 'failure_latency.max')).toBe(1.5);
    expect(seriesOf(ends, 'errors.crashed').map(Number)).toEqual([0, 0, 0, 0, 2, 0, 0, 0, 0, 0]);
  });

  it('takes those who wait and those who stand at the door too', () => {
    const settings = 'workers: 1, queue: { capacity: 1, when_full: block }';
    const ends = runText(desk('{ at: 4500ms, crash: desk, restart: 10s }', settings));
    // 1 s is answered at 3 s, 2 s runs until 5 s; 3 s waits, 4 s stands at the door.
    expect(ends.ledger).toMatchObject({ good: 1, failed: { crashed: 3, error: 5 } });
    expect(figure(ends, 'producers.users.blocked.max')).toBe(1);
  });

  it('the error takes the way back: one network delay', () => {
    const network = 'calls: { "* -> *": { network: 100ms } }';
    const ends = runText(desk('{ at: 4500ms, crash: desk, restart: 10s }', 'workers: 9', network));
    // Those of 3 s and 4 s learn of it at 4.6 s; where nobody is in rotation the attempt fails at once.
    expect(figure(ends, 'failure_latency.max')).toBe(1.6);
    expect(figure(ends, 'failure_latency.mean')).toBeCloseTo((1.6 + 0.6) / 7, 9);
  });

  it('what is on its way when it crashes finds it down; what comes after it is back is served', () => {
    const network = 'calls: { "* -> *": { network: 600ms } }';
    const down = runText(desk('{ at: 4500ms, crash: desk, restart: 20s }', 'workers: 9', network));
    // The one of 4 s comes at 4.6 s and is told at 5.2 s; that of 2 s was at work until 4.6 s.
    expect(down.ledger.failed).toEqual({ crashed: 3, error: 5 });
    expect(figure(down, 'failure_latency.max')).toBeCloseTo(3.1, 9);
    const back = runText(desk('{ at: 4500ms, crash: desk, restart: 50ms }', 'workers: 9', network));
    expect(back.ledger.failed).toEqual({ crashed: 2 });
  });

  it('without restart it stays down for good; `for` says the same as `restart`', () => {
    const forGood = runText(desk('{ at: 4500ms, crash: desk }'));
    expect(forGood.ledger).toMatchObject({ failed: { crashed: 2, error: 5 } });
    const one = runText(desk('{ at: 4500ms, crash: desk, for: 2s }'));
    expect(one.fingerprint).toBe(
      runText(desk('{ at: 4500ms, crash: desk, restart: 2s }')).fingerprint,
    );
  });

  it('is an error to retry.on, and retries find the replicas that are left', () => {
    const text = (retry: string) => `
duration: 10s
producers: { users: { arrivals: { constant: 1/s }, to: desk } }
services: { desk: { replicas: 3, workers: 9, handler: [ { work: 2s } ] } }
calls: { "* -> *": { retry: { attempts: 2${retry} } } }
faults: [ { at: 4500ms, crash: desk, restart: 3s } ]`;
    // 1 s, 4 s and 7 s are the first replica's, 3 s the third's.
    const ends = runText(text(''));
    expect(ends.ledger).toMatchObject({ good: 7, failed: {}, unfinished: 2 });
    expect(figures(ends, 'calls.users -> desk.errors', 'calls.users -> desk.retries')).toEqual([
      1, 1,
    ]);
    const other = runText(text(', on: [timeout]'));
    expect(other.ledger).toMatchObject({ good: 6, failed: { crashed: 1 } });
  });

  it('of one replica of three leaves it out of rotation, for every way to balance', () => {
    for (const balance of ['round_robin', 'random', 'least_requests']) {
      const ends = runText(`
duration: 100s
producers: { users: { arrivals: { constant: 50/s }, to: desk } }
services: { desk: { replicas: 3, workers: 90, balance: ${balance}, handler: [ { work: 10ms } ] } }
faults: [ { at: 10s, crash: desk, restart: 80s } ]`);
      expect(ends.ledger.failed['error'], balance).toBeUndefined();
      expect(ends.ledger.good).toBeGreaterThan(4900);
      expect(figure(ends, 'services.desk.in_rotation.mean')).toBeCloseTo(3 - 0.8, 9);
    }
  });

  it('a handler that crashed hears nothing more: its calls go on, and are tried no more', () => {
    const text = `
duration: 10s
producers: { users: { arrivals: { constant: 1/s }, to: desk } }
services: { desk: { workers: 9, handler: [ { call: db } ] } }
dependencies: { db: { workers: 9, handler: [ { work: 300ms }, { fail: 100% } ] } }
calls:
  "desk -> db": { retry: { attempts: 9, backoff: { fixed: 300ms } } }
faults: [ { at: 1500ms, crash: desk, restart: 10s } ]`;
    const ends = runText(text);
    // Tries at 1.0 and 1.6 s would follow each other; after the crash at 1.5 s there is none.
    expect(figures(ends, 'calls.desk -> db.attempts', 'dependencies.db.arrivals')).toEqual([1, 1]);
    const late = runText(text.replace('1500ms, crash', '1200ms, crash'));
    expect(figures(late, 'calls.desk -> db.attempts', 'calls.desk -> db.errors')).toEqual([1, 1]);
    // The database worked for nobody; so did, as it turned out, the desk.
    expect(figure(late, 'wasted_work')).toBe(1);
  });

  it('two that overlap: it is back when both are over, and was down once', () => {
    const ends = runText(
      desk('{ at: 2500ms, crash: desk, restart: 2s }, { at: 3500ms, crash: desk, restart: 2s }'),
    );
    expect(figures(ends, 'services.desk.crashes', 'services.desk.in_rotation.mean')).toEqual([
      1, 0.7,
    ]);
  });

  it('of a paused replica leaves it paused when it is back', () => {
    const faults = '{ at: 1500ms, for: 4s, pause: desk }, { at: 2500ms, crash: desk, restart: 1s }';
    const ends = runText(desk(faults, 'workers: 9'));
    // 1 s and 2 s are lost, 3 s is refused; from 3.5 s on they wait, and start at 5.5 s.
    expect(ends.ledger).toMatchObject({ good: 4, failed: { crashed: 2, error: 1 } });
    expect(figure(ends, 'latency.max')).toBe(3.5);
  });

  it('the verdict goes by the time it was down', () => {
    const text = `
duration: 120s
producers: { users: { arrivals: { constant: 10/s }, to: desk } }
services: { desk: { workers: 9, handler: [ { work: 10ms } ] } }
faults: [ { at: 30s, crash: desk, restart: 20s } ]`;
    const plan = planOf(text);
    const verdict = judge(run(plan), plan);
    expect(verdict).toMatchObject({ is: 'recovered', recovery_time: 0 });
    const forGood = planOf(text.replace(', restart: 20s', ''));
    expect(judge(run(forGood), forGood).is).toBe('down');
  });

  it('a restarted replica begins empty, with all its workers', () => {
    const ends = runText(desk('{ at: 4500ms, crash: desk, restart: 1s }', 'workers: 1'));
    expect(ends.ledger).toMatchObject({ good: 2, failed: { crashed: 3, error: 1 } });
    const moments = momentsOf(
      planOf(desk('{ at: 4500ms, crash: desk, restart: 1s }', 'workers: 1')),
    );
    // What comes at 6 s is served at once.
    expect(moments).toContain(8 * S);
  });
});
