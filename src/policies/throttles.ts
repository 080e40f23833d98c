import type { Guard } from './guard.js';
import { AwsThrottle, type AwsThrottleSpec } from './throttle-aws.js';
import { EnvoyThrottle, type EnvoyThrottleSpec } from './throttle-envoy.js';
import { FinagleThrottle, type FinagleThrottleSpec } from './throttle-finagle.js';
import { SreThrottle, type SreThrottleSpec } from './throttle-sre.js';

/** How a client holds itself back. */
export type ThrottleSpec =
  | ({ kind: 'sre' } & SreThrottleSpec)
  | ({ kind: 'envoy' } & EnvoyThrottleSpec)
  | ({ kind: 'finagle' } & FinagleThrottleSpec)
  | ({ kind: 'aws_adaptive' } & AwsThrottleSpec);

/** The throttle that a spec describes. */
export function throttleOf(spec: ThrottleSpec): Guard {
  switch (spec.kind) {
    case 'sre':
      return new SreThrottle(spec);
    case 'envoy':
      return new EnvoyThrottle(spec);
    case 'finagle':
      return new FinagleThrottle(spec);
    case 'aws_adaptive':
      return new AwsThrottle(spec);
  }
}
