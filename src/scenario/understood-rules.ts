import type { AdmissionPlan, FaultCondition } from '../model/plan.js';
import { concurrencyText, rateText } from './understood-limits.js';
import { formatDuration, formatShare, plain } from './units.js';

/** A rule of admission in a few words. */
export function ruleText(rule: AdmissionPlan): string {
  switch (rule.kind) {
    case 'rate_limit':
      return `rate ${rateText(rule.limit)}`;
    case 'concurrency':
      return `concurrency ${concurrencyText(rule.limit)}${rule.shared ? ', shared' : ''}`;
    case 'priority_shed': {
      const levels = rule.levels.map(
        ({ priority, above }) => `${priority} and up above ${formatShare(above)}`,
      );
      return `priority (of ${rule.of}: ${levels.join(', ')})`;
    }
    case 'dagor':
      return `dagor (target ${formatDuration(rule.spec.targetNs)})`;
    case 'fair_queues': {
      const { queues, hand, length } = rule.spec;
      return `fair queues (${hand} of ${queues}, ${length} in each)`;
    }
    case 'can_finish':
      return 'whether it can finish in time';
    case 'signal': {
      const what = rule.delayNs > 0 ? `delayed by ${formatDuration(rule.delayNs)}` : 'refused';
      const when = rule.when.map(conditionText).join(' or ');
      return `signal (${formatShare(rule.share)} ${what} when ${when})`;
    }
  }
}

/** A condition in base units: seconds, per second, shares between 0 and 1. */
export function conditionText({ metric, op, value }: FaultCondition): string {
  return `${metric} ${op} ${plain(value)}`;
}
