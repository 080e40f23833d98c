import type { Backoff, Jitter } from '../policies/backoff.js';
import { type BudgetSpec, isShared } from '../policies/budgets.js';
import { formatDuration, formatShare, plain } from './units.js';

/** How long it waits before a retry, in words. */
export function backoffTexts(backoff: Backoff, jitter: Jitter): string[] {
  const text = backoffText(backoff);
  const spreads = backoff.kind === 'fixed' || backoff.kind === 'exponential';
  if (!spreads || jitter === 'none') return text === null ? [] : [text];
  return [text ?? '', `jitter ${jitter}`];
}

function backoffText(backoff: Backoff): string | null {
  const upTo = (ns: number): string => (Number.isFinite(ns) ? ` up to ${formatDuration(ns)}` : '');
  switch (backoff.kind) {
    case 'none':
      return null;
    case 'fixed':
      return `${formatDuration(backoff.waitNs)} apart`;
    case 'exponential': {
      const { baseNs, capNs, factor } = backoff;
      return `backoff ${formatDuration(baseNs)} × ${plain(factor)}${upTo(capNs)}`;
    }
    case 'finagle': {
      const { form, startNs, maximumNs, offsetNs, multiplier } = backoff;
      const more = form === 'linear' ? ` + ${formatDuration(offsetNs)}` : '';
      const times = form === 'exponential' ? ` × ${multiplier}` : '';
      const from = `${formatDuration(startNs)}${more}${times}`;
      return `backoff of finagle, ${form} ${from}${form === 'const' ? '' : upTo(maximumNs)}`;
    }
    case 'grpc': {
      const { initialNs, maxNs, multiplier } = backoff;
      return `backoff of grpc ${formatDuration(initialNs)} × ${plain(multiplier)}${upTo(maxNs)}`;
    }
    case 'cockatiel': {
      const { generator, initialNs, maxNs, exponent } = backoff;
      const factor = generator === 'decorrelated' ? exponent : 2;
      const from = `${formatDuration(initialNs)} × ${plain(factor)}${upTo(maxNs)}`;
      return `backoff of cockatiel, jitter ${generator}, ${from}`;
    }
  }
}

/** What limits its retries, in words. */
export function budgetText(budget: BudgetSpec): string {
  return `${ruleText(budget)}${isShared(budget) ? ', shared' : ''}`;
}

function ruleText(budget: BudgetSpec): string {
  switch (budget.kind) {
    case 'percent':
      return formatShare(budget.share);
    case 'finagle': {
      const { minRetriesPerSec, percentCanRetry, ttlNs } = budget;
      const reserve = `${minRetriesPerSec}/s in reserve`;
      return `of finagle ${formatShare(percentCanRetry)}, ${reserve}, ${formatDuration(ttlNs)}`;
    }
    case 'grpc':
      return `of grpc ${budget.maxTokens} tokens, ${plain(budget.tokenRatio)} a success`;
    case 'envoy': {
      const { budgetPercent, minRetryConcurrency } = budget;
      return `of envoy ${formatShare(budgetPercent)} in flight, at least ${minRetryConcurrency}`;
    }
    case 'aws':
      return `of aws ${budget.capacity} (${budget.mode})`;
    case 'sre':
      return `${formatShare(budget.ratio)} of all attempts`;
    case 'token_bucket':
      return `of ${plain(budget.size)} tokens, ${plain(budget.deposit)} a call`;
    case 'breaker':
      return `until ${formatShare(budget.maxRate)} have failed`;
  }
}
