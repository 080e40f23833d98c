import * as facts from '../../model/outcomes.js';
import { OK, OUTCOMES } from '../../model/outcomes.js';
import type { AttemptSeen } from '../../model/sightings.js';
import type { Part } from './part.js';
import type { SightingSince } from './watching.js';

/** "35 ms", "3.1 s", "400 µs": three digits. */
export function duration(ns: number): string {
  if (ns < 1e6) return `${digits(ns / 1e3)} µs`;
  return ns < 1e9 ? `${digits(ns / 1e6)} ms` : `${digits(ns / 1e9)} s`;
}

/** "after 35 ms", "at once" */
function afterText(ns: number): string {
  return ns === 0 ? 'at once' : `after ${duration(ns)}`;
}

export function arrivalText(name: string): string {
  return `${name} arrives`;
}

export function endText(name: string, fate: string, latencyNs: number): string {
  return `${name} ends ${fate}, ${afterText(latencyNs)}`;
}

/** One step of a request's story; null where the next one says it as well. */
export function stepText(sighting: SightingSince, part: Part): string | null {
  const { attempt, kind } = sighting;
  if (attempt === null) return messageText(sighting);
  if (kind === OK) return `${attempt.edge}: ${answerText(sighting, part)}`;
  if (kind < OUTCOMES.length) return `${attempt.edge}: ${failureText(sighting, attempt, part)}`;
  const caller = CALLER.get(kind);
  if (caller !== undefined) {
    const text = caller(sighting, attempt, part);
    return text === null ? null : `${attempt.edge}: ${text}`;
  }
  const callee = CALLEE.get(kind);
  if (callee === undefined) return null;
  const text = callee(sighting, attempt, part);
  return text === null ? null : `${placeText(sighting, attempt)}: ${text}`;
}

type Words = (sighting: SightingSince, attempt: AttemptSeen, part: Part) => string | null;

const CALLER: ReadonlyMap<number, Words> = new Map<number, Words>([
  [facts.FACT_SENT, sentText],
  // How it ended for its caller is the next fact.
  [facts.FACT_GAVE_UP, () => null],
  [facts.FACT_LOST, () => 'lost on its way'],
]);

const CALLEE: ReadonlyMap<number, Words> = new Map<number, Words>([
  [facts.FACT_QUEUED, (_, attempt) => `waits; ${aheadText(attempt)}`],
  [facts.FACT_TOOK_PLACE, () => 'takes the place of an older one with its key'],
  [facts.FACT_JOINED, () => 'joins one with its key that is there already'],
  [facts.FACT_BLOCKED, (_, attempt) => `stands at the door; ${fullText(attempt)}`],
  [facts.FACT_HELD_BACK, () => 'is held back by a rule of admission'],
  [facts.FACT_TURNED_AWAY, (_, attempt) => `is to be refused, which costs work${fullAs(attempt)}`],
  [facts.FACT_REFUSING, () => 'a worker begins to refuse it'],
  [facts.FACT_STARTED, startText],
  [facts.FACT_AWAY, () => 'gives its worker back while its calls are out'],
  [facts.FACT_WENT_ON, () => 'has a worker again'],
  [facts.FACT_LOCK_WAITS, () => 'waits for a lock'],
  [facts.FACT_LOCKED, () => 'has the lock'],
  [facts.FACT_UNLOCKED, () => 'gives the lock back'],
  [facts.FACT_LOCK_LEFT, () => 'waits for the lock no longer'],
  [facts.FACT_COMMITTED, () => 'its effect lasts from now on'],
  [facts.FACT_ENDED, doneText],
]);

const MESSAGES: ReadonlyMap<number, string> = new Map([
  [facts.FACT_PUBLISHED, 'its message is in the queue'],
  [facts.FACT_ACKNOWLEDGED, 'its message is done with'],
  [facts.FACT_DROPPED, 'its message is lost'],
  [facts.FACT_BURIED, 'its message goes to the dead letters'],
  [facts.FACT_REQUEUED, 'its message is back in the queue'],
]);

function messageText({ kind, place }: SightingSince): string | null {
  const text = MESSAGES.get(kind);
  return text === undefined ? null : `${place}: ${text}`;
}

/** "checkout", "checkout, replica 3 of 5" */
function placeText({ place }: SightingSince, { replica, replicas }: AttemptSeen): string {
  return replicas > 1 ? `${place}, replica ${replica + 1} of ${replicas}` : place;
}

function sentText({ atNs }: SightingSince, attempt: AttemptSeen): string {
  const { how, madeNs, number, queue } = attempt;
  const gate = atNs > madeNs ? `, after ${duration(atNs - madeNs)} at its caller's gates` : '';
  const again = number > 1 ? `try ${number} ` : '';
  if (how === 'hedge') return `a copy (hedge) is sent${gate}`;
  if (how === 'delivery') {
    return number > 1 ? `delivered from ${queue}, time ${number}` : `delivered from ${queue}`;
  }
  if (how === 'publish') return `${again}publishes to ${queue}${gate}`;
  return `${again}sent${gate}`;
}

