import { describe, expect, it } from 'vitest';
import { figure, figures, planOf, run, runText, seriesOf } from './kit.js';

/** One service with rules, and who sends to it. */
const shop = (
  admission: string,
  { arrivals = 'constant: 10/s', keys = 'workers: 100', work = '1ms', more = '' } = {},
): string => `
duration: 10s
producers: { users: { arrivals: { ${arrivals} }, to: shop } }
services:
  shop: { ${keys}, admission: [ ${admission} ], handler: [ { work: ${work} } ] }
${more}`;

/** Several producers of the same kind, by name and rate. */
const senders = (rates: Record<string, string>, keys: Record<string, string> = {}): string =>
  Object.entries(rates)
    .map(([name, rate]) => {
      return `  ${name}: { arrivals: { constant: ${rate} }, to: shop ${keys[name] ?? ''} }`;
    })
    .join('\n');

describe('semantics 8: rules are asked in the order of the list, before the queue', () => {
  it('what a later rule refuses has cost the earlier one its token', () => {
    const both = ['{ rate_limit: { rate: 1/s, burst: 1 } }', '{ concurrency: 1 }'];
    const [tokensFirst, placesFirst] = [both, both.toReversed()].map((rules) =>
      figure(runText(shop(rules.join(', '), { work: '1.3s' })), 'services.shop.rejected'),
    );
    // The place is taken for 1.3 s. With the bucket first each second token goes to one who finds it
    // taken, so one in two seconds comes in; else one every 1.3 s.
    expect(99 - (tokensFirst as number)).toBe(5);
    expect(99 - (placesFirst as number)).toBe(8);
  });

  it('a refused request is no arrival at the queue, and ends rejected', () => {
    const full = 'workers: 1, queue: { capacity: 50 }';
    const ends = runText(shop('{ concurrency: 3 }', { keys: full, work: '1s' }));
    expect(figures(ends, 'services.shop.queue.depth.max', 'services.shop.arrivals')).toEqual([
      ...[2, 99],
    ]);
    expect(ends.ledger.failed).toEqual({ rejected: figure(ends, 'services.shop.rejected') });
  });
});

describe('rate_limit', () => {
  it('lets its rate and burst through, and the rest is rejected', () => {
    const ends = runText(shop('{ rate_limit: { rate: 2/s, burst: 5 } }'));
    // 5 at first, then 2 a second, of 99 from 0.1 s on.
    expect(figures(ends, 'services.shop.rejected', 'services.shop.arrivals')).toEqual([75, 99]);
  });

  const tenants = (rule: string, keys = ''): string => `
duration: 10s
producers:
${senders({ greedy: '100/s', modest: '5/s' })}
services: { shop: { workers: 100, ${keys} admission: [ { rate_limit: { ${rule} } } ] } }`;

  it('with one bucket the greedy take it all; with one each they do not', () => {
    const one = runText(tenants('rate: 20/s, burst: 1'));
    const each = runText(tenants('rate: 20/s, burst: 1, per: tenant'));
    expect(figure(one, 'producers.modest.success_ratio')).toBeLessThan(0.5);
    expect(figure(each, 'producers.modest.success_ratio')).toBe(1);
    expect(figure(each, 'producers.greedy.throughput')).toBeCloseTo(20, 0);
  });

  it('a plan has numbers of its own', () => {
    const ends = runText(
      tenants('rate: 20/s, burst: 1, per: tenant, plans: { greedy: { rate: 50/s, burst: 1 } }'),
    );
    expect(figure(ends, 'producers.greedy.throughput')).toBeCloseTo(50, 0);
  });

  it('drawn tenants have a bucket each, with the plan of the producer that draws them', () => {
    const ends = runText(`
duration: 10s
producers:
  known: { arrivals: { constant: 100/s }, to: shop, tenant: { zipf: { n: 2, s: 0 } } }
  other: { arrivals: { constant: 100/s }, to: shop, tenant: { zipf: { n: 2, s: 0 } } }
services:
  shop:
    workers: 100
    admission: [ { rate_limit: { rate: 5/s, burst: 1, per: tenant, plans: { known: { rate: 20/s, burst: 1 } } } } ]`);
    // Two tenants each of 50 a second, who waste what is left of their time until the next comes.
    const [known, other] = ['known', 'other'].map((p) => figure(ends, `producers.${p}.throughput`));
    expect(known).toBeGreaterThan(2 * 13);
    expect(known).toBeLessThanOrEqual(2 * 20);
    expect(other).toBeGreaterThan(2 * 4.2);
    expect(other).toBeLessThanOrEqual(2 * 5.1);
  });

  it('semantics 16: each replica has its own, but a shared one is one for the fleet', () => {
    const [own, shared] = ['', 'shared: true,'].map((how) =>
      runText(
        shop(`{ rate_limit: { ${how} rate: 1/s, burst: 1 } }`, { keys: 'workers: 9, replicas: 4' }),
      ),
    );
    expect(figure(own!, 'services.shop.completed')).toBeGreaterThan(32);
    expect(figure(shared!, 'services.shop.completed')).toBe(10);
  });
});

