import type { Attempts } from './attempts.js';
import { changesOf } from './changes.js';
import type { DeadlockWords } from './deadlock-words.js';
import type { Edge } from './edges.js';
import { BULKHEAD, type Gates, WINDOW } from './gates.js';
import type { Locks } from './locks.js';
import type { Change, Plan } from './plan.js';
import type { Replicas } from './replicas.js';
import { everyPathMeets } from './rings.js';
import type { Waits } from './waits.js';
import {
  GATE,
  HANDLED,
  isInService,
  LOCK,
  nodeOf,
  type Places,
  ROOM,
  type WaysOut,
  WORKER,
} from './ways-out.js';

/** What finding deadlocks needs of the rest of the model. */
export interface DeadlockParts {
  plan: Plan;
  clock: Float64Array;
  attempts: Attempts;
  replicas: Replicas;
  edges: readonly Edge[];
  gates: Gates;
  /** Null where nobody takes a lock. */
  locks: Locks | null;
  brokers: Places['brokers'];
  /** By component: whether it can have a part in a deadlock. */
  rings: Uint8Array;
  waits: Waits;
  waysOut: WaysOut;
  words: DeadlockWords;
}

/**
 * Finds deadlocks (semantics 32): workers and blocked senders each waiting for room or an answer that
 * only members of the set can give, with nothing pending that could free any of them. After every event
 * those are looked at who began to wait in it, or whose wait lost a way out. One who waits for what was
 * lost, or stands still for good, is stuck as well, but makes no deadlock without others who wait in a
 * ring.
 */
export class Deadlocks {
  found: { atNs: number; cycle: string[] } | null = null;
  /** Whether every producer's every path meets what is stuck. */
  everyPathMeetsIt = false;
  /** Nodes of the wait-for graph that were stuck when the deadlock was found. */
  stuck: readonly number[] = [];

  constructor(private readonly of: DeadlockParts) {}

  /** Looks around those who may have no way out, after an event; true when a deadlock was found now. */
  look(): boolean {
    const { replicas, rings, waits, waysOut } = this.of;
    const { everybody, shortReplicas, suspects } = waits;
    if (suspects.length === 0 && shortReplicas.length === 0 && !everybody) return false;
    const before = this.found;
    waits.everybody = false;
    if (before === null) {
      waysOut.beginLook();
      let isLost = everybody;
      for (const a of suspects) {
        if (this.mayBeStuck(a, rings) && this.isStuck(nodeOf(HANDLED, a))) isLost = true;
      }
      for (const r of shortReplicas) {
        if (replicas.freeWorkers[r] <= 0 && this.isStuck(nodeOf(WORKER, r))) isLost = true;
      }
      if (isLost && this.found === null) this.lookAtAll();
    }
    suspects.length = 0;
    shortReplicas.length = 0;
    return this.found !== before;
  }

  /** Whether a node has no way out; where it leads into a ring, that is the deadlock. */
  private isStuck(node: number): boolean {
    if (this.found !== null || this.of.waysOut.isLive(node)) return false;
    this.finds(node);
    return true;
  }

  private mayBeStuck(a: number, rings: Uint8Array): boolean {
    const { attempts, replicas } = this.of;
    if (attempts.isFree(a) || !isInService(attempts.state(a))) return false;
    return rings[replicas.component[attempts.placeOf(a)]] === 1;
  }

  private lookAtAll(): void {
    const { gates, replicas } = this.of;
    for (let r = 0; r < replicas.count; r++) {
      if (replicas.freeWorkers[r] <= 0) this.isStuck(nodeOf(WORKER, r));
    }
    for (let line = 0; line < gates.lines; line++) {
      if (gates.anyWaits(line)) this.isStuck(nodeOf(GATE, line));
    }
  }

  /** If those whom a stuck node waits for wait in a ring, that is the deadlock. */
  private finds(start: number): void {
    const stuck = this.of.waysOut.stuck;
    const ring = this.ringFrom(start);
    if (ring === null) return;
    this.stuck = stuck;
    this.found = { atNs: this.of.clock[0], cycle: this.of.words.tell(ring) };
    const { plan } = this.of;
    const closed = {
      components: this.closedComponents(),
      edges: this.closedEdges(),
      locks: this.closedLocks(),
    };
    this.everyPathMeetsIt = !changesOf(plan).some(leadsElsewhere) && everyPathMeets(plan, closed);
  }

  /**
   * The first ring that is met on the way from a stuck node along what is waited for; of the workers
   * of a replica the last to begin to wait come first, since they closed it.
   */
  private ringFrom(start: number): number[] | null {
    const { waysOut } = this.of;
    const path: number[] = [start];
    const left: number[][] = [waysOut.wantsOf(start)];
    const seen = new Set(path);
    while (path.length > 0) {
      const next = left[left.length - 1].pop();
      if (next === undefined) {
        path.pop();
        left.pop();
        continue;
      }
      const at = seen.has(next) ? path.indexOf(next) : -1;
      if (at >= 0) return path.slice(at);
      if (seen.has(next)) continue;
      seen.add(next);
      path.push(next);
      left.push(waysOut.wantsOf(next));
    }
    return null;
  }

  private closedComponents(): Set<number> {
    const { brokers, plan, replicas, waysOut } = this.of;
    const closed = plan.components.map((_, c) => c);
    return new Set(
      closed.filter((c) => {
        for (let r = replicas.first[c]; r < replicas.first[c + 1]; r++) {
          const isDoor = brokers?.takersAt(r) != null;
          const node = nodeOf(isDoor ? ROOM : WORKER, r);
          if (replicas.isThere[r] === 1 && waysOut.isLive(node)) return false;
        }
        return true;
      }),
    );
  }

  /** Names all of whose locks are held by who is stuck. */
  private closedLocks(): Set<number> {
    const { locks, plan, waysOut } = this.of;
    const closed = new Set(plan.locks.map((_, lock) => lock));
    for (let at = 0; locks !== null && at < locks.count; at++) {
      if (waysOut.isLive(nodeOf(LOCK, at))) closed.delete(locks.lockOf(at));
    }
    return closed;
  }

  private closedEdges(): Set<number> {
    const { edges, gates, waysOut } = this.of;
    return new Set(
      edges.flatMap((edge) => {
        for (let k = 0; k < edge.clients; k++) {
          const client = edge.firstClient + k;
          let isOpen = true;
          for (let gate = BULKHEAD; gate <= WINDOW; gate++) {
            const line = gates.lineAt(client, gate);
            if (gates.roomAt(edge, line) > 0) continue;
            if (!waysOut.isLive(nodeOf(GATE, line))) isOpen = false;
          }
          if (isOpen) return [];
        }
        return edge.clients > 0 ? [edge.index] : [];
      }),
    );
  }
}

/** Whether an operator's change may lead requests another way than their plan does. */
function leadsElsewhere(change: Change): boolean {
  if (change.what === 'component') return 'routes' in change.to || 'degrade' in change.to;
  if (change.what === 'edge') return 'fallback' in change.to;
  return change.what === 'replicas';
}
