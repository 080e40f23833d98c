import type { Measured } from '../../measure/measured.js';
import type { SecondObserver, SecondRecord } from '../../measure/second-record.js';
import type { AlertsPlan, Plan } from '../../model/plan.js';
import type { Alert } from '../../study/result.js';
import type { Raised, RuleName } from './alert.js';
import { flapping } from './flapping.js';
import { RULES, type Rule } from './rules.js';
import { alertText } from './words.js';

/**
 * Judges the alerts of one run second by second, as a monitoring system would: it sees what each
 * second's record says and keeps no more of the past than its rules need, but for two numbers.
 */
export class AlertBook implements SecondObserver {
  /** What was offered and answered well, by second. */
  readonly bySecond: { offered: number[]; good: number[] } = { offered: [], good: [] };
  private readonly raised: Raised[] = [];
  private readonly rules: Rule[];
  private readonly settings: AlertsPlan;

  private constructor(
    private readonly plan: Plan,
    settings: AlertsPlan,
  ) {
    this.settings = settings;
    const counts = {
      producers: plan.producers.length,
      components: plan.components.length,
      edges: plan.edges.length,
      queues: plan.queues.length,
      consumed: plan.queues.flatMap((_, q) =>
        plan.components.some(({ consumes }) => consumes?.queue === q) ? [q] : [],
      ),
    };
    this.rules = Object.values(RULES).flatMap(
      (make) => make(this.settings, counts, this.raised) ?? [],
    );
  }

  /** The book of a plan; null where it has no rules. */
  static of(plan: Plan): AlertBook | null {
    return plan.alerts === undefined ? null : new AlertBook(plan, plan.alerts);
  }

  second(record: SecondRecord): void {
    this.bySecond.offered.push(record.offered);
    this.bySecond.good.push(record.good);
    for (const rule of this.rules) rule(record);
  }

  /** All alerts of the run in the order of time. */
  alerts({ endNs, breakerOpenings }: Pick<Measured, 'endNs' | 'breakerOpenings'>): Alert[] {
    const { breaker_flapping } = this.settings;
    const flaps =
      breaker_flapping === null ? [] : flapping(breakerOpenings, this.plan, breaker_flapping);
    return [...this.raised, ...flaps]
      .sort((a, b) => a.atNs - b.atNs)
      .map(({ rule, subject, atNs, untilNs, value }) => {
        const component = this.nameOf(rule, subject);
        const until = untilNs < endNs ? untilNs / 1e9 : null;
        const text = alertText(rule, component, value);
        return { at: atNs / 1e9, rule, component, value, text, until };
      });
  }

  private nameOf(rule: RuleName, subject: number): string {
    const { producers, components, edges, queues } = this.plan;
    switch (rule) {
      case 'p99_climbing':
        return producers.length === 1 ? producers[0].name : 'producers';
      case 'failures':
        return producers[subject].name;
      case 'pool_exhausted':
      case 'retry_storm':
      case 'breaker_flapping':
        return edges[subject].name;
      case 'lag_growing':
        return queues[subject].name;
      default:
        return (components[subject] ?? queues[subject - components.length]).name;
    }
  }
}
