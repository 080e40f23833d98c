import { grown } from '../kernel/event-queue.js';
import {
  ASIDE,
  type Attempts,
  AWAY,
  BLOCKED,
  CALLING,
  DONE,
  HELD,
  HELD_BACK,
  JOINED,
  NEXT,
  OUT,
  REPLICA,
  RETURNING,
  ROW,
  SITE,
  TURNED_AWAY,
  UNSENT,
  WAITING,
  WORKING,
} from './attempts.js';
import type { Calls } from './calls.js';
import { everIs } from './changes.js';
import type { Coalescing } from './coalescing.js';
import type { Edge } from './edges.js';
import { BULKHEAD, type Gates } from './gates.js';
import type { GuardedRows } from './guarded-rows.js';
import type { Locks } from './locks.js';
import type { ComponentPlan, Plan } from './plan.js';
import type { Program } from './program.js';
import type { Replicas } from './replicas.js';
import type { Shedding } from './shedding.js';
import type { Waits } from './waits.js';

const NONE = -1;

/** Kinds of nodes of the wait-for graph; a node is its row in the upper bits, its kind in the lower. */
const KIND_BITS = 3;
/** An attempt's handling at its callee is over, or goes on. */
export const HANDLED = 0;
/** An attempt has ended for its caller. */
export const ENDED = 1;
/** A call has ended. */
export const CALLED = 2;
/** A worker of a replica is free. */
export const WORKER = 3;
/** There is room in the queue of a replica. */
export const ROOM = 4;
/** The first in a line at a gate comes through. */
export const GATE = 5;
/** A lock is given back. */
export const LOCK = 6;
const KINDS = 7;

export function nodeOf(kind: number, row: number): number {
  return (row << KIND_BITS) | kind;
}

export function kindOf(node: number): number {
  return node & ((1 << KIND_BITS) - 1);
}

export function rowOf(node: number): number {
  return node >> KIND_BITS;
}

/** What may still come of itself to a replica (faults, operators): nothing, */
export const NOTHING = 0;
/** more workers or room, or that it stands still no longer, */
export const MORE = 1;
/** or that all it holds is taken from it, and answered. */
export const END_OF_ALL = 2;

/** Whatever may free a replica's waiters without any of them. */
export interface Relief {
  /** `NOTHING`, `MORE` or `END_OF_ALL`. */
  mayFree(replica: number): number;
}

/** The parts of the model in which somebody may wait. */
export interface Places {
  plan: Plan;
  program: Program;
  attempts: Attempts;
  calls: Calls;
  rows: GuardedRows;
  edges: readonly Edge[];
  replicas: Replicas;
  gates: Gates;
  /** Null where nobody joins another one's work. */
  coalescing: Coalescing | null;
  reliefs: readonly Relief[];
  sending: {
    isTimed(attempt: number): boolean;
    holdsAnswerFor(attempt: number): boolean;
  };
  /** Null where nobody takes a lock. */
  locks: Locks | null;
  /** Null where nothing sheds. */
  shedding: Shedding | null;
  /** Null where no queues stand by themselves. */
  brokers: {
    /** Those whose free workers make room in the queue whose door this is; null for no door. */
    takersAt(replica: number): readonly number[] | null;
  } | null;
  admission: {
    /** Whether one who waits at a component may have to make room for one who comes. */
    displaces(component: number): boolean;
  };
  leave: {
    /** How many of an attempt's calls are not known to have been let in, or to have ended. */
    notKnownIn(attempt: number): number;
  };
}

/**
 * Looks for ways out: from who waits, over whom and what it waits for, to something that moves by
 * itself (work, a timer, a message, a fault that is to end). What is waited for all at once is taken
 * for waited for one by one: the last of it is looked at again. A search ends at the first way out it
 * finds; where there is none, all it came by is stuck.
 */
export class WaysOut {
  /** By kind and row: the search in which a node was come by; the look in which it was found stuck. */
  private readonly cameBy: Int32Array[];
  private readonly stuckIn: Int32Array[];
  private search = 0;
  private look = 0;
  private stack: number[] = [];
  private cursors: number[] = [];
  private visited: number[] = [];
  /** What a node waits for. */
  private readonly next: number[] = [];
  /** By component: whether waits ever end at an age, or for one who takes the place. */
  private readonly ages: Uint8Array;
  private readonly replaces: Uint8Array;

