import type { Preset } from './preset.js';

/** Who is let in. */
export const OF_ADMISSION: readonly Preset[] = [
  {
    name: 'fail-fast',
    title: 'Queues of 10, waits of 100 ms, attempts of 500 ms',
    helps:
      'Who cannot be served soon learns it soon, and can turn elsewhere; workers and callers ' +
      'are not held by what is slow, so the slowness of one part does not become the standstill ' +
      'of all.',
    harms:
      'All three figures are guesses: where work takes over 500 ms everything fails, and bursts ' +
      'that a second of waiting would have absorbed are refused. Fast failures invite fast ' +
      'retries.',
    definition: {
      services: { '*': { queue: { capacity: 10, when_full: 'reject', max_age: '100ms' } } },
      calls: { '* -> *': { timeout: '500ms' } },
    },
  },
  {
    name: 'rate-limit',
    title: 'At most 1,000 requests/s of one tenant at a replica, bursts of 100',
    helps:
      "One greedy tenant spends its own share and nobody else's, and no surge is larger than " +
      'the limit.',
    harms:
      '1,000/s is a guess, as every fixed limit is: below what the service can do it refuses ' +
      'for nothing, above it it protects from nothing, and it does not notice when capacity ' +
      'halves. Lay your own rate over it.',
    definition: {
      services: {
        '*': { admission: [{ rate_limit: { rate: '1000/s', burst: 100, per: 'tenant' } }] },
      },
    },
  },
  {
    name: 'adaptive-concurrency',
    title: 'As many requests at a replica as its latency bears (Gradient2)',
    helps:
      'Finds by itself how many requests a replica can have at once: while latency stands still ' +
      'the limit grows, when it rises the limit falls, so that a loss of capacity is noticed ' +
      'without anybody who sets a figure.',
    harms:
      'It begins at 20 and ends at 200, whatever the service is like. Under an overload that ' +
      'lasts the slow latency becomes the usual one and the limit drifts up to its end; ' +
      'refusals do not make it fall.',
    definition: { services: { '*': { admission: [{ concurrency: { gradient2: {} } }] } } },
  },
  {
    name: 'priority-shed',
    title: 'Queues of 100; priority 2 and beyond is refused from 60%, 1 from 80%',
    helps:
      'Under overload what matters least is refused first and early, so that what matters most ' +
      'hardly waits: no worker is taken from it.',
    harms:
      'Does nothing where all requests have the same priority 0, and nothing for those of 0 ' +
      'among themselves. What is refused at 60% might have been served.',
    definition: {
      services: {
        '*': {
          queue: { capacity: 100 },
          admission: [
            {
              priority_shed: {
                of: 'queue',
                levels: [
                  { priority: 2, above: '60%' },
                  { priority: 1, above: '80%' },
                ],
              },
            },
          ],
        },
      },
    },
  },
];
