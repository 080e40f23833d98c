/** Fewer points than this keep a series readable, and its JSON small. */
const POINTS_MAX = 3_600;

const FIRST_SECONDS = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600];

/** The smallest round step, in seconds, that keeps a series of this duration under 3,600 points. */
export function stepSecondsFor(durationNs: number): number {
  const fits = (seconds: number): boolean => Math.ceil(durationNs / (seconds * 1e9)) < POINTS_MAX;
  for (const seconds of FIRST_SECONDS) if (fits(seconds)) return seconds;
  let seconds = 7_200;
  while (!fits(seconds)) seconds *= 2;
  return seconds;
}
