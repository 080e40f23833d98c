import { describe, expect, it } from 'vitest';
import { actualText } from '../../src/cli/support/expectation-lines.js';

const measured = (that: string, actual: number) =>
  actualText({ that, actual, policy: null, passed: true, held: '1 of 1' });

describe('a measured value beside its limit', () => {
  it('has the unit of a limit that is written with one', () => {
    expect(measured('recovery_time < 30s', 5)).toBe('5 s');
    expect(measured('wasted_work > 90%', 0.5)).toBe('50%');
    expect(measured('calls.api -> db.amplification > 12', 18.9)).toBe('18.9');
  });

  it('has the unit that its name implies where the limit is a figure too', () => {
    expect(measured('cascade.provider < cascade.shop', 0.112)).toBe('112 ms');
    expect(measured('services.a.queue.depth @ 520s > services.a.queue.depth @ 60s', 8800)).toBe(
      '8,800',
    );
    expect(measured('goodput_ratio @ 60s..90s > goodput_ratio @ 0s..30s', 0.5)).toBe('50%');
    expect(measured('goodput(a) > 1.5 * goodput(b)', 684)).toBe('684/s');
    expect(measured('latency.p99(a) < latency.p99(b)', 0.25)).toBe('250 ms');
    expect(measured('goodput_ratio(a) > goodput_ratio(b)', 0.25)).toBe('25%');
  });
});
