/** Settings of a function's event source: how many batches it has invoked at a time. */
export interface EventSourceSpec {
  /** At first, and where nothing is to be done. */
  from: number;
  /** By how many it may grow in a minute. */
  perMinute: number;
  max: number;
}

/** What an event source sees of its queue and its function. */
export interface Polled {
  /** How many batches may be under way, and how many are. */
  current: number;
  busy: number;
  /** Messages that nobody has received, or that are visible again. */
  waiting: number;
  /** Invocations that ended since it last looked, and how many of them were throttled or failed. */
  ended: number;
  failed: number;
}

/** How often it looks (assumed: AWS tells only what comes of it in a minute). */
export const LOOKS_EVERY_NS = 5e9;

const MINUTE_NS = 60e9;

/**
 * How Lambda scales the pollers of an SQS standard queue. It starts with five batches at a time; while
 * messages are waiting it adds up to 300 a minute, up to 1,000, or up to the event source's maximum
 * concurrency (2 to 1,000); when traffic is low it goes back to five. Invocations that fail, or are
 * throttled, make it reduce that gradually (Lambda developer guide: "Configuring scaling behavior for
 * SQS event source mappings", "Backoff strategy for failed invocations").
 *
 * By how much it reduces AWS does not say; assumed here: it goes down as fast as it goes up, and by the
 * share that failed: none failed: all of `perMinute` up; half: it stays; all: as much down.
 */
export class EventSource {
  /** A part of one that it has grown or shrunk by. */
  private rest = 0;

  constructor(private spec: EventSourceSpec) {}

  /** From now on it has other bounds, or another pace. */
  setAim(to: EventSourceSpec): void {
    this.spec = to;
  }

  /** How many batches may be under way from now on, `sinceNs` after it last looked. */
  decide(sinceNs: number, seen: Polled): number {
    const { from, max, perMinute } = this.spec;
    const { current } = seen;
    const step = (perMinute * sinceNs) / MINUTE_NS;
    const share = seen.ended > 0 ? seen.failed / seen.ended : 0;
    const isIdle = seen.waiting === 0 && share === 0;
    const change = isIdle ? -step : step * (1 - 2 * share);
    this.rest += seen.waiting === 0 ? Math.min(change, 0) : change;
    const whole = Math.trunc(this.rest);
    this.rest -= whole;
    // What is at work is needed, if nothing speaks against it.
    const least = isIdle ? Math.max(from, Math.min(current, seen.busy)) : from;
    const wanted = Math.min(Math.max(current + whole, least), max);
    if (wanted !== current + whole) this.rest = 0;
    return wanted;
  }
}
