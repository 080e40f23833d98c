import * as facts from '../../model/outcomes.js';
import { OUTCOMES } from '../../model/outcomes.js';
import type { Divergence, OwnedFact, Parting } from './abreast.js';
import type { PartingTold } from './shape.js';
import { clock } from './step-words.js';
import type { Story, Told } from './story.js';

/** Names of the two runs. */
export type Names = readonly [string, string];

/** What the request of a fact in one of the runs is called; null where it is nobody's. */
export type NameOf = (fact: OwnedFact, side: number) => string | null;

/**
 * Why a request fared otherwise in the second run than in the first: where its two stories part, and
 * what made it fail where it did.
 */
export function causeOf(stories: readonly [Story, Story], names: Names): string[] {
  const [a, b] = stories;
  const lines: string[] = [];
  const parting = firstDifference(a.told, b.told);
  if (parting !== null) {
    const told = parting.map((step, side) => `under ${names[side]!} ${stepSaid(step)}`);
    lines.push(`its ways part: ${told.join('; ')}`);
  }
  stories.forEach((story, side) => {
    const last = story.decisive();
    if (last === null || parting?.[side] === last) return;
    lines.push(`in the end, under ${names[side]!}: at ${clock(last.atNs)} ${last.text}`);
  });
  return lines;
}

/** The first step that two stories do not share: what each does instead; null where one ends. */
function firstDifference(
  a: readonly Told[],
  b: readonly Told[],
): [Told | null, Told | null] | null {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [x, y] = [a[i], b[i]];
    if (x !== undefined && y !== undefined && isSame(x, y)) continue;
    return [x ?? null, y ?? null];
  }
  return null;
}

/** Whether two steps are the same; those that fail only where they lead to the same. */
function isSame(x: Told, y: Told): boolean {
  const [a, b] = [x.sighting, y.sighting];
  if (x.atNs !== y.atNs) return false;
  if (a === null || b === null) return a === b && x.text === y.text;
  if (a.kind !== b.kind || a.hi !== b.hi || a.lo !== b.lo) return false;
  return a.kind >= OUTCOMES.length || x.text === y.text;
}

function stepSaid(step: Told | null): string {
  return step === null ? 'nothing more happens' : `at ${clock(step.atNs)} ${step.text}`;
}

/** Where two runs part, in words. */
export function partingTold(
  { first, places }: Parting,
  names: Names,
  nameOf: NameOf,
): PartingTold | null {
  if (first === null) return null;
  const words = (divergence: Divergence): string => divergenceText(divergence, names, nameOf);
  return {
    at: first.atNs / 1e9,
    text: words(first),
    request: requestOf(first, nameOf),
    ways: null,
    places: places
      .filter(({ place }) => place !== '')
      .map(({ place, divergence }) => ({
        place,
        at: divergence.atNs / 1e9,
        text: words(divergence),
      })),
  };
}

/** The first fact of a difference that is about a request. */
export function factOf({ only }: Divergence): { fact: OwnedFact; side: number } | null {
  for (const [side, facts] of only.entries()) {
    const fact = facts.find(({ owner }) => owner.producer >= 0);
    if (fact !== undefined) return { fact, side };
  }
  return null;
}

function requestOf(divergence: Divergence, nameOf: NameOf): string | null {
  const concerned = factOf(divergence);
  return concerned === null ? null : nameOf(concerned.fact, concerned.side);
}

function divergenceText({ only }: Divergence, names: Names, nameOf: NameOf): string {
  const told = only.flatMap((facts, side) => {
    const [first] = facts;
    if (first === undefined) return [];
    return [`under ${names[side]!} ${factText(first, nameOf(first, side))}`];
  });
  return told.length === 1 ? `only ${told[0]!}` : told.join(', ');
}

