import { describe, expect, it } from 'vitest';
import { figure, figures, runText } from './kit.js';

describe('rule 14: retry.budget', () => {
  const failing = (budget: string, attempts = 3) => `
duration: 200s
warmup: 50s
producers: { users: { arrivals: { constant: 100/s }, to: desk } }
services: { desk: { workers: 9, handler: [ { fail: 100% } ] } }
calls: { "* -> *": { retry: { attempts: ${attempts}, budget: ${budget} } } }`;

  it.each([
    ['10%', 1.1],
    ['20%', 1.2],
    ['none', 3],
  ])('of %s: load grows %d times, whatever the attempts', (budget, growth) => {
    const ends = runText(failing(budget));
    expect(figure(ends, 'calls.users -> desk.amplification')).toBeCloseTo(growth, 3);
  });

  it('a request without budget left fails at once with its reason, and is counted', () => {
    const ends = runText(failing('10%'));
    const [attempts, retries, exhausted] = figures(
      ends,
      ...['attempts', 'retries', 'budget.exhausted'].map((name) => `calls.users -> desk.${name}`),
    );
    expect(attempts! - retries!).toBe(15_000);
    // Every try that fails asks for a retry: all attempts of at most two tries a request.
    expect(exhausted! + retries!).toBeGreaterThanOrEqual(15_000);
    expect(ends.ledger.failed).toEqual({ error: 19_999 });
  });

  it('each client has its own: two replicas have not the budget of one', () => {
    const text = (replicas: number) => `
duration: 10s
producers: { users: { arrivals: { constant: 1500/m }, to: gateway } }
services: { gateway: { workers: 9, replicas: ${replicas}, handler: [ { call: db } ] } }
dependencies: { db: { workers: 9, handler: [ { fail: 100% } ] } }
calls: { "gateway -> db": { retry: { attempts: 2, budget: 1% } } }`;
    // 249 tries in ten seconds: 1% of them is two, of 125 each it is one each, of 50 none.
    const retries = (replicas: number) =>
      figure(runText(text(replicas)), 'calls.gateway -> db.retries');
    expect([retries(1), retries(2), retries(5)]).toEqual([2, 2, 0]);
  });

  it('first tries of all who call on the edge fill it, retries of retries count too', () => {
    const ends = runText(failing('50%', 9));
    expect(figure(ends, 'calls.users -> desk.amplification')).toBeCloseTo(1.5, 3);
  });
});

describe('rule 24: balancing', () => {
  /** Two requests of 1.5 s a second apart: the second meets a busy replica, or a free one. */
  const pair = (gateways: number, balance: string) => `
seed: 1
duration: 3s
producers: { users: { arrivals: { constant: 1/s }, to: gateway } }
services:
  gateway: { workers: 9, replicas: ${gateways}, handler: [ { call: desk } ] }
  desk: { workers: 1, replicas: 2, balance: ${balance}, queue: { capacity: 0 }, handler: [ { work: 1500ms } ] }`;

  it('the view belongs to the client: each replica of the caller has its own pointer', () => {
    expect(figure(runText(pair(1, 'round_robin')), 'services.desk.rejected')).toBe(0);
    expect(figure(runText(pair(2, 'round_robin')), 'services.desk.rejected')).toBe(1);
  });

  it('and its own outstanding attempts', () => {
    expect(figure(runText(pair(1, 'least_requests')), 'services.desk.rejected')).toBe(0);
  });

  /** Two clients of their own send at one moment; by each one's view both replicas are free. */
  const blind = (balance: string, more = '') => `
seed: 3
duration: 2000s
producers:
  a: { arrivals: { constant: 1/s }, to: desk }
  b: { arrivals: { constant: 1/s }, to: desk }
services:
  desk: { workers: 1, replicas: 2, balance: ${balance}, queue: { capacity: 0 }, handler: [ { work: 10ms } ] }
${more}`;

  it.each(['random', 'least_requests'])('%s: ties by draw', (balance) => {
    // The second finds the first's replica with a chance of one half.
    const collisions = figure(runText(blind(balance)), 'services.desk.rejected');
    expect(Math.abs(collisions - 1000)).toBeLessThan(4 * Math.sqrt(500));
  });

  it('round robin does not draw: both begin with the first', () => {
    expect(figure(runText(blind('round_robin')), 'services.desk.rejected')).toBe(1999);
  });

  it('an attempt given up no longer counts as outstanding', () => {
    const impatient = (timeout: string) => `
seed: 5
duration: 1000s
producers: { users: { arrivals: { constant: 1/s }, to: desk } }
services:
  desk: { workers: 1, replicas: 2, balance: least_requests, queue: { capacity: 0 }, handler: [ { work: 1500ms } ] }
calls: { "* -> *": { timeout: ${timeout} } }`;
    // While it counts, the next goes to the other replica and is never refused.
    expect(figure(runText(impatient('1600ms')), 'services.desk.rejected')).toBe(0);
    expect(figure(runText(impatient('500ms')), 'services.desk.rejected')).toBeGreaterThan(250);
  });

  it('random spreads evenly: as many per replica as a binomial would', () => {
    const ends = runText(`
seed: 6
duration: 100s
producers: { users: { arrivals: { closed: { users: 1 } }, to: desk } }
services: { desk: { workers: 1, replicas: 4, balance: random, handler: [ { work: 1ms } ] } }`);
    // One user alone never waits, wherever he is sent.
    expect(figures(ends, 'services.desk.wait.p99', 'services.desk.utilization')).toEqual([0, 0.25]);
  });
});
