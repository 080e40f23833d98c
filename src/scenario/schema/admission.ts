import type { AdmissionPlan, ShedMeasure } from '../../model/plan.js';
import { DAGOR } from '../../policies/dagor.js';
import { FAIR_QUEUES, HANDS_MAX, handsOf } from '../../policies/fair-queues.js';
import type { ShedLevel } from '../../policies/priority-shed.js';
import * as say from '../messages.js';
import type { Refusal } from '../refusal.js';
import { concurrency } from './concurrency.js';
import { type Condition, condition } from './faults.js';
import { count, share, truth } from './figures.js';
import {
  also,
  either,
  type Form,
  into,
  list,
  map,
  mechanism,
  optional,
  perForm,
  required,
  type Schema,
  word,
} from './kit.js';
import { rateLimit } from './limits.js';
import { atLeast, option, part, time } from './options.js';

/** A rule of admission as written: a plan, but for the conditions of a signal. */
export type WrittenRule =
  | Exclude<AdmissionPlan, { kind: 'signal' }>
  | { kind: 'signal'; when: Condition[]; share: number; delayNs: number };

const MEASURES: readonly ShedMeasure[] = ['queue', 'utilization', 'in_flight', 'limit'];

function dagor(): Schema<AdmissionPlan> {
  const settings = map({
    target: time(
      atLeast(1),
      'Overloaded when those who began within a window had waited longer on average.',
      DAGOR.targetNs,
    ),
    window: time(atLeast(1), 'A window is no longer.', DAGOR.windowNs),
    requests: option(count(1), 'A window has no more arrivals.', DAGOR.requests),
    decrease: part('So many fewer are let in after an overloaded window.', DAGOR.decrease),
    increase: part('So many of the arrivals more are let in after any other.', DAGOR.increase),
    users: option(count(1, 65_536), 'Levels of users within a priority.', DAGOR.users),
  });
  return into(settings, ({ target, window, ...spec }) => ({
    kind: 'dagor' as const,
    spec: { ...spec, targetNs: target, windowNs: window },
  }));
}

function fairQueues(form: Form): Schema<AdmissionPlan> {
  const settings = map({
    queues: option(count(1, 10_000), 'How many queues a replica has.', FAIR_QUEUES.queues),
    hand: option(count(1, 1000), 'How many of them a tenant may use.', FAIR_QUEUES.hand),
    length: option(count(1), 'How many may wait in one queue.', FAIR_QUEUES.length),
  });
  const checked = also(settings, ({ queues, hand }): Refusal | undefined => {
    if (form === 'patch') return undefined;
    if (hand > queues) return say.handTooLarge(hand, queues);
    return handsOf(queues, hand) > HANDS_MAX ? say.tooManyHands(hand, queues) : undefined;
  });
  return into(checked, (spec) => ({ kind: 'fair_queues' as const, spec }));
}

function priorityShed(form: Form): Schema<AdmissionPlan> {
  const level = map<ShedLevel>({
    priority: required(form, count(0), 'This priority, and all less important (greater) ones.'),
    above: required(form, share, 'Refused while more than this share is used.'),
  });
  const settings = map({
    of: optional(
      word(MEASURES),
      'Of what: who waits in the queue of its capacity, busy workers of all, who was let in of ' +
        'workers and capacity together, or of the limit of concurrency.',
      'queue' as const,
      'queue',
    ),
    levels: required(form, list(level), 'From which load on which priorities are refused.'),
  });
  const checked = also(settings, ({ levels }) =>
    form === 'whole' && Array.isArray(levels) ? levelsInOrder(levels) : undefined,
  );
  return into(checked, ({ of, levels }) => ({ kind: 'priority_shed' as const, of, levels }));
}

/** Levels that contradict each other: one twice, or the more important refused the sooner. */
function levelsInOrder(levels: readonly ShedLevel[]): Refusal | undefined {
  if (levels.length === 0) return say.noLevels();
  const sorted = [...levels].sort((a, b) => b.priority - a.priority);
  for (let i = 1; i < sorted.length; i++) {
    const [less, more] = [sorted[i - 1], sorted[i]];
    if (less === undefined || more === undefined) continue;
    if (less.priority === more.priority) return say.levelTwice(more.priority);
    if (more.above < less.above) return say.importantFirst(more.priority, less.priority);
  }
  return undefined;
}

