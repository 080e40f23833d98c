import { AWS_THROTTLE_DEFAULTS } from '../../policies/throttle-aws.js';
import { ENVOY_THROTTLE_DEFAULTS } from '../../policies/throttle-envoy.js';
import { FINAGLE_THROTTLE_DEFAULTS } from '../../policies/throttle-finagle.js';
import { SRE_THROTTLE_DEFAULTS } from '../../policies/throttle-sre.js';
import type { ThrottleSpec } from '../../policies/throttles.js';
import * as say from '../messages.js';
import { refuse } from '../refusal.js';
import { PERCENT_PATTERN, readShare } from '../units.js';
import { durationOrNone, number, rate } from './figures.js';
import { either, into, leaf, list, map, mechanism, optional, type Schema, word } from './kit.js';
import { atLeast, option, part, time } from './options.js';

/** Windows of counts are cut into slices; shorter ones could not be. */
const WINDOW_LEAST_NS = 1e9;

/** A share of more than nothing, and with `most` of less than all. */
function shareAbove(most: boolean): Schema<number> {
  const docs = {
    anyOf: [
      { type: 'number', exclusiveMinimum: 0, [most ? 'exclusiveMaximum' : 'maximum']: 1 },
      { type: 'string', pattern: PERCENT_PATTERN },
    ],
    examples: [0.5, '50%'],
  };
  return leaf((input) => {
    const reading = readShare(input);
    if (!reading.ok) return reading;
    if (reading.value === 0) return refuse(say.nothingAtAll());
    return most && reading.value === 1 ? refuse(say.allOfIt()) : reading;
  }, docs);
}

const aboveNothing = shareAbove(false);
const strictlyBetween = shareAbove(true);

const atLeastOne = number(1, true);

function sre(): Schema<ThrottleSpec> {
  const { k, windowNs, refusals } = SRE_THROTTLE_DEFAULTS;
  const settings = map({
    k: option(atLeastOne, 'So many times what was accepted may be sent.', k),
    window: time(atLeast(WINDOW_LEAST_NS), 'What is older does not count.', windowNs),
    refusals: optional(
      list(word(['timeout', 'rejected', 'error'] as const)),
      'How an attempt ends that was not accepted.',
      refusals,
      refusals,
    ),
    floor: optional(
      either(
        rate,
        into(word(['none']), () => 0),
      ),
      'So many a second pass whatever the rule says; the book has no such floor.',
      0,
      'none',
    ),
  });
  return into(settings, (keys) => ({
    kind: 'sre' as const,
    k: keys.k,
    windowNs: keys.window,
    refusals: keys.refusals,
    floorPerSecond: keys.floor,
  }));
}

function envoy(): Schema<ThrottleSpec> {
  const defaults = ENVOY_THROTTLE_DEFAULTS;
  const settings = map({
    sampling_window: time(
      atLeast(WINDOW_LEAST_NS),
      'What ended so long ago is forgotten.',
      defaults.samplingWindowNs,
    ),
    sr_threshold: option(
      aboveNothing,
      'The share of successes that is well.',
      defaults.srThreshold,
    ),
    aggression: option(
      atLeastOne,
      'More of it refuses sooner: the root of this degree.',
      defaults.aggression,
    ),
    max_rejection_probability: part(
      'It never refuses a greater share.',
      defaults.maxRejectionProbability,
    ),
    rps_threshold: option(
      number(0, true),
      'Below so many a second it refuses nobody.',
      defaults.rpsThreshold,
    ),
  });
  return into(settings, (keys) => ({
    kind: 'envoy' as const,
    samplingWindowNs: keys.sampling_window,
    srThreshold: keys.sr_threshold,
    aggression: keys.aggression,
    maxRejectionProbability: keys.max_rejection_probability,
    rpsThreshold: keys.rps_threshold,
  }));
}

function finagle(): Schema<ThrottleSpec> {
  const defaults = FINAGLE_THROTTLE_DEFAULTS;
  const settings = map({
    window: time(
      atLeast(WINDOW_LEAST_NS),
      'The mean age of what is remembered.',
      defaults.windowNs,
    ),
    nack_rate_threshold: option(
      strictlyBetween,
      'The share of nacks that is tolerated.',
      defaults.nackRateThreshold,
    ),
    max_drop_probability: part('It never refuses a greater share.', defaults.maxDropProbability),
    rps_threshold: option(
      number(0, true),
      'Below so many a second everything counts as well done.',
      defaults.rpsThreshold,
    ),
  });
  return into(settings, (keys) => ({
    kind: 'finagle' as const,
    windowNs: keys.window,
    nackRateThreshold: keys.nack_rate_threshold,
    maxDropProbability: keys.max_drop_probability,
    rpsThreshold: keys.rps_threshold,
  }));
}

function awsAdaptive(): Schema<ThrottleSpec> {
  const defaults = AWS_THROTTLE_DEFAULTS;
  const settings = map({
    beta: option(strictlyBetween, 'A throttling error multiplies the rate by this.', defaults.beta),
    scale_constant: option(
      number(0, false),
      'How steeply the rate grows (C of CUBIC).',
      defaults.scaleConstant,
    ),
    smoothing: option(aboveNothing, 'The weight of the newest measure.', defaults.smoothing),
    time_bucket_range: time(
      atLeast(1e6),
      'The buckets in which the rate is measured.',
      defaults.timeBucketRangeNs,
    ),
    min_rate: option(number(0, false), 'Tokens come no slower, a second.', defaults.minRate),
    max_rate_adjust_scale: option(
      atLeastOne,
      'The rate is at most so many times the measured one.',
      defaults.maxRateAdjustScale,
    ),
    wait: optional(
      durationOrNone,
      'How long one waits for a token; then it fails with throttled.',
      defaults.waitNs,
      'none',
    ),
  });
  return into(settings, (keys) => ({
    kind: 'aws_adaptive' as const,
    beta: keys.beta,
    scaleConstant: keys.scale_constant,
    smoothing: keys.smoothing,
    timeBucketRangeNs: keys.time_bucket_range,
    minRate: keys.min_rate,
    maxRateAdjustScale: keys.max_rate_adjust_scale,
    waitNs: keys.wait,
  }));
}

/** How a client holds itself back before it sends. */
export function throttle(): Schema<ThrottleSpec> {
  const kinds = mechanism(
    {
      sre: optional(sre(), "Google's: at most K times what is accepted; refusals here count."),
      envoy: optional(envoy(), "Envoy's admission control: by the share of successes."),
      finagle: optional(finagle(), "Finagle's: by the share that the callee refused."),
      aws_adaptive: optional(awsAdaptive(), "The AWS SDKs' adaptive mode: waits for a token."),
    },
    'a throttle',
  );
  return into(
    kinds,
    ({ sre: a, envoy: b, finagle: c, aws_adaptive: d }) => (a ?? b ?? c ?? d) as ThrottleSpec,
  );
}
