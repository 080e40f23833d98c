import { afterEach, describe, expect, it, vi } from 'vitest';
import { chartContext } from '../../../src/report/charts/context.js';
import { drawCharts } from '../../../src/report/charts/index.js';
import { chartSvg } from '../../../src/report/svg.js';
import { fixtureInput } from '../fixture.js';

describe('a policy named as what every object has', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('is drawn under its name in every chart', async () => {
    const rename = { unbounded: 'constructor', 'retry-storm': 'toString' };
    const input = fixtureInput({ rename });
    // Panels without a verdict are headed by the bare name.
    for (const { verdict } of Object.values(input.result.policies)) verdict.is = null;
    const complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const drawn: Record<string, string> = {};
    for (const chart of drawCharts(chartContext(input, { interactive: false, maxPoints: 100 }))) {
      drawn[chart.name] = await chartSvg(chart, true);
    }
    expect(complaints.mock.calls).toEqual([]);
    expect(drawn['traffic']).toMatch(/>constructor\u200b?</);
    expect(drawn['traffic']).toMatch(/>toString\u200b?</);
  });
});
