import { describe, expect, it } from 'vitest';
import { judge } from '../../src/judge/verdict.js';
import { loadScenario } from '../../src/scenario/index.js';
import { figure, figures, planOf, run, runText, seriesOf } from './kit.js';

const S = 1e9;

const shop = (set: string, more = '', arrivals = '{ constant: 10/s }'): string => `
duration: 20s
producers: { users: { arrivals: ${arrivals}, to: desk } }
services: { desk: { workers: 2, handler: [ { work: 100ms } ] } }
${more}
faults: [ ${set} ]`;

const offered = (text: string): number[] => seriesOf(runText(text), 'offered').map(Number);

describe("rule 25: set, an operator's change", () => {
  it('a rate is the new one from that moment on', () => {
    const set = '{ at: 10s, set: { producers: { users: { arrivals: { constant: 15/s } } } } }';
    expect(offered(shop(set)).slice(8, 13)).toEqual([10, 10, 15, 15, 15]);
  });

  it('with `for` it is taken back; what was waited for of the next arrival counts on', () => {
    const set =
      '{ at: 5s, for: 5s, set: { producers: { users: { arrivals: { constant: 0/s } } } } }';
    // The arrival due at 5 s comes; the one after it has its tenth of a second to wait at 10 s.
    expect(offered(shop(set)).slice(3, 12)).toEqual([10, 10, 1, 0, 0, 0, 0, 9, 10]);
  });

  it('a schedule goes by the clock of the run, and a surge multiplies it', () => {
    const set = `{ at: 10s, set: { producers: { users: { arrivals: { constant: [ { at: 0s, rate: 1/s }, { at: 12s, rate: 20/s } ] } } } } },
      { at: 14s, for: 2s, surge: users, factor: 2 }`;
    expect(offered(shop(set)).slice(9, 17)).toEqual([10, 1, 1, 20, 20, 40, 40, 20]);
  });

  it('the users of closed', () => {
    const set =
      '{ at: 10s, set: { producers: { users: { arrivals: { closed: { users: 20 } } } } } }';
    const rates = offered(
      shop(set, '', '{ closed: { users: 10, think: 1s } }').replace('work: 100ms', 'work: 0s'),
    );
    expect([rates[5], rates[15]]).toEqual([10, 20]);
  });

  it('workers: more begin at once, fewer as those at work finish; utilization goes by those there are', () => {
    const more = '{ at: 10s, set: { services: { desk: { workers: 4 } } } }';
    const busy = runText(shop(more, '', '{ constant: 30/s }'));
    const depth = seriesOf(busy, 'services.desk.queue.depth').map(Number);
    // 30/s against 20/s, then 40/s: it grows by ten a second, then falls by ten.
    expect(depth[9]! - depth[8]!).toBeCloseTo(10, 0);
    expect(depth[11]! - depth[12]!).toBeCloseTo(10, 0);
    expect(seriesOf(busy, 'services.desk.utilization')[12]).toBeCloseTo(1, 9);
    const less = '{ at: 10s, for: 5s, set: { services: { desk: { workers: 1 } } } }';
    const utilization = seriesOf(
      runText(shop(less, '', '{ constant: 30/s }')),
      'services.desk.utilization',
    );
    for (const at of [9, 10, 11, 14, 15]) expect(utilization[at]).toBeCloseTo(1, 9);
  });

  it('a capacity fault takes from the workers an operator gives', () => {
    const faults = `{ at: 5s, for: 10s, capacity: desk, share: 50% },
      { at: 8s, set: { services: { desk: { workers: 8 } } } }`;
    const ends = runText(shop(faults, '', '{ constant: 90/s }'));
    const busy = seriesOf(ends, 'services.desk.in_flight').map((n, i) => {
      return n! - seriesOf(ends, 'services.desk.queue.depth')[i]!;
    });
    expect([busy[4], busy[6], busy[9], busy[16]].map((n) => Math.round(n!))).toEqual([2, 1, 4, 8]);
  });

  it('capacity and when_full of the queue: who waits goes on waiting, who comes meets the new bound', () => {
    const set = '{ at: 10s, set: { services: { desk: { queue: { capacity: 5 } } } } }';
    const ends = runText(shop(set, '', '{ constant: 30/s }'));
    const rejected = seriesOf(ends, 'services.desk.rejected').map(Number);
    expect([rejected[9], rejected[10], rejected[19]]).toEqual([0, 30, 10]);
    expect(figure(ends, 'services.desk.queue.depth.max')).toBeGreaterThan(80);
    const block =
      '{ at: 10s, set: { services: { desk: { queue: { capacity: 5, when_full: block } } } } }';
    expect(
      seriesOf(runText(shop(block, '', '{ constant: 30/s }')), 'services.desk.rejected')[19],
    ).toBe(0);
  });

  it('a timeout holds for what is sent from then on', () => {
    const set = '{ at: 9950ms, set: { calls: { "* -> *": { timeout: 60ms } } } }';
    const ends = runText(shop(set));
    // The last sent without a timeout, at 9.9 s, is answered at 10 s.
    expect(ends.ledger.failed['timeout']).toBe(100);
    expect(figures(ends, 'calls.users -> desk.timeouts', 'latency.max')).toEqual([100, 0.1]);
    const off = '{ at: 9950ms, set: { calls: { "* -> *": { timeout: none } } } }';
    const none = runText(shop(off, 'calls: { "* -> *": { timeout: 60ms } }'));
    expect(none.ledger.failed['timeout']).toBe(99);
  });

  it('network, and retries with their backoff and budget', () => {
    const network = runText(shop('{ at: 10s, set: { calls: { "* -> *": { network: 30ms } } } }'));
    expect(figure(network, 'latency.max')).toBeCloseTo(0.16, 9);
    const calls = 'calls: { "* -> *": { timeout: 60ms, retry: { attempts: 3 } } }';
    const amplification = (retry: string) =>
      seriesOf(
        runText(shop(`{ at: 10s, set: { calls: { "* -> *": { retry: ${retry} } } } }`, calls)),
        'calls.users -> desk.attempts',
      );
    const none = amplification('none');
    expect([none[8], none[12]]).toEqual([30, 10]);
    expect(amplification('null')[12]).toBe(10);
    expect(amplification('{ attempts: 2 }')[12]).toBe(20);
    expect(amplification('{ budget: 0% }')[12]).toBe(10);
  });

  it('two: the later one lies over the earlier one, and each is taken back by itself', () => {
    const rate = (at: number, length: number, perSecond: number) =>
      `{ at: ${at}s, for: ${length}s, set: { producers: { users: { arrivals: { constant: ${perSecond}/s } } } } }`;
    const rates = offered(shop(`${rate(5, 10, 20)}, ${rate(8, 3, 40)}`));
    expect([rates[4], rates[6], rates[9], rates[12], rates[16]]).toEqual([10, 20, 40, 20, 10]);
  });

  it('two for good: the later one puts back what the earlier one changed of the scenario', () => {
    const set = (at: number, what: string) => `{ at: ${at}s, set: ${what} }`;
    const desk = (what: string) => `{ services: { desk: ${what} } }`;
    const rate = (of: string) => `{ producers: { users: { arrivals: { constant: ${of} } } } }`;
    const back = shop(`${set(5, rate('20/s'))}, ${set(10, rate('10/s'))}`);
    expect(offered(back).slice(8, 13)).toEqual([20, 20, 10, 10, 10]);

    const scaled = shop(
      `${set(5, desk('{ replicas: 3 }'))}, ${set(8, desk('{ replicas: 2 }'))},` +
        set(10, desk('{ replicas: 1 }')),
    );
    expect(planOf(scaled).faults.at(-1)).toMatchObject({ changes: [{ replicas: 1 }] });
    const replicas = seriesOf(runText(scaled), 'services.desk.replicas');
    expect([4, 6, 9, 12].map((at) => replicas[at])).toEqual([1, 3, 2, 1]);

    const component = shop(
      `${set(5, desk('{ workers: 1, queue: { capacity: 0 }, handler: [ { work: 300ms } ] }'))},` +
        set(10, desk('{ queue: { capacity: unbounded }, handler: [ { work: 100ms } ] }')),
    );
    const { changes } = planOf(component).faults[1] as { changes: object[] };
    expect(changes).toMatchObject([{ to: { queue: { capacity: Infinity }, routes: [{}] } }]);
    expect(Object.keys((changes[0] as { to: object }).to).sort()).toEqual(['queue', 'routes']);

    const calls = (second: string) =>
      runText(`
duration: 20s
producers: { users: { arrivals: { constant: 10/s }, to: desk } }
services:
  desk: { workers: 2, handler: [ { work: 10ms }, { call: db } ] }
  db: { workers: 2, handler: [ { work: 10ms } ] }
faults:
  - ${set(5, desk('{ handler: [ { work: 10ms } ] }'))}
  ${second}`);
    const without = figure(calls(''), 'services.db.arrivals');
    const again = calls(`- ${set(10, desk('{ handler: [ { work: 10ms }, { call: db } ] }'))}`);
    expect(figure(again, 'services.db.arrivals')).toBeGreaterThan(without + 90);

    const edge = shop(
      `${set(5, '{ calls: { users -> desk: { timeout: 50ms } } }')},` +
        set(10, '{ calls: { users -> desk: { timeout: none } } }'),
    );
    const goodput = seriesOf(runText(edge), 'goodput');
    expect([goodput[4], goodput[8], goodput[13]]).toEqual([10, 0, 10]);
  });

  it('that changes nothing, of the scenario or of what others make of it, is warned of', () => {
    const issues = (set: string) =>
      loadScenario({ text: `spillway: 1\n${shop(set)}`, file: 'test.yaml' }).issues;
    const same = '{ at: 9s, set: { services: { desk: { workers: 2 } } } }';
    expect(issues(same)).toMatchObject([{ code: 'set', severity: 'warning' }]);
    expect(issues(`{ at: 5s, set: { services: { desk: { workers: 1 } } } }, ${same}`)).toEqual([]);
    const other = '{ at: 5s, set: { services: { desk: { queue: { capacity: 5 } } } } }';
    expect(issues(`${other}, ${same}`)).toHaveLength(1);
  });

  it('is no fault: no verdict, no baseline, and none for containment', () => {
    const plan = planOf(shop('{ at: 10s, set: { services: { desk: { workers: 4 } } } }'));
    const ends = run(plan);
    expect(judge(ends, plan)).toMatchObject({ is: null, recovered: null, contained: null });
    expect(ends.faults).toMatchObject([{ fromNs: 10 * S, text: 'set services.desk.workers 4' }]);
  });

  it('what is in flight keeps going', () => {
    const text = shop('{ at: 10050ms, set: { services: { desk: { workers: 1 } } } }');
    expect(runText(text).ledger).toMatchObject({ good: 198, failed: {} });
  });
});
