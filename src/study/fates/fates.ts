import { FateBook } from '../../model/fates.js';
import { World } from '../../model/index.js';
import type { Plan } from '../../model/plan.js';
import type { Pace, Tick } from '../progress.js';
import { EngineFailure } from '../run-plan.js';
import { abreast, type OwnedFact, type Parting } from './abreast.js';
import { causeOf, factOf, type Names, partingTold } from './cause.js';
import { differingOf, fullName, type Match, matched, requestNamed } from './diff.js';
import { optionsFor } from './options.js';
import type { FatesDiff, PartingTold, RequestStory } from './shape.js';
import { Story } from './story.js';
import { type Wanted, watch } from './watching.js';

const SLICE_EVENTS = 200_000;

/** One of two runs. */
export interface FatesOf {
  /** What it is called: a policy, or a file and a policy. */
  name: string;
  plan: Plan;
}

export interface FatesOptions {
  memoryLimitBytes: number;
  /** "812", "web/812" where there are several producers, "users/17.3" of users; tells its story. */
  request?: string | undefined;
  /** Of the whole study, which may have more to do. */
  pace: Pace;
}

export interface FatesResult {
  fates: FatesDiff;
  /** The story of the request asked for in both runs; without one, of the first that differs. */
  request: { a: RequestStory; b: RequestStory } | null;
}

/** A request was asked for that is in neither run. */
export class NoSuchRequest extends Error {
  constructor(
    readonly request: string,
    readonly producers: readonly { name: string; count: number; byUser: boolean }[],
  ) {
    super(`no request ${request}`);
    this.name = 'NoSuchRequest';
  }
}

/** A request in each of the two runs; null where it never arrives. */
interface Subject {
  name: string;
  wanted: [Wanted | null, Wanted | null];
}

/**
 * Compares two runs request by request, at one seed: whose fate differs and why, traced back to the
 * first thing that happened in one run and not in the other. The runs are made anew for it, in this
 * thread: fates of millions are columns that nobody would want to send or to store. Null where it was
 * stopped.
 */
export async function compareFates(
  runs: readonly [FatesOf, FatesOf],
  options: FatesOptions,
): Promise<FatesResult | null> {
  const result = await new FatesStudy(runs, options).result();
  return options.pace.stopped ? null : result;
}

class FatesStudy {
  private readonly names: Names;
  private readonly plans: [Plan, Plan];
  private books!: [FateBook, FateBook];

  constructor(
    private readonly runs: readonly [FatesOf, FatesOf],
    private readonly options: FatesOptions,
  ) {
    this.names = [runs[0].name, runs[1].name];
    this.plans = [runs[0].plan, runs[1].plan];
  }

  async result(): Promise<FatesResult> {
    const a = await fatesOf(this.runs[0], this.options);
    const b = await fatesOf(this.runs[1], this.options);
    this.books = [a.book, b.book];
    const { firstArrived, firstEnded, ...counts } = matched(a.book, b.book);
    const asked = this.options.request;
    const first = firstArrived === null ? null : this.subjectOf(firstArrived);
    const subject = asked === undefined ? first : this.subjectNamed(asked);
    const stories = subject === null ? null : await this.stories(subject);
    const parted = a.fingerprint === b.fingerprint ? null : await this.parting(firstArrived);
    const parting = parted === null ? null : await this.told(parted, subject);
    return {
      fates: {
        runs: [...this.names],
        seed: this.plans[0].seed,
        ...counts,
        first_arrived: firstArrived === null ? null : differingOf(firstArrived),
        first_ended: firstEnded === null ? null : differingOf(firstEnded),
        parting,
        cause:
          stories === null
            ? null
            : { request: stories[0].name, lines: causeOf(stories, this.names) },
      },
      request: stories === null ? null : { a: stories[0].result(), b: stories[1].result() },
    };
  }

  /** Looks for where the runs part: no later than where the first request's fates are told apart. */
  private parting(firstArrived: Match | null): Promise<Parting> {
    const longest = Math.max(...this.plans.map(({ durationNs }) => durationNs));
    const untilNs = Math.min(longest, endNs(firstArrived));
    const label = `where ${this.names.join(' and ')} part`;
    return tracked(this.options.pace, label, untilNs, (tick) => abreast(this.plans, untilNs, tick));
  }

  /** The parting in words; of a request that is not told of anyway, with where its ways part. */
  private async told(parted: Parting, subject: Subject | null): Promise<PartingTold | null> {
    const parting = partingTold(parted, this.names, (fact, side) => this.nameOf(fact, side));
    if (parting === null || parted.first === null) return parting;
    const concerned = factOf(parted.first);
    if (concerned === null || parting.request === null || parting.request === subject?.name) {
      return parting;
    }
    const { owner } = concerned.fact;
    const { name } = this.plans[concerned.side]!.producers[owner.producer]!;
    const other = this.subjectBy(parting.request, name, owner.rootHi, owner.rootLo);
    const [ways] = causeOf(await this.stories(other), this.names);
    return { ...parting, ways: ways ?? null };
  }

