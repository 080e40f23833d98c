import type { Kernel } from '../kernel/kernel.js';
import {
  ASIDE,
  type Attempts,
  AWAY,
  BLOCKED,
  CALL,
  CALLING,
  DONE,
  HELD_BACK,
  OUT,
  REPLICA,
  RETURNING,
  ROW,
  SITE,
  TURNED_AWAY,
  WAITING,
  WORKING,
} from './attempts.js';
import type { Calls } from './calls.js';
import { changesOf, edgeEverIs, everIs } from './changes.js';
import type { Locks } from './locks.js';
import type { ComponentPlan, EdgePlan, Plan, StepPlan } from './plan.js';
import type { Program } from './program.js';
import type { Replicas } from './replicas.js';

/** What an attempt in service waits for: another one in service, or room at a replica. */
interface Want {
  attempt: number;
  replica: number;
  door: boolean;
}

/**
 * Finds deadlocks: workers and blocked senders each waiting for room or an answer that only members
 * of the set can give, with no work, timer or message pending for any of them (a knot of the
 * wait-for graph). Looked for when somebody begins to wait at a replica without a free worker, and
 * only in plans whose call graph has a ring without timeouts; no other can deadlock.
 */
export class Deadlocks {
  readonly possible: boolean;
  found: { atNs: number; cycle: string[] } | null = null;
  /** Whether every producer's every path meets the deadlocked components. */
  everyPathMeetsIt = false;
  /** By component, by edge: whether a wait there ever ends, a call is timed, is cancelled. */
  private readonly expires: Uint8Array;
  private readonly isTimed: Uint8Array;
  private readonly cancels: Uint8Array;

  constructor(
    private readonly plan: Plan,
    private readonly kernel: Kernel,
    private readonly program: Program,
    private readonly attempts: Attempts,
    private readonly calls: Calls,
    private readonly replicas: Replicas,
    private readonly sending: {
      readonly heldCallers: readonly number[];
      isTimed(attempt: number): boolean;
    },
    private readonly faults: { mayFree(replica: number): boolean },
    /** Null where nobody takes a lock. */
    private readonly locks: Locks | null,
  ) {
    this.possible = hasRing(plan);
    this.expires = Uint8Array.from(plan.components, (_, c) => (everIs(plan, c, ends) ? 1 : 0));
    const edgesThat = (are: (edge: EdgePlan) => boolean): Uint8Array =>
      Uint8Array.from(plan.edges, (_, e) => (edgeEverIs(plan, e, are) ? 1 : 0));
    this.isTimed = edgesThat(isTimed);
    this.cancels = edgesThat(({ cancel }) => cancel);
  }

  /** Looks around an attempt that may have begun to wait; true when a deadlock was found now. */
  look(attempt: number): boolean {
    const { attempts, replicas } = this;
    if (this.found !== null || attempts.isFree(attempt)) return false;
    const state = attempts.state(attempt);
    if (state === DONE || state === OUT || state === WORKING || state === HELD_BACK) return false;
    const replica = attempts.placeOf(attempt);
    const free = replicas.freeWorkers[replica];
    if (free > 0 || replicas.calling[replica] < replicas.places[replica] - free) return false;
    const wants = this.wants();
    const { live, liveReplica } = this.liveOnes(wants);
    const stuck = [...wants.keys()].filter((a) => !live.has(a));
    if (stuck.length === 0) return false;
    const cycle = this.cycleFrom(stuck[0], wants);
    this.found = { atNs: this.kernel.now, cycle: cycle.map((step) => step.text) };
    const components = new Set(
      stuck.map((a) => this.componentOf(a)).filter((c) => !this.servesStill(c, liveReplica)),
    );
    // An operator may lead requests another way.
    if (changesOf(this.plan).length > 0) return true;
    this.everyPathMeetsIt = this.plan.producers.every(({ to }) =>
      to.every((target) => target.weight === 0 || meets(this.plan, target, components)),
    );
    return true;
  }

