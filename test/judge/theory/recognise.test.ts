import { describe, expect, it } from 'vitest';
import { recognise } from '../../../src/judge/theory/recognise.js';
import type { Plan } from '../../../src/model/plan.js';
import { planOf } from '../../model/kit.js';
import { plan as sample } from '../sample.js';

const of = (text: string): Plan => planOf(`duration: 100s\n${text}`);
const forms = (text: string): string[] =>
  recognise(of(text)).forms.map(({ component, form }) => `${component ?? 'all'}: ${form}`);
const reasons = (text: string): string[] =>
  recognise(of(text)).refused.map(({ component, reason }) => `${component ?? 'all'}: ${reason}`);
const figures = (text: string): Record<string, number> =>
  Object.assign({}, ...recognise(of(text)).forms.map((form) => form.figures));

const USERS = 'producers: { users: { arrivals: { poisson: 80/s }, to: desk } }\n';
const desk = (keys: string, work = '{ exponential: 10ms }', more = ''): string =>
  `${USERS}services: { desk: { ${keys}, handler: [ { work: ${work} } ] } }\n${more}`;

describe('a component that a form fits', () => {
  it.each([
    ['M/M/1', 'workers: 1', '{ exponential: 10ms }'],
    ['M/M/c', 'workers: 3', '{ exponential: 10ms }'],
    ['M/M/1, lifo', 'workers: 1, queue: { discipline: lifo }', '{ exponential: 10ms }'],
    ['M/M/1/K', 'workers: 1, queue: { capacity: 4 }', '{ exponential: 10ms }'],
    ['M/M/c/K', 'workers: 2, queue: { capacity: 4 }', '{ erlang: { mean: 10ms, k: 1 } }'],
    ['M/M/c/c', 'workers: 2, queue: { capacity: 0 }', '{ exponential: 10ms }'],
    ['M/G/c/c', 'workers: 2, queue: { capacity: 0 }', '10ms'],
    ['M/D/1', 'workers: 1', '10ms'],
    ['M/G/1', 'workers: 1', '{ lognormal: { mean: 10ms, cv: 2 } }'],
    ['M/G/∞', 'workers: unbounded', '{ lognormal: { mean: 10ms, cv: 2 } }'],
    ['M/G/1-PS', 'workers: 1, queue: { discipline: ps }', '{ lognormal: { mean: 10ms, cv: 2 } }'],
    ['M/G/c-PS', 'workers: 3, queue: { discipline: ps }', '{ uniform: [5ms, 15ms] }'],
    ['M/G/1, priority (Cobham)', 'workers: 1, queue: { discipline: priority }', '10ms'],
    [
      'M/G/1, preemptive priority',
      'workers: 1, queue: { discipline: { priority: { preemptive: true } } }',
      '{ exponential: 10ms }',
    ],
    [
      'M/M/c+M (Erlang A)',
      'workers: 2, queue: { max_age: { exponential: 1s } }',
      '{ exponential: 10ms }',
    ],
    ['M/M/1+D', 'workers: 1, queue: { max_age: 50ms }', '{ exponential: 10ms }'],
    ['2 × M/M/1', 'workers: 1, replicas: 2, balance: random', '{ exponential: 10ms }'],
  ])('%s', (form, keys, work) => {
    expect(forms(desk(keys, work))).toContain(`desk: ${form}`);
    expect(reasons(desk(keys, work))).toEqual([]);
  });

  it('gives its figures the names of metrics, the users’ among them', () => {
    const told = figures(`objective: { latency: 50ms }\n${desk('workers: 1')}`);
    expect(told['services.desk.wait.mean']).toBeCloseTo(0.04, 12);
    expect(told['services.desk.queue.depth.mean']).toBeCloseTo(3.2, 12);
    expect(told['services.desk.utilization']).toBeCloseTo(0.8, 12);
    expect(told['latency.p99']).toBeCloseTo(Math.log(100) * 0.05, 12);
    expect(told['goodput_ratio']).toBeCloseTo(1 - Math.exp(-1), 12);
  });

  it('gives what the published figures of impatience and importance say', () => {
    const load = (rate: number, keys: string): string =>
      `producers: { users: { arrivals: { poisson: ${rate}/s }, to: desk } }
services: { desk: { ${keys}, handler: [ { work: { exponential: 1s } } ] } }
`;
    const erlangA = figures(load(10, 'workers: 10, queue: { max_age: { exponential: 1s } }'));
    expect(erlangA['expired_ratio']).toBeCloseTo(0.12511, 5);
    expect(erlangA['success_ratio']).toBeCloseTo(0.87489, 5);
    expect(erlangA['latency.mean']).toBeUndefined();
    const same = figures(load(1, 'workers: 1, queue: { max_age: 5s }'));
    expect(same['expired_ratio']).toBeCloseTo(1 / 7, 12);
    const shared = figures(load(0.8, 'workers: 1, queue: { discipline: ps }'));
    expect(shared['latency.mean']).toBeCloseTo(5, 12);
    const classes = figures(`producers:
  login: { arrivals: { poisson: 0.3/s }, to: desk }
  batch: { arrivals: { poisson: 0.5/s }, to: desk, priority: 1 }
services:
  desk: { workers: 1, queue: { discipline: priority }, handler: [ { work: { exponential: 1s } } ] }
`);
    expect(classes['producers.login.latency.mean']).toBeCloseTo(2.142857, 6);
    expect(classes['producers.batch.latency.mean']).toBeCloseTo(6.714286, 6);
  });

  it('knows no form where a line is left at an age and is bounded, or served in another order', () => {
    for (const keys of ['capacity: 5', 'discipline: lifo']) {
      const told = reasons(desk(`workers: 1, queue: { max_age: 50ms, ${keys} }`));
      expect(told).toEqual([
        'desk: its line is left at an age: no form here has that together with the rest',
      ]);
    }
    const several = reasons(desk('workers: 2, queue: { max_age: 50ms }'));
    expect(several[0]).toMatch(/^desk: its line is left at an age that is constant/);
  });

  it('takes what waits for nobody into the work of whoever is held for it', () => {
    const text = `${USERS}services:
  desk: { workers: 1, handler: [ { work: 2ms }, { call: far } ] }
  far: { workers: unbounded, handler: [ { work: { exponential: 4ms } } ] }
calls: { "desk -> far": { network: 1ms } }
`;
    // 2 + 1 + Exp(4) + 1: mean 8 ms, E[S²] = 64 + 16.
    expect(figures(text)['services.desk.wait.mean']).toBeCloseTo((80 * 80e-6) / (2 * 0.36), 12);
  });

  it('sums Poisson streams, and splits them by chance', () => {
    const text = `producers:
  a: { arrivals: { poisson: 30/s }, to: gate }
  b: { arrivals: { poisson: 50/s }, to: desk }
services:
  gate: { workers: unbounded, handler: [ { chance: 50%, then: [ { call: desk } ] } ] }
  desk: { workers: 1, handler: [ { work: { exponential: 10ms } } ] }
`;
    expect(figures(text)['services.desk.utilization']).toBeCloseTo(0.65, 12);
    expect(reasons(text)).toEqual([]);
  });
});

