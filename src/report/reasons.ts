/** Why a request can fail, with its name in words and its colour. */
interface Reason {
  name: string;
  words: string;
  colour: string;
}

/**
 * The reasons in the order in which they are laid one on the other. A family has a hue, dark and
 * light in turns: time ran out (violet), turned away (brown), held back by the caller itself
 * (slate), broken (red). None is near a policy's colour, and whatever kind of colour a reader does
 * not see, each can be told from every other: `test/report/reasons.test.ts` measures it.
 */
const REASONS: readonly Reason[] = [
  { name: 'timeout', words: 'timeout', colour: '#5b3f99' },
  { name: 'expired', words: 'expired in a queue', colour: '#c3b1e8' },
  { name: 'deadline', words: 'deadline passed', colour: '#9a86d2' },
  { name: 'rejected', words: 'rejected', colour: '#7d4e1f' },
  { name: 'dropped', words: 'dropped', colour: '#e0c48f' },
  { name: 'rate_limited', words: 'rate limited', colour: '#b08850' },
  { name: 'bulkhead_full', words: 'bulkhead full', colour: '#3d2a10' },
  { name: 'throttled', words: 'throttled', colour: '#9ecace' },
  { name: 'breaker_open', words: 'breaker open', colour: '#2f5d66' },
  { name: 'no_connection', words: 'no connection', colour: '#6fa3ab' },
  { name: 'error', words: 'error', colour: '#d65a74' },
  { name: 'crashed', words: 'crashed', colour: '#7a0f3c' },
];

/** What has no place of its own. */
const OTHER = '#77706a';

/** The reasons by name, in the order in which they are laid one on the other. */
export const REASON_NAMES: readonly string[] = REASONS.map(({ name }) => name);

/** The same on every page. */
export function reasonColour(name: string): string {
  return REASONS.find((reason) => reason.name === name)?.colour ?? OTHER;
}

/** "breaker open" */
export function reasonWords(name: string): string {
  return REASONS.find((reason) => reason.name === name)?.words ?? name.replaceAll('_', ' ');
}
