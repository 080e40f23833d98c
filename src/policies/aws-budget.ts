import type { Failure, RetryBudget } from './budget.js';

/**
 * The retry quota of the AWS SDKs' standard mode [boto/botocore, botocore/retries/standard.py and
 * quota.py]: a retry costs 5, or 10 after a timeout, from a bucket that begins full. A success of a
 * call that was never tried again gives 1 back, any other only what its *last* retry cost; time gives
 * nothing. So a total outage lets `capacity` ÷ 5 retries out, and then none.
 *
 * `standard_2_1` has the costs of the newer mode in the same code: 5 after a throttling error, which
 * is a refusal here, and 14 after any other.
 */
export interface AwsBudgetSpec {
  kind: 'aws';
  /** 500. */
  capacity: number;
  /** `standard`. */
  mode: 'standard' | 'standard_2_1';
  shared: boolean;
}

export class AwsBudget implements RetryBudget {
  private tokens: number;

  constructor(private readonly spec: AwsBudgetSpec) {
    this.tokens = spec.capacity;
  }

  first(): void {}

  tryRetry(_nowNs: number, after: Failure): boolean {
    const cost = this.costOf(after);
    if (this.tokens < cost) return false;
    this.tokens -= cost;
    return true;
  }

  left(): number {
    return Math.floor(this.tokens / this.costOf('error'));
  }

  succeeded(after: Failure | null): void {
    const back = after === null ? 1 : this.costOf(after);
    this.tokens = Math.min(this.spec.capacity, this.tokens + back);
  }

  private costOf(after: Failure): number {
    if (this.spec.mode === 'standard') return after === 'timeout' ? 10 : 5;
    return after === 'rejected' ? 5 : 14;
  }
}
