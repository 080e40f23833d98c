import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  formatIssue,
  hasChance,
  loadScenario,
  planFor,
  understood,
} from '../../src/scenario/index.js';
import { spillway } from '../cli/spillway.js';
import { mistakes, planOf, small, sound } from './support.js';

const but = (old: string, now: string): string => small().replace(old, now);
const arrivals = (text: string, more = ''): string => small(more).replace('100/s', text);

/** Loads a text beside these files. */
function load(text: string, files: Record<string, string>, file = 'dir/f.yaml') {
  return loadScenario({
    text,
    file,
    readFile: (path) => {
      const content = files[path];
      if (content === undefined) throw new Error('ENOENT: no such file');
      return content;
    },
  });
}

const told = (text: string, files: Record<string, string>): string[] =>
  load(text, files).issues.map(formatIssue);

function planWith(text: string, files: Record<string, string>, load_ = 1) {
  const { scenario, issues } = load(text, files);
  if (scenario === null) throw new Error(issues.map(formatIssue).join('\n'));
  return planFor(scenario, 'base', { load: load_ });
}

describe('arrivals as written come to the plan', () => {
  it.each([
    [
      '{ renewal: { erlang: { mean: 10ms, k: 2 } } }',
      { kind: 'renewal', between: { kind: 'erlang' }, load: 2 },
    ],
    [
      '{ mmpp: [ { rate: 100/s, mean: 5s }, { rate: 2000/s, mean: 500ms } ] }',
      {
        kind: 'mmpp',
        states: [
          { perSecond: 200, meanNs: 5e9 },
          { perSecond: 4000, meanNs: 5e8 },
        ],
      },
    ],
    ['{ batch: { rate: 10/s, size: 50 } }', { kind: 'batch', rate: [{ perSecond: 20 }], size: 50 }],
    [
      '{ constant: { diurnal: { mean: 6/s, peak: 12/s, period: 24h } } }',
      {
        kind: 'constant',
        rate: { kind: 'diurnal', meanPerSecond: 12, peakPerSecond: 24, periodNs: 864e11 },
      },
    ],
    [
      '{ batch: { rate: { diurnal: { mean: 6/s, peak: 9/s, period: 1h } }, size: 2 } }',
      { kind: 'batch', rate: { meanPerSecond: 12, peakPerSecond: 18 }, size: 2 },
    ],
  ])('%s, at twice the load', (text, plan) => {
    expect(
      planFor(sound(arrivals(text)), 'base', { load: 2 }).producers[0]?.arrivals,
    ).toMatchObject(plan);
  });

  it('everything else of a producer, and its defaults', () => {
    expect(planOf(small()).producers[0]).toMatchObject({
      to: [{ edge: 0, route: 0, weight: 1 }],
      clients: 1,
      priority: 0,
      deadlineNs: Infinity,
      tenant: { kind: 'name', name: 'users' },
      key: null,
      limit: Infinity,
      fromNs: 0,
      untilNs: Infinity,
    });
    expect(planOf(but('to: shop', 'to: shop, key: none')).producers[0]?.key).toBeNull();
    const text = but(
      'to: shop',
      `to: [ { to: shop, weight: 9 }, { to: db, weight: 1 } ], clients: 3, priority: 2, limit: 50,
       from: 1s, until: 2s, tenant: anna, key: { zipf: { n: 1000, s: 1.1 } }`,
    );
    expect(planOf(text).producers[0]).toMatchObject({
      to: [
        { edge: 0, weight: 9 },
        { edge: 1, weight: 1 },
      ],
      clients: 3,
      priority: 2,
      tenant: { kind: 'name', name: 'anna' },
      key: { kind: 'zipf', n: 1000, s: 1.1 },
      limit: 50,
      fromNs: 1e9,
      untilNs: 2e9,
    });
    expect(planOf(text).edges.map(({ name }) => name)).toContain('users -> db');
    expect(understood(sound(text))).toContain(
      'users: poisson 100/s to shop (90%), db (10%); from 1s; until 2s; 50 requests in all; ' +
        '3 clients; priority 2; tenant anna; key by Zipf 1.1 of 1000',
    );
  });

  it('a policy changes one figure of a mechanism, or takes another', () => {
    const text = arrivals(
      '{ batch: { rate: 10/s, size: 50 } }',
      `policies:
  smaller: { producers: { users: { arrivals: { batch: { size: 5 } } } } }
  other: { producers: { users: { arrivals: { mmpp: [ { rate: 1/s, mean: 1s } ] } } } }`,
    );
    expect(planOf(text, 'smaller').producers[0]?.arrivals).toMatchObject({
      rate: [{ perSecond: 10 }],
      size: 5,
    });
    expect(planOf(text, 'other').producers[0]?.arrivals).toMatchObject({ kind: 'mmpp' });
  });
});

