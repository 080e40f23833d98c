import type { Change, CrashLoop, LockHolder, Mark, MemoryMark } from '../measure/measured.js';

/** Every text that the judge says, one function each. */

/** What stands in the cascade. */
export function happened(mark: Mark): string {
  const rotation = mark.rotation;
  if (rotation === undefined) return saturated(mark);
  return `${seconds(mark.atNs)}  ${mark.component}: ${turned(mark.how, rotation)}`;
}

/** "replica 3 ejected by its health check, 1 of 4 left in rotation" */
function turned(how: Mark['how'], { left, of, replica }: NonNullable<Mark['rotation']>): string {
  if (how === 'panic') return `only ${left} of ${of} healthy: all that are up are used`;
  if (how === 'nobody') return `none of ${of} left in rotation`;
  return `replica ${replica + 1} ${how} by its health check, ${left} of ${of} left in rotation`;
}

/** "61.2 s  payments-db: all 50 workers busy, queue growing by 720/s" */
function saturated(mark: Mark): string {
  if (mark.how === 'pool') {
    const head = `${seconds(mark.atNs)}  ${mark.component}: no connection free on ${mark.edge}`;
    return `${head}${changed(mark)}`;
  }
  if (mark.how === 'breaker') {
    const head = `${seconds(mark.atNs)}  ${mark.component}: breaker open on ${mark.edge}`;
    return `${head}${changed(mark)}`;
  }
  if (mark.how === 'lag') return `${seconds(mark.atNs)}  ${lag(mark)}`;
  if (mark.unasked !== undefined) return `${seconds(mark.atNs)}  ${unasked(mark, mark.unasked)}`;
  if (mark.how === 'lock') return `${seconds(mark.atNs)}  ${lock(mark)}`;
  const { memory } = mark;
  if (memory !== undefined) {
    const story = [gone(memory), ...gc(mark), away(memory)].join(', ');
    return `${seconds(mark.atNs)}  ${mark.component}: ${story}`;
  }
  const told = [busy(mark), queue(mark), ...gc(mark)].join(', ');
  return `${seconds(mark.atNs)}  ${mark.component}: ${told}${changed(mark)}${cold(mark)}`;
}

/** What is different from before: "; each one done takes a worker 4 times as long (80 ms); 2.5 times as many come (201/s)". */
function changed({ change }: Mark): string {
  const { arrivals, call, held, nothing } = change ?? {};
  const told: string[] = [];
  if (held !== undefined) {
    told.push(
      `each one done takes a worker ${figure(held.times)} times as long (${lasting(held.ns)})`,
    );
  }
  if (nothing !== undefined) told.push(`none is done, ${figure(nothing.perSecond)}/s before`);
  if (call !== undefined) told.push(slow(call));
  if (arrivals !== undefined) {
    const { first, perSecond, times } = arrivals;
    const tries =
      first && `, first tries ${figure(first.perSecond)}/s, ${figure(first.before)}/s before`;
    told.push(`${figure(times)} times as many come (${figure(perSecond)}/s${tries ?? ''})`);
  }
  return told.map((one) => `; ${one}`).join('');
}

/** "a call to stock takes 1.0 s, 32 ms before, of which it is there for 31 ms" */
function slow({ to, ns, beforeNs, thereNs }: NonNullable<Change['call']>): string {
  const before = `${lasting(beforeNs)} before`;
  if (ns === Infinity) return `no call to ${to} comes back, it took ${before}`;
  const there = thereNs === undefined ? '' : `; it is there for only ${lasting(thereNs)} of that`;
  return `a call to ${to} takes ${lasting(ns)}, ${before}${there}`;
}

/** Where the load comes from: "; the cache of web finds 15%, 87% before". */
function cold({ cold }: Mark): string {
  if (cold === undefined) return '';
  const percent = (share: number): string => `${Math.round(share * 100)}%`;
  return `; the cache of ${cold.component} finds ${percent(cold.found)}, ${percent(cold.before)} before`;
}

