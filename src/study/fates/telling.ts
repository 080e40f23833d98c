import { GOOD } from '../../measure/recorder.js';
import type { FateBook, ProducerFates } from '../../model/fates.js';
import { planFor, type Scenario } from '../../scenario/index.js';
import { type Between, Pace } from '../progress.js';
import type { RunResult } from '../result.js';
import { fullName, sameRow } from './diff.js';
import { fatesOf, tracked } from './fates.js';
import type { RequestStory } from './shape.js';
import { Story } from './story.js';
import { watch } from './watching.js';

const NONE = -1;

/** A request of a run by its row. */
interface Found {
  of: ProducerFates;
  row: number;
}

/**
 * The stories of one request that says most, under each policy of a result, at its first seed: the
 * first to arrive that ended good under the policy of the greatest goodput and not under that of the
 * least. Where there is none: the first that was not good under the least, else the one that took
 * longest there. Null where the study was stopped, or no request ever came.
 */
export async function tellingStories(
  scenario: Scenario,
  result: RunResult,
  { memoryLimitBytes, between }: { memoryLimitBytes: number; between?: Between | undefined },
): Promise<Record<string, RequestStory> | null> {
  const pace = new Pace(between);
  const ends = bestAndWorst(result);
  if (ends === null) return null;
  const plans = new Map(
    Object.entries(result.policies).map(([name, { replications }]) => [
      name,
      planFor(scenario, name, { seed: replications[0]?.seed ?? result.seed }),
    ]),
  );
  const bookOf = async (name: string): Promise<FateBook> => {
    const plan = plans.get(name)!;
    return (await fatesOf({ name, plan }, { memoryLimitBytes, pace })).book;
  };
  const worst = await bookOf(ends.worst);
  const best = ends.best === ends.worst ? worst : await bookOf(ends.best);
  const found = pace.stopped ? null : telling(best, worst);
  if (found === null) return null;
  const [hi, lo] = found.of.keyOf(found.row);
  const name = fullName(found.of, found.of.nameOf(found.row));
  const stories: [string, RequestStory][] = [];
  for (const [policy, plan] of plans) {
    const producer = plan.producers.findIndex((one) => one.name === found.of.name);
    if (producer < 0) continue;
    const watched = await tracked(pace, `${policy}, ${name}`, plan.durationNs, (tick) =>
      watch(plan, { producer, hi, lo }, tick),
    );
    if (pace.stopped) return null;
    stories.push([policy, new Story(watched, name).result()]);
  }
  return Object.fromEntries(stories);
}

/** The policies of the greatest and the least goodput; null where there is no policy. */
function bestAndWorst({ policies }: RunResult): { best: string; worst: string } | null {
  const ranked = Object.entries(policies).map(([name, { metrics }]) => {
    return { name, goodput: metrics['goodput'] ?? 0 };
  });
  ranked.sort((a, b) => b.goodput - a.goodput);
  const [best, worst] = [ranked[0], ranked.at(-1)];
  return best === undefined || worst === undefined ? null : { best: best.name, worst: worst.name };
}

function telling(best: FateBook, worst: FateBook): Found | null {
  const parted = firstBy(worst, (of, row) => {
    if (of.fate[row] === GOOD) return Infinity;
    const other = best.producers.find(({ name }) => name === of.name);
    const same = other === undefined ? NONE : sameRow(other, of, row);
    return same !== NONE && other!.fate[same] === GOOD ? of.arrivedNs[row]! : Infinity;
  });
  const failed = (): Found | null =>
    firstBy(worst, (of, row) => (of.fate[row] === GOOD ? Infinity : of.arrivedNs[row]!));
  const slowest = (): Found | null =>
    firstBy(worst, (of, row) => of.arrivedNs[row]! - of.endedNs[row]!);
  return parted ?? failed() ?? slowest();
}

/** The request of the least value that is finite. */
function firstBy(
  { producers }: FateBook,
  value: (of: ProducerFates, row: number) => number,
): Found | null {
  let found: Found | null = null;
  let least = Infinity;
  for (const of of producers) {
    for (let row = 0; row < of.count; row++) {
      const at = value(of, row);
      if (!(at < least)) continue;
      least = at;
      found = { of, row };
    }
  }
  return found;
}
