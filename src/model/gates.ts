import { IdentitySource, purposeOf, unit53 } from '../kernel/draws.js';
import type { Recorder } from '../measure/recorder.js';
import type { Saturation } from '../measure/saturation.js';
import { type Ending, GO, type Guard, type Local, WAIT } from '../policies/guard.js';
import type { Alarms } from './alarms.js';
import { type Attempts, CAME, HI, LO, ROW, SENT, STARTED, TIMES } from './attempts.js';
import type { Edge, Law } from './edges.js';
import type { GuardedRows } from './guarded-rows.js';
import { BREAKER, GUARDS, LIMIT, RATE_LIMIT, THROTTLE } from './guards.js';
import type { Labels } from './labels.js';
import {
  BREAKER_OPEN,
  BULKHEAD_FULL,
  CRASHED,
  DEADLINE,
  DROPPED,
  ERROR,
  EXPIRED,
  NO_CONNECTION,
  OK,
  RATE_LIMITED,
  REJECTED,
  THROTTLED,
  TIMEOUT,
} from './outcomes.js';

const NONE = -1;

/** The gates before an attempt is sent, from outside in; those of rules come first. */
export const FIRST_GATE = THROTTLE;
export const BULKHEAD = GUARDS;
/** What a client that publishes holds unsent, bytes. */
export const BUFFER = GUARDS + 1;
export const POOL = GUARDS + 2;
export const WINDOW = GUARDS + 3;
const GATES = GUARDS + 4;

/** By gate of a rule: why it refuses, and the draw it asks for. */
const REFUSALS: readonly number[] = ((): number[] => {
  const by: number[] = [];
  by[THROTTLE] = THROTTLED;
  by[BREAKER] = BREAKER_OPEN;
  by[RATE_LIMIT] = RATE_LIMITED;
  by[LIMIT] = BULKHEAD_FULL;
  return by;
})();
const DRAWS: readonly number[] = ['throttle', 'breaker', 'rate limit', 'concurrency'].map((name) =>
  purposeOf(name),
);

/** `holds`: a place in the bulkhead, a connection, a credit of the window. */
const PLACE = 1;
const CONNECTION = 2;
const CREDIT = 4;
/** Its connection is being opened. */
const OPENING = 8;
/** Its bytes are in the buffer. */
const BYTES = 16;

/** What becomes of an attempt at a gate: it passes, it waits, or it is refused. */
export const PASSED = 0;
export const WAITS = -1;

/** Kinds of alarms of the gates. */
export const WAITED_OUT = 1;
export const OPENED = 2;
export const ASK_AGAIN = 10;

/**
 * The gates of guarded edges: bulkheads, pools of connections, windows of credits; one of each for
 * each client of the edge. Who waits at one waits first come first served.
 */
export class Gates {
  /** By client of an edge and gate: how many hold one, how many wait, the line. */
  private readonly held: Float64Array;
  private readonly waiting: Int32Array;
  private readonly head: Int32Array;
  private readonly tail: Int32Array;
  /** By client of an edge: open connections that nobody uses. */
  private readonly idle: Int32Array;
  private readonly edgeOfClient: Int32Array;
  /** By client of an edge and gate of a rule: the alarm at which its first asks again, -1 for none. */
  private readonly askAlarm: Int32Array;
  private readonly draw = new IdentitySource();

  constructor(
    edges: readonly Edge[],
    private readonly clock: Float64Array,
    private readonly alarms: Alarms,
    private readonly attempts: Attempts,
    private readonly rows: GuardedRows,
    private readonly recorder: Recorder,
    private readonly saturation: Saturation,
    private readonly senderOf: (attempt: number) => number,
    private readonly labels: Labels,
    /** By producer: what each of its requests takes, bytes. */
    private readonly sizeBytes: Float64Array,
  ) {
    const clients = edges.reduce((sum, edge) => sum + edge.clients, 0);
    this.held = new Float64Array(clients * GATES);
    this.waiting = new Int32Array(clients * GATES);
    this.head = new Int32Array(clients * GATES).fill(NONE);
    this.tail = new Int32Array(clients * GATES).fill(NONE);
    this.idle = new Int32Array(clients);
    this.askAlarm = new Int32Array(clients * GUARDS).fill(NONE);
    this.edgeOfClient = new Int32Array(clients);
    edges.forEach((edge, e) => {
      this.edgeOfClient.fill(e, edge.firstClient, edge.firstClient + edge.clients);
    });
  }

  /** A client begins anew: none of its connections is open. */
  renew(client: number): void {
    this.idle[client] = 0;
  }