describe('what makes no sense is refused with its place and a cure', () => {
  it.each([
    [arrivals('{ poisson: { diurnal: { mean: 6/s, peak: 13/s, period: 1h } } }'), 'twice the mean'],
    [arrivals('{ poisson: { diurnal: { mean: 6/s, peak: 5/s, period: 1h } } }'), 'twice the mean'],
    [
      arrivals('{ poisson: { diurnal: { mean: 6/s, peak: 9/s, period: 0s } } }'),
      'period of no time',
    ],
    [arrivals('{ mmpp: [ { rate: 6/s, mean: 0s } ] }'), 'a state lasts no time'],
    [arrivals('{ mmpp: [] }'), 'an empty list'],
    [arrivals('{ renewal: 0s }'), 'never end'],
    [arrivals('{ renewal: { mixture: [ { p: 1, of: 0s } ] } }'), 'never end'],
    [arrivals('{ batch: { rate: 1/s, size: 0 } }'), 'too few'],
    [but('to: shop', 'to: []'), 'an empty list'],
    [but('to: shop', 'to: [ { to: shop, weight: 0 } ]'), 'nobody to send to'],
    [
      but('to: shop', 'to: [ { to: shopp, weight: 1 } ]'),
      'no service or dependency is named shopp',
    ],
    [but('to: shop', 'to: shop, from: 5s, until: 5s'), 'ends to send before it begins'],
    [but('to: shop', 'to: shop, from: 60s'), 'begins to send when the run is over'],
    [but('to: shop', 'to: shop, limit: 0'), 'too few'],
    [but('to: shop', 'to: shop, clients: 0'), 'too few'],
    [but('to: shop', 'to: shop, key: { zipf: { n: 10 } }'), 's is missing'],
    [
      arrivals('{ backlog: 2 }', 'faults: [ { at: 1s, surge: users, factor: 2 } ]').replace(
        'workers: 4',
        'workers: 4, queue: { capacity: 1, when_full: block }',
      ),
      'a surge cannot multiply users: its senders',
    ],
    [
      arrivals('{ backlog: 2 }')
        .replace('workers: 4', 'workers: 4, queue: { capacity: 1, when_full: block }')
        .replace('to: shop', 'to: [ { to: shop, weight: 1 }, { to: db, weight: 1 } ]'),
      'a backlog sends without end into db',
    ],
  ])('%#: %s', (text, part) => {
    const lines = mistakes(text);
    expect(
      lines.filter((line) => line.includes(part)),
      lines.join('\n'),
    ).toHaveLength(1);
    expect(lines.every((line) => /^f:\d+:\d+: /.test(line))).toBe(true);
  });
});

