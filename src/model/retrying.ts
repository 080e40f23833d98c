import { IdentitySource, purposeOf, unit53 } from '../kernel/draws.js';
import type { Kernel } from '../kernel/kernel.js';
import { EXHAUSTED } from '../measure/edge-book.js';
import type { Recorder } from '../measure/recorder.js';
import { jitteredNs } from '../policies/backoff.js';
import { type Attempts, HI, LO, ROW } from './attempts.js';
import type { Calls } from './calls.js';
import type { Edge } from './edges.js';
import { CRASHED } from './outcomes.js';
import type { Routing } from './routing.js';

const JITTER = purposeOf('jitter');

/** Whether a call that failed is tried again, and when. */
export class Retrying {
  private readonly draw = new IdentitySource();

  constructor(
    private readonly kernel: Kernel,
    private readonly attempts: Attempts,
    private readonly calls: Calls,
    private readonly edges: readonly Edge[],
    private readonly recorder: Recorder,
    private readonly routing: Routing,
  ) {}

  /** Whether the caller's replica has crashed since: it makes no more tries. */
  isOrphan(call: number): boolean {
    const parent = this.calls.parent(call);
    return parent >= 0 && this.attempts.outcome(parent) === CRASHED;
  }

  /** After how many nanoseconds another try follows; below 0 where none does. */
  waitNs(call: number, edgeIndex: number, outcome: number, attempt: number): number {
    const { attempts, calls, kernel, recorder } = this;
    const edge = this.edges[edgeIndex];
    const tries = calls.tries(call);
    if (edge.retries[outcome] === 0 || tries >= edge.attemptsMax || edge.retry === null) return -1;
    if (this.isOrphan(call)) return -1;
    if (edge.budgets.length > 0) {
      if (!edge.budgets[this.routing.client(edge, calls.parent(call), call)].tryRetry(kernel.now)) {
        recorder.edges.count(edgeIndex, attempts.origin(attempt), calls.epoch(call), EXHAUSTED);
        return -1;
      }
    }
    const { backoff, jitter } = edge.retry;
    if (backoff.kind === 'none') return 0;
    let u = 0;
    if (jitter !== 'none') {
      const { words } = attempts;
      this.draw.seek(words[attempt * ROW + HI], words[attempt * ROW + LO], JITTER);
      u = unit53(this.draw);
    }
    const before = calls.waitNs.length > 0 ? calls.waitNs[call] : 0;
    const wait = Math.floor(jitteredNs(backoff, jitter, tries, before, u) + 0.5);
    if (calls.waitNs.length > 0) calls.waitNs[call] = wait;
    return wait;
  }
}
