import type { PolicyResult, Verdict } from '../study/result.js';
import { formatNumber, formatRate, formatSeconds, formatShare } from './format.js';

/** How a verdict sounds as a label; `null` where a run without faults has none. */
export function verdictWord(verdict: Verdict): string {
  if (verdict.is === null) return 'no fault, no verdict';
  return verdict.is.replace('_', ' ');
}

/** How grave a verdict is: picks the mark beside the word. */
export function verdictTone(verdict: Verdict): 'good' | 'fair' | 'bad' | 'none' {
  switch (verdict.is) {
    case null:
      return 'none';
    case 'unharmed':
    case 'recovered':
      return 'good';
    case 'recovering':
      return 'fair';
    default:
      return 'bad';
  }
}

function fate(verdict: Verdict, recoveryTime: number | null): string {
  switch (verdict.is) {
    case null:
      return 'ran without a fault';
    case 'unharmed':
      return 'was unharmed';
    case 'recovered':
      return recoveryTime === null
        ? 'recovered'
        : `recovered ${formatSeconds(recoveryTime)} after the fault`;
    case 'recovering':
      return 'was still recovering when the run ended';
    case 'metastable':
      return 'stayed down after the fault was gone (metastable)';
    case 'down':
      return 'was down, its fault still on';
    case 'overloaded':
      return 'was overloaded before any fault';
    case 'crash_loop':
      return 'fell into a crash loop';
    case 'deadlocked':
      return 'deadlocked';
  }
}

/** The recovery time of a policy: the mean over replications where there are several. */
export function recoveryTime(policy: PolicyResult): number | null {
  return policy.metrics['recovery_time'] ?? policy.verdict.recovery_time;
}

/** The deepest queue of a policy and where it stood. */
export function deepestQueue(policy: PolicyResult): { depth: number; component: string } | null {
  const name = /^(?:services|dependencies|queues)\.([^.]+)\.(?:queue\.)?depth\.max$/;
  let deepest: { depth: number; component: string } | null = null;
  for (const [metric, depth] of Object.entries(policy.metrics)) {
    const component = name.exec(metric)?.[1];
    if (component === undefined || depth === null) continue;
    if (deepest === null || depth > deepest.depth) deepest = { depth, component };
  }
  return deepest;
}

/** "at 60.2 s: worker of a waits for room in b", of what the verdict says of a deadlock. */
export function knotWords(deadlock: string): string {
  return deadlock.replace(/^([\d.,]+ s)\s+deadlock: /, 'at $1: ');
}

/** What happened under a policy, in one sentence without its name. */
export function whatHappened(policy: PolicyResult): string {
  const { metrics, notes, verdict } = policy;
  const parts: string[] = [];
  const offered = metrics['offered'] ?? null;
  const goodput = metrics['goodput'] ?? null;
  if (offered !== null && goodput !== null) {
    const share = metrics['goodput_ratio'] ?? null;
    const told = share === null ? '' : ` (${formatShare(share)})`;
    parts.push(`${formatRate(goodput)} of ${formatRate(offered)} offered ended good${told}`);
  }
  const p99 = metrics['latency.p99'] ?? null;
  if (p99 !== null) {
    const least = Object.hasOwn(notes, 'latency.p99') ? 'at least ' : '';
    parts.push(`p99 of the successes ${least}${formatSeconds(p99)}`);
  }
  const queue = deepestQueue(policy);
  if (queue !== null && queue.depth > 0) {
    parts.push(`deepest queue ${formatNumber(queue.depth)} at ${queue.component}`);
  }
  const what = fate(verdict, recoveryTime(policy));
  const why = verdict.deadlock === null ? verdict.crash_loop : knotWords(verdict.deadlock);
  const reason = why === undefined ? '' : ` (${why})`;
  return `${what}${reason}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}.`;
}

/** "oldest_age, 12 s before goodput fell to half"; null where nothing was said, or nothing fell. */
export function firstAlertLead({ verdict }: PolicyResult): string | null {
  const first = verdict.first_alert;
  if (first === undefined || first.lead === null) return null;
  const { lead, rule } = first;
  if (lead < 0) return `${rule}, ${formatSeconds(-lead)} after goodput had fallen to half`;
  return `${rule}, ${formatSeconds(lead)} before goodput fell to half`;
}
