import { describe, expect, it } from 'vitest';
import { formatIssue, loadScenario, type Scenario } from '../../src/scenario/index.js';
import { small } from './support.js';

function axes(vary: string[], more = ''): Scenario['sweep'] {
  const { scenario, issues } = loadScenario({ text: small(more), file: 'f', vary });
  if (scenario === null) throw new Error(issues.map(formatIssue).join('\n'));
  return scenario.sweep;
}

const told = (vary: string[], more = ''): string[] =>
  loadScenario({ text: small(more), file: 'f', vary }).issues.map(formatIssue);

const SWEEP = 'sweep: { load: [1, 2], services.shop.workers: [1, 2] }';

describe('axes of the command line', () => {
  it.each([
    ['load=50%..150%..50%', [0.5, 1, 1.5]],
    ['load=50%,150%', [0.5, 1.5]],
    ['load=0.5', [0.5]],
    ['services.shop.workers=1..7..3', [1, 4, 7]],
    ['services.shop.queue.capacity=10, unbounded', [10, 'unbounded']],
    ['services.shop.handler.0.work=1ms..3ms..1ms', ['1ms', '2ms', '3ms']],
    ['calls.users -> shop.timeout=1s,1.5s', ['1s', '1.5s']],
    ['calls.* -> *.retry.attempts=1,2', [1, 2]],
  ])('%s', (text, values) => {
    expect(axes([text])).toEqual([{ path: text.slice(0, text.indexOf('=')), values }]);
  });

  it("one of the file's gets other values in its place, others follow", () => {
    expect(axes(['dependencies.db.workers=3', 'load=3'], SWEEP)).toEqual([
      { path: 'load', values: [3] },
      { path: 'services.shop.workers', values: [1, 2] },
      { path: 'dependencies.db.workers', values: [3] },
    ]);
    expect(axes([], SWEEP).map(({ path }) => path)).toEqual(['load', 'services.shop.workers']);
  });

  it.each([
    [
      'services.shp.workers=1',
      '--vary services.shp.workers: services.shp.workers leads nowhere: there is no shp (did you mean shop?)',
    ],
    ['services.shop.wrkers=1', '--vary services.shop.wrkers: unknown key wrkers'],
    ['lod=1', '--vary lod: lod leads nowhere: there is no lod (did you mean load?)'],
    [
      'services.shop.workers=2,0',
      '--vary services.shop.workers: too few; expected a whole number of at least 1, or unbounded; found 0',
    ],
    ['load=0%', '--vary load: not a load'],
    ['load=2..1..1', '--vary load: not a range of values'],
    ['load=1..2..0', '--vary load: not a range of values'],
    ['load=1s..2..1', '--vary load: not a range of values'],
    ['load=1..2', '--vary load: not an axis; expected PATH=FROM..TO..STEP or PATH=VALUE,VALUE'],
    ['load', '--vary load: not an axis'],
    ['load=', '--vary load: not an axis'],
    ['load=1,,2', '--vary load: not an axis'],
    ['=1', '--vary : not an axis'],
    ['services..workers=1', '--vary services..workers: "services..workers" is no axis'],
    ['load=1..20001..1', '--vary load: the sweep has 20,001 cells; at most 10,000'],
    ['__proto__=1', '--vary __proto__: "__proto__" is no axis'],
  ])('%s is refused with its reason, and no line of the file', (text, message) => {
    const [first, ...others] = told([text]);
    expect(first!.startsWith(message), first).toBe(true);
    expect(others).toEqual([]);
  });

  it('one given twice is refused', () => {
    expect(told(['load=1', 'load=2'])).toEqual([
      '--vary load: load is given twice (all its values in one --vary)',
    ]);
  });

  it("a mistake in the file's own sweep keeps its line", () => {
    expect(told(['load=1'], 'sweep: { services.shp.workers: [1] }')[0]).toMatch(/^f:8:10: /);
  });

  it('values that are sound one by one but not together are told before anything runs', () => {
    const text = small('').replace(
      'shop: { workers: 4,',
      'shop: { workers: 4, autoscale: { metric: utilization, target: 60%, min: 1, max: 10 },',
    );
    const issues = (vary: string[]): string[] =>
      loadScenario({ text, file: 'f', vary }).issues.map(formatIssue);
    const min = 'services.shop.autoscale.min=1,5';
    const max = 'services.shop.autoscale.max=4,10';
    expect([...issues([min]), ...issues([max])]).toEqual([]);
    expect(issues([min, max])).toEqual([
      '--vary: a cell that cannot be, services.shop.autoscale.min 5, services.shop.autoscale.max 4: ' +
        'min is 5 and max 4: no number of replicas is between them (leave out one of these values)',
    ]);
  });
});
