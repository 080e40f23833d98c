import type { Mistake } from '../issue.js';
import type { Refusal } from '../refusal.js';
import { listed, meant, oneOf, some } from './wording.js';

// Brokers: queues by themselves, who publishes to them and who consumes them.

export function noTimeAtAll(): Refusal {
  const expected = 'a duration above 0s, or none for no bound';
  return { code: 'out_of_range', message: 'no time at all', expected };
}

export function noShare(): Refusal {
  return { code: 'out_of_range', message: 'none of it', expected: 'a share above 0%' };
}

export function noRoom(): Refusal {
  return { code: 'out_of_range', message: 'no room at all', expected: 'a size above 0B' };
}

export function nobodyRunsItHere(): Refusal {
  const message = 'caller_runs: what lies in a queue by itself is run by who consumes it';
  const hint = 'block makes the sender wait; caller_runs is for the queue of a service';
  return { code: 'contradiction', message, hint };
}

export function visibilityTooLong(): Refusal {
  const message = 'a message is hidden for 12 hours at most';
  return { code: 'out_of_range', message, expected: 'a duration above 0s, up to 12h' };
}

export function neverHidden(): Refusal {
  const message = 'a message that is not hidden is received again in the same moment, for ever';
  return { code: 'out_of_range', message, expected: 'a duration above 0s, up to 12h' };
}

export function waitTooLong(): Refusal {
  const message = 'a long poll waits 20 seconds at most';
  return { code: 'out_of_range', message, expected: 'a duration from 0s to 20s' };
}

export function batchTooLarge(): Mistake {
  const message = 'SQS gives 10 messages at once at most';
  return { code: 'out_of_range', message, expected: 'a whole number from 1 to 10' };
}

/** A key of another broker; `cure` is what this one has instead. */
export function otherBrokers(
  key: string,
  owners: readonly string[],
  broker: string,
  cure?: string,
): Mistake {
  const message = `${key} belongs to ${listed(owners)}, and this queue is kept by ${broker}`;
  return { code: 'broker', message, ...(cure === undefined ? {} : { hint: cure }) };
}

/** A key for a component whose queue is kept by another broker. */
export function otherConsumers(
  key: string,
  owners: readonly string[],
  queue: string,
  broker: string,
  cure: string,
): Mistake {
  const message = `${key} is for a queue of ${listed(owners)}, and ${queue} is kept by ${broker}`;
  return { code: 'broker', message, hint: cure };
}

export function noQueueToTakeFrom(key: string): Mistake {
  const message = `${key} tells how work is taken from a queue, and this takes none from any`;
  return { code: 'broker', message, hint: 'say consumes: QUEUE beside it' };
}

export function noBoundOnDepth(key: string, broker: 'kafka' | 'sqs'): Mistake {
  const message =
    broker === 'kafka'
      ? `${key}: a topic keeps what is published for as long as retention says, however much it is`
      : `${key}: SQS keeps any number of messages`;
  const hint =
    broker === 'kafka'
      ? 'say retention: 1h, or hold publishers back: admission with signal on queues.NAME.lag'
      : 'in_flight bounds what is received and not deleted; hold publishers back with a rate_limit';
  return { code: 'broker', message, hint };
}

export function fullIsNot(how: string, broker: string, words: readonly string[]): Mistake {
  const message = `${broker} has no ${how} for a full queue`;
  return { code: 'broker', message, expected: listed(words) };
}

export function overflowInstead(): Mistake {
  const message = 'when_full: a stream is full when nobody has asked for more';
  return { code: 'broker', message, hint: 'say overflow: buffer, drop, latest or error' };
}

export function topicGivesNothingUp(): Mistake {
  const message =
    'dead_letter: Kafka gives nothing up; a record that fails is handled again in its place';
  const hint = 'a consumer that sets failures aside publishes them itself: publish: QUEUE';
  return { code: 'broker', message, hint };
}

export function nowhereToPut(key: string): Mistake {
  const message = `${key} puts messages into a queue for dead letters, and none is named`;
  return { code: 'contradiction', message, hint: 'say dead_letter: QUEUE beside it' };
}

export function ownDeadLetter(name: string): Mistake {
  const message = `${name} cannot be the place for its own dead letters`;
  return { code: 'contradiction', message, hint: 'declare another queue for them' };
}

export function deadLettersInARound(names: readonly string[]): Mistake {
  const message = `dead letters go round for ever: ${names.join(' -> ')}`;
  return { code: 'endless', message, hint: 'let the last of them have no dead_letter' };
}

export function twoPlaces(one: string, other: string): Mistake {
  const message = `dead letters go to ${one} here, and to ${other} in dead_letter`;
  return { code: 'contradiction', message, hint: 'name the queue once' };
}

export function fullWithoutBound(): Mistake {
  const message = 'when_full does nothing: the queue has no bound';
  return { code: 'no_effect', severity: 'warning', message, hint: 'give it capacity: N' };
}

