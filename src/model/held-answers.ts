import type { Kernel } from '../kernel/kernel.js';

interface Held {
  parent: number;
  site: number;
  join: number;
  outcome: number;
}

/** Calls that ended while their callers stood still: they look at the answers when they go on. */
export class HeldAnswers {
  private held: Held[] = [];

  constructor(private readonly kernel: Kernel) {}

  /** A caller that stands still gets its answer later. */
  hold(parent: number, site: number, join: number, outcome: number): void {
    this.held.push({ parent, site, join, outcome });
  }

  /** Whether an attempt's handler has an answer to look at when it goes on. */
  has(attempt: number): boolean {
    return this.held.some(({ parent }) => parent === attempt);
  }

  /** Gives their answers to those that stand still no longer. */
  release(
    isPaused: (attempt: number) => boolean,
    give: (parent: number, site: number, join: number, outcome: number) => void,
  ): void {
    const due = this.held.filter(({ parent }) => !isPaused(parent));
    this.held = this.held.filter(({ parent }) => isPaused(parent));
    this.kernel.suspend();
    for (const { parent, site, join, outcome } of due) give(parent, site, join, outcome);
    this.kernel.resume();
  }
}
