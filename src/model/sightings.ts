import { deriveHi, deriveLo } from '../kernel/draws.js';
import { BITS, CALL, CAME, HEDGE, LEFT, REPLICA, ROW, SITE, STARTED, TIMES } from './attempts.js';
import { M_ROOT_HI, M_ROOT_LO } from './brokers/messages.js';
import { CALL_ROW, CALLER_HI, CALLER_LO } from './calls.js';
import type { Edge } from './edges.js';
import * as facts from './outcomes.js';
import { OK, OUTCOMES } from './outcomes.js';
import type { Plan } from './plan.js';
import { retriesLeft } from './purses.js';
import { keyNumber, RowsByKey, type SeenWorld } from './witness.js';

const NONE = -1;

/** What the identity of a fact is: of an attempt (as its caller or its callee sees it), of a message… */
type Subject =
  | 'caller'
  | 'callee'
  | 'message'
  | 'component'
  | 'queue'
  | 'edge'
  | 'client'
  | 'fault';

const SUBJECTS: ReadonlyMap<number, Subject> = subjects({
  caller: [facts.FACT_SENT, facts.FACT_GAVE_UP, facts.FACT_LOST, ...OUTCOMES.keys()],
  callee: [
    ...[facts.FACT_QUEUED, facts.FACT_STARTED, facts.FACT_BLOCKED, facts.FACT_ENDED],
    ...[facts.FACT_AWAY, facts.FACT_WENT_ON, facts.FACT_JOINED, facts.FACT_TOOK_PLACE],
    ...[facts.FACT_COMMITTED, facts.FACT_HELD_BACK, facts.FACT_TURNED_AWAY, facts.FACT_REFUSING],
    ...[facts.FACT_LOCK_WAITS, facts.FACT_LOCKED, facts.FACT_UNLOCKED, facts.FACT_LOCK_LEFT],
  ],
  message: [
    ...[facts.FACT_PUBLISHED, facts.FACT_ACKNOWLEDGED, facts.FACT_DROPPED, facts.FACT_BURIED],
    facts.FACT_REQUEUED,
  ],
  component: [
    ...[facts.FACT_EJECTED_BY_CHECK, facts.FACT_TAKEN_BACK_BY_CHECK, facts.FACT_RULE],
    ...[facts.FACT_SCALED, facts.FACT_READY, facts.FACT_GONE, facts.FACT_FLUSHED],
    ...[facts.FACT_CRASHED, facts.FACT_RESTARTED, facts.FACT_REQUESTED, facts.FACT_FORGOT],
    ...[facts.FACT_JOINED_GROUP, facts.FACT_LEFT_GROUP, facts.FACT_ASSIGNED],
  ],
  queue: [facts.FACT_OVERFLOWED, facts.FACT_PUBLISHERS_BLOCKED, facts.FACT_PUBLISHERS_FREE],
  edge: [facts.FACT_BREAKER],
  client: [facts.FACT_EJECTED, facts.FACT_TAKEN_BACK],
  fault: [facts.FACT_FAULT_ON, facts.FACT_FAULT_OFF],
});

/** A fact and where it was: the same in every run that does the same, however its parts are numbered. */
export interface Fact {
  atNs: number;
  kind: number;
  /** An attempt's or a message's key; of anything else what it says of its place, and 0. */
  hi: number;
  lo: number;
  /** "web -> checkout" for what its caller sees, "checkout" for what its callee does; a queue. */
  place: string;
}

/** Whose request a fact is about. */
export interface Owner {
  /** Index in the plan; -1 where it is nobody's, or a health check's. */
  producer: number;
  rootHi: number;
  rootLo: number;
}

/** One fact of an attempt or a message, with what stood around it at that moment. */
export interface Sighting extends Fact {
  /** Of a message: none of the rest. */
  attempt: AttemptSeen | null;
}

export interface AttemptSeen {
  edge: string;
  /** The queue that it publishes to, or that delivers it; null for a call. */
  queue: string | null;
  how: 'try' | 'hedge' | 'delivery' | 'publish';
  /** Which try of its call, or delivery of its message, from 1. */
  number: number;
  /** The key of who calls: the request's, an attempt's, or a message's; and of what it publishes. */
  callerKey: number;
  messageKey: number;
  /** When it was made; it may have stood at gates of its caller since. */
  madeNs: number;
  /** When it came to its callee, and when it got its worker, as far as it has. */
  cameNs: number;
  startedNs: number;
  /** Whether its caller had let go of it. */
  left: boolean;
  /** Its replica, from 0, of how many there can be. */
  replica: number;
  replicas: number;
  /** There: how many wait and how many may, how many workers are busy and how many there are. */
  waiting: number;
  capacity: number;
  busy: number;
  workers: number;
  retry: RetrySeen | null;
}

