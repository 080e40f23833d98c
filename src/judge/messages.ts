import { seconds } from './wording.js';

export { crashLoop, happened } from './cascade-words.js';

/** Every text that the judge says, one function each. */

/** "12.3 s  deadlock: worker of a waits for room in b; worker of b waits for an answer of a" */
export function deadlock(atNs: number, cycle: readonly string[]): string {
  return `${seconds(atNs)}  deadlock: ${cycle.join('; ')}`;
}

/** Why a comparison with `null` failed: "recovery_time is null". */
export function isNull(name: string, why: string | undefined): string {
  return why === undefined ? `${name} is null` : `${name} is null: ${why}`;
}

/** Why a figure that there is has no value in a run. */
export const nothingBecause = {
  notInCascade: (name: string) => `${name} never came into trouble`,
  notRaised: (rule: string) => `no alert ${rule} was raised from the first fault on`,
  noSample: () => 'nothing was measured at that moment',
  notThere: () => 'there is nothing of that kind',
  notInWindow: () => 'too little was measured in that time',
};

/** What the left side was compared with, where that was measured too. */
export function comparedWith(name: string, value: unknown): string {
  return `${name} is ${typeof value === 'number' ? Number(value.toPrecision(6)) : value}`;
}

/** Why there is nothing to compare. */
export function noSuchRun(policy: string | null): string {
  return policy === null ? 'it names no policy' : `policy ${policy} was not run`;
}

/** "18 of 20" */
export function heldIn(held: number, replications: number): string {
  return `${held} of ${replications}`;
}

const WRONG: Readonly<Record<string, string>> = {
  'expectation.syntax': 'cannot read this expectation',
  'expectation.unknown': 'unknown',
  'expectation.kind': 'cannot compare these',
  'expectation.window': 'no figure for this time',
};

/** "unknown: expected the name of a metric, found "godput" (did you mean goodput?)" */
export function mistake(of: {
  code: string;
  expected: string;
  found: string;
  nearest: string | null;
}): string {
  if (of.code === 'expectation.not_yet') return `not yet: metric ${of.found}`;
  return told(WRONG[of.code]!, of);
}

/** The same of a figure that stands by itself: "no figure: expected the name of a metric, …" */
export function mistakeInFigure(of: Parameters<typeof mistake>[0]): string {
  const isLone = of.code === 'expectation.syntax' || of.code === 'expectation.kind';
  return isLone ? told('no figure', of) : mistake(of);
}

function told(
  what: string,
  of: { expected: string; found: string; nearest: string | null },
): string {
  const found = of.found === '' ? 'the end of the text' : `"${of.found}"`;
  const hint = of.nearest === null ? '' : ` (did you mean ${of.nearest}?)`;
  return `${what}: expected ${of.expected}, found ${found}${hint}`;
}

/** What should have stood where a mistake is. */
export const expected = {
  term: () => 'a value or the name of a metric',
  value: () => 'a value such as 10ms, 900/s, 5%, 64KiB or 1.5',
  factor: () => 'a bare number before *',
  comparison: () => 'one of < <= > >= == !=, or "within 2% of"',
  share: () => 'a share such as 2% after "within"',
  partOfWhole: () => 'a share from 0 to 1, such as 0.95 or 95%',
  of: () => '"of" after "within" and a share',
  end: () => 'the end of the expectation',
  name: () => 'a name: a letter, then letters, digits, _ or -',
  edgeEnd: () => 'the name of a caller or callee (no wildcards here)',
  arrow: () => '"->" between caller and callee',
  policy: () => 'the name of a policy',
  bracket: () => '")" after the policy',
  duration: () => 'a duration such as 90s or 10m',
  laterEnd: () => 'a window that ends after it begins',
  metric: () => 'the name of a metric',
  series: () => 'the name of a series (only a series has a value at a moment)',
  momentOf: (name: string) => `a moment after the series ${name}, as in ${name} @ 10m`,
  noWindow: (name: string) => `no window: ${name} is of the whole run`,
  within: (seconds: number) => `a time within the ${seconds} s of the run`,
  component: () => 'the name of a service or dependency',
  oneOf: (words: readonly string[]) => `one of ${words.join(', ')}`,
  figure: () => 'a metric on one side at least',
  ordered: () => 'two numbers on the sides of this comparison (== and != take words and null)',
  alike: (kind: string) => `${kind} here, as on the other side`,
  noFactor: () => 'no factor before what is not a number',
  unit: (example: string) => `a value with its unit, such as ${example}`,
};

export const theory = {
  unbounded: () => 'no closed form: nothing here has a bound on what it serves',
  admission: (name: string) => `no closed form: ${name} has rules of admission`,
  broker: (name: string) => `no closed form: messages lie in ${name}, a queue by itself`,
  scales: (name: string) => `no closed form: replicas of ${name} come and go`,
  locks: (name: string) => `no closed form: requests wait for each other at the lock ${name}`,
  noProducer: () => 'no closed form: no producer sends anything',
  ruled: (edge: string) => `no closed form: what ${edge} sends depends on what it has seen`,
  endless: () => 'no closed form: a handler calls itself as often as it is called, or more',
  mix: () =>
    'no closed form: how the producers share the load depends on how fast they are answered',
  coalesces: (component: string) =>
    `no closed form: how many of those that wait for ${component} share one work depends on the load`,
  memory: (component: string) => `no closed form: what waits for ${component} may fill its memory`,
  degrades: (component: string) =>
    `no closed form: ${component} runs another handler while its queue is full`,
  judged: (component: string) =>
    `no closed form: how many replicas of ${component} serve depends on how they answer checks`,
  caches: (component: string) =>
    `no closed form: how much ${component} asks of others goes by what its cache finds`,
  parallel: (component: string) =>
    `at most: ${component} waits for the slowest of several calls, ` +
    'here taken to last as long as the longest of their means',
  contention: (component: string) =>
    `at most: how many of the workers of ${component} work while others wait for calls varies, ` +
    'and is here taken at its mean',
};
