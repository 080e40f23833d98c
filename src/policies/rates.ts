import { CycleLimit, type CycleSpec } from './cycle-limit.js';
import { type RateSpec, TokenBucket } from './token-bucket.js';

/** What a tenant of its own plan may send. */
export interface TenantRate extends RateSpec {
  tenant: string;
}

/** How often one may send: a token bucket, or resilience4j's cycles. */
export type RateLimitSpec = {
  /** How long one waits for its turn; 0: it is refused at once. */
  waitNs: number;
  /** One for the whole fleet, not one each. */
  shared: boolean;
} & (
  | ({
      kind: 'bucket';
      /** A bucket for each tenant. */
      perTenant: boolean;
      plans: readonly TenantRate[];
    } & RateSpec)
  | ({ kind: 'resilience4j' } & CycleSpec)
);

/** A limit of how often: takes what passes, or tells when the next may. */
export interface Rate {
  /** Whether one may pass now; if so it is counted. */
  take(nowNs: number): boolean;
  /** The first moment, not before `nowNs`, at which one may pass. */
  nextNs(nowNs: number): number;
}

/** The limit that a spec describes, for a tenant of that name if it tells tenants apart. */
export function rateOf(spec: RateLimitSpec, tenant?: string): Rate {
  if (spec.kind === 'resilience4j') return new CycleLimit(spec);
  return new TokenBucket(spec.plans.find((plan) => plan.tenant === tenant) ?? spec);
}