  /** What each attempt that waits for calls wants; an empty list: something of its own is pending. */
  private wants(): Map<number, Want[]> {
    const { attempts, calls, program } = this;
    const wants = new Map<number, Want[]>();
    const pendingOf = new Map<number, number>();
    for (let a = 0; a < attempts.used; a++) {
      if (attempts.isFree(a)) continue;
      const state = attempts.state(a);
      if (state === RETURNING) wants.set(a, [this.aWorker(a)]);
      else if (state === CALLING || state === AWAY) {
        if (this.locks?.isToldSoon(a)) continue;
        const at = this.locks?.waitedFor(a) ?? -1;
        if (at >= 0) {
          if (!this.locks?.isTimed(a)) wants.set(a, [this.aLock(at)]);
          continue;
        }
        // One that may be cancelled from above is not stuck.
        const site = attempts.words[a * ROW + SITE];
        if (this.cancels[program.siteEdge[site]] === 0) wants.set(a, []);
      }
    }
    for (let call = 0; call < calls.used; call++) {
      if (!calls.isFree(call)) pendingOf.set(call, calls.parent(call));
    }
    for (let a = 0; a < attempts.used; a++) {
      if (attempts.isFree(a) || attempts.hasLeft(a)) continue;
      const call = attempts.words[a * ROW + CALL];
      const parent = calls.parent(call);
      const component = this.replicas.component[attempts.words[a * ROW + REPLICA]];
      const state = attempts.state(a);
      const expires = state === WAITING && this.expires[component] === 1;
      const edge = program.siteEdge[attempts.words[a * ROW + SITE]];
      const timed = this.sending.isTimed(a) || this.isTimed[edge] === 1 || expires;
      const inService = state === CALLING || state === AWAY || state === RETURNING;
      const inLine = state === WAITING || state === ASIDE || state === TURNED_AWAY;
      if (timed || !(inService || inLine || state === BLOCKED)) continue;
      pendingOf.delete(call);
      wants.get(parent)?.push({
        attempt: inService ? a : -1,
        replica: attempts.words[a * ROW + REPLICA],
        door: state === BLOCKED,
      });
    }
    // A call without a waiting attempt has a message, a timer or a backoff under way.
    for (const parent of pendingOf.values()) wants.delete(parent);
    for (const parent of this.sending.heldCallers) wants.delete(parent);
    return wants;
  }

  /** Those who can still go on: whatever they want is, in the end, at somebody who works. */
  private liveOnes(wants: Map<number, Want[]>): { live: Set<number>; liveReplica: Uint8Array } {
    const { attempts, replicas } = this;
    const liveReplica = new Uint8Array(replicas.count);
    for (let r = 0; r < replicas.count; r++) {
      if (replicas.freeWorkers[r] > 0 || this.faults.mayFree(r)) liveReplica[r] = 1;
    }
    for (let a = 0; a < attempts.used; a++) {
      if (attempts.isFree(a)) continue;
      const state = attempts.state(a);
      const goesOn = state === WORKING || (state === CALLING && !wants.has(a));
      if (goesOn && !attempts.isAtCaller(a)) liveReplica[attempts.words[a * ROW + REPLICA]] = 1;
    }
    const live = new Set<number>();
    for (let changed = true; changed; ) {
      changed = false;
      for (const [a, wanted] of wants) {
        if (live.has(a)) continue;
        const some = wanted.some((want) =>
          want.attempt < 0
            ? liveReplica[want.replica] === 1
            : live.has(want.attempt) || !wants.has(want.attempt),
        );
        if (!some) continue;
        live.add(a);
        if (attempts.state(a) === CALLING && !attempts.isAtCaller(a)) {
          liveReplica[attempts.words[a * ROW + REPLICA]] = 1;
        }
        changed = true;
      }
    }
    return { live, liveReplica };
  }

  private servesStill(component: number, liveReplica: Uint8Array): boolean {
    const { first } = this.replicas;
    for (let r = first[component]; r < first[component + 1]; r++)
      if (liveReplica[r] === 1) return true;
    return false;
  }

