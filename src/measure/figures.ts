import {
  ENDED,
  EXHAUSTED,
  FIRSTS,
  HEDGES,
  OTHERS,
  RETRIES,
  UNSENT_BREAKER,
  UNSENT_BUFFER,
  UNSENT_BULKHEAD,
  UNSENT_CONNECTION,
  UNSENT_DEADLINE,
  UNSENT_RATE,
  UNSENT_THROTTLE,
} from './edge-book.js';
import { Histograms } from './histograms.js';
import { ACQUIRED, HELD_NS, RELEASED, TIMED_OUT } from './lock-book.js';
import type { Ledger, Metrics } from './measured.js';
import {
  DUPLICATED,
  DEAD_LETTERED as LETTERS,
  LOST,
  MESSAGES_HANDLED,
  REDELIVERED,
} from './queue-book.js';
import {
  ANSWERED_THEN,
  DEGRADED,
  DUPLICATES,
  EFFECTS,
  EVICTIONS,
  FAILED,
  GOOD,
  GOOD_THEN,
  HITS,
  LATE,
  MISSES,
  OFFERED,
  ORPHANS,
  POOL_ASKED,
  POOL_NS,
  type Recorder,
} from './recorder.js';
import { ARRIVALS, COMPLETED, DEAD_LETTERED, DROPPED, EXPIRED, REFUSED } from './service-book.js';

/** First tries below which an edge has no amplification to speak of. */
const FIRSTS_MIN = 100;
/** Share of unfinished requests above which latency quantiles count them at their age. */
const UNFINISHED_MAX = 0.01;

/** Where a figure's samples come from: the epochs [first, last) and their length by the clock. */
export interface Span {
  first: number;
  last: number;
  ns: number;
}

/** What is still under way when the run ends: ages of requests, by producer and epoch of arrival. */
export interface Unfinished {
  count(producer: number, first: number, last: number): number;
  ages: Histograms;
}

/** The outcomes that have a share and a column of their own, by name. */
interface Outcomes {
  timeout: number;
  rejected: number;
  expired: number;
  error: number;
  deadline: number;
  crashed: number;
}

/**
 * All figures of one span of a run under the names of the language: seconds, per second, shares.
 * Rates and averages go by the clock; counts, shares and latencies follow the requests that arrived
 * in the span (semantics 27). Quantiles stand where enough samples do (28); `notes` say why not.
 */
export class Figures {
  readonly metrics: Metrics = {};
  readonly notes: Record<string, string> = {};
  private readonly outcomes: Outcomes;

  constructor(
    private readonly recorder: Recorder,
    private readonly span: Span,
    private readonly unfinished: Unfinished,
  ) {
    const { subjects } = recorder;
    this.outcomes = {
      timeout: subjects.outcomes.indexOf('timeout'),
      rejected: subjects.outcomes.indexOf('rejected'),
      expired: subjects.outcomes.indexOf('expired'),
      error: subjects.outcomes.indexOf('error'),
      deadline: subjects.outcomes.indexOf('deadline'),
      crashed: subjects.outcomes.indexOf('crashed'),
    };
    const all = subjects.producers.map((_, p) => p);
    this.client('', all, null);
    subjects.producers.forEach((name, p) => {
      this.client(`producers.${name}.`, [p], p);
      this.blocked(`producers.${name}.`, subjects.components.length + p, true);
    });
    subjects.components.forEach((component, c) => {
      const room = component.kind === 'service' ? 'services' : 'dependencies';
      this.service(`${room}.${component.name}.`, c, this.workersOf(c));
      this.blocked(`${room}.${component.name}.`, c, false);
      this.replicas(`${room}.${component.name}.`, c);
      this.caches(`${room}.${component.name}.cache.`, c);
    });
    subjects.routes.forEach(({ component, route }, i) => {
      const { name, kind } = subjects.components[component];
      const room = kind === 'service' ? 'services' : 'dependencies';
      const subject = subjects.components.length + i;
      const prefix = `${room}.${name}.routes.${route}.`;
      this.service(prefix, subject, this.workersOf(component));
      if (subjects.components[component].shares) this.ofNoRoute(prefix);
    });
    subjects.edges.forEach((edge, e) => {
      this.edge(`calls.${edge}.`, e);
    });
    subjects.queues.forEach((queue, q) => {
      this.queue(`queues.${queue}.`, q);
    });
    subjects.locks.forEach(({ name, count }, l) => {
      this.lock(`locks.${name}.`, l, count);
    });
    subjects.commits.forEach((commit, n) => {
      const count = (column: number) => recorder.commits.between(n, column, span.first, span.last);
      this.metrics[`commits.${commit}.effects`] = count(EFFECTS);
      this.metrics[`commits.${commit}.duplicates`] = count(DUPLICATES);
      this.metrics[`commits.${commit}.orphans`] = count(ORPHANS);
    });
    if (span.ns <= 0) this.allNull();
  }

