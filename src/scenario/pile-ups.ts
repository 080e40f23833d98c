import { eachStep, handlersOf } from '../model/index.js';
import {
  type CallStepPlan,
  type ComponentPlan,
  type EdgePlan,
  type Plan,
  type ProducerPlan,
  type QueuePlan,
  queueOf,
  type StepPlan,
} from '../model/plan.js';
import * as say from './messages/pile-ups.js';

/** A place where work can pile up without limit. */
interface PileUp {
  /** The key that would limit it: "services.shop.queue.capacity". */
  place: string;
  /** Why it can. */
  why: string;
  /** What to write instead. */
  cure: string;
}

/**
 * Every place of a plan where work can pile up without limit: what arrives there is bounded neither
 * by its own limits nor by how many can send at once. In the order of the plan; none where the whole
 * system is bounded. Time limits what is kept for a while, so a call with a timeout piles up nothing
 * at the caller; but it leaves work behind at the callee, which then does.
 */
export function pileUps(plan: Plan): PileUp[] {
  const survey = new Survey(plan);
  const found: PileUp[] = [];
  plan.components.forEach((component, index) => {
    const inflow = survey.inflow(index);
    if (inflow === null) return;
    const hoard = survey.hoard(index);
    if (hoard !== null && (isEndless(component) || keepsAll(component))) {
      found.push({ place: `${pathOf(component)}.${hoard.key}`, why: inflow, cure: hoard.cure });
      return;
    }
    if (isEndless(component)) {
      const place = `${pathOf(component)}.queue.capacity`;
      const why = `${say.queue(inflow)}${survey.untilMemoryIsGone(index)}`;
      found.push({ place, why, cure: say.boundTheQueue() });
    }
    if (mayRefuse(component)) {
      const place = `${pathOf(component)}.reject.cost`;
      found.push({ place, why: say.refusals(inflow), cure: say.refuseEarlier() });
    }
    if (keepsAll(component)) found.push(...survey.roomsWithoutBound(index, inflow));
    if (component.workers === Infinity && component.memory !== null) {
      const place = `${pathOf(component)}.workers`;
      const why = `${say.takesAll(inflow)}${survey.untilMemoryIsGone(index)}`;
      found.push({ place, why, cure: say.boundTheWorkers() });
    }
  });
  plan.edges.forEach((edge) => {
    const retried = survey.storm(edge);
    if (retried !== null) found.push(retried);
    found.push(...survey.gates(edge));
  });
  plan.producers.forEach((_, index) => {
    found.push(...survey.outbox(index));
  });
  found.push(...lockLines(plan, (component) => survey.inflow(component)));
  plan.queues.forEach((_, index) => {
    found.push(...survey.brokerQueue(index));
    found.push(...survey.deadLetters(index));
  });
  return found;
}

/** Lines of locks for which whoever takes any number of requests waits without a bound. */
function lockLines(plan: Plan, inflowOf: (component: number) => string | null): PileUp[] {
  const found = new Map<string, PileUp>();
  for (const { component, steps } of handlersOf(plan)) {
    const inflow = inflowOf(component);
    const part = plan.components[component];
    // Who waits for a lock gives its worker up there, so workers are no bound.
    const takesAll = keepsAll(part) || part.queue.discipline === 'preemptive';
    if (inflow === null || !takesAll) continue;
    eachStep(steps, (step) => {
      if (step.op !== 'lock' || step.waitNs < Infinity) return;
      const place = `locks.${plan.locks[step.lock].name}.wait`;
      if (found.has(place)) return;
      found.set(place, { place, why: say.lockLine(part.name, inflow), cure: say.boundTheLock() });
    });
  }
  return [...found.values()];
}

/** Without a bound in number or in time. */
function isEndless(component: ComponentPlan): boolean {
  const { admission, workers, queue } = component;
  if (isLimited(component) || admission.some(({ kind }) => kind === 'fair_queues')) return false;
  if (queue.maxAge !== null || queue.shed?.kind === 'facebook') return false;
  return workers !== Infinity && queue.capacity === Infinity;
}

