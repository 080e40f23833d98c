import type { ConsumesPlan, Plan, PollPlan, QueuePlan } from '../model/plan.js';
import { conditionText } from './understood-rules.js';
import { formatDuration, formatShare, formatSize } from './units.js';

/** Queues that stand by themselves: who keeps them, and what becomes of what finds no room. */
export function queueLines({ queues }: Plan): Map<string, string> {
  return new Map(queues.map((queue) => [queue.name, queueText(queue, queues)]));
}

function queueText(queue: QueuePlan, queues: readonly QueuePlan[]): string {
  const letters = queue.deadLetter < 0 ? [] : [`dead letters to ${queues[queue.deadLetter]?.name}`];
  return `${queue.broker.kind}, ${[...brokerTexts(queue), ...letters].join('; ')}`;
}

function brokerTexts({ broker, capacity, whenFull }: QueuePlan): string[] {
  const room = Number.isFinite(capacity) ? `${capacity}, then ${whenFull}` : 'unbounded';
  switch (broker.kind) {
    case 'memory':
      return [room];
    case 'kafka':
      return [
        many(broker.partitions, 'partition'),
        `kept ${time(broker.retentionNs)}`,
        `a client holds ${formatSize(broker.bufferBytes)} unsent, then waits ${time(broker.maxBlockNs)}`,
      ];
    case 'rabbitmq': {
      const parts = [room];
      const { deliveryLimit, memory } = broker;
      if (Number.isFinite(deliveryLimit))
        parts.push(`delivered again ${deliveryLimit} times at most`);
      if (memory !== null) {
        const { at, limitBytes } = memory;
        parts.push(`blocks publishers above ${formatShare(at)} of ${formatSize(limitBytes)}`);
      }
      return parts;
    }
    case 'sqs': {
      const parts = [`hidden ${time(broker.visibilityNs)} from its receipt`];
      const { inFlightMax, receivesMax } = broker;
      if (Number.isFinite(receivesMax)) parts.push(`received ${receivesMax} times at most`);
      parts.push(`${Number.isFinite(inFlightMax) ? inFlightMax : 'any number'} in flight`);
      return parts;
    }
    case 'stream':
      return [
        Number.isFinite(capacity) ? `${capacity} buffered` : 'who can wait waits until it is asked',
        `what cannot wait is ${overflowText(broker.overflow, capacity)}`,
      ];
  }
}

/** What becomes of what comes unasked, from a source that can't be slowed. */
function overflowText(overflow: 'buffer' | 'drop' | 'latest' | 'error', capacity: number): string {
  const first = Number.isFinite(capacity) && capacity > 0 ? 'buffered, then ' : '';
  switch (overflow) {
    case 'buffer':
      return Number.isFinite(capacity) ? `${first}refused` : 'buffered, any number';
    case 'drop':
      return `${first}dropped`;
    case 'latest':
      return first === '' ? 'dropped but for the latest' : `${first}takes the place of the oldest`;
    default:
      return `${first}refused, and the stream fails`;
  }
}

/** How a component takes its work from a queue. */
export function consumesText({ how, queue }: ConsumesPlan, queues: readonly QueuePlan[]): string {
  const parts = [`consumes ${queues[queue]?.name}`];
  switch (how.kind) {
    case 'worker':
      break;
    case 'prefetch':
      parts.push(`prefetch ${Number.isFinite(how.count) ? how.count : 'unbounded'}`);
      break;
    case 'poll':
      parts.push(...pollTexts(how));
      break;
    case 'receive':
      parts.push(`up to ${how.recordsMax} at once`);
      parts.push(how.waitNs > 0 ? `polls that wait ${time(how.waitNs)}` : 'short polls');
      break;
    case 'request': {
      const { forget, n, replenish } = how;
      const asks = Number.isFinite(n) ? `${n}, more at ${formatShare(replenish)}` : 'any number';
      parts.push(`asks for ${asks}`);
      if (forget > 0) parts.push(`forgets ${formatShare(forget)} of its requests`);
    }
  }
  return parts.join(', ');
}

function pollTexts(poll: PollPlan): string[] {
  const { everyNs, pauseWhen, rebalance } = poll;
  const parts = [`polls of up to ${poll.recordsMax}${poll.batch ? ' done together' : ''}`];
  if (everyNs > 0) parts.push(`${time(everyNs)} between them`);
  parts.push(`${poll.onFull} when all workers are busy`);
  if (pauseWhen.length > 0) parts.push(`pauses when ${pauseWhen.map(conditionText).join(' or ')}`);
  parts.push(`out of its group after ${time(poll.intervalMaxNs)} without a poll`);
  parts.push(`or ${time(poll.sessionNs)} without a heartbeat`);
  parts.push(`${rebalance.mode} rebalance of ${time(rebalance.takesNs)}`);
  return parts;
}

function time(ns: number): string {
  return Number.isFinite(ns) ? formatDuration(ns) : 'without end';
}

function many(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
