import type { FairLines } from './fair-lines.js';
import type { House } from './house.js';
import { LET_IN, REFUSED, Rule } from './rule.js';

/** Refuses what finds no room in any queue of its flow's hand; the order is kept by the lines. */
export class FairQueuesRule extends Rule {
  override readonly isFull = true;

  constructor(
    private readonly house: House,
    private readonly lines: FairLines,
  ) {
    super();
  }

  ask(attempt: number, replica: number): number {
    const { depth, freeWorkers, pauses } = this.house.replicas;
    const hasSeat = freeWorkers[replica] > 0 && depth[replica] === 0 && pauses[replica] === 0;
    return this.lines.admits(attempt, replica, hasSeat) ? LET_IN : REFUSED;
  }

  override started(attempt: number, replica: number): void {
    this.lines.started(attempt, replica);
  }

  override ended(attempt: number, replica: number): void {
    this.lines.ended(attempt, replica);
  }

  override crashed(replica: number): void {
    this.lines.crashed(replica);
  }
}