function startText({ atNs }: SightingSince, { cameNs, busy, workers }: AttemptSeen): string {
  const waited = atNs - cameNs;
  if (waited > 0) return `a worker takes it, after ${duration(waited)}`;
  return workers === Infinity
    ? 'work begins'
    : `a free worker takes it (${busy} of ${workers} busy)`;
}

function doneText({ atNs }: SightingSince, attempt: AttemptSeen, part: Part): string | null {
  // Its publisher is told that the queue has the message, which is the next fact.
  if (attempt.how === 'publish') return part.outcome === OK ? null : 'does not take its message';
  const { cameNs, left, startedNs } = attempt;
  if (part.hasStarted) {
    const held = afterText(atNs - startedNs);
    return left ? `done ${held}; nobody waits for it any more` : `done ${held}`;
  }
  const waited = part.inside === null ? 0 : atNs - cameNs;
  const after = waited > 0 ? ` after ${duration(waited)}` : '';
  if (part.outcome === facts.DROPPED) return `thrown out for another${after}`;
  if (part.outcome === facts.EXPIRED) return `too old: out of the line${after}`;
  if (part.outcome === facts.CRASHED) return `the replica is down${after}`;
  if (left) return `out of the line${after}; nobody waits for it any more`;
  return `refused${after}${fullAs(attempt)}`;
}

function answerText({ atNs }: SightingSince, { sentNs }: Part): string {
  return `answered ${afterText(atNs - sentNs)}`;
}

/** Why a try that was never sent was not, by its outcome. */
function unsentText(outcome: number, { atNs, breakerSinceNs }: SightingSince): string | null {
  switch (outcome) {
    case facts.BREAKER_OPEN:
      return breakerSinceNs <= atNs
        ? `not sent: the breaker is open, since ${clock(breakerSinceNs)}`
        : 'not sent: the breaker is open';
    case facts.THROTTLED:
      return 'not sent: throttled by its caller';
    case facts.RATE_LIMITED:
      return "not sent: over its caller's limit of rate";
    case facts.BULKHEAD_FULL:
      return 'not sent: no place in the bulkhead';
    case facts.NO_CONNECTION:
      return 'not sent: no connection to be had';
    default:
      return null;
  }
}

function failureText(sighting: SightingSince, attempt: AttemptSeen, part: Part): string {
  const { atNs, kind } = sighting;
  const took = afterText(atNs - part.sentNs);
  const end = unsentText(kind, sighting) ?? sentFailureText(kind, took, part);
  return end + retryText(sighting, attempt, part);
}

function sentFailureText(outcome: number, took: string, part: Part): string {
  const where = part.whereabouts === '' ? '' : `, ${part.whereabouts}`;
  switch (outcome) {
    case facts.TIMEOUT:
      return `timed out ${took}${where}`;
    case facts.DEADLINE:
      return `given up ${took}: the deadline has come${where}`;
    case facts.GIVEN_UP:
      return `needed no longer, ${took}${where}`;
    case facts.REJECTED:
      return `refused, ${took}`;
    case facts.EXPIRED:
      return `refused as too old, ${took}`;
    case facts.DROPPED:
      return `refused as thrown out, ${took}`;
    case facts.CRASHED:
      return `failed, ${took}: the replica was down`;
    default:
      return `failed, ${took}`;
  }
}

/** When another try follows, or why none does. */
function retryText(
  { atNs, kind }: SightingSince,
  { how, number, retry }: AttemptSeen,
  { triedAgainNs }: Part,
): string {
  if (how !== 'try' && how !== 'publish') return '';
  if (retry === null || kind === facts.GIVEN_UP) return '';
  if (triedAgainNs >= atNs) return `; tried again ${afterText(triedAgainNs - atNs)}`;
  const { attemptsMax, budgetLeft, isRetried } = retry;
  if (attemptsMax <= 1) return '; no retries here';
  if (number >= attemptsMax) return `; it was the last of ${attemptsMax} tries`;
  if (!isRetried) return `; ${OUTCOMES[kind]} is not tried again here`;
  if (budgetLeft < 1) return '; no retry: the budget is empty';
  return '; no retry';
}

function aheadText({ busy, waiting, workers }: AttemptSeen): string {
  const ahead = waiting === 0 ? 'nobody waits yet' : `${waiting} wait already`;
  return workers < Infinity ? `${ahead}, ${busy} of ${workers} workers are busy` : ahead;
}

function fullText({ capacity, waiting }: AttemptSeen): string {
  return `${waiting} wait of ${capacity}`;
}

function fullAs(attempt: AttemptSeen): string {
  const { busy, capacity, waiting, workers } = attempt;
  if (waiting < capacity) return '';
  if (capacity === 0) return `: all ${workers} workers are busy and nobody may wait`;
  return `: the queue is full (${fullText(attempt)}, ${busy} of ${workers} workers are busy)`;
}

/** A moment of the run: "61.204 s". */
export function clock(ns: number): string {
  return `${(ns / 1e9).toFixed(3)} s`;
}

function digits(value: number): string {
  return String(Number(value.toPrecision(3)));
}
