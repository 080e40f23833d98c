/** By key of a breaker: of which kind it makes it. `open_for` is common to two. */
export const BREAKER_KINDS: Readonly<Record<string, string>> = {
  window: 'rates',
  failure_rate: 'rates',
  slow: 'rates',
  min_calls: 'rates',
  probes: 'rates',
  consecutive: 'failures in a row',
  resilience4j: 'resilience4j',
  hystrix: 'hystrix',
  opossum: 'opossum',
  cockatiel: 'cockatiel',
  outlier: 'outlier',
};
/** The same of cockatiel's rules. */
export const COCKATIEL_KINDS: Readonly<Record<string, string>> = {
  consecutive: 'consecutive',
  count: 'count',
  sampling: 'sampling',
};
