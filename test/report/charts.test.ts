import { describe, expect, it } from 'vitest';
import type { Chart, Spec } from '../../src/report/charts/chart.js';
import { chartContext } from '../../src/report/charts/context.js';
import { drawCharts } from '../../src/report/charts/index.js';
import { timeLabel, timeTicks } from '../../src/report/charts/parts/time-axis.js';
import { compileChart } from '../../src/report/compile.js';
import type { ReportInput } from '../../src/report/index.js';
import { POLICY_COLOURS } from '../../src/report/palette.js';
import { fixtureInput } from './fixture.js';

const draw = (input: ReportInput, interactive = true): Map<string, Chart> =>
  new Map(
    drawCharts(chartContext(input, { interactive, maxPoints: 1000 })).map((chart) => [
      chart.name,
      chart,
    ]),
  );

const charts = draw(fixtureInput());
const chart = (name: string, of = charts): Chart => {
  const found = of.get(name);
  if (!found) throw new Error(`no chart ${name}`);
  return found;
};

interface Layer extends Spec {
  mark: { type: string; filled?: boolean; fill?: unknown; shape?: string };
  data: { name?: string; values?: Record<string, unknown>[] };
  encoding: Record<string, { field?: string; scale?: { type?: string; range?: unknown } }>;
}

const panels = (of: Chart): { title: string; layer: Layer[] }[] =>
  of.spec['vconcat'] as { title: string; layer: Layer[] }[];
const layers = (of: Chart): Layer[] => panels(of).flatMap(({ layer }) => layer);
const marks = (of: Chart, type: string): Layer[] =>
  layers(of).filter(({ mark }) => mark.type === type);

describe('every chart', () => {
  it('compiles without a warning, with and without what answers a pointer', () => {
    expect([...charts.keys()]).toEqual(['hockey-stick', 'traffic', 'latency', 'queue-depth']);
    const warnings: string[] = [];
    for (const interactive of [true, false]) {
      for (const one of draw(fixtureInput(), interactive).values()) {
        compileChart(one, {}, (message) => warnings.push(message));
        expect(/_moments|hover_/.test(JSON.stringify(one.spec))).toBe(interactive);
      }
    }
    expect(warnings).toEqual([]);
  });

  it('gives a policy the same colour', () => {
    for (const name of ['hockey-stick', 'queue-depth', 'latency']) {
      for (const line of marks(chart(name), 'line')) {
        expect(line.encoding['color']?.scale?.range).toEqual(POLICY_COLOURS.slice(0, 4));
      }
    }
    const areas = marks(chart('traffic'), 'area').map(({ mark }) => mark);
    expect(areas.map((mark) => (mark as Spec)['color'])).toEqual(POLICY_COLOURS.slice(0, 4));
  });

  it('tells policies beyond the palette apart by dashes', () => {
    const line = marks(chart('latency', draw(fixtureInput({ times: 3 }))), 'line')[0];
    expect(line?.encoding['color']?.scale?.range).toHaveLength(12);
    expect(line?.encoding['strokeDash']?.scale?.range).toHaveLength(12);
  });

  it('shades the faults and names them on a time axis', () => {
    for (const name of ['traffic', 'queue-depth', 'latency']) {
      for (const { layer } of panels(chart(name))) {
        const shade = layer[0];
        expect(shade?.mark.type).toBe('rect');
        expect(shade?.data.values).toEqual([{ t: 60, u: 120 }]);
        const names = layer.filter(({ mark }) => mark.type === 'text');
        expect(names.at(-1)?.data.values?.[0]).toMatchObject({ text: 'payments-db slow ×22.5' });
      }
    }
  });

  it('marks a fault that is over at once by a line', () => {
    const input = fixtureInput();
    for (const { faults } of Object.values(input.result.policies)) {
      faults.push({ from: 150, to: 150, text: 'flush web' });
    }
    for (const { layer } of panels(chart('traffic', draw(input)))) {
      expect(layer[0]?.data.values).toEqual([{ t: 60, u: 120 }]);
      expect(layer[1]?.mark.type).toBe('rule');
      expect(layer[1]?.data.values).toEqual([{ t: 150 }]);
    }
  });

  it('is left out where the result holds nothing for it', () => {
    const input = fixtureInput();
    delete input.result.hockey_stick;
    for (const policy of Object.values(input.result.policies)) policy.series = { step: 1 };
    expect(draw(input).size).toBe(0);
  });
});

