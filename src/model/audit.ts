import { ENDED, FIRSTS, OTHERS } from '../measure/edge-book.js';
import { Histograms } from '../measure/histograms.js';
import { DEGRADED, FAILED, GOOD, LATE, OFFERED, type Recorder } from '../measure/recorder.js';
import { ARRIVALS, ENDS } from '../measure/service-book.js';
import {
  ASIDE,
  type Attempts,
  AWAY,
  BLOCKED,
  CALL,
  CAME,
  DONE,
  HELD_BACK,
  JOINED,
  OUT,
  REPLICA,
  RETURNING,
  ROW,
  SENT,
  SITE,
  STARTED,
  TIMES,
  TURNED_AWAY,
  UNSENT,
  WAITING,
} from './attempts.js';
import type { Calls } from './calls.js';
import type { Memory } from './memory.js';
import { OUTCOMES } from './outcomes.js';
import type { Preemption } from './preemption.js';
import type { Program } from './program.js';
import type { Replicas } from './replicas.js';

const CHECKS = 'health checks';

/** The parts of a world that a reckoning reads. */
export interface Books {
  attempts: Attempts;
  calls: Calls;
  recorder: Recorder;
  program: Program;
  replicas: Replicas;
  preemption: Preemption | null;
  /** Null where nobody counts it. */
  memory: Memory | null;
  /** Null where there are no queues. */
  brokers: {
    readonly publications: {
      hasEnded(call: number): boolean;
      eachOpen(tell: (producer: number, epoch: number, arrivedNs: number) => void): void;
    };
    reckon(): void;
  } | null;
  routeSubject: Int32Array;
  /** Counts one that stands at a gate of its caller, at its age. */
  stillStands(attempt: number): void;
  isWanted(attempt: number): boolean;
  hasFiniteWorkers(component: number): boolean;
  /** Worker time of an attempt under way. */
  workedNs(attempt: number): number;
}

/** What is still under way at the end of a run. */
export interface Remains {
  /** Unfinished requests by producer and epoch. */
  unfinished: Float64Array;
  /** Their ages, by producer and epoch. */
  ages: Histograms;
}

/**
 * Reckons up a run that ends at `now`: what is under way is counted at its age, then every book must
 * balance to the unit: requests, attempts by edge, arrivals by component, and Little's law, area =
 * times present, in integer nanoseconds. A run whose books do not balance is an internal error.
 */
export function reckon(books: Books, now: number): Remains {
  const { calls, recorder } = books;
  const E = recorder.epochs.count;
  const producers = recorder.subjects.producers.length;
  const unfinished = new Float64Array(producers * E);
  const ages = new Histograms(producers * E);
  for (let call = 0; call < calls.used; call++) {
    if (calls.isFree(call) || calls.parent(call) >= 0) continue;
    const begun = calls.begunNs[call];
    const producer = -1 - calls.parent(call);
    // A check of somebody's health is nobody's request.
    if (producer >= producers || books.brokers?.publications.hasEnded(call)) continue;
    const at = producer * E + calls.epoch(call);
    unfinished[at]++;
    ages.record(at, now - begun);
  }
  books.brokers?.publications.eachOpen((producer, epoch, arrivedNs) => {
    unfinished[producer * E + epoch]++;
    ages.record(producer * E + epoch, now - arrivedNs);
  });
  books.brokers?.reckon();
  const present = reckonAttempts(books, now);
  if (books.memory !== null) balanceMemory(books, books.memory);
  balanceRequests(recorder, unfinished);
  balanceEdges(recorder);
  balanceComponents(recorder, present);
  edgesOf(recorder).forEach((name, e) => {
    little(recorder.edges.imbalance(e), name);
  });
  const { components, routes } = recorder.subjects;
  components.forEach(({ name, shares }, c) => {
    little(recorder.services.imbalance(c, shares), name);
    little(recorder.away.imbalance(c), `those away from ${name}`);
    little(recorder.blocked.imbalance(c), `the blocked of ${name}`);
  });
  routes.forEach(({ route }, i) => {
    little(recorder.services.imbalance(components.length + i), `route ${route}`);
    little(recorder.away.imbalance(components.length + i), `those away from route ${route}`);
  });
  recorder.locks.locks.forEach(({ name }, l) => {
    little(recorder.locks.waiting.imbalance(l), `the line of lock ${name}`);
    little(recorder.locks.held.imbalance(l), `the holders of lock ${name}`);
  });
  recorder.subjects.queues.forEach((name, q) => {
    little(recorder.queues.ready.imbalance(q), `queue ${name}`);
    little(recorder.queues.held.imbalance(q), `what is held of queue ${name}`);
  });
  const { unseen } = recorder.subjects;
  const senders = [...recorder.subjects.producers, ...Array(unseen.producers).fill(CHECKS)];
  senders.forEach((name, p) => {
    little(recorder.blocked.imbalance(components.length + p), `the blocked of ${name}`);
  });
  return { unfinished, ages };
}

/**
 * Ages of attempts under way go to the sums of times; returns who stands at each component's door, is
 * held back before it, waits there to be refused, or is run by its caller.
 */
