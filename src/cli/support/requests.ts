import {
  type CompareResult,
  type FatesResult,
  type FatesSide,
  type FatesStudyOptions,
  fatesOfScenarios,
  NoSuchRequest,
  type RequestStory,
  type RunResult,
  type SampledRequest,
  type Scenario,
  sampledRequests,
  storyOfScenario,
  tellingStories,
} from '../../study/index.js';
import { mistakes } from './mistakes.js';

/** What a command knows of how its runs are made. */
type How = Pick<FatesStudyOptions, 'between' | 'memoryLimitBytes'>;

/** The first replication's seed: of all replications it is the one whose requests are told of. */
function seedOf(result: RunResult, name: string): string {
  return result.policies[name]?.replications[0]?.seed ?? result.seed;
}

/**
 * What became of each request, where a comparison is of one pair; null where it is of several, or was
 * stopped. `of` says which scenario and policy stand behind a name in the result.
 */
export async function fatesBeside(
  result: CompareResult,
  request: string | null,
  of: (name: string) => { scenario: Scenario; policy: string },
  how: How,
): Promise<FatesResult | null> {
  const [pair, ...more] = Object.values(result.pairs);
  if (pair === undefined || more.length > 0 || result.partial) return null;
  const sides = [pair.a, pair.b].map((name) => ({ ...of(name), name }));
  const options = { ...how, seed: seedOf(result, pair.a), request };
  return named(request, () => fatesOfScenarios(sides as [FatesSide, FatesSide], options));
}

/** The story of one request under each policy of a result, by policy; less where it is stopped. */
export async function storiesBeside(
  result: RunResult,
  request: string,
  scenario: Scenario,
  how: How,
): Promise<Record<string, RequestStory>> {
  const stories: Record<string, RequestStory> = {};
  for (const policy of Object.keys(result.policies)) {
    const options = { ...how, seed: seedOf(result, policy), request };
    const story = await named(request, () => storyOfScenario({ scenario, policy }, options));
    if (story === null) break;
    stories[policy] = story;
  }
  return stories;
}

/** The stories of the request that says most of a result; null where that was stopped. */
export async function tellingRequest(
  scenario: Scenario,
  result: RunResult,
  { memoryLimitBytes, between }: How,
): Promise<Record<string, RequestStory> | null> {
  return tellingStories(scenario, result, { memoryLimitBytes, between });
}

/** Requests sampled over the run of each policy of a result; null where that was stopped. */
export async function samplesBeside(
  result: RunResult,
  of: (name: string) => { scenario: Scenario; policy: string },
  { memoryLimitBytes, between }: How,
): Promise<Record<string, SampledRequest[]> | null> {
  const names = Object.keys(result.policies);
  const runs = names.map((name) => ({ ...of(name), name, seed: seedOf(result, name) }));
  return sampledRequests(runs, { memoryLimitBytes, between });
}

/** A request that there is none of is a mistake of who asks. */
async function named<T>(request: string | null, told: () => Promise<T>): Promise<T> {
  try {
    return await told();
  } catch (error) {
    if (!(error instanceof NoSuchRequest)) throw error;
    throw mistakes.noSuchRequest(request ?? '', error.producers);
  }
}