  /** An attempt comes to a gate of its edge: PASSED, WAITS, or the reason it is refused for. */
  enter(edge: Edge, gate: number, attempt: number): number {
    if (gate < BULKHEAD) return this.enterGuarded(edge, gate, attempt);
    if (gate === BULKHEAD) return this.enterBulkhead(edge, attempt);
    if (gate === BUFFER) return this.enterBuffer(edge, attempt);
    if (gate === POOL) return this.enterPool(edge, attempt);
    return this.enterWindow(edge, attempt);
  }

  /** Its connection is open. */
  opened(attempt: number): void {
    this.rows.gateAlarm[attempt] = NONE;
    this.rows.holds[attempt] &= ~OPENING;
    this.waitedForConnection(attempt);
  }

  /** Why one that waited too long at its gate is refused. */
  refusalOf(attempt: number): number {
    const gate = this.rows.stands[attempt] - 1;
    if (gate < BULKHEAD) return REFUSALS[gate];
    if (gate === BUFFER) return REJECTED;
    return gate === POOL ? NO_CONNECTION : BULKHEAD_FULL;
  }

  /** Whether it still has its place in a bulkhead. */
  hasPlace(attempt: number): boolean {
    return (this.rows.holds[attempt] & PLACE) !== 0;
  }

  /**
   * An attempt leaves the line it stands in and gives up what it holds, its place in the bulkhead
   * only if `place`. Those whose turn it is then are to be had from `next`.
   */
  leave(edge: Edge, attempt: number, place: boolean): void {
    const { rows } = this;
    if (rows.stands[attempt] === POOL + 1) this.waitedForConnection(attempt);
    if (rows.stands[attempt] !== 0) this.leaveLine(attempt);
    const holds = rows.holds[attempt];
    const client = rows.client[attempt];
    if ((holds & CREDIT) !== 0) this.held[client * GATES + WINDOW]--;
    if ((holds & CONNECTION) !== 0) this.leaveConnection(edge, attempt, client);
    if ((holds & BYTES) !== 0) this.held[client * GATES + BUFFER] -= this.sizeOf(attempt);
    if ((holds & PLACE) !== 0 && place) this.held[client * GATES + BULKHEAD]--;
    rows.holds[attempt] = place ? 0 : holds & PLACE;
    if (edge.connections !== null) this.poolEased(edge, client);
  }

  /** Lets in the next at a gate of a client, if there is room: the attempt, or -1. */
  next(edge: Edge, client: number, gate: number): number {
    const line = client * GATES + gate;
    if (this.waiting[line] === 0) return NONE;
    if (!this.couldLetIn(edge, client, gate)) return NONE;
    const attempt = this.head[line];
    this.leaveLine(attempt);
    if (gate === POOL) return this.connect(edge, attempt) === PASSED ? attempt : NONE;
    this.held[line] += gate === BUFFER ? this.sizeOf(attempt) : 1;
    this.rows.holds[attempt] |= gate === BULKHEAD ? PLACE : gate === BUFFER ? BYTES : CREDIT;
    return attempt;
  }

  /** Who stands first at a rule's gate of a client, -1 for nobody. */
  firstAt(client: number, gate: number): number {
    return this.head[client * GATES + gate];
  }

  /** The first at a rule's gate asks again: PASSED and WAITS as at first, or why it is refused. */
  askAgain(edge: Edge, gate: number, attempt: number): number {
    const client = this.rows.client[attempt];
    const alarm = client * GUARDS + gate;
    if (this.askAlarm[alarm] !== NONE) this.alarms.cancel(this.askAlarm[alarm]);
    this.askAlarm[alarm] = NONE;
    const result = this.ask(edge, gate, attempt);
    if (result === WAITS) this.awaitTurn(edge, gate, client);
    else this.leaveLine(attempt);
    return result;
  }

  /** The alarm of a rule's gate, by `row`, has come: who is to ask again. -1 for nobody. */
  cameToAsk(row: number): number {
    this.askAlarm[row] = NONE;
    return this.firstAt(Math.floor(row / GUARDS), row % GUARDS);
  }

  /** The rules that let an attempt pass hear how it ended for its caller. */
  tellEnded(edge: Edge, attempt: number, outcome: number): void {
    const passed = this.rows.passed[attempt];
    if (passed === 0) return;
    const now = this.clock[0];
    const took = now - this.attempts.times[attempt * TIMES + SENT];
    const how = ENDINGS[outcome] ?? 'given_up';
    for (let gate = 0; gate < GUARDS; gate++) {
      if ((passed & (1 << gate)) === 0) continue;
      const token = this.rows.tokens[attempt * GUARDS + gate];
      this.guardThen(edge, gate, attempt).ended(now, how, took, token);
    }
    this.rows.passed[attempt] = 0;
  }

