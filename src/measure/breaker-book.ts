import { Areas } from './areas.js';

/** Which state a breaker is in: as the series tells it, doubled. */
const HALVES = { closed: 0, half_open: 1, open: 2 } as const;
export type BreakerState = keyof typeof HALVES;

/** The states of breakers over time, by edge: all clients of an edge together. */
export class BreakerBook {
  /** How many clients' breakers are open; and the sum of states, a half-open one counting half. */
  private readonly open: Areas;
  private readonly states: Areas;
  /** How many clients there are, where they come and go. */
  private readonly there: Areas;
  /** Openings by epoch of the clock; and, of breakers that were closed, by edge and second. */
  private readonly opens: Float64Array;
  private readonly openings = new Map<number, number[]>();
  private epoch = 0;

  /** `clients`: by edge, how many breakers there are at first; 0 for none. */
  constructor(
    readonly clients: readonly number[],
    private readonly epochs: number,
    private readonly clock: Float64Array,
  ) {
    this.there = new Areas(clients, epochs, clock);
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
    // A probe that fails is no new opening: the breaker has been of one mind since it opened.
    if (from !== 'closed') return;
    const second = Math.floor(this.clock[0] / 1e9);
    const bySecond = this.openings.get(edge) ?? [];
    this.openings.set(edge, bySecond);
    while (bySecond.length <= second) bySecond.push(0);
    bySecond[second] += this.clients[edge] / this.there.level[edge];
  }

  /** So many clients of an edge are there from now on. */
  setClients(edge: number, count: number): void {
    this.there.set(edge, count);
  }

  /** How many of an edge's breakers are open now. */
  openNow(edge: number): number {
    return this.open.level[edge];
  }

  beginEpoch(epoch: number): void {
    this.epoch = epoch;
    this.open.beginEpoch(epoch);
    this.states.beginEpoch(epoch);
    this.there.beginEpoch(epoch);
  }

  /** Openings in the epochs [first, last). */
  opensBetween(edge: number, first: number, last: number): number {
    let sum = 0;
    for (let e = first; e < last; e++) sum += this.opens[edge * this.epochs + e];
    return sum;
  }

  /** The share of the time, `ns` long, that breakers were open in the epochs [first, last). */
  openShare(edge: number, first: number, last: number, ns: number): number | null {
    if (this.clients[edge] === 0) return 0;
    if (ns <= 0) return null;
    const open = this.open.between(edge, first, last);
    if (this.there.varies[edge] === 0) return open / this.clients[edge] / ns;
    const there = this.there.between(edge, first, last);
    return there > 0 ? open / there : null;
  }

  /** The area under the sum of states (closed 0, half open 1/2, open 1) until now. */
  stateArea(edge: number): number {
    return this.states.now(edge) / 2;
  }

  /** The area under how many clients there are, until now. */
  clientArea(edge: number): number {
    return this.there.now(edge);
  }

  /** The same of every edge that has breakers, by its name. */
  openingsByEdge(names: readonly string[], endNs: number): Record<string, Float64Array> {
    const seconds = Math.ceil(endNs / 1e9);
    return Object.fromEntries(
      names.flatMap((name, e) => {
        return this.clients[e] > 0 ? [[name, this.openingsBySecond(e, seconds)]] : [];
      }),
    );
  }

  /**
   * By second of the run, as many as there are: how often breakers opened that were closed; where
   * clients come and go, as often as those there are at first would have in the mean.
   */
  openingsBySecond(edge: number, seconds: number): Float64Array {
    const bySecond = this.openings.get(edge) ?? [];
    return Float64Array.from({ length: seconds }, (_, second) => bySecond[second] ?? 0);
  }
}