  /** Follows the wants from a stuck attempt until a component comes again. */
  private cycleFrom(start: number, wants: Map<number, Want[]>): { text: string }[] {
    const { components } = this.plan;
    const steps: { from: number; text: string }[] = [];
    for (let at = start; ; ) {
      const from = this.componentOf(at);
      const again = steps.findIndex((step) => step.from === from);
      if (again >= 0) return steps.slice(again);
      const want = (wants.get(at) as Want[])[0];
      const to = this.replicas.component[want.replica];
      const who = this.attempts.state(at) === CALLING ? 'worker' : 'request';
      const what = want.attempt >= 0 ? 'an answer of' : want.door ? 'room in' : 'a worker of';
      steps.push({
        from,
        text: `${who} of ${components[from].name} waits for ${what} ${components[to].name}`,
      });
      at = want.attempt >= 0 ? want.attempt : this.inServiceAt(want.replica, wants);
    }
  }

  private inServiceAt(replica: number, wants: Map<number, Want[]>): number {
    const { attempts } = this;
    for (const a of wants.keys()) {
      if (attempts.state(a) !== CALLING || attempts.isAtCaller(a)) continue;
      if (attempts.words[a * ROW + REPLICA] === replica) return a;
    }
    throw new Error(`nobody holds replica ${replica}, and yet it is stuck`);
  }

  /** What one wants that waits to go on. */
  private aWorker(attempt: number): Want {
    return { attempt: -1, replica: this.attempts.words[attempt * ROW + REPLICA], door: false };
  }

  /** What one wants that waits for a lock: the end of who holds it. */
  private aLock(at: number): Want {
    const attempt = (this.locks as Locks).table.holder[at];
    return { attempt, replica: this.attempts.placeOf(attempt), door: false };
  }

  private componentOf(attempt: number): number {
    return this.replicas.component[this.attempts.placeOf(attempt)];
  }
}

/** Whether a call over the edge may end without an answer, or be answered by somebody else. */
function isTimed({ deadline, hedge, timeoutNs }: EdgePlan): boolean {
  return timeoutNs < Infinity || deadline !== null || hedge !== null;
}

/** Whether calls without timeout form a ring. */
/** Whether a wait in a component's line ends by itself. */
function ends({ queue: { maxAge, shed } }: ComponentPlan): boolean {
  return maxAge !== null || shed?.kind === 'facebook';
}

function hasRing(plan: Plan): boolean {
  const next: number[][] = plan.components.map(() => []);
  for (const edge of plan.edges) {
    if (edge.from.kind === 'producer' || isTimed(edge)) continue;
    next[edge.from.index].push(edge.to);
  }
  const state = new Uint8Array(plan.components.length);
  const visit = (c: number): boolean => {
    if (state[c] === 2) return false;
    if (state[c] === 1) return true;
    state[c] = 1;
    const ring = next[c].some(visit);
    state[c] = 2;
    return ring;
  };
  return next.some((_, c) => visit(c));
}

/** Whether every path of a call goes through one of the components. */
function meets(
  plan: Plan,
  to: { edge: number; route: number },
  components: ReadonlySet<number>,
  seen: ReadonlySet<string> = new Set(),
): boolean {
  const component = plan.edges[to.edge].to;
  if (components.has(component)) return true;
  const key = `${component}/${to.route}`;
  if (seen.has(key)) return false;
  const deeper = new Set(seen).add(key);
  const step = (s: StepPlan): boolean => {
    if (s.op === 'call') return meets(plan, s.to, components, deeper);
    if (s.op === 'lock') return s.then.some(step);
    if (s.op === 'chance') return s.then.some(step) && s.else.some(step);
    if (s.op === 'parallel') return s.branches.filter((b) => !b.some(step)).length < s.need;
    return false;
  };
  const { degrade, routes } = plan.components[component];
  if (degrade !== null && !degrade.steps.some(step)) return false;
  return routes[to.route].steps.some(step);
}
