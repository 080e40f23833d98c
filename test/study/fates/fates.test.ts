import { describe, expect, it } from 'vitest';
import { planFor } from '../../../src/scenario/index.js';
import { compareFates, type FatesResult, NoSuchRequest } from '../../../src/study/fates/fates.js';
import { Pace } from '../../../src/study/progress.js';
import { run, scenarioOf } from '../../model/kit.js';

/** Two policies of a scenario, at its seed. */
async function compared(
  text: string,
  [a, b]: readonly [string, string],
  request?: string,
): Promise<FatesResult> {
  const scenario = scenarioOf(text);
  const of = (name: string) => ({ name, plan: planFor(scenario, name) });
  const options = { memoryLimitBytes: 4e9, request, pace: new Pace(undefined) };
  return (await compareFates([of(a), of(b)], options))!;
}

function linesOf({ request }: FatesResult, side: 'a' | 'b'): string {
  return request![side].lines.map(({ at, text }) => `${at.toFixed(3)} ${text}`).join('\n');
}

/** Ten a second come until `until`; the desk takes a second for each. */
const desk = (until: string, more: string) => `
seed: 1
duration: 20s
producers:
  web: { arrivals: { constant: [ { at: 0s, rate: 10/s }, { at: ${until}, rate: 0/s } ] }, to: desk }
services: { desk: { workers: 1, queue: { capacity: 1 }, handler: [ { work: 1s } ] } }
${more}`;

describe('the first difference of two runs is the one that hand and head find', () => {
  it('a queue of one refuses the third of three, a queue of two lets it wait', async () => {
    const text = desk(
      '350ms',
      'policies: { one: { title: One }, two: { services: { desk: { queue: { capacity: 2 } } } } }',
    );
    const found = await compared(text, ['one', 'two']);
    const { fates } = found;
    expect(fates).toMatchObject({
      both: 3,
      only: [0, 0],
      differing: 1,
      first_arrived: { request: 'web/3', arrived: 0.3, fates: ['failed: rejected', 'good'] },
      latency: { count: 2, mean: 0, same: 2 },
    });
    expect(fates.parting).toMatchObject({ at: 0.3, request: 'web/3' });
    expect(fates.cause!.lines).toEqual([
      'its ways part: under one at 0.300 s desk: refused: the queue is full (1 wait of 1, ' +
        '1 of 1 workers are busy); under two at 0.300 s desk: waits; 1 wait already, ' +
        '1 of 1 workers are busy',
      'in the end, under one: at 0.300 s web -> desk: refused, at once; no retries here',
    ]);
    expect(linesOf(found, 'b')).toBe(
      [
        '0.300 web/3 arrives',
        '0.300 web -> desk: sent',
        '0.300 desk: waits; 1 wait already, 1 of 1 workers are busy',
        '2.100 desk: a worker takes it, after 1.8 s',
        '3.100 desk: done after 1 s',
        '3.100 web -> desk: answered after 2.8 s',
        '3.100 web/3 ends good, after 2.8 s',
      ].join('\n'),
    );
    expect(found.request!.b.spans).toEqual([
      { id: 0, parent: null, kind: 'request', place: 'web/3', from: 0.3, to: 3.1, outcome: 'good' },
      {
        ...{ id: 1, parent: 0, kind: 'try', place: 'web -> desk', number: 1 },
        ...{ from: 0.3, to: 3.1, outcome: 'ok' },
      },
      { id: 2, parent: 1, kind: 'queue', place: 'desk', from: 0.3, to: 2.1, outcome: null },
      { id: 3, parent: 1, kind: 'work', place: 'desk', from: 2.1, to: 3.1, outcome: null },
    ]);
  });

  const retries = desk(
    '350ms',
    `
policies:
  once: { title: Once }
  twice: { calls: { "web -> desk": { retry: { attempts: 2, backoff: { fixed: 2s } } } } }
  poor:
    calls: { "web -> desk": { retry: { attempts: 2, backoff: { fixed: 2s }, budget: 10% } } }`,
  );

  it('who is tried again comes when there is room', async () => {
    const found = await compared(retries, ['once', 'twice']);
    expect(found.fates.first_arrived).toMatchObject({
      request: 'web/3',
      fates: ['failed: rejected', 'good'],
    });
    expect(found.fates.cause!.lines[0]).toBe(
      'its ways part: under once at 0.300 s web -> desk: refused, at once; no retries here; ' +
        'under twice at 0.300 s web -> desk: refused, at once; tried again after 2 s',
    );
    expect(found.fates.parting).toMatchObject({
      at: 2.3,
      text: 'only under twice web/3 is sent over web -> desk',
    });
    const tries = found.request!.b.spans.filter(({ kind }) => kind === 'try');
    expect(tries.map(({ number, outcome }) => [number, outcome])).toEqual([
      [1, 'rejected'],
      [2, 'ok'],
    ]);
  });

  it('an empty budget is named where it keeps a retry back', async () => {
    const found = await compared(retries, ['poor', 'twice']);
    expect(found.fates.cause!.lines[0]).toContain(
      'under poor at 0.300 s web -> desk: refused, at once; no retry: the budget is empty; ' +
        'under twice at 0.300 s web -> desk: refused, at once; tried again after 2 s',
    );
  });

  it('a deadline ends the wait of the second, and says where it stood', async () => {
    const text = desk(
      '250ms',
      'policies: { patient: { title: P }, hasty: { calls: { "* -> *": { deadline: 1500ms } } } }',
    );
    const { fates } = await compared(text, ['patient', 'hasty']);
    expect(fates.first_arrived).toMatchObject({
      request: 'web/2',
      fates: ['good', 'failed: deadline'],
    });
    expect(fates.cause!.lines[0]).toContain(
      'under hasty at 1.700 s web -> desk: given up after 1.5 s: the deadline has come, ' +
        'still at work at desk',
    );
  });

  it('a breaker that is open is named with the moment since when it is', async () => {
    const text = desk(
      '1050ms',
      `
policies:
  none: { title: None }
  breaker: { calls: { "web -> desk": { breaker: { consecutive: 3, open_for: 1500ms } } } }`,
    );
    const found = await compared(text, ['none', 'breaker'], 'web/6');
    expect(found.fates.parting).toMatchObject({
      at: 0.5,
      text: 'only under breaker a breaker of web -> desk is open',
    });
    expect(found.request!.b.fate).toBe('failed: breaker_open');
    expect(linesOf(found, 'b')).toContain(
      '0.600 web -> desk: not sent: the breaker is open, since 0.500 s',
    );
    // Ten come by then; the first is done at 1.1 s, and nobody else finds room before.
    expect(found.fates.table).toContainEqual({
      ...{ a: 'failed: rejected', b: 'failed: breaker_open', count: 5 },
      first: ['web/6', 'web/7', 'web/8', 'web/9', 'web/10'],
    });
  });
});

