import type { BreakerState } from '../measure/breaker-book.js';
import type { Recorder } from '../measure/recorder.js';
import type { Saturation } from '../measure/saturation.js';
import { CLOSED, HALF_OPEN, OPEN } from '../policies/breaker.js';
import type { Alarms } from './alarms.js';
import type { Edge } from './edges.js';
import { BREAKER } from './guards.js';
import { FACT_BREAKER } from './outcomes.js';
import type { WatchedBreaker } from './watched-breaker.js';

const NONE = -1;

/** Kind of alarm: a breaker's own timer. */
export const BREAKER_TURNS = 20;

/** Notes what every breaker does, and lets their timers go off. */
export class Breakers {
  /** By client of all edges; null where it has none. */
  private readonly byClient: (WatchedBreaker | null)[] = [];
  private readonly edgeOf: Edge[] = [];

  constructor(
    edges: readonly Edge[],
    private readonly clock: Float64Array,
    private readonly alarms: Alarms,
    private readonly recorder: Recorder,
    private readonly saturation: Saturation,
  ) {
    for (const edge of edges) {
      if (!edge.isRuled) continue;
      this.edgeOf.length = edge.firstClient;
      for (let client = 0; client < edge.clients; client++) this.edgeOf.push(edge);
      this.look(edge);
    }
  }

  /** From now on an edge's breakers are watched; who stood there before is watched no longer. */
  look(edge: Edge): void {
    const breakers = edge.guards[BREAKER] as readonly WatchedBreaker[];
    for (let client = 0; client < edge.clients; client++) {
      const at = edge.firstClient + client;
      const before = this.byClient[at] ?? null;
      const one = breakers[client] ?? null;
      if (one === before) continue;
      this.byClient[at] = one;
      if (before !== null) this.retire(before, at);
      one?.connect(this, at);
    }
  }

  /** What is taken away is open no longer; it hears of those it let go, and nobody hears of it. */
  private retire(one: WatchedBreaker, client: number): void {
    if (one.state !== CLOSED) this.note(one, client, CLOSED);
    if (one.alarm !== NONE) this.alarms.cancel(one.alarm);
    one.alarm = NONE;
    one.connect({ changed: () => undefined }, client);
  }

  /** The timer of a client's breaker goes off. */
  turned(client: number): void {
    const one = this.byClient[client] ?? null;
    if (one === null) return;
    one.alarm = NONE;
    one.alarmNs = Infinity;
    one.turn(this.clock[0]);
  }

  /** A breaker changed its state, or its timer. */
  changed(one: WatchedBreaker, client: number): void {
    const { state, turnsAtNs } = one.breaker;
    if (state !== one.state) this.note(one, client, state);
    if (turnsAtNs === one.alarmNs) return;
    if (one.alarm !== NONE) this.alarms.cancel(one.alarm);
    one.alarm = NONE;
    one.alarmNs = turnsAtNs;
    if (turnsAtNs === Infinity) return;
    one.alarm = this.alarms.at(Math.max(turnsAtNs, this.clock[0]), BREAKER_TURNS, client);
  }

  /** A client begins anew, with a breaker that is closed. */
  renew(client: number, fresh: WatchedBreaker): void {
    const old = this.byClient[client];
    if (old !== null) {
      if (old.alarm !== NONE) this.alarms.cancel(old.alarm);
      if (old.state !== fresh.state) this.note(old, client, fresh.state);
    }
    this.byClient[client] = fresh;
    fresh.connect(this, client);
  }

  private note(one: WatchedBreaker, client: number, state: number): void {
    const { recorder, saturation } = this;
    const { index, firstClient, plan } = this.edgeOf[client];
    recorder.breakers.changed(index, nameOf(one.state), nameOf(state));
    recorder.fingerprint.fact(FACT_BREAKER, index, (client - firstClient) * 4 + state);
    one.state = state;
    if (recorder.breakers.openNow(index) > 0) saturation.breakerOpen(index, plan.from);
    else saturation.breakerShut(index, plan.from);
  }
}

function nameOf(state: number): BreakerState {
  return state === OPEN ? 'open' : state === HALF_OPEN ? 'half_open' : 'closed';
}
