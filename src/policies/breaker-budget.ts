import type { RetryBudget } from './budget.js';

/**
 * The "circuit breaker" of M. Brooker's simulation of adaptive retries [mbrooker/simulator_example]:
 * no retry goes out once all failures so far, of first tries and retries, are more than `max_rate` of
 * all first tries so far. It stops no first try, and counts over its whole life, without a window.
 */
export interface BreakerBudgetSpec {
  kind: 'breaker';
  /** 10%. */
  maxRate: number;
  shared: boolean;
}

export class BreakerBudget implements RetryBudget {
  private firsts = 0;
  private failures = 0;

  constructor(private readonly spec: BreakerBudgetSpec) {}

  first(): void {
    this.firsts++;
  }

  tryRetry(): boolean {
    return this.failures <= this.spec.maxRate * this.firsts + 1e-9;
  }

  left(): number {
    const most = this.spec.maxRate * this.firsts + 1e-9;
    return Math.max(0, Math.floor(most) - this.failures + 1);
  }

  failed(): void {
    this.failures++;
  }
}