/** Whether it lets in so many at once and no more. */
function isLimited({ admission }: ComponentPlan): boolean {
  return admission.some(({ kind }) => kind === 'concurrency');
}

/** Whether it refuses at the cost of its own work. */
function mayRefuse({ admission, queue, reject, workers }: ComponentPlan): boolean {
  if (reject === null || reject.costNs === 0 || workers === Infinity) return false;
  return admission.length > 0 || (queue.capacity !== Infinity && queue.whenFull !== 'block');
}

/** Whether it takes on whatever comes, however many of its requests wait for answers already. */
function keepsAll(component: ComponentPlan): boolean {
  if (isLimited(component)) return false;
  return component.workers === Infinity || component.io === 'async';
}

/** Whether its caller waits no longer than some time. */
function isTimed({ timeoutNs, deadline }: EdgePlan): boolean {
  return timeoutNs < Infinity || (deadline !== null && deadline.withinNs < Infinity);
}

/** Whether who publishes to a queue, and can be, may be kept waiting for as long as it takes. */
function makesWait({ broker, capacity, whenFull }: QueuePlan): boolean {
  if (broker.kind === 'rabbitmq') return broker.memory !== null;
  return capacity < Infinity && whenFull === 'block';
}

function pathOf({ kind, name }: ComponentPlan): string {
  return `${kind === 'service' ? 'services' : 'dependencies'}.${name}`;
}

/** A call as it stands in a handler: side by side with others it may be left behind. */
interface Placed {
  call: CallStepPlan;
  /** The other branches of its `parallel`, and whether all of them must succeed. */
  beside: CallStepPlan[];
  all: boolean;
}

/** How a consumer takes on whatever its queue holds, and what to say instead; null where it does not. */
function hoarding({ consumes }: ComponentPlan): Hoard | null {
  if (consumes === null) return null;
  const { how } = consumes;
  if (how.kind === 'prefetch' && how.count === Infinity) {
    return { key: 'prefetch', cure: say.boundThePrefetch() };
  }
  if (how.kind === 'poll' && how.onFull === 'buffer') {
    return { key: 'poll.on_full', cure: say.pauseThePolls() };
  }
  if (how.kind === 'request' && how.n === Infinity) {
    return { key: 'request.n', cure: say.boundTheRequest() };
  }
  return null;
}

/** The key by which a consumer takes on any number, and the cure. */
interface Hoard {
  key: string;
  cure: string;
}

class Survey {
  /** By component, then by queue: why no limit stands on how many can be there at once, were it not for its own. */
  private readonly inflows = new Map<number, string>();
  /** By component, then by queue: why it may keep an answer back without limit. */
  private readonly waits = new Map<number, string>();
  private readonly leftBehind = new Set<number>();
  private readonly calls: Placed[][];

  constructor(private readonly plan: Plan) {
    this.calls = plan.components.map(({ routes, degrade }) => [
      ...routes.flatMap(({ steps }) => placed(steps)),
      ...placed(degrade?.steps ?? []),
    ]);
    this.findLeftBehind();
    this.findInflows();
    this.findWaits();
  }

  /** Null where all who send to it wait for its answers and are limited in number themselves. */
  inflow(component: number): string | null {
    return this.inflows.get(component) ?? null;
  }

  /** Null where no consumer's way of asking is why any number comes to it. */
  hoard(component: number): Hoard | null {
    const part = this.plan.components[component];
    const inflow = this.inflows.get(component);
    const queue = part.consumes === null ? undefined : this.plan.queues[part.consumes.queue];
    return queue !== undefined && inflow === say.takesOver(queue.name) ? hoarding(part) : null;
  }

