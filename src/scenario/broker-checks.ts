import { checkCondition, waitsForEver } from './fault-checks.js';
import { type Component, type Edge, type Graph, replicasOf } from './graph.js';
import type { Mistake, Place } from './issue.js';
import type { Layout } from './layout.js';
import * as say from './messages/brokers.js';
import { type Broker, USUAL_PRODUCER } from './schema/broker.js';
import { USUAL_POLL } from './schema/consuming.js';
import { USUAL_SIZE } from './schema/memory.js';
import { checkStreams, consumersOf } from './stream-checks.js';
import { child, entriesOf, itemsOf, leafOf, type Tree, textOf } from './tree.js';
import { readDuration, readSize } from './units.js';

type Add = (place: Place, mistake: Mistake) => void;

/** Which brokers know a key of a queue. */
const OF_QUEUE: Readonly<Record<string, readonly Broker[]>> = {
  partitions: ['kafka'],
  retention: ['kafka'],
  producer: ['kafka'],
  delivery_limit: ['rabbitmq'],
  memory: ['rabbitmq'],
  visibility: ['sqs'],
  max_receives: ['sqs'],
  in_flight: ['sqs'],
  overflow: ['stream'],
};

/** Which brokers know a key of a component that consumes. */
const OF_CONSUMER: Readonly<Record<string, readonly Broker[]>> = {
  prefetch: ['rabbitmq'],
  poll: ['kafka', 'sqs'],
  rebalance: ['kafka'],
  request: ['stream'],
  forget: ['stream'],
};
const OF_POLL: Readonly<Record<string, readonly Broker[]>> = {
  max_interval: ['kafka'],
  session: ['kafka'],
  every: ['kafka'],
  batch: ['kafka'],
  on_full: ['kafka'],
  pause_when: ['kafka'],
  wait: ['sqs'],
};

/** What a consumer says of each broker, for who says it otherwise. */
const HOW_TO_CONSUME: Readonly<Record<Broker, string>> = {
  memory: 'one is taken whenever a worker is free; no more needs to be said',
  kafka: 'say poll: { max_records: 500 }, rebalance: { takes: 3s }',
  rabbitmq: 'say prefetch: 50',
  sqs: 'say poll: { max_records: 10, wait: 20s }',
  stream: 'say request: { n: 256, replenish: 75% }',
};

const FULL_OF: Partial<Record<Broker, readonly string[]>> = {
  rabbitmq: ['drop_oldest', 'reject', 'dead_letter'],
};

/**
 * What brokers ask of the rest of the scenario: keys that are theirs, places for dead letters, edges
 * that carry no more than a delivery can; and, where the file itself says so, somebody who consumes.
 */
export function checkBrokers(layout: Layout, graph: Graph, isBase: boolean, add: Add): void {
  const places = deadLettersOf(graph);
  for (const queue of graph.queues.values()) {
    checkQueueKeys(queue, add);
    checkFull(queue, isBase, add);
    checkDeadLetter(queue, graph, add);
    // A policy may bring what the file itself lacks.
    if (isBase && !isNamed(queue.name, child(layout.layers[0]?.tree, 'policies'))) {
      checkUsed(queue, graph, places, add);
    }
  }
  checkRounds(graph, add);
  for (const component of graph.components.values()) {
    checkConsumer(component, graph, isBase, add);
    if (isBase) checkInterval(component, graph, child(layout.layers[0]?.tree, 'policies'), add);
  }
  const senders = child(layout.tree, 'producers');
  // A policy may bring the source that can't be slowed, or more room.
  if (isBase) checkStreams(graph, senders, places, add);
  for (const edge of graph.edges.values()) {
    if (edge.caller.kind === 'queue') checkDelivery(edge, add);
    if (edge.to.kind === 'queue') checkSilence(edge, senders, add);
    if (edge.to.kind === 'queue') checkSize(edge, senders, add);
  }
}

/** Who keeps a queue; undefined where that is not known. */
export function brokerOf(queue: Component | undefined): Broker | undefined {
  const word = textOf(child(queue?.tree, 'broker'));
  return word !== undefined && Object.hasOwn(HOW_TO_CONSUME, word) ? (word as Broker) : undefined;
}

