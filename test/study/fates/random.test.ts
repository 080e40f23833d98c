import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FateBook, fateText } from '../../../src/model/fates.js';
import { type Plan, World } from '../../../src/model/index.js';
import { Looker } from '../../../src/model/sightings.js';
import type { SeenWorld, Witness } from '../../../src/model/witness.js';
import { abreast } from '../../../src/study/fates/abreast.js';
import { optionsFor } from '../../../src/study/fates/options.js';
import type { RequestStory } from '../../../src/study/fates/shape.js';
import { Story } from '../../../src/study/fates/story.js';
import { watch } from '../../../src/study/fates/watching.js';
import { full } from '../../model/kit.js';
import { randomPlan } from '../../model/random-plans.js';

const CASES = full ? 300 : 12;
const SEED = Number(process.env['SPILLWAY_CASES'] ?? 42);
/** Facts after which a case is cut short, and is left out. */
const FACTS_MAX = 20_000;

/** Looks at every fact as closely as can be. */
class Looking implements Witness {
  looker!: Looker;
  missed = 0;

  constructor(private readonly plan: Plan) {}

  begins(world: SeenWorld): void {
    this.looker = new Looker(world, this.plan);
  }

  fact(kind: number, hi: number, lo: number): void {
    this.looker.owner(kind, hi, lo);
    const { attempt, place } = this.looker.sighting(kind, hi, lo);
    if (place === '') this.missed++;
    for (const value of Object.values(attempt ?? {})) if (value === undefined) this.missed++;
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

/** Null where it was cut short. */
function runOf(plan: Plan, more: object): World | null {
  const world = new World(plan, { ...optionsFor(plan, 8e9), ...more });
  while (!world.advance(5_000)) if (world.events >= FACTS_MAX) return null;
  return world;
}

/** Spans lie within the time of the run and begin within what they are part of. */
function wrongSpans({ spans }: RequestStory, endS: number): string[] {
  return spans.flatMap(({ from, id, parent, to }) => {
    const above = parent === null ? null : spans[parent]!;
    const fine =
      from <= (to ?? endS) && (to ?? endS) <= endS && (above === null || above.from <= from);
    return fine ? [] : [`span ${id}: ${from} … ${to}`];
  });
}

describe('random scenarios', () => {
  it('every fact has a place, and looking closely changes none', () => {
    fc.assert(
      fc.property(randomPlan, (plan) => {
        const plain = runOf(plan, {});
        if (plain === null) return;
        const witness = new Looking(plan);
        const seen = runOf(plan, { witness })!;
        expect(seen.recorder.fingerprint.toString()).toBe(plain.recorder.fingerprint.toString());
        expect(witness.missed).toBe(0);
      }),
      { numRuns: CASES, seed: SEED, endOnFailure: true },
    );
  });

  it('a run beside itself parts nowhere', async () => {
    await fc.assert(
      fc.asyncProperty(randomPlan, async (plan) => {
        if (runOf(plan, {}) === null) return;
        const parting = await abreast([plan, plan], Infinity, async () => true);
        expect(parting).toEqual({ first: null, places: [] });
      }),
      { numRuns: CASES, seed: SEED + 1, endOnFailure: true },
    );
  });

  it('the story of a request ends as its fate says, in spans that nest', async () => {
    await fc.assert(
      fc.asyncProperty(randomPlan, fc.nat(), async (plan, pick) => {
        const book = new FateBook(plan);
        const world = runOf(plan, { requests: book });
        const producer = book.producers.findIndex(({ count }) => count > 0);
        if (world === null || producer < 0) return;
        const of = book.producers[producer]!;
        const row = pick % of.count;
        const [hi, lo] = of.keyOf(row);
        const watched = await watch(plan, { producer, hi, lo }, async () => true);
        const story = new Story(watched, of.nameOf(row)).result();
        expect(story.fate).toBe(fateText(of.fate[row]!));
        expect(story.arrived).toBe(of.arrivedNs[row]! / 1e9);
        expect(story.ended ?? NaN).toBe(of.endedNs[row]! / 1e9);
        expect(wrongSpans(story, world.nowNs / 1e9)).toEqual([]);
        expect(JSON.stringify(story)).not.toMatch(/undefined|NaN|Infinity/);
      }),
      { numRuns: CASES * 2, seed: SEED + 2, endOnFailure: true },
    );
  });
});
