import fc from 'fast-check';
import type { EdgePlan, FaultPlan, Plan, StepPlan } from '../../../src/model/plan.js';
import { producer, retry, s } from '../../judge/sample.js';
import { arrivals } from '../random-parts.js';
import { queue } from './kit.js';
import { type Stage, stages } from './stages.js';

/** Random pipelines of streams: odd demands, sources of every kind, crashes, pauses, forgetting. */

const MS = 1e6;

const work: fc.Arbitrary<StepPlan> = fc
  .tuple(fc.constantFrom(0, 1, 5, 40), fc.boolean())
  .map(([ms, drawn]): StepPlan => {
    const time =
      drawn && ms > 0
        ? { kind: 'exponential' as const, meanNs: ms * MS }
        : { kind: 'constant' as const, ns: ms * MS };
    return { op: 'work', time, perRequest: false };
  });

const network = fc.constantFrom<EdgePlan['network']>(
  null,
  null,
  { kind: 'constant', ns: 20 * MS },
  { kind: 'exponential', meanNs: 10 * MS },
);

const publish: fc.Arbitrary<Partial<EdgePlan>> = fc.record({
  network,
  timeoutNs: fc.constantFrom(Infinity, Infinity, 30 * MS, 300 * MS),
  retry: fc.constantFrom(null, null, retry(3)),
  cancel: fc.boolean(),
  windowCredits: fc.constantFrom(Infinity, Infinity, 1, 3),
});

const stage: fc.Arbitrary<Stage> = fc.record({
  steps: fc.oneof(
    work.map((one) => [one]),
    work.map((one) => [one, { op: 'fail' as const, share: 0.2, per: 'attempt' as const }]),
  ),
  asks: fc.record({
    n: fc.constantFrom(1, 2, 3, 4, 8, 16, 256, Infinity),
    replenish: fc.constantFrom(0.01, 0.25, 0.5, 0.75, 0.75, 1),
    forget: fc.constantFrom(0, 0, 0, 0.1, 1),
  }),
  overflow: fc.constantFrom('buffer', 'drop', 'latest', 'error'),
  queue: fc.record({
    capacity: fc.constantFrom(0, 1, 5, Infinity),
    deadLetter: fc.constantFrom(-1, -1, 99),
  }),
  deliver: fc.record({ network }),
  publish,
  more: fc.record({
    workers: fc.constantFrom(1, 1, 2, 5, Infinity),
    replicas: fc.constantFrom(1, 1, 2, 3),
    io: fc.constantFrom('blocking', 'async'),
    deadlineCheck: fc.boolean(),
  }),
});

export interface Shape {
  seed: number;
  source: Parameters<typeof producer>[2];
  stages: Stage[];
  /** A second source, which sends to one of the stages. */
  other: { source: Parameters<typeof producer>[2]; at: number } | null;
  faults: { kind: 'crash' | 'pause'; at: number; atMs: number; forMs: number; every: boolean }[];
}

const source = fc.record({
  arrivals,
  deadlineNs: fc.constantFrom(Infinity, Infinity, 200 * MS),
  limit: fc.constantFrom(Infinity, 100, 1000),
});

export const shape: fc.Arbitrary<Shape> = fc.record({
  seed: fc.nat(),
  source,
  stages: fc.array(stage, { minLength: 1, maxLength: 4 }),
  other: fc.option(fc.record({ source, at: fc.nat(3) }), { freq: 2 }),
  faults: fc.array(
    fc.record({
      kind: fc.constantFrom('crash', 'pause'),
      at: fc.nat(3),
      atMs: fc.integer({ min: 0, max: 4000 }),
      forMs: fc.constantFrom(1, 15, 100, 1500),
      every: fc.boolean(),
    }),
    { maxLength: 2 },
  ),
});

export function planOf({ faults, other, seed, source: first, stages: all }: Shape): Plan {
  const letters = all.length;
  const made = stages({
    producer: first as object,
    stages: all.map((one) => {
      const deadLetter = one.queue!.deadLetter === 99 ? letters : -1;
      const { replicas } = one.more!;
      return {
        ...one,
        queue: { ...one.queue!, deadLetter },
        more: { ...one.more!, replicas: replicas!, replicasMax: replicas! },
      };
    }),
  });
  // The place for dead letters is the last queue: edges name components first, then queues.
  const queues = [...made.queues, queue('letters')];
  const edges = [...made.edges];
  const producers = [...made.producers];
  if (other !== null) {
    const at = other.at % all.length;
    edges.push({
      ...edges[2 * at]!,
      name: `others -> q${at}`,
      from: { kind: 'producer', index: 1 },
    });
    producers.push(producer('others', edges.length - 1, other.source));
  }
  return {
    ...made,
    seed: String(seed),
    durationNs: s(6),
    warmupNs: s(0.5),
    producers,
    edges,
    queues,
    faults: faults.map(({ at, atMs, every, forMs, kind }): FaultPlan => {
      const times = { atNs: atMs * MS, when: null, forNs: forMs * MS, text: kind };
      const everyNs = every ? 2 * s(1) : Infinity;
      return { ...times, everyNs, kind, component: at % all.length, replicas: 1 };
    }),
  };
}
