import { addLatencyMaps, type LatencyMap } from '../measure/latency-map.js';
import type { Ledger } from '../measure/measured.js';
import { figuresOf, knownOf } from './figures.js';
import { combinedFingerprint } from './hash.js';
import type { Outcome } from './outcome.js';
import type {
  Alert,
  FaultSpan,
  PolicyResult,
  Replication,
  Scaling,
  Theory,
  Topology,
} from './result.js';
import { SeriesMeans } from './series-means.js';
import { agreement, typicalIndex, verdictOfAll } from './verdicts.js';

/** What a result says of a policy beside what was measured. */
interface Described {
  title: string | undefined;
  description: string | undefined;
  theory: Theory;
  /** Left out of cells. */
  topology?: Topology;
}

/** Collects the replications of one policy, one by one, and makes them one result. */
export class Gathering {
  readonly #replications: Replication[] = [];
  readonly #notes: Record<string, string>[] = [];
  readonly #series = new SeriesMeans();
  #latencyMap: LatencyMap | null = null;
  readonly #ledger: Ledger = emptyLedger();
  readonly #stops: string[] = [];
  readonly #alerts: Alert[][] = [];
  #events = 0;
  #faults: FaultSpan[] = [];
  #scalings: Scaling[] = [];

  /** How many complete replications, or cut ones that had to stand for none, are in. */
  get count(): number {
    return this.#replications.length;
  }

  /**
   * A replication that was cut short is kept only if it is the first: its figures are not of the
   * same span as the others', and would bend their mean.
   */
  add(seed: string, { measured, verdict, faults, alerts, scalings }: Outcome): void {
    if (measured.stopped !== null) {
      this.#stops.push(`seed ${seed}: ${measured.stopped.text}`);
      if (this.count > 0) return;
    }
    if (this.count === 0) {
      this.#faults = faults;
      this.#scalings = scalings;
    }
    const { fingerprint, metrics } = measured;
    this.#replications.push({ seed, fingerprint, metrics, verdict });
    this.#alerts.push(alerts);
    this.#notes.push(measured.notes);
    this.#series.add(measured.series);
    this.#latencyMap = addLatencyMaps(this.#latencyMap, measured.latencyMap);
    this.#events += measured.events;
    addLedger(this.#ledger, measured.ledger);
  }

  result(policy: Described): PolicyResult {
    const replications = this.#replications;
    if (replications.length === 0) throw new Error('a policy without a replication has no result');
    const verdicts = replications.map((replication) => replication.verdict);
    const { metrics, intervals, notes } = this.#figures();
    const split = agreement(
      verdicts,
      replications.map((replication) => replication.seed),
    );
    if (split !== null) notes['verdict'] = split;
    if (this.#stops.length > 0) notes['partial'] = this.#stops.join('; ');
    return {
      ...(policy.title === undefined ? {} : { title: policy.title }),
      ...(policy.description === undefined ? {} : { description: policy.description }),
      fingerprint: combinedFingerprint(replications.map(({ fingerprint }) => fingerprint)),
      events: this.#events,
      ledger: this.#ledger,
      metrics,
      notes,
      intervals,
      series: this.#series.result(),
      ...(this.#latencyMap === null ? {} : { latency_map: this.#latencyMap }),
      verdict: verdictOfAll(verdicts),
      faults: this.#faults,
      ...(this.#scalings.length > 0 ? { scalings: this.#scalings } : {}),
      alerts: this.#alerts[typicalIndex(verdicts)]!,
      ...(policy.topology === undefined ? {} : { topology: policy.topology }),
      theory: policy.theory,
      replications,
    };
  }

  #figures(): Pick<PolicyResult, 'metrics' | 'intervals' | 'notes'> {
    const all = this.#replications;
    if (all.length === 1) {
      return { metrics: all[0]!.metrics, intervals: {}, notes: { ...this.#notes[0] } };
    }
    const measured = all.map(({ metrics }) => metrics);
    const { metrics, intervals } = figuresOf(measured);
    const notes: Record<string, string> = {};
    for (const name of Object.keys(metrics)) {
      const note = this.#note(name, knownOf(measured, name).length);
      if (note !== null) notes[name] = note;
    }
    return { metrics, intervals, notes };
  }

  #note(name: string, known: number): string | null {
    const total = this.#notes.length;
    const reasons = this.#notes.flatMap((notes) => notes[name] ?? []);
    const reason = reasons[0];
    if (known < total && known > 0) {
      return `only ${known} of ${total} replications have a value${reason ? `: ${reason}` : ''}`;
    }
    if (reason === undefined || reasons.length === total) return reason ?? null;
    return `in ${reasons.length} of ${total} replications: ${reason}`;
  }
}

function emptyLedger(): Ledger {
  return { offered: 0, good: 0, late: 0, degraded: 0, failed: {}, unfinished: 0 };
}

function addLedger(sum: Ledger, one: Ledger): void {
  sum.offered += one.offered;
  sum.good += one.good;
  sum.late += one.late;
  sum.degraded += one.degraded;
  sum.unfinished += one.unfinished;
  for (const [reason, count] of Object.entries(one.failed)) {
    sum.failed[reason] = (sum.failed[reason] ?? 0) + count;
  }
}
