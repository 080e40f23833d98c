import type { Raised, RuleName } from './alert.js';

/** An alert is over when what it says has not held for so long; what comes back sooner is the same. */
const QUIET_NS = 30e9;

/**
 * One rule over all its subjects: what it says must hold without a break for a time; then the alert
 * is raised, once, until it is over.
 */
export class Episodes {
  /** Since when it holds; Infinity where it does not. */
  private readonly sinceNs: Float64Array;
  /** Since when it does not, while an alert is up; Infinity where it does. */
  private readonly quietNs: Float64Array;
  private readonly up: (Raised | null)[];

  constructor(
    private readonly rule: RuleName,
    subjects: number,
    private readonly forNs: number,
    private readonly raised: Raised[],
  ) {
    this.sinceNs = new Float64Array(subjects).fill(Infinity);
    this.quietNs = new Float64Array(subjects).fill(Infinity);
    this.up = Array.from({ length: subjects }, () => null);
  }

  /** Whether it held over [from, to); at `to` alone where both are the same. */
  see(subject: number, holds: boolean, fromNs: number, toNs: number, value: number): void {
    const { sinceNs, quietNs, up } = this;
    const alert = up[subject];
    if (!holds) {
      sinceNs[subject] = Infinity;
      if (alert === null) return;
      quietNs[subject] = Math.min(quietNs[subject], fromNs);
      if (toNs - quietNs[subject] < QUIET_NS) return;
      alert.untilNs = quietNs[subject];
      up[subject] = null;
      return;
    }
    quietNs[subject] = Infinity;
    sinceNs[subject] = Math.min(sinceNs[subject], fromNs);
    if (alert !== null || toNs - sinceNs[subject] < this.forNs) return;
    const raised: Raised = { rule: this.rule, subject, atNs: toNs, untilNs: Infinity, value };
    up[subject] = raised;
    this.raised.push(raised);
  }

  /** Since when it holds of a subject; Infinity where it does not. */
  since(subject: number): number {
    return this.sinceNs[subject];
  }
}