  /** From whoever sends without limit, or leaves work behind, on through rooms without a bound. */
  private findInflows(): void {
    const { edges, components, queues } = this.plan;
    const pending: number[] = [];
    const flood = (node: number, reason: string): void => {
      if (this.inflows.has(node)) return;
      this.inflows.set(node, reason);
      if (node >= components.length || keepsAll(components[node])) pending.push(node);
    };
    edges.forEach((edge, index) => {
      const reason = this.spring(edge, index);
      if (reason !== null) flood(edge.to, reason);
    });
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (next < components.length) {
        const reason = say.passesOn(components[next].name);
        for (const { call } of this.calls[next]) {
          if (!this.waitsForDemand(edges[call.to.edge])) flood(edges[call.to.edge].to, reason);
        }
        continue;
      }
      const queue = next - components.length;
      const { deadLetter, name } = queues[queue];
      if (deadLetter >= 0) flood(components.length + deadLetter, say.givesUp(name));
      components.forEach((part, component) => {
        if (part.consumes?.queue !== queue || hoarding(part) === null) return;
        flood(component, say.takesOver(name));
      });
    }
  }

  /** Why an edge by itself brings any number of requests; null where it does not. */
  private spring(edge: EdgePlan, index: number): string | null {
    const { from } = edge;
    // What a broker delivers is bounded by how it is asked for.
    if (from.kind === 'queue') return null;
    if (from.kind === 'producer') {
      const { name, arrivals } = this.plan.producers[from.index];
      const open = arrivals.kind !== 'closed' && arrivals.kind !== 'backlog';
      if (open) return say.open(name);
      return isTimed(edge) && !this.waitsForDemand(edge) ? say.leavesBehind(name) : null;
    }
    if (this.waitsForDemand(edge)) return null;
    const { name } = this.plan.components[from.index];
    if (queueOf(this.plan, edge) >= 0) return say.publishes(name);
    return this.holds(edge, index) ? null : say.leavesBehind(name);
  }

  /** Whether an edge leads into a stream where who can be slowed waits until it is asked. */
  private waitsForDemand(edge: EdgePlan): boolean {
    return this.isOnDemand(queueOf(this.plan, edge));
  }

  /** Whether a queue is a stream that nobody asks for any number of messages. */
  private isOnDemand(queue: number): boolean {
    const { components, queues } = this.plan;
    if (queue < 0 || queues[queue].broker.kind !== 'stream') return false;
    return !components.some((part) => part.consumes?.queue === queue && hoarding(part) !== null);
  }

  /** Whether a caller waits on this edge until its work is done, however long that takes. */
  private holds(edge: EdgePlan, index: number): boolean {
    return (!isTimed(edge) || edge.cancel) && !this.leftBehind.has(index);
  }

  /** Edges of calls that go on unheard when the ones beside them are enough, or have failed. */
  private findLeftBehind(): void {
    for (const { call, beside, all } of this.calls.flat()) {
      if (beside.length === 0) continue;
      if (!all || beside.some(({ to }) => this.mayFail(this.plan.edges[to.edge]))) {
        this.leftBehind.add(call.to.edge);
      }
    }
  }

  /** Whether a call can fail while the ones beside it are still out. */
  private mayFail(edge: EdgePlan): boolean {
    const { to } = edge;
    if (edge.throttle !== null || edge.rateLimit !== null || edge.concurrency !== null) return true;
    if (isTimed(edge)) return true;
    if (queueOf(this.plan, edge) >= 0) return this.mayRefuseToTake(queueOf(this.plan, edge));
    const { admission, workers, queue, routes } = this.plan.components[to];
    if (admission.length > 0 || this.plan.faults.some(({ kind }) => kind === 'errors')) return true;
    const refuses = queue.whenFull === 'reject' || queue.whenFull === 'dead_letter';
    if (workers !== Infinity && queue.capacity !== Infinity && refuses) return true;
    if (queue.shed !== null) return true;
    return routes.some(({ steps }) => steps.some(fails)) || this.calls[to].length > 0;
  }

  private mayRefuseToTake(queue: number): boolean {
    const { broker, capacity, whenFull } = this.plan.queues[queue];
    if (broker.kind === 'kafka') return broker.maxBlockNs < Infinity;
    if (broker.kind === 'stream') return false;
    return capacity < Infinity && (whenFull === 'reject' || whenFull === 'dead_letter');
  }

  /** Requests that a component without a bound keeps while others keep it waiting. */
  roomsWithoutBound(component: number, inflow: string): PileUp[] {
    const room = this.plan.components[component];
    const place = `${pathOf(room)}.workers`;
    const endless = room.workers === Infinity;
    if (endless && room.contention !== null) {
      return [{ place, why: say.slower(inflow), cure: say.boundTheWorkers() }];
    }
    if (endless && this.isPaused(component)) {
      return [{ place, why: say.paused(inflow), cure: say.boundTheWorkers() }];
    }
    const found: PileUp[] = [];
    for (const { call } of this.calls[component]) {
      const edge = this.plan.edges[call.to.edge];
      const wait = isTimed(edge) ? undefined : this.waits.get(edge.to);
      if (wait === undefined) continue;
      const where = `calls.${edge.name}.timeout`;
      if (found.some((one) => one.place === where)) continue;
      found.push({
        place: where,
        why: say.waitsFor(room.name, wait),
        cure: say.timeOut(room.name),
      });
    }
    return found;
  }

  /** From what may not answer back through the calls that wait for it without a timeout. */
  private findWaits(): void {
    const { edges, components, queues } = this.plan;
    const callers: number[][] = [...components, ...queues].map(() => []);
    for (const edge of edges) {
      const { from, to } = edge;
      if (from.kind === 'component' && !isTimed(edge)) callers[to].push(from.index);
    }
    const pending: number[] = [];
    const stall = (component: number, reason: string): void => {
      if (this.waits.has(component)) return;
      this.waits.set(component, reason);
      pending.push(component);
    };
    components.forEach((_, component) => {
      const reason = this.waitAt(component);
      if (reason !== null) stall(component, reason);
    });
    queues.forEach((queue, index) => {
      if (makesWait(queue) || this.isOnDemand(index))
        stall(components.length + index, say.makesWait(queue.name));
    });
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      for (const caller of callers[next]) stall(caller, this.waits.get(next)!);
    }
  }

  /** Why a component by itself may not answer; null where it always does in time. */
  private waitAt(component: number): string | null {
    const callee = this.plan.components[component];
    const { name, kind, workers, queue } = callee;
    if (this.isPaused(component)) return say.canBePaused(name);
    if (isEndless(callee)) return say.hasEndlessQueue(name);
    if (workers !== Infinity && queue.whenFull === 'block') return say.makesWait(name);
    return kind === 'dependency' ? say.notYours(name) : null;
  }

  private isPaused(component: number): boolean {
    return this.plan.faults.some(
      (fault) => fault.kind === 'pause' && fault.component === component,
    );
  }

  /**
   * How many a replica can hold, of the largest that there are; and, where producers send to it at a
   * known rate, how long that takes when nothing is served. Nothing where memory is not counted.
   */
  untilMemoryIsGone(component: number): string {
    const { edges, producers } = this.plan;
    const { memory, replicas } = this.plan.components[component];
    if (memory === null) return '';
    const largest = Math.max(1, ...producers.map(({ sizeBytes }) => sizeBytes));
    const count = Math.floor((memory.limitBytes - memory.baseBytes) / largest);
    let perSecond = 0;
    for (const { arrivals, to } of producers) {
      const weights = to.reduce((sum, { weight }) => sum + weight, 0);
      const own = to.filter(({ edge }) => edges[edge].to === component);
      const share = own.reduce((sum, { weight }) => sum + weight, 0) / weights;
      perSecond += (share > 0 ? peakOf(arrivals) : 0) * share;
    }
    const seconds = perSecond > 0 ? (count * replicas) / perSecond : Infinity;
    return say.memoryGone(count, seconds);
  }

  /** Retries that put the same work into a queue without a bound again and again. */
  storm(edge: EdgePlan): PileUp | null {
    const { retry, timeoutNs, to, name } = edge;
    if (retry === null || retry.budget !== null || retry.attempts < 2) return null;
    if (timeoutNs === Infinity || edge.cancel || !triesAgainOnTimeout(retry.on)) return null;
    if (queueOf(this.plan, edge) >= 0) return null;
    const callee = this.plan.components[to];
    if (!isEndless(callee) || this.inflow(to) === null) return null;
    const why = say.retries(callee.name, retry.attempts);
    return { place: `calls.${name}.retry.budget`, why, cure: say.budget(callee.name) };
  }

  /** Lines at the gates of a caller that takes on whatever comes. */
  gates(edge: EdgePlan): PileUp[] {
    const { name, from, connections, bulkhead, windowCredits } = edge;
    const inflow = this.sendsWithoutBound(from);
    if (inflow === null || (edge.deadline !== null && edge.deadline.withinNs < Infinity)) return [];
    const found: PileUp[] = [];
    const add = (key: string, why: string, cure: string): void => {
      found.push({ place: `calls.${name}.${key}`, why, cure });
    };
    if (connections !== null && connections.waitNs === Infinity) {
      add('connections.wait', say.connection(inflow), say.boundTheWait());
    }
    if (bulkhead !== null && bulkhead.waiting === Infinity && bulkhead.waitNs === Infinity) {
      add('bulkhead.waiting', say.place(inflow), say.boundTheLine());
    }
    if (edge.rateLimit?.waitNs === Infinity) {
      const key = edge.rateLimit.kind === 'bucket' ? 'wait' : 'resilience4j.timeout_duration';
      add(`rate_limit.${key}`, say.turn(inflow), say.boundTheWait());
    }
    if (edge.throttle?.kind === 'aws_adaptive' && edge.throttle.waitNs === Infinity) {
      add('throttle.aws_adaptive.wait', say.turn(inflow), say.boundTheWait());
    }
    if (edge.breaker?.kind === 'cockatiel' && edge.timeoutNs === Infinity) {
      add('breaker.cockatiel', say.probe(inflow), say.timeOutTheCall());
    }
    if (windowCredits < Infinity) add('window', say.credits(inflow), say.boundTheCall());
    return found;
  }

  /** Why a caller may have any number of calls out at once; null where its own workers bound them. */
  private sendsWithoutBound({ kind, index }: EdgePlan['from']): string | null {
    if (kind === 'queue') return null;
    if (kind === 'component') {
      return keepsAll(this.plan.components[index]) ? this.inflow(index) : null;
    }
    const { name, arrivals } = this.plan.producers[index];
    return arrivals.kind === 'closed' || arrivals.kind === 'backlog' ? null : say.open(name);
  }

  /** Messages that come faster than they are handled, in a queue that keeps them all. */
  brokerQueue(queue: number): PileUp[] {
    const { components, durationNs, queues } = this.plan;
    const { broker, capacity, name } = queues[queue];
    const inflow = this.inflows.get(components.length + queue);
    if (inflow === undefined || capacity < Infinity) return [];
    const place = `queues.${name}`;
    if (broker.kind === 'kafka') {
      if (broker.retentionNs < durationNs) return [];
      return [{ place: `${place}.retention`, why: say.topic(inflow), cure: say.watchTheLag(name) }];
    }
    if (broker.kind === 'sqs') {
      return [{ place, why: say.keepsEverything(inflow), cure: say.watchTheDepth(name) }];
    }
    // Where any number is asked for nothing lies there; it piles up at who asks.
    if (broker.kind === 'stream') {
      if (!this.isOnDemand(queue) || broker.overflow !== 'buffer') return [];
    }
    if (broker.kind === 'rabbitmq' && broker.memory !== null) return [];
    const cure = broker.kind === 'stream' ? say.boundTheSource() : say.boundTheBroker();
    return [{ place: `${place}.capacity`, why: say.queue(inflow), cure }];
  }

  /** Copies of what is refused, in a queue that nobody takes them out of. */
  deadLetters(queue: number): PileUp[] {
    const { components, queues } = this.plan;
    const { capacity, name } = queues[queue];
    if (components.some(({ consumes }) => consumes?.queue === queue)) return [];
    const from = components.find(
      ({ queue: of, workers }) => of.deadLetter === queue && of.capacity + workers < Infinity,
    );
    if (capacity < Infinity || from === undefined) return [];
    const why = say.letters(from.name);
    return [{ place: `queues.${name}.capacity`, why, cure: say.boundTheLetters() }];
  }

  /** What an open producer cannot send where a full callee makes it wait. */
  outbox(producer: number): PileUp[] {
    const { name, arrivals } = this.plan.producers[producer];
    if (arrivals.kind === 'closed' || arrivals.kind === 'backlog') return [];
    return this.plan.edges
      .filter(({ from }) => from.kind === 'producer' && from.index === producer)
      .flatMap((edge) => {
        const { to, timeoutNs } = edge;
        const lone = this.plan.queues[queueOf(this.plan, edge)];
        if (lone !== undefined) {
          if (!makesWait(lone) || lone.broker.kind === 'stream' || timeoutNs !== Infinity)
            return [];
          const place = `queues.${lone.name}`;
          return [{ place, why: say.outbox(name), cure: say.slowTheProducer(name) }];
        }
        const callee = this.plan.components[to];
        const { workers, queue } = callee;
        const blocks = workers !== Infinity && queue.capacity !== Infinity;
        if (!blocks || queue.whenFull !== 'block' || timeoutNs !== Infinity) return [];
        const place = `${pathOf(callee)}.queue.when_full`;
        return [{ place, why: say.outbox(name), cure: say.slowTheProducer(name) }];
      });
  }
}

