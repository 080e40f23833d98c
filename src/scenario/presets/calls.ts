import type { Preset } from './preset.js';

const retryFourTimes = { attempts: 4 };
const growing = { exponential: { base: '50ms', cap: '1s', factor: 2 } };

/** What callers do, and how services answer them. */
export const OF_CALLS: readonly Preset[] = [
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
    name: 'circuit-breaker',
    title: 'After 50% failures of 100 calls nobody calls for 10 seconds, then 5 try',
    helps:
      'A callee that fails gets a rest, and its callers learn of the failure at once instead of ' +
      'waiting for it with a worker each.',
    harms:
      'It refuses the calls that would have succeeded too: half the failures of one replica or ' +
      'one route close the way to all. It opens after the harm is seen, and with few calls ' +
      'never. Slowness becomes failures only where edges have a timeout: it sets none.',
    definition: {
      calls: {
        '* -> *': {
          breaker: {
            window: 100,
            failure_rate: '50%',
            min_calls: 20,
            open_for: '10s',
            probes: 5,
          },
        },
      },
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
    title: "Clients send at most twice what is accepted (Google's SRE rule)",
    helps:
      'A server that is refusing most of what it gets is spared the cost of refusing: its ' +
      'clients refuse the rest themselves, each on its own, with nothing to configure for the ' +
      'size of the server.',
    harms:
      'It counts its own refusals as requests, so that after an outage of two minutes hardly ' +
      'anything is sent, and it takes minutes to find out that the server is back. Clients with ' +
      'few calls learn little.',
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
    name: 'degrade',
    title: 'Queues of 100; from 80% on an answer of 1 ms, second best',
    helps:
      'Where full answers cannot be given to all, cheap ones (cached, partial, read-only) keep ' +
      'the queue short and the clients served.',
    harms:
      '1 ms and no calls are a guess of what a cheap answer costs, and not every request has ' +
      'one. Degraded answers are no good ones: what counts full answers sees none.',
    definition: {
      services: {
        '*': {
          queue: { capacity: 100 },
          degrade: { when: '80%', handler: [{ work: '1ms' }], quality: 'degraded' },
        },
      },
    },
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
