import { compile, type Distribution, type DistributionSpec } from '../kernel/distributions.js';
import { IdentitySource, purposeOf } from '../kernel/draws.js';
import { grown } from '../kernel/event-queue.js';
import type { Kernel } from '../kernel/kernel.js';
import { type Attempts, HI, LO, ROW } from './attempts.js';
import { EXPIRE, EXPIRE_DRAWN } from './outcomes.js';
import type { Plan } from './plan.js';

const NONE = -1;
const PATIENCE = purposeOf('patience');

/**
 * When those who wait lose their patience (`max_age`). A constant age is a timer, which is taken
 * back when the wait ends. A drawn one is an event that cannot be taken back: it names a row here,
 * which names the attempt for as long as it waits.
 */
export class Patience {
  /** By component; null where nobody loses it. */
  private readonly laws: (Distribution | null)[];
  /** The kernel's timer line of a constant age, -1 otherwise. */
  private readonly lines: Int32Array;
  private readonly draw = new IdentitySource();
  /** By row: who waits; in a free row, −2 − the next free one; -1 when the wait is over. */
  private waiting = new Int32Array(16);
  private used = 0;
  private free = NONE;

  constructor(
    plan: Plan,
    private readonly kernel: Kernel,
    private readonly attempts: Attempts,
  ) {
    this.laws = plan.components.map(({ queue }) =>
      queue.maxAge === null ? null : compile(queue.maxAge),
    );
    this.lines = Int32Array.from(this.laws, (law) =>
      law !== null && law.constantNs > 0 ? kernel.lineFor(law.constantNs) : NONE,
    );
  }

  has(component: number): boolean {
    return this.laws[component] !== null;
  }

  /** An attempt begins to wait. */
  begin(attempt: number, component: number): void {
    const { attempts, kernel } = this;
    const line = this.lines[component];
    if (line !== NONE) {
      attempts.patience[attempt] = kernel.setTimer(line, EXPIRE, attempt);
      return;
    }
    this.wait(attempt, this.drawnNs(attempt, component));
  }

  /** One that waits by now, since `cameNs`, may lose its patience by the law that holds now. */
  beginLate(attempt: number, component: number, cameNs: number): void {
    const left = cameNs + this.drawnNs(attempt, component) - this.kernel.now;
    this.wait(attempt, Math.max(0, left));
  }

  /** An attempt waits no longer. */
  end(attempt: number): void {
    const row = this.attempts.patience[attempt];
    if (row === NONE) return;
    this.attempts.patience[attempt] = NONE;
    if (row >= 0) this.kernel.cancelTimer(row);
    else this.waiting[-2 - row] = NONE;
  }

  /** From now on who comes to wait at a component loses its patience so; null: never. */
  setLaw(component: number, maxAge: DistributionSpec | null): void {
    const law = maxAge === null ? null : compile(maxAge);
    this.laws[component] = law;
    this.lines[component] =
      law !== null && law.constantNs > 0 ? this.kernel.lineFor(law.constantNs) : NONE;
  }

  private wait(attempt: number, ns: number): void {
    const row = this.take();
    this.waiting[row] = attempt;
    this.attempts.patience[attempt] = -2 - row;
    this.kernel.at(this.kernel.now + ns, EXPIRE_DRAWN, row);
  }

  /** The timer of an attempt went off: there is nothing to take back any more. */
  ran(attempt: number): void {
    this.attempts.patience[attempt] = NONE;
  }

  /** The event of a row came; returns who still waits, -1 if that wait is over. */
  came(row: number): number {
    const attempt = this.waiting[row];
    this.waiting[row] = -2 - this.free;
    this.free = row;
    if (attempt !== NONE) this.ran(attempt);
    return attempt;
  }

  private drawnNs(attempt: number, component: number): number {
    const law = this.laws[component] as Distribution;
    if (law.constantNs >= 0) return law.constantNs;
    const { words } = this.attempts;
    this.draw.seek(words[attempt * ROW + HI], words[attempt * ROW + LO], PATIENCE);
    return Math.floor(law.sample(this.draw) + 0.5);
  }

  private take(): number {
    const row = this.free;
    if (row !== NONE) {
      this.free = -2 - this.waiting[row];
      return row;
    }
    if (this.used === this.waiting.length) {
      this.waiting = grown(this.waiting, new Int32Array(Math.ceil(this.used * 1.5)));
    }
    return this.used++;
  }
}
