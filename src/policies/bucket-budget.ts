import type { RetryBudget } from './budget.js';

/**
 * The token bucket of M. Brooker's simulation of adaptive retries [mbrooker/simulator_example]: it
 * begins full, every first try puts `deposit` in, a retry takes one token and goes out only while
 * *more* than one is there. (The text beside it deposits on success; the code is followed.)
 */
export interface BucketBudgetSpec {
  kind: 'token_bucket';
  /** 5; more than 1. */
  size: number;
  /** 0.1; at most 1. */
  deposit: number;
  shared: boolean;
}

/** Tokens are counted in millionths, so that ten deposits of 0.1 are one. */
const TOKEN = 1e6;

export class BucketBudget implements RetryBudget {
  private readonly most: number;
  private readonly deposit: number;
  private tokens: number;

  constructor({ size, deposit }: BucketBudgetSpec) {
    this.most = Math.floor(size * TOKEN + 0.5);
    this.deposit = Math.floor(deposit * TOKEN + 0.5);
    this.tokens = this.most;
  }

  first(): void {
    this.tokens = Math.min(this.most, this.tokens + this.deposit);
  }

  tryRetry(): boolean {
    if (this.tokens <= TOKEN) return false;
    this.tokens -= TOKEN;
    return true;
  }

  left(): number {
    return Math.max(0, Math.ceil(this.tokens / TOKEN) - 1);
  }
}
