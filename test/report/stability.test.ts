import { describe, expect, it } from 'vitest';
import { frontierChart } from '../../src/report/charts/frontier.js';
import { hysteresisChart } from '../../src/report/charts/hysteresis.js';
import { compileChart } from '../../src/report/compile.js';
import { renderStudies } from '../../src/report/index.js';
import type { LoopStep, PolicyStability, StabilityResult } from '../../src/study/result.js';

const LOADS = [50, 100, 150, 200, 250, 300];

/** Up it stands to 250/s; down it is back at `back`. */
function loopSteps(back: number): LoopStep[] {
  const step = (leg: LoopStep['leg'], load: number, stands: boolean): LoopStep => ({
    load,
    leg,
    stands,
    seconds: 30,
    goodput: stands ? load : 0,
    goodput_ratio: stands ? 1 : 0,
    p99: null,
    in_system: stands ? 3 : 9000,
  });
  const up = LOADS.map((load) => step('up', load, load < 300));
  const down = LOADS.slice(0, -1).map((load) => step('down', load, load <= back));
  return [...up, ...down.reverse()];
}

function policyWith(back: number, stable: number | null): PolicyStability {
  const share = (at: number, tipped: number) => {
    return { at, tipped, of: 5, share: [0, 1] as [number, number] };
  };
  return {
    unit: 'rate',
    load: 200,
    loads: LOADS,
    theory: {
      stable_below: 150,
      capacity: 290,
      bottleneck: 'db',
      reason: null,
      note: null,
    },
    trigger: {
      kind: 'outage',
      text: 'pause db',
      size: null,
      natural: { duration: 10, size: 1 },
      greatest: { duration: 20, size: 1 },
    },
    loop: {
      steps: loopSteps(back),
      falls: { low: 250, high: 300 },
      rises: { low: back, high: back + 50 },
      hidden: back < 250 ? { from: back + 50, to: 250 } : null,
    },
    bands: { stable: { low: 140, high: stable }, unstable: { low: 280, high: 290 } },
    frontier: {
      points: LOADS.map((load) => {
        if (stable === null || load < stable || load > 280) {
          return { load, band: 'stable', duration: null, size: null };
        }
        const at = 300 / load;
        const duration = { at, low: share(at * 0.99, 2), high: share(at * 1.01, 4) };
        return { load, band: 'vulnerable', duration, size: null };
      }),
      checked: { runs: 0, changed: 0 },
    },
    notes: [],
  };
}

const RESULT: StabilityResult = {
  spillway: 1,
  kind: 'stability',
  version: '0',
  title: 'A storm',
  seed: '42',
  scenario_sha256: '',
  partial: false,
  seeds: 5,
  hold: 30,
  patience: 300,
  cost: { runs: 9, simulated: 900 },
  policies: { storm: policyWith(100, 145), 'no-retries': policyWith(250, null) },
};

/** The pictures of a study of stability by name. */
async function pictures(result: StabilityResult) {
  return (await renderStudies({ studies: [{ kind: 'stability', result }] })).svgs;
}

describe('the pictures of stability', () => {
  it.each([
    ['the loop', hysteresisChart],
    ['the frontier', frontierChart],
  ])('%s is drawn without a word from the library', async (_, draw) => {
    const warnings: string[] = [];
    compileChart(draw(RESULT)!, {}, (message) => warnings.push(message));
    expect(warnings).toEqual([]);
  });

  it('the loop shows both ways of each policy, the way down from where the way up ended', () => {
    const { rows } = hysteresisChart(RESULT)!;
    expect(rows['up0']!.map(({ t }) => t)).toEqual(LOADS);
    expect(rows['down0']!.map(({ t }) => t)).toEqual([...LOADS].reverse());
    expect(rows['down0']!.map(({ v }) => v)).toEqual([0, 0, 0, 0, 1, 1]);
    expect(rows['down0']!.filter(({ own }) => own === false)).toHaveLength(1);
    expect(Object.keys(rows)).toEqual(['up0', 'down0', 'up1', 'down1']);
  });

  it('the frontier has a point a load that a trigger tips, between its neighbours', () => {
    const frontier = frontierChart(RESULT)!.rows['frontier']!;
    expect(frontier.map(({ t, p }) => [t, p])).toEqual([150, 200, 250].map((load) => [load, 0]));
    for (const { v, lo, hi } of frontier) {
      expect(lo as number).toBeLessThan(v as number);
      expect(v as number).toBeLessThan(hi as number);
    }
  });

  it('where nothing tips anything there is no frontier to draw, and it is not drawn', async () => {
    const policies = { 'no-retries': policyWith(250, null) };
    expect(frontierChart({ ...RESULT, policies })).toBeNull();
    expect(Object.keys(await pictures({ ...RESULT, policies }))).toEqual(['hysteresis']);
    expect(await pictures({ ...RESULT, policies: {} })).toEqual({});
  });

  it('are SVG, the same on repeat, with bands and policies named', async () => {
    const svgs = await pictures(RESULT);
    expect(Object.keys(svgs)).toEqual(['hysteresis', 'frontier']);
    expect(await pictures(RESULT)).toEqual(svgs);
    for (const word of ['storm', 'no-retries', 'stable', 'vulnerable', '100%']) {
      expect(svgs['hysteresis']).toContain(`>${word}<`);
    }
    expect(svgs['frontier']).toContain('pause db');
    expect(Object.values(svgs).join()).not.toMatch(/NaN|Infinity|undefined/);
  });
});
