import type { Measured, Window } from '../measure/measured.js';
import type { SecondObserver } from '../measure/second-record.js';
import { World } from '../model/index.js';
import type { Plan } from '../model/plan.js';
import type { Tick } from './progress.js';

/** Events between two looks at the caller: some tens of milliseconds. */
const SLICE_EVENTS = 200_000;

export interface RunPlanOptions {
  stepNs: number;
  windows: Window[];
  /** Read at every slice. */
  readonly memoryLimitBytes: number;
  observer?: SecondObserver | null;
  /** What runs, in words, for an error of ours. */
  label: string;
  tick: Tick;
}

/** A mistake of ours inside a run, with what it takes to see it again. */
export class EngineFailure extends Error {
  readonly label: string;
  readonly seed: string;
  readonly atSeconds: number;

  constructor(cause: unknown, at: { label: string; seed: string; nowNs: number }) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'EngineFailure';
    this.label = at.label;
    this.seed = at.seed;
    this.atSeconds = at.nowNs / 1e9;
  }
}

/** One run of one plan, in slices, so that the caller can show progress, stop it, or breathe. */
export async function runPlan(plan: Plan, options: RunPlanOptions): Promise<Measured> {
  const { label, tick } = options;
  let world: World | null = null;
  try {
    world = new World(plan, options);
    for (let isOver = false; !isOver; ) {
      isOver = world.advance(SLICE_EVENTS);
      // Asked in the end too: a study of short runs must be one that can be stopped.
      const goesOn = await tick(world.nowNs);
      if (isOver || goesOn) continue;
      world.stop('interrupted');
      break;
    }
    return world.measured();
  } catch (cause) {
    throw new EngineFailure(cause, { label, seed: plan.seed, nowNs: world?.nowNs ?? 0 });
  }
}
