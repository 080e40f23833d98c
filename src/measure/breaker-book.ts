import { Areas } from './areas.js';

/** Which state a breaker is in: as the series tells it, doubled. */
const HALVES = { closed: 0, half_open: 1, open: 2 } as const;
export type BreakerState = keyof typeof HALVES;

/** The states of breakers over time, by edge: all clients of an edge together. */
export class BreakerBook {
  /** How many clients' breakers are open; and the sum of states, a half-open one counting half. */
  private readonly open: Areas;
  private readonly states: Areas;
  /** Openings by epoch of the clock, and by edge and second. */
  private readonly opens: Float64Array;
  private readonly openings = new Map<number, number[]>();
  private epoch = 0;

  /** `clients`: by edge, how many breakers there are; 0 for none. */
  constructor(
    readonly clients: readonly number[],
    private readonly epochs: number,
    private readonly clock: Float64Array,
  ) {
    const none = clients.map(() => 0);
    this.open = new Areas(none, epochs, clock);
    this.states = new Areas(none, epochs, clock);
    this.opens = new Float64Array(clients.length * epochs);
  }

  /** A client's breaker changed its state. */
  changed(edge: number, from: BreakerState, to: BreakerState): void {
    const { open, states } = this;
    states.set(edge, states.level[edge] + HALVES[to] - HALVES[from]);
    if (from === 'open') open.set(edge, open.level[edge] - 1);
    if (to !== 'open') return;
    open.set(edge, open.level[edge] + 1);
    this.opens[edge * this.epochs + this.epoch]++;
    const second = Math.floor(this.clock[0] / 1e9);
    const bySecond = this.openings.get(edge) ?? [];
    this.openings.set(edge, bySecond);
    while (bySecond.length <= second) bySecond.push(0);
    bySecond[second]++;
  }

  /** How many of an edge's breakers are open now. */
  openNow(edge: number): number {
    return this.open.level[edge];
  }

  beginEpoch(epoch: number): void {
    this.epoch = epoch;
    this.open.beginEpoch(epoch);
    this.states.beginEpoch(epoch);
  }

  /** Openings in the epochs [first, last). */
  opensBetween(edge: number, first: number, last: number): number {
    let sum = 0;
    for (let e = first; e < last; e++) sum += this.opens[edge * this.epochs + e];
    return sum;
  }

  /** Time open, summed over clients, in the epochs [first, last); nanoseconds. */
  openBetween(edge: number, first: number, last: number): number {
    return this.open.between(edge, first, last);
  }

  /** The area under the sum of states (closed 0, half open 1/2, open 1) until now. */
  stateArea(edge: number): number {
    return this.states.now(edge) / 2;
  }

  /** Openings by second of the run, as many as there are. */
  openingsBySecond(edge: number, seconds: number): Float64Array {
    const bySecond = this.openings.get(edge) ?? [];
    return Float64Array.from({ length: seconds }, (_, second) => bySecond[second] ?? 0);
  }
}