const gate = (handler: string, more = ''): string => `${USERS.replace('desk', 'gate')}services:
  gate: { workers: unbounded, handler: [ ${handler} ] }
  a: { workers: 1, handler: [ { work: { exponential: 5ms } } ] }
  b: { workers: 1, handler: [ { work: 5ms } ] }
  c: { workers: 2, handler: [ { work: { exponential: 8ms } } ] }
${more}`;

describe('a network of stations', () => {
  it('is Jackson’s behind a gateway that holds nobody; the times add up, delays too', () => {
    const text = gate('{ call: a }, { work: 3ms }, { call: c }', 'dependencies: {}\n').replace(
      / {2}b: .*\n/,
      '',
    );
    const told = figures(text);
    expect(forms(text)).toEqual(['all: Jackson network', 'a: M/M/1', 'c: M/M/c']);
    const sum = told['services.a.sojourn.mean']! + told['services.c.sojourn.mean']!;
    expect(told['latency.mean']).toBeCloseTo(0.003 + sum, 12);
  });

  it('goes no further than a station whose answers are not Poisson', () => {
    const text = gate('{ call: a }, { call: b }, { call: c }');
    expect(forms(text)).toEqual(['a: M/M/1', 'b: M/D/1']);
    expect(reasons(text)).toEqual(['c: what leaves b is not Poisson, and comes here']);
  });

  it('takes no station that its own answers come back to by way of such a one', () => {
    const told = reasons(gate('{ call: b }, { call: a }, { call: b }, { call: c }'));
    expect(told.map((line) => line.slice(0, 22))).toEqual([
      'a: what leaves b is no',
      'b: what leaves b is no',
      'c: what leaves b is no',
    ]);
  });

  it('is none where calls go out at once, or a held worker makes them', () => {
    const cached = reasons(gate('{ cache: { hit: 50% }, then: [ { call: a } ] }, { call: b }'));
    expect(cached).toHaveLength(2);
    for (const told of cached) expect(told).toMatch(/^[ab]: cache: no closed form here has it/);
    const parallel = reasons(gate('{ parallel: [ { call: a }, { call: c } ] }, { call: b }'));
    expect(parallel).toHaveLength(3);
    expect(parallel[0]).toMatch(/^a: it is asked beside others at once/);
    const held = `${USERS}services:
  desk: { workers: 2, handler: [ { call: a } ] }
  a: { workers: 1, handler: [ { work: { exponential: 5ms } } ] }
`;
    expect(reasons(held)).toEqual([
      'desk: its workers wait for a: the time they are held depends on the line there',
      'a: desk asks it, whose workers wait for the answer',
    ]);
  });
});