function reckonAttempts(books: Books, now: number): Float64Array {
  const { attempts, calls, recorder, program, replicas } = books;
  const present = new Float64Array(recorder.subjects.components.length);
  for (let a = 0; a < attempts.used; a++) {
    if (attempts.isFree(a)) continue;
    const state = attempts.state(a);
    if (state === UNSENT) {
      books.stillStands(a);
      continue;
    }
    const { times, words } = attempts;
    const site = words[a * ROW + SITE];
    if (!attempts.hasLeft(a)) {
      recorder.edges.stillOut(program.siteEdge[site], now - times[a * TIMES + SENT]);
    }
    const component = replicas.component[words[a * ROW + REPLICA]];
    const route = books.routeSubject[program.siteRoute[site]];
    const since = now - times[a * TIMES + STARTED];
    const worker = books.hasFiniteWorkers(component) && !attempts.isAtCaller(a);
    if (worker) reckonWork(books, a, component);
    if (state === WAITING || state === ASIDE) {
      const since = state === ASIDE ? books.preemption?.asideSince(a) : times[a * TIMES + CAME];
      const age = now - (since as number);
      recorder.services.stillWaits(component, age);
      if (route >= 0) recorder.services.stillWaits(route, age);
    } else if (state === TURNED_AWAY) {
      present[component]++;
    } else if (state === BLOCKED) {
      present[component]++;
      const parent = calls.parent(words[a * ROW + CALL]);
      const sender =
        parent < 0
          ? recorder.subjects.components.length - 1 - parent
          : replicas.component[words[parent * ROW + REPLICA]];
      recorder.blocked.times.add(sender, since);
    } else if (state === HELD_BACK) present[component]++;
    else if (state !== OUT && state !== DONE) {
      if (attempts.isAtCaller(a)) {
        present[component]++;
        continue;
      }
      const subjects = route >= 0 ? [component, route] : [component];
      for (const subject of subjects) {
        if (isAway(state)) recorder.away.times.add(subject, since);
        else recorder.services.stillBusy(subject, since);
      }
    }
  }
  return present;
}

/** Whether an attempt is in the care of its component without a worker of its own, nor in line. */
function isAway(state: number): boolean {
  return state === AWAY || state === RETURNING || state === JOINED;
}

/** Worker time of an attempt that is still under way. */
function reckonWork(books: Books, a: number, component: number): void {
  const { attempts, recorder } = books;
  const state = attempts.state(a);
  if (state === OUT || state === BLOCKED || state === WAITING || state === DONE) return;
  if (state === TURNED_AWAY || state === HELD_BACK || state === JOINED) return;
  const held = books.workedNs(a);
  recorder.work.book(attempts.origin(a), component, attempts.epoch(a), held, books.isWanted(a));
}

function balanceRequests(recorder: Recorder, unfinished: Float64Array): void {
  const E = recorder.epochs.count;
  recorder.subjects.producers.forEach((name, p) => {
    for (let e = 0; e < E; e++) {
      const count = (column: number) => recorder.requests.between(p, column, e, e + 1);
      let ended = count(GOOD) + count(LATE) + count(DEGRADED);
      for (let o = 0; o < OUTCOMES.length; o++) ended += count(FAILED + o);
      equal(count(OFFERED), ended + unfinished[p * E + e], `requests of ${name}`);
    }
  });
}

/** Every edge that is counted, by name. */
function edgesOf({ subjects }: Recorder): string[] {
  return [...subjects.edges, ...Array(subjects.unseen.edges).fill(CHECKS)];
}

function balanceEdges(recorder: Recorder): void {
  edgesOf(recorder).forEach((name, e) => {
    let ended = 0;
    for (let o = 0; o < OUTCOMES.length; o++) ended += recorder.edges.total(e, ENDED + o);
    const sent = recorder.edges.total(e, FIRSTS) + recorder.edges.total(e, OTHERS);
    equal(sent, ended + recorder.edges.outstanding(e), `attempts of ${name}`);
  });
}

function balanceComponents(recorder: Recorder, elsewhere: Float64Array): void {
  recorder.subjects.components.forEach(({ name }, c) => {
    const count = (column: number) => recorder.services.total(c, column);
    const { services, away } = recorder;
    const present = services.waiting(c) + services.busy(c) + away.level[c] + elsewhere[c];
    const left = ENDS.reduce((sum, column) => sum + count(column), 0);
    equal(count(ARRIVALS), left + present, `arrivals at ${name}`);
  });
}

/** Every replica holds the sizes of what is there, to the byte. */
function balanceMemory({ attempts, replicas }: Books, memory: Memory): void {
  const { book } = memory;
  const there = new Float64Array(replicas.count);
  for (let a = 0; a < attempts.used; a++) {
    if (attempts.isFree(a)) continue;
    const state = attempts.state(a);
    if (state === OUT || state === UNSENT || state === DONE) continue;
    there[attempts.placeOf(a)] += memory.sizeOf(a);
  }
  for (let r = 0; r < replicas.count; r++) {
    const component = replicas.component[r];
    if (!book.counts(component)) continue;
    equal(book.bytes[r], book.baseBytes[component] + there[r], `the bytes of replica ${r}`);
  }
}

function little(imbalance: string | null, what: string): void {
  if (imbalance !== null) throw new Error(`Little's law is broken for ${what}: ${imbalance}`);
}

function equal(one: number, other: number, what: string): void {
  if (one !== other) throw new Error(`the ledger does not balance: ${what}: ${one} and ${other}`);
}