  /** The rules that let an attempt pass hear that it was never sent. */
  tellStopped(edge: Edge, attempt: number, outcome: number): void {
    const passed = this.rows.passed[attempt];
    if (passed === 0) return;
    const why = LOCALS[outcome] ?? 'given_up';
    for (let gate = 0; gate < GUARDS; gate++) {
      if ((passed & (1 << gate)) === 0) continue;
      const token = this.rows.tokens[attempt * GUARDS + gate];
      this.guardThen(edge, gate, attempt).stopped(this.clock[0], why, token);
    }
    this.rows.passed[attempt] = 0;
  }

  private enterGuarded(edge: Edge, gate: number, attempt: number): number {
    if (edge.guards[gate].length === 0) return PASSED;
    const client = this.rows.client[attempt];
    const waitsAlready = this.waiting[client * GATES + gate] > 0;
    const result = waitsAlready ? WAITS : this.ask(edge, gate, attempt);
    if (result !== WAITS) return result;
    this.joinLine(attempt, gate, edge.guardLines[gate]);
    if (!waitsAlready) this.awaitTurn(edge, gate, client);
    return WAITS;
  }

  private ask(edge: Edge, gate: number, attempt: number): number {
    // Who stood here, and the rule was taken away.
    if (edge.guards[gate].length === 0) return PASSED;
    const { words } = this.attempts;
    this.draw.seek(words[attempt * ROW + HI], words[attempt * ROW + LO], DRAWS[gate]);
    const guard = this.guard(edge, edge, gate, attempt);
    const answer = guard.ask(this.clock[0], unit53(this.draw));
    if (answer === WAIT) return WAITS;
    if (answer !== GO) return REFUSALS[gate];
    this.rows.passed[attempt] |= 1 << gate;
    this.rows.tokens[attempt * GUARDS + gate] = guard.token;
    this.rows.laws[attempt * GUARDS + gate] = edge.law;
    return PASSED;
  }

  /** The first in line asks again when its rule says so. */
  private awaitTurn(edge: Edge, gate: number, client: number): void {
    const at = edge.guards[gate][client - edge.firstClient].askAgainNs;
    if (at === Infinity) return;
    const row = client * GUARDS + gate;
    this.askAlarm[row] = this.alarms.at(Math.max(at, this.clock[0] + 1), ASK_AGAIN, row);
  }

  /** The rule that let an attempt go, at the gate of which others may stand by now. */
  private guardThen(edge: Edge, gate: number, attempt: number): Guard {
    return this.guard(edge, edge.laws[this.rows.laws[attempt * GUARDS + gate]], gate, attempt);
  }

  private guard(edge: Edge, { guards, tenantRates }: Law, gate: number, attempt: number): Guard {
    const client = this.rows.client[attempt] - edge.firstClient;
    if (gate === RATE_LIMIT && tenantRates !== null) {
      return tenantRates.of(client, this.labels.tenantOf(attempt));
    }
    return guards[gate][client];
  }

  /** An operator has changed an edge's gates: no more connections lie idle than there may be. */
  changed(edge: Edge, client: number): void {
    const free = edge.poolSize - this.held[client * GATES + POOL];
    this.idle[client] = Math.max(0, Math.min(this.idle[client], free));
    this.poolEased(edge, client);
  }

  /** Whether more could be let in at a gate. */
  couldLetIn(edge: Edge, client: number, gate: number): boolean {
    const line = client * GATES + gate;
    if (this.waiting[line] === 0) return false;
    const needs = gate === BUFFER ? this.sizeOf(this.head[line]) : 1;
    return this.held[line] + needs <= roomOf(edge, gate);
  }

  /** The line that an attempt stands in, as a number; -1 for none. */
  lineOf(attempt: number): number {
    const stands = this.rows.stands[attempt];
    return stands === 0 ? NONE : this.rows.client[attempt] * GATES + stands - 1;
  }

  /** How many lines there are, and whether anybody stands in one. */
  get lines(): number {
    return this.waiting.length;
  }

  anyWaits(line: number): boolean {
    return this.waiting[line] > 0;
  }

  lineAt(client: number, gate: number): number {
    return client * GATES + gate;
  }

  /** The client of an edge, the edge and the gate of a line. */
  clientOf(line: number): number {
    return Math.floor(line / GATES);
  }