describe('the hockey stick', () => {
  const stick = chart('hockey-stick');

  it('shows p99, p50 and goodput, latency on a log scale', () => {
    expect(panels(stick).map(({ title }) => title)).toEqual([
      'Stable, vulnerable, unstable',
      'Latency p99, log scale',
      'Latency p50, log scale',
      'Goodput, requests/s',
    ]);
    const scales = marks(stick, 'line').map(({ encoding }) => encoding['y']?.scale?.type);
    expect(scales).toEqual(['log', 'log', undefined]);
  });

  it('draws points that are not steady hollow and says the seconds they stand for', () => {
    const hollow = marks(stick, 'point').filter(({ mark }) => mark.filled === false);
    expect(hollow).toHaveLength(3);
    expect(hollow[0]?.mark.fill).toEqual({ expr: 'paper' });
    expect(JSON.stringify(hollow[0])).toContain('!datum.steady');
    expect(stick.rows['p99']?.filter(({ steady }) => steady === false)).toHaveLength(14);
    expect(stick.caption).toContain('30\u00a0s that were simulated');
    const last = stick.rows['p99_loads']?.at(-1);
    expect(last?.['title']).toContain('200% of the load');
    expect(last?.['l0']).toContain('(in 30\u00a0s, not steady)');
    expect(last?.['l1']).not.toContain('steady');
  });

  it('marks the capacity once where policies agree, by policy where they do not', () => {
    const rule = marks(stick, 'rule')[0];
    expect(rule?.data.values).toMatchObject([{ text: 'capacity 1,250/s', colour: null }]);
    expect(rule?.data.values?.[0]?.['t']).toBeCloseTo(1250 / 900, 9);
    const input = fixtureInput();
    const odd = input.result.policies['retry-storm'];
    if (odd) odd.theory = { ...odd.theory, capacity: 1000 };
    const rules = marks(chart('hockey-stick', draw(input)), 'rule')[0]?.data.values;
    expect(rules).toHaveLength(4);
    expect(rules?.[2]).toMatchObject({ text: 'capacity 1,000/s (retry-storm)' });
  });

  it('marks where each policy bends with its load, and tells what lies between its points', () => {
    const input = fixtureInput();
    const hockeyStick = input.result.hockey_stick;
    const knee = (load: number, low: number, high: number) => ({
      load,
      between: [low, high] as [number, number],
    });
    hockeyStick!.knees = {
      unbounded: { goodput99: knee(1.34, 1.3, 1.4), p99x5: knee(1.14, 1.1, 1.2), peak: null },
      'bounded-reject': { goodput99: knee(1.36, 1.3, 1.4), p99x5: null, peak: null },
      'retry-storm': { goodput99: knee(1.34, 1.3, 1.4), p99x5: null, peak: null },
      'retry-budget': { goodput99: null, p99x5: null, peak: null },
    };
    hockeyStick!.points = hockeyStick!.points.filter(
      ({ policy, load }) => policy !== 'bounded-reject' || load !== 1.2,
    );
    const bent = chart('hockey-stick', draw(input));
    expect(panels(bent).map(({ title }) => title)).toEqual([
      'Stable, vulnerable, unstable',
      'Latency p99, log scale   (◇ 5 times that at 10%)',
      'Latency p50, log scale',
      'Goodput, requests/s   (◇ under 99% good)',
    ]);
    const diamonds = marks(bent, 'point').filter(({ mark }) => mark.shape === 'diamond');
    const placed = diamonds.map(({ data }) => data.values?.map(({ t, text }) => [t, text]));
    // Two policies at one percent share its text.
    expect(placed).toEqual([
      [[1.14, '114%']],
      [
        [1.34, '134%'],
        [1.34, ''],
        [1.36, '136%'],
      ],
    ]);
    expect(bent.caption).toContain('◇ marks the knee');
    const between = bent.rows['p99_loads']?.find(({ title }) => `${title}`.startsWith('120%'));
    expect(between?.['l0']).not.toContain('≈');
    expect(between?.['l1']).toContain('≈ ');
    expect(chart('hockey-stick').caption).not.toContain('◇');
  });

  const rects = (of: Chart): Layer[] =>
    marks(of, 'rect').filter(({ mark }) => typeof mark.fill === 'string');
  const names = (layers: readonly Layer[]): unknown[] =>
    layers.filter(({ mark }) => mark.type === 'text').map(({ data }) => data.values?.[0]?.['text']);

  it('shades the stable, vulnerable and unstable loads behind every panel where all share them', () => {
    const theory = {
      capacity: 1350,
      bottleneck: 'payments-db',
      stable_below: 450,
      reason: null,
    };
    const shared = chart('hockey-stick', draw(fixtureInput({ theory })));
    expect(panels(shared)).toHaveLength(3);
    for (const { layer } of panels(shared)) {
      const spans = layer.slice(0, 3).map(({ mark, data }) => [mark.type, data.values?.[0]]);
      expect(spans).toEqual([
        ['rect', { t: 0, u: expect.closeTo(0.5, 9) }],
        ['rect', { t: expect.closeTo(0.5, 9), u: expect.closeTo(1.5, 9) }],
        ['rect', { t: expect.closeTo(1.5, 9), u: 2.05 }],
      ]);
    }
    expect(shared.caption).toContain('Shaded behind: where theory calls the load stable');
  });

  it('has a strip for each group of policies where they differ', () => {
    const strips = panels(stick)[0]!.layer;
    expect(names(strips)).toEqual([
      'stable',
      'unbounded, bounded-reject',
      'stable',
      'retry-storm',
      'stable',
      'retry-budget',
    ]);
    // Without retries nothing lies between stable and unstable.
    expect(rects(stick)).toHaveLength(2 + 3 + 3);
    expect(stick.caption).toContain('The strips on top: ');
  });

  it('marks none where theory gives none', () => {
    const theory = { capacity: null, bottleneck: null, stable_below: null, reason: 'no form' };
    const without = chart('hockey-stick', draw(fixtureInput({ theory })));
    expect(marks(without, 'rule')).toEqual([]);
    expect(rects(without)).toEqual([]);
    expect(without.caption).not.toContain('capacity that theory gives');
  });
});

