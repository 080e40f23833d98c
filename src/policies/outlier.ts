import type { LibraryDefaults } from './library.js';

/** Envoy's outlier detection. Times in nanoseconds, percentages 0 to 100. */
export interface OutlierSpec {
  kind: 'outlier';
  consecutive5xx: number;
  consecutiveGatewayFailure: number;
  enforcingConsecutive5xx: number;
  enforcingConsecutiveGatewayFailure: number;
  intervalNs: number;
  baseEjectionTimeNs: number;
  maxEjectionTimeNs: number;
  maxEjectionTimeJitterNs: number;
  maxEjectionPercent: number;
  alwaysEjectOneHost: boolean;
  successRateMinimumHosts: number;
  successRateRequestVolume: number;
  /** In thousandths of a standard deviation. */
  successRateStdevFactor: number;
  enforcingSuccessRate: number;
  failurePercentageThreshold: number;
  failurePercentageMinimumHosts: number;
  failurePercentageRequestVolume: number;
  enforcingFailurePercentage: number;
  /** Where fewer than this are left, the ejected ones are used too. */
  healthyPanicThreshold: number;
}

const option = (name: string, value: string, doc: string) => ({ name, default: value, doc });

/** What Envoy's outlier detection does where nothing is said. */
export const ENVOY_OUTLIER: LibraryDefaults = {
  library: 'envoy',
  part: 'outlier detection',
  source:
    'envoyproxy/envoy: api/envoy/config/cluster/v3/outlier_detection.proto, ' +
    'source/common/upstream/outlier_detection_impl.{h,cc}; healthy_panic_threshold is of the ' +
    'load balancer (api/envoy/config/cluster/v3/cluster.proto)',
  options: [
    option('consecutive_5xx', '5', 'Ejects at so many failures in a row.'),
    option('enforcing_consecutive_5xx', '100%', 'How often that is carried out.'),
    option(
      'consecutive_gateway_failure',
      '5',
      'Ejects at so many gateway failures in a row: timeouts, refusals, crashes.',
    ),
    option('enforcing_consecutive_gateway_failure', '0%', 'How often that is carried out.'),
    option('interval', '10s', 'Rates are looked at, and ejections end, on this tick only.'),
    option('base_ejection_time', '30s', 'An ejection lasts this, times how often lately.'),
    option('max_ejection_time', '300s', 'No ejection lasts longer; or the base, if greater.'),
    option('max_ejection_time_jitter', '0s', 'Up to this is added to each, by chance.'),
    option(
      'max_ejection_percent',
      '10%',
      'No more are ejected at once: of fewer than ten replicas none, with this default.',
    ),
    option('always_eject_one_host', 'false', 'One may be ejected whatever its share.'),
    option('success_rate_minimum_hosts', '5', 'Success rates are compared among at least these.'),
    option('success_rate_request_volume', '100', 'Of those with so many requests in the interval.'),
    option(
      'success_rate_stdev_factor',
      '1900',
      'Ejects under the mean by this many thousandths of the standard deviation.',
    ),
    option('enforcing_success_rate', '100%', 'How often that is carried out.'),
    option('failure_percentage_threshold', '85%', 'Ejects at this share of failures.'),
    option('failure_percentage_minimum_hosts', '5', 'Where at least so many have the volume.'),
    option('failure_percentage_request_volume', '50', 'Requests in the interval.'),
    option('enforcing_failure_percentage', '0%', 'How often that is carried out.'),
    option('healthy_panic_threshold', '50%', 'With fewer left, the ejected are used as well.'),
  ],
};

/** How a request to a host ended: well, with a 500, or with a gateway's 502, 503 or 504. */
export const HOST_OK = 0;
export const HOST_FAILED = 1;
export const HOST_GATEWAY = 2;

/** A draw in [0, 1). */
type Draw = () => number;

const MS = 1e6;

/**
 * Envoy's outlier detection over one client's hosts (`outlier_detection_impl.cc`). Failures in a row
 * eject at once; rates are compared, and ejections end, at the sweep every interval. What would pass
 * the greatest share of ejected hosts is not carried out. An ejection lasts the base time, multiplied
 * by a counter that grows with each ejection and falls with each sweep in which the host stays in.
 */
export class OutlierDetector {
  ejected = 0;
  /** How many of the hosts there are now; the others have not come, or are gone. */
  present: number;
  private readonly isOut: Uint8Array;
  private readonly inARow: Float64Array;
  private readonly gatewayInARow: Float64Array;
  private readonly multiplier: Float64Array;
  private readonly ejectedNs: Float64Array;
  private readonly jitterNs: Float64Array;
  private readonly backSinceNs: Float64Array;
  /** Of the interval at hand. */
  private readonly requests: Float64Array;
  private readonly successes: Float64Array;

  constructor(
    private readonly spec: OutlierSpec,
    readonly hosts: number,
  ) {
    this.present = hosts;
    this.isOut = new Uint8Array(hosts);
    this.inARow = new Float64Array(hosts);
    this.gatewayInARow = new Float64Array(hosts);
    this.multiplier = new Float64Array(hosts);
    this.ejectedNs = new Float64Array(hosts);
    this.jitterNs = new Float64Array(hosts);
    this.backSinceNs = new Float64Array(hosts).fill(Infinity);
    this.requests = new Float64Array(hosts);
    this.successes = new Float64Array(hosts);
  }

  isEjected(host: number): boolean {
    return this.isOut[host] === 1;
  }

