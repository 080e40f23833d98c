import type { OutlierSpec } from '../../policies/outlier.js';
import { percent, S, someShare, someTime } from './breaker-figures.js';
import { count, duration, share, truth } from './figures.js';
import { into, map, optional, type Schema } from './kit.js';

const enforcing = (of: string, fallback: number, shown: string) =>
  optional(share, `How often ${of} is carried out.`, fallback, shown);

/** Defaults: `ENVOY_OUTLIER` of src/policies/outlier.ts. */
export const outlier: Schema<OutlierSpec> = into(
  map({
    consecutive_5xx: optional(count(1), 'Ejects at so many failures in a row.', 5, 5),
    consecutive_gateway_failure: optional(
      count(1),
      'Ejects at so many gateway failures in a row: timeouts, refusals, crashes.',
      5,
      5,
    ),
    enforcing_consecutive_5xx: enforcing('that', 1, '100%'),
    enforcing_consecutive_gateway_failure: enforcing('that of gateway failures', 0, '0%'),
    interval: optional(
      someTime,
      'Rates are looked at, ejections end, on this tick.',
      10 * S,
      '10s',
    ),
    base_ejection_time: optional(someTime, 'An ejection lasts this × how often.', 30 * S, '30s'),
    max_ejection_time: optional(someTime, 'None lasts longer.', undefined, '300s'),
    max_ejection_time_jitter: optional(duration, 'Up to this is added by chance.', 0, '0s'),
    max_ejection_percent: optional(share, 'No more are ejected at once.', 0.1, '10%'),
    always_eject_one_host: optional(truth, 'One may be, whatever its share.', false, false),
    success_rate_minimum_hosts: optional(count(1), 'Rates are compared among these.', 5, 5),
    success_rate_request_volume: optional(count(1), 'Requests in the interval.', 100, 100),
    success_rate_stdev_factor: optional(
      count(0, 1_000_000),
      'Ejects under the mean by so many thousandths of the standard deviation.',
      1900,
      1900,
    ),
    enforcing_success_rate: enforcing('ejecting by success rate', 1, '100%'),
    failure_percentage_threshold: optional(someShare, 'Ejects at this share.', 0.85, '85%'),
    failure_percentage_minimum_hosts: optional(count(1), 'Where so many have volume.', 5, 5),
    failure_percentage_request_volume: optional(count(1), 'Requests in the interval.', 50, 50),
    enforcing_failure_percentage: enforcing('ejecting by failures', 0, '0%'),
    healthy_panic_threshold: optional(share, 'With fewer left all are used.', 0.5, '50%'),
  }),
  (keys) => ({
    kind: 'outlier' as const,
    consecutive5xx: keys.consecutive_5xx,
    consecutiveGatewayFailure: keys.consecutive_gateway_failure,
    enforcingConsecutive5xx: percent(keys.enforcing_consecutive_5xx),
    enforcingConsecutiveGatewayFailure: percent(keys.enforcing_consecutive_gateway_failure),
    intervalNs: keys.interval,
    baseEjectionTimeNs: keys.base_ejection_time,
    maxEjectionTimeNs: keys.max_ejection_time ?? Math.max(300 * S, keys.base_ejection_time),
    maxEjectionTimeJitterNs: keys.max_ejection_time_jitter,
    maxEjectionPercent: percent(keys.max_ejection_percent),
    alwaysEjectOneHost: keys.always_eject_one_host,
    successRateMinimumHosts: keys.success_rate_minimum_hosts,
    successRateRequestVolume: keys.success_rate_request_volume,
    successRateStdevFactor: keys.success_rate_stdev_factor,
    enforcingSuccessRate: percent(keys.enforcing_success_rate),
    failurePercentageThreshold: percent(keys.failure_percentage_threshold),
    failurePercentageMinimumHosts: keys.failure_percentage_minimum_hosts,
    failurePercentageRequestVolume: keys.failure_percentage_request_volume,
    enforcingFailurePercentage: percent(keys.enforcing_failure_percentage),
    healthyPanicThreshold: percent(keys.healthy_panic_threshold),
  }),
);