  constructor(
    private readonly of: Places,
    private readonly waits: Waits,
  ) {
    const { plan } = of;
    this.ages = componentsThat(plan, ({ queue }) => queue.maxAge !== null);
    this.replaces = componentsThat(plan, ({ queue }) => queue.coalesce === 'replace');
    this.cameBy = Array.from({ length: KINDS }, () => new Int32Array(64));
    this.stuckIn = Array.from({ length: KINDS }, () => new Int32Array(64));
  }

  /** What was found stuck is forgotten: the world has moved. */
  beginLook(): void {
    this.look++;
  }

  /**
   * Whether there is a way out for a node; if not, `stuck` has all that was found to be so. The callers
   * at a replica are come by one after another, the one that had a way out first the next time.
   */
  isLive(start: number): boolean {
    this.search++;
    this.visited = [];
    const { cursors, stack } = this;
    stack.length = 0;
    cursors.length = 0;
    if (this.comeBy(start)) return true;
    while (stack.length > 0) {
      const top = stack.length - 1;
      const node = stack[top];
      if (kindOf(node) !== WORKER) {
        stack.pop();
        cursors.pop();
        if (this.expand(node)) return this.foundOne();
        continue;
      }
      const callers = this.waits.callersAt(rowOf(node));
      const at = cursors[top]++;
      if (at >= callers.length) {
        stack.pop();
        cursors.pop();
      } else if (this.waits.isCallerAt(callers[at], rowOf(node))) {
        if (this.comeBy(nodeOf(HANDLED, callers[at]))) return this.foundOne();
      }
    }
    for (const node of this.visited) this.mark(this.stuckIn, node, this.look);
    return false;
  }

  /** All that the last search came by, when it found no way out. */
  get stuck(): readonly number[] {
    return this.visited;
  }

  /** What a stuck node waits for (but not what else might free it). */
  wantsOf(node: number): number[] {
    const { next } = this;
    next.length = 0;
    const row = rowOf(node);
    if (kindOf(node) === WORKER) {
      for (const a of this.waits.callersAt(row)) {
        if (this.waits.isCallerAt(a, row)) next.push(nodeOf(HANDLED, a));
      }
    } else this.moves(node, true);
    return next.slice();
  }

  private foundOne(): boolean {
    const { cursors, stack, waits } = this;
    stack.forEach((node, i) => {
      if (kindOf(node) !== WORKER) return;
      const callers = waits.callersAt(rowOf(node));
      const at = cursors[i] - 1;
      if (at <= 0) return;
      [callers[0], callers[at]] = [callers[at], callers[0]];
    });
    return true;
  }

  /** Comes by a node; true where it moves by itself. */
  private comeBy(node: number): boolean {
    if (this.has(this.cameBy, node, this.search) || this.has(this.stuckIn, node, this.look)) {
      return false;
    }
    this.mark(this.cameBy, node, this.search);
    this.visited.push(node);
    if (kindOf(node) === WORKER) {
      const free = this.workerMoves(rowOf(node));
      if (free !== null) return free;
    }
    this.stack.push(node);
    this.cursors.push(0);
    return false;
  }

  /** Comes by all that a node waits for, or that may free it; true where something moves. */
  private expand(node: number): boolean {
    const { next } = this;
    next.length = 0;
    if (this.moves(node, false)) return true;
    for (let i = 0; i < next.length; i++) if (this.comeBy(next[i])) return true;
    return false;
  }

  /** Whether a node moves by itself; what it waits for, or else may free it, is put into `next`. */
  private moves(node: number, wantsOnly: boolean): boolean {
    const row = rowOf(node);
    switch (kindOf(node)) {
      case HANDLED:
        return this.handledMoves(row, wantsOnly);
      case ENDED:
        return this.endedMoves(row, wantsOnly);
      case CALLED:
        return this.calledMoves(row, wantsOnly);
      case ROOM:
        return this.roomMoves(row, wantsOnly);
      case GATE:
        return this.gateMoves(row);
      case LOCK:
        return this.lockMoves(row);
      default:
        return this.workerMoves(row) === true;
    }
  }

