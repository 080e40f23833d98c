import { fateText, UNFINISHED } from '../../model/fates.js';
import * as facts from '../../model/outcomes.js';
import { OK, OUTCOMES } from '../../model/outcomes.js';
import { keyNumber } from '../../model/witness.js';
import type { Part } from './part.js';
import type { RequestStory, SpanKind, StorySpan } from './shape.js';
import { arrivalText, endText, stepText } from './step-words.js';
import type { SightingSince, Watched } from './watching.js';

/** One step of a story, told, with what it was told from. */
export interface Told {
  atNs: number;
  text: string;
  sighting: SightingSince | null;
}

/** What opens a span at the callee, and as what. */
const OPENS: ReadonlyMap<number, SpanKind> = new Map<number, SpanKind>([
  [facts.FACT_QUEUED, 'queue'],
  [facts.FACT_TOOK_PLACE, 'queue'],
  [facts.FACT_BLOCKED, 'door'],
  [facts.FACT_HELD_BACK, 'held'],
  [facts.FACT_TURNED_AWAY, 'refusal'],
  [facts.FACT_JOINED, 'joined'],
  [facts.FACT_STARTED, 'work'],
  [facts.FACT_AWAY, 'away'],
  [facts.FACT_WENT_ON, 'work'],
  [facts.FACT_LOCK_WAITS, 'lock'],
  [facts.FACT_LOCKED, 'work'],
]);

const NEVER = { arrivedNs: NaN, endedNs: NaN, fate: UNFINISHED };

/** Tells what was seen of one request (null: it never arrives): in words, and as spans for a picture. */
export class Story {
  readonly told: Told[] = [];
  private readonly spans: StorySpan[] = [];
  private readonly parts = new Map<number, Part>();
  /** Who published a message, by its key. */
  private readonly publishers = new Map<number, StorySpan>();
  private readonly outcomes = new Map<number, number>();
  /** By call: when each of its tries is first seen, by number. */
  private readonly tries = new Map<string, number[]>();

  constructor(
    private readonly watched: Watched | null,
    readonly name: string,
  ) {
    if (watched === null) return;
    const { arrivedNs, endedNs, sightings, wanted } = watched;
    for (const sighting of sightings) this.lookAhead(sighting);
    const root = this.open(null, 'request', name, arrivedNs);
    this.parts.set(keyNumber(wanted.hi, wanted.lo), this.partOf(root, null, arrivedNs));
    this.tell(arrivedNs, arrivalText(name), null);
    let hasEnded = false;
    for (const sighting of sightings) {
      // What ends at the moment of its last fact ends after that.
      if (!hasEnded && endedNs < sighting.atNs) hasEnded = this.end(root);
      this.step(sighting);
    }
    if (!hasEnded && endedNs === endedNs) this.end(root);
  }

  result(): RequestStory {
    const { arrivedNs, endedNs, fate } = this.watched ?? NEVER;
    const seconds = (ns: number): number | null => (Number.isNaN(ns) ? null : ns / 1e9);
    return {
      request: this.name,
      fate: this.watched === null ? 'never arrives' : fateText(fate),
      arrived: seconds(arrivedNs),
      ended: seconds(endedNs),
      latency: seconds(endedNs - arrivedNs),
      spans: this.spans,
      lines: this.told.map(({ atNs, text }) => ({ at: atNs / 1e9, text })),
    };
  }

  /** The step at which the last try of a request, or of a call beneath it, failed; null where none did. */
  decisive(): Told | null {
    if (this.watched === null) return null;
    const { endedNs, wanted } = this.watched;
    const { hi, lo } = wanted;
    const before = this.told.filter(({ atNs }) => !(atNs > endedNs));
    let caller = keyNumber(hi, lo);
    let found: Told | null = null;
    for (;;) {
      const last = before.findLast(({ sighting }) => isFailureOf(sighting, caller));
      if (last === undefined) return found;
      found = last;
      // Of what timed out it is told where it was; what failed, failed by something beneath.
      if (last.sighting!.kind !== facts.ERROR) return found;
      caller = keyNumber(last.sighting!.hi, last.sighting!.lo);
    }
  }

  private end(root: StorySpan): true {
    const { arrivedNs, endedNs, fate } = this.watched ?? NEVER;
    root.to = endedNs / 1e9;
    root.outcome = fateText(fate);
    this.tell(endedNs, endText(this.name, fateText(fate), endedNs - arrivedNs), null);
    return true;
  }

  private lookAhead({ atNs, attempt, hi, kind, lo }: SightingSince): void {
    if (attempt === null) return;
    if (kind < OUTCOMES.length) this.outcomes.set(keyNumber(hi, lo), kind);
    const tries = this.tries.get(callOf(attempt)) ?? [];
    tries[attempt.number] ??= atNs;
    this.tries.set(callOf(attempt), tries);
  }