describe('one request can be asked for', () => {
  const two = desk('350ms', 'policies: { a: { title: A }, b: { title: B } }');

  it('by its number, from 1, or with its producer', async () => {
    for (const name of ['2', 'web/2']) {
      const { request } = await compared(two, ['a', 'b'], name);
      expect(request!.a).toMatchObject({ request: 'web/2', arrived: 0.2, fate: 'good' });
      expect(request!.b).toEqual(request!.a);
    }
  });

  it.each(['4', '0', 'nobody/1', '1.5', 'x'])('not by %s, of which there is none', async (name) => {
    await expect(compared(two, ['a', 'b'], name)).rejects.toThrow(NoSuchRequest);
  });

  it('of a user by who it is and which of theirs', async () => {
    const text = `
seed: 3
duration: 20s
producers: { users: { arrivals: { closed: { users: 3, think: 1s } }, to: desk } }
services: { desk: { workers: 1, handler: [ { work: { exponential: 100ms } } ] } }
policies: { a: { title: A }, b: { services: { desk: { workers: 2 } } } }`;
    const { fates, request } = await compared(text, ['a', 'b'], 'users/3.2');
    expect(request!.a.request).toBe('users/3.2');
    // The same request by its key: its work is the same, whenever it comes.
    const work = [request!.a, request!.b].map(({ spans }) => {
      const { from, to } = spans.find(({ kind }) => kind === 'work')!;
      return to! - from;
    });
    expect(work[0]).toBeCloseTo(work[1]!, 9);
    expect(fates.both).toBeGreaterThan(40);
  });
});

