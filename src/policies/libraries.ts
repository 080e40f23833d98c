import { COCKATIEL_BREAKER } from './cockatiel-breaker.js';
import { HYSTRIX_BREAKER } from './hystrix-breaker.js';
import type { LibraryDefaults } from './library.js';
import { BROKERS } from './library-brokers.js';
import { PARTS } from './library-parts.js';
import { RULES } from './library-rules.js';
import { OPOSSUM_BREAKER } from './opossum-breaker.js';
import { ENVOY_OUTLIER } from './outlier.js';
import { RESILIENCE4J_BREAKER } from './rate-breaker.js';
import { AWS_THROTTLE } from './throttle-aws.js';
import { ENVOY_THROTTLE } from './throttle-envoy.js';
import { FINAGLE_THROTTLE } from './throttle-finagle.js';

/** The documented defaults of every library and system that a policy is named after. */
export const LIBRARIES: readonly LibraryDefaults[] = [
  RESILIENCE4J_BREAKER,
  HYSTRIX_BREAKER,
  OPOSSUM_BREAKER,
  COCKATIEL_BREAKER,
  ENVOY_OUTLIER,
  ENVOY_THROTTLE,
  FINAGLE_THROTTLE,
  AWS_THROTTLE,
  ...PARTS,
  ...RULES,
  ...BROKERS,
];

/**
 * The parts of one library: those under its name, and those whose key begins with it (`aws`:
 * `aws_adaptive`). Empty where there is none.
 */
export function libraryNamed(name: string): LibraryDefaults[] {
  return LIBRARIES.filter(({ library }) => library === name || library.startsWith(`${name}_`));
}
