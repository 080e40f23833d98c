import type { Preset } from './preset.js';

/** How long queues may grow, and who is served of those who wait. */
export const OF_QUEUES: readonly Preset[] = [
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
    name: 'codel',
    title: "Queues shed by Linux's CoDel: 5 ms of waiting, looked at over 100 ms",
    helps:
      'Leaves bursts alone and sheds only what waits too long for too long, whatever the size ' +
      'of the service: there is no length to choose. Senders that slow down when they are ' +
      'refused are kept at a wait of about 5 ms.',
    harms:
      'Senders that do not slow down are shed ever faster, but only ever so slowly: at an ' +
      'excess of r/s the queue is in hand again after 4·r·(100 ms)² seconds, 20 s at 500/s, and ' +
      'until then everybody waits. What folly and Facebook call CoDel (`folly_codel`, ' +
      '`facebook`) sheds at once.',
    definition: {
      services: { '*': { queue: { shed: { codel: { target: '5ms', interval: '100ms' } } } } },
    },
  },
  {
    name: 'adaptive-lifo',
    title: 'Queues of 100, the newest first while they are over 80% full',
    helps:
      'Under overload those who have just come, and still want an answer, are served at once; ' +
      'in quiet times everybody is served in turn.',
    harms:
      'Those who came first wait until the overload is over, mostly in vain: who must be fair ' +
      "to each cannot use it. 100 and 80% (HBase's share) are guesses for a queue of another " +
      'size.',
    definition: {
      services: {
        '*': {
          queue: {
            capacity: 100,
            when_full: 'reject',
            discipline: { adaptive_lifo: { above: '80%' } },
          },
        },
      },
    },
  },
];
