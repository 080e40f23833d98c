import { GO, type Guard, REFUSE, WAIT } from './guard.js';
import type { Rate } from './rates.js';

/**
 * A limit of rate before sending: who finds no token waits for the next, as long as the limit allows. A
 * token that was taken stays spent, whatever becomes of the attempt further in.
 */
export class RateGuard implements Guard {
  readonly token = 0;
  askAgainNs = Infinity;

  constructor(
    private readonly rate: Rate,
    readonly waitMaxNs: number,
  ) {}

  ask(nowNs: number): number {
    if (this.rate.take(nowNs)) return GO;
    if (this.waitMaxNs === 0) return REFUSE;
    this.askAgainNs = this.rate.nextNs(nowNs);
    return WAIT;
  }

  stopped(): void {
    // Its token is spent.
  }

  ended(): void {
    // Nothing is learned.
  }
}