  /** A host is another one from now on: nothing is known of it. */
  forget(host: number): void {
    if (this.isEjected(host)) this.ejected--;
    for (const known of [this.isOut, this.inARow, this.gatewayInARow, this.multiplier]) {
      known[host] = 0;
    }
    this.requests[host] = 0;
    this.successes[host] = 0;
    this.backSinceNs[host] = Infinity;
  }

  /** Whether so few of those that are there at all are left that the ejected are used too. */
  panics(left: number, there: number): boolean {
    return left * 100 < this.spec.healthyPanicThreshold * there;
  }

  /** A request to a host has ended; true where a host was ejected for it. */
  ended(host: number, how: number, nowNs: number, draw: Draw): boolean {
    const { gatewayInARow, inARow, spec } = this;
    this.requests[host]++;
    if (how === HOST_OK) {
      this.successes[host]++;
      inARow[host] = 0;
      gatewayInARow[host] = 0;
      return false;
    }
    const before = this.ejected;
    if (how !== HOST_GATEWAY) gatewayInARow[host] = 0;
    else if (++gatewayInARow[host] === spec.consecutiveGatewayFailure && !this.isEjected(host)) {
      this.eject(host, nowNs, spec.enforcingConsecutiveGatewayFailure, draw);
      gatewayInARow[host] = 0;
    }
    if (++inARow[host] === spec.consecutive5xx && !this.isEjected(host)) {
      this.eject(host, nowNs, spec.enforcingConsecutive5xx, draw);
      inARow[host] = 0;
    }
    return this.ejected > before;
  }

  /** The interval is over; true where a host came back or was ejected. */
  sweep(nowNs: number, draw: Draw): boolean {
    const before = this.isOut.slice();
    for (let host = 0; host < this.hosts; host++) {
      if (this.isEjected(host) && this.isOver(host, nowNs)) this.takeBack(host, nowNs);
    }
    this.compareRates(nowNs, draw);
    for (let host = 0; host < this.hosts; host++) {
      this.requests[host] = 0;
      this.successes[host] = 0;
      const wasIn = nowNs - this.backSinceNs[host] >= this.spec.intervalNs;
      if (!this.isEjected(host) && wasIn && this.multiplier[host] > 0) this.multiplier[host]--;
    }
    return this.isOut.some((isOut, host) => isOut !== before[host]);
  }

  private isOver(host: number, nowNs: number): boolean {
    const { baseEjectionTimeNs, maxEjectionTimeNs } = this.spec;
    const lasts = Math.min(baseEjectionTimeNs * this.multiplier[host], maxEjectionTimeNs);
    return lasts + this.jitterNs[host] <= nowNs - this.ejectedNs[host];
  }

  private takeBack(host: number, nowNs: number): void {
    this.isOut[host] = 0;
    this.ejected--;
    this.inARow[host] = 0;
    this.gatewayInARow[host] = 0;
    this.backSinceNs[host] = nowNs;
  }

  private compareRates(nowNs: number, draw: Draw): void {
    const { spec } = this;
    const least = Math.min(spec.successRateMinimumHosts, spec.failurePercentageMinimumHosts);
    if (this.present < least) return;
    const compared = this.withVolume(spec.successRateRequestVolume);
    const judged = this.withVolume(spec.failurePercentageRequestVolume);
    if (compared.length > 0 && compared.length >= spec.successRateMinimumHosts) {
      const floor = this.successFloor(compared);
      for (const host of compared) {
        if (this.rate(host) < floor) this.eject(host, nowNs, spec.enforcingSuccessRate, draw);
      }
    }
    if (judged.length === 0 || judged.length < spec.failurePercentageMinimumHosts) return;
    for (const host of judged) {
      if (this.isEjected(host)) continue;
      if (100 - this.rate(host) < spec.failurePercentageThreshold) continue;
      this.eject(host, nowNs, spec.enforcingFailurePercentage, draw);
    }
  }

  /** Hosts that are in and had so many requests, at least one, in the interval. */
  private withVolume(least: number): number[] {
    const found: number[] = [];
    for (let host = 0; host < this.hosts; host++) {
      if (this.isEjected(host) || this.requests[host] === 0) continue;
      if (this.requests[host] >= least) found.push(host);
    }
    return found;
  }

  /** Success in percent. */
  private rate(host: number): number {
    return (this.successes[host] * 100) / this.requests[host];
  }

  private successFloor(hosts: readonly number[]): number {
    let sum = 0;
    for (const host of hosts) sum += this.rate(host);
    const mean = sum / hosts.length;
    let variance = 0;
    for (const host of hosts) variance += (this.rate(host) - mean) * (this.rate(host) - mean);
    const deviation = Math.sqrt(variance / hosts.length);
    return mean - (this.spec.successRateStdevFactor / 1000) * deviation;
  }

  private eject(host: number, nowNs: number, enforcing: number, draw: Draw): void {
    const { spec } = this;
    const percent = (100 * (this.ejected + 1)) / this.present;
    const isOne = spec.alwaysEjectOneHost && this.ejected === 0;
    if (percent > Math.min(100, spec.maxEjectionPercent) && !isOne) return;
    if (enforcing < 100 && draw() * 100 >= enforcing) return;
    this.isOut[host] = 1;
    this.ejected++;
    this.ejectedNs[host] = nowNs;
    const jitterMs = Math.floor(spec.maxEjectionTimeJitterNs / MS);
    this.jitterNs[host] = jitterMs > 0 ? Math.floor(draw() * (jitterMs + 1)) * MS : 0;
    const { baseEjectionTimeNs: base, maxEjectionTimeNs: max } = spec;
    if (this.multiplier[host] * base < max + base) this.multiplier[host]++;
  }
}
