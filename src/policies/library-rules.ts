import type { LibraryDefaults } from './library.js';

/** Documented defaults of limits, budgets, backoffs and laws of shedding, under the language's keys. */

type Option = readonly [name: string, usual: string, doc: string];

function rules(library: string, part: string, source: string, options: Option[]): LibraryDefaults {
  return {
    library,
    part,
    source,
    options: options.map(([name, usual, doc]) => ({ name, default: usual, doc })),
  };
}

const NETFLIX = 'Netflix/concurrency-limits@78a74b9878 concurrency-limits-core limit';
const ENVOY = 'envoyproxy/envoy source';
const FINAGLE = 'twitter/finagle@4feb34cb94 finagle-core';
const GRPC = 'grpc/proposal@1fd061ad8e A6-client-retries.md';

const LIMITS: LibraryDefaults[] = [
  rules('netflix', 'aimd', `${NETFLIX}/AIMDLimit`, [
    ['initial_limit', '20', 'The limit at first.'],
    ['min_limit', '20', 'It never falls below.'],
    ['max_limit', '200', 'It never rises above.'],
    ['backoff_ratio', '0.9', 'A drop multiplies the limit by this.'],
    ['timeout', '5s', 'What took longer counts as dropped.'],
  ]),
  rules('netflix', 'vegas', `${NETFLIX}/VegasLimit`, [
    ['initial_limit', '20', 'The limit at first.'],
    ['max_concurrency', '1000', 'It never rises above.'],
    ['smoothing', '1', 'How much of a new limit is taken over at once.'],
    ['probe_multiplier', '30', 'The least round trip is forgotten after so many times the limit.'],
    ['alpha', '3 log10(limit)', 'Fewer queued raise the limit.'],
    ['beta', '6 log10(limit)', 'More queued lower it.'],
    ['threshold', 'log10(limit)', 'So few queued raise it by beta at once.'],
  ]),
  rules('netflix', 'gradient2', `${NETFLIX}/Gradient2Limit`, [
    ['initial_limit', '20', 'The limit at first.'],
    ['min_limit', '20', 'It never falls below.'],
    ['max_concurrency', '200', 'It never rises above; under lasting saturation it gets there.'],
    ['smoothing', '0.2', 'How much of a new limit is taken over at once.'],
    ['rtt_tolerance', '1.5', 'So many times the long average is still well.'],
    ['queue_size', '4', 'What it may grow by while nothing is slower.'],
    ['long_window', '600', 'Samples of the long average.'],
  ]),
  rules('netflix', 'windowed', `${NETFLIX}/WindowedLimit`, [
    ['min_window_time', '1s', 'A window is no shorter.'],
    ['max_window_time', '1s', 'A window is no longer.'],
    ['window_size', '10', 'With fewer samples a window teaches nothing.'],
    ['min_rtt_threshold', '100us', 'What was faster is not counted.'],
  ]),
  rules(
    'envoy',
    'adaptive concurrency',
    `${ENVOY}/extensions/filters/http/adaptive_concurrency/controller/gradient_controller.cc`,
    [
      ['sample_aggregate_percentile', '50%', 'Which of the round trips stands for them all.'],
      ['max_concurrency_limit', '1000', 'The limit never rises above.'],
      ['request_count', '50', 'Samples of a measurement of the least round trip.'],
      ['jitter', '15%', 'By how much at most the interval of these is drawn out.'],
      ['min_concurrency', '3', 'The limit while it is measured; it never falls below.'],
      ['buffer', '25%', 'So much slower than the least is still well.'],
    ],
  ),
];

