import type { Refusal } from '../refusal.js';

// Limits of rate and of concurrency.

export function rateOfZero(): Refusal {
  const hint = 'leave the limit off, or say the rate that may pass';
  return { code: 'rate_of_zero', message: 'a rate of 0 lets nobody through', hint };
}

export function plansWithoutTenants(): Refusal {
  const message = 'plans tell tenants apart, but all share one bucket here';
  return { code: 'plans_without_tenants', message, hint: 'add per: tenant' };
}

export function tenantsInOneLine(): Refusal {
  const message =
    'per: tenant with a wait: all wait in one line, where one tenant would hold up others';
  return { code: 'tenants_in_one_line', message, hint: 'wait: 0s, or one bucket for all' };
}

export function limitOutOfOrder(low: string, high: string): Refusal {
  return { code: 'limit_out_of_order', message: `${low} is above ${high}` };
}

export function backoffRatioOutOfRange(): Refusal {
  const message = 'the ratio is from 0.5 to below 1, as the library demands';
  return { code: 'out_of_range', message };
}

export function tooShort(least: string): Refusal {
  return { code: 'out_of_range', message: `${least} or more` };
}

export function nothingAtAll(): Refusal {
  return { code: 'out_of_range', message: 'a share above 0' };
}

export function allOfIt(): Refusal {
  return { code: 'out_of_range', message: 'a share below 100%' };
}
