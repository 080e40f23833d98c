import type { EdgePlan } from '../model/plan.js';
import type { LimitSpec } from '../policies/limits.js';
import type { RateLimitSpec } from '../policies/rates.js';
import type { ThrottleSpec } from '../policies/throttles.js';
import { formatDuration, formatRate, formatShare, plain } from './units.js';

/** What holds a caller back before it sends, in a few words each. */
export function limitTexts({ throttle, rateLimit, concurrency }: EdgePlan): string[] {
  const parts: string[] = [];
  if (throttle !== null) parts.push(`throttle ${throttleText(throttle)}`);
  if (rateLimit !== null) parts.push(`rate limit ${rateText(rateLimit)}`);
  if (concurrency !== null) {
    const { limit, shared } = concurrency;
    parts.push(`concurrency ${concurrencyText(limit)}${shared ? ', shared' : ''}`);
  }
  return parts;
}

function throttleText(spec: ThrottleSpec): string {
  switch (spec.kind) {
    case 'sre': {
      const floor = spec.floorPerSecond > 0 ? `, floor ${formatRate(spec.floorPerSecond)}` : '';
      return `sre, k ${plain(spec.k)} over ${formatDuration(spec.windowNs)}${floor}`;
    }
    case 'envoy': {
      const { maxRejectionProbability, samplingWindowNs, srThreshold } = spec;
      const most = formatShare(maxRejectionProbability);
      const window = formatDuration(samplingWindowNs);
      return `envoy, below ${formatShare(srThreshold)} over ${window}, up to ${most}`;
    }
    case 'finagle': {
      const { maxDropProbability, nackRateThreshold, windowNs } = spec;
      const most = formatShare(maxDropProbability);
      const window = formatDuration(windowNs);
      return `finagle, above ${formatShare(nackRateThreshold)} over ${window}, up to ${most}`;
    }
    case 'aws_adaptive':
      return `aws_adaptive${waitText(spec.waitNs)}`;
  }
}

export function rateText(spec: RateLimitSpec): string {
  const shared = spec.shared ? ', shared' : '';
  if (spec.kind === 'resilience4j') {
    const { limitForPeriod, limitRefreshPeriodNs, waitNs } = spec;
    const period = formatDuration(limitRefreshPeriodNs);
    return `resilience4j, ${limitForPeriod} each ${period}${waitText(waitNs)}${shared}`;
  }
  const { burst, perSecond, perTenant, plans, waitNs } = spec;
  const each = perTenant ? ' for each tenant' : '';
  const own = plans.map(({ tenant, perSecond: rate }) => `, ${tenant} ${formatRate(rate)}`);
  const wait = waitNs === 0 ? '' : waitText(waitNs);
  return `${formatRate(perSecond)}, burst ${plain(burst)}${each}${own.join('')}${wait}${shared}`;
}

export function concurrencyText(spec: LimitSpec): string {
  switch (spec.kind) {
    case 'fixed':
      return String(spec.limit);
    case 'vegas':
      return `vegas, from ${spec.initialLimit} up to ${spec.maxConcurrency}`;
    case 'aimd':
      return `aimd, from ${spec.initialLimit}, ${spec.minLimit} to ${spec.maxLimit}`;
    case 'gradient2':
      return `gradient2, from ${spec.initialLimit}, ${spec.minLimit} to ${spec.maxConcurrency}`;
    case 'envoy':
      return `envoy, ${spec.minConcurrency} to ${spec.maxConcurrencyLimit}`;
  }
}

function waitText(ns: number): string {
  return Number.isFinite(ns) ? `, wait ${formatDuration(ns)}` : ', waits as long as it takes';
}