describe('concurrency', () => {
  it('counts who waits and who is at work', () => {
    const ends = runText(shop('{ concurrency: 4 }', { keys: 'workers: 2', work: '1s' }));
    expect(figure(ends, 'services.shop.queue.depth.max')).toBe(2);
    expect(figure(ends, 'services.shop.in_flight.mean')).toBeGreaterThan(3.7);
  });

  it('semantics 16: a shared limit is one for all replicas', () => {
    const [own, shared] = ['limit: 2', 'limit: 2, shared: true'].map((rule) =>
      runText(
        shop(`{ concurrency: { ${rule} } }`, { keys: 'workers: 9, replicas: 3', work: '1s' }),
      ),
    );
    expect(figure(own!, 'services.shop.in_flight.mean')).toBeGreaterThan(4.5);
    expect(figure(shared!, 'services.shop.in_flight.mean')).toBeLessThanOrEqual(2);
  });

  it('who stands at the door is counted: it was let in', () => {
    const keys = 'workers: 1, queue: { capacity: 1, when_full: block }';
    const ends = runText(shop('{ concurrency: 3 }', { keys, work: '20s' }));
    expect(figure(ends, 'producers.users.blocked.max')).toBe(1);
    expect(figure(ends, 'services.shop.rejected')).toBe(96);
  });

  it('the series has the limits of all replicas added up; none where there is none', () => {
    const plan = planOf(shop('{ concurrency: 4 }', { keys: 'workers: 2, replicas: 3' }));
    expect(seriesOf(run(plan), 'services.shop.limit')).toEqual(Array(10).fill(12));
    const shared = planOf(
      shop('{ concurrency: { limit: 4, shared: true } }', { keys: 'workers: 2, replicas: 3' }),
    );
    expect(seriesOf(run(shared), 'services.shop.limit')).toEqual(Array(10).fill(4));
    expect(run(planOf(shop(''))).series['services.shop.limit']).toBeUndefined();
  });

  it('a limit learns from what ends: AIMD sinks on what takes too long, and rises', () => {
    const aimd = '{ concurrency: { aimd: { initial_limit: 20, min_limit: 1, timeout: 100ms } } }';
    const slow = run(planOf(shop(aimd, { arrivals: 'constant: 100/s', work: '200ms' })));
    expect(seriesOf(slow, 'services.shop.limit').at(-1)).toBeLessThan(3);
    const fast = run(planOf(shop(aimd, { arrivals: 'constant: 600/s', work: '50ms' })));
    expect(seriesOf(fast, 'services.shop.limit').at(-1)).toBeGreaterThan(28);
  });

  it('errors teach a limit nothing; what expires is a drop', () => {
    const aimd = '{ concurrency: { aimd: { initial_limit: 20, min_limit: 1 } } }';
    const errors = 'faults: [ { at: 0s, errors: shop, ratio: 100% } ]';
    const failing = run(planOf(shop(aimd, { arrivals: 'constant: 500/s', more: errors })));
    expect(seriesOf(failing, 'services.shop.limit')).toEqual(Array(10).fill(20));
    const impatient = { keys: 'workers: 1, queue: { max_age: 100ms }', work: '1s' };
    const expiring = run(planOf(shop(aimd, impatient)));
    expect(seriesOf(expiring, 'services.shop.limit').at(-1)).toBeLessThan(3);
  });

  it('a crash forgets what was learned, unless the limit is shared', () => {
    const crash = 'faults: [ { at: 5s, crash: shop, restart: 100ms } ]';
    const learnt = (how: string): (number | null)[] =>
      seriesOf(
        run(
          planOf(
            shop(`{ concurrency: { ${how} aimd: { min_limit: 1, timeout: 100ms } } }`, {
              arrivals: 'constant: 50/s',
              work: '200ms',
              more: crash,
            }),
          ),
        ),
        'services.shop.limit',
      );
    const [before, after] = [4, 5].map((second) => learnt('')[second]);
    expect(before).toBeLessThan(3);
    expect(after).toBeGreaterThan(8);
    expect(learnt('shared: true,')[5]).toBeLessThan(3);
  });
});

