import { type Metrics, type Window, windowKey } from '../../measure/measured.js';
import type { Outcome } from '../outcome.js';
import type { Verdict } from '../result.js';

/** What a stretch of a run was like. Times in seconds, rates per second. */
export interface Look {
  seconds: number;
  offered: number | null;
  goodput: number | null;
  goodputRatio: number | null;
  p99: number | null;
  /** Requests and messages that are in components or lie in queues, in the mean. */
  inSystem: number;
}

/** What is kept of an outcome. */
export interface Seen {
  is: Verdict['is'];
  /** In the order in which the windows were asked for. */
  looks: Look[];
  /** Why the run broke off before its end; null where it did not. */
  stopped: string | null;
}

const PRESENT = /^((services|dependencies)\.[^.]+\.in_flight|queues\.[^.]+\.depth)\.mean$/;

export function seenOf({ measured, verdict }: Outcome, windows: readonly Window[]): Seen {
  const { stopped } = measured;
  return {
    is: verdict.is,
    looks: windows.map((window) => lookAt(measured.windows[windowKey(window)] ?? {}, window)),
    stopped: stopped === null ? null : stopped.text,
  };
}

function lookAt(metrics: Metrics, { fromNs, toNs }: Window): Look {
  let inSystem = 0;
  for (const [name, value] of Object.entries(metrics)) {
    if (PRESENT.test(name)) inSystem += value ?? 0;
  }
  return {
    seconds: (toNs - fromNs) / 1e9,
    offered: metrics['offered'] ?? null,
    goodput: metrics['goodput'] ?? null,
    goodputRatio: metrics['goodput_ratio'] ?? null,
    p99: metrics['latency.p99'] ?? null,
    inSystem,
  };
}

/**
 * Seconds until what is in the system is gone, if it goes on as it did over a half and the last half
 * of that; null where it does not fall.
 */
export function secondsToEmpty(half: Look, last: Look): number | null {
  const before = 2 * half.inSystem - last.inSystem;
  const fall = before - last.inSystem;
  if (!(fall > 0)) return null;
  return (last.inSystem / fall) * last.seconds;
}

/** A change smaller than this share of what is there is none: the system is full and stays so. */
const STILL = 0.005;

/**
 * Whether a change over a half and the last half of that is no more than chance makes of arrivals
 * and departures in so short a time, so that one has to look for longer. What is full and stays so
 * is clear at once.
 */
export function isUnclear(half: Look, last: Look): boolean {
  const change = Math.abs(2 * (last.inSystem - half.inSystem));
  if (change <= STILL * last.inSystem) return false;
  // Two means of a random walk over neighbouring spans differ by √(⅔ · 2 · rate · span).
  return change < 2 * Math.sqrt((4 / 3) * (last.offered ?? 0) * last.seconds);
}