  private async stories({ name, wanted }: Subject): Promise<[Story, Story]> {
    const stories: Story[] = [];
    for (const [side, one] of wanted.entries()) {
      const plan = this.plans[side]!;
      const label = `${this.names[side]!}, ${name}`;
      const { pace } = this.options;
      const watched =
        one === null
          ? null
          : await tracked(pace, label, plan.durationNs, (tick) => watch(plan, one, tick));
      stories.push(new Story(watched, name));
    }
    return stories as [Story, Story];
  }

  private subjectOf({ a, rowA }: Match): Subject {
    const [hi, lo] = a.keyOf(rowA);
    return this.subjectBy(fullName(a, a.nameOf(rowA)), a.name, hi, lo);
  }

  private subjectNamed(asked: string): Subject {
    for (const book of this.books) {
      const found = requestNamed(asked, book);
      if (found === null) continue;
      const { of, row } = found;
      const [hi, lo] = of.keyOf(row);
      return this.subjectBy(fullName(of, of.nameOf(row)), of.name, hi, lo);
    }
    // What was stopped has not all of them.
    if (this.options.pace.stopped) return { name: asked, wanted: [null, null] };
    throw new NoSuchRequest(asked, this.books[0].producers);
  }

  private subjectBy(name: string, producer: string, hi: number, lo: number): Subject {
    const wanted = this.books.map(({ producers }) => {
      const index = producers.findIndex((of) => of.name === producer);
      const arrives = index >= 0 && producers[index]!.rowOf(hi, lo) >= 0;
      return arrives ? { producer: index, hi, lo } : null;
    });
    return { name, wanted: wanted as Subject['wanted'] };
  }

  private nameOf({ owner }: OwnedFact, side: number): string | null {
    const of = this.books[side]!.producers[owner.producer];
    const row = of?.rowOf(owner.rootHi, owner.rootLo) ?? -1;
    return of === undefined || row < 0 ? null : fullName(of, of.nameOf(row));
  }
}

/** The story of one request in one run, null where it was stopped. Throws `NoSuchRequest`. */
export async function requestStory(
  run: FatesOf,
  request: string,
  options: Omit<FatesOptions, 'request'>,
): Promise<RequestStory | null> {
  const { book } = await fatesOf(run, options);
  if (options.pace.stopped) return null;
  const found = requestNamed(request, book);
  if (found === null) throw new NoSuchRequest(request, book.producers);
  const { of, row } = found;
  const [hi, lo] = of.keyOf(row);
  const producer = book.producers.indexOf(of);
  const { durationNs } = run.plan;
  const name = fullName(of, of.nameOf(row));
  const watched = await tracked(options.pace, `${run.name}, ${name}`, durationNs, (tick) =>
    watch(run.plan, { producer, hi, lo }, tick),
  );
  return new Story(watched, name).result();
}

/** When a request had ended in one of the runs at least. */
function endNs(match: Match | null): number {
  if (match === null) return Infinity;
  const at = [match.a.endedNs[match.rowA]!, match.b.endedNs[match.rowB]!];
  return Math.min(...at.map((ns) => (Number.isNaN(ns) ? Infinity : ns)));
}

export async function fatesOf(
  { name, plan }: FatesOf,
  { memoryLimitBytes, pace }: FatesOptions,
): Promise<{ book: FateBook; fingerprint: string }> {
  const book = new FateBook(plan);
  const { durationNs } = plan;
  pace.expect(durationNs);
  const { tick, finish } = pace.begin(`${name}, request by request`, durationNs);
  let world: World | null = null;
  try {
    world = new World(plan, { ...optionsFor(plan, memoryLimitBytes), requests: book });
    while (!world.advance(SLICE_EVENTS)) {
      if (await tick(world.nowNs)) continue;
      world.stop('interrupted');
      break;
    }
    return { book, fingerprint: world.measured().fingerprint };
  } catch (cause) {
    throw new EngineFailure(cause, { label: name, seed: plan.seed, nowNs: world?.nowNs ?? 0 });
  } finally {
    finish();
  }
}

/** A run more, of so many nanoseconds at most. */
export async function tracked<T>(
  pace: Pace,
  label: string,
  durationNs: number,
  run: (tick: Tick) => Promise<T>,
): Promise<T> {
  pace.expect(durationNs);
  const { tick, finish } = pace.begin(label, durationNs);
  return run(tick).finally(finish);
}
