import fc from 'fast-check';
import type { LockPlan } from '../../src/model/plan.js';
import { MS, type Shape, shapes, simple } from './random-parts.js';

/** The locks of a random plan; handlers name them by number, modulo how many there are. */
export const locks: fc.Arbitrary<LockPlan[]> = fc
  .array(
    fc.record({
      scope: fc.constantFrom('scenario' as const, 'scenario' as const, 'replica' as const),
      order: fc.constantFrom('fifo' as const, 'priority' as const),
      inherit: fc.boolean(),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((list) => list.map((of, i) => ({ name: `l${i}`, ...of })));

const waitNs = fc.constantFrom(Infinity, Infinity, Infinity, 0, 1, 20 * MS, 300 * MS);

/** Steps of which some hold a lock, or one within another. */
export const locked: fc.Arbitrary<Shape[]> = fc
  .tuple(
    shapes,
    fc.array(fc.record({ lock: fc.nat(9), waitNs, then: fc.array(simple, { maxLength: 2 }) }), {
      minLength: 1,
      maxLength: 2,
    }),
    fc.boolean(),
    fc.nat(4),
  )
  .map(([steps, [outer, inner], nested, at]) => {
    const within: Shape[] = inner === undefined ? [] : [{ op: 'lock', ...inner }];
    const first: Shape = {
      op: 'lock',
      ...outer!,
      then: nested ? [...outer!.then, ...within] : outer!.then,
    };
    const before = steps.slice(0, at);
    return [...before, first, ...(nested ? [] : within), ...steps.slice(at)];
  });
