import type { RetryBudget } from './budget.js';

/**
 * gRPC's retry throttling [grpc/proposal, A6-client-retries.md; grpc/grpc, retry_throttle.cc]: a
 * failure that could be tried again, of a first try too, takes a token, a success gives back
 * `token_ratio` of one; retries go out only while more than half of `max_tokens` is there. So it is no
 * share of retries but a breaker of them: when more than ratio / (1 + ratio) of the attempts fail
 * (9.09% with 0.1) hardly any retry goes out. Kept in thousandths, as the code does.
 */
export interface GrpcBudgetSpec {
  kind: 'grpc';
  /** 10, as in A6's example (gRPC has no default); up to 1000. */
  maxTokens: number;
  /** 0.1, as in A6's example; three decimals count. */
  tokenRatio: number;
  shared: boolean;
}

export class GrpcBudget implements RetryBudget {
  private readonly most: number;
  private readonly back: number;
  private tokens: number;

  constructor({ maxTokens, tokenRatio }: GrpcBudgetSpec) {
    this.most = maxTokens * 1000;
    this.back = Math.floor(tokenRatio * 1000 + 1e-6);
    this.tokens = this.most;
  }

  first(): void {}

  tryRetry(): boolean {
    return this.tokens > this.most / 2;
  }

  left(): number {
    return Math.max(0, Math.ceil((this.tokens - this.most / 2) / 1000));
  }

  succeeded(): void {
    this.tokens = Math.min(this.most, this.tokens + this.back);
  }

  failed(): void {
    this.tokens = Math.max(0, this.tokens - 1000);
  }
}