  edgeOfLine(line: number): number {
    return this.edgeOfClient[this.clientOf(line)];
  }

  gateOf(line: number): number {
    return line % GATES;
  }

  /** How many may be past a gate that is not a rule's, less those who are. */
  roomAt(edge: Edge, line: number): number {
    const gate = this.gateOf(line);
    return roomOf(edge, gate) - this.held[line];
  }

  /** How many are past a gate that is not a rule's. */
  heldAt(line: number): number {
    return this.held[line];
  }

  /** Whether the first at a rule's gate asks again by itself. */
  asksAgain(line: number): boolean {
    return this.askAlarm[this.clientOf(line) * GUARDS + this.gateOf(line)] !== NONE;
  }

  /** Whether an attempt has passed a gate of its client, and its end is heard of there. */
  hasPassed(attempt: number, gate: number): boolean {
    if (gate < BULKHEAD) return (this.rows.passed[attempt] & (1 << gate)) !== 0;
    if (gate === BUFFER) return (this.rows.holds[attempt] & BYTES) !== 0;
    const bit = gate === BULKHEAD ? PLACE : gate === POOL ? CONNECTION : CREDIT;
    return (this.rows.holds[attempt] & bit) !== 0;
  }

  /** Counts one that still stands at a gate at the end of the run, at its age. */
  stillStands(attempt: number, nowNs: number): void {
    const gate = this.rows.stands[attempt] - 1;
    if (gate === WINDOW || gate === BUFFER) {
      const since = nowNs - this.attempts.times[attempt * TIMES + STARTED];
      this.recorder.blocked.times.add(this.senderOf(attempt), since);
    }
  }

  private enterBulkhead(edge: Edge, attempt: number): number {
    const { bulkhead } = edge.plan;
    if (bulkhead === null) return PASSED;
    const line = this.rows.client[attempt] * GATES + BULKHEAD;
    if (this.held[line] < bulkhead.concurrent && this.waiting[line] === 0) {
      this.held[line]++;
      this.rows.holds[attempt] |= PLACE;
      return PASSED;
    }
    if (this.waiting[line] >= bulkhead.waiting || bulkhead.waitNs === 0) return BULKHEAD_FULL;
    this.joinLine(attempt, BULKHEAD, edge.placeLine);
    return WAITS;
  }

  /** Kafka's BufferPool: who finds it full waits, first come first served, for `max.block.ms`. */
  private enterBuffer(edge: Edge, attempt: number): number {
    const { buffer } = edge;
    if (buffer === null) return PASSED;
    const line = this.rows.client[attempt] * GATES + BUFFER;
    const size = this.sizeOf(attempt);
    if (this.waiting[line] === 0 && this.held[line] + size <= buffer.bytes) {
      this.held[line] += size;
      this.rows.holds[attempt] |= BYTES;
      return PASSED;
    }
    if (size > buffer.bytes || buffer.maxBlockNs === 0) return REJECTED;
    this.joinLine(attempt, BUFFER, buffer.line);
    this.recorder.blocked.enter(this.senderOf(attempt));
    return WAITS;
  }

  private sizeOf(attempt: number): number {
    return this.sizeBytes[this.attempts.origin(attempt)];
  }

  private enterPool(edge: Edge, attempt: number): number {
    if (edge.connections === null) return PASSED;
    this.attempts.times[attempt * TIMES + CAME] = this.clock[0];
    const line = this.rows.client[attempt] * GATES + POOL;
    if (this.held[line] < edge.poolSize && this.waiting[line] === 0) {
      return this.connect(edge, attempt);
    }
    this.saturation.poolExhausted(edge.index, edge.plan.from);
    if (edge.connections.waitNs === 0) return NO_CONNECTION;
    this.joinLine(attempt, POOL, edge.connectionLine);
    return WAITS;
  }

  /** Takes a connection that is idle, or opens one. */
  private connect(edge: Edge, attempt: number): number {
    const { rows } = this;
    const client = rows.client[attempt];
    this.held[client * GATES + POOL]++;
    rows.holds[attempt] |= CONNECTION;
    if (this.idle[client] > 0) {
      this.idle[client]--;
      this.waitedForConnection(attempt);
      return PASSED;
    }
    if (edge.openLine < 0) {
      this.waitedForConnection(attempt);
      return PASSED;
    }
    rows.holds[attempt] |= OPENING;
    rows.gateAlarm[attempt] = this.alarms.after(edge.openLine, OPENED, attempt);
    return WAITS;
  }