/** "memory gone at 4 GiB with 229,376 waiting and 8 at work" */
function gone({ limitBytes, waiting, working, blocked }: MemoryMark): string {
  const parts = [`${count(waiting)} waiting`, `${count(working)} at work`];
  if (blocked > 0) parts.push(`${count(blocked)} at its door`);
  const held = `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
  return `memory gone at ${size(limitBytes)} with ${held}`;
}

/** "replica 1 of 3 is down for 30.0 s" */
function away({ replica, replicas, awayNs }: MemoryMark): string {
  const who = replicas === 1 ? 'it is' : `replica ${replica + 1} of ${replicas} is`;
  return `${who} down for ${seconds(awayNs)}`;
}

function gc(mark: Mark): string[] {
  const { gc: of } = mark;
  if (of === undefined) return [];
  const slow = `gc makes work take ${of.slowdown.toFixed(1)} times as long`;
  if (mark.memory !== undefined) return [slow];
  return [`memory ${Math.floor(of.share * 100)}% full, ${slow}`];
}

/** "92.0 s  shop: replica 1 of 3 crashed 3 times, the last 4.0 s after it had come back" */
export function crashLoop(of: CrashLoop): string {
  const { atNs, component, replica, replicas, crashes, upNs, awayNs } = of;
  const who = replicas === 1 ? 'it' : `replica ${replica + 1} of ${replicas}`;
  const last = `the last ${seconds(upNs)} after it had come back from ${seconds(awayNs)} away`;
  return `${seconds(atNs)}  ${component}: ${who} crashed ${crashes} times, ${last}`;
}

/** "lock ledger: held without a break, 34 wait, growing by 12/s; 1.2 s by one request of reports at db" */
function lock({ component, depth, growthPerSecond, lock: found, workers }: Mark): string {
  const held = workers === 1 ? 'held' : `all ${count(workers)} held`;
  const head = `lock ${component}: ${held} without a break, ${count(depth)} wait`;
  if (found === undefined) return head;
  const { does, ns, usualNs, ...of } = found.holder;
  const usual = usualNs === undefined ? '' : ` (${lasting(usualNs)} on average before)`;
  const by = `${lasting(ns)}${usual} by one request of ${of.producer} at ${of.component}${DOES[does]}`;
  if (found.line === 'gives_up') return `${head}, others give up; ${by}`;
  if (found.line === 'has_all') return `${head}, and with them all workers of a replica; ${by}`;
  return `${head}, growing by ${figure(growthPerSecond)}/s; ${by}`;
}

/** "queue orders: lag growing by 120/s, 3,400 when found; 200/s come, 80/s are done with (100/s before)" */
function lag({ component, depth, growthPerSecond, lag: found }: Mark): string {
  const grows = `lag growing by ${figure(growthPerSecond)}/s, ${count(depth)} when found`;
  const head = `queue ${component}: ${grows}`;
  if (found === undefined) return head;
  const { before, comePerSecond, donePerSecond } = found;
  const come = `${figure(comePerSecond)}/s come`;
  const done = `${figure(donePerSecond)}/s are done with`;
  if (before === undefined) return `${head}; ${come}, ${done}`;
  const more =
    comePerSecond > 1.15 * before.comePerSecond
      ? ` (${figure(before.comePerSecond)}/s before)`
      : '';
  const less =
    donePerSecond < 0.87 * before.donePerSecond
      ? ` (${figure(before.donePerSecond)}/s before)`
      : '';
  return `${head}; ${come}${more}, ${done}${less}`;
}

/** "queue cleaned: enrich forgot to ask for more; 0.4 s later all it had asked for was done, and nothing comes since" */
function unasked({ component }: Mark, { by, lastNs }: NonNullable<Mark['unasked']>): string {
  const then = lastNs === 0 ? 'then' : `${lasting(lastNs)} later`;
  return `queue ${component}: ${by} forgot to ask for more; ${then} all it had asked for was done, and it is sent nothing since`;
}

const DOES: Readonly<Record<LockHolder['does'], string>> = {
  works: '',
  aside: ', which stood aside for others',
  calls: ', which waits for a call',
  locks: ', which waits for another lock',
  paused: ', which stands still',
};

function lasting(ns: number): string {
  return ns < 1e9 ? `${figure(ns / 1e6)} ms` : `${figure(ns / 1e9)} s`;
}

function busy({ change, workers }: Mark): string {
  // Such a component is only ever busy where it stands still, or nobody is there.
  if (workers === Infinity) return 'nobody takes up any work';
  const told = workers === 1 ? 'its one worker busy' : `all ${count(workers)} workers busy`;
  const before = change?.workersBefore;
  return before === undefined ? told : `${told} (${count(before)} before)`;
}

function queue(mark: Mark): string {
  if (mark.how === 'growing') return `queue growing by ${figure(mark.growthPerSecond)}/s`;
  if (mark.how === 'limit') return `admission refuses, ${count(mark.depth)} waiting`;
  if (mark.capacity === 0) return 'no room to wait';
  const { queues = 1 } = mark;
  const each = mark.capacity / queues;
  if (queues > 1 && mark.depth >= each && mark.depth < 2 * each) {
    const rest = queues === 2 ? 'the other' : 'the others together';
    const others = `${count(mark.depth - each)} wait in ${rest}`;
    return `one of ${queues} queues full at ${count(each)}, ${others}`;
  }
  if (mark.depth < mark.capacity) {
    return `a queue full, ${count(mark.depth)} of ${count(mark.capacity)} waiting in all`;
  }
  return `queue full at ${count(mark.capacity)}`;
}

/** "12.3 s  deadlock: worker of a waits for room in b; worker of b waits for an answer of a" */
export function deadlock(atNs: number, cycle: readonly string[]): string {
  return `${seconds(atNs)}  deadlock: ${cycle.join('; ')}`;
}

/** Why a comparison with `null` failed: "recovery_time is null". */
export function isNull(name: string, why: string | undefined): string {
  return why === undefined ? `${name} is null` : `${name} is null: ${why}`;
}

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
  const found = of.found === '' ? 'the end of the text' : `"${of.found}"`;
  const hint = of.nearest === null ? '' : ` (did you mean ${of.nearest}?)`;
  return `${WRONG[of.code]}: expected ${of.expected}, found ${found}${hint}`;
}

/** What should have stood where a mistake is. */
export const expected = {
  term: () => 'a value or the name of a metric',
  value: () => 'a value such as 10ms, 900/s, 5%, 64KiB or 1.5',
  factor: () => 'a bare number before *',
  comparison: () => 'one of < <= > >= == !=, or "within 2% of"',
  share: () => 'a share such as 2% after "within"',
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

function seconds(ns: number): string {
  return `${(ns / 1e9).toFixed(1)} s`;
}

function figure(value: number): string {
  return Math.abs(value) < 10 ? String(Number(value.toFixed(1))) : count(Math.round(value));
}

/** Whole numbers with a comma at the thousands, whatever the machine's language. */
function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

const SIZES: readonly [number, string][] = [
  [1024 * 1024 * 1024, 'GiB'],
  [1024 * 1024, 'MiB'],
  [1024, 'KiB'],
];

/** "4 GiB", "512 MiB", "100 B" */
function size(bytes: number): string {
  const [unit, name] = SIZES.find(([least]) => bytes >= least) ?? [1, 'B'];
  return `${Number((bytes / unit).toPrecision(3))} ${name}`;
}
