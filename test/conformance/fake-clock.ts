interface Timer {
  atMs: number;
  order: number;
  everyMs: number | null;
  run: () => void;
}

/** The moment at which every fake time begins, milliseconds. */
const BEGAN_MS = 1_700_000_000_000;
const realImmediate = setImmediate;

/**
 * Stands in for the platform's clock and timers while a library runs. Timers of one moment go off
 * in the order in which they were set.
 */
export class FakeClock {
  nowMs = 0;
  private timers: Timer[] = [];
  private order = 0;

  /** Takes the platform's place. */
  install(): void {
    const set = (everyMs: boolean) => (run: () => void, delayMs: number) => {
      const timer: Timer = {
        atMs: this.nowMs + delayMs,
        order: this.order++,
        everyMs: everyMs ? delayMs : null,
        run,
      };
      this.timers.push(timer);
      return timer;
    };
    const clear = (timer: unknown) => {
      this.timers = this.timers.filter((one) => one !== timer);
    };
    Date.now = () => BEGAN_MS + this.nowMs;
    Object.assign(globalThis, {
      setTimeout: set(false),
      setInterval: set(true),
      clearTimeout: clear,
      clearInterval: clear,
    });
  }

  /** Goes on to a moment; what is due until then goes off, each with all that follows from it. */
  async goTo(ms: number): Promise<void> {
    for (let next = this.due(ms); next !== null; next = this.due(ms)) {
      this.nowMs = next.atMs;
      if (next.everyMs === null) this.timers = this.timers.filter((one) => one !== next);
      else {
        next.atMs += next.everyMs;
        next.order = this.order++;
      }
      next.run();
      await settled();
    }
    this.nowMs = ms;
  }

  private due(ms: number): Timer | null {
    let first: Timer | null = null;
    for (const timer of this.timers) {
      if (timer.atMs > ms) continue;
      const isEarlier =
        first === null ||
        timer.atMs < first.atMs ||
        (timer.atMs === first.atMs && timer.order < first.order);
      if (isEarlier) first = timer;
    }
    return first;
  }
}

/** All promises that can be kept are kept. */
export function settled(): Promise<void> {
  return new Promise((resolve) => realImmediate(resolve));
}
