import { IdentitySource, purposeOf, unit53 } from '../kernel/draws.js';
import type { Kernel } from '../kernel/kernel.js';
import { EXHAUSTED } from '../measure/edge-book.js';
import type { Recorder } from '../measure/recorder.js';
import { drawsWait, pauseBefore } from '../policies/backoff.js';
import type { Failure } from '../policies/budget.js';
import type { Pause } from '../policies/pause.js';
import { type Attempts, HI, LO, ROW } from './attempts.js';
import type { Calls } from './calls.js';
import type { Edge } from './edges.js';
import { COUNTS_AS, CRASHED, REJECTED, TIMEOUT } from './outcomes.js';
import type { Routing } from './routing.js';

const JITTER = purposeOf('jitter');

/** What a failure is for a budget. */
export function failureOf(outcome: number): Failure {
  if (outcome === TIMEOUT) return 'timeout';
  return COUNTS_AS[outcome] === REJECTED ? 'rejected' : 'error';
}

/** Whether a call that failed is tried again, and when. */
export class Retrying {
  private readonly draw = new IdentitySource();
  private readonly pause: Pause = { ns: 0, memory: 0 };

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
    const { attempts, calls, pause, recorder } = this;
    const edge = this.edges[edgeIndex];
    const { retry } = edge;
    const tries = calls.tries(call);
    if (edge.retries[outcome] === 0 || tries >= edge.attemptsMax || retry === null) return -1;
    if (this.isOrphan(call)) return -1;
    if (edge.purses.length > 0 && !this.mayRetry(call, edge, outcome)) {
      recorder.edges.count(edgeIndex, attempts.origin(attempt), calls.epoch(call), EXHAUSTED);
      return -1;
    }
    const { backoff, jitter } = retry;
    const told = retry.retryAfter && COUNTS_AS[outcome] === REJECTED ? edge.toldNs : 0;
    if (backoff.kind === 'none') return told;
    let u = 0;
    if (drawsWait(backoff, jitter)) {
      const { words } = attempts;
      this.draw.seek(words[attempt * ROW + HI], words[attempt * ROW + LO], JITTER);
      u = unit53(this.draw);
    }
    pause.memory = calls.pauseMemory.length > 0 ? calls.pauseMemory[call] : 0;
    pauseBefore(backoff, jitter, tries, told, u, pause);
    if (calls.pauseMemory.length > 0) calls.pauseMemory[call] = pause.memory;
    return pause.ns;
  }

  /** Whether the edge's budget lets another retry out; if so it is counted. */
  private mayRetry(call: number, edge: Edge, outcome: number): boolean {
    const purse = edge.purses[this.routing.client(edge, this.calls.parent(call), call)];
    if (purse.budget === null) return true;
    let { out, retries } = purse;
    if (edge.sharesBudget && edge.isWatched) {
      out = 0;
      retries = 0;
      for (const one of edge.purses) {
        out += one.out;
        retries += one.retries;
      }
    }
    return purse.budget.tryRetry(this.kernel.now, failureOf(outcome), out, retries);
  }
}