function checkQueueKeys(queue: Component, add: Add): void {
  const broker = brokerOf(queue);
  if (broker === undefined) return;
  for (const [key, { key: place }] of entriesOf(queue.tree)) {
    const owners = OF_QUEUE[key];
    if (owners !== undefined && !owners.includes(broker)) {
      add(place, say.otherBrokers(key, owners, broker));
    }
    if ((key === 'capacity' || key === 'when_full') && (broker === 'kafka' || broker === 'sqs')) {
      add(place, say.noBoundOnDepth(key, broker));
    }
    if (key === 'when_full' && broker === 'stream') add(place, say.overflowInstead());
    if (key === 'dead_letter' && broker === 'kafka') add(place, say.topicGivesNothingUp());
  }
}

/** What meets one more goes with the broker, and has a bound and a place that it needs. */
function checkFull(queue: Component, isBase: boolean, add: Add): void {
  const { name, tree } = queue;
  const broker = brokerOf(queue);
  const full = child(tree, 'when_full');
  const capacity = child(tree, 'capacity');
  if (capacity !== undefined && leafOf(capacity) === 0 && broker !== 'stream') {
    add(capacity.place, say.noRoomAtAll(name));
  }
  const receives = child(tree, 'max_receives');
  if (receives !== undefined && typeof leafOf(receives) === 'number') {
    if (broker === 'sqs' && child(tree, 'dead_letter') === undefined) {
      add(receives.place, say.nowhereToPut('max_receives'));
    }
  }
  if (full === undefined || (broker !== 'memory' && broker !== 'rabbitmq')) return;
  const named = child(full, 'dead_letter');
  const how = named === undefined ? textOf(full) : 'dead_letter';
  const words = FULL_OF[broker];
  if (how !== undefined && words !== undefined && !words.includes(how)) {
    add(full.place, say.fullIsNot(how, broker, words));
  }
  const other = textOf(child(tree, 'dead_letter'));
  if (how === 'dead_letter' && named === undefined && other === undefined) {
    add(full.place, say.nowhereToPut('when_full: dead_letter'));
  }
  const one = textOf(named);
  if (named !== undefined && one !== undefined && other !== undefined && one !== other) {
    add(named.place, say.twoPlaces(one, other));
  }
  const bound = leafOf(capacity);
  const isBounded = bound !== undefined && bound !== 'unbounded';
  if (isBase && !isBounded) add(full.place, say.fullWithoutBound());
}

/** Where a queue puts what it gives up: the tree that names the other one. */
function deadLetterOf({ tree }: Component): Tree | undefined {
  return child(tree, 'dead_letter') ?? child(child(tree, 'when_full'), 'dead_letter');
}

function checkDeadLetter(queue: Component, { queues }: Graph, add: Add): void {
  for (const target of [
    child(queue.tree, 'dead_letter'),
    child(child(queue.tree, 'when_full'), 'dead_letter'),
  ]) {
    const name = textOf(target);
    if (target === undefined || name === undefined) continue;
    if (!queues.has(name)) add(target.place, say.unknownQueue(name, [...queues.keys()]));
    else if (name === queue.name) add(target.place, say.ownDeadLetter(name));
  }
}

/** What no queue of a round ever lets go of; one by itself is told as its own place. */
function checkRounds({ queues }: Graph, add: Add): void {
  const done = new Set<string>();
  for (const first of queues.values()) {
    const path: string[] = [];
    let queue: Component | undefined = first;
    while (queue !== undefined && !done.has(queue.name)) {
      done.add(queue.name);
      path.push(queue.name);
      const target: Tree | undefined = deadLetterOf(queue);
      const next: Component | undefined = queues.get(textOf(target) ?? '');
      const start: number = next === undefined ? -1 : path.indexOf(next.name);
      if (target !== undefined && next !== undefined && start >= 0 && next !== queue) {
        add(target.place, say.deadLettersInARound([...path.slice(start), next.name]));
      }
      queue = next;
    }
  }
}

/** Queues that something puts dead letters into: other queues, and those of services. */
function deadLettersOf({ components, queues }: Graph): Set<string> {
  const own = [...queues.values()].map(deadLetterOf);
  const others = [...components.values()].map(({ tree }) =>
    child(child(child(tree, 'queue'), 'when_full'), 'dead_letter'),
  );
  return new Set([...own, ...others].flatMap((target) => textOf(target) ?? []));
}

