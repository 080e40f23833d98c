import fc from 'fast-check';
import type { CachePlan } from '../../src/model/plan.js';

/** Random caches, small, so that keys come and go. */
export const cache: fc.Arbitrary<CachePlan> = fc.oneof(
  fc.constantFrom(0, 0.3, 0.9, 1).map((hit): CachePlan => ({ kind: 'share', hit })),
  fc.record({
    kind: fc.constant('lru' as const),
    capacity: fc.constantFrom(1, 3, 20, Infinity),
    ttlNs: fc.constantFrom(Infinity, 1, 50e6, 700e6),
    fill: fc.constantFrom(
      'in_time' as const,
      'in_time' as const,
      'always' as const,
      'never' as const,
    ),
    shared: fc.boolean(),
    warm: fc.constantFrom(false, false, true),
  }),
);

/** Whose every attempt fails. */
export const per = fc.constantFrom('attempt' as const, 'request' as const, 'key' as const);