describe('queue depth', () => {
  it('has a panel a component that queued, the deepest first, at most four', () => {
    const headings = panels(chart('queue-depth')).map(({ title }) => title.split(':')[0]);
    expect(headings).toEqual(['payments-db', 'checkout', 'gateway']);
    const input = fixtureInput();
    for (const { series } of Object.values(input.result.policies)) {
      for (const name of ['a', 'b', 'c']) series[`services.${name}.queue.depth`] = [1, 2, 3];
    }
    expect(panels(chart('queue-depth', draw(input)))).toHaveLength(4);
  });

  it('says so where a log scale keeps small queues in sight, and is linear elsewhere', () => {
    expect(panels(chart('queue-depth'))[0]?.title).toContain('log scale');
    const input = fixtureInput();
    for (const { series } of Object.values(input.result.policies)) {
      series['services.payments-db.queue.depth'] = [1, 2, 3];
    }
    const linear = panels(chart('queue-depth', draw(input))).find(({ title }) =>
      title.startsWith('payments-db'),
    );
    expect(linear?.title).toBe('payments-db: requests waiting');
  });

  it('draws the room that there is, where the topology gives it and it is in sight', () => {
    expect(JSON.stringify(chart('queue-depth').spec)).not.toContain('room for');
    const input = fixtureInput();
    Object.values(input.result.policies).forEach((policy, index) => {
      const capacity = [null, 100, 1e9, 50][index] as number | null;
      const node = { name: 'payments-db', kind: 'service', replicas: 2, workers: 4 } as const;
      policy.topology = { nodes: [{ ...node, capacity }], edges: [] };
    });
    const bounded = chart('queue-depth', draw(input));
    const rules = marks(bounded, 'rule').map(({ data, mark }) => [
      data.values?.[0],
      (mark as Spec)['color'],
    ]);
    expect(rules).toEqual([
      [{ v: 100, text: 'room for 100 (retry-budget)' }, POLICY_COLOURS[3]],
      [{ v: 200, text: 'room for 200 (bounded-reject)' }, POLICY_COLOURS[1]],
    ]);
    expect(bounded.caption).toContain('Dashed: how many have room there.');
    compileChart(bounded, {}, (message) => expect.fail(message));
  });
});

