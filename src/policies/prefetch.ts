const NONE = -1;

/**
 * Consumers of one queue, each with its own prefetch: how many deliveries it may hold that it has not
 * acknowledged (`basic.qos`; Infinity for no bound). Those with room stand in a line: the first gets
 * the next message and goes to the end, if it still has room; one that was full comes to the end when
 * it has room again. So all take turns, and who is full is passed over (rabbit_queue_consumers.erl).
 * Consumers are numbers from 0 up to `prefetches.length`.
 */
export class PrefetchTurns {
  /** By consumer: deliveries not acknowledged. */
  readonly held: Float64Array;
  private readonly isThere: Uint8Array;
  private readonly inLine: Uint8Array;
  private readonly nextInLine: Int32Array;
  private first = NONE;
  private last = NONE;

  constructor(private readonly prefetches: Float64Array) {
    this.held = new Float64Array(prefetches.length);
    this.isThere = new Uint8Array(prefetches.length);
    this.inLine = new Uint8Array(prefetches.length);
    this.nextInLine = new Int32Array(prefetches.length).fill(NONE);
  }

  /** It consumes from now on; what it was given before and has not acknowledged still counts. */
  joins(consumer: number): void {
    if (this.isThere[consumer] === 1) return;
    this.isThere[consumer] = 1;
    this.lineUp(consumer);
  }

  /** It is given nothing more. */
  leaves(consumer: number): void {
    this.isThere[consumer] = 0;
    if (this.inLine[consumer] === 0) return;
    let before = NONE;
    for (let c = this.first; c !== consumer; c = this.nextInLine[c]) before = c;
    const next = this.nextInLine[consumer];
    if (before === NONE) this.first = next;
    else this.nextInLine[before] = next;
    if (next === NONE) this.last = before;
    this.inLine[consumer] = 0;
  }

  /** Whether anybody has room. */
  get anyRoom(): boolean {
    return this.first !== NONE;
  }

  /** Gives one delivery to whoever's turn it is; `anyRoom` must hold. */
  give(): number {
    const consumer = this.first;
    this.first = this.nextInLine[consumer];
    if (this.first === NONE) this.last = NONE;
    this.inLine[consumer] = 0;
    this.held[consumer]++;
    this.lineUp(consumer);
    return consumer;
  }

  /** A consumer has acknowledged a delivery, or refused it, or lost it with its connection. */
  returned(consumer: number): void {
    this.held[consumer]--;
    if (this.inLine[consumer] === 0) this.lineUp(consumer);
  }

  private lineUp(consumer: number): void {
    if (this.isThere[consumer] === 0) return;
    if (this.held[consumer] >= this.prefetches[consumer]) return;
    this.nextInLine[consumer] = NONE;
    if (this.last === NONE) this.first = consumer;
    else this.nextInLine[this.last] = consumer;
    this.last = consumer;
    this.inLine[consumer] = 1;
  }
}
