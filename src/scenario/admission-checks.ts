import { checkCondition } from './fault-checks.js';
import type { Component, Graph } from './graph.js';
import type { Mistake, Place } from './issue.js';
import * as say from './messages.js';
import { isToldDeadlines } from './queue-checks.js';
import { child, entriesOf, itemsOf, leafOf, type Tree, textOf } from './tree.js';

type Add = (place: Place, mistake: Mistake) => void;

/** What rules of admission say and does not go with the rest; `isBase`: the file itself says it. */
export function checkAdmission(
  component: Component,
  producers: Tree | undefined,
  graph: Graph,
  isBase: boolean,
  add: Add,
): void {
  const checks = new Checks(component, producers, graph, add);
  for (const item of itemsOf(child(component.tree, 'admission'))) {
    for (const [kind, { value }] of entriesOf(item)) checks.rule(kind, value);
    if (!isBase) continue;
    for (const [kind, { value }] of entriesOf(item)) checks.effect(kind, value);
  }
}

/** Whether a component has rules that may refuse. */
export function mayRefuse({ tree }: Component): boolean {
  return itemsOf(child(tree, 'admission')).some((item) =>
    entriesOf(item).some(([kind, { value }]) => {
      const delays = kind === 'signal' && child(value, 'delay') !== undefined;
      return !delays && textOf(value) !== 'none' && leafOf(value) !== false;
    }),
  );
}

class Checks {
  private readonly workers: unknown;
  private readonly capacity: unknown;
  private readonly discipline: Tree | undefined;

  constructor(
    private readonly component: Component,
    private readonly producers: Tree | undefined,
    private readonly graph: Graph,
    private readonly add: Add,
  ) {
    const { tree } = component;
    const queue = child(tree, 'queue');
    this.workers = leafOf(child(tree, 'workers'));
    this.capacity = leafOf(child(queue, 'capacity'));
    this.discipline = child(queue, 'discipline');
  }

  /** What cannot be. */
  rule(kind: string, value: Tree): void {
    if (kind === 'fair_queues' && value.kind === 'map') this.fairQueues(value);
    if (kind === 'rate_limit') this.plans(value);
    if (kind === 'signal') this.conditions(value);
  }

  /** What changes nothing. */
  effect(kind: string, value: Tree): void {
    if (kind === 'priority_shed') this.shed(value);
    if (kind === 'dagor' && value.kind === 'map' && this.nobodyWaits()) {
      this.add(value.place, say.noWaitToGoBy(this.component.name));
    }
    if (
      kind === 'can_finish' &&
      leafOf(value) === true &&
      !isToldDeadlines(this.component, this.graph, this.producers)
    ) {
      this.add(value.place, say.noDeadlineKnown(this.component.name));
    }
    const limit = kind === 'concurrency' ? (leafOf(child(value, 'limit')) ?? leafOf(value)) : null;
    if (typeof limit !== 'number' || leafOf(child(value, 'shared')) === true) return;
    const room = this.room();
    if (limit >= room) this.add(value.place, say.limitOutOfReach(limit, room));
  }

  /** Whether nobody ever stands in the queue but while the replica is paused. */
  private nobodyWaits(): boolean {
    const isShared = this.discipline !== undefined && textOf(this.discipline) === 'ps';
    return isShared || this.workers === 'unbounded' || this.capacity === 0;
  }

  /** How many find room at one replica; a full queue that makes others wait counts as endless. */
  private room(): number {
    const when = textOf(child(child(this.component.tree, 'queue'), 'when_full'));
    const waits = when === 'block' || when === 'caller_runs';
    if (waits || typeof this.workers !== 'number' || typeof this.capacity !== 'number') {
      return Number.POSITIVE_INFINITY;
    }
    return this.workers + this.capacity;
  }

  private fairQueues(value: Tree): void {
    const { discipline } = this;
    const order = discipline === undefined ? 'fifo' : (textOf(discipline) ?? 'priority');
    if (order !== 'fifo') this.add(value.place, say.linesHaveAnOrder(order));
    if (this.workers === 'unbounded') {
      this.add(value.place, say.nobodyEverWaits(this.component.name));
    }
  }

  private plans(value: Tree): void {
    // A tenant that is drawn goes by its producer.
    const known = entriesOf(this.producers).map(
      ([name, producer]) => textOf(child(producer.value, 'tenant')) ?? name,
    );
    for (const [name, { key }] of entriesOf(child(value, 'plans'))) {
      if (!known.includes(name)) this.add(key, say.noSuchTenant(name, known));
    }
  }

  private conditions(value: Tree): void {
    const when = child(value, 'when');
    for (const one of when?.kind === 'list' ? when.items : [when]) {
      checkCondition(one, this.graph, this.add);
    }
  }

  private shed(value: Tree): void {
    const of = textOf(child(value, 'of')) ?? 'queue';
    const needsRoom = of === 'queue' || of === 'in_flight';
    const needsWorkers = of === 'utilization' || of === 'in_flight';
    if (needsRoom && typeof this.capacity !== 'number') {
      this.add(value.place, say.shedsNothing(of, 'the queue has no bound'));
    } else if (of === 'queue' && this.capacity === 0) {
      this.add(value.place, say.shedsNothing(of, 'the queue has no room'));
    } else if (needsWorkers && this.workers === 'unbounded') {
      this.add(value.place, say.shedsNothing(of, 'workers are unbounded'));
    } else if (of === 'limit' && !this.hasLimit()) {
      this.add(value.place, say.shedsNothing(of, 'no concurrency stands in this list'));
    }
    const least = entriesOf(this.producers).map(([, producer]) =>
      Number(leafOf(child(producer.value, 'priority')) ?? 0),
    );
    for (const level of itemsOf(child(value, 'levels'))) {
      const priority = leafOf(child(level, 'priority'));
      if (typeof priority !== 'number' || least.some((one) => one >= priority)) continue;
      this.add(level.place, say.levelOfNobody(priority));
    }
  }

  private hasLimit(): boolean {
    return itemsOf(child(this.component.tree, 'admission')).some(
      (item) => child(item, 'concurrency') !== undefined,
    );
  }
}
