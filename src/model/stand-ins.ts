import { IdentitySource, purposeOf } from '../kernel/draws.js';
import { type Attempts, BITS, DEGRADED_BIT, DONE, ROW } from './attempts.js';
import { CALL_ROW, CALLER_HI, CALLER_LO, type Calls } from './calls.js';
import type { Edge } from './edges.js';
import type { Program } from './program.js';

const FALLBACK = purposeOf('fallback');

/** What stands in for the answer of a call that failed, and what it makes of its caller's answer. */
export class StandIns {
  private readonly draw = new IdentitySource();

  constructor(
    private readonly program: Program,
    private readonly attempts: Attempts,
    private readonly calls: Calls,
  ) {}

  /** What having the stand-in takes, whole nanoseconds. */
  latencyNs(call: number, edge: Edge): number {
    const law = edge.fallbackLatency;
    if (law === null) return 0;
    if (law.constantNs >= 0) return law.constantNs;
    const { calls, program } = this;
    const at = call * CALL_ROW;
    const purpose = FALLBACK ^ program.siteTag[calls.site(call)];
    this.draw.seek(calls.words[at + CALLER_HI], calls.words[at + CALLER_LO], purpose);
    return Math.floor(law.sample(this.draw) + 0.5);
  }

  /** Part of what an attempt answers is second best, unless it answered before. */
  degrade(attempt: number, join: number): void {
    const { attempts } = this;
    if (attempts.state(attempt) === DONE) return;
    if (join !== 0 && attempts.join[attempt] !== join) return;
    attempts.words[attempt * ROW + BITS] |= DEGRADED_BIT;
  }
}
