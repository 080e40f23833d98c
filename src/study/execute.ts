import { AlertBook, firstAlert, judge, troubleOf } from '../judge/index.js';
import type { Measured } from '../measure/measured.js';
import type { Plan } from '../model/plan.js';
import type { Scenario } from '../scenario/index.js';
import { scalingsOf, spansOf } from './fault-spans.js';
import type { Kept, Outcome } from './outcome.js';
import type { Tick } from './progress.js';
import { runPlan } from './run-plan.js';
import { stepSecondsFor } from './step.js';
import { planOf, type Task, taskText } from './task.js';
import { verdictMetrics } from './verdicts.js';

export interface ExecuteOptions {
  /** Read at every slice: where it is a getter, what it says may change. */
  readonly memoryLimitBytes: number;
  tick: Tick;
}

/** What of a run is kept: all that a task says beside which plan it is. */
export type Asked = Omit<Task, 'policy' | 'seed' | 'cell' | 'shape'>;

/** Runs one task in this very thread, in slices, and judges it. */
export async function execute(
  scenario: Scenario,
  task: Task,
  options: ExecuteOptions,
): Promise<Outcome> {
  return executePlan(planOf(scenario, task), task, taskText(task), options);
}

/** The same of a plan that is at hand; `label` says what runs, for an error of ours. */
export async function executePlan(
  plan: Plan,
  asked: Asked,
  label: string,
  options: ExecuteOptions,
): Promise<Outcome> {
  const alerts = asked.detail === 'whole' ? AlertBook.of(plan) : null;
  const measured = await runPlan(plan, {
    stepNs: stepNsOf(asked, plan),
    windows: asked.windows,
    get memoryLimitBytes() {
      return options.memoryLimitBytes;
    },
    observer: alerts,
    label,
    tick: options.tick,
  });
  const trouble = troubleOf(plan, measured);
  const raised = alerts?.alerts(measured) ?? [];
  const first = alerts === null ? null : firstAlert(plan, trouble, raised, alerts.bySecond);
  const verdict = { ...judge(measured, plan), ...(first === null ? {} : { first_alert: first }) };
  // Not copied: with ten thousand services a copy takes seconds.
  Object.assign(measured.metrics, verdictMetrics(verdict));
  return {
    measured: keptOf(measured),
    verdict,
    alerts: raised,
    firstFaultNs: trouble?.firstNs ?? null,
    faults: spansOf(plan, measured),
    scalings: scalingsOf(measured),
  };
}

/** Length of a step of the series of a run. */
export function stepNsOf(
  { detail, stepSeconds }: Pick<Task, 'detail' | 'stepSeconds'>,
  { durationNs }: Pick<Plan, 'durationNs'>,
): number {
  if (detail === 'figures') return Math.ceil(durationNs / 1e9) * 1e9;
  return Math.round((stepSeconds ?? stepSecondsFor(durationNs)) * 1e9);
}

function keptOf(measured: Measured): Kept {
  const { endNs, warmupNs, events, fingerprint, ledger } = measured;
  const { metrics, notes, windows, series, latencyMap, stopped } = measured;
  return {
    endNs,
    warmupNs,
    events,
    fingerprint,
    ledger,
    metrics,
    notes,
    windows,
    series,
    latencyMap,
    stopped,
  };
}
