import { describe, expect, it } from 'vitest';
import { loadScenario, planFor } from '../../src/scenario/index.js';
import { understood } from '../../src/scenario/understood.js';
import { mistakes, small } from './support.js';

/** The small scenario with a queue for its shop, and more. */
const withQueue = (queue: string, more = ''): string =>
  small(more).replace('workers: 4', `workers: 4, queue: { ${queue} }`);

const withPart = (part: string, more = ''): string =>
  small(more).replace('workers: 4', `workers: 4, ${part}`);

const planOf = (text: string) => {
  const { scenario, issues } = loadScenario({ text, file: 'f' });
  if (scenario === null) throw new Error(issues.map(({ message }) => message).join('\n'));
  return planFor(scenario, 'base');
};

describe('defaults are those of the systems that the laws are named after', () => {
  it.each([
    ['codel: {}', { kind: 'codel', targetNs: 5e6, intervalNs: 100e6 }],
    ['folly_codel: {}', { kind: 'folly_codel', targetNs: 5e6, intervalNs: 100e6 }],
    ['facebook: {}', { kind: 'facebook', mNs: 5e6, nNs: 100e6 }],
    [
      'pie: {}',
      { kind: 'pie', targetNs: 15e6, updateNs: 15e6, alpha: 2, beta: 20, burstNs: 150e6 },
    ],
    ['red: {}', { kind: 'red', from: 0.5, to: 1, max: 0.1, weight: 0.002 }],
  ])('%s', (shed, spec) => {
    const { components } = planOf(withQueue(`capacity: 9, shed: { ${shed} }`));
    expect(components[0]!.queue.shed).toEqual(spec);
  });

  it('adaptive_lifo turns above 80% (HBase: lifoThreshold)', () => {
    const { queue } = planOf(withQueue('capacity: 9, discipline: { adaptive_lifo: {} }'))
      .components[0]!;
    expect([queue.discipline, queue.lifoAbove]).toEqual(['adaptive_lifo', 0.8]);
  });

  it('one mechanism laid over another replaces it whole', () => {
    const policy = 'policies: { other: { services: { shop: { queue: { shed: { pie: {} } } } } } }';
    const { scenario } = loadScenario({
      text: withQueue('shed: { codel: { target: 7ms } }', policy),
      file: 'f',
    });
    expect(planFor(scenario!, 'other').components[0]!.queue.shed?.kind).toBe('pie');
    expect(planFor(scenario!, 'base').components[0]!.queue.shed).toMatchObject({ targetNs: 7e6 });
  });
});

describe('what cannot be meant is refused with its place and a reason', () => {
  it.each([
    [
      withQueue('discipline: { adaptive_lifo: { above: 80% } }'),
      'asks how full the queue of shop is',
    ],
    [withQueue('shed: { red: {} }'), 'asks how full the queue of shop is'],
    [withQueue('capacity: 0, shed: { red: {} }'), 'asks how full the queue of shop is'],
    [withPart('degrade: { when: 80%, handler: [] }'), 'asks how full the queue of shop is'],
    [withQueue('capacity: 5, discipline: { adaptive_lifo: { above: 120% } }'), 'above'],
    [withQueue('shed: { codel: { target: 0s } }'), 'no time at all'],
    [withQueue('shed: { codel: { interval: 0s } }'), 'no time at all'],
    [withQueue('shed: { codel: { targt: 5ms } }'), 'targt'],
    [withQueue('shed: { codel: {}, pie: {} }'), 'law of shedding'],
    [withQueue('shed: codel'), 'expected a map, such as { codel: … }; found "codel"'],
    [withPart('admission: [ { dagor: true } ]'), 'expected none, or a map; found true'],
    [withQueue('when_full: dead_letter'), 'expected a map, such as { dead_letter: … }'],
    [
      withQueue('shed: { folly_codel: { target: 100ms } }'),
      'the interval is no longer than the target',
    ],
    [withQueue('shed: { facebook: { m: 200ms } }'), 'may wait longer than who joins any other'],
    [withQueue('shed: { pie: { update: 1us } }'), 'looked at too often'],
    [withQueue('shed: { pie: { alpha: 33 } }'), 'too great a weight'],
    [
      withQueue('capacity: 5, shed: { red: { from: 80%, to: 60% } }'),
      'all are refused before any is',
    ],
    [withQueue('capacity: 5, shed: { red: { weight: 0 } }'), 'nothing makes new'],
    [withQueue('discipline: ps, shed: { codel: {} }'), 'under ps nobody waits'],
    [withQueue('discipline: ps, coalesce: join'), 'under ps nobody waits'],
    [withQueue('coalesce: merge'), 'merge'],
    [withQueue('when_full: { dead_letter: nowhere }'), 'no queue is named nowhere'],
    [
      withQueue('when_full: { dead_letter: gone }', 'queues: { gon: { broker: memory } }'),
      'did you mean gon',
    ],
    [small('queues: { shop: { broker: memory } }'), 'shop stands for something else already'],
    [small('queues: { q: {} }'), 'broker'],
    [withPart('queue: { capacity: 5 }, degrade: { when: 0%, handler: [] }'), 'always'],
    [withPart('queue: { capacity: 5 }, degrade: { when: 50% }'), 'handler'],
    [
      withPart('queue: { capacity: 5 }, degrade: { when: 50%, handler: [ { call: nobody } ] }'),
      'nobody',
    ],
  ])('%#', (text, reason) => {
    const told = mistakes(text);
    expect(
      told.filter((line) => line.includes(reason)),
      told.join('\n'),
    ).toHaveLength(1);
    expect(told[0]).toMatch(/^f:\d+:\d+: /);
  });

  it('an order, a law or a handler that goes by the fill may be laid over an unbounded queue by none', () => {
    const policy = 'policies: { a: { services: { "*": { queue: { shed: { red: {} } } } } } }';
    expect(mistakes(small(policy)).join()).toContain('(under policy a)');
  });

  it('a bound taken away or brought to 0 is refused where that is written, and told apart', () => {
    const by = 'capacity: 9, shed: { red: {} }';
    const set = 'faults: [ { at: 1s, set: { services: { shop: { queue: { capacity: 0 } } } } } ]';
    const [none] = mistakes(withQueue(by, set));
    expect(none).toContain('faults[0].set.services.shop.queue.capacity: red asks how full');
    expect(none).toContain('which has no room: nobody may wait there');
    const [unbounded] = mistakes(withQueue(by, 'policies: { unbounded: preset }'));
    expect(unbounded).toContain('policies.unbounded: red asks how full');
    expect(unbounded).toContain('which has no bound');
    const two = 'shed: { red: {} }, discipline: { adaptive_lifo: {} }';
    expect(mistakes(withQueue(two)).join()).toContain('adaptive_lifo and red ask how full');
  });

  it('an error is not lost behind a warning of the same place', () => {
    const text = withQueue('capacity: 5', 'policies: { caller-runs: preset }')
      .replace('shop: { workers: 4', 'shop: { io: async, workers: 4')
      .replace('dependencies:', '  back: { workers: 1, handler: [ { work: 1ms } ] }\ndependencies:')
      .replace('{ call: db }', '{ call: back }, { call: db }');
    const told = mistakes(text);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('policies.caller-runs: caller_runs asks for a worker that waits');
  });

  it('a policy may say one of two figures that go together', () => {
    const policy = (law: string): string =>
      `policies: { a: { services: { shop: { queue: { shed: { ${law} } } } } } }`;
    const of = (base: string, over: string): string[] =>
      mistakes(withQueue(`capacity: 9, shed: { ${base} }`, policy(over)));
    expect(of('red: { from: 10% }', 'red: { to: 30% }')).toEqual([]);
    expect(of('folly_codel: { interval: 1s }', 'folly_codel: { target: 200ms }')).toEqual([]);
    expect(of('red: { from: 40% }', 'red: { to: 30% }').join()).toContain('before any is');
  });

  it('where workers are unbounded nobody waits, and a policy for all may say what it likes', () => {
    const text = withQueue('shed: { red: {} }').replace('workers: 4', 'workers: unbounded');
    expect(mistakes(text)).toEqual([]);
  });
});

