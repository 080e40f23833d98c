import { beforeAll, describe, expect, it } from 'vitest';
import { type Report, renderReport } from '../../src/report/index.js';
import { freshClient } from '../fresh-build.js';
import { fixtureInput } from './fixture.js';

const PAGE_BYTES_MAX = 1_500_000;
const CHARTS = ['hockey-stick', 'traffic', 'latency', 'queue-depth'];

beforeAll(freshClient);

describe('a rendered report', () => {
  let report: Report;
  beforeAll(async () => {
    report = await renderReport(fixtureInput());
  });

  it('is the same to the byte when rendered again', async () => {
    expect(await renderReport(fixtureInput())).toEqual(report);
  });

  it('brings every chart as an SVG in the light theme, with title and caption', () => {
    expect(Object.keys(report.svgs)).toEqual(CHARTS);
    for (const svg of Object.values(report.svgs)) {
      expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
      expect(svg).toContain('fill="#ffffff"');
      expect(svg).not.toMatch(/NaN|undefined| style="|…/);
    }
    expect(report.svgs['traffic']).toContain('Filled: goodput.');
    expect(report.svgs['latency']).toContain('unbounded');
  });

  it('stays small, however many policies and points', async () => {
    const bytes = (of: Report): number => Buffer.byteLength(of.html);
    expect(bytes(report)).toBeLessThan(1_000_000);
    const sixPolicies = fixtureInput({ seconds: 1000, times: 2 });
    for (const name of Object.keys(sixPolicies.result.policies).slice(6)) {
      delete sixPolicies.result.policies[name];
    }
    expect(bytes(await renderReport(sixPolicies))).toBeLessThan(PAGE_BYTES_MAX);
    const large = await renderReport(fixtureInput({ seconds: 3600, times: 6 }));
    expect(bytes(large)).toBeLessThan(PAGE_BYTES_MAX);
  });

  it('draws a result without series or hockey stick as tables only', async () => {
    const input = fixtureInput();
    delete input.result.hockey_stick;
    for (const policy of Object.values(input.result.policies)) policy.series = { step: 1 };
    const { html, svgs } = await renderReport(input);
    expect(svgs).toEqual({});
    expect(html).toContain('The policies compared');
    expect(html).not.toContain('Pictures');
  });
});
