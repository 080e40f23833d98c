import type { Limit } from './limit.js';
import { AimdLimit, type AimdSpec } from './limit-aimd.js';
import { EnvoyLimit, type EnvoyLimitSpec } from './limit-envoy.js';
import { Gradient2Limit, type Gradient2Spec } from './limit-gradient.js';
import { VegasLimit, type VegasSpec } from './limit-vegas.js';
import { WindowedLimit, type WindowedSpec } from './limit-windowed.js';

/** How a limit of concurrency is found; `windowed` where it learns from windows. */
export type LimitSpec =
  | { kind: 'fixed'; limit: number }
  | ({ kind: 'aimd'; windowed: WindowedSpec | null } & AimdSpec)
  | ({ kind: 'vegas'; windowed: WindowedSpec | null } & VegasSpec)
  | ({ kind: 'gradient2'; windowed: WindowedSpec | null } & Gradient2Spec)
  | ({ kind: 'envoy' } & EnvoyLimitSpec);

/** The limit that a spec describes; `draw` gives numbers in [0, 1) for what it leaves to chance. */
export function limitOf(spec: LimitSpec, draw: () => number): Limit {
  switch (spec.kind) {
    case 'fixed':
      return new FixedLimit(spec.limit);
    case 'envoy':
      return new EnvoyLimit(spec, draw);
    case 'aimd':
      return inWindows(spec.windowed, new AimdLimit(spec));
    case 'vegas':
      return inWindows(spec.windowed, new VegasLimit(spec, draw));
    case 'gradient2':
      return inWindows(spec.windowed, new Gradient2Limit(spec));
  }
}

function inWindows(windowed: WindowedSpec | null, limit: Limit): Limit {
  return windowed === null ? limit : new WindowedLimit(windowed, limit);
}

/** So many, whatever happens. */
class FixedLimit implements Limit {
  constructor(readonly limit: number) {}

  sample(): void {
    // Nothing is learned.
  }
}