  private handledMoves(a: number, wantsOnly: boolean): boolean {
    const { attempts, sending } = this.of;
    const state = attempts.state(a);
    if (state === DONE) return !this.isLost(a);
    if (state === UNSENT) return this.endedMoves(a, wantsOnly);
    if (state === OUT || state === HELD_BACK) return true;
    const replica = attempts.placeOf(a);
    const relief = this.reliefOf(replica);
    if (relief === END_OF_ALL) return true;
    const isPaused = this.of.replicas.pauses[replica] > 0;
    if (!wantsOnly && this.cancelMoves(a)) return true;
    if (state === BLOCKED) {
      this.next.push(nodeOf(ROOM, replica));
      return false;
    }
    if (state === WAITING || state === ASIDE || state === TURNED_AWAY || state === RETURNING) {
      this.next.push(nodeOf(WORKER, replica));
      if (state !== WAITING) return false;
      return this.waitEnds(a) || this.mayBeDisplaced(a);
    }
    if (state === JOINED) return this.joinedMoves(a);
    if (isPaused) return relief === MORE;
    if (state === WORKING || sending.holdsAnswerFor(a)) return true;
    return this.stepMoves(a);
  }

  /** What an attempt's handler waits for: a lock, or calls. */
  private stepMoves(a: number): boolean {
    const { calls, leave, locks } = this.of;
    if (locks?.isToldSoon(a)) return true;
    const lock = locks?.waitedFor(a) ?? NONE;
    if (lock !== NONE) {
      this.next.push(nodeOf(LOCK, lock));
      return locks?.isTimed(a) === true;
    }
    const first = this.waits.firstCallOf(a);
    let notIn = leave.notKnownIn(a);
    for (let c = first; c !== NONE; c = this.waits.callAfter(c)) {
      if (calls.holdsSender(c)) notIn--;
      this.next.push(nodeOf(CALLED, c));
    }
    // Where more than those are not known to be in, word of it is on its way.
    return first === NONE || notIn > 0;
  }

  /** Who holds a lock gives it back when it goes on. */
  private lockMoves(lock: number): boolean {
    const holder = (this.of.locks as Locks).table.holder[lock];
    if (holder === NONE) return true;
    this.next.push(nodeOf(HANDLED, holder));
    return false;
  }

  /** Whether an attempt is about to be cancelled; whatever may have it cancelled may free it. */
  private cancelMoves(a: number): boolean {
    const { attempts, coalescing } = this.of;
    const others = coalescing?.hasMembers(a) === true ? coalescing : null;
    for (let m = others?.firstOf(a) ?? NONE; m !== NONE; m = others?.after(m) ?? NONE) {
      if (this.edgeOf(m).cancel) this.next.push(nodeOf(ENDED, m));
    }
    if (!this.edgeOf(a).cancel) return false;
    if (attempts.hasLeft(a)) return others === null || !others.goesOnForOthers(a);
    this.next.push(nodeOf(ENDED, a));
    return false;
  }

  /** One who joined another is answered with it, and may be tired of waiting until its work begins. */
  private joinedMoves(a: number): boolean {
    const { attempts, coalescing } = this.of;
    const leader = (coalescing as Coalescing).leaderOf(a);
    this.next.push(nodeOf(HANDLED, leader));
    return attempts.state(leader) === WAITING && this.waitEnds(a);
  }

  private endedMoves(a: number, wantsOnly: boolean): boolean {
    const { attempts, gates, rows, sending } = this.of;
    if (attempts.hasLeft(a)) return true;
    const { guarded } = this.edgeOf(a);
    if (attempts.state(a) === UNSENT) {
      const line = gates.lineOf(a);
      if (line === NONE || rows.gateAlarm[a] !== NONE) return true;
      this.next.push(nodeOf(GATE, line));
    } else {
      if (sending.isTimed(a)) return true;
      this.next.push(nodeOf(HANDLED, a));
    }
    if (guarded && !wantsOnly) this.next.push(nodeOf(CALLED, attempts.callOf(a)));
    return false;
  }

  private calledMoves(call: number, wantsOnly: boolean): boolean {
    const { attempts, calls, edges, program, rows } = this.of;
    const edge = edges[program.siteEdge[calls.site(call)]];
    if (!edge.guarded) {
      const attempt = this.waits.tryOfCall(call);
      if (attempt === NONE) return true;
      this.next.push(nodeOf(ENDED, attempt));
      return false;
    }
    if (rows.copies[call] === NONE || rows.deadlineAlarm[call] !== NONE) return true;
    if (rows.hedgeAlarm[call] !== NONE || rows.waitAlarm[call] !== NONE) return true;
    for (let a = rows.copies[call]; a !== NONE; a = rows.sibling[a]) {
      this.next.push(nodeOf(ENDED, a));
    }
    const parent = calls.parent(call);
    if (edge.cancel && parent >= 0 && !wantsOnly && attempts.state(parent) !== DONE) {
      this.next.push(nodeOf(HANDLED, parent));
    }
    return false;
  }