describe('priority_shed', () => {
  const shedding = (of: string, keys: string): string => `
duration: 20s
producers:
${senders({ batch: '20/s', login: '20/s' }, { batch: ', priority: 2', login: ', priority: 0' })}
services:
  shop:
    ${keys}
    handler: [ { work: 100ms } ]
    admission: [ { priority_shed: { of: ${of}, levels: [ { priority: 2, above: 50% } ] } } ]`;

  it.each([
    // Of 30 places in the queue.
    ['queue', 'workers: 3\n    queue: { capacity: 30 }', 15],
    // Of 33 at work or waiting.
    ['in_flight', 'workers: 3\n    queue: { capacity: 30 }', 14],
    // Batch comes in while one worker of three is busy at most.
    ['utilization', 'workers: 3', 1],
  ])('%s: the less important are refused while it is over half full', (of, keys, depth) => {
    const ends = runText(shedding(of, keys));
    expect(figure(ends, 'producers.login.success_ratio')).toBeGreaterThan(0.9);
    expect(figure(ends, 'producers.login.rejected_ratio')).toBe(0);
    expect(figure(ends, 'producers.batch.rejected_ratio')).toBeGreaterThan(0.4);
    expect(figure(ends, 'services.shop.queue.depth.max')).toBeLessThanOrEqual(depth + 3);
  });

  it('under ps who is there beyond the workers is in the queue', () => {
    const ps = 'workers: 3\n    queue: { capacity: 30, discipline: ps }';
    const ends = runText(shedding('queue', ps));
    expect(figure(ends, 'producers.login.rejected_ratio')).toBe(0);
    expect(figure(ends, 'services.shop.queue.depth.max')).toBeLessThanOrEqual(19);
  });

  it('of the limit: what concurrency lets in, the more important may use alone', () => {
    const ends = runText(
      shedding('limit', 'workers: 3').replace(
        'admission: [ ',
        'admission: [ { concurrency: 10 }, ',
      ),
    );
    expect(figure(ends, 'producers.batch.rejected_ratio')).toBeGreaterThan(0.4);
    expect(figure(ends, 'producers.login.rejected_ratio')).toBeLessThan(0.05);
  });
});