export function noRoomAtAll(name: string): Mistake {
  const message = `${name} has no room, so nothing is ever kept there`;
  return { code: 'contradiction', message, expected: 'capacity: 1 or more' };
}

export function nobodyConsumes(name: string): Mistake {
  const message = `nobody consumes ${name}`;
  const hint = "let a service say consumes: QUEUE; a producer's request waits for its handler";
  return { code: 'unconsumed', severity: 'warning', message, hint };
}

export function nobodyPublishes(name: string): Mistake {
  const message = `nothing is ever put into ${name}`;
  return { code: 'uncalled', severity: 'warning', message };
}

export function idleReplicas(replicas: number, partitions: number): Mistake {
  const message = `${replicas} replicas share ${partitions} partitions, so some have nothing to do`;
  const hint = 'a partition is read by one member of a group';
  return { code: 'no_effect', severity: 'warning', message, hint };
}

export function queueIsPublishedTo(name: string): Mistake {
  const message = `${name} is a queue; nobody answers there`;
  return { code: 'broker', message, hint: `write publish: ${name}` };
}

export function componentIsCalled(name: string): Mistake {
  const message = `${name} is a service or dependency, and no queue`;
  return { code: 'broker', message, hint: `write call: ${name}` };
}

export function unknownQueue(name: string, known: readonly string[]): Mistake {
  const message = `no queue is named ${name}`;
  const hint = meant(name, known).hint ?? 'declare it: queues: { NAME: { broker: memory } }';
  return { code: 'unknown_name', message, ...oneOf(known), hint };
}

export function queueHasNoRoutes(name: string): Mistake {
  return { code: 'route', message: `${name} is a queue, and has no routes`, expected: name };
}

export function noRouteForQueue(
  service: string,
  queue: string,
  routes: readonly string[],
): Mistake {
  const message = `${service} has several routes, and none named ${queue} for what it consumes`;
  const found = some(routes);
  return { code: 'route', message, found, hint: `name the route that handles it ${queue}` };
}

export function brokersOnlyDeliver(key: string, edge: string): Mistake {
  const message = `${key} on ${edge}: a broker delivers, it makes no call that could wait or fail`;
  const hint = 'only network goes there; what becomes of a failure the queue says';
  return { code: 'broker', message, hint };
}

export function noFaultOfQueue(head: string, name: string): Mistake {
  const message = `${head} of the queue ${name}: faults strike services and dependencies`;
  const hint = 'strike who consumes it, or the edge by which it is published to';
  return { code: 'broker', message, hint };
}

export function noFaultOnDelivery(head: string, edge: string): Mistake {
  const message = `${head} on ${edge}: deliveries of a broker are not struck`;
  const hint = 'give the edge a network, or slow or pause who consumes';
  return { code: 'broker', message, hint };
}

export function backlogIntoQueue(name: string, cure: string): Mistake {
  const message = `a backlog sends without end into ${name}, which neither blocks nor limits`;
  return { code: 'backlog', message, hint: cure };
}

export function silentQueue(edge: string): Mistake {
  const message = `what drop_newest throws away is waited for without end on ${edge}: no timeout`;
  const hint = 'nobody is told of a drop; only a timeout ends the wait';
  return { code: 'silent', severity: 'warning', message, hint };
}

export function brokerRunsNothing(queue: string): Mistake {
  const message = `caller_runs hands what ${queue} delivers back to it: a broker has no workers`;
  return { code: 'caller_runs', severity: 'warning', message };
}

export function neverAcknowledged(queue: string): Mistake {
  const message = `drop_newest tells nobody: ${queue} waits for what it delivered without end`;
  const hint = 'refuse with when_full: reject, and it is delivered again';
  return { code: 'silence', severity: 'warning', message, hint };
}

export function restsTooLong(): Mistake {
  const message =
    'it rests for longer than max_interval: a real member would leave its group after every poll, and ' +
    'here a rest by itself puts nobody out';
  const hint = 'let max_interval be longer than the rest and the work together';
  return { code: 'no_effect', severity: 'warning', message, hint };
}

export function pollsOn(): Mistake {
  const message =
    'no member is put out for it: with on_full: pause (the default) its thread polls on while work is ' +
    'being done';
  const hint =
    'on_full: block has it poll when a worker is free, and, with batch, when all is done';
  return { code: 'no_effect', severity: 'warning', message, hint };
}

/** What is refused at a replica comes back to the queue, and is given to it again. */
export function givenMoreThanItTakes(name: string, prefetch: string, room: number): Mistake {
  const message =
    `a replica of ${name} is given ${prefetch} and has room for ${room}: what is beyond is refused ` +
    'there, put back and delivered again at once';
  const hint = `say prefetch: ${room} or less; or leave capacity out, since the prefetch is the bound`;
  return { code: 'redelivered', severity: 'warning', message, hint };
}

export function neverSent(producer: string, queue: string): Mistake {
  const message = `one request of ${producer} is larger than all that it may hold unsent for ${queue}`;
  const hint = 'give the queue producer: { buffer: … } of more than the size';
  return { code: 'contradiction', message, hint };
}
