import { HI, LO, ROW } from '../../model/attempts.js';
import { UNFINISHED } from '../../model/fates.js';
import { World } from '../../model/index.js';
import {
  FACT_ACKNOWLEDGED,
  FACT_BREAKER,
  FACT_BURIED,
  FACT_DROPPED,
  FACT_PUBLISHED,
} from '../../model/outcomes.js';
import type { Plan } from '../../model/plan.js';
import { Looker, type Sighting } from '../../model/sightings.js';
import { keyNumber, type SeenWorld, type Witness } from '../../model/witness.js';
import type { Tick } from '../progress.js';
import { optionsFor } from './options.js';

const SLICE_EVENTS = 50_000;
const MESSAGE_ENDS: ReadonlySet<number> = new Set([FACT_ACKNOWLEDGED, FACT_DROPPED, FACT_BURIED]);
/** A breaker's state, as its fact has it. */
const OPEN = 1;

/** A request to be watched: the producer's index and the key. */
export interface Wanted {
  producer: number;
  hi: number;
  lo: number;
}

/** All that was seen of one request in one run. */
export interface Watched {
  wanted: Wanted;
  /** NaN where it never arrives, or has not ended. */
  arrivedNs: number;
  endedNs: number;
  /** As `fateText` reads it. */
  fate: number;
  sightings: SightingSince[];
}

/** A sighting; of a try that a breaker stopped, since when that is open (NaN: not known). */
export interface SightingSince extends Sighting {
  breakerSinceNs: number;
}

/**
 * Runs a plan and watches one request, until all that is done for it is over.
 */
export async function watch(plan: Plan, wanted: Wanted, tick: Tick): Promise<Watched> {
  const watcher = new Watcher(plan, wanted);
  const options = optionsFor(plan, Infinity);
  const world = new World(plan, { ...options, witness: watcher, requests: watcher });
  while (!watcher.isDone && !world.advance(SLICE_EVENTS)) {
    if (!(await tick(world.nowNs))) break;
  }
  return watcher.watched;
}

class Watcher implements Witness {
  readonly watched: Watched;
  private looker!: Looker;
  private world!: SeenWorld;
  /** Rows and keys of their attempts and messages that are under way. */
  private readonly underWay = new Set<number>();
  private readonly breakerOpenNs = new Map<string, number>();

  constructor(
    private readonly plan: Plan,
    wanted: Wanted,
  ) {
    this.watched = { wanted, arrivedNs: NaN, endedNs: NaN, fate: UNFINISHED, sightings: [] };
  }

  /** Whether the request has ended, and nothing is done for it any more. */
  get isDone(): boolean {
    return this.underWay.size === 0 && !Number.isNaN(this.watched.endedNs);
  }

  begins(world: SeenWorld): void {
    this.world = world;
    this.looker = new Looker(world, this.plan);
  }

  begun(
    producer: number,
    _user: number,
    _ordinal: number,
    hi: number,
    lo: number,
    nowNs: number,
  ): void {
    if (this.isWanted(producer, hi, lo)) this.watched.arrivedNs = nowNs;
  }

  ended(producer: number, hi: number, lo: number, fate: number, nowNs: number): void {
    if (!this.isWanted(producer, hi, lo)) return;
    this.watched.endedNs = nowNs;
    this.watched.fate = fate;
  }

  fact(kind: number, hi: number, lo: number): void {
    if (kind === FACT_BREAKER) this.noteBreaker(kind, hi, lo);
    if (!Looker.isOfRequest(kind)) return;
    const { producer, rootHi, rootLo } = this.looker.owner(kind, hi, lo);
    if (!this.isWanted(producer, rootHi, rootLo)) return;
    const sighting = this.looker.sighting(kind, hi, lo);
    const edge = sighting.attempt?.edge ?? '';
    const breakerSinceNs = this.breakerOpenNs.get(edge) ?? NaN;
    this.watched.sightings.push({ ...sighting, breakerSinceNs });
    if (sighting.attempt !== null) this.underWay.add(keyNumber(hi, lo));
    else if (kind === FACT_PUBLISHED) this.underWay.add(keyNumber(hi, lo));
    else if (MESSAGE_ENDS.has(kind)) this.underWay.delete(keyNumber(hi, lo));
  }

  tookAttempt(row: number): void {
    this.looker.tookAttempt(row);
  }

  leftAttempt(row: number): void {
    if (this.underWay.size > 0) {
      const { words } = this.world.attempts;
      this.underWay.delete(keyNumber(words[row * ROW + HI]!, words[row * ROW + LO]!));
    }
    this.looker.leftAttempt(row);
  }

  tookMessage(row: number): void {
    this.looker.tookMessage(row);
  }

  private isWanted(producer: number, hi: number, lo: number): boolean {
    const { wanted } = this.watched;
    return wanted.lo === lo && wanted.hi === hi && wanted.producer === producer;
  }

  private noteBreaker(kind: number, hi: number, lo: number): void {
    const { atNs, hi: client, place } = this.looker.fact(kind, hi, lo);
    if (client % 4 === OPEN) this.breakerOpenNs.set(place, atNs);
  }
}