  private allNull(): void {
    for (const name of Object.keys(this.metrics)) {
      this.metrics[name] = null;
      this.notes[name] = 'the run ended before this time began';
    }
  }

  private client(prefix: string, producers: number[], only: number | null): void {
    const { metrics, span } = this;
    const { requests, work } = this.recorder;
    const count = (column: number) => {
      let sum = 0;
      for (const p of producers) sum += requests.between(p, column, span.first, span.last);
      return sum;
    };
    const seconds = span.ns / 1e9;
    const offered = count(OFFERED);
    const good = count(GOOD);
    const answered = good + count(LATE) + count(DEGRADED);
    metrics[`${prefix}offered`] = ratio(offered, seconds);
    metrics[`${prefix}throughput`] = ratio(count(ANSWERED_THEN), seconds);
    metrics[`${prefix}goodput`] = ratio(count(GOOD_THEN), seconds);
    metrics[`${prefix}success_ratio`] = ratio(answered, offered);
    metrics[`${prefix}goodput_ratio`] = ratio(good, offered);
    this.latencies(prefix, producers, offered);
    let workerNs = 0;
    let wastedNs = 0;
    for (const p of producers) {
      const time = work.between(p, span.first, span.last);
      workerNs += time.ns;
      wastedNs += time.wastedNs;
    }
    metrics[`${prefix}amplification`] = this.amplification(only);
    metrics[`${prefix}wasted_work`] = ratio(wastedNs, workerNs);
    this.shares(prefix, only);
  }

  /** Shares of the attempts, over all edges. */
  private shares(prefix: string, producer: number | null): void {
    const { recorder, span, outcomes, metrics } = this;
    const { edges } = recorder;
    const known = producer === null || edges.byProducer;
    const sum = (column: number) => {
      let total = 0;
      for (let e = 0; e < recorder.subjects.edges.length; e++) {
        total += edges.between(e, producer, column, span.first, span.last);
      }
      return total;
    };
    const attempts = known ? sum(FIRSTS) + sum(OTHERS) : 0;
    const share = (outcome: number) => {
      return known ? ratio(this.countingAs(outcome, sum), attempts) : null;
    };
    metrics[`${prefix}rejected_ratio`] = share(outcomes.rejected);
    metrics[`${prefix}timeout_ratio`] = share(outcomes.timeout);
    metrics[`${prefix}expired_ratio`] = known
      ? ratio(sum(ENDED + outcomes.expired), attempts)
      : null;
    metrics[`${prefix}error_ratio`] = share(outcomes.error);
    if (!known) this.notes[`${prefix}error_ratio`] = 'too many producers to tell attempts apart';
  }

  /** Attempts whose outcome counts as this one. */
  private countingAs(outcome: number, count: (column: number) => number): number {
    let sum = 0;
    this.recorder.subjects.countsAs.forEach((as, o) => {
      if (as === outcome) sum += count(ENDED + o);
    });
    return sum;
  }

  private amplification(producer: number | null): number | null {
    const { edges, subjects } = this.recorder;
    if (producer !== null && !edges.byProducer) return null;
    let greatest: number | null = null;
    for (let e = 0; e < subjects.edges.length; e++) {
      const value = this.amplificationOf(e, producer, FIRSTS_MIN);
      if (value !== null && (greatest === null || value > greatest)) greatest = value;
    }
    return greatest;
  }

  private amplificationOf(edge: number, producer: number | null, min: number): number | null {
    const { recorder, span } = this;
    const { first, last } = span;
    const firsts = recorder.edges.between(edge, producer, FIRSTS, first, last);
    if (firsts < min || firsts === 0) return null;
    return 1 + recorder.edges.between(edge, producer, OTHERS, first, last) / firsts;
  }