function signal(form: Form): Schema<WrittenRule> {
  const one = into(condition, (single): Condition[] => [single]);
  const settings = map({
    when: required(
      form,
      either(one, list(condition)),
      'Pressure is on while a figure of the series, over the last whole second, is so: METRIC OP ' +
        'value; or any of several.',
    ),
    share: optional(share, 'The share of arrivals that it strikes.', 1, '100%'),
    delay: optional(
      atLeast(1),
      'Those struck wait so long before they go on; left out: they are refused.',
    ),
  });
  const checked = also(settings, ({ when }) =>
    form === 'whole' && Array.isArray(when) && when.length === 0 ? say.noCondition() : undefined,
  );
  return into(checked, ({ when, share: part, delay }) => ({
    kind: 'signal' as const,
    when,
    share: part,
    delayNs: delay ?? 0,
  }));
}

/** A mechanism that is switched off. */
type Off = 'none';

/** A mechanism, or `none`. */
function orNone<T>(schema: Schema<T>): Schema<T | Off> {
  return either(schema, word(['none'])) as Schema<T | Off>;
}

/** At most one of some kinds. */
function several<T extends object>(shape: { [K in keyof T]: Schema<T[K]> }): Schema<Partial<T>> {
  const keys = Object.keys(shape);
  return also(map(shape) as Schema<Partial<T>>, (value) => {
    const present = keys.filter((key) => (value as Record<string, unknown>)[key] !== undefined);
    return present.length > 1 ? say.severalOf('a rule of admission', present) : undefined;
  });
}

function rule(form: Form): Schema<WrittenRule | Off> {
  const rate = into(rateLimit(form, 'callee'), (limit): WrittenRule => {
    return { kind: 'rate_limit', limit };
  });
  const atOnce = into(concurrency(form), ({ limit, shared }): WrittenRule => {
    return { kind: 'concurrency', limit, shared };
  });
  const canFinish = into(truth, (on): WrittenRule | Off => (on ? { kind: 'can_finish' } : 'none'));
  const shape = {
    rate_limit: optional(
      orNone(rate),
      'So many a second, from a bucket of tokens; where tenants are told apart, one each, with ' +
        'the numbers of the plan that is named after the tenant, or after the producer that draws it.',
    ),
    concurrency: optional(
      orNone(atOnce),
      'So many at once, waiting or at work; what it learns from is the time from being let in to ' +
        'the end of what ended well, and what was displaced, expired or found the queue full.',
    ),
    priority_shed: optional(
      orNone(priorityShed(form)),
      'The higher the load, the more important a request must be.',
    ),
    dagor: optional(
      orNone(dagor()),
      "WeChat's: above a mean wait in the queue the least important levels (priority, then user) " +
        'are refused, as many as it takes to let in 5% fewer.',
    ),
    fair_queues: optional(
      orNone(fairQueues(form)),
      'Shuffle sharding (Kubernetes): each tenant has a hand of the queues, joins the shortest, and ' +
        'is refused where that is full; the queues take turns. This is the order of the line.',
    ),
    can_finish: optional(
      canFinish,
      'Refuses what would miss its deadline. It would wait (those ahead + 1) ÷ workers × the mean time ' +
        'that the last 100 requests held a worker, and work as long as nine in ten of them did; one that ' +
        'finds a worker free as long as their mean. Who finds nobody there is let in.',
    ),
    signal: optional(orNone(signal(form)), 'Refuses or delays a share while a figure is so.'),
  };
  // In a policy null takes a rule away, so that none may be left.
  const kinds = form === 'whole' ? mechanism(shape, 'a rule of admission') : several(shape);
  return into(kinds, (chosen) => {
    const [made] = Object.values(chosen).filter((value) => value !== undefined);
    return (made ?? 'none') as WrittenRule | Off;
  });
}

/** Rules that are asked, in this order, before a request may start or wait. */
export const admission = perForm((form): Schema<WrittenRule[]> => {
  const rules = into(list(rule(form)), (found) => found.filter((one) => one !== 'none'));
  const checked = also(rules, (written): Refusal | undefined => {
    const kinds = written.map(({ kind }) => kind);
    const twice = kinds.find((kind, i) => kinds.indexOf(kind) < i);
    return twice === undefined ? undefined : say.ruleTwice(twice);
  });
  return either(
    checked,
    into(word(['none']), (): WrittenRule[] => []),
  );
});