/** Of an attempt that has failed: whether it could have been tried again. */
export interface RetrySeen {
  /** Tries that its call may make. */
  attemptsMax: number;
  /** Whether what it ended with is tried again at all. */
  isRetried: boolean;
  /** Retries that the budget lets out; NaN where there is none. */
  budgetLeft: number;
}

/** Looks at a world at the moment of a fact. To be told of rows as a witness is. */
export class Looker {
  private readonly attempts: RowsByKey;
  private readonly messages: RowsByKey | null;
  /** By attempt's row, from when it was made. */
  private readonly call: number[] = [];
  private readonly number: number[] = [];
  private readonly callerHi: number[] = [];
  private readonly callerLo: number[] = [];
  private readonly madeNs: number[] = [];

  constructor(
    private readonly world: SeenWorld,
    private readonly plan: Plan,
  ) {
    this.attempts = RowsByKey.ofAttempts(world.attempts, (row) => this.register(row));
    this.messages = world.brokers === null ? null : RowsByKey.ofMessages(world.brokers.messages);
  }

  tookAttempt(row: number): void {
    this.madeNs[row] = this.world.kernel.now;
    this.attempts.took(row);
  }

  leftAttempt(row: number): void {
    this.attempts.left(row);
  }

  tookMessage(row: number): void {
    this.messages?.took(row);
  }

  /** A fact of this moment, told by names. */
  fact(kind: number, hi: number, lo: number): Fact {
    const atNs = this.world.kernel.now;
    switch (SUBJECTS.get(kind)) {
      case 'caller':
        return { atNs, kind, hi, lo, place: this.edgeOf(this.attempts.find(hi, lo)) };
      case 'callee':
        return { atNs, kind, hi, lo, place: this.calleeOf(this.attempts.find(hi, lo)) };
      case 'message':
        return { atNs, kind, hi, lo, place: this.queueOf(hi, lo) };
      case 'component':
        return { atNs, kind, hi: lo, lo: 0, place: this.componentName(hi) };
      case 'queue':
        return { atNs, kind, hi: lo, lo: 0, place: this.plan.queues[hi].name };
      case 'edge':
        return { atNs, kind, hi: lo, lo: 0, place: this.edges[hi].plan.name };
      case 'fault':
        return { atNs, kind, hi: lo, lo: 0, place: this.plan.faults[hi].text };
      case 'client':
        return this.ofClient(kind, hi, lo);
      default:
        throw new Error(`nobody knows a fact of kind ${kind}`);
    }
  }

  /** Whose request the attempt or message of a fact is for. */
  owner(kind: number, hi: number, lo: number): Owner {
    const subject = SUBJECTS.get(kind);
    const nobody = { producer: NONE, rootHi: 0, rootLo: 0 };
    if (subject === 'message') {
      const row = this.messages?.find(hi, lo) ?? NONE;
      const messages = this.world.brokers?.messages;
      if (row === NONE || messages === undefined) return nobody;
      const [rootHi, rootLo] = [messages.get(row, M_ROOT_HI), messages.get(row, M_ROOT_LO)];
      return this.ownerBy(messages.origin(row), rootHi, rootLo);
    }
    if (subject !== 'caller' && subject !== 'callee') return nobody;
    const row = this.attempts.find(hi, lo);
    if (row === NONE) return nobody;
    const { attempts } = this.world;
    return this.ownerBy(attempts.origin(row), attempts.rootHi[row], attempts.rootLo[row]);
  }

  /** Whether a fact is about an attempt or a message, and so about a request. */
  static isOfRequest(kind: number): boolean {
    const subject = SUBJECTS.get(kind);
    return subject === 'caller' || subject === 'callee' || subject === 'message';
  }

  /** The same with all that stood around it. */
  sighting(kind: number, hi: number, lo: number): Sighting {
    const fact = this.fact(kind, hi, lo);
    const isMessage = SUBJECTS.get(kind) === 'message';
    const row = isMessage ? NONE : this.attempts.find(hi, lo);
    return { ...fact, attempt: row === NONE ? null : this.attemptSeen(row, kind) };
  }

  private get edges(): readonly Edge[] {
    return this.world.sending.edges;
  }

