import type { Look, Seen } from './seen.js';
import { isUnclear, secondsToEmpty } from './seen.js';

/** The share of what was normal at which a system counts as back (semantics 30). */
export const BACK = 0.95;
/** The share of good answers under which a load is too much by itself (semantics 31). */
export const OVERLOADED = 0.9;

/** Up to here a run is watched for longer where chance may hide which way it goes. */
const UNCLEAR_SECONDS_MAX = 80;

/** What became of a run, or how much longer one has to watch to know. */
export type Fate =
  | { is: 'back' }
  | { is: 'tipped' }
  /** Not well before anything was done to it. */
  | { is: 'unfit' }
  | { is: 'unsure'; watchSeconds: number };

/** How long a run was watched, and how long it may be at most. */
export interface Watch {
  seconds: number;
  mostSeconds: number;
}

/** What came of a trigger: the verdict, and where what is in the system goes where that leaves it open. */
export function fateOf({ is, looks, stopped }: Seen, watch: Watch): Fate {
  // More than the machine could hold: it grew without end.
  if (stopped !== null) return { is: 'tipped' };
  if (is === 'unharmed' || is === 'recovered' || is === null) return { is: 'back' };
  if (is === 'overloaded' && !isWell(looks[0], OVERLOADED)) return { is: 'unfit' };
  if (is === 'deadlocked' || is === 'crash_loop') return { is: 'tipped' };
  const [, half, last] = looks as [Look, Look, Look];
  return orWatch({ half, last }, watch, isAsGood(last, looks[0]!));
}

/** What came of a load that was cut: whether it is as good as before at the end. */
export function fateOfCut({ looks, stopped }: Seen, watch: Watch): Fate {
  if (stopped !== null) return { is: 'tipped' };
  const [baseline, half, last] = looks as [Look, Look, Look];
  if (isAsGood(half, baseline)) return { is: 'back' };
  return orWatch({ half, last }, watch, isAsGood(last, baseline));
}

/** Whether it stands at its load without any trigger. */
export function stands({ is, looks, stopped }: Seen): boolean {
  if (stopped !== null || is === 'deadlocked' || is === 'crash_loop') return false;
  return isWell(looks.at(-1), OVERLOADED);
}

function orWatch({ half, last }: { half: Look; last: Look }, watch: Watch, isBack: boolean): Fate {
  const { seconds, mostSeconds } = watch;
  const empty = secondsToEmpty(half, last);
  if (seconds >= mostSeconds) {
    // What falls on a line that reaches zero in another such time is on its way back (rule 31).
    const drains = empty !== null && empty <= mostSeconds;
    return { is: isBack || drains ? 'back' : 'tipped' };
  }
  const watchSeconds = Math.min(mostSeconds, 2 * seconds);
  if (isBack) return { is: 'unsure', watchSeconds };
  if (seconds < UNCLEAR_SECONDS_MAX && isUnclear(half, last)) return { is: 'unsure', watchSeconds };
  // Twice: over a short watch a slow fall is half noise.
  if (empty === null || empty > 2 * mostSeconds) return { is: 'tipped' };
  // Rule 30 wants twenty seconds more, and a line through noise is no promise.
  const wanted = Math.ceil(seconds + 1.3 * empty + 20);
  return { is: 'unsure', watchSeconds: Math.min(mostSeconds, Math.max(watchSeconds, wanted)) };
}

export function isAsGood(look: Look, baseline: Look): boolean {
  const before = baseline.goodputRatio;
  return look.goodputRatio === null || before === null || look.goodputRatio >= BACK * before;
}

function isWell(look: Look | undefined, least: number): boolean {
  const ratio = look?.goodputRatio ?? null;
  return ratio === null || ratio >= least;
}