describe('what a request brings is the same under every policy', () => {
  const shop = (more: string) => `
seed: 7
duration: 30s
producers: { web: { arrivals: { poisson: 90/s }, to: checkout } }
services:
  checkout: { workers: 50, handler: [ { work: 2ms }, { call: payments } ] }
  payments: { workers: 10, queue: { capacity: 40 }, handler: [ { work: { exponential: 100ms } } ] }
calls: { "* -> *": { timeout: 500ms } }
${more}`;

  it('a policy that changes nothing changes the fate of no request, and nothing that happens', async () => {
    const text = shop('policies: { a: { title: A }, b: { title: B } }');
    const { fates, request } = await compared(text, ['a', 'b']);
    expect(fates).toMatchObject({ differing: 0, parting: null, cause: null, first_arrived: null });
    expect(request).toBeNull();
    expect(fates.both).toBeGreaterThan(2_000);
  });

  it('another producer with a service of its own changes no fate of the others', async () => {
    const more = shop('').replace('producers: {', 'producers: { batch: ANOTHER,');
    const another = '{ arrivals: { poisson: 5/s }, to: other }';
    const other =
      'services:\n  other: { workers: 1, handler: [ { work: { exponential: 10ms } } ] }';
    const texts = [shop(''), more.replace('ANOTHER', another).replace('services:', other)];
    const [a, b] = texts.map((text, i) => ({
      name: 'ab'[i]!,
      plan: planFor(scenarioOf(text), 'base'),
    }));
    const options = { memoryLimitBytes: 4e9, pace: new Pace(undefined) };
    const { fates } = (await compareFates([a!, b!], options))!;
    expect(fates).toMatchObject({ differing: 0, first_arrived: null });
    expect(fates.only[0]).toBe(0);
    expect(fates.only[1]).toBeGreaterThan(100);
    expect(fates.latency).toMatchObject({ slower: 0, faster: 0 });
    expect(fates.parting!.text).toMatch(/^only under b batch\/1 /);
    expect(fates.parting!.places.map(({ place }) => place)).toEqual(['batch -> other', 'other']);
  });

  it('the table adds up to the ledgers of both runs', async () => {
    const text = shop(`
policies:
  a: { title: A }
  b: { calls: { "* -> *": { retry: { attempts: 3, backoff: none } } } }`);
    const { fates } = await compared(text, ['a', 'b']);
    const scenario = scenarioOf(text);
    for (const [side, policy] of [
      ['a', 'a'],
      ['b', 'b'],
    ] as const) {
      const { ledger } = run(planFor(scenario, policy));
      const count = (fate: string) =>
        fates.table
          .filter((pair) => pair[side] === fate)
          .reduce((sum, pair) => sum + pair.count, 0);
      expect(count('good')).toBe(ledger.good);
      expect(count('failed: timeout')).toBe(ledger.failed['timeout'] ?? 0);
      expect(count('failed: error')).toBe(ledger.failed['error'] ?? 0);
      expect(count('unfinished')).toBe(ledger.unfinished);
    }
    expect(fates.differing).toBeGreaterThan(100);
    expect(fates.latency!.slower).toBeGreaterThan(0);
  });
});

describe('a request that goes through a queue is one story', () => {
  it('publishing, the message, its delivery and its end hang together', async () => {
    const text = `
seed: 5
duration: 20s
producers: { web: { arrivals: { constant: 2/s }, to: jobs } }
queues: { jobs: { broker: rabbitmq } }
services: { worker: { consumes: jobs, prefetch: 1, workers: 1, handler: [ { work: 400ms } ] } }
policies: { a: { title: A }, b: { services: { worker: { workers: 2, prefetch: 2 } } } }`;
    const { request } = await compared(text, ['a', 'b'], '3');
    const { spans } = request!.a;
    const kinds = ['request', 'publish', 'message', 'delivery', 'work'];
    const chain = kinds.map((kind) => spans.find((span) => span.kind === kind)!);
    chain.slice(1).forEach((span, i) => {
      expect(span.parent).toBe(chain[i]!.id);
    });
    expect(request!.a.fate).toBe('good');
    expect(chain[2]).toMatchObject({ place: 'jobs', outcome: 'acknowledged' });
  });
});
