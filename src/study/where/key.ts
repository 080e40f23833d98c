import { createHash } from 'node:crypto';
import { type Asked, stepNsOf } from '../execute.js';
import type { Scenario } from '../index.js';
import { planOf, type Task } from '../task.js';
import { canonicalText } from './canonical.js';

type Plan = ReturnType<typeof planOf>;

/** Where a run's result is kept, and what it takes to run it again. */
export interface Address extends Identity {
  /** SHA-256 of all that the outcome depends on. */
  key: string;
  /** The plan but for its seed, as canonical text. */
  planText: string;
  durationNs: number;
}

/** All that an outcome depends on. */
export interface Identity {
  /** Which code runs it (`engineOf`). */
  engine: string;
  /** SHA-256 of the plan without its seed: replications share it. */
  plan: string;
  seed: string;
  /** What of the run is kept; the step as it was resolved. */
  asked: Asked;
}

/**
 * The address of a task's result. It goes by the plan that the scenario resolves to, not by the
 * file: two files, policies or cells that come to the same plan share their results. Whatever else
 * a task says (but its names for the plan) is part of it.
 */
export function addressOf(engine: string, scenario: Scenario, task: Task): Address {
  const { policy: _, cell: __, shape: ___, seed: ____, ...asked } = task;
  return addressOfPlan(engine, planOf(scenario, task), asked);
}

/** The address of what a run of this plan comes to. */
export function addressOfPlan(engine: string, plan: Plan, wanted: Asked): Address {
  const asked = { ...wanted, stepSeconds: stepNsOf(wanted, plan) / 1e9 };
  const { seed, ...seedless } = plan;
  const planText = canonicalText(seedless);
  const identity = { engine, plan: sha256(planText), seed, asked };
  return { ...identity, key: keyOf(identity), planText, durationNs: plan.durationNs };
}

export function keyOf({ engine, plan, seed, asked }: Identity): string {
  return sha256(canonicalText({ engine, plan, seed, asked }));
}

export function sha256(of: string | Uint8Array): string {
  return createHash('sha256').update(of).digest('hex');
}
