import { describe, expect, it } from 'vitest';
import { formatIssue, loadScenario, planFor } from '../../src/scenario/index.js';
import { runSweep } from '../../src/study/index.js';

const SIZE = 100;
const list = (of: (index: number) => number): string =>
  `[${Array.from({ length: SIZE }, (_, index) => of(index)).join(', ')}]`;

/** 10,000 cells under two policies; `max` goes with every `min` below it. */
function scaled(max: (index: number) => number | string): string {
  const maxima = Array.from({ length: SIZE }, (_, index) => max(index)).join(', ');
  return `spillway: 1
duration: 1s
producers: { users: { arrivals: { constant: 1/s }, to: shop } }
services:
  shop:
    workers: 1
    autoscale: { metric: utilization, target: 60%, min: 1, max: 200 }
    handler: [ { work: 1ms } ]
sweep:
  services.shop.autoscale.min: ${list((index) => index + 1)}
  services.shop.autoscale.max: [${maxima}]
policies:
  base: {}
  bounded: { services: { shop: { queue: { capacity: 5 } } } }
`;
}

const issuesOf = (text: string): string[] =>
  loadScenario({ text, file: 'f.yaml' }).issues.map(formatIssue);
const OPTIONS = { version: '1', scenarioSha256: '', memoryLimitBytes: 1e9 };

/** Only this one cannot be: no less than 100, no more than 99. */
const ONE_BAD = scaled((index) => (index === 47 ? 99 : 101 + index));
const BAD = { 'services.shop.autoscale.min': 100, 'services.shop.autoscale.max': 99 };
const why = (policy: string): string =>
  'f.yaml:10:3: sweep: a cell that cannot be, services.shop.autoscale.min 100, ' +
  'services.shop.autoscale.max 99: min is 100 and max 99: no number of replicas is between them ' +
  `(under policy ${policy}) (leave out one of these values)`;

describe('cells of a great sweep', () => {
  it('are laid out when their turn comes; one that cannot be is then named with its place', async () => {
    const { scenario, issues } = loadScenario({ text: ONE_BAD, file: 'f.yaml' });
    expect(issues.map(formatIssue)).toEqual([]);
    expect(() => planFor(scenario!, 'bounded', { cell: BAD })).toThrow(why('bounded'));
    const last = { ...scenario!, sweep: scenario!.sweep.map((axis) => ({ ...axis })) };
    last.sweep[0]!.values = [100];
    last.sweep[1]!.values = [101, 99];
    const rows: string[] = [];
    const sink = ({ where }: { where: object }): void => void rows.push(JSON.stringify(where));
    await expect(runSweep(last, { ...OPTIONS, sink })).rejects.toThrow(why('base'));
    expect(rows[0]).toBe(JSON.stringify({ ...BAD, 'services.shop.autoscale.max': 101 }));
  });

  it('each value is laid out before anything runs', () => {
    const [first, ...others] = issuesOf(scaled((index) => (index === 47 ? '-3' : 101 + index)));
    expect(first).toMatch(/^f\.yaml:11:\d+: .*max/);
    expect(others).toEqual([]);
  });

  it('bounds that contradict each other are found at a corner before anything runs', () => {
    // Of 10,000 cells one, and the last of both axes.
    const [first] = issuesOf(scaled((index) => (index === SIZE - 1 ? 99 : 101 + index)));
    expect(first).toBe(why('base'));
  });

  it('a small sweep is laid out as a whole before anything runs', () => {
    const text = ONE_BAD.replace(/autoscale\.min: \[.*\]/, 'autoscale.min: [98, 100, 97]').replace(
      /autoscale\.max: \[.*\]/,
      'autoscale.max: [101, 99, 102]',
    );
    expect(issuesOf(text)).toEqual([why('base')]);
  });
});