/** Whether a name stands anywhere in a part of the file. */
function isNamed(name: string, tree: Tree | undefined): boolean {
  if (textOf(tree) === name) return true;
  if (itemsOf(tree).some((item) => isNamed(name, item))) return true;
  return entriesOf(tree).some(([key, { value }]) => key === name || isNamed(name, value));
}

function checkUsed({ name, key }: Component, graph: Graph, places: Set<string>, add: Add): void {
  const edges = [...graph.edges.values()];
  const isConsumed = edges.some(({ caller }) => caller.kind === 'queue' && caller.name === name);
  const isFilled = edges.some(({ to }) => to.kind === 'queue' && to.name === name);
  if (isFilled && !isConsumed && !places.has(name)) add(key, say.nobodyConsumes(name));
  if (!isFilled && !places.has(name)) add(key, say.nobodyPublishes(name));
}

function checkConsumer(component: Component, graph: Graph, isBase: boolean, add: Add): void {
  const { tree } = component;
  const from = child(tree, 'consumes');
  const keys = entriesOf(tree).filter(([key]) => Object.hasOwn(OF_CONSUMER, key));
  if (from === undefined) {
    // A policy for all services reaches those too that take work from callers alone.
    for (const [key, { key: place }] of isBase ? keys : []) {
      add(place, say.noQueueToTakeFrom(key));
    }
    return;
  }
  const queue = graph.queues.get(textOf(from) ?? '');
  const broker = brokerOf(queue);
  if (queue === undefined || broker === undefined) return;
  const cure = HOW_TO_CONSUME[broker];
  const polled = entriesOf(child(tree, 'poll')).filter(([key]) => Object.hasOwn(OF_POLL, key));
  for (const [key, { key: place }] of keys) {
    const owners = OF_CONSUMER[key] ?? [];
    if (owners.includes(broker)) continue;
    add(place, say.otherConsumers(key, owners, queue.name, broker, cure));
  }
  if (broker === 'kafka' || broker === 'sqs') {
    for (const [key, { key: place }] of polled) {
      const owners = OF_POLL[key] ?? [];
      if (owners.includes(broker)) continue;
      add(place, say.otherConsumers(`poll.${key}`, owners, queue.name, broker, cure));
    }
  }
  const batch = child(child(tree, 'poll'), 'max_records');
  const records = leafOf(batch);
  if (broker === 'sqs' && batch !== undefined && typeof records === 'number' && records > 10) {
    add(batch.place, say.batchTooLarge());
  }
  if (broker === 'rabbitmq' && isBase) checkRoom(component, add);
  checkRest(child(tree, 'poll'), isBase, add);
  const pauses = child(child(tree, 'poll'), 'pause_when');
  for (const one of pauses?.kind === 'list' ? pauses.items : [pauses]) {
    checkCondition(one, graph, add);
  }
  if (!isBase || broker !== 'kafka') return;
  const partitions = leafOf(child(queue.tree, 'partitions')) ?? 1;
  const replicas = replicasOf(component);
  if (typeof partitions === 'number' && replicas > partitions) {
    add(from.place, say.idleReplicas(replicas, partitions));
  }
}

/** Whether a replica has room for what its prefetch brings, at work or in its own queue. */
function checkRoom({ name, tree }: Component, add: Add): void {
  const capacity = child(child(tree, 'queue'), 'capacity');
  const [waiting, workers = 1] = [leafOf(capacity), leafOf(child(tree, 'workers'))];
  const prefetch = leafOf(child(tree, 'prefetch')) ?? 'unbounded';
  if (capacity === undefined || typeof waiting !== 'number' || typeof workers !== 'number') return;
  const full = textOf(child(child(tree, 'queue'), 'when_full')) ?? 'reject';
  if (['block', 'caller_runs', 'drop_newest'].includes(full)) return;
  const room = waiting + workers;
  if (prefetch !== 'unbounded' && Number(prefetch) <= room) return;
  add(capacity.place, say.givenMoreThanItTakes(name, `${prefetch}`, room));
}

