import { UNFINISHED } from '../../model/fates.js';
import { World } from '../../model/index.js';
import type { Plan } from '../../model/plan.js';
import { Looker } from '../../model/sightings.js';
import { keyNumber, type SeenWorld, type Witness } from '../../model/witness.js';
import { planFor } from '../../scenario/index.js';
import { type Between, Pace } from '../progress.js';
import { tracked } from './fates.js';
import type { FatesSide } from './of-scenarios.js';
import { optionsFor } from './options.js';
import type { SampledRequest } from './shape.js';
import { Story } from './story.js';
import type { Watched } from './watching.js';

const SLICE_EVENTS = 50_000;
/** Of each policy. */
const SAMPLES = 50;

/** One run of which requests are sampled: that of one replication. */
export interface SampledRun extends FatesSide {
  /** What it is called in the result. */
  name: string;
  seed: string;
}

/**
 * Requests spread evenly over each run: the first of each fiftieth of its time, of the producers in
 * turn. The runs are made anew for it, in this thread. Null where the study was stopped.
 */
export async function sampledRequests(
  runs: readonly SampledRun[],
  { between, memoryLimitBytes }: { between?: Between | undefined; memoryLimitBytes: number },
): Promise<Record<string, SampledRequest[]> | null> {
  const pace = new Pace(between);
  const sampled: [string, SampledRequest[]][] = [];
  for (const { name, policy, scenario, seed } of runs) {
    const plan = planFor(scenario, policy, { seed });
    const sampler = new Sampler(plan);
    const options = { ...optionsFor(plan, memoryLimitBytes), witness: sampler, requests: sampler };
    await tracked(pace, `${name}, sampled requests`, plan.durationNs, async (tick) => {
      const world = new World(plan, options);
      while (!world.advance(SLICE_EVENTS)) if (!(await tick(world.nowNs))) break;
    });
    if (pace.stopped) return null;
    sampled.push([name, sampler.samples()]);
  }
  return Object.fromEntries(sampled);
}

interface Sample {
  name: string;
  watched: Watched;
}

/** Picks requests as they arrive, and sees all that happens to them. */
class Sampler implements Witness {
  private readonly sampled: Sample[] = [];
  private readonly byKey = new Map<number, Sample>();
  private readonly slotNs: number;
  private slot = 0;
  private looker!: Looker;

  constructor(private readonly plan: Plan) {
    this.slotNs = plan.durationNs / SAMPLES;
  }

  /** What was seen of them, in the order in which they arrived. */
  samples(): SampledRequest[] {
    return this.sampled.map(({ name, watched }) => {
      const { lines: _, ...sample } = new Story(watched, name).result();
      return sample;
    });
  }

  begins(world: SeenWorld): void {
    this.looker = new Looker(world, this.plan);
  }

  begun(
    producer: number,
    user: number,
    ordinal: number,
    hi: number,
    lo: number,
    nowNs: number,
  ): void {
    const slot = Math.floor(nowNs / this.slotNs);
    if (slot < this.slot || slot % this.plan.producers.length !== producer) return;
    this.slot = slot + 1;
    const number = user < 0 ? `${ordinal + 1}` : `${user + 1}.${ordinal + 1}`;
    const watched: Watched = {
      wanted: { producer, hi, lo },
      arrivedNs: nowNs,
      endedNs: NaN,
      fate: UNFINISHED,
      sightings: [],
    };
    const sample = { name: `${this.plan.producers[producer]!.name}/${number}`, watched };
    this.sampled.push(sample);
    this.byKey.set(keyNumber(hi, lo), sample);
  }

  ended(producer: number, hi: number, lo: number, fate: number, nowNs: number): void {
    const watched = this.watchedOf(producer, hi, lo);
    if (watched === undefined) return;
    watched.endedNs = nowNs;
    watched.fate = fate;
  }

  fact(kind: number, hi: number, lo: number): void {
    if (!Looker.isOfRequest(kind)) return;
    const { producer, rootHi, rootLo } = this.looker.owner(kind, hi, lo);
    const watched = this.watchedOf(producer, rootHi, rootLo);
    if (watched === undefined) return;
    // Since when a breaker is open is told in words only.
    watched.sightings.push({ ...this.looker.sighting(kind, hi, lo), breakerSinceNs: NaN });
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

  private watchedOf(producer: number, hi: number, lo: number): Watched | undefined {
    const watched = this.byKey.get(keyNumber(hi, lo))?.watched;
    const { wanted } = watched ?? {};
    const isIt = wanted?.lo === lo && wanted.hi === hi && wanted.producer === producer;
    return isIt ? watched : undefined;
  }
}