describe('a key without effect is a warning where the file itself says so', () => {
  const policy = (queue: string): string =>
    `policies: { a: { services: { "*": { queue: { ${queue} } } } } }`;

  it('drop_newest is told of only where nothing ends the wait of who is not told', () => {
    const text = withQueue('capacity: 9, when_full: drop_newest');
    expect(mistakes(text).join()).toContain('its caller waits for ever');
    expect(mistakes(text.replace('to: shop', 'to: shop, deadline: 1s'))).toEqual([]);
    for (const end of ['timeout: 1s', 'deadline: 1s', 'deadline: { within: 1s }']) {
      const calls = `calls: { "users -> shop": { ${end} } }`;
      expect(mistakes(withQueue('capacity: 9, when_full: drop_newest', calls))).toEqual([]);
    }
  });

  it('coalesce where nobody sends a key', () => {
    expect(mistakes(withQueue('coalesce: join')).join()).toContain('nobody sends shop a request');
    expect(mistakes(small(policy('coalesce: join')))).toEqual([]);
    const keyed = withQueue('coalesce: join').replace('to: shop', 'to: shop, key: k');
    expect(mistakes(keyed)).toEqual([]);
  });

  it('edf where nobody tells a deadline', () => {
    expect(mistakes(withQueue('discipline: edf')).join()).toContain('nobody tells shop a deadline');
    expect(mistakes(small(policy('discipline: edf')))).toEqual([]);
    const timed = withQueue('discipline: edf').replace('to: shop', 'to: shop, deadline: 1s');
    expect(mistakes(timed)).toEqual([]);
  });
});

describe('validate tells of queues', () => {
  it('their order, law, coalescing, dead letters and what is answered instead', () => {
    const queue =
      'capacity: 5, when_full: { dead_letter: dead }, discipline: { adaptive_lifo: {} }, ' +
      'coalesce: replace, shed: { codel: {} }';
    const text = withQueue(queue, 'queues: { dead: { broker: memory } }').replace(
      'workers: 4',
      'workers: 4, degrade: { when: 80%, handler: [] }',
    );
    const { scenario } = loadScenario({ text, file: 'f' });
    const told = understood(scenario!);
    expect(told).toContain('queue 5, then dead_letter to dead, last first above 80%');
    expect(told).toContain('a newer one takes the place of its key, codel 5ms in 100ms');
    expect(told).toContain('another handler at 80% of the queue');
    expect(told).toContain('dead: memory, unbounded');
    expect(told).toContain('queues.dead.capacity: whatever shop refuses is put there');
  });
});