/** A member that rests for longer than it may is put out each time. */
function checkRest(poll: Tree | undefined, isBase: boolean, add: Add): void {
  const every = child(poll, 'every');
  const [rest, most] = [every, child(poll, 'max_interval')].map((at) => readDuration(leafOf(at)));
  const isWithout = leafOf(child(poll, 'max_interval')) === 'none';
  if (!isBase || every === undefined || rest?.ok !== true || isWithout) return;
  const mostNs = most?.ok === true ? most.value : USUAL_POLL.max_interval;
  if (rest.value > mostNs) add(every.place, say.restsTooLong());
}

/** Who polls on while it works is never late; a policy may have it block. */
function checkInterval(
  { tree }: Component,
  { queues }: Graph,
  policies: Tree | undefined,
  add: Add,
): void {
  const poll = child(tree, 'poll');
  const most = child(poll, 'max_interval');
  const onFull = textOf(child(poll, 'on_full')) ?? USUAL_POLL.on_full;
  if (most === undefined || !readDuration(leafOf(most)).ok || onFull !== 'pause') return;
  if (brokerOf(queues.get(textOf(child(tree, 'consumes')) ?? '')) !== 'kafka') return;
  if (!isNamed('on_full', policies)) add(most.place, say.pollsOn());
}

/** A broker is no caller: it does not time out, and it tries again as its queue says. */
function checkDelivery({ caller, name, settings, to }: Edge, add: Add): void {
  for (const [key, { key: place }] of entriesOf(settings)) {
    if (key !== 'network') add(place, say.brokersOnlyDeliver(key, name));
  }
  const queue = child(to.tree, 'queue');
  const full = child(queue, 'when_full');
  if (full === undefined || typeof leafOf(child(queue, 'capacity')) !== 'number') return;
  if (textOf(full) === 'caller_runs') add(full.place, say.brokerRunsNothing(caller.name));
  if (textOf(full) === 'drop_newest') add(full.place, say.neverAcknowledged(caller.name));
}

function checkSilence(edge: Edge, senders: Tree | undefined, add: Add): void {
  const full = child(edge.to.tree, 'when_full');
  if (full === undefined || textOf(full) !== 'drop_newest') return;
  if (typeof leafOf(child(edge.to.tree, 'capacity')) !== 'number') return;
  if (waitsForEver(edge, senders)) add(full.place, say.silentQueue(edge.name));
}

/** What is larger than all that a client may hold unsent is never sent. */
function checkSize({ caller, to }: Edge, senders: Tree | undefined, add: Add): void {
  if (caller.kind !== 'producer' || brokerOf(to) !== 'kafka') return;
  const size = child(child(senders, caller.name), 'size');
  const buffer = child(child(to.tree, 'producer'), 'buffer');
  const [bytes, most] = [size, buffer].map((at) => readSize(leafOf(at)));
  const place = size?.place ?? buffer?.place;
  if (place === undefined) return;
  const held = bytes?.ok === true ? bytes.value : USUAL_SIZE;
  const room = most?.ok === true ? most.value : USUAL_PRODUCER.buffer;
  if (held > room) add(place, say.neverSent(caller.name, to.name));
}

/**
 * What to write so that who always has more to put into a queue waits; null where he does: who
 * consumes a stream asks for so many, and RabbitMQ blocks publishers while its memory is full.
 */
export function cureOfBacklog(queue: Component, graph: Graph): string | null {
  const broker = brokerOf(queue);
  if (broker === undefined) return null;
  if (broker === 'stream') {
    const isFlood = consumersOf(queue, graph).some(
      ({ tree }) => leafOf(child(child(tree, 'request'), 'n')) === 'unbounded',
    );
    return isFlood ? 'ask for less than any number: request: { n: 256 }' : null;
  }
  if (child(queue.tree, 'memory')?.kind === 'map') return null;
  if (broker !== 'memory') return 'give the edge a window: { credits: N }, or a rate_limit';
  const isBounded = typeof leafOf(child(queue.tree, 'capacity')) === 'number';
  const blocks = leafOf(child(queue.tree, 'when_full')) === 'block';
  if (isBounded && blocks) return null;
  return 'give it capacity: N and when_full: block, or the edge a window';
}