describe('traffic', () => {
  const views = panels(chart('traffic'));
  const drawn = (layer: Layer[]): string[] =>
    layer.map(({ mark }) => mark.type).filter((type) => /area|line/.test(type));

  it('has a panel a policy with its verdict, of goodput and offered load on one scale', () => {
    expect(views.slice(0, 4).map(({ title }) => title)).toEqual([
      'unbounded: recovering',
      'bounded-reject: recovered',
      'retry-storm: metastable',
      'retry-budget: recovered',
    ]);
    for (const { layer } of views.slice(0, 4)) expect(drawn(layer)).toEqual(['area', 'line']);
    const scales = views.slice(0, 4).map(({ layer }) => layer[1]?.encoding['y']?.scale);
    expect(new Set(scales.map((scale) => JSON.stringify(scale))).size).toBe(1);
  });

  it('has a panel of the attempts under every policy, on a scale of its own', () => {
    expect(views).toHaveLength(6);
    expect(views[4]?.title).toContain('Attempts');
    expect(drawn(views[4]?.layer ?? [])).toEqual(['line']);
    expect(chart('traffic').panels['attempts']?.lines).toHaveLength(4);
  });

  it('has a panel of the attempts for each request offered, none where none was', () => {
    expect(views[5]?.title).toContain('Amplification');
    const [first] = chart('traffic').panels['amplified']?.lines ?? [];
    expect(first?.values[30]).toBeCloseTo(1, 9);
    const input = fixtureInput();
    for (const { series } of Object.values(input.result.policies)) {
      (series['offered'] as number[])[30] = 0;
    }
    const line = chart('traffic', draw(input)).panels['amplified']?.lines[0];
    expect(line?.values.slice(29, 32)).toEqual([1, null, 1]);
  });

  it('has panels for eight of many policies, and says which it leaves out', () => {
    const many = chart('traffic', draw(fixtureInput({ times: 3 })));
    expect(panels(many)).toHaveLength(8 + 2);
    expect(many.caption).toContain('left out: ');
    expect(many.panels['attempts']?.lines).toHaveLength(12);
  });
});

describe('the time axis', () => {
  it.each([
    [8, 1, "'s'"],
    [120, 15, "'s'"],
    [300, 60, "'min'"],
    [3600, 600, "'min'"],
    [21_600, 3600, "'h'"],
    [10_000_000, 1_296_000, "'h'"],
  ])('of %s s has a tick each %s s', (duration, step, unit) => {
    const ticks = timeTicks(duration);
    expect(ticks.length).toBeLessThanOrEqual(9);
    expect((ticks[1] ?? 0) - (ticks[0] ?? 0)).toBe(step);
    expect(timeLabel(duration)).toContain(unit.replace("'", "' "));
  });
});

describe('memory over time', () => {
  const input = fixtureInput();
  for (const policy of Object.values(input.result.policies)) {
    const length = (policy.series['goodput'] as number[]).length;
    policy.series['services.checkout.memory'] = Array.from({ length }, (_, t) => (t % 60) * 7e7);
  }
  const memory = chart('memory', draw(input));

  it('is drawn where it is counted, a panel a component, in sizes', () => {
    expect(charts.has('memory')).toBe(false);
    expect(panels(memory).map(({ title }) => title)).toEqual([
      'checkout: memory of its fullest replica',
    ]);
    const warnings: string[] = [];
    compileChart(memory, {}, (message) => warnings.push(message));
    expect(warnings).toEqual([]);
    expect(JSON.stringify(memory.spec)).toContain('GiB');
  });
});

describe('lag over time', () => {
  const input = fixtureInput();
  for (const policy of Object.values(input.result.policies)) {
    const length = (policy.series['goodput'] as number[]).length;
    policy.series['queues.orders.lag'] = Array.from({ length }, (_, t) => t * 40);
    policy.series['queues.orders.depth'] = Array.from({ length }, (_, t) => t * 39);
    policy.series['queues.idle.lag'] = Array.from({ length }, () => 0);
  }
  const lag = chart('lag', draw(input));

  it('is drawn where something lay in a queue by itself, a panel a queue, a line a policy', () => {
    expect(charts.has('lag')).toBe(false);
    expect(panels(lag).map(({ title }) => title)).toEqual(['orders: messages behind']);
    expect(lag.panels['lag0']?.lines).toHaveLength(4);
    const depth = chart('queue-depth', draw(input));
    expect(panels(depth).some(({ title }) => String(title).startsWith('orders'))).toBe(false);
    const warnings: string[] = [];
    compileChart(lag, {}, (message) => warnings.push(message));
    expect(warnings).toEqual([]);
  });
});
