import { describe, expect, it } from 'vitest';
import type { Measured } from '../../src/measure/measured.js';
import { figure, figures, meanOf, momentsOf, planOf, run, runText } from './kit.js';

/** The sum of all work done at the desk, seconds; all of it ends within the run. */
function workDone(ends: Measured, workers: number): number {
  expect(ends.ledger.unfinished).toBe(0);
  return figure(ends, 'services.desk.utilization') * workers * (ends.endNs / 1e9);
}

const minute = (more: string, settings = 'workers: 3'): string => `
seed: 5
duration: 60s
producers:
  users:
    arrivals: { poisson: [ { at: 0s, rate: 20/s }, { at: 20s, rate: 0/s } ] }
    to: desk
services: { desk: { ${settings}, handler: [ { work: { exponential: 100ms } } ] } }
${more}`;

describe('rule 6: request k needs the same work under every policy', () => {
  const plain = runText(minute(''));
  const total = workDone(plain, 3);

  it.each([
    ['with one worker', 'workers: 1', 1, ''],
    ['with a hundred', 'workers: 100', 100, ''],
    ['last in first out', 'workers: 3, queue: { discipline: lifo }', 3, ''],
    [
      'with network delays',
      'workers: 3',
      3,
      'calls: { "* -> *": { network: { exponential: 1s } } }',
    ],
    ['with a timeout that gives up', 'workers: 3', 3, 'calls: { "* -> *": { timeout: 50ms } }'],
    ['paused for a while', 'workers: 3', 3, 'faults: [ { at: 5s, for: 10s, pause: desk } ]'],
    ['on three replicas', 'workers: 1, replicas: 3, balance: random', 3, ''],
  ])('the sum of the work is the same to the nanosecond %s', (name, settings, workers, more) => {
    const ends = runText(minute(more, settings));
    expect(ends.ledger.offered).toBe(plain.ledger.offered);
    const paused = name.startsWith('paused');
    if (paused) expect(figure(ends, 'services.desk.completed')).toBe(plain.ledger.offered);
    else expect(workDone(ends, workers)).toBeCloseTo(total, 9);
  });

  it('first tries need the same work whether others are tried again or not', () => {
    const impatient = (attempts: number) => `calls:
  "* -> *": { timeout: 300ms, retry: { attempts: ${attempts} } }`;
    const many = 'workers: unbounded';
    const [once, thrice] = [1, 3].map((n) => runText(minute(impatient(n), many)));
    const timeouts = figure(once!, 'calls.users -> desk.timeouts');
    const retries = figure(thrice!, 'calls.users -> desk.retries');
    // P(work > 300 ms) = e^-3, of the same first tries; a third try that times out is no retry.
    expect(timeouts).toBeGreaterThan(10);
    const failed = thrice!.ledger.failed['timeout'] ?? 0;
    expect(figure(thrice!, 'calls.users -> desk.timeouts')).toBe(retries + failed);
    expect(retries).toBeGreaterThanOrEqual(timeouts);
    expect(retries).toBeLessThan(timeouts * 1.5);
  });

  it('a retry draws its own work', () => {
    const text = minute(
      'calls: { "* -> *": { timeout: 20ms, retry: { attempts: 60 } } }',
      'workers: unbounded',
    );
    expect(figure(runText(text), 'success_ratio')).toBe(1);
  });

  it('steps are known by name and use: a call put before the work changes none of it', () => {
    const extra = minute('dependencies: { log: { workers: unbounded } }').replace(
      '[ { work',
      '[ { call: log }, { chance: 50%, then: [ { call: log } ] }, { work',
    );
    expect(workDone(runText(extra), 3)).toBeCloseTo(total, 9);
  });
});

