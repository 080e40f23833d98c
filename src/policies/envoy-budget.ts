import type { Failure, RetryBudget } from './budget.js';

/**
 * Envoy's `retry_budget` [envoyproxy/envoy, source/common/upstream/resource_manager_impl.h]: no rate,
 * but how many retries may be in flight: less than max(budget_percent of the requests that are active
 * or pending, min_retry_concurrency). A retry is in flight from the decision, through its backoff,
 * to its end.
 */
export interface EnvoyBudgetSpec {
  kind: 'envoy';
  /** 20%. */
  budgetPercent: number;
  /** 3. */
  minRetryConcurrency: number;
  shared: boolean;
}

export class EnvoyBudget implements RetryBudget {
  constructor(private readonly spec: EnvoyBudgetSpec) {}

  first(): void {}

  tryRetry(_nowNs: number, _after: Failure, out: number, retries: number): boolean {
    return retries < this.most(out);
  }

  left(_nowNs: number, out: number, retries: number): number {
    return Math.max(0, this.most(out) - retries);
  }

  private most(out: number): number {
    const { budgetPercent, minRetryConcurrency } = this.spec;
    // A whole number, as in Envoy; the room so that 29% of 100 is 29.
    return Math.max(Math.floor(budgetPercent * out + 1e-9), minRetryConcurrency);
  }
}
