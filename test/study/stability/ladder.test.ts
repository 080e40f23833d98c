import { describe, expect, it } from 'vitest';
import type { LoopStep } from '../../../src/study/result.js';
import { ladderFor } from '../../../src/study/stability/ladder.js';
import { betweens } from '../../../src/study/stability/loop.js';
import { triggerFor } from '../../../src/study/stability/trigger-kinds.js';
import { planOf } from '../../model/kit.js';

const planWith = (arrivals: string, more = '') =>
  planOf(`duration: 60s
producers: { users: { arrivals: ${arrivals}, to: shop } }
services: { shop: { workers: 2, handler: [ { work: 10ms } ] } }${more}`);

describe('the loads of a study', () => {
  it('are tenths of the capacity of theory, in requests/s', () => {
    const ladder = ladderFor(planWith('{ poisson: 50/s }'), null, 200);
    expect(ladder).toMatchObject({ per: 'rate', load: 50 });
    expect(ladder).toMatchObject({ loads: [20, 40, 60, 80, 100, 120, 140, 160, 180, 200, 220] });
  });

  it('are fifths of the load of the file where theory has none', () => {
    const ladder = ladderFor(planWith('{ poisson: 50/s }'), null, null);
    expect(ladder).toMatchObject({
      per: 'rate',
      loads: [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110],
    });
  });

  it('are those that were asked for: rates, or shares of the file', () => {
    const plan = planWith('{ poisson: 50/s }');
    expect(ladderFor(plan, { per: 'rate', loads: [40, 20] }, 200)).toMatchObject({
      loads: [20, 40],
    });
    expect(ladderFor(plan, { per: 'file', loads: [0.5, 2] }, 200)).toMatchObject({
      loads: [25, 100],
    });
  });

  it('are shares of the users where these wait for answers, who have no rate', () => {
    const plan = planWith('{ closed: { users: 10, think: 1s } }');
    expect(ladderFor(plan, null, null)).toMatchObject({ per: 'file', load: 1 });
    expect(ladderFor(plan, { per: 'rate', loads: [1, 2] }, null)).toMatchObject({
      refused: expect.stringContaining('ask for shares'),
    });
  });

  it('of a backlog there are none, and it is said', () => {
    const plan = planOf(`duration: 60s
producers: { feed: { arrivals: { backlog: 5 }, to: shop } }
services: { shop: { workers: 2, queue: { capacity: 9, when_full: block }, handler: [ { work: 10ms } ] } }`);
    expect(ladderFor(plan, null, null)).toHaveProperty('refused');
  });
});

describe('the trigger', () => {
  const none = { bottleneck: 'shop', longestNs: null };
  const FAULT = '\nfaults: [ { at: 10s, for: 5s, slow: shop, factor: 4 } ]';

  it("is the file's own, else an outage of the bottleneck, or a surge where there is none", () => {
    const own = triggerFor(planWith('{ poisson: 50/s }', FAULT), 'auto', none);
    expect(own.kind).toMatchObject({ kind: 'file', natural: { forNs: 5e9, size: 1 } });
    const outage = triggerFor(planWith('{ poisson: 50/s }'), 'auto', none);
    expect(outage.kind).toMatchObject({ kind: 'outage', text: 'pause shop', sizeOf: null });
    const surge = triggerFor(planWith('{ poisson: 50/s }'), 'auto', { ...none, bottleneck: null });
    expect(surge.kind).toMatchObject({ kind: 'surge', sizeOf: 'factor' });
  });

  it('that is asked for and cannot be had is said', () => {
    const { kind, notes } = triggerFor(planWith('{ poisson: 50/s }'), 'file', none);
    expect(kind).toBeNull();
    expect(notes.join()).toMatch(/no fault/);
    const lasting = planWith('{ poisson: 50/s }', '\nfaults: [ { at: 10s, pause: shop } ]');
    expect(triggerFor(lasting, 'file', none).notes.join()).toMatch(/lasts for good/);
  });
});

describe('where a loop falls and rises', () => {
  const step = (leg: LoopStep['leg'], load: number, stands: boolean): LoopStep => {
    return { load, leg, stands, seconds: 30, goodput: 0, goodput_ratio: 0, p99: 0, in_system: 0 };
  };

  it('is between the last step that stands and the first that falls, on either way', () => {
    const steps = [
      ...[10, 20, 30, 40].map((load) => step('up', load, load < 40)),
      ...[30, 20, 10].map((load) => step('down', load, load < 20)),
    ];
    expect(betweens(steps)).toEqual({
      falls: { low: 30, high: 40 },
      rises: { low: 10, high: 20 },
      hidden: { from: 20, to: 30 },
    });
  });

  it('without a difference nothing is hidden', () => {
    const steps = [step('up', 10, true), step('up', 20, false), step('down', 10, true)];
    expect(betweens(steps)).toEqual({
      falls: { low: 10, high: 20 },
      rises: { low: 10, high: 20 },
      hidden: null,
    });
  });

  it('where nothing falls, or nothing comes back, that is said', () => {
    expect(betweens([step('up', 10, true), step('down', 10, true)]).falls.high).toBeNull();
    const never = [step('up', 10, true), step('up', 20, false), step('down', 10, false)];
    expect(betweens(never).rises).toEqual({ low: null, high: 10 });
  });
});