  private register(row: number): void {
    const { attempts, calls } = this.world;
    const call = attempts.words[row * ROW + CALL];
    this.call[row] = call;
    this.number[row] = calls.tries(call);
    this.callerHi[row] = calls.words[call * CALL_ROW + CALLER_HI];
    this.callerLo[row] = calls.words[call * CALL_ROW + CALLER_LO];
  }

  private attemptSeen(row: number, kind: number): AttemptSeen {
    const { attempts, program, services } = this.world;
    const { replicas } = services;
    const words = attempts.words.subarray(row * ROW, (row + 1) * ROW);
    const edge = this.edges[program.siteEdge[words[SITE]]];
    const replica = words[REPLICA];
    const component = replicas.component[replica];
    const [hi, lo] = [this.callerHi[row], this.callerLo[row]];
    const tag = program.siteTag[words[SITE]];
    const consumes = this.plan.components[component]?.consumes?.queue ?? NONE;
    const queue = edge.isDelivery ? consumes : edge.queue;
    const tried = (words[BITS] & HEDGE) === 0 ? 'try' : 'hedge';
    return {
      edge: edge.plan.name,
      queue: queue === NONE ? null : this.plan.queues[queue].name,
      how: edge.isDelivery ? 'delivery' : edge.queue >= 0 ? 'publish' : tried,
      number: this.number[row],
      callerKey: keyNumber(hi, lo),
      messageKey: edge.queue >= 0 ? keyNumber(deriveHi(hi, lo, tag), deriveLo(hi, lo, tag)) : NaN,
      madeNs: this.madeNs[row],
      cameNs: attempts.times[row * TIMES + CAME],
      startedNs: attempts.times[row * TIMES + STARTED],
      left: (words[BITS] & LEFT) !== 0,
      replica: replica - replicas.first[component],
      replicas: replicas.size(component),
      waiting: replicas.waitingAt(replica),
      capacity: services.admission.capacityOf(component),
      busy: replicas.workers[replica] - replicas.freeWorkers[replica],
      workers: replicas.workers[replica],
      retry: kind > OK && kind < OUTCOMES.length ? this.retrySeen(row, edge, kind) : null,
    };
  }

  private retrySeen(row: number, edge: Edge, outcome: number): RetrySeen {
    const isRetried = edge.retries[outcome] === 1;
    const { attemptsMax } = edge;
    return { attemptsMax, isRetried, budgetLeft: this.budgetLeft(edge, this.call[row]) };
  }

  private budgetLeft(edge: Edge, call: number): number {
    const { calls, kernel, sending } = this.world;
    if (edge.purses.length === 0 || calls.isFree(call)) return NaN;
    if (edge.sharesBudget) return retriesLeft(edge, kernel.now);
    const purse = edge.purses[sending.routing.client(edge, calls.parent(call), call)];
    return purse.budget?.left(kernel.now, purse.out, purse.retries) ?? NaN;
  }

  private ownerBy(origin: number, rootHi: number, rootLo: number): Owner {
    const producer = origin < this.plan.producers.length ? origin : NONE;
    return { producer, rootHi, rootLo };
  }

  private edgeOf(row: number): string {
    if (row === NONE) return '';
    const { attempts, program } = this.world;
    return this.edges[program.siteEdge[attempts.words[row * ROW + SITE]]].plan.name;
  }

  private calleeOf(row: number): string {
    if (row === NONE) return '';
    const { attempts, services } = this.world;
    return this.componentName(services.replicas.component[attempts.words[row * ROW + REPLICA]]);
  }

  /** Counters of queues follow the components, in the order of the queues. */
  private componentName(component: number): string {
    const { components, queues } = this.plan;
    const of = components[component] ?? queues[component - components.length];
    return of.name;
  }

  private queueOf(hi: number, lo: number): string {
    const messages = this.world.brokers?.messages;
    const row = this.messages?.find(hi, lo) ?? NONE;
    if (row === NONE || messages === undefined) return '';
    return this.plan.queues[messages.queue(row)].name;
  }

  /** A client of an edge, and a replica of its callee. */
  private ofClient(kind: number, client: number, replica: number): Fact {
    const atNs = this.world.kernel.now;
    const edge = this.edges.findLast(({ firstClient }) => firstClient <= client) as Edge;
    const place = edge.plan.name;
    const [hi, lo] = [client - edge.firstClient, replica - edge.firstReplica];
    return { atNs, kind, hi, lo, place };
  }
}

function subjects(lists: Record<Subject, readonly number[]>): Map<number, Subject> {
  const known = new Map<number, Subject>();
  for (const [subject, kinds] of Object.entries(lists)) {
    for (const kind of kinds) known.set(kind, subject as Subject);
  }
  return known;
}
