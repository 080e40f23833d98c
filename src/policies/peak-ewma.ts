import { exp } from '../kernel/math.js';
import type { Balancer, Choice, Rotation } from './choice.js';
import { firstOf, secondOf } from './two-choices.js';

/** After this time a latency has lost all but 1/e of its weight: Finagle's `decayTime`. */
const DECAY_NS = 10e9;
/** What a replica without history that is being tried for the first time counts as: 2^47. */
const PENALTY = 140737488355328;

/**
 * Finagle's peak EWMA under two choices: of two different replicas the one of lower cost, of equals
 * the first drawn. The cost is the moving average of the latencies, times the attempts outstanding
 * with one more. A latency above the average becomes the average at once; a lower one, and the mere
 * passing of time, bring it down with w = e^(−Δt / 10 s). A replica that has no history and an
 * attempt out costs more than any other. What was given up counts as a latency of the time waited.
 *
 * twitter/finagle, `loadbalancer/PeakEwma.scala` and `loadbalancer/p2c/P2CPick.scala`.
 */
export class PeakEwma implements Balancer {
  private readonly outstanding: Int32Array;
  private readonly averageNs: Float64Array;
  private readonly stampNs: Float64Array;

  constructor(size: number) {
    this.outstanding = new Int32Array(size);
    this.averageNs = new Float64Array(size);
    this.stampNs = new Float64Array(size);
  }

  pick({ u, nowNs }: Choice, { list, count }: Rotation): number {
    const one = list[firstOf(u, count)];
    const other = list[secondOf(u, count)];
    return this.cost(other, nowNs) < this.cost(one, nowNs) ? other : one;
  }

  sent(replica: number): void {
    this.outstanding[replica]++;
  }

  ended(replica: number, latencyNs: number, nowNs: number): void {
    this.outstanding[replica]--;
    this.observe(replica, latencyNs, nowNs);
  }

  forget(replica: number): void {
    this.averageNs[replica] = 0;
  }

  private cost(replica: number, nowNs: number): number {
    this.observe(replica, 0, nowNs);
    const outstanding = this.outstanding[replica];
    const average = this.averageNs[replica];
    if (average === 0 && outstanding > 0) return PENALTY + outstanding;
    return average * (outstanding + 1);
  }

  private observe(replica: number, latencyNs: number, nowNs: number): void {
    const average = this.averageNs[replica];
    if (latencyNs > average) this.averageNs[replica] = latencyNs;
    else if (nowNs > this.stampNs[replica]) {
      const kept = exp(-(nowNs - this.stampNs[replica]) / DECAY_NS);
      this.averageNs[replica] = average * kept + latencyNs * (1 - kept);
    }
    this.stampNs[replica] = nowNs;
  }
}
