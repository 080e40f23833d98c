import type { Shedder } from './shedder.js';

/**
 * Settings of PIE. Defaults as Linux has them (linux `include/net/pie.h` pie_params_init,
 * `sch_pie.c`): target 15 ms, update 15 ms, alpha 2 and beta 20 (sixteenths, a second), burst 150 ms.
 */
export interface PieSpec {
  targetNs: number;
  updateNs: number;
  /** Weights of how far the wait is off the target and of how it changes, in sixteenths a second. */
  alpha: number;
  beta: number;
  /** So long nothing is refused after the line was at rest. */
  burstNs: number;
}

/** Waits beyond this add 2% to the probability at every update. */
const HIGH_NS = 250e6;

/**
 * PIE (RFC 8033) as Linux has it (`net/sched/sch_pie.c`, waits from timestamps): a probability of
 * refusing at the door. Every `update` it goes by α(wait − target) + β(wait − wait before), the weights
 * scaled down while it is small (÷2 under 10%, ÷8 under 1%, …, ÷2048 under 0.0001%), up by at most 2%
 * once it is 10%, by 2% more while waits are over 250 ms, down by 1/64 where nobody waits. `wait` is
 * that of the last whose turn came. Nothing is refused while there is burst allowance left, while the
 * wait is under half the target and the probability under 20%, or behind fewer than two (2 MTU). Draws
 * are evened out: none is refused before the probabilities of those let in add up to 85%, one surely is
 * at 850%.
 *
 * Updates that are due are made when the next one comes or starts: nothing they depend on changes in
 * between.
 */
export class Pie implements Shedder {
  probability = 0;
  private accumulated = 0;
  private burstLeftNs: number;
  private waitNs = 0;
  private waitBeforeNs = 0;
  private lastTurnNs = -1;
  private nextUpdateNs: number;
  private waiting = 0;

  constructor(
    private readonly spec: PieSpec,
    nowNs: number,
  ) {
    this.burstLeftNs = spec.burstNs;
    this.nextUpdateNs = nowNs + spec.updateNs;
  }

  refuses(nowNs: number, waiting: number, u: number): boolean {
    this.catchUp(nowNs);
    this.waiting = waiting;
    if (!this.drops(waiting, u)) {
      this.waiting++;
      return false;
    }
    this.accumulated = 0;
    return true;
  }

  patienceNs(): number {
    return Infinity;
  }

  sheds(nowNs: number, waitedNs: number, behind: number): boolean {
    this.catchUp(nowNs);
    this.waiting = behind;
    this.waitNs = behind === 0 ? 0 : waitedNs;
    if (this.lastTurnNs >= 0) {
      this.burstLeftNs = Math.max(0, this.burstLeftNs - (nowNs - this.lastTurnNs));
    }
    this.lastTurnNs = nowNs;
    return false;
  }

  passed(nowNs: number): void {
    this.sheds(nowNs, 0, 0);
  }

  overflowed(nowNs: number, waiting: number): void {
    this.catchUp(nowNs);
    this.waiting = waiting;
    this.accumulated = 0;
  }

  resized(): void {}

  emptied(nowNs: number): void {
    this.catchUp(nowNs);
    this.waiting = 0;
    this.waitNs = 0;
  }

  private drops(waiting: number, u: number): boolean {
    const { probability, spec } = this;
    if (this.burstLeftNs > 0) return false;
    if (this.waitNs < spec.targetNs / 2 && probability < 0.2) return false;
    if (waiting < 2) return false;
    this.accumulated = probability === 0 ? 0 : this.accumulated + probability;
    if (this.accumulated < 0.85) return false;
    return this.accumulated >= 8.5 || u < probability;
  }

  /** Makes the updates that are due. */
  private catchUp(nowNs: number): void {
    const { updateNs } = this.spec;
    while (this.nextUpdateNs <= nowNs) {
      const before = this.probability;
      const isStill = this.waitNs === this.waitBeforeNs;
      this.update();
      this.nextUpdateNs += updateNs;
      if (!isStill || this.probability !== before) continue;
      // Nothing changes any more: the updates left would do nothing.
      const left = Math.floor((nowNs - this.nextUpdateNs) / updateNs) + 1;
      if (left > 0) this.nextUpdateNs += left * updateNs;
    }
  }

  private update(): void {
    const { spec, waitNs, waitBeforeNs } = this;
    const scale = scaleOf(this.probability) / 16;
    let delta = (spec.alpha * scale * (waitNs - spec.targetNs)) / 1e9;
    delta += (spec.beta * scale * (waitNs - waitBeforeNs)) / 1e9;
    if (delta > 0.02 && this.probability >= 0.1) delta = 0.02;
    if (waitNs > HIGH_NS) delta += 0.02;
    let next = Math.max(0, this.probability + delta);
    const isIdle = waitNs === 0 && waitBeforeNs === 0 && this.waiting === 0;
    if (next > 1) next = 1;
    else if (isIdle) next -= next / 64;
    this.probability = next;
    const isLow = waitNs < spec.targetNs / 2 && waitBeforeNs < spec.targetNs / 2;
    if (isLow && next === 0) {
      this.burstLeftNs = spec.burstNs;
      this.accumulated = 0;
      this.lastTurnNs = -1;
    }
    this.waitBeforeNs = waitNs;
  }
}

/** How the weights are scaled down while the probability is small (RFC 8033 5.2, `sch_pie.c`). */
function scaleOf(probability: number): number {
  if (probability >= 0.1) return 1;
  let scale = 1 / 2;
  for (let power = 100; power <= 1_000_000 && probability < 1 / power; power *= 10) scale /= 4;
  return scale;
}
