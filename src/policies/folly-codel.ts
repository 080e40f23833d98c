import type { Shedder } from './shedder.js';

/**
 * Settings of folly's Codel. Defaults: target 5 ms, interval 100 ms (folly `executors/Codel.cpp`,
 * flags codel_target_delay, codel_interval); the interval must be longer than the target.
 */
export interface FollyCodelSpec {
  targetNs: number;
  intervalNs: number;
}

/**
 * folly's Codel (`executors/Codel.cpp`), which servers of Thrift use: the least wait of each interval
 * tells whether there is overload; while there is, whoever waited longer than twice the target is
 * dropped when its turn comes. The first one of an interval never is. No square root, no rate.
 */
export class FollyCodel implements Shedder {
  isOverloaded = false;
  private minNs = 0;
  private intervalEndsNs: number;
  /** Whether the next one begins the measure of a new interval. */
  private begins = true;

  constructor(
    private readonly spec: FollyCodelSpec,
    nowNs: number,
  ) {
    this.intervalEndsNs = nowNs;
  }

  refuses(): boolean {
    return false;
  }

  patienceNs(): number {
    return Infinity;
  }

  sheds(nowNs: number, waitedNs: number): boolean {
    const { intervalNs, targetNs } = this.spec;
    if (nowNs > this.intervalEndsNs && !this.begins) {
      this.begins = true;
      this.intervalEndsNs = nowNs + intervalNs;
      this.isOverloaded = this.minNs > targetNs;
    }
    if (this.begins) {
      this.begins = false;
      this.minNs = waitedNs;
      return false;
    }
    if (waitedNs < this.minNs) this.minNs = waitedNs;
    return this.isOverloaded && waitedNs > 2 * targetNs;
  }

  passed(nowNs: number): void {
    this.sheds(nowNs, 0);
  }

  overflowed(): void {}

  resized(): void {}

  emptied(): void {}
}
