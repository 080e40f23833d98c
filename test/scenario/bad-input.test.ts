import { describe, expect, it } from 'vitest';
import { formatIssue, loadScenario } from '../../src/scenario/index.js';
import { mistakes, small } from './support.js';

/** A small scenario with one thing replaced by another. */
const but = (old: string, now: string): string => small().replace(old, now);

describe('each mistake has its place, what was expected, and the nearest name', () => {
  it.each([
    [
      'an unknown key',
      but('workers: 4', 'worker: 4'),
      'f:5:11: services.shop.worker: unknown key worker; expected one of workers, replicas',
    ],
    ['its nearest name', but('workers: 4', 'worker: 4'), '(did you mean workers?)'],
    [
      'a bare number',
      but('60s', '60'),
      'f:2:11: duration: a bare number where a unit is meant; expected a duration',
    ],
    ['zero without a unit', small('warmup: 0'), '(say 0s)'],
    ['a wrong unit', but('100/s', '100ms'), 'not a rate; expected a rate such as 900/s, 30/m'],
    [
      'a negative value',
      but('5ms', '-5ms'),
      'f:5:42: services.shop.handler[0].work: a duration is never negative: -5ms',
    ],
    ['a negative count', but('workers: 4', 'workers: -4'), 'a count is never negative: -4'],
    [
      'a huge value',
      but('60s', '9999999h'),
      '9999999h is longer than the clock counts: at most 104 days',
    ],
    ['a huge count', but('workers: 4', 'workers: 1e12'), '(unbounded means no limit)'],
    ['NaN', but('workers: 4', 'workers: .nan'), 'not a whole number'],
    ['NaN for a duration', but('60s', '.nan'), 'a duration is a number'],
    ['infinity', but('60s', '.inf'), 'a duration is finite'],
    [
      'a policy that extends itself',
      small('policies:\n  a: { extends: b }\n  b: { extends: [a] }'),
      'f:10:18: policies.b.extends[0]: a policy extends itself: a -> b -> a',
    ],
    [
      'an unknown policy',
      small('policies: { a: { extends: bouned-reject } }'),
      '(did you mean bounded-reject?)',
    ],
    [
      'an unknown preset',
      small('policies: { bouned-block: preset }'),
      '(did you mean bounded-block?)',
    ],
    [
      'an unknown callee',
      but('call: db', 'call: bd'),
      'f:5:57: services.shop.handler[1].call: no service or dependency is named bd; expected one of shop, db (did you mean db?)',
    ],
    ['an unknown target of a producer', but('to: shop', 'to: shopp'), '(did you mean shop?)'],
    [
      'an unknown target of a fault',
      small('faults: [ { at: 1s, slow: bd, factor: 2 } ]'),
      'f:8:27: faults[0].slow: no service or dependency is named bd',
    ],
    [
      'an unknown producer',
      small('faults: [ { at: 1s, surge: user, factor: 2 } ]'),
      'no producer is named user; expected one of users (did you mean users?)',
    ],
    [
      'an unknown side of a pattern',
      small('calls: { "shop -> bd": { timeout: 1s } }'),
      'f:8:10: calls.shop -> bd: nothing is named bd',
    ],
    [
      'a malformed pattern',
      small('calls: { "shop->db": { timeout: 1s } }'),
      '(write "shop -> db")',
    ],
    [
      'an unknown policy of an expectation',
      small('expect: [ { policy: p, that: goodput > 3 } ]'),
      'f:8:21: expect[0].policy: no policy is named p',
    ],
    [
      'an endless graph',
      but('[ { work: 1ms } ]', '[ { call: db } ]'),
      'calls that never end: db -> db',
    ],
    ['a missing key', but('workers: 2, ', ''), 'f:7:3: dependencies.db: workers is missing'],
    ['a missing section', but('duration: 60s\n', ''), 'f:1:1: duration is missing'],
    [
      'a doubled key',
      but('workers: 4', 'workers: 4, workers: 5'),
      'f:5:23: services.shop.workers: workers stands twice in this map',
    ],
    ['a name that is none', but('shop: {', '9shop: {'), '"9shop" is no name'],
    [
      'a name taken twice',
      small('calls: {}').replace('users:', 'db:'),
      'db stands for something else already',
    ],
    ['a warm-up as long as the run', small('warmup: 60s'), 'f:8:9: warmup: the warm-up is as long'],
    [
      'a fault after the end',
      small('faults: [ { at: 60s, pause: db } ]'),
      'the fault begins when the run is over',
    ],
    [
      'a backlog into what neither blocks nor limits',
      but('100/s', '{ backlog: 4 }'),
      'a backlog sends without end into shop, which neither blocks nor limits',
    ],
    [
      'more needed than there are branches',
      but('{ call: db }', '{ parallel: [ { call: db } ], need: 2 }'),
      'needs 2 of 1 branches',
    ],
    [
      'work in a branch',
      but('{ call: db }', '{ parallel: [ { work: 1ms } ] }'),
      'work in a branch of parallel',
    ],
    [
      'no attempts at all',
      small('calls: { "* -> *": { retry: { attempts: 0 } } }'),
      'calls.* -> *.retry.attempts: too few; expected a whole number of at least 1; found 0',
    ],
    [
      'two mechanisms',
      but('100/s', '{ poisson: 1/s, constant: 1/s }'),
      'arrivals has one of these keys, not several: poisson, constant',
    ],
    [
      'a schedule that does not begin at 0',
      but('100/s', '{ poisson: [ { at: 1s, rate: 1/s } ] }'),
      'a schedule begins at 0s',
    ],
    [
      'shares that do not sum to 1',
      but('work: 5ms', 'work: { hyperexponential: [ { p: 0.5, mean: 1ms } ] }'),
      'the shares p make 0.5, not 1',
    ],
    [
      'an axis that leads nowhere',
      small('sweep: { services.shp.workers: [1] }'),
      'services.shp.workers leads nowhere: there is no shp (did you mean shop?)',
    ],
    ...[
      ['policies.far.calls.* -> db.timeout', 'there is no far (did you mean fat?)'],
      ['policies.fat.sercives.shop.workers', 'there is no sercives (did you mean services?)'],
      ['policies.fat.title', 'there is no title'],
      ['policies.fat', 'there is no section in it'],
      ['policies.fat.faults.0.factor', 'there is no factor'],
    ].map(([path, why]): [string, string, string] => [
      `an axis into a policy that leads nowhere, ${path}`,
      small(`policies: { fat: {} }\nsweep: { "${path}": [1] }`),
      `${path} leads nowhere: ${why}`,
    ]),
    [
      'an axis into a list without an index',
      small('sweep: { services.shop.handler.call: [db] }'),
      'sweep.services.shop.handler.call: services.shop.handler.call leads into a list, and does not ' +
        'say to which item (by its index, from 0: services.shop.handler.1.call)',
    ],
    [
      'an axis over what is no edge',
      small('sweep: { "calls.*->*.retry.attempts": [1, 2] }'),
      'not an edge; expected "caller -> callee", each a name, NAME/ROUTE or * (write "* -> *")',
    ],
    ...['breaker: resilience4j', 'throttle: sre', 'rate_limit: resilience4j'].map(
      (written): [string, string, string] => {
        const word = written.split(': ')[1];
        return [
          `${written}, a word where a map is meant`,
          small(`calls: { "* -> *": { ${written} } }`),
          `not understood; expected a map, such as { ${word}: … }; found "${word}"`,
        ];
      },
    ),
    ...['backoff: grpc', 'budget: finagle'].map((written): [string, string, string] => {
      const word = written.split(': ')[1];
      return [
        `${written}, a word where a map is meant`,
        small(`calls: { "* -> *": { retry: { attempts: 3, ${written} } } }`),
        `not understood; expected a map, such as { ${word}: … }; found "${word}"`,
      ];
    }),
    [
      'an axis without values, which would leave nothing to be run',
      small('sweep: { services.shop.workers: [] }'),
      'sweep.services.shop.workers: an empty list; expected at least one item',
    ],
    [
      'an axis with a map among its values',
      small('sweep: { services.shop.queue: [{ capacity: 1 }] }'),
      'services.shop.queue[0]: not a value; expected a number, text with a unit, a word, true or false',
    ],
    ['an axis with a wrong value', small('sweep: { services.shop.workers: [0] }'), 'too few'],
    [
      'a latency file that is not there',
      but('work: 5ms', 'work: { empirical: none.csv }'),
      'none.csv cannot be read',
    ],
    ['another version', but('spillway: 1', 'spillway: 2'), 'this Spillway reads version 1'],
  ])('%s', (_, text, message) => {
    expect(mistakes(text).join('\n')).toContain(message);
  });

  it('all at once, each once, in the order of the file', () => {
    const text = but('60s', '60')
      .replace('to: shop', 'to: shp')
      .replace('workers: 2', 'workers: two')
      .concat('policies: { a: {}, b: { extends: a } }\nfaults: [ { at: 1, pause: dp } ]');
    const { issues } = loadScenario({ text, file: 'f' });
    expect(issues.map(({ line, code }) => [line, code])).toEqual([
      [2, 'bare_number'],
      [3, 'unknown_name'],
      [7, 'wrong_kind'],
      [9, 'bare_number'],
      [9, 'unknown_name'],
    ]);
  });

  it('what only a policy makes wrong is told at its value, with the policy', () => {
    const text = small(
      'policies:\n  bad: { services: { shop: { workers: 0 } } }\n  new: { services: { shp: {} } }',
    );
    expect(mistakes(text)).toEqual([
      'f:9:39: policies.bad.services.shop.workers: too few; expected a whole number of at least 1, or unbounded; found 0',
      'f:10:22: policies.new.services.shp: workers is missing (under policy new)',
    ]);
    const backlog = small('policies: { unbounded: preset }')
      .replace('100/s', '{ backlog: 4 }')
      .replace('workers: 4', 'workers: 4, queue: { capacity: 2, when_full: block }');
    expect(mistakes(backlog)).toEqual([expect.stringContaining('(under policy unbounded)')]);
  });
});

describe('warnings', () => {
  it.each([
    [
      'a pattern that no call takes',
      small('calls: { "db -> shop": { timeout: 1s } }'),
      'f:8:10: warning: calls.db -> shop: no call takes this edge',
    ],
    [
      'jitter without backoff',
      small('calls: { "* -> *": { retry: { attempts: 2, jitter: full } } }'),
      'jitter full has no wait to spread: backoff is none',
    ],
    [
      'a retry without attempts',
      small('calls: { "* -> *": { retry: { budget: 10% } } }'),
      'retry says nothing of attempts, so nothing is retried',
    ],
    [
      'a service that nothing calls',
      small().replace('{ call: db }', '{ work: 1ms }'),
      'warning: dependencies.db: nothing calls db',
    ],
  ])('%s', (_, text, message) => {
    const { scenario, issues } = loadScenario({ text, file: 'f' });
    expect(scenario).not.toBeNull();
    expect(issues.map(formatIssue).join('\n')).toContain(message);
  });

  it('there is none for patterns with * nor for presets', () => {
    const text = small('calls: { "db -> *": { timeout: 1s } }\npolicies: { retry-storm: preset }');
    expect(mistakes(text)).toEqual([]);
  });
});