  private latencies(prefix: string, producers: number[], offered: number): void {
    const { recorder, span, unfinished } = this;
    const E = recorder.epochs.count;
    const success = new Histograms(1);
    const failure = new Histograms(1);
    let pending = 0;
    const whole = producers.length === recorder.subjects.producers.length;
    for (let e = span.first; e < span.last; e++) {
      if (whole) success.absorb(0, recorder.latencyTotals, e);
      for (const p of producers) {
        if (!whole) success.absorb(0, recorder.latencyByProducer, p * E + e);
        failure.absorb(0, recorder.failureLatency, p * E + e);
      }
    }
    const served = success.countOf(0);
    for (const p of producers) pending += unfinished.count(p, span.first, span.last);
    const { metrics } = this;
    metrics[`${prefix}latency.mean`] = ratio(success.sumOf(0) / 1e9, served);
    metrics[`${prefix}latency.max`] = served > 0 ? success.maxOf(0) / 1e9 : null;
    const bound = pending > offered * UNFINISHED_MAX;
    if (bound) {
      for (const p of producers) {
        for (let e = span.first; e < span.last; e++) success.absorb(0, unfinished.ages, p * E + e);
      }
    }
    this.quantiles(`${prefix}latency`, success, bound ? pending : 0);
    metrics[`${prefix}failure_latency.mean`] = ratio(failure.sumOf(0) / 1e9, failure.countOf(0));
    metrics[`${prefix}failure_latency.max`] =
      failure.countOf(0) > 0 ? failure.maxOf(0) / 1e9 : null;
    this.quantiles(`${prefix}failure_latency`, failure, 0);
  }

  private quantiles(prefix: string, samples: Histograms, pending: number): void {
    for (const [name, q] of QUANTILES) this.quantile(`${prefix}.${name}`, samples, 0, q, pending);
  }

  private quantile(
    name: string,
    samples: Histograms,
    row: number,
    q: number,
    pending: number,
  ): void {
    const count = samples.countOf(row);
    const needed = Math.ceil(10 / (1 - q) - 1e-9);
    if (count < needed) {
      this.metrics[name] = null;
      this.notes[name] = `${count} samples, ${needed} needed`;
      return;
    }
    this.metrics[name] = samples.quantile(row, q) / 1e9;
    if (pending > 0) this.notes[name] = `lower bound: ${pending} unfinished, counted at their age`;
  }

  private service(prefix: string, subject: number, workers: number): void {
    const { metrics, recorder, span } = this;
    const { first, last, ns } = span;
    const E = recorder.epochs.count;
    const { waiting, busy } = recorder.services.areasBetween(subject, first, last);
    const wait = new Histograms(1);
    const sojourn = new Histograms(1);
    for (let e = first; e < last; e++) {
      wait.absorb(0, recorder.services.waits, subject * E + e);
      sojourn.absorb(0, recorder.services.sojourns, subject * E + e);
    }
    const count = (column: number) => recorder.services.between(subject, column, first, last);
    metrics[`${prefix}utilization`] = workers < Infinity ? ratio(busy / ns, workers) : null;
    if (workers === Infinity) this.notes[`${prefix}utilization`] = 'workers: unbounded';
    metrics[`${prefix}queue.depth.mean`] = ratio(waiting, ns);
    metrics[`${prefix}queue.depth.max`] = recorder.services.depthMax(subject, first, last);
    metrics[`${prefix}queue.age.max`] = recorder.services.ageMaxNs(subject, first, last) / 1e9;
    metrics[`${prefix}wait.mean`] = ratio(wait.sumOf(0) / 1e9, wait.countOf(0));
    this.quantile(`${prefix}wait.p50`, wait, 0, 0.5, 0);
    this.quantile(`${prefix}wait.p99`, wait, 0, 0.99, 0);
    metrics[`${prefix}sojourn.mean`] = ratio(sojourn.sumOf(0) / 1e9, sojourn.countOf(0));
    this.quantile(`${prefix}sojourn.p99`, sojourn, 0, 0.99, 0);
    const away = recorder.away.areaBetween(subject, first, last);
    metrics[`${prefix}in_flight.mean`] = ratio(waiting + busy + away, ns);
    metrics[`${prefix}arrivals`] = count(ARRIVALS);
    metrics[`${prefix}completed`] = count(COMPLETED);
    metrics[`${prefix}rejected`] = count(REFUSED);
    metrics[`${prefix}expired`] = count(EXPIRED);
    metrics[`${prefix}dropped`] = count(DROPPED);
    metrics[`${prefix}dead_lettered`] = count(DEAD_LETTERED);
  }

  /** Under `ps` workers, and who is beyond them, are shared between the routes. */
  private ofNoRoute(prefix: string): void {
    for (const name of ['utilization', 'queue.depth.mean', 'queue.depth.max']) {
      this.metrics[`${prefix}${name}`] = null;
      this.notes[`${prefix}${name}`] = 'ps: workers are shared between the routes';
    }
  }

  private blocked(prefix: string, subject: number, withMax: boolean): void {
    const { metrics, recorder, span } = this;
    const { first, last, ns } = span;
    const area = recorder.blocked.areaBetween(subject, first, last);
    metrics[`${prefix}blocked.mean`] = ratio(area, ns);
    if (withMax)
      metrics[`${prefix}blocked.max`] = recorder.blocked.maxBetween(subject, first, last);
  }

