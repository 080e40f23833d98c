import { AwsBudget, type AwsBudgetSpec } from './aws-budget.js';
import { BreakerBudget, type BreakerBudgetSpec } from './breaker-budget.js';
import { BucketBudget, type BucketBudgetSpec } from './bucket-budget.js';
import type { RetryBudget } from './budget.js';
import { EnvoyBudget, type EnvoyBudgetSpec } from './envoy-budget.js';
import { FinagleBudget, type FinagleBudgetSpec } from './finagle-budget.js';
import { GrpcBudget, type GrpcBudgetSpec } from './grpc-budget.js';
import { PercentBudget } from './percent-budget.js';
import { SreBudget, type SreBudgetSpec } from './sre-budget.js';

/** Which budget limits retries, and how; `shared`: one for all clients of the edge. */
export type BudgetSpec =
  | { kind: 'percent'; share: number }
  | FinagleBudgetSpec
  | GrpcBudgetSpec
  | EnvoyBudgetSpec
  | AwsBudgetSpec
  | SreBudgetSpec
  | BucketBudgetSpec
  | BreakerBudgetSpec;

/** A budget for one client. */
export function retryBudget(spec: BudgetSpec): RetryBudget {
  switch (spec.kind) {
    case 'percent':
      return new PercentBudget(spec.share);
    case 'finagle':
      return new FinagleBudget(spec);
    case 'grpc':
      return new GrpcBudget(spec);
    case 'envoy':
      return new EnvoyBudget(spec);
    case 'aws':
      return new AwsBudget(spec);
    case 'sre':
      return new SreBudget(spec);
    case 'token_bucket':
      return new BucketBudget(spec);
    case 'breaker':
      return new BreakerBudget(spec);
  }
}

/** Whether all clients of an edge have one budget together. */
export function isShared(spec: BudgetSpec): boolean {
  return spec.kind !== 'percent' && spec.shared;
}

/** Whether a budget asks how attempts end, or how many are under way. */
export function watchesAttempts({ kind }: BudgetSpec): boolean {
  return kind === 'grpc' || kind === 'envoy' || kind === 'aws' || kind === 'breaker';
}

/**
 * The most attempts for one call that a budget allows for long, Infinity where it sets no such bound
 * by itself: Finagle's reserve and Envoy's floor depend on the load, gRPC's and the quotas on how
 * much fails.
 */
export function growthOf(spec: BudgetSpec): number {
  if (spec.kind === 'percent') return 1 + spec.share;
  if (spec.kind === 'sre') return 1 / (1 - spec.ratio);
  return spec.kind === 'token_bucket' ? 1 + spec.deposit : Infinity;
}
