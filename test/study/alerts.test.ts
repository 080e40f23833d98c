import { describe, expect, it } from 'vitest';
import { formatIssue, loadScenario, runScenario } from '../../src/index.js';
import type { PolicyResult } from '../../src/study/result.js';

const TEXT = `
spillway: 1
duration: 2m
warmup: 10s
producers: { users: { arrivals: { constant: 100/s }, to: shop } }
services:
  shop: { workers: 10, queue: { capacity: 100 }, handler: [ { call: db } ] }
dependencies: { db: { workers: 10, handler: [ { work: 50ms } ] } }
faults: [ { at: 60s, for: 20s, slow: db, factor: 4 } ]
`;

async function run(more = '', options: { stepSeconds?: number; replications?: number } = {}) {
  const { scenario, issues } = loadScenario({ text: TEXT + more, file: 'shop.yaml' });
  expect(issues.map(formatIssue)).toEqual([]);
  const settings = { version: '0', scenarioSha256: '', memoryLimitBytes: 8e9, ...options };
  return runScenario(scenario!, settings);
}

describe('the alerts of a run', () => {
  it('come at the second a monitoring system would see them', async () => {
    const { policies } = await run();
    const { alerts } = policies['base']!;
    // Ten workers of 200 ms serve 50/s: from 60 s on the queue grows by 50/s to its 100.
    const first = (rule: string) => alerts.find((alert) => alert.rule === rule);
    // Over 80 waiting at 62 s for the first time, and at each look for five seconds more.
    expect(first('queue_depth')).toMatchObject({ at: 67, component: 'shop', value: 1 });
    expect(first('workers_busy')).toMatchObject({ at: 66, component: 'shop' });
    // Half of what comes is refused from 62.x s on.
    expect(first('rejections')).toMatchObject({ at: 67, component: 'shop' });
    expect(first('failures')).toMatchObject({ at: 67, component: 'users' });
    expect(first('failures')!.until).toBeGreaterThanOrEqual(80);
    expect(first('retry_storm')).toBeUndefined();
    expect(alerts.every(({ at }) => at > 60)).toBe(true);
    expect(alerts.map(({ at }) => at)).toEqual(alerts.map(({ at }) => at).sort((a, b) => a - b));
  });

  it('do not depend on the step of the series', async () => {
    const alerts = async (stepSeconds: number) =>
      (await run('', { stepSeconds })).policies['base']!.alerts;
    expect(await alerts(7)).toEqual(await alerts(1));
  });

  it('leave every figure of the run as it is', async () => {
    const off = Object.fromEntries(
      ['queue_depth', 'queue_ceiling', 'workers_busy', 'rejections', 'failures', 'oldest_age']
        .concat('wait_growing', 'p99_climbing')
        .map((rule) => [rule, 'none']),
    );
    const plain = (await run()).policies['base']!;
    const quiet = (await run(`alerts: ${JSON.stringify(off)}`)).policies['base']!;
    expect(quiet.alerts).toEqual([]);
    const without = ({ first_alert: _, ...verdict }: PolicyResult['verdict']) => verdict;
    const figures = (of: PolicyResult) => ({
      ...of,
      alerts: [],
      verdict: without(of.verdict),
      replications: of.replications.map((one) => ({ ...one, verdict: without(one.verdict) })),
    });
    expect(figures(quiet)).toEqual(figures(plain));
  });

  it('take settings of the scenario, a policy over them, and stand in expectations', async () => {
    const { policies, expect: held } = await run(`
alerts: { queue_depth: { above: 20%, for: 2s } }
policies:
  a: {}
  b: { alerts: { queue_depth: { for: 10s }, failures: none } }
expect:
  - { that: alerts.queue_depth(a) == 3s }
  - { that: alerts.queue_depth(b) == 11s }
  - { that: alerts.failures(b) == null }
  - { that: alerts.retry_storm == null }
`);
    expect(held.filter(({ passed }) => !passed)).toEqual([]);
    expect(policies['b']!.alerts.some(({ rule }) => rule === 'failures')).toBe(false);
  });
});

describe('settings of alerts that make no sense are refused', () => {
  it.each([
    ['alerts: { queue_depht: none }', 'did you mean queue_depth?'],
    ['alerts: { queue_depth: { above: 100% } }', 'less than 100%'],
    ['alerts: { queue_depth: { within: 5s } }', 'within'],
    ['alerts: { queue_ceiling: { within: 10ms } }', 'a duration of 1s or more'],
    ['alerts: { wait_growing: { over: 5m } }', 'a duration of 1s to 60s'],
    ['alerts: { wait_growing: { factor: 1 } }', 'a number above 1'],
    ['alerts: { breaker_flapping: { times: 0 } }', 'alerts.breaker_flapping.times'],
  ])('%s', (more, says) => {
    const { issues } = loadScenario({ text: TEXT + more, file: 'shop.yaml' });
    expect(issues).toHaveLength(1);
    expect(formatIssue(issues[0]!)).toContain(says);
  });
});