  private step(sighting: SightingSince): void {
    const { attempt, atNs, hi, kind, lo, place } = sighting;
    const key = keyNumber(hi, lo);
    if (attempt === null) {
      this.messageStep(sighting, key);
      return;
    }
    const part = this.parts.get(key) ?? this.begins(sighting, key);
    if (kind > OK && kind < OUTCOMES.length) part.whereabouts = this.whereabouts(part);
    this.tell(atNs, stepText(sighting, part), sighting);
    const opens = OPENS.get(kind);
    if (kind === facts.FACT_STARTED) part.hasStarted = true;
    if (opens !== undefined) {
      this.close(part, atNs);
      part.inside = this.open(part.span, opens, place, atNs);
      if (attempt.replicas > 1) part.inside.replica = attempt.replica + 1;
    } else if (kind === facts.FACT_ENDED || kind === facts.FACT_LOCK_LEFT) this.close(part, atNs);
    else if (kind < OUTCOMES.length) {
      part.span.to = atNs / 1e9;
      part.span.outcome = OUTCOMES[kind]!;
      if (attempt.replicas > 1) part.span.replica = attempt.replica + 1;
    } else if (kind === facts.FACT_LOST) part.span.outcome = 'lost';
  }

  /** An attempt is seen first: it sets out, or is refused at a gate of its caller. */
  private begins({ attempt, atNs }: SightingSince, key: number): Part {
    const { callerKey, edge, how, madeNs, messageKey, number } = attempt!;
    const parent = this.parts.get(callerKey)?.span ?? this.spans[0]!;
    const span = this.open(parent, how, edge, madeNs);
    span.number = number;
    if (atNs > madeNs) {
      const gate = this.open(span, 'gate', edge, madeNs);
      gate.to = atNs / 1e9;
    }
    if (messageKey === messageKey) this.publishers.set(messageKey, span);
    const part = this.partOf(span, this.outcomes.get(key) ?? null, atNs);
    part.triedAgainNs = this.tries.get(callOf(attempt!))?.[number + 1] ?? NaN;
    this.parts.set(key, part);
    return part;
  }

  /** Where the work for an attempt is: at its callee, or in what that calls. */
  private whereabouts(part: Part): string {
    const { inside, span } = part;
    if (inside === null) return '';
    const calls = [...this.parts.values()].filter((one) => one.span.parent === span.id);
    const open = calls.findLast((one) => one.span.to === null && one.span.kind !== 'message');
    if (open === undefined) return `${STILL[inside.kind] ?? 'still'} at ${inside.place}`;
    return this.whereabouts(open) || `still waiting for ${open.span.place}`;
  }

  private messageStep(sighting: SightingSince, key: number): void {
    const { atNs, kind, place } = sighting;
    const known = this.parts.get(key);
    const parent = this.publishers.get(key) ?? this.spans[0]!;
    const part =
      known === undefined || known.span.place !== place
        ? this.partOf(this.open(parent, 'message', place, atNs), null, atNs)
        : known;
    this.parts.set(key, part);
    this.tell(atNs, stepText(sighting, part), sighting);
    const ends = MESSAGE_OUTCOMES.get(kind);
    if (ends === undefined) return;
    part.span.to = atNs / 1e9;
    part.span.outcome = ends;
  }

  private open(parent: StorySpan | null, kind: SpanKind, place: string, fromNs: number): StorySpan {
    const id = this.spans.length;
    const from = fromNs / 1e9;
    const span = { id, parent: parent?.id ?? null, kind, place, from, to: null, outcome: null };
    this.spans.push(span);
    return span;
  }

  private close(part: Part, atNs: number): void {
    if (part.inside !== null) part.inside.to = atNs / 1e9;
    part.inside = null;
  }

  private partOf(span: StorySpan, outcome: number | null, sentNs: number): Part {
    return {
      span,
      inside: null,
      outcome,
      hasStarted: false,
      sentNs,
      triedAgainNs: NaN,
      whereabouts: '',
    };
  }

  private tell(atNs: number, text: string | null, sighting: SightingSince | null): void {
    if (text !== null) this.told.push({ atNs, text, sighting });
  }
}

const STILL: { readonly [kind in SpanKind]?: string } = {
  queue: 'still in line',
  door: 'still at the door',
  held: 'still held back',
  refusal: 'still to be refused',
  joined: 'still waiting with another',
  work: 'still at work',
  away: 'still without a worker',
  lock: 'still waiting for a lock',
};

const MESSAGE_OUTCOMES: ReadonlyMap<number, string> = new Map([
  [facts.FACT_ACKNOWLEDGED, 'acknowledged'],
  [facts.FACT_DROPPED, 'lost'],
  [facts.FACT_BURIED, 'dead-lettered'],
]);

/** Tries of one caller on one edge; copies are of their try. */
function callOf({ callerKey, edge }: NonNullable<SightingSince['attempt']>): string {
  return `${callerKey} ${edge}`;
}

function isFailureOf(sighting: SightingSince | null, caller: number): boolean {
  if (sighting === null || sighting.attempt?.callerKey !== caller) return false;
  return sighting.kind > OK && sighting.kind < OUTCOMES.length && sighting.kind !== facts.GIVEN_UP;
}
