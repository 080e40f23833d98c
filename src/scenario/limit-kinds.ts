/** Which limit of rate is chosen by each key of its map; `shared` goes with all of them. */
export const RATE_LIMIT_KINDS: Readonly<Record<string, string>> = {
  rate: 'bucket',
  burst: 'bucket',
  per: 'bucket',
  plans: 'bucket',
  wait: 'bucket',
  resilience4j: 'resilience4j',
};

/** Which limit of concurrency is chosen by each key of its map; `shared` goes with all of them. */
export const CONCURRENCY_KINDS: Readonly<Record<string, string>> = {
  limit: 'limit',
  aimd: 'aimd',
  vegas: 'vegas',
  gradient2: 'gradient2',
  envoy: 'envoy',
};
