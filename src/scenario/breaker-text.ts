import type { BreakerPlan } from '../model/plan.js';
import type { CockatielBreakerSpec } from '../policies/cockatiel-breaker.js';
import type { OutlierSpec } from '../policies/outlier.js';
import type { RateBreakerSpec } from '../policies/rate-breaker.js';
import { formatDuration, formatShare, plain } from './units.js';

/** A breaker in a few words, for who reads what was understood. */
export function breakerText(plan: BreakerPlan): string {
  switch (plan.kind) {
    case 'rate':
      return rateText(plan);
    case 'consecutive': {
      const row = inARow(plan.failures);
      return `breaker at ${row}, open for ${formatDuration(plan.openForNs)}`;
    }
    case 'hystrix':
      return (
        `breaker of hystrix at ${plan.errorThresholdPercentage}% of at least ` +
        `${plan.requestVolumeThreshold} in ${formatDuration(plan.rollingWindowNs)}, every ` +
        `${formatDuration(plan.healthSnapshotNs)}, open for ${formatDuration(plan.sleepWindowNs)}`
      );
    case 'opossum':
      return (
        `breaker of opossum above ${plain(plan.errorThresholdPercentage)}% of calls begun in ` +
        `${formatDuration(plan.rollingCountTimeoutNs)}${volume(plan.volumeThreshold)}, open for ` +
        formatDuration(plan.resetTimeoutNs)
      );
    case 'cockatiel':
      return cockatielText(plan);
    case 'outlier':
      return outlierText(plan);
  }
}

function inARow(failures: number): string {
  return failures === 1 ? '1 failure' : `${failures} failures in a row`;
}

function volume(calls: number): string {
  return calls === 0 ? '' : `, of at least ${calls}`;
}

function rateText(plan: RateBreakerSpec): string {
  const { window, failureRate, slowOverNs, slowRate, minCalls, openForNs, probes } = plan;
  const over = 'calls' in window ? `${window.calls} calls` : `${window.seconds} s`;
  const least = 'calls' in window ? Math.min(minCalls, window.calls) : minCalls;
  const slow = Number.isFinite(slowOverNs)
    ? ` or ${formatShare(slowRate)} over ${formatDuration(slowOverNs)}`
    : '';
  const timer = plan.opensHalfByTimer ? ' by a timer' : '';
  return (
    `breaker at ${formatShare(failureRate)} failures${slow} of the last ${over}, at least ` +
    `${least}, open for ${formatDuration(openForNs)}${timer}, then ` +
    `${probes} ${probes === 1 ? 'probe' : 'probes'}`
  );
}

function cockatielText({ opensBy, halfOpenAfterNs }: CockatielBreakerSpec): string {
  const open = `open for ${formatDuration(halfOpenAfterNs)}`;
  if (opensBy.kind === 'consecutive') {
    return `breaker of cockatiel at ${inARow(opensBy.failures)}, ${open}`;
  }
  const share = `above ${formatShare(opensBy.threshold)}`;
  const over =
    opensBy.kind === 'count' ? `${opensBy.size} calls` : formatDuration(opensBy.durationNs);
  return `breaker of cockatiel ${share} of the last ${over}, ${open}`;
}

function outlierText(plan: OutlierSpec): string {
  const one = plan.alwaysEjectOneHost ? ' or one' : '';
  return (
    `ejects replicas at ${inARow(plan.consecutive5xx)}, up to ` +
    `${plain(plan.maxEjectionPercent)}%${one}, for ${formatDuration(plan.baseEjectionTimeNs)}`
  );
}
