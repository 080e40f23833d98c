import { World } from '../../model/index.js';
import type { Plan } from '../../model/plan.js';
import { type Fact, Looker, type Owner } from '../../model/sightings.js';
import type { SeenWorld, Witness } from '../../model/witness.js';
import type { Tick } from '../progress.js';
import { optionsFor } from './options.js';

/** Events of one of two runs before the other one follows. */
const SLICE_EVENTS = 5_000;

/** A fact with the request that it is about. */
export interface OwnedFact extends Fact {
  owner: Owner;
  /** Which fact of its run it is. */
  serial: number;
}

/** The first moment at which two runs, or what happens at one place of both, differ. */
export interface Divergence {
  atNs: number;
  /** What happened then in one of the runs only, in its order. */
  only: [OwnedFact[], OwnedFact[]];
}

/** What two runs differ in. */
export interface Parting {
  /** Null where they do the same as far as was looked. */
  first: Divergence | null;
  /** By place, in the order of time: where the difference came to, and when. */
  places: { place: string; divergence: Divergence }[];
}

/**
 * Runs two plans side by side until a moment, and finds where they part: no more is kept of either
 * than what the other has not come to yet. What happens at one nanosecond is the same in both if it is
 * the same in any order.
 */
export async function abreast(
  plans: readonly [Plan, Plan],
  untilNs: number,
  tick: Tick,
): Promise<Parting> {
  const streams = new Streams();
  const sides = plans.map((plan, side) => new Side(plan, side, streams)) as [Side, Side];
  let slices = 0;
  for (;;) {
    const behind = sides[0].reachedNs <= sides[1].reachedNs ? sides[0] : sides[1];
    if (behind.reachedNs === Infinity || behind.reachedNs > untilNs) break;
    behind.advance();
    streams.compare(Math.min(sides[0].reachedNs, sides[1].reachedNs));
    if (++slices % 20 === 0 && !(await tick(behind.reachedNs))) break;
  }
  streams.compare(Math.min(untilNs + 1, sides[0].reachedNs, sides[1].reachedNs));
  return streams.parting();
}

/** One of the two runs. */
class Side implements Witness {
  private looker!: Looker;
  private readonly world: World;
  private isOver = false;
  private facts = 0;

  constructor(
    private readonly plan: Plan,
    private readonly side: number,
    private readonly streams: Streams,
  ) {
    this.world = new World(plan, { ...optionsFor(plan, Infinity), witness: this });
  }

  /** Everything before this has happened; Infinity when the run is over. */
  get reachedNs(): number {
    return this.isOver ? Infinity : this.world.nowNs;
  }

  advance(): void {
    this.isOver = this.world.advance(SLICE_EVENTS);
  }

  begins(world: SeenWorld): void {
    this.looker = new Looker(world, this.plan);
  }

  fact(kind: number, hi: number, lo: number): void {
    const { atNs, hi: one, lo: other, place } = this.looker.fact(kind, hi, lo);
    const owner = this.looker.owner(kind, hi, lo);
    const serial = this.facts++;
    this.streams.add(this.side, { atNs, kind, hi: one, lo: other, place, owner, serial });
  }

  tookAttempt(row: number): void {
    this.looker.tookAttempt(row);
  }

  leftAttempt(row: number): void {
    this.looker.leftAttempt(row);
  }

  tookMessage(row: number): void {
    this.looker.tookMessage(row);
  }
}

/** The facts of two runs: all of them, and from where they part those at each place. */
class Streams {
  private readonly whole = new Stream();
  private readonly byPlace = new Map<string, Stream>();

  add(side: number, fact: OwnedFact): void {
    if (this.whole.divergence === null) this.whole.add(side, fact);
    else this.addAtPlace(side, fact);
  }