  private queue(prefix: string, q: number): void {
    const { metrics, span } = this;
    const { queues } = this.recorder;
    const { first, last, ns } = span;
    const count = (column: number) => queues.counts.between(q, column, first, last);
    metrics[`${prefix}depth.mean`] = ratio(queues.ready.areaBetween(q, first, last), ns);
    metrics[`${prefix}depth.max`] = queues.ready.maxBetween(q, first, last);
    metrics[`${prefix}lag.mean`] = ratio(queues.held.areaBetween(q, first, last), ns);
    metrics[`${prefix}lag.max`] = queues.heldMostBetween(q, first, last);
    metrics[`${prefix}age.max`] = queues.ageMaxNs(q, first, last) / 1e9;
    metrics[`${prefix}handled`] = count(MESSAGES_HANDLED);
    metrics[`${prefix}redelivered`] = count(REDELIVERED);
    metrics[`${prefix}duplicates`] = count(DUPLICATED);
    metrics[`${prefix}dead_lettered`] = count(LETTERS);
    metrics[`${prefix}dropped`] = count(LOST);
    metrics[`${prefix}rebalances`] = queues.rebalancesBetween(q, first, last);
    this.times(`${prefix}wait.`, queues.waits, q);
    this.times(`${prefix}end_to_end.`, queues.endToEnd, q);
  }

  /** Mean, median and p99 of times by subject and epoch of arrival. */
  private times(prefix: string, of: Histograms, subject: number): void {
    const { metrics, span } = this;
    const E = this.recorder.epochs.count;
    const all = new Histograms(1);
    for (let e = span.first; e < span.last; e++) all.absorb(0, of, subject * E + e);
    metrics[`${prefix}mean`] = ratio(all.sumOf(0) / 1e9, all.countOf(0));
    this.quantile(`${prefix}p50`, all, 0, 0.5, 0);
    this.quantile(`${prefix}p99`, all, 0, 0.99, 0);
  }

  private lock(prefix: string, l: number, locks: number): void {
    const { metrics, span } = this;
    const book = this.recorder.locks;
    const { first, last, ns } = span;
    const E = this.recorder.epochs.count;
    const wait = new Histograms(1);
    for (let e = first; e < last; e++) wait.absorb(0, book.waits, l * E + e);
    const count = (column: number) => book.counts.between(l, column, first, last);
    const held = book.held.areaBetween(l, first, last);
    const varies = book.there.varies[l] === 1;
    metrics[`${prefix}held_share`] = varies
      ? ratio(held, book.there.between(l, first, last))
      : ratio(held / ns, locks);
    metrics[`${prefix}held.mean`] = ratio(count(HELD_NS) / 1e9, count(RELEASED));
    metrics[`${prefix}waiting.mean`] = ratio(book.waiting.areaBetween(l, first, last), ns);
    metrics[`${prefix}waiting.max`] = book.waiting.maxBetween(l, first, last);
    metrics[`${prefix}wait.mean`] = ratio(wait.sumOf(0) / 1e9, wait.countOf(0));
    this.quantile(`${prefix}wait.p50`, wait, 0, 0.5, 0);
    this.quantile(`${prefix}wait.p99`, wait, 0, 0.99, 0);
    metrics[`${prefix}wait.max`] = wait.countOf(0) > 0 ? wait.maxOf(0) / 1e9 : null;
    metrics[`${prefix}acquired`] = count(ACQUIRED);
    metrics[`${prefix}timeouts`] = count(TIMED_OUT);
  }

  /** Workers of a component, on average where an operator changed them. */
  private workersOf(component: number): number {
    const { recorder, span } = this;
    const { workers, replicas } = recorder.subjects.components[component];
    if (recorder.workers.varies[component] === 0 || span.ns <= 0) return workers * replicas;
    return recorder.workers.between(component, span.first, span.last) / span.ns;
  }

  private replicas(prefix: string, component: number): void {
    const { metrics, span } = this;
    const { rotations } = this.recorder;
    metrics[`${prefix}crashes`] = rotations.crashesBetween(component, span.first, span.last);
    const there = rotations.present.between(component, span.first, span.last);
    metrics[`${prefix}replicas.mean`] = ratio(there, span.ns);
    metrics[`${prefix}health.checks`] = rotations.checksBetween(component, span.first, span.last);
    metrics[`${prefix}health.failures`] = rotations.failuresBetween(
      component,
      span.first,
      span.last,
    );
    this.memory(`${prefix}memory.max`, component);
    metrics[`${prefix}ejections`] = rotations.ejectionsBetween(component, span.first, span.last);
    const area = rotations.rotationBetween(component, span.first, span.last);
    metrics[`${prefix}in_rotation.mean`] = ratio(area, span.ns);
  }