const FACTS: ReadonlyMap<number, string> = new Map([
  [facts.FACT_SENT, 'is sent over'],
  [facts.FACT_LOST, 'is lost on'],
  [facts.FACT_GAVE_UP, 'is given up on'],
  [facts.FACT_QUEUED, 'begins to wait at'],
  [facts.FACT_STARTED, 'gets a worker at'],
  [facts.FACT_BLOCKED, 'stands at the door of'],
  [facts.FACT_ENDED, 'is over at'],
  [facts.FACT_AWAY, 'gives its worker back at'],
  [facts.FACT_WENT_ON, 'has a worker again at'],
  [facts.FACT_JOINED, 'joins another one at'],
  [facts.FACT_TOOK_PLACE, 'takes the place of an older one at'],
  [facts.FACT_COMMITTED, 'has a lasting effect at'],
  [facts.FACT_HELD_BACK, 'is held back at'],
  [facts.FACT_TURNED_AWAY, 'is to be refused at'],
  [facts.FACT_REFUSING, 'is being refused at'],
  [facts.FACT_LOCK_WAITS, 'waits for a lock at'],
  [facts.FACT_LOCKED, 'has a lock at'],
  [facts.FACT_UNLOCKED, 'gives a lock back at'],
  [facts.FACT_LOCK_LEFT, 'waits for a lock no longer at'],
  [facts.FACT_PUBLISHED, 'is published to'],
  [facts.FACT_ACKNOWLEDGED, 'is done with in'],
  [facts.FACT_DROPPED, 'is lost from'],
  [facts.FACT_BURIED, 'goes to the dead letters from'],
  [facts.FACT_REQUEUED, 'is back in'],
]);

/** Facts of components, queues and edges; `k` is what the fact says beside its place. */
const EVENTS: ReadonlyMap<number, (place: string, k: number) => string> = new Map([
  [facts.FACT_BREAKER, (place, k) => `a breaker of ${place} is ${BREAKER[k % 4] ?? 'changed'}`],
  [facts.FACT_EJECTED, (place) => `a replica is ejected by a caller of ${place}`],
  [facts.FACT_TAKEN_BACK, (place) => `a replica is taken back by a caller of ${place}`],
  [
    facts.FACT_EJECTED_BY_CHECK,
    (place, k) => `health checks take replica ${k + 1} of ${place} out`,
  ],
  [facts.FACT_TAKEN_BACK_BY_CHECK, (place, k) => `health checks take ${k + 1} of ${place} back`],
  [facts.FACT_RULE, (place) => `a rule of admission of ${place} changes its state`],
  [facts.FACT_SCALED, (place, k) => `${place} is to have ${k} replicas`],
  [facts.FACT_READY, (place, k) => `replica ${k + 1} of ${place} is ready`],
  [facts.FACT_GONE, (place, k) => `replica ${k + 1} of ${place} is gone`],
  [facts.FACT_FLUSHED, (place, k) => `the cache of replica ${k + 1} of ${place} is emptied`],
  [facts.FACT_CRASHED, (place, k) => `replica ${k + 1} of ${place} crashes`],
  [facts.FACT_RESTARTED, (place, k) => `replica ${k + 1} of ${place} is up again`],
  [facts.FACT_REQUESTED, (place) => `${place} asks for more`],
  [facts.FACT_FORGOT, (place) => `${place} forgets to ask for more`],
  [facts.FACT_JOINED_GROUP, (place) => `a replica of ${place} joins its group`],
  [facts.FACT_LEFT_GROUP, (place) => `a replica of ${place} leaves its group`],
  [facts.FACT_ASSIGNED, (place) => `partitions are given out to ${place}`],
  [facts.FACT_OVERFLOWED, (place) => `${place} overflows`],
  [facts.FACT_PUBLISHERS_BLOCKED, (place) => `who publishes to ${place} is blocked`],
  [facts.FACT_PUBLISHERS_FREE, (place) => `who publishes to ${place} is free again`],
  [facts.FACT_FAULT_ON, (place) => `a fault begins (${place})`],
  [facts.FACT_FAULT_OFF, (place) => `a fault ends (${place})`],
]);

const BREAKER: readonly string[] = ['closed', 'open', 'half open'];

function factText({ hi, kind, place }: OwnedFact, request: string | null): string {
  const event = EVENTS.get(kind);
  if (event !== undefined) return event(place, hi);
  const whose = request ?? 'a health check';
  if (kind < OUTCOMES.length) return `an attempt of ${whose} on ${place} ends ${OUTCOMES[kind]!}`;
  return `${whose} ${FACTS.get(kind) ?? 'does something at'} ${place}`;
}