  private leaveConnection(edge: Edge, attempt: number, client: number): void {
    const { rows } = this;
    this.held[client * GATES + POOL]--;
    if ((rows.holds[attempt] & OPENING) === 0) {
      const isOneTooMany = this.held[client * GATES + POOL] + this.idle[client] >= edge.poolSize;
      if (!isOneTooMany) this.idle[client]++;
      return;
    }
    if (rows.gateAlarm[attempt] !== NONE) this.alarms.cancel(rows.gateAlarm[attempt]);
    rows.gateAlarm[attempt] = NONE;
  }

  private enterWindow(edge: Edge, attempt: number): number {
    if (edge.credits === Infinity) return PASSED;
    const line = this.rows.client[attempt] * GATES + WINDOW;
    if (this.held[line] < edge.credits && this.waiting[line] === 0) {
      this.held[line]++;
      this.rows.holds[attempt] |= CREDIT;
      return PASSED;
    }
    this.joinLine(attempt, WINDOW, NONE);
    this.recorder.blocked.enter(this.senderOf(attempt));
    return WAITS;
  }

  /** Stands at a gate from now on, for as long as the timer line says; -1 for as long as it takes. */
  private joinLine(attempt: number, gate: number, timerLine: number): void {
    const { rows } = this;
    const line = rows.client[attempt] * GATES + gate;
    this.attempts.times[attempt * TIMES + STARTED] = this.clock[0];
    rows.stands[attempt] = gate + 1;
    rows.ahead[attempt] = this.tail[line];
    rows.behind[attempt] = NONE;
    if (this.tail[line] === NONE) this.head[line] = attempt;
    else rows.behind[this.tail[line]] = attempt;
    this.tail[line] = attempt;
    this.waiting[line]++;
    if (timerLine >= 0) rows.gateAlarm[attempt] = this.alarms.after(timerLine, WAITED_OUT, attempt);
  }

  private leaveLine(attempt: number): void {
    const { rows } = this;
    const gate = rows.stands[attempt] - 1;
    const line = rows.client[attempt] * GATES + gate;
    const ahead = rows.ahead[attempt];
    const behind = rows.behind[attempt];
    if (ahead === NONE) this.head[line] = behind;
    else rows.behind[ahead] = behind;
    if (behind === NONE) this.tail[line] = ahead;
    else rows.ahead[behind] = ahead;
    this.waiting[line]--;
    rows.stands[attempt] = 0;
    if (rows.gateAlarm[attempt] !== NONE) {
      this.alarms.cancel(rows.gateAlarm[attempt]);
      rows.gateAlarm[attempt] = NONE;
    }
    if (gate === WINDOW || gate === BUFFER) {
      const since = attempt * TIMES + STARTED;
      this.recorder.blocked.leave(this.senderOf(attempt), this.attempts.times, since);
    }
  }

  /** Notes how long an attempt waited for its connection, or until it got none. */
  private waitedForConnection(attempt: number): void {
    const waited = this.clock[0] - this.attempts.times[attempt * TIMES + CAME];
    const edge = this.edgeOfClient[this.rows.client[attempt]];
    this.recorder.poolWaited(edge, this.attempts.epoch(attempt), waited);
  }

  /** Nobody waits for a connection of this client any more. */
  private poolEased(edge: Edge, client: number): void {
    if (this.waiting[client * GATES + POOL] > 0) return;
    if (this.held[client * GATES + POOL] >= edge.poolSize) return;
    this.saturation.poolFree(edge.index, edge.plan.from);
  }
}

/** How much may be past a gate that is not a rule's. */
function roomOf(edge: Edge, gate: number): number {
  if (gate === BULKHEAD) return edge.places;
  if (gate === BUFFER) return edge.buffer?.bytes ?? Infinity;
  return gate === POOL ? edge.poolSize : edge.credits;
}

/** By outcome: how rules hear of it. */
const ENDINGS: Record<number, Ending | undefined> = {
  [OK]: 'ok',
  [TIMEOUT]: 'timeout',
  [DEADLINE]: 'timeout',
  [REJECTED]: 'rejected',
  [EXPIRED]: 'rejected',
  [DROPPED]: 'rejected',
  [ERROR]: 'error',
  [CRASHED]: 'error',
};

const LOCALS: Record<number, Local | undefined> = {
  [THROTTLED]: 'throttled',
  [BREAKER_OPEN]: 'breaker_open',
  [RATE_LIMITED]: 'rate_limited',
  [BULKHEAD_FULL]: 'bulkhead_full',
  [NO_CONNECTION]: 'no_connection',
  [DEADLINE]: 'deadline',
};