  private caches(prefix: string, component: number): void {
    const { metrics, recorder, span } = this;
    const count = (column: number) =>
      recorder.caches.between(component, column, span.first, span.last);
    const hits = count(HITS);
    const misses = count(MISSES);
    metrics[`${prefix}hit_ratio`] = ratio(hits, hits + misses);
    metrics[`${prefix}hits`] = hits;
    metrics[`${prefix}misses`] = misses;
    metrics[`${prefix}evictions`] = count(EVICTIONS);
    if (!recorder.subjects.caches[component]) this.notes[`${prefix}hit_ratio`] = 'no cache';
  }

  /** The most that one of its replicas took. */
  private memory(name: string, component: number): void {
    const { metrics, notes, recorder, span } = this;
    const { memory } = recorder;
    metrics[name] = memory?.counts(component)
      ? memory.mostBetween(component, span.first, span.last)
      : null;
    if (metrics[name] === null) notes[name] = 'memory: none';
  }

  private edge(prefix: string, e: number): void {
    const { metrics, outcomes, recorder, span } = this;
    const { first, last, ns } = span;
    const count = (column: number) => recorder.edges.between(e, null, column, first, last);
    metrics[`${prefix}attempts`] = count(FIRSTS) + count(OTHERS);
    metrics[`${prefix}retries`] = count(RETRIES);
    metrics[`${prefix}timeouts`] = this.countingAs(outcomes.timeout, count);
    const rejected = this.countingAs(outcomes.rejected, count);
    metrics[`${prefix}rejected`] = rejected + count(UNSENT_BUFFER);
    metrics[`${prefix}errors`] = this.countingAs(outcomes.error, count);
    metrics[`${prefix}deadlines`] = count(ENDED + outcomes.deadline) + count(UNSENT_DEADLINE);
    metrics[`${prefix}no_connection`] = count(UNSENT_CONNECTION);
    metrics[`${prefix}bulkhead_full`] = count(UNSENT_BULKHEAD);
    metrics[`${prefix}short_circuited`] = count(UNSENT_BREAKER);
    metrics[`${prefix}throttled`] = count(UNSENT_THROTTLE);
    metrics[`${prefix}rate_limited`] = count(UNSENT_RATE);
    metrics[`${prefix}hedges`] = count(HEDGES);
    const asked = recorder.pools.between(e, POOL_ASKED, first, last);
    const waited = recorder.pools.between(e, POOL_NS, first, last);
    metrics[`${prefix}pool.wait.mean`] = ratio(waited / 1e9, asked);
    const opens = recorder.breakers.opensBetween(e, first, last);
    metrics[`${prefix}breaker.opens`] = opens;
    metrics[`${prefix}breaker.open_share`] = recorder.breakers.openShare(e, first, last, ns);
    metrics[`${prefix}budget.exhausted`] = count(EXHAUSTED);
    metrics[`${prefix}amplification`] = this.amplificationOf(e, null, 1);
    metrics[`${prefix}burstiness`] = recorder.edges.bursts.between(e, first, last, ns);
  }
}

const QUANTILES: readonly (readonly [string, number])[] = [
  ['p50', 0.5],
  ['p90', 0.9],
  ['p95', 0.95],
  ['p99', 0.99],
  ['p999', 0.999],
];

function ratio(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

/** Failures of requests by outcome's name, over the whole run; those that did not occur left out. */
function failures(recorder: Recorder): Record<string, number> {
  const { outcomes, producers } = recorder.subjects;
  const failed: Record<string, number> = {};
  outcomes.forEach((name, outcome) => {
    let sum = 0;
    producers.forEach((_, p) => {
      sum += recorder.requests.total(p, FAILED + outcome);
    });
    if (sum > 0) failed[name] = sum;
  });
  return failed;
}

/** Over the whole run; `unfinished` by producer and epoch. */
export function ledgerOf(recorder: Recorder, unfinished: Float64Array): Ledger {
  const total = (column: number) =>
    recorder.subjects.producers.reduce((sum, _, p) => sum + recorder.requests.total(p, column), 0);
  return {
    offered: total(OFFERED),
    good: total(GOOD),
    late: total(LATE),
    degraded: total(DEGRADED),
    failed: failures(recorder),
    unfinished: unfinished.reduce((a, b) => a + b, 0),
  };
}