/** The most that a producer sends a second; 0 where that is not known. */
function peakOf(arrivals: ProducerPlan['arrivals']): number {
  if (arrivals.kind === 'mmpp') return Math.max(...arrivals.states.map((of) => of.perSecond));
  const rated =
    arrivals.kind === 'poisson' || arrivals.kind === 'constant' || arrivals.kind === 'batch';
  if (!rated) return 0;
  const { rate } = arrivals;
  const most = Array.isArray(rate)
    ? Math.max(...rate.map(({ perSecond }) => perSecond))
    : rate.peakPerSecond;
  return most * (arrivals.kind === 'batch' ? arrivals.size : 1);
}

function triesAgainOnTimeout(on: NonNullable<EdgePlan['retry']>['on']): boolean {
  return on.includes('timeout');
}

function placed(steps: readonly StepPlan[]): Placed[] {
  return steps.flatMap((step): Placed[] => {
    if (step.op === 'call') return [{ call: step, beside: [], all: true }];
    if (step.op === 'chance') return [...placed(step.then), ...placed(step.else)];
    if (step.op === 'lock') return placed(step.then);
    if (step.op === 'cache') return placed(step.then);
    if (step.op !== 'parallel') return [];
    const all = step.need >= step.branches.length;
    return step.branches.flatMap((branch) =>
      branch.map((call) => ({
        call,
        beside: step.branches.filter((other) => other !== branch).flat(),
        all,
      })),
    );
  });
}

function fails(step: StepPlan): boolean {
  if (step.op === 'fail') return step.share > 0;
  if (step.op === 'lock') return step.waitNs < Infinity || step.then.some(fails);
  if (step.op === 'cache') return step.then.some(fails);
  return step.op === 'chance' && (step.then.some(fails) || step.else.some(fails));
}
