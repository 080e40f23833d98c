/** A built-in policy: when it helps, when it harms, and the scenario part that it lays over. */
export interface Preset {
  name: string;
  title: string;
  helps: string;
  harms: string;
  /** As it would be written under `policies`. */
  definition: Record<string, unknown>;
}

const retryFourTimes = { attempts: 4 };
const growing = { exponential: { base: '50ms', cap: '1s', factor: 2 } };

/** The built-in policies that are built, in the order of the language. */
export const PRESETS: readonly Preset[] = [
  {
    name: 'unbounded',
    title: 'Queues without a bound',
    helps: 'Absorbs a burst that is soon over, and loses nothing.',
    harms:
      'Under lasting overload the wait grows without end: every answer comes too late, and the ' +
      'backlog outlives its cause.',
    definition: { services: { '*': { queue: { capacity: 'unbounded', when_full: 'reject' } } } },
  },
  {
    name: 'bounded-reject',
    title: 'Queues of 100, the rest refused',
    helps: 'Bounds the wait: who is served is served in time, who is not learns it at once.',
    harms: 'Refuses bursts that a longer queue would have absorbed; refusals invite retries.',
    definition: { services: { '*': { queue: { capacity: 100, when_full: 'reject' } } } },
  },
  {
    name: 'bounded-block',
    title: 'Queues of 100, senders wait',
    helps: 'Slows senders down to what is served (backpressure), and loses nothing.',
    harms:
      'A blocked sender keeps its worker, so the jam moves upstream; in a loop of blocking ' +
      'queues it becomes a deadlock. Open arrivals cannot be slowed down.',
    definition: { services: { '*': { queue: { capacity: 100, when_full: 'block' } } } },
  },
  {
    name: 'drop-oldest',
    title: 'Queues of 100, the oldest makes room',
    helps: 'What is served is fresh: under overload the wait is as short as the queue allows.',
    harms:
      'Those who waited longest have waited in vain, and what waits in a full queue is dropped ' +
      'however near its turn was.',
    definition: { services: { '*': { queue: { capacity: 100, when_full: 'drop_oldest' } } } },
  },
  {
    name: 'drop-stale',
    title: 'Nobody waits for more than a second',
    helps: 'No worker begins what has waited so long that hardly anybody wants it any more.',
    harms:
      'The queue still has no bound, so all who are served under overload have waited nearly ' +
      'that long; an age that suits one caller is too long or too short for another.',
    definition: { services: { '*': { queue: { max_age: '1s' } } } },
  },
  {
    name: 'caller-runs',
    title: "Queues of 100, then the caller's own worker",
    helps: 'Slows the callers down by giving them the work, and loses nothing.',
    harms:
      'A caller that runs the work of others answers nobody meanwhile. Producers have no ' +
      'workers: what they send is refused.',
    definition: { services: { '*': { queue: { capacity: 100, when_full: 'caller_runs' } } } },
  },
  {
    name: 'retry-storm',
    title: 'Four attempts, at once',
    helps: 'Hides rare failures that strike attempts independently.',
    harms:
      'Each layer multiplies the attempts of the one above, most of all when there is no room ' +
      'for them. Slowness becomes retries only where edges have a timeout: it sets none.',
    definition: { calls: { '* -> *': { retry: { ...retryFourTimes, backoff: 'none' } } } },
  },
  {
    name: 'backoff',
    title: 'Four attempts, 50 ms, 100 ms and 200 ms apart',
    helps: 'Gives the callee a pause between attempts.',
    harms:
      'Those who failed together try again together; while the overload lasts the attempts are ' +
      'as many. Slowness becomes retries only where edges have a timeout: it sets none.',
    definition: {
      calls: { '* -> *': { retry: { ...retryFourTimes, backoff: growing, jitter: 'none' } } },
    },
  },
  {
    name: 'backoff-jitter',
    title: 'Four attempts, at random moments further and further apart',
    helps: 'Spreads the attempts of those who failed together.',
    harms:
      'While the overload lasts the attempts are as many, only later. Slowness becomes retries ' +
      'only where edges have a timeout: it sets none.',
    definition: {
      calls: { '* -> *': { retry: { ...retryFourTimes, backoff: growing, jitter: 'full' } } },
    },
  },
  {
    name: 'retry-budget',
    title: 'Four attempts, retries at most 10% of first tries',
    helps: 'Keeps the help against rare failures, and bounds the growth of load to 1.1 an edge.',
    harms:
      'In an outage most failures are not retried. Slowness becomes retries only where edges ' +
      'have a timeout: it sets none.',
    definition: {
      calls: { '* -> *': { retry: { ...retryFourTimes, backoff: 'none', budget: '10%' } } },
    },
  },
  {
    name: 'bulkhead',
    title: 'At most 20 calls out on an edge',
    helps: 'A slow callee takes 20 workers of its caller, not all; other calls keep theirs.',
    harms: 'Refuses calls that the callee could have served, where 20 are too few for it.',
    definition: {
      calls: { '* -> *': { bulkhead: { concurrent: 20, waiting: 0, hold: 'attempt' } } },
    },
  },
  {
    name: 'client-throttle',
    title: 'A client sends at most twice what was accepted in the last two minutes',
    helps: 'Stops what the callee would refuse or not answer, before it is sent.',
    harms:
      'Counts what it refused itself and has no floor: after an outage of minutes it takes as long ' +
      'again, and longer, to see that the callee is back.',
    definition: { calls: { '* -> *': { throttle: { sre: { k: 2, window: '2m' } } } } },
  },
  {
    name: 'deadline',
    title: 'Two seconds for a request, known all the way down',
    helps: 'Nobody works on what its client no longer waits for, nor begins what comes too late.',
    harms: 'Two seconds are a guess: slow requests that would have been fine fail too.',
    definition: {
      services: { '*': { deadline_check: true } },
      calls: { '* -> *': { deadline: { within: '2s', propagate: true }, cancel: true } },
    },
  },
  {
    name: 'hedge',
    title: 'A copy of the slowest 5%',
    helps: 'Cuts the tail that chance makes, at 5% more load.',
    harms:
      'Where slowness comes of load, copies add to it; what has an effect may have it twice. ' +
      'A client that has seen fewer than 100 answers sends none.',
    definition: { calls: { '* -> *': { hedge: { after: 'p95', max: 1, budget: '5%' } } } },
  },
  {
    name: 'demand',
    title: 'At most 64 unanswered on an edge, then the sender waits',
    helps: 'What is out is bounded, so the pressure travels up to where the work comes from.',
    harms:
      'A blocked sender keeps its worker, so the jam moves upstream. Open arrivals cannot be ' +
      'slowed down: they wait in front of the first edge.',
    definition: { calls: { '* -> *': { window: { credits: 64 } } } },
  },
];

/** Built-in names of the language whose parts are not built yet. */
export const LATER_PRESETS: readonly string[] = [
  ...['codel', 'adaptive-lifo', 'fail-fast'],
  ...['rate-limit', 'adaptive-concurrency', 'priority-shed', 'circuit-breaker'],
  'degrade',
];

/** The built-in policy of this name, if there is one. */
export function presetNamed(name: string): Preset | undefined {
  return PRESETS.find((preset) => preset.name === name);
}