describe('users who wait for answers', () => {
  const closed = (users: number, think: string, services: string): string =>
    `producers: { users: { arrivals: { closed: { users: ${users}, think: ${think} } }, to: gate } }
services:
${services}`;

  it('go by mean value analysis, whatever the law of thinking and of delays', () => {
    const text = closed(
      20,
      '1s',
      `  gate: { workers: unbounded, handler: [ { call: x }, { call: y }, { call: z } ] }
  x: { workers: 1, handler: [ { work: { exponential: 50ms } } ] }
  y: { workers: 1, handler: [ { work: { exponential: 30ms } } ] }
  z: { workers: 1, handler: [ { work: { exponential: 20ms } } ] }
`,
    );
    expect(figures(text)['throughput']).toBeCloseTo(15.975154, 6);
    expect(figures(text)['latency.mean']).toBeCloseTo(0.251944, 6);
  });

  it('follow the Universal Scalability Law where they never pause', () => {
    const usl = 'contention: { usl: { alpha: 0.0277285, beta: 0.0001044 } }';
    const text = closed(
      36,
      '0s',
      `  gate: { workers: 99, ${usl}, handler: [ { work: { exponential: 11.111728ms } } ] }\n`,
    );
    expect(figures(text)['throughput']).toBeCloseTo(1541.3, 1);
  });

  it('follow none at several servers that are fewer than they, nor with even work', () => {
    const at = (station: string): string[] => reasons(closed(20, '1s', `  gate: { ${station} }\n`));
    expect(at('workers: 3, handler: [ { work: { exponential: 9ms } } ]')[0]).toMatch(
      /several serv/,
    );
    expect(at('workers: 1, handler: [ { work: 9ms } ]')[0]).toMatch(/its work is constant/);
  });
});

describe('what breaks a form is said in words', () => {
  const broken: [string, string][] = [
    ['its work is lognormal: an M/M/c', desk('workers: 3', '{ lognormal: { mean: 9ms, cv: 2 } }')],
    ['a line with a bound asks for', desk('workers: 1, queue: { capacity: 3 }', '9ms')],
    ['offered 160% of what it can serve', desk('workers: 1', '{ exponential: 20ms }')],
    ['the square of its work', desk('workers: 1', '{ pareto: { mean: 9ms, shape: 1.5 } }')],
    ['it blocks when it is full', desk('workers: 1, queue: { capacity: 3, when_full: block }')],
    ['only a random choice', desk('workers: 1, replicas: 2')],
    ['slows down', desk('workers: 9, contention: { usl: { alpha: 0.1, beta: 0 } }')],
    ['gives up after', desk('workers: 1', '9ms', 'calls: { "* -> *": { timeout: 1s } }\n')],
    ['tries again', desk('workers: 1', '9ms', 'calls: { "* -> *": { retry: { attempts: 2 } } }\n')],
    ['faults strike', desk('workers: 1', '9ms', 'faults: [ { at: 1s, slow: desk, factor: 2 } ]\n')],
    [
      'the rate of users changes',
      desk('workers: 1').replace('80/s', '[ { at: 0s, rate: 80/s }, { at: 9s, rate: 90/s } ]'),
    ],
    ['are constant', desk('workers: 1').replace('poisson', 'constant')],
    ['fails on purpose', desk('workers: 1').replace('} ] }', '}, { fail: 1% } ] }')],
  ];
  for (const [words, text] of broken) {
    it(words, () => {
      expect(forms(text)).toEqual([]);
      expect(reasons(text).join('; ')).toContain(words);
    });
  }

  it('a setting that no form knows of, unless it is off', () => {
    const plan = sample();
    const at = (more: object): string[] => {
      const components = plan.components.map((component) => ({ ...component, ...more }));
      return recognise({ ...plan, components }).refused.map(({ reason }) => reason);
    };
    expect(at({ memory: null, cores: Infinity, deadlineCheck: false })).toEqual([]);
    expect(at({ memory: { limitBytes: 1 } })).toEqual(['memory: no closed form here has it']);
    expect(at({ someCleverThing: 3 })).toEqual(['some clever thing: no closed form here has it']);
  });

  it('a handler that comes back to itself, and a net too large to follow', () => {
    const loop = `${USERS}services:
  desk: { workers: unbounded, handler: [ { work: 1ms }, { chance: 10%, then: [ { call: desk } ] } ] }
`;
    expect(forms(loop)).toEqual([]);
    const rooms = Array.from({ length: 400 }, (_, i) => {
      return `  s${i}: { workers: unbounded, handler: [ { call: s${i + 1} }, { call: s${i + 1} } ] }`;
    });
    const text = `${USERS.replace('desk', 's0')}services:\n${rooms.join('\n')}
  s400: { workers: 1, handler: [ { work: 1ms } ] }
`;
    expect(reasons(text)).toEqual(['all: there are too many ways through the services to follow']);
  });
});
