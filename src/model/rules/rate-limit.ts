import { type Rate, type RateLimitSpec, rateOf } from '../../policies/rates.js';
import type { House } from './house.js';
import { LET_IN, REFUSED, Rule } from './rule.js';

/**
 * So many a second. Where tenants are told apart each has a bucket of its own, with the numbers of the
 * plan that is named after it; where a producer draws its tenants, after the producer.
 */
export class RateLimitRule extends Rule {
  /** By replica (one if shared) and plan of the tenant: by tenant. */
  private readonly rates: Map<number, Rate>[][];
  /** By producer: the name under which a plan is looked up, and which of them. */
  private readonly names: string[];
  private readonly plans: Int32Array;
  private readonly perTenant: boolean;

  constructor(
    private readonly house: House,
    private readonly spec: RateLimitSpec,
    private readonly first: number,
    replicas: number,
  ) {
    super();
    const { producers } = house.plan;
    const plans = spec.kind === 'bucket' ? spec.plans : [];
    this.perTenant = spec.kind === 'bucket' && spec.perTenant;
    this.names = producers.map(({ name, tenant }) =>
      tenant?.kind === 'name' ? tenant.name : name,
    );
    this.plans = Int32Array.from(
      this.names,
      (name) => 1 + plans.findIndex(({ tenant }) => tenant === name),
    );
    this.rates = Array.from({ length: spec.shared ? 1 : replicas }, () => this.none());
  }

  ask(attempt: number, replica: number): number {
    const { attempts, clock, labels } = this.house;
    const origin = attempts.origin(attempt);
    const own = this.rates[this.spec.shared ? 0 : replica - this.first];
    const tenants = own[this.perTenant ? this.plans[origin] : 0];
    const tenant = this.perTenant ? labels.tenantOf(attempt) : 0;
    let rate = tenants.get(tenant);
    if (rate === undefined) {
      rate = rateOf(this.spec, this.names[origin]);
      tenants.set(tenant, rate);
    }
    return rate.take(clock[0]) ? LET_IN : REFUSED;
  }

  override crashed(replica: number): void {
    if (!this.spec.shared) this.rates[replica - this.first] = this.none();
  }

  private none(): Map<number, Rate>[] {
    const plans = this.spec.kind === 'bucket' ? this.spec.plans.length : 0;
    return Array.from({ length: 1 + plans }, () => new Map());
  }
}
