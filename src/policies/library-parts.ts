import type { LibraryDefaults } from './library.js';

/**
 * Documented defaults of parts that the language has keys of its own for: they hold for nobody who
 * does not write them, and are told so that they can be written.
 */

const R4J = 'resilience4j/resilience4j@af9e7c979f';

const RESILIENCE4J_RETRY: LibraryDefaults = {
  library: 'resilience4j',
  part: 'retry',
  source: `${R4J}, resilience4j-retry: RetryConfig; resilience4j-core: IntervalFunction`,
  options: [
    { name: 'max_attempts', default: '3', doc: 'The first counts: retry.attempts.' },
    { name: 'wait_duration', default: '500ms', doc: 'Always the same: retry.backoff.fixed.' },
    {
      name: 'exponential_backoff_multiplier',
      default: '1.5',
      doc: 'Where waits grow: retry.backoff.exponential.factor.',
    },
    {
      name: 'randomized_wait_factor',
      default: '0.5',
      doc: 'Where waits are random, half to one and a half times the wait; not modelled.',
    },
  ],
};

const RESILIENCE4J_BULKHEAD: LibraryDefaults = {
  library: 'resilience4j',
  part: 'bulkhead',
  source: `${R4J}, resilience4j-bulkhead: BulkheadConfig`,
  options: [
    { name: 'max_concurrent_calls', default: '25', doc: 'bulkhead.concurrent' },
    {
      name: 'max_wait_duration',
      default: '0s',
      doc: 'Nobody waits: bulkhead.waiting 0. Otherwise bulkhead.wait, with waiting unbounded.',
    },
  ],
};

const RESILIENCE4J_TIME_LIMITER: LibraryDefaults = {
  library: 'resilience4j',
  part: 'time limiter',
  source: `${R4J}, resilience4j-timelimiter: TimeLimiterConfig`,
  options: [
    { name: 'timeout_duration', default: '1s', doc: 'timeout' },
    { name: 'cancel_running_future', default: 'true', doc: 'cancel' },
  ],
};

const RESILIENCE4J_RATE_LIMITER: LibraryDefaults = {
  library: 'resilience4j',
  part: 'rate limiter',
  source: `${R4J}, resilience4j-ratelimiter: RateLimiterConfig, internal/AtomicRateLimiter`,
  options: [
    {
      name: 'limit_for_period',
      default: '50',
      doc: 'Calls in a cycle; what is left over is lost.',
    },
    {
      name: 'limit_refresh_period',
      default: '500ns',
      doc: 'The cycle: with the defaults a hundred million calls a second, so no limit at all.',
    },
    { name: 'timeout_duration', default: '5s', doc: 'How long a call waits for a later cycle.' },
  ],
};

const HYSTRIX_COMMAND: LibraryDefaults = {
  library: 'hystrix',
  part: 'command',
  source: 'Netflix/Hystrix HystrixCommandProperties, HystrixThreadPoolProperties',
  options: [
    { name: 'execution_timeout', default: '1s', doc: 'timeout' },
    { name: 'thread_pool_core_size', default: '10', doc: 'bulkhead.concurrent, hold: work' },
    { name: 'max_queue_size', default: '-1', doc: 'Nobody waits: bulkhead.waiting 0.' },
    { name: 'semaphore_max_concurrent', default: '10', doc: 'bulkhead.concurrent, hold: attempt' },
    { name: 'fallback_max_concurrent', default: '10', doc: 'Fallbacks at once; not modelled.' },
  ],
};

const ENVOY_THRESHOLDS: LibraryDefaults = {
  library: 'envoy',
  part: 'circuit breaking thresholds',
  source: 'envoyproxy/envoy source/common/upstream/resource_manager_impl.h, cluster.proto',
  options: [
    { name: 'max_connections', default: '1024', doc: 'connections.max' },
    { name: 'max_pending_requests', default: '1024', doc: 'bulkhead.waiting' },
    { name: 'max_requests', default: '1024', doc: 'bulkhead.concurrent' },
    {
      name: 'max_retries',
      default: '3',
      doc: 'Retries out at once, whatever the load, where no retry budget is set.',
    },
  ],
};

const HIKARI_POOL: LibraryDefaults = {
  library: 'hikari',
  part: 'connection pool',
  source: 'brettwooldridge/HikariCP@604d7d5838 README.md, HikariConfig',
  options: [
    { name: 'maximum_pool_size', default: '10', doc: 'connections.max' },
    { name: 'connection_timeout', default: '30s', doc: 'connections.wait' },
    { name: 'minimum_idle', default: '10', doc: 'As many as the most: the pool never shrinks.' },
    { name: 'idle_timeout', default: '10m', doc: 'Without effect on such a pool.' },
    { name: 'max_lifetime', default: '30m', doc: 'Not modelled.' },
  ],
};

export const PARTS: readonly LibraryDefaults[] = [
  RESILIENCE4J_RETRY,
  RESILIENCE4J_BULKHEAD,
  RESILIENCE4J_TIME_LIMITER,
  RESILIENCE4J_RATE_LIMITER,
  HYSTRIX_COMMAND,
  ENVOY_THRESHOLDS,
  HIKARI_POOL,
];
