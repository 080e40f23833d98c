import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../src/scenario/index.js';
import { figure, planOf, run, runText, seriesOf } from './kit.js';

const pair = (faults: string, more = ''): string => `
duration: 20s
producers:
  one: { arrivals: { constant: 10/s }, to: left }
  two: { arrivals: { constant: 10/s }, to: right }
services:
  left: { workers: unbounded, handler: [ { work: 100ms } ] }
  right: { workers: unbounded, handler: [ { work: 100ms } ] }
${more}
faults: [ ${faults} ]`;

function mistakes(text: string): string[] {
  const { issues } = loadScenario({ text: `spillway: 1\n${text}`, file: 'f' });
  return issues.map(({ message }) => message);
}

describe('a fault of several components', () => {
  it('strikes each of them, and is told as one', () => {
    const plan = planOf(pair('{ at: 10s, slow: [left, right], factor: 3 }'));
    expect(plan.faults.map(({ text, isPart }) => [text, isPart])).toEqual([
      ['slow left, right × 3', undefined],
      ['slow left, right × 3', true],
    ]);
    const ends = run(plan);
    for (const name of ['left', 'right']) {
      expect(figure(ends, `services.${name}.sojourn.mean`)).toBeCloseTo(0.2, 2);
    }
  });

  it.each(['crash: [left, right], restart: 2s', 'pause: [left, right], for: 2s'])('%s', (fault) => {
    const ends = runText(pair(`{ at: 10s, ${fault} }`));
    const each = ['one', 'two'].map((name) => figure(ends, `producers.${name}.latency.max`));
    const failed = ['one', 'two'].map((name) => figure(ends, `producers.${name}.success_ratio`));
    expect(each[0]).toBe(each[1]);
    expect(failed[0]).toBe(failed[1]);
    expect(fault.startsWith('pause') ? each[0]! > 2 : failed[0]! < 0.95).toBe(true);
  });

  it('edges as a list and by pattern, each of them once', () => {
    const plan = planOf(
      pair(
        '{ at: 10s, for: 5s, latency: ["one -> left", "* -> *"], add: 1s }',
        'calls: { "* -> *": { timeout: 5s } }',
      ),
    );
    const [fault] = plan.faults;
    expect(fault?.kind === 'latency' && [...fault.edges].sort()).toEqual([0, 1]);
    expect(figure(run(plan), 'latency.max')).toBeCloseTo(1.1, 3);
  });

  it('repeats', () => {
    const ends = runText(
      pair('{ at: 5s, for: 1s, every: 4s, errors: [left, right], ratio: 100% }'),
    );
    expect(seriesOf(ends, 'errors.error').map((n) => Number(n) > 0)).toEqual(
      Array.from({ length: 20 }, (_, s) => [5, 9, 13, 17].includes(s)),
    );
  });

  it('a name that is not there, or is there twice, or none at all, is refused', () => {
    expect(mistakes(pair('{ at: 1s, slow: [left, middle], factor: 2 }')).join()).toContain(
      'no service or dependency is named middle',
    );
    expect(mistakes(pair('{ at: 1s, pause: [left, left] }')).join()).toContain(
      'stands there twice',
    );
    expect(mistakes(pair('{ at: 1s, pause: [] }')).join()).toContain('a fault of nothing');
  });
});

describe('a fault that comes on bit by bit', () => {
  const took = (fault: string, more = ''): number[] =>
    seriesOf(runText(pair(fault, more)), 'services.left.in_flight').map(Number);

  it('slow: the factor is that of the moment at which work starts', () => {
    const present = took('{ at: 5s, for: 10s, ramp: 10s, slow: left, factor: 11 }');
    // 100 ms × (1 + 10 × share): in flight are those of the last so many ms.
    expect(present[3]).toBeCloseTo(1, 5);
    expect(present[9]).toBeGreaterThan(4);
    expect(present[9]).toBeLessThan(6);
    expect(present[19]).toBeCloseTo(1, 5);
  });

  it('slow to: from the mean of the work to the time that is said, exactly', () => {
    const ends = runText(pair('{ at: 5s, ramp: 10s, slow: left, to: 1100ms }'));
    // The work that starts at 15 s, or later, is whole; nothing before takes longer.
    expect(figure(ends, 'producers.one.latency.max')).toBeCloseTo(1.1, 9);
  });

  it('errors and drops: the share grows from nothing', () => {
    const failing = (fault: string, reason: string): number[] =>
      seriesOf(
        runText(pair(fault, 'calls: { "* -> *": { timeout: 200ms } }').replace('10/s', '1000/s')),
        `errors.${reason}`,
      ).map((n) => Number(n) / 1000);
    for (const [fault, reason] of [
      ['errors: left', 'error'],
      ['drop: "one -> left"', 'timeout'],
    ] as const) {
      const share = failing(`{ at: 5s, for: 10s, ramp: 10s, ${fault}, ratio: 100% }`, reason);
      expect(share[4]).toBe(0);
      expect(share[7]).toBeGreaterThan(0.15);
      expect(share[7]).toBeLessThan(0.35);
      expect(share[13]).toBeGreaterThan(0.75);
      expect(share[17]).toBe(0);
    }
  });

  it('latency: what sets out at half time takes half of it longer', () => {
    const ends = runText(pair('{ at: 5s, for: 10s, ramp: 10s, latency: "one -> left", add: 1s }'));
    const p99 = seriesOf(ends, 'services.left.in_flight').map(Number);
    expect(p99[4]).toBeCloseTo(1, 5);
    // 10/s × the part of the second that is not yet over comes later: fewer arrive while it grows.
    expect(p99[9]).toBeLessThan(1);
    expect(figure(ends, 'producers.one.latency.max')).toBeCloseTo(1.09, 1);
  });

  it('capacity: workers go one after another, at half times between', () => {
    const text = pair('{ at: 4s, for: 12s, ramp: 8s, capacity: left, workers: 2 }')
      .replace('left: { workers: unbounded', 'left: { workers: 10')
      .replace('10/s', '2000/s')
      .replace('work: 100ms', 'work: 10ms');
    const ends = runText(text);
    const depth = seriesOf(ends, 'services.left.queue.depth').map(Number);
    const present = seriesOf(ends, 'services.left.in_flight').map(Number);
    const busy = present.map((n, i) => Math.round(n - depth[i]!));
    // One goes each second, at the half of it: the means lie between.
    expect([busy[3], busy[5], busy[8], busy[11], busy[13], busy[17]]).toEqual([10, 9, 6, 3, 2, 10]);
  });

  it('is refused where it has no sense', () => {
    expect(mistakes(pair('{ at: 1s, for: 2s, ramp: 3s, slow: left, factor: 2 }')).join()).toContain(
      'ramp is longer than it lasts',
    );
    expect(mistakes(pair('{ at: 1s, ramp: 3s, capacity: left, workers: 2 }')).join()).toContain(
      'bit by bit',
    );
    for (const fault of ['crash: left', 'pause: left', 'surge: one, factor: 2']) {
      expect(mistakes(pair(`{ at: 1s, ramp: 3s, ${fault} }`)).join()).toContain('ramp goes with');
    }
  });
});
