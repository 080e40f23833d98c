import { describe, expect, it } from 'vitest';
import { figures, runText } from './kit.js';

/** A gateway that calls quick (50 ms), late (200 ms), fails (after 10 ms) and fails-late (20 ms). */
const gateway = (handler: string): string => `
duration: 10s
producers: { users: { arrivals: { constant: 1/s }, to: gateway } }
services:
  gateway: { workers: 5, handler: ${handler} }
  quick: { workers: 5, handler: [ { work: 50ms } ] }
  late: { workers: 5, handler: [ { work: 200ms } ] }
  fails: { workers: 5, handler: [ { work: 10ms }, { fail: 100% } ] }
  fails-late: { workers: 5, handler: [ { work: 20ms }, { fail: 100% } ] }
  spare: { workers: 5, handler: [ { work: 1ms } ] }`;

const branches = (names: string, need = ''): string =>
  `[ { parallel: [ ${names
    .split(' ')
    .map((name) => `{ call: ${name} }`)
    .join(', ')} ]${need === '' ? '' : `, need: ${need}`} } ]`;

describe('rule 11: what fails beneath a handler', () => {
  it('a call that fails for good ends it at once and frees its worker', () => {
    const ends = runText(gateway('[ { work: 30ms }, { call: fails }, { work: 9s } ]'));
    expect(ends.ledger.failed).toEqual({ error: 9 });
    expect(figures(ends, 'failure_latency.max', 'services.gateway.sojourn.mean')).toEqual([
      0.04, 0.04,
    ]);
  });

  it('is tried again first: only a call that failed for good ends it', () => {
    const calls = '\ncalls: { "gateway -> fails": { retry: { attempts: 3 } } }';
    const ends = runText(`${gateway('[ { call: fails } ]')}${calls}`);
    expect(figures(ends, 'failure_latency.max')).toEqual([0.03]);
  });

  it.each([
    ['all of three', 'quick late spare', '', 0.2],
    ['two of three, one fails', 'fails quick late', '2', 0.2],
    ['one of three, one fails', 'fails quick late', '1', 0.05],
    ['one of three, two fail', 'fails fails-late quick', '1', 0.05],
    ['one of one', 'quick', '1', 0.05],
  ])('rule 11: need, met by %s', (_, names, need, seconds) => {
    const ends = runText(gateway(branches(names, need)));
    expect(ends.ledger).toMatchObject({ good: 9, failed: {} });
    expect(figures(ends, 'latency.max', 'services.gateway.sojourn.mean')).toEqual([
      seconds,
      seconds,
    ]);
  });

  it.each([
    ['all: with the first failure', 'late fails quick', '', 0.01],
    ['two of three: with the second', 'late fails-late fails', '2', 0.02],
    ['one of two: with the last', 'fails fails-late', '1', 0.02],
  ])('rule 11: need can no longer be met, %s', (_, names, need, seconds) => {
    const ends = runText(gateway(branches(names, need)));
    expect(ends.ledger.failed).toEqual({ error: 9 });
    expect(figures(ends, 'failure_latency.max')).toEqual([seconds]);
  });

  it('the others go on unheard, and their end does nothing to the handler', () => {
    const handler = `[ { parallel: [ { call: quick }, { call: late }, { call: fails } ], need: 1 },
      { work: 100ms }, { call: spare } ]`;
    const ends = runText(gateway(handler));
    expect(ends.ledger.good).toBe(9);
    expect(figures(ends, 'latency.max')).toEqual([0.151]);
    expect(figures(ends, 'services.late.completed', 'services.spare.completed')).toEqual([9, 9]);
  });

  it('two parallel steps in a row do not hear each other’s stragglers', () => {
    const first = '{ parallel: [ { call: quick }, { call: fails-late } ], need: 1 }';
    const early = '{ parallel: [ { call: spare }, { call: fails-late } ], need: 1 }';
    const second = '{ parallel: [ { call: quick }, { call: late } ] }';
    expect(figures(runText(gateway(`[ ${first}, ${second} ]`)), 'latency.max')).toEqual([0.25]);
    // fails-late ends 19 ms after the second step began, and is not one of its branches.
    const ends = runText(gateway(`[ ${early}, ${second} ]`));
    expect(ends.ledger.good).toBe(9);
    expect(figures(ends, 'latency.max')).toEqual([0.201]);
  });

  it('a branch may be calls one after another, and fails with the first that fails', () => {
    const list = '[ { parallel: [ [ { call: quick }, { call: quick } ], { call: spare } ] } ]';
    expect(figures(runText(gateway(list)), 'latency.max')).toEqual([0.1]);
    const failing = '[ { parallel: [ [ { call: fails }, { call: quick } ], { call: late } ] } ]';
    const ends = runText(gateway(failing));
    expect(figures(ends, 'failure_latency.max', 'services.quick.arrivals')).toEqual([0.01, 0]);
  });
});
