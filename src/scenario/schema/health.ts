import { S, someTime } from './breaker-figures.js';
import { count, duration, shareOrNone } from './figures.js';
import { either, type Form, into, map, optional, type Schema, word } from './kit.js';
import { type Law, law } from './laws.js';

/** Checks of replicas as written, defaults filled in. */
export interface Health {
  period: number;
  timeout: number;
  unhealthy_after: number;
  healthy_after: number;
  via: 'queue' | 'bypass';
  then: 'eject' | 'restart';
  panic: number;
  work: Law | null;
  /** Undefined where nothing said it. */
  restart: number | undefined;
}

/**
 * How each replica is looked at, and what comes of it. The moments and counts are those of
 * Kubernetes' probes: the first at a random moment within the first period, then one every period,
 * none while another is out (kubelet, `prober/worker.go`).
 */
export function health(form: Form): Schema<Health | null> {
  const settings = map({
    period: optional(
      someTime,
      'Each replica is checked so often, first at a random moment within it. A check that is due ' +
        'while the one before is still out is made when that has ended.',
      5 * S,
      '5s',
    ),
    timeout: optional(someTime, 'A check that is not answered by then has failed.', S, '1s'),
    unhealthy_after: optional(count(1), 'Failures in a row after which `then` is done.', 3, 3),
    healthy_after: optional(
      count(1),
      'Successes in a row that bring an ejected replica back into rotation.',
      2,
      2,
    ),
    via: optional(
      word(['queue', 'bypass']),
      'queue: a check is a request like any other, with a place in the queue and a worker. ' +
        'bypass: it needs neither, and says only whether the replica is up and not paused.',
      'queue',
      'queue',
    ),
    then: optional(
      word(['eject', 'restart']),
      'eject: out of rotation, what it holds goes on. restart: it is killed, what it holds is lost.',
      'eject',
      'eject',
    ),
    panic: optional(
      into(shareOrNone, (share) => share ?? 0),
      'While fewer than this share of the replicas are healthy, all that are up are used.',
      0.5,
      '50%',
    ),
    work: optional(law(form), 'What answering a check takes of a worker (via: queue).', null, '0s'),
    restart: optional(
      duration,
      'How long a restart takes (then: restart); left out: that of `memory`, or 10s.',
      undefined,
      '10s',
    ),
  }) as Schema<Health>;
  return either(
    settings,
    into(word(['none']), () => null),
  );
}
