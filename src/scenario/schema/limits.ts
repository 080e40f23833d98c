import { CYCLE_DEFAULTS } from '../../policies/cycle-limit.js';
import type { RateLimitSpec } from '../../policies/rates.js';
import { burstFor, type RateSpec } from '../../policies/token-bucket.js';
import * as say from '../messages.js';
import { refuse } from '../refusal.js';
import * as units from '../units.js';
import { count, durationOrNone, number, truth } from './figures.js';
import {
  also,
  either,
  type Form,
  into,
  leaf,
  map,
  named,
  optional,
  required,
  type Schema,
  word,
} from './kit.js';
import { atLeast, option, time } from './options.js';

/** Where a limit stands: before a caller sends, or before a callee's queue. */
export type Side = 'caller' | 'callee';

const aboveZero: Schema<number> = leaf(
  (input) => {
    const reading = units.readRate(input);
    return reading.ok && reading.value === 0 ? refuse(say.rateOfZero()) : reading;
  },
  { type: 'string', pattern: units.RATE_PATTERN, examples: ['900/s', '30/m'] },
);

interface BucketKeys {
  rate: number;
  burst: number | undefined;
}

function bucketKeys(form: Form) {
  return {
    rate: required(form, aboveZero, 'How many may pass each second, in the long run.'),
    burst: optional(
      number(1, true),
      'How many may pass at once after a quiet time; left out: what comes in one second, at least 1.',
    ),
  };
}

function rateSpec({ rate, burst }: BucketKeys): RateSpec {
  return { perSecond: rate, burst: burst ?? burstFor(rate) };
}

/** For limits that may be one for the whole fleet. */
export const shared = optional(truth, 'One for the whole fleet, not one each.', false, false);

interface RateKeys extends BucketKeys {
  per: 'tenant' | undefined;
  plans: Record<string, BucketKeys>;
  shared: boolean;
  wait?: number;
}

function bucket(form: Form, side: Side): Schema<RateLimitSpec> {
  const plan = map<BucketKeys>(bucketKeys(form));
  const wait = optional(
    durationOrNone,
    'How long one waits for its turn; then it fails with rate_limited.',
    0,
    '0s',
  );
  const settings = map({
    ...bucketKeys(form),
    per: optional(word(['tenant']), 'A bucket for each tenant; left out: one for all.'),
    plans: optional(named(form, plan), 'Tenants with numbers of their own, by name.', {}),
    shared,
    ...(side === 'caller' ? { wait } : {}),
  }) as Schema<RateKeys>;
  const checked = also(settings, ({ per, plans, wait: waits }) => {
    if (form === 'patch') return undefined;
    const tells = per === 'tenant';
    if (!tells && Object.keys(plans ?? {}).length > 0) return say.plansWithoutTenants();
    return tells && (waits ?? 0) > 0 ? say.tenantsInOneLine() : undefined;
  });
  return into(checked, (keys): RateLimitSpec => {
    const plans = Object.entries(keys.plans).filter(([, of]) => of !== undefined);
    return {
      kind: 'bucket',
      ...rateSpec(keys),
      perTenant: keys.per === 'tenant',
      plans: plans.map(([tenant, of]) => ({ tenant, ...rateSpec(of) })),
      shared: keys.shared,
      waitNs: keys.wait ?? 0,
    };
  });
}

function resilience4j(form: Form): Schema<RateLimitSpec> {
  const { limitForPeriod, limitRefreshPeriodNs, timeoutDurationNs } = CYCLE_DEFAULTS;
  const settings = map({
    limit_for_period: option(count(1), 'Permits of one period.', limitForPeriod),
    limit_refresh_period: time(
      atLeast(1),
      'The period; what one leaves over is lost. 50 in 500 ns limit nothing in practice.',
      limitRefreshPeriodNs,
    ),
    timeout_duration: time(
      durationOrNone,
      'How long one waits for a permit; then it fails with rate_limited.',
      timeoutDurationNs,
    ),
  });
  const choice = map({
    resilience4j: required(form, settings, "resilience4j's RateLimiter."),
    shared,
  });
  return into(
    choice,
    ({ resilience4j: of, shared: one }): RateLimitSpec => ({
      kind: 'resilience4j',
      limitForPeriod: of?.limit_for_period,
      limitRefreshPeriodNs: of?.limit_refresh_period,
      waitNs: of?.timeout_duration,
      shared: one,
    }),
  );
}

/** How often one may send, or be let in. */
export function rateLimit(form: Form, side: Side): Schema<RateLimitSpec> {
  if (side === 'callee') return bucket(form, side);
  return either(bucket(form, side), resilience4j(form));
}