  /** Compares what happened before a moment, to which both runs have come. */
  compare(beforeNs: number): void {
    const { whole } = this;
    if (whole.divergence === null) {
      whole.compare(beforeNs);
      if (whole.divergence === null) return;
      // What was the same as a whole was the same at each place.
      for (const [side, facts] of whole.rest.entries()) {
        for (const fact of facts) this.addAtPlace(side, fact);
      }
    }
    for (const stream of this.byPlace.values()) stream.compare(beforeNs);
  }

  parting(): Parting {
    const places = [...this.byPlace].flatMap(([place, { divergence }]) =>
      divergence === null ? [] : [{ place, divergence }],
    );
    places.sort((a, b) => serialOf(a.divergence) - serialOf(b.divergence));
    return { first: this.whole.divergence, places };
  }

  private addAtPlace(side: number, fact: OwnedFact): void {
    const stream = this.byPlace.get(fact.place) ?? new Stream();
    this.byPlace.set(fact.place, stream);
    stream.add(side, fact);
  }
}

class Stream {
  divergence: Divergence | null = null;
  /** What was added and not found the same; of one that parts, from where it does. */
  rest: readonly OwnedFact[][] = [];
  private readonly facts: [OwnedFact[], OwnedFact[]] = [[], []];

  add(side: number, fact: OwnedFact): void {
    if (this.divergence === null) this.facts[side]!.push(fact);
  }

  compare(beforeNs: number): void {
    if (this.divergence !== null) return;
    const [a, b] = this.facts;
    let [i, j] = [0, 0];
    for (;;) {
      const [x, y] = [a[i], b[j]];
      const atNs = Math.min(x?.atNs ?? Infinity, y?.atNs ?? Infinity);
      if (atNs >= beforeNs) break;
      if (x !== undefined && y !== undefined && isSame(x, y)) {
        i++;
        j++;
        continue;
      }
      // Those of this nanosecond, in any order.
      const [m, n] = [endOf(a, i, atNs), endOf(b, j, atNs)];
      const only = difference(a.slice(i, m), b.slice(j, n));
      if (only[0].length + only[1].length > 0) {
        this.divergence = { atNs, only };
        this.rest = [a.splice(i), b.splice(j)];
        a.length = 0;
        b.length = 0;
        return;
      }
      [i, j] = [m, n];
    }
    if (i > 0) a.splice(0, i);
    if (j > 0) b.splice(0, j);
  }
}

/** Which fact the first of a difference is. The runs count alike up to where they part. */
function serialOf({ only }: Divergence): number {
  return Math.min(...only.flat().map(({ serial }) => serial));
}

function isSame(x: OwnedFact, y: OwnedFact): boolean {
  return (
    x.atNs === y.atNs && x.lo === y.lo && x.hi === y.hi && x.kind === y.kind && x.place === y.place
  );
}

function nameOf({ kind, hi, lo, place }: OwnedFact): string {
  return `${kind} ${hi} ${lo} ${place}`;
}

/** Where the facts of a moment end. */
function endOf(facts: readonly OwnedFact[], from: number, atNs: number): number {
  let end = from;
  while (end < facts.length && facts[end]!.atNs === atNs) end++;
  return end;
}

/** What each of two lists has beyond the other. */
function difference(a: readonly OwnedFact[], b: readonly OwnedFact[]): [OwnedFact[], OwnedFact[]] {
  const counts = new Map<string, number>();
  const count = (fact: OwnedFact, by: number): number => {
    const now = (counts.get(nameOf(fact)) ?? 0) + by;
    counts.set(nameOf(fact), now);
    return now;
  };
  for (const fact of b) count(fact, 1);
  const onlyA = a.filter((fact) => count(fact, -1) < 0);
  const counted = new Map<string, number>();
  for (const fact of a) counted.set(nameOf(fact), (counted.get(nameOf(fact)) ?? 0) + 1);
  const onlyB = b.filter((fact) => {
    const left = counted.get(nameOf(fact)) ?? 0;
    counted.set(nameOf(fact), left - 1);
    return left <= 0;
  });
  return [onlyA, onlyB];
}
