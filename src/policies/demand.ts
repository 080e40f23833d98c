/** What one subscriber asks for. */
export interface DemandSpec {
  /** How many it asks for at first: 1 or more, whole; Infinity: any number, once and for all. */
  n: number;
  /** It asks for more when this share of n has been consumed, for as much as that; above 0, to 1. */
  replenish: number;
}

/** Whole in spite of the rounding of a share. */
const SLACK = 1e-9;

/**
 * After how many consumed a subscriber asks again, and for how many: the share of n, rounded up. With
 * 75% that is Reactor's `n - (n >> 2)`: 192 of 256, 1 of 1 (reactor-core `Operators.unboundedOrLimit`).
 * Infinity where nothing is ever asked for again.
 */
export function limitOf({ n, replenish }: DemandSpec): number {
  if (n === Infinity) return Infinity;
  return Math.min(n, Math.max(1, Math.ceil(n * replenish - SLACK)));
}

/**
 * What a publisher may still send to one subscriber (Reactive Streams 1.0.4): what was asked for and not
 * sent yet. Demand adds up (rule 3.8) and is used up by one for each that is sent (1.1); an unbounded one
 * never is (3.17). To ask for nothing, or for less, is an error of the subscriber (3.9).
 */
export class Demand {
  /** What was asked for and not sent; Infinity from the moment it is unbounded. */
  open = 0;
  /** All that was ever asked for, and all that was sent. */
  asked = 0;
  sent = 0;

  /** The subscriber asks for n more: `request(n)`. */
  request(n: number): void {
    if (!(n >= 1)) throw new RangeError(`request(${n}): only 1 or more can be asked for`);
    this.open += n;
    this.asked += n;
  }

  /** The publisher sends one, which must have been asked for: `onNext`. */
  send(): void {
    if (this.open < 1) throw new RangeError(`${this.sent + 1} sent, ${this.asked} asked for`);
    this.open--;
    this.sent++;
  }
}

/**
 * One subscriber with its demand: it asks for n, and again when a share of n has been consumed. So what
 * it holds (sent to it and not consumed) and what may still come to it are n together at most, always.
 */
export class Subscription {
  readonly demand = new Demand();
  /** Sent and not consumed. */
  held = 0;
  /** Consumed since it asked last. */
  private consumed = 0;
  private readonly limit: number;

  constructor(private readonly spec: DemandSpec) {
    this.limit = limitOf(spec);
  }

  /** Asks for n at first; or, subscribing again after an error, for n less what it still holds. */
  begin(): void {
    const missing = this.spec.n - this.held - this.demand.open;
    this.consumed = 0;
    if (missing >= 1) this.request(missing);
  }

  /** Whether one may be sent to it. */
  get isOpen(): boolean {
    return this.demand.open >= 1;
  }

  send(): void {
    this.demand.send();
    this.held++;
  }

  /**
   * It is done with one. Returns how many it is to ask for now, 0 for none: its `request` follows, or
   * does not where it forgets to.
   */
  consume(): number {
    if (this.held < 1) throw new RangeError('consumed more than was sent');
    this.held--;
    this.consumed++;
    if (this.consumed < this.limit) return 0;
    this.consumed = 0;
    return this.limit;
  }

  request(n: number): void {
    this.demand.request(n);
    if (this.held + this.demand.open > this.spec.n) {
      throw new RangeError(
        `${this.held} held and ${this.demand.open} asked for: over ${this.spec.n}`,
      );
    }
  }
}