  /** Whether a worker of a replica is free, or surely will be; null where it takes a look around. */
  private workerMoves(replica: number): boolean | null {
    const { calling, freeWorkers, pauses, places } = this.of.replicas;
    if (this.reliefOf(replica) !== NOTHING) return true;
    if (pauses[replica] > 0) return false;
    const free = freeWorkers[replica];
    if (free > 0 || calling[replica] < places[replica] - free) return true;
    return null;
  }

  private roomMoves(replica: number, wantsOnly: boolean): boolean {
    const { attempts, brokers, replicas } = this.of;
    const takers = brokers?.takersAt(replica) ?? null;
    if (takers !== null) {
      for (const taker of takers) {
        if (replicas.isThere[taker] === 1) this.next.push(nodeOf(WORKER, taker));
      }
      return takers.length === 0;
    }
    this.next.push(nodeOf(WORKER, replica));
    if (wantsOnly) return false;
    for (let m = replicas.head[replica]; m !== NONE; m = attempts.words[m * ROW + NEXT]) {
      if (this.waitEnds(m)) return true;
      if (!this.edgeOf(m).cancel) continue;
      if (attempts.hasLeft(m)) return true;
      this.next.push(nodeOf(ENDED, m));
    }
    return false;
  }

  private gateMoves(line: number): boolean {
    const { attempts, edges, gates } = this.of;
    const gate = gates.gateOf(line);
    const edge = edges[gates.edgeOfLine(line)];
    const counts = gate >= BULKHEAD;
    if (counts ? gates.roomAt(edge, line) > 0 : gates.asksAgain(line)) return true;
    let holders = 0;
    for (const a of this.waits.holdersOf(gates.clientOf(line))) {
      if (!gates.hasPassed(a, gate)) continue;
      holders++;
      const keepsIt = gate === BULKHEAD && edge.holdsWork && attempts.state(a) !== UNSENT;
      this.next.push(nodeOf(keepsIt ? HANDLED : ENDED, a));
    }
    // A connection that is being opened is held, and not listed yet.
    return counts ? holders < gates.heldAt(line) : holders === 0;
  }

  /** Whether the wait of one in line ends by itself: at an age, by a law of shedding. */
  private waitEnds(a: number): boolean {
    return this.of.shedding?.endsWait(a) === true || this.ages[this.componentOf(a)] === 1;
  }

  /** Whether one in line may have to leave it for one who comes. */
  private mayBeDisplaced(a: number): boolean {
    const component = this.componentOf(a);
    return this.of.admission.displaces(component) || this.replaces[component] === 1;
  }

  private componentOf(a: number): number {
    const { attempts, replicas } = this.of;
    return replicas.component[attempts.words[a * ROW + REPLICA]];
  }

  /** Whether nobody will ever answer an attempt: its message was lost, or it was dropped in silence. */
  private isLost(a: number): boolean {
    const { attempts } = this.of;
    return !attempts.hasLeft(a) && (attempts.words[a * ROW + HELD] & 0xffff) === 1;
  }

  private reliefOf(replica: number): number {
    // Whoever comes may be one too many for a memory.
    const { plan, replicas } = this.of;
    if (plan.components[replicas.component[replica]].memory !== null) return END_OF_ALL;
    let most = NOTHING;
    for (const relief of this.of.reliefs) most = Math.max(most, relief.mayFree(replica));
    return most;
  }

  private edgeOf(attempt: number): Edge {
    const { attempts, edges, program } = this.of;
    return edges[program.siteEdge[attempts.words[attempt * ROW + SITE]]];
  }

  private has(marks: Int32Array[], node: number, mark: number): boolean {
    const rows = marks[kindOf(node)];
    const row = rowOf(node);
    return row < rows.length && rows[row] === mark;
  }

  private mark(marks: Int32Array[], node: number, mark: number): void {
    const kind = kindOf(node);
    const row = rowOf(node);
    if (row >= marks[kind].length) {
      marks[kind] = grown(marks[kind], new Int32Array(Math.ceil((row + 1) * 1.5)));
    }
    marks[kind][row] = mark;
  }
}

/** By component: whether it ever is so, an operator's changes included. */
function componentsThat(plan: Plan, is: (component: ComponentPlan) => boolean): Uint8Array {
  return Uint8Array.from(plan.components, (_, c) => (everIs(plan, c, is) ? 1 : 0));
}

/** States in which a handler has begun and waits. */
export function isInService(state: number): boolean {
  return state === CALLING || state === AWAY || state === RETURNING;
}
