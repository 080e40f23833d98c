/** What a check's result made of a replica. */
export const STAYS = 0;
export const FELL = 1;
export const ROSE = 2;

/** How many results in a row it takes; both 1 or more. */
export interface Thresholds {
  unhealthyAfter: number;
  healthyAfter: number;
}

/**
 * Whether hosts are healthy, by the results of checks (HAProxy: `rise` and `fall`; Kubernetes:
 * successThreshold and failureThreshold; Envoy: healthy_threshold and unhealthy_threshold): a healthy
 * one falls after so many failures in a row, one that fell rises after so many successes in a row.
 * All begin healthy.
 */
export class HealthCheck {
  private readonly fallen: Uint8Array;
  /** Results in a row that speak against the state a host is in. */
  private readonly against: Float64Array;

  constructor(
    private thresholds: Thresholds,
    hosts: number,
  ) {
    this.fallen = new Uint8Array(hosts);
    this.against = new Float64Array(hosts);
  }

  isHealthy(host: number): boolean {
    return this.fallen[host] === 0;
  }

  /** A check of a host has ended; FELL or ROSE where it changes what the host is. */
  ended(host: number, passed: boolean): number {
    const fallen = this.fallen[host] === 1;
    if (passed !== fallen) {
      this.against[host] = 0;
      return STAYS;
    }
    const { healthyAfter, unhealthyAfter } = this.thresholds;
    if (++this.against[host] < (fallen ? healthyAfter : unhealthyAfter)) return STAYS;
    this.against[host] = 0;
    this.fallen[host] = fallen ? 0 : 1;
    return fallen ? ROSE : FELL;
  }

  /** A host begins anew: healthy, nothing counted. */
  begin(host: number): void {
    this.fallen[host] = 0;
    this.against[host] = 0;
  }

  /** From now on it takes so many in a row; what was counted stands. */
  setThresholds(thresholds: Thresholds): void {
    this.thresholds = thresholds;
  }
}

/** Envoy's healthy_panic_threshold: whether so few of those there are healthy that all are used. */
export function panics(healthy: number, there: number, threshold: number): boolean {
  return healthy < there * threshold;
}