describe('a trace', () => {
  const text = arrivals('{ trace: t.csv }');

  it('of times is moments, rounded to the nanosecond and never through a product of doubles', () => {
    const plan = planWith(text, {
      't.csv': 'time\n# remark\n0\n0.1\n.1000000004\r\n1e-1\n8999999.123456789\n8999999.2',
    });
    expect(plan.producers[0]?.arrivals).toEqual({
      kind: 'trace',
      atNs: Float64Array.of(0, 1e8, 1e8, 1e8, 8999999123456789, 8999999200000000),
    });
    expect(hasChance(plan)).toBe(false);
  });

  it('of time,rate is a Poisson schedule, 0 before the first, and can be scaled', () => {
    const plan = planWith(text, { 't.csv': 'time,rate\n2,10\n5.5, 0\n' }, 3);
    expect(plan.producers[0]?.arrivals).toEqual({
      kind: 'poisson',
      rate: [
        { atNs: 0, perSecond: 0, rampNs: 0 },
        { atNs: 2e9, perSecond: 30, rampNs: 0 },
        { atNs: 5.5e9, perSecond: 0, rampNs: 0 },
      ],
    });
  });

  it.each([
    ['a word', '1\nsoon\n3\n', 'dir/t.csv:2:1: no arrival; expected a time in seconds'],
    ['a negative time', '1\n-2\n', 'dir/t.csv:2:1: no arrival'],
    ['a line out of order', '1\n3\n2\n', 'dir/t.csv:3:1: 2 s comes after 3 s'],
    ['an empty line', '1\n\n2\n', 'dir/t.csv:2:1: an empty line'],
    ['a rate among times', '1\n2,5\n', 'dir/t.csv:2:1: a line of another kind'],
    ['a time among rates', '1,5\n2\n', 'dir/t.csv:2:1: a line of another kind'],
    ['two rates at one time', '1,5\n1,6\n', 'dir/t.csv:2:1: 1 s comes after 1 s'],
    ['three columns', '1,5,6\n', 'dir/t.csv:1:1: no arrival'],
    ['more than the clock counts', '1e10\n', 'dir/t.csv:1:1: no arrival'],
    ['nothing', '', 'dir/f.yaml:3:42: producers.users.arrivals.trace: t.csv holds no arrivals'],
    ['only a heading', 'time\n', 'dir/f.yaml:3:42: producers.users.arrivals.trace: t.csv holds no'],
  ])('with %s is refused at its line', (_, content, expected) => {
    const lines = told(text, { 't.csv': content });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(expected);
  });

  it('that is not there is told where it is named', () => {
    expect(told(text, {})).toEqual([
      'dir/f.yaml:3:42: producers.users.arrivals.trace: t.csv cannot be read: ENOENT: no such file',
    ]);
  });

  it('of times takes no surge and no sweep of load; one of rates takes both', () => {
    const more = `faults: [ { at: 1s, for: 1s, surge: users, factor: 2 } ]
sweep: { load: [50%, 100%] }`;
    const both = arrivals('{ trace: t.csv }', more);
    const lines = told(both, { 't.csv': '1\n2\n' });
    expect(lines.map((line) => line.replace(/^.*?: .*?: /, ''))).toEqual([
      'a surge cannot multiply users, whose trace gives the moments themselves (write the trace as lines of time,rate)',
      'load cannot scale users, whose trace gives the moments themselves (write the trace as lines of time,rate)',
    ]);
    expect(told(both, { 't.csv': '0,1\n2,5\n' })).toEqual([]);
    expect(told(arrivals('{ trace: t.csv }', 'sweep: { load: [1] }'), { 't.csv': '1\n' })).toEqual(
      [],
    );
    expect(() => planWith(text, { 't.csv': '1\n' }, 2)).toThrow('load cannot scale users');
  });

  it('that only a sweep names is read too', () => {
    const swept = arrivals(
      '{ trace: t.csv }',
      'sweep: { producers.users.arrivals.trace: [t.csv, u.csv] }',
    );
    expect(told(swept, { 't.csv': '1\n', 'u.csv': '2\n' })).toEqual([]);
    expect(told(swept, { 't.csv': '1\n' }).join()).toContain('u.csv cannot be read');
  });

  it('of a million lines loads in a second or two', () => {
    const lines = Array.from({ length: 1_000_000 }, (_, i) => (i / 1000).toFixed(6));
    const content = `${lines.join('\n')}\n`;
    const begun = process.cpuUsage();
    const plan = planWith(text, { 't.csv': content });
    const { user, system } = process.cpuUsage(begun);
    const { atNs } = plan.producers[0]!.arrivals as { atNs: Float64Array };
    expect(atNs.length).toBe(1_000_000);
    expect(atNs[999_999]).toBe(999_999_000_000);
    expect((user + system) / 1e6).toBeLessThan(4);
  });
});

describe('files beside a scenario', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-traffic-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('that cannot be read are a mistake of the file, also where an operator sets something', () => {
    const set = 'faults: [ { at: 1s, set: { producers: { users: { size: 1KiB } } } } ]\n';
    const { issues } = load(arrivals('{ trace: data/t.csv }', set), {});
    expect(issues.map(({ message }) => message)).toEqual([
      expect.stringContaining('data/t.csv cannot be read'),
    ]);
  });

  it('are found from any working directory', async () => {
    mkdirSync(join(folder, 'deep', 'data'), { recursive: true });
    const scenario = arrivals('{ trace: data/t.csv }').replace('5ms', '{ empirical: data/l.csv }');
    writeFileSync(join(folder, 'deep', 's.yaml'), scenario);
    writeFileSync(join(folder, 'deep', 'data', 't.csv'), '1\n2\n');
    writeFileSync(join(folder, 'deep', 'data', 'l.csv'), '0.010\n0.020\n');
    for (const cwd of [folder, join(folder, 'deep', 'data'), tmpdir()]) {
      const file = cwd === folder ? 'deep/s.yaml' : join(folder, 'deep', 's.yaml');
      const { code, stdout } = await spillway(['run', file, '--json', '--quiet'], { cwd });
      expect(code).toBe(0);
      expect(JSON.parse(stdout).policies.base.ledger.offered).toBe(2);
    }
    writeFileSync(join(folder, 'deep', 'data', 't.csv'), '2\n1\n');
    const { code, stderr } = await spillway(['validate', 'deep/s.yaml'], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toContain('deep/data/t.csv:2:1: 1 s comes after 2 s');
  });
});
