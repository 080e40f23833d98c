import { IdentitySource, unit53 } from '../kernel/draws.js';
import { EVICTIONS, HITS, MISSES, type Recorder } from '../measure/recorder.js';
import { Lru } from '../policies/lru.js';
import { type Attempts, REPLICA, ROW } from './attempts.js';
import { FACT_FLUSHED } from './outcomes.js';
import type { CachePlan, Plan } from './plan.js';
import type { CacheRow, Program } from './program.js';
import type { Replicas } from './replicas.js';
import { stepsOf } from './steps.js';
import { warm } from './warm-caches.js';

type LruPlan = Extract<CachePlan, { kind: 'lru' }>;

/** What caches need of the rest of the model. */
export interface CachePeers {
  labels: { keyOf(attempt: number): number };
  services: {
    /** Whether somebody waits for an attempt's answer, all the way up to the client. */
    isWanted(attempt: number): boolean;
    /** Whether the deadlines of all who joined an attempt have come. */
    readonly company: { isLate(attempt: number): boolean };
  };
  sending: {
    /** Whether an attempt's deadline, as far as its callee knows, has come. */
    isLate(attempt: number): boolean;
  };
}

/**
 * The caches of a world. Each step is a cache of its own, and each replica of its component has one,
 * unless it is `shared`. What was missed is put when its `then` has come to its end: a fetch that
 * failed, or whose caller gave up, fills nothing (semantics: Bronson et al., "Metastable Failures in
 * Distributed Systems", HotOS 2021, section 2.2).
 */
export class Caches {
  /** By row of the program and replica; null for a fixed share. */
  private readonly lrus: (Lru[] | null)[];
  /** By replica: how many faults keep its caches from being used. */
  private readonly outs: Int32Array;
  private readonly draw = new IdentitySource();
  private peers!: CachePeers;

  constructor(
    plan: Plan,
    private readonly kernel: { readonly now: number },
    private readonly program: Program,
    private readonly attempts: Attempts,
    private readonly replicas: Replicas,
    private readonly recorder: Recorder,
  ) {
    this.outs = new Int32Array(replicas.count);
    this.lrus = program.caches.map((row, r) => this.made(plan, row, r));
  }

  /** Tells the parts that this one calls. */
  connect(peers: CachePeers): void {
    this.peers = peers;
  }

  /** Whether an attempt finds what it asks for; requests without a key find nothing but by chance. */
  has(attempt: number, row: number): boolean {
    const found = this.finds(attempt, row);
    const { component } = this.program.caches[row];
    this.recorder.caches.add(component, this.attempts.epoch(attempt), found ? HITS : MISSES);
    return found;
  }

  private finds(attempt: number, row: number): boolean {
    const replica = this.attempts.words[attempt * ROW + REPLICA];
    if (this.outs[replica] > 0) return false;
    const { plan, purpose } = this.program.caches[row];
    if (plan.kind === 'share') {
      const { rootHi, rootLo } = this.attempts;
      this.draw.seek(rootHi[attempt], rootLo[attempt], purpose);
      return unit53(this.draw) < plan.hit;
    }
    const key = this.peers.labels.keyOf(attempt);
    return key !== 0 && this.lruOf(row, replica).get(key, this.kernel.now);
  }

  /** An attempt has fetched what it missed. */
  fill(attempt: number, row: number): void {
    const replica = this.attempts.words[attempt * ROW + REPLICA];
    const { component, plan } = this.program.caches[row];
    const key = this.peers.labels.keyOf(attempt);
    if (key === 0 || this.outs[replica] > 0) return;
    if ((plan as LruPlan).fill === 'in_time' && !this.isInTime(attempt)) return;
    if (!this.lruOf(row, replica).put(key, this.kernel.now)) return;
    this.recorder.caches.add(component, this.attempts.epoch(attempt), EVICTIONS);
  }

  /** Whether somebody waits for an attempt, or for one that joined it, and has time to. */
  private isInTime(attempt: number): boolean {
    const { sending, services } = this.peers;
    if (!services.isWanted(attempt)) return false;
    return !(sending.isLate(attempt) && services.company.isLate(attempt));
  }

  /** A fault empties the caches of the first `count` replicas; `lasting`: until it is over. */
  flush(component: number, count: number, on: boolean, lasting: boolean): void {
    const first = this.replicas.first[component];
    for (let r = first; r < first + count; r++) {
      if (on) {
        this.recorder.fingerprint.fact(FACT_FLUSHED, component, r - first);
        this.empty(r, true);
      }
      if (lasting) this.outs[r] += on ? 1 : -1;
    }
  }

  /** A replica is new: nothing is in its caches. One that all replicas share stays as it is. */
  wentDown(replica: number): void {
    this.empty(replica, false);
  }

  private empty(replica: number, withShared: boolean): void {
    const of = this.replicas.component[replica];
    this.program.caches.forEach(({ component, plan }, row) => {
      if (component !== of || plan.kind !== 'lru' || (plan.shared && !withShared)) return;
      this.lruOf(row, replica).clear();
    });
  }

  private lruOf(row: number, replica: number): Lru {
    const of = this.lrus[row] as Lru[];
    return of.length === 1
      ? of[0]
      : of[replica - this.replicas.first[this.program.caches[row].component]];
  }

  get bytes(): number {
    let sum = 0;
    for (const of of this.lrus) for (const lru of of ?? []) sum += lru.bytes;
    return sum;
  }

  private made(plan: Plan, { component, plan: cache }: CacheRow, row: number): Lru[] | null {
    if (cache.kind === 'share') return null;
    const { replicasMax } = plan.components[component];
    const of = Array.from({ length: cache.shared ? 1 : replicasMax }, () => {
      return new Lru(cache.capacity, cache.ttlNs);
    });
    if (cache.warm) warm(of, plan, component, row);
    return of;
  }
}

/** By component: whether it has a cache. */
export function cachedComponents(plan: Plan): boolean[] {
  return plan.components.map((_, c) => stepsOf(plan, c).some(({ op }) => op === 'cache'));
}
