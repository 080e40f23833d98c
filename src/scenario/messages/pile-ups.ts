/** What `validate` says of places where work can pile up without limit. */

/** Why more may come than any number. */
export const open = (producer: string): string => `${producer} sends whether or not it is served`;
export const leavesBehind = (caller: string): string =>
  `${caller} gives up and leaves its work behind`;
export const passesOn = (caller: string): string => `${caller} passes on whatever comes to it`;

/** What piles up where. */
export const queue = (inflow: string): string => `its queue has no bound, and ${inflow}`;
export const takesAll = (inflow: string): string => `it takes on everything at once, and ${inflow}`;
/** What becomes of the memory of a replica where requests pile up. */
export const memoryGone = (count: number, seconds: number): string => {
  const when = Number.isFinite(seconds)
    ? `, ${timeText(seconds)} at full load if none is served`
    : '';
  return `; its memory is gone when a replica holds ${count}${when}`;
};
export const refusals = (inflow: string): string =>
  `refusals that take work wait in a line without a bound, and ${inflow}`;
export const slower = (inflow: string): string =>
  `it takes on everything at once, slows down with it, and ${inflow}`;
export const paused = (inflow: string): string =>
  `it takes on everything at once, a fault pauses it, and ${inflow}`;
export const waitsFor = (caller: string, reason: string): string =>
  `${caller} keeps every request while ${reason}`;
export const retries = (callee: string, attempts: number): string =>
  `up to ${attempts} copies of a request stand in the queue of ${callee}, which has no bound`;
export const outbox = (producer: string): string =>
  `when it is full ${producer} must wait, yet goes on producing: its outbox grows`;

export const connection = (inflow: string): string =>
  `whoever finds no connection free waits for one as long as it takes, and ${inflow}`;
export const turn = (inflow: string): string =>
  `whoever may not send yet waits for its turn as long as it takes, and ${inflow}`;
export const probe = (inflow: string): string =>
  `while half open everybody waits for the probe, which may take for ever, and ${inflow}`;
export const place = (inflow: string): string => `its line has no bound, and ${inflow}`;
export const credits = (inflow: string): string =>
  `who has no credit left must wait as long as it takes, and ${inflow}`;
export const lockLine = (component: string, inflow: string): string =>
  `whoever comes to ${component} waits for it as long as it takes, and ${inflow}`;

export const letters = (component: string): string =>
  `whatever ${component} refuses is put there, and nobody takes it out`;

/** Why an answer may be kept back. */
export const canBePaused = (name: string): string => `${name} is paused by a fault`;
export const hasEndlessQueue = (name: string): string => `${name} lets it wait in an endless queue`;
export const makesWait = (name: string): string => `${name} is full and makes it wait`;
export const notYours = (name: string): string => `${name}, a dependency, does not answer`;

/** Cures, in a line each. */
export const boundTheQueue = (): string =>
  'give it a bound: capacity: 100, and say what happens when_full';
export const boundTheWorkers = (): string => 'give it a number, and its queue a capacity';
export const timeOut = (caller: string): string =>
  `give the call a timeout, or services.${caller}.workers a number and its queue a capacity`;
export const refuseEarlier = (): string =>
  'say no before it, where that is cheap: a limit or a breaker at the callers';
export const budget = (callee: string): string =>
  `budget: 10%, or a bound on the queue of ${callee}`;
export const slowTheProducer = (producer: string): string =>
  `when_full: reject, a timeout on the call, or closed arrivals for ${producer}`;
export const boundTheWait = (): string => 'wait: 1s, or a deadline on the call';
export const timeOutTheCall = (): string => 'a timeout on the call, or a deadline';
export const boundTheLine = (): string => 'a number, or a wait such as 100ms';
export const boundTheLock = (): string =>
  'wait: 1s, or a limit on those let in: admission: [ { concurrency: 50 } ]';
export const boundTheCall = (): string => 'a deadline on the call, or callers of a limited number';
export const boundTheLetters = (): string => 'capacity: 10000, and when_full: drop_oldest';

/** "8 s", "12 min", "4.1 h" */
function timeText(seconds: number): string {
  if (seconds < 120) return `${Number(seconds.toPrecision(2))} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${Number((seconds / 3600).toPrecision(2))} h`;
}

/** Queues of brokers, and who takes their messages on. */
export const publishes = (caller: string): string =>
  `${caller} publishes and goes on, whether or not it is handled`;
export const givesUp = (queue: string): string => `${queue} gives up whatever it may`;
export const takesOver = (queue: string): string =>
  `it takes on whatever lies in ${queue}, whether or not a worker is free`;
export const topic = (inflow: string): string =>
  `it keeps what nobody has read, the run is over before retention, and ${inflow}`;
export const keepsEverything = (inflow: string): string => `it keeps any number, and ${inflow}`;
export const watchTheLag = (queue: string): string =>
  `hold publishers back by admission: [ { signal: { when: queues.${queue}.lag > N } } ]`;
export const watchTheDepth = (queue: string): string =>
  `hold publishers back by admission: [ { signal: { when: queues.${queue}.depth > N } } ]`;
export const boundTheBroker = (): string => 'capacity: N, and when_full for what then comes';
export const boundTheSource = (): string => 'capacity: N, or overflow: drop or latest';
export const boundThePrefetch = (): string => 'prefetch: 100 (100 to 300 are recommended)';
export const pauseThePolls = (): string => 'on_full: pause';
export const boundTheRequest = (): string => 'request: { n: 256 }';
