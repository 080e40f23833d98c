import { openStream, unit53 } from '../kernel/draws.js';
import type { Guard } from '../policies/guard.js';
import { ENVOY_LEARNS, LimitGuard, NETFLIX_LEARNS } from '../policies/limit-guard.js';
import { limitOf } from '../policies/limits.js';
import { RateGuard } from '../policies/rate-guard.js';
import { type RateLimitSpec, rateOf } from '../policies/rates.js';
import { throttleOf } from '../policies/throttles.js';
import { labelOfName } from './labels.js';
import type { EdgePlan } from './plan.js';

/** One for each of so many callers, or one that all share. */
function forEach<T>(callers: number, shared: boolean, make: (caller: number) => T): T[] {
  const one = shared ? make(0) : null;
  return Array.from({ length: callers }, (_, caller) => one ?? make(caller));
}

/** The throttles of an edge, one for each caller. */
export function throttlesOf({ throttle }: EdgePlan, callers: number): Guard[] {
  return throttle === null ? [] : forEach(callers, false, () => throttleOf(throttle));
}

/** The limits of rate of an edge; where they tell tenants apart, see `tenantRatesOf`. */
export function rateLimitsOf(edge: EdgePlan, callers: number): Guard[] {
  if (edge.rateLimit === null) return [];
  return forEach(callers, edge.rateLimit.shared, () => rateLimitRule(edge) as Guard);
}

/** The limit of rate of one caller. */
export function rateLimitRule({ rateLimit }: EdgePlan): Guard | null {
  return rateLimit === null ? null : new RateGuard(rateOf(rateLimit), rateLimit.waitNs);
}

/** The limits of concurrency of an edge. */
export function limitsOf(edge: EdgePlan, callers: number, seed: string): Guard[] {
  if (edge.concurrency === null) return [];
  return forEach(callers, edge.concurrency.shared, (caller) => {
    return limitRule(edge, seed, `${caller}`) as Guard;
  });
}

/** The limit of concurrency of one caller, who has a stream of draws of its own. */
export function limitRule(edge: EdgePlan, seed: string, caller: string): Guard | null {
  const { concurrency, name } = edge;
  if (concurrency === null) return null;
  const { limit } = concurrency;
  const stream = openStream(seed, name, `concurrency ${caller}`);
  const learns = limit.kind === 'envoy' ? ENVOY_LEARNS : NETFLIX_LEARNS;
  return new LimitGuard(
    limitOf(limit, () => unit53(stream)),
    learns,
  );
}

/** The limits of rate of an edge that tells tenants apart: one for each caller and tenant. */
export class TenantRates {
  private readonly byCaller: Map<number, Guard>[];
  private readonly names: ReadonlyMap<number, string>;

  constructor(
    private readonly spec: RateLimitSpec & { kind: 'bucket' },
    callers: number,
  ) {
    this.byCaller = forEach(callers, spec.shared, () => new Map());
    this.names = new Map(spec.plans.map(({ tenant }) => [labelOfName(tenant), tenant]));
  }

  /** A new caller has spent nothing; where all share the limits it shares them. */
  renew(caller: number): void {
    if (!this.spec.shared) this.byCaller[caller] = new Map();
  }

  /** The limit of a caller for a tenant, by its label. */
  of(caller: number, tenant: number): Guard {
    const guards = this.byCaller[caller];
    let guard = guards.get(tenant);
    if (guard === undefined) {
      guard = new RateGuard(rateOf(this.spec, this.names.get(tenant)), this.spec.waitNs);
      guards.set(tenant, guard);
    }
    return guard;
  }
}

/** Null where an edge's limit of rate tells no tenants apart. */
export function tenantRatesOf({ rateLimit }: EdgePlan, callers: number): TenantRates | null {
  if (rateLimit?.kind !== 'bucket' || !rateLimit.perTenant) return null;
  return new TenantRates(rateLimit, callers);
}
