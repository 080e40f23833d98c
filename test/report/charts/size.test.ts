import { beforeAll, describe, expect, it } from 'vitest';
import { type ReportInput, renderReport } from '../../../src/report/index.js';
import { freshClient } from '../../fresh-build.js';
import { fixtureInput } from '../fixture.js';
import { drawn, give } from './drawn.js';

const PAGE_BYTES_MAX = 1_500_000;

/** A number in [0, 1) that looks like chance and is the same in every run. */
function noise(seed: number): number {
  const value = Math.sin(seed * 12.9898) * 43758.5453;
  return value - Math.floor(value);
}

/** Six policies over 1,000 s that have something to say in every picture. */
function everything(policies = 6): ReportInput {
  const input = fixtureInput({ seconds: 1000, times: Math.ceil(policies / 4) });
  for (const name of Object.keys(input.result.policies).slice(policies)) {
    delete input.result.policies[name];
  }
  const rough = (scale: number, salt: number) => (second: number, policy: number) =>
    scale * noise(second + 1000 * policy + 7919 * salt);
  give(input, {
    'latency.p50': rough(0.1, 1),
    'latency.p90': (second, policy) => 0.1 + rough(0.2, 2)(second, policy),
    'latency.p99': (second, policy) => 0.3 + rough(1, 3)(second, policy),
    ...Object.fromEntries(
      ['timeout', 'rejected', 'error', 'breaker_open'].map((reason, salt) => [
        `errors.${reason}`,
        rough(90, salt),
      ]),
    ),
  });
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    give(input, {
      [`services.${name}.queue.depth`]: rough(100, 5),
      [`services.${name}.utilization`]: rough(1, 6),
      [`services.${name}.wasted`]: rough(1, 7),
      [`services.${name}.limit`]: rough(50, 8),
      [`services.${name}.in_rotation`]: (second, policy) => Math.ceil(rough(8, 9)(second, policy)),
      [`services.${name}.memory`]: rough(1e9, 10),
      [`calls.web -> ${name}.breaker`]: rough(1, 11),
      [`queues.${name}.lag`]: rough(1e5, 12),
    });
  }
  Object.values(input.result.policies).forEach((policy, index) => {
    policy.latency_map = {
      step: 7,
      bounds: Array.from({ length: 61 }, (_, row) => 0.001 * 1.19 ** row),
      counts: Array.from({ length: 143 }, (_, column) => {
        const many = Array.from({ length: 30 }, (_, row) =>
          Math.ceil(400 * noise(row + column + index)),
        );
        return [column % 30, ...many];
      }),
    };
  });
  return input;
}

describe('a page with every picture', () => {
  beforeAll(freshClient);

  it('stays small with six policies and 1,000 s of series', async () => {
    const input = everything();
    expect([...drawn(input).keys()]).toEqual([
      'hockey-stick',
      'traffic',
      'failures',
      'latency',
      'latency-bands',
      'latency-map',
      'queue-depth',
      'lag',
      'utilization',
      'memory',
      'guards',
      'replicas',
    ]);
    const { html } = await renderReport(input);
    expect(Buffer.byteLength(html)).toBeLessThan(PAGE_BYTES_MAX);
    expect(html).toContain('"name":"replicas"');
  });

  it('stays small with twelve', async () => {
    const { html } = await renderReport(everything(12));
    expect(Buffer.byteLength(html)).toBeLessThan(PAGE_BYTES_MAX);
    expect(html).toContain('"name":"replicas"');
  });
});