const RETRIES: LibraryDefaults[] = [
  rules('finagle', 'retry budget', `${FINAGLE} service/RetryBudget`, [
    ['ttl', '10s', 'After this time deposits and withdrawals are forgotten.'],
    ['min_retries_per_sec', '10', 'A reserve: 100 retries with this ttl, all at once if need be.'],
    ['percent_can_retry', '20%', 'Retries that requests pay for.'],
  ]),
  rules('grpc', 'retry throttling', GRPC, [
    ['max_tokens', '10', 'A failure takes one, the first attempt too. From the examples.'],
    ['token_ratio', '0.1', 'What a success gives back. Retries stop at half of the tokens.'],
  ]),
  rules('grpc', 'retry backoff', GRPC, [
    ['initial_backoff', '100ms', 'Before the first retry, ±20%. From the examples.'],
    ['max_backoff', '1s', 'No wait is longer, ±20%.'],
    ['backoff_multiplier', '2', 'Each wait is this many times the last.'],
  ]),
  rules('envoy', 'retry budget', `${ENVOY}/common/upstream/resource_manager_impl.h`, [
    ['budget_percent', '20%', 'Retries in flight, of the requests active or pending.'],
    ['min_retry_concurrency', '3', 'So many may be in flight in any case.'],
  ]),
  rules('aws', 'retry quota', 'boto/botocore botocore/retries/{standard,quota}.py', [
    ['capacity', '500', 'A retry takes 5, after a timeout 10; a success gives the last cost back.'],
    ['max_attempts', '3', 'The first counts: retry.attempts.'],
    ['backoff', 'full jitter, 1s up to 20s', 'exponential: { base: 1s, cap: 20s }, jitter: full'],
  ]),
  rules('sre', 'retry budget', 'Google SRE book, "Handling Overload"', [
    ['ratio', '10%', 'Retries of all attempts of a client: load grows 1.11 times at most.'],
    ['attempts', '3', 'retry.attempts'],
  ]),
  rules('sre', 'throttle', 'Google SRE book, "Handling Overload"', [
    ['k', '2', 'So many times what was accepted may be sent.'],
    ['window', '2m', 'What is older does not count.'],
  ]),
];

const SHEDDING: LibraryDefaults[] = [
  rules('linux', 'codel', 'torvalds/linux include/net/codel_impl.h', [
    ['target', '5ms', 'What a wait should come down to.'],
    ['interval', '100ms', 'How long waits must have been over it before any is dropped.'],
  ]),
  rules('linux', 'pie', 'torvalds/linux net/sched/sch_pie.c, include/net/pie.h', [
    ['target', '15ms', 'What a wait should come down to.'],
    ['update', '15ms', 'How often the probability is looked at anew.'],
    ['alpha', '2', 'Weight of how far the wait is off, in sixteenths.'],
    ['beta', '20', 'Weight of how the wait changes, in sixteenths.'],
    ['burst', '150ms', 'So long nothing is refused after a rest.'],
  ]),
  rules('folly', 'codel', 'facebook/folly folly/executors/Codel.{h,cpp}', [
    ['target', '5ms', 'Overloaded, what waited over twice this is dropped.'],
    ['interval', '100ms', 'Overloaded when the least wait of the last one was over the target.'],
  ]),
  rules('facebook', 'queue timeouts', 'ACM Queue 13(8), "Fail at Scale"', [
    ['m', '5ms', 'The longest wait while the queue was not empty within the last n.'],
    ['n', '100ms', 'The longest wait otherwise.'],
  ]),
  rules('hbase', 'call queue', 'apache/hbase ipc/AdaptiveLifoCoDelCallQueue.java', [
    ['target', '100ms', 'As folly, which refuses one as long as the interval: write 99ms.'],
    ['interval', '100ms', 'As folly. In the first versions the target was 5 ms.'],
    ['lifo_threshold', '80%', 'queue.discipline adaptive_lifo.above'],
  ]),
  rules('kubernetes', 'priority and fairness', 'kubernetes flowcontrol/v1/defaults.go', [
    ['queues', '64', 'Of a priority level; the built-in ones: 64, from workload-high on 128.'],
    ['hand', '8', 'How many of them a flow may use; of the built-in levels: 6.'],
    ['length', '50', 'How many may wait in one queue.'],
  ]),
];

export const RULES: readonly LibraryDefaults[] = [...LIMITS, ...RETRIES, ...SHEDDING];
