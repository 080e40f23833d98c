import fc from 'fast-check';
import type { AutoscalePlan, ComponentPlan } from '../../src/model/plan.js';
import type { ScaleDirection } from '../../src/policies/hpa.js';

/** Replicas that come and go, for random scenarios. */
const MS = 1e6;

const limits: fc.Arbitrary<ScaleDirection['limits']> = fc.constantFrom<ScaleDirection['limits']>(
  [],
  [],
  null,
  [{ kind: 'replicas', by: 1, withinNs: 500 * MS }],
  [
    { kind: 'percent', by: 100, withinNs: 100 * MS },
    { kind: 'replicas', by: 2, withinNs: 300 * MS },
  ],
);
const direction: fc.Arbitrary<ScaleDirection> = fc.record({
  stabilizeNs: fc.constantFrom(0, 0, 500 * MS),
  limits,
});

/** Scales up and down every moment, as no autoscaler of the world would. */
const scaling: fc.Arbitrary<AutoscalePlan> = fc
  .record({
    metric: fc.constantFrom(...(['utilization', 'cpu', 'queue', 'in_flight'] as const)),
    target: fc.constantFrom(1, 20, 70),
    bounds: fc.tuple(fc.constantFrom(1, 1, 2, 3), fc.constantFrom(0, 1, 3)),
    tolerance: fc.constantFrom(0, 0.1),
    periodNs: fc.constantFrom(50 * MS, 333 * MS),
    delayNs: fc.constantFrom(0, 1, 200 * MS, 1500 * MS),
    cold: fc.option(fc.constant({ slowdown: 3, forNs: 400 * MS }), { nil: null }),
    up: direction,
    down: direction,
  })
  .map(({ metric, target, bounds: [min, more], tolerance, up, down, ...rest }) => {
    const of = metric === 'utilization' || metric === 'cpu' ? 'share' : 'amount';
    const aim = of === 'share' ? target : target * 50;
    const hpa = { target: aim, of, min, max: min + more, tolerance, up, down } as const;
    return { metric, hpa, eventSource: null, ...rest };
  });

/** Two times in three none. */
export const autoscale: fc.Arbitrary<AutoscalePlan | null> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: scaling },
);

/** Shares need something to be a share of; at first there are as many as may be. */
export function scaled({
  autoscale,
  cores,
  replicas,
  workers,
}: Pick<ComponentPlan, 'autoscale' | 'cores' | 'replicas' | 'workers'>) {
  if (autoscale === null) return { autoscale, replicas };
  const { hpa, metric } = autoscale;
  const isShare = metric === 'utilization' || (metric === 'cpu' && cores === Infinity);
  const first = Math.min(Math.max(replicas, hpa.min), hpa.max);
  if (!isShare || workers < Infinity) return { autoscale, replicas: first };
  const instead = { ...hpa, of: 'amount' as const, target: 500 };
  return {
    autoscale: { ...autoscale, metric: 'in_flight' as const, hpa: instead },
    replicas: first,
  };
}