describe('dagor', () => {
  const overloaded = (more = ''): string => `
duration: 60s
warmup: 20s
producers:
  login: { arrivals: { poisson: 50/s }, to: shop, priority: 0, tenant: { zipf: { n: 500, s: 0 } } }
  batch: { arrivals: { poisson: 100/s }, to: shop, priority: 1, tenant: { zipf: { n: 500, s: 0 } } }
services:
  shop: { workers: 10, handler: [ { work: { exponential: 100ms } } ], admission: [ { dagor: {} } ] }
${more}`;

  it('keeps the wait near its target, and what it refuses is the least important', () => {
    const ends = runText(overloaded());
    expect(figure(ends, 'services.shop.wait.mean')).toBeLessThan(0.1);
    expect(figure(ends, 'producers.login.success_ratio')).toBeGreaterThan(0.95);
    expect(figure(ends, 'producers.batch.success_ratio')).toBeGreaterThan(0.2);
    expect(figure(ends, 'services.shop.utilization')).toBeGreaterThan(0.8);
  });

  it('all attempts of a request have one level, so trying again hardly helps', () => {
    const plain = runText(overloaded());
    const retried = runText(overloaded('calls: { "* -> *": { retry: { attempts: 4 } } }'));
    // A failure that is independent of the last one would nearly vanish in four attempts.
    const rejected = 1 - figure(plain, 'producers.batch.success_ratio');
    expect(1 - figure(retried, 'producers.batch.success_ratio')).toBeGreaterThan(0.7 * rejected);
  });
});

describe('fair_queues', () => {
  const flows = (rule: string, keys = ''): string => `
duration: 30s
producers:
  elephant: { arrivals: { poisson: 300/s }, to: shop }
  mouse: { arrivals: { poisson: 5/s }, to: shop }
  shrew: { arrivals: { poisson: 5/s }, to: shop }
services:
  shop: { workers: 10, ${keys} handler: [ { work: { exponential: 100ms } } ], admission: [ ${rule} ] }`;

  it('small tenants hardly wait beside a great one, which fills its hand and is refused', () => {
    const ends = runText(flows('{ fair_queues: { queues: 64, hand: 4, length: 20 } }'));
    expect(figure(ends, 'producers.mouse.rejected_ratio')).toBe(0);
    expect(figure(ends, 'producers.mouse.latency.p90')).toBeLessThan(0.5);
    expect(figure(ends, 'producers.elephant.rejected_ratio')).toBeGreaterThan(0.6);
    // 4 queues of 20.
    expect(figure(ends, 'services.shop.queue.depth.max')).toBeLessThanOrEqual(90);
  });

  it('with a single queue all are alike', () => {
    const ends = runText(flows('{ fair_queues: { queues: 1, hand: 1, length: 80 } }'));
    expect(figure(ends, 'producers.mouse.rejected_ratio')).toBeGreaterThan(0.4);
  });

  it('a single queue is the line in order of arrival, fact by fact', () => {
    const fair = runText(flows('{ fair_queues: { queues: 1, hand: 1, length: 80 } }'));
    const plain = runText(flows('', 'queue: { capacity: 80 },'));
    expect(fair.fingerprint).toBe(plain.fingerprint);
  });
});

describe('can_finish', () => {
  const deadline = (rule: string, keys = 'workers: 10'): string => `
duration: 30s
producers:
  users: { arrivals: { poisson: 150/s }, to: shop, deadline: 500ms }
services:
  shop: { ${keys}, deadline_check: true, handler: [ { work: { exponential: 100ms } } ], admission: [ ${rule} ] }`;

  it('refuses at once what would miss its deadline', () => {
    const plain = runText(deadline(''));
    const asked = runText(deadline('{ can_finish: true }'));
    expect(figure(asked, 'success_ratio')).toBeGreaterThan(1.1 * figure(plain, 'success_ratio'));
    expect(figure(asked, 'wasted_work')).toBeLessThan(0.7 * figure(plain, 'wasted_work'));
    const [told, waited] = [asked, plain].map((ends) => figure(ends, 'failure_latency.mean'));
    expect(told).toBeLessThan(0.5 * (waited as number));
    expect(asked.ledger.failed['rejected']).toBeGreaterThan(1000);
  });

  it('lets everybody in who tells no deadline', () => {
    const ends = runText(deadline('{ can_finish: true }').replace(', deadline: 500ms', ''));
    expect(ends.ledger.failed).toEqual({});
  });

  it('who finds nobody there is let in, however long the last ones took', () => {
    const slow = `faults: [ { at: 3s, for: 3s, slow: shop, factor: 20 } ]`;
    const ends = runText(
      `${deadline('{ can_finish: true }', 'workers: 1').replace('150/s', '5/s')}\n${slow}`,
    );
    const [during, after] = [5, 20].map((second) => seriesOf(ends, 'goodput')[second] as number);
    expect(during).toBeLessThan(1);
    expect(after).toBeGreaterThan(0);
    expect(figure(ends, 'success_ratio')).toBeGreaterThan(0.4);
  });
});

