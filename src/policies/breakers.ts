import type { Breaker } from './breaker.js';
import { CockatielBreaker, type CockatielBreakerSpec } from './cockatiel-breaker.js';
import { ConsecutiveBreaker, type ConsecutiveBreakerSpec } from './consecutive-breaker.js';
import { HystrixBreaker, type HystrixBreakerSpec } from './hystrix-breaker.js';
import { OpossumBreaker, type OpossumBreakerSpec } from './opossum-breaker.js';
import { RateBreaker, type RateBreakerSpec } from './rate-breaker.js';

/** Every kind of breaker that stands before sending. */
export type BreakerSpec =
  | RateBreakerSpec
  | ConsecutiveBreakerSpec
  | HystrixBreakerSpec
  | OpossumBreakerSpec
  | CockatielBreakerSpec;

/** A closed breaker that has seen nothing. */
export function breaker(spec: BreakerSpec): Breaker {
  switch (spec.kind) {
    case 'rate':
      return new RateBreaker(spec);
    case 'consecutive':
      return new ConsecutiveBreaker(spec);
    case 'hystrix':
      return new HystrixBreaker(spec);
    case 'opossum':
      return new OpossumBreaker(spec);
    case 'cockatiel':
      return new CockatielBreaker(spec);
  }
}