describe('rule 6: adding a component or a policy leaves every other draw unchanged', () => {
  const shop = (before: string, after: string) => `
seed: 9
duration: 30s
producers:
  ${before}
  users: { arrivals: 40/s, to: desk }
services:
  ${before === '' ? '' : 'other: { workers: 2, handler: [ { work: { exponential: 30ms } }, { fail: 20% } ] }'}
  desk:
    workers: 4
    replicas: 2
    balance: random
    handler: [ { work: { lognormal: { mean: 50ms, cv: 2 } } }, { fail: 10% }, { call: db } ]
dependencies:
  ${after}
  db: { workers: 5, handler: [ { chance: 30%, then: [ { work: { exponential: 80ms } } ] } ] }
calls:
  "users -> desk":
    network: { exponential: 2ms }
    timeout: 400ms
    retry: { attempts: 3, backoff: { fixed: 50ms }, jitter: full }`;

  /** Everything about users, desk and db. */
  function ownFigures(ends: Measured): Record<string, number | null> {
    const own = /^(producers\.users|services\.desk|dependencies\.db|calls\.(users|desk) )/;
    return Object.fromEntries(Object.entries(ends.metrics).filter(([name]) => own.test(name)));
  }

  const alone = ownFigures(runText(shop('', '')));

  it('a producer, a service and a dependency before them change nothing', () => {
    expect(Object.keys(alone).length).toBeGreaterThan(60);
    const others = runText(
      shop(
        'others: { arrivals: 70/s, to: other }',
        'idle: { workers: 1, handler: [ { work: 1ms } ] }',
      ),
    );
    expect(figure(others, 'services.other.completed')).toBeGreaterThan(1000);
    expect(ownFigures(others)).toEqual(alone);
  });

  it('another policy beside it changes nothing', () => {
    const text = `${shop('', '')}
policies: { base: {}, calm: { calls: { "users -> desk": { retry: { attempts: 1 } } } } }`;
    expect(ownFigures(runText(text))).toEqual(alone);
    expect(ownFigures(runText(text, 'calm'))).not.toEqual(alone);
  });

  it('another seed changes arrivals, work, chance, network and jitter', () => {
    const other = runText(shop('', ''), 'base', '10');
    // A quantile is a bucket, and two runs may meet in one; replicas are as many as are given.
    const given = /[.]p\d+$|[.](replicas|in_rotation)[.]mean$/;
    const exact = Object.entries(ownFigures(other)).filter(([name]) => !given.test(name));
    const same = exact.filter(([name, value]) => value === alone[name] && value);
    expect(same).toEqual([]);
  });
});

describe('the seed', () => {
  it('the same one gives the same run to the bit, another one another', () => {
    const text = minute('calls: { "* -> *": { timeout: 90ms, retry: { attempts: 2 } } }');
    const [one, two, other] = ['7', '7', '8'].map((seed) => run(planOf(text, 'base', seed)));
    expect(JSON.stringify(one)).toBe(JSON.stringify(two));
    expect(other!.fingerprint).not.toBe(one!.fingerprint);
  });

  it('what a stream draws and what requests draw do not go together', () => {
    const moments = momentsOf(
      planOf(`
duration: 3000s
producers: { users: { arrivals: 1/s, to: desk } }
services: { desk: { workers: unbounded, handler: [ { work: { exponential: 5us } } ] } }`),
    );
    // Arrival, end, arrival, end: no two overlap at this load.
    const pairs = moments.flatMap((at, i) =>
      i % 2 === 0 && i > 1 ? [[at - moments[i - 2]!, moments[i + 1]! - at] as const] : [],
    );
    const works = pairs.map(([, work]) => work);
    expect(Math.max(...works)).toBeLessThan(100_000);
    const [meanGap, meanWork] = [meanOf(pairs.map(([gap]) => gap)), meanOf(works)];
    const covariance = meanOf(pairs.map(([gap, work]) => (gap - meanGap) * (work - meanWork)));
    expect(Math.abs(covariance / meanGap / meanWork)).toBeLessThan(4 / Math.sqrt(pairs.length));
  });

  it('is said in the figures: nothing of the machine is in them', () => {
    const ends = runText(minute(''));
    expect(figures(ends, 'offered')).toEqual([ends.ledger.offered / 60]);
  });
});
