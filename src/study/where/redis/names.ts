/** Everything of ours in a Redis begins with this. */
export const PREFIX = 'spillway';

/** What is not asked for again is forgotten after so long, whatever became of its study. */
export const KEPT_MS = 24 * 3_600_000;
/** An outcome that its study has, in case that study is killed and asks once more. */
export const TAKEN_KEPT_MS = 3_600_000;

/** Who has not been heard of for so long is gone. */
export const PRESENT_MS = 6_000;
export const BEAT_MS = 1_000;

/** A worker keeps the lock on a run by renewing it; what has none for two looks is taken over. */
export const LOCK_MS = 5_000;
export const STALLED_LOOK_MS = 2_000;
/** A run that took so many workers with it is not given to another. */
export const STALLED_MAX = 5;

export const WORKERS = `${PREFIX}:workers`;
export const STUDIES = `${PREFIX}:studies`;
/** Keys of runs that came to two results. */
export const DIFFERS = `${PREFIX}:differs`;

/**
 * One queue for each build of the engine: what one build is asked for, no other takes. BullMQ wants
 * no colon in it.
 */
export function queueNameOf(engine: string): string {
  return `runs-${engine.replaceAll(':', '-')}`;
}

export function outcomeKey(key: string): string {
  return `${PREFIX}:outcome:${key}`;
}

/** Where the second of two different outcomes of one run is left to be looked at. */
export function otherOutcomeKey(key: string): string {
  return `${PREFIX}:other-outcome:${key}`;
}

export function scenarioKey(id: string): string {
  return `${PREFIX}:scenario:${id}`;
}
