import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Plan, World } from '../../src/model/index.js';
import { loadScenario, planFor } from '../../src/scenario/index.js';

/** Published figures of retry budgets, each against the mean of the program's own over seeds. */

const FULL = process.env['SPILLWAY_FULL'] === '1';
const SEEDS = Array.from({ length: FULL ? 20 : 3 }, (_, i) => `${i + 1}`);
const TIMEOUT_MS = FULL ? 1_200_000 : 240_000;

function planOf(file: string, policy: string, seed: string): Plan {
  const url = new URL(`../../scenarios/papers/${file}`, import.meta.url);
  const { scenario } = loadScenario({ text: readFileSync(url, 'utf8'), file });
  return planFor(scenario!, policy, { seed });
}

/** Mean figures over the seeds. */
function means(file: string, policy: string, ...names: string[]): number[] {
  const sums = names.map(() => 0);
  for (const seed of SEEDS) {
    const world = new World(planOf(file, policy, seed), {
      stepNs: 10e9,
      windows: [],
      memoryLimitBytes: 4e9,
    });
    while (!world.advance(1e6));
    const { metrics } = world.measured();
    names.forEach((name, i) => {
      sums[i]! += metrics[name]!;
    });
  }
  return sums.map((sum) => sum / SEEDS.length);
}

/** Of the published figures, which are single runs printed to three decimals. */
const NOISE = 0.0045;
/** Tries of one call stray by 1.05 then: three standard errors of a run of 100,000 calls. */
const SPREAD = 0.01;
/** A breaker hovers about its limit, so that its runs differ more. */
const HOVERS = 0.008;

type Row = [policy: string, attempts: number, success: number | null, noise?: number];

function agrees(file: string, [policy, attempts, success, noise = NOISE]: Row): void {
  const [ours, answered] = means(file, policy, 'amplification', 'success_ratio');
  expect(Math.abs(ours! - attempts), `${policy}: ${ours} attempts`).toBeLessThan(noise);
  if (success === null) return;
  const near = noise === HOVERS ? HOVERS : NOISE;
  expect(Math.abs(answered! - success), `${policy}: ${answered}`).toBeLessThan(near);
}

describe('retry budgets compared: attempts for one call, and success', () => {
  it.each<Row>([
    // The table's 1.250 is that of retries without end; four tries make 1 + .2 + .04 + .008.
    ['four-tries-a-fifth', 1.248, 0.999],
    ['four-tries-half', 1.875, 0.939, SPREAD],
    ['four-tries-all', 4, 0],
    ['sre-a-fifth', 1.111, 0.888],
    ['sre-half', 1.111, 0.555],
    ['sre-all', 1.111, 0],
    ['aws-a-fifth', 1.241, 0.992],
    ['aws-half', 1.204, 0.601],
    ['aws-all', 1.001, 0],
    ['grpc-a-fifth', 1, 0.799],
    ['grpc-half', 1, null],
    ['grpc-all', 1, 0],
    ['finagle-a-fifth', 1.25, null],
    ['finagle-half', 1.299, 0.65],
    ['finagle-all', 1.3, 0],
  ])(
    '%s',
    (...row) => {
      agrees('retry-budgets-compared.yaml', row);
    },
    TIMEOUT_MS,
  );
});

describe('token buckets against breakers: attempts for one call, and success', () => {
  it.each<Row>([
    ['none-a-tenth', 1, 0.901],
    ['none-half', 1, 0.4995],
    ['none-all', 1, 0],
    ['three-a-tenth', 1.111, 0.9999],
    ['three-half', 1.874, 0.938, SPREAD],
    ['three-all', 4, 0],
    ['bucket-a-tenth', 1.094, 0.985],
    ['bucket-half', 1.104, 0.551],
    ['bucket-all', 1.1045, 0],
    ['breaker-a-tenth', 1.031, 0.927, HOVERS],
    ['breaker-half', 1, 0.5],
    ['breaker-all', 1, 0],
  ])(
    '%s',
    (...row) => {
      agrees('token-buckets.yaml', row);
    },
    TIMEOUT_MS,
  );
});

describe('what backoff is for', () => {
  const attempts = (policy: string): number =>
    means('what-backoff-is-for.yaml', policy, 'services.server.arrivals')[0]!;

  it(
    'with endless arrivals it changes nothing: 1 ± .01',
    () => {
      const ratio = attempts('endless-with-backoff') / attempts('endless');
      expect(Math.abs(ratio - 1)).toBeLessThan(0.01);
    },
    TIMEOUT_MS,
  );

  it(
    'with clients that send one call after another it halves the work: at most .47',
    () => {
      const ratio = attempts('one-after-another-with-backoff') / attempts('one-after-another');
      expect(ratio).toBeLessThan(0.47);
      // 1.875 tries of 50 ms; .5 · .1 + .25 · .2 + .125 · .4 s of waiting
      expect(Math.abs(ratio / (0.09375 / 0.24375) - 1)).toBeLessThan(0.02);
    },
    TIMEOUT_MS,
  );
});

describe('budgets need headroom', () => {
  /** Seconds after the outage until ten seconds in a row went well, nine answered in ten. */
  const recovery = (policy: string): number[] =>
    SEEDS.map((seed) => {
      const world = new World(planOf('budgets-need-headroom.yaml', policy, seed), {
        stepNs: 1e9,
        windows: [],
        memoryLimitBytes: 4e9,
      });
      while (!world.advance(1e6));
      const { seconds } = world.measured();
      const well = Array.from(seconds.offered[0]!, (n, s) => seconds.good[0]![s]! >= 0.9 * n);
      for (let s = 70; s + 10 <= well.length; s++) {
        if (well.slice(s, s + 10).every(Boolean)) return s - 70;
      }
      return Infinity;
    });

  it.each([
    ['at-160', 160, 12],
    ['at-200', 200, 24],
    ['at-250', 250, 98],
  ])(
    '%s is drained after (11λ − 300) ÷ (300 − 1.1λ)',
    (policy, rate, seconds) => {
      expect(Math.round((11 * rate - 300) / (300 - 1.1 * rate))).toBe(seconds);
      const found = recovery(policy);
      const mean = found.reduce((a, b) => a + b, 0) / found.length;
      // A second of rounding; the backlog of ten seconds strays by 3%, the way down by more.
      expect(Math.abs(mean - seconds), `${found}`).toBeLessThan(1.5 + 0.15 * seconds);
    },
    TIMEOUT_MS,
  );

  it(
    'at 280/s, above 300 ÷ 1.1, it never recovers',
    () => {
      expect(recovery('at-280').every((seconds) => seconds === Infinity)).toBe(true);
    },
    TIMEOUT_MS,
  );
});
