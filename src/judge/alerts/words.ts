import type { RuleName } from './alert.js';

/** What an alert says of its subject. */
export function alertText(rule: RuleName, subject: string, value: number): string {
  switch (rule) {
    case 'queue_depth':
      return `${subject}: a queue is ${share(value)} full`;
    case 'queue_ceiling':
      return `${subject}: a queue was full in ${value} seconds`;
    case 'p99_climbing':
      return `${subject}: p99 climbs to ${seconds(value)}, p50 does not`;
    case 'wait_growing':
      return `${subject}: waits grow to ${seconds(value)}`;
    case 'lag_growing':
      return `${subject}: the lag grows by ${value < 10 ? value.toFixed(1) : Math.round(value)}/s`;
    case 'rejections':
      return `${subject}: ${share(value)} turned away`;
    case 'failures':
      return `${subject}: ${share(value)} of requests fail`;
    case 'workers_busy':
      return `${subject}: all workers busy, the queue grows or is full`;
    case 'pool_exhausted':
      return `${subject}: no connection free`;
    case 'breaker_flapping':
      return `${subject}: a breaker opened ${Math.floor(value)} times within the span`;
    case 'retry_storm':
      return `${subject}: ${share(value)} of attempts are retries`;
    case 'memory':
      return `${subject}: memory is ${share(value)} full`;
    case 'oldest_age':
      return `${subject}: the oldest has waited ${seconds(value)}`;
  }
}

function share(value: number): string {
  return `${Math.floor(value * 100)}%`;
}

function seconds(value: number): string {
  return value < 1 ? `${Math.floor(value * 1000)} ms` : `${value.toFixed(1)} s`;
}