describe('signal', () => {
  const steps =
    'constant: [ { at: 0s, rate: 10/s }, { at: 4s, rate: 100/s }, { at: 7s, rate: 10/s } ]';

  it('acts from the whole second on after which the figure was so, until it is not', () => {
    const ends = runText(shop('{ signal: { when: offered > 50/s } }', { arrivals: steps }));
    // Over the second from 4 to 5 s it was so: 5 … 8 s all are refused.
    expect(seriesOf(ends, 'services.shop.rejected')).toEqual([0, 0, 0, 0, 0, 100, 100, 10, 0, 0]);
  });

  it('of several conditions any is enough; a share is struck by the draw of each attempt', () => {
    const any = '{ signal: { when: [ errors.error > 5/s, offered > 50/s ], share: 50% } }';
    const rejected = seriesOf(runText(shop(any, { arrivals: steps })), 'services.shop.rejected');
    expect(rejected[4]).toBe(0);
    expect(rejected[5]).toBeGreaterThan(30);
    expect(rejected[5]).toBeLessThan(70);
  });

  it('with a delay nobody is refused: the way to the queue is longer', () => {
    const rule = '{ signal: { when: offered > 50/s, delay: 300ms } }';
    const ends = runText(shop(rule, { arrivals: steps }));
    expect(ends.ledger.failed).toEqual({});
    const p50 = seriesOf(ends, 'latency.p50');
    expect(p50[4]).toBeLessThan(0.002);
    expect(p50[6]).toBeCloseTo(0.301, 2);
    expect(figures(ends, 'services.shop.wait.p50', 'latency.max')[1]).toBeCloseTo(0.301, 6);
  });

  it('who is held back is asked by the rules after it only then', () => {
    const rules = ['{ signal: { when: offered > 50/s, delay: 300ms } }', '{ concurrency: 9 }'];
    const [after, before] = [rules, rules.toReversed()].map((list) =>
      figure(runText(shop(list.join(', '), { arrivals: steps })), 'services.shop.rejected'),
    );
    expect(after).toBe(0);
    // 30 at once are held back, and with the limit first they are in flight.
    expect(before).toBeGreaterThan(100);
  });

  it('a caller that cancels, and a crash, end the wait', () => {
    const rule = '{ signal: { when: offered > 5/s, delay: 3s } }';
    const calls = 'calls: { "* -> *": { timeout: 1s, cancel: true } }';
    const cancelled = runText(shop(rule, { more: calls }));
    // From 1 s on all are held back, and given up after a second: only the last ones are out.
    expect(cancelled.ledger.failed['timeout']).toBe(80);
    expect(cancelled.ledger.unfinished).toBe(10);
    const crash = 'faults: [ { at: 3s, crash: shop, restart: 1s } ]';
    expect(runText(shop(rule, { more: crash })).ledger.failed['crashed']).toBe(20);
  });
});

describe('semantics 33: a rule that refuses for want of room saturates', () => {
  it('at the first refusal with all workers busy; a rate limit does not', () => {
    const marks = (rule: string) =>
      run(planOf(shop(rule, { keys: 'workers: 2', work: '1s' }))).marks;
    // Two are at work and one waits from 0.3 s on: the fourth is refused.
    expect(marks('{ concurrency: 3 }')).toMatchObject([{ atNs: 0.4e9, how: 'limit', depth: 1 }]);
    expect(marks('{ rate_limit: { rate: 1/s, burst: 1 } }')).toEqual([]);
  });
});
