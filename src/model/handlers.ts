import { hashText, IdentitySource, unit53 } from '../kernel/draws.js';
import type { Kernel } from '../kernel/kernel.js';
import { type Attempts, DONE, HI, LO, PC, ROW, SITE } from './attempts.js';
import { FAILS, GOES_IN } from './locks.js';
import { ERROR, FELL_BACK, OK } from './outcomes.js';
import {
  OP_BRANCH_END,
  OP_CACHE,
  OP_CALL,
  OP_CHANCE,
  OP_COMMIT,
  OP_END,
  OP_FAIL,
  OP_FAIL_KEPT,
  OP_FILL,
  OP_JUMP,
  OP_LOCK,
  OP_PARALLEL,
  OP_UNLOCK,
  OP_WORK,
  type Program,
} from './program.js';

/** What handlers need of the rest of the model. */
export interface HandlerPeers {
  services: {
    readonly workbench: {
      begin(attempt: number, ns: number): void;
      /** What the work that runs already adds to a piece that starts now. */
      addedNs(attempt: number): number;
    };
    finish(attempt: number, outcome: number): void;
    waitsForCall(attempt: number): void;
    /** Null where nobody takes a lock. */
    readonly locks: {
      /** Comes to a lock; where it waits, it goes on at `pc` when it has it. */
      enter(attempt: number, lock: number, wait: number, pc: number): number;
      exit(attempt: number, lock: number): void;
    } | null;
    readonly leave: {
      /** Its calls are out: its worker may serve others. */
      callsOut(attempt: number): void;
      /** Whether it has a worker to go on with at `pc`; else it goes on when it gets one. */
      hasWorker(attempt: number, pc: number): boolean;
      /** Whether workers leave a request whose call is out anywhere. */
      readonly hasAsync: boolean;
    };
  };
  sending: {
    /** Begins a call from an attempt's handler; `join` is its parallel step, 0 for none. */
    begin(attempt: number, site: number, join: number): void;
    isLate(attempt: number): boolean;
    /** What its handler still waits for is given up, where the edges say so. */
    abandonCalls(attempt: number): void;
  };
  /** Null where nothing is committed. */
  commits: { commit(attempt: number, name: number, once: boolean): void } | null;
  /** Null where there are none. */
  caches: {
    /** Whether an attempt finds what it asks for. */
    has(attempt: number, row: number): boolean;
    /** It has fetched what it missed. */
    fill(attempt: number, row: number): void;
  } | null;
  labels: { keyOf(attempt: number): number };
  faults: {
    /** What slow-faults, and the replica itself, make of a piece of work that starts now. */
    slowed(attempt: number, route: number, meanNs: number, ns: number): number;
  };
}

/** Goes through the handlers' code, one attempt at a time. */
export class Handlers {
  private readonly draw = new IdentitySource();
  private joins = 0;
  private services!: HandlerPeers['services'];
  private sending!: HandlerPeers['sending'];
  private faults!: HandlerPeers['faults'];
  private commits!: HandlerPeers['commits'];
  private caches!: HandlerPeers['caches'];
  private labels!: HandlerPeers['labels'];
  private readonly seedWord: number;

  constructor(
    private readonly kernel: Kernel,
    private readonly program: Program,
    private readonly attempts: Attempts,
    /** Whether any component looks at deadlines. */
    private readonly checksDeadlines: (attempt: number) => boolean,
    private readonly mayBeLate: boolean,
    seed: string,
  ) {
    this.seedWord = hashText(seed).lo;
  }

  /** Tells the parts that this one calls. */
  connect(peers: HandlerPeers): void {
    this.services = peers.services;
    this.sending = peers.sending;
    this.faults = peers.faults;
    this.commits = peers.commits;
    this.caches = peers.caches;
    this.labels = peers.labels;
  }

  /** Goes on at `from` until the attempt has to wait or its handler ends. */
  resume(attempt: number, from: number): void {
    const { attempts } = this;
    const { code } = this.program;
    let pc = from;
    if (this.mayBeLate && this.isLate(attempt, from)) {
      this.services.finish(attempt, ERROR);
      return;
    }
    for (;;) {
      switch (code[pc]) {
        case OP_END:
          this.services.finish(attempt, OK);
          return;
        case OP_WORK: {
          const ns = this.workNs(attempt, code[pc + 1]);
          pc += 2;
          if (ns === 0) break;
          attempts.words[attempt * ROW + PC] = pc;
          this.services.workbench.begin(attempt, ns);
          return;
        }
        case OP_CALL:
          this.services.waitsForCall(attempt);
          if (this.services.leave.hasAsync) this.beginCall(attempt, code[pc + 1]);
          else this.sending.begin(attempt, code[pc + 1], 0);
          return;
        case OP_PARALLEL:
          if (this.fork(attempt, pc)) return;
          pc = code[pc + 3];
          break;
        case OP_CHANCE:
          pc = this.happens(attempt, code[pc + 1]) ? pc + 3 : code[pc + 2];
          break;
        case OP_JUMP:
          pc = code[pc + 1];
          break;
        case OP_FAIL:
          if (this.happens(attempt, code[pc + 1])) {
            this.services.finish(attempt, ERROR);
            return;
          }
          pc += 2;
          break;
        default:
          pc = this.seldom(attempt, pc);
          if (pc < 0) return;
      }
    }
  }

  /** A step that few handlers have; where it goes on, below 0 where it waits or has ended. */
  private seldom(attempt: number, pc: number): number {
    const { code } = this.program;
    switch (code[pc]) {
      case OP_LOCK: {
        const went = this.services.locks?.enter(attempt, code[pc + 1], code[pc + 2], pc + 3);
        if (went === FAILS) this.services.finish(attempt, ERROR);
        return went === GOES_IN ? pc + 3 : -1;
      }
      case OP_UNLOCK:
        this.services.locks?.exit(attempt, code[pc + 1]);
        return pc + 2;
      case OP_COMMIT:
        this.commits?.commit(attempt, code[pc + 1], code[pc + 2] === 1);
        return pc + 3;
      case OP_FAIL_KEPT:
        if (!this.isStruck(attempt, code[pc + 1])) return pc + 2;
        this.services.finish(attempt, ERROR);
        return -1;
      case OP_CACHE:
        return this.caches?.has(attempt, code[pc + 1]) ? code[pc + 2] : pc + 3;
      case OP_FILL:
        this.caches?.fill(attempt, code[pc + 1]);
        return pc + 2;
      default:
        throw new Error(`no such step: code ${code[pc]} at ${pc}`);
    }
  }

  /** A call that `attempt` made at `site` has ended. */
  called(attempt: number, site: number, join: number, outcome: number): void {
    const { attempts, program } = this;
    if (attempts.state(attempt) === DONE) return;
    if (attempts.waits !== null) attempts.waits.suspect(attempt);
    const goesOn = outcome === OK || outcome === FELL_BACK;
    const pc = outcome === FELL_BACK ? program.siteFallback[site] : program.siteResume[site];
    if (join === 0) {
      if (goesOn) this.goOn(attempt, pc);
      else this.services.finish(attempt, ERROR);
      return;
    }
    if (attempts.join[attempt] !== join) return;
    if (goesOn) this.branch(attempt, pc, join);
    else if (attempts.spare[attempt] > 0) attempts.spare[attempt]--;
    else this.failJoin(attempt);
  }

  /** A parallel step can no longer succeed. */
  private failJoin(attempt: number): void {
    this.attempts.join[attempt] = 0;
    this.sending.abandonCalls(attempt);
    this.services.finish(attempt, ERROR);
  }

  /** Whether its deadline has come before a step that follows, at a component that looks at it. */
  private isLate(attempt: number, from: number): boolean {
    const { code } = this.program;
    let pc = from;
    for (;;) {
      if (code[pc] === OP_JUMP) pc = code[pc + 1];
      else if (code[pc] === OP_UNLOCK || code[pc] === OP_FILL) pc += 2;
      else break;
    }
    if (code[pc] === OP_END) return false;
    return this.checksDeadlines(attempt) && this.sending.isLate(attempt);
  }

  /** Begins every branch; false where nothing is needed of them. */
  private fork(attempt: number, pc: number): boolean {
    const { attempts } = this;
    const { code } = this.program;
    const need = code[pc + 1];
    const count = code[pc + 2];
    const join = ++this.joins;
    this.services.waitsForCall(attempt);
    attempts.words[attempt * ROW + PC] = code[pc + 3];
    attempts.join[attempt] = join;
    attempts.need[attempt] = need;
    attempts.spare[attempt] = count - need;
    attempts.hold(attempt);
    this.kernel.suspend();
    for (let i = 0; i < count; i++) {
      const head = code[pc + 4 + i];
      if (code[head] === OP_CALL) this.sending.begin(attempt, code[head + 1], join);
      else if (need > 0) attempts.need[attempt]--;
    }
    this.kernel.resume();
    const waits = attempts.need[attempt] > 0;
    if (!waits) attempts.join[attempt] = 0;
    else if (this.services.leave.hasAsync) this.services.leave.callsOut(attempt);
    attempts.letGo(attempt);
    return waits;
  }

  /** A branch goes on to its next call, or has ended well. */
  private branch(attempt: number, from: number, join: number): void {
    const { attempts } = this;
    const { code } = this.program;
    let pc = from;
    while (code[pc] === OP_JUMP) pc = code[pc + 1];
    if (code[pc] === OP_CALL) {
      if (this.mayBeLate && this.isLate(attempt, pc)) {
        this.failJoin(attempt);
        return;
      }
      this.sending.begin(attempt, code[pc + 1], join);
      return;
    }
    if (code[pc] !== OP_BRANCH_END) throw new Error(`no such step in a branch: code ${code[pc]}`);
    if (--attempts.need[attempt] > 0) return;
    attempts.join[attempt] = 0;
    this.sending.abandonCalls(attempt);
    this.goOn(attempt, attempts.words[attempt * ROW + PC]);
  }

  /** A call after which the worker may leave: it looks for other work only when the call is out. */
  private beginCall(attempt: number, site: number): void {
    const { attempts, kernel } = this;
    attempts.hold(attempt);
    kernel.suspend();
    this.sending.begin(attempt, site, 0);
    kernel.resume();
    this.services.leave.callsOut(attempt);
    attempts.letGo(attempt);
  }

  /** What it waited for is there: it goes on, as soon as it has a worker. */
  goOn(attempt: number, pc: number): void {
    if (this.services.leave.hasAsync && !this.services.leave.hasWorker(attempt, pc)) return;
    this.resume(attempt, pc);
  }

  private happens(attempt: number, row: number): boolean {
    const { share, purpose } = this.program.chances[row];
    if (share <= 0) return false;
    if (share >= 1) return true;
    this.seek(attempt, purpose);
    return unit53(this.draw) < share;
  }

  /** Whether the request, or what it asks for, is of those that fail at this step every time. */
  private isStruck(attempt: number, row: number): boolean {
    const { share, purpose, perKey } = this.program.chances[row];
    if (perKey) {
      const key = this.labels.keyOf(attempt);
      if (key === 0) return false;
      this.draw.seek(key, this.seedWord, purpose);
    } else this.seekRoot(attempt, purpose);
    return unit53(this.draw) < share;
  }

  private workNs(attempt: number, row: number): number {
    const { time, purpose, perRequest } = this.program.works[row];
    if (perRequest) this.seekRoot(attempt, purpose);
    else this.seek(attempt, purpose);
    const needed = time.constantNs >= 0 ? time.constantNs : time.sample(this.draw);
    const drawn = needed + this.services.workbench.addedNs(attempt);
    const route = this.program.siteRoute[this.attempts.words[attempt * ROW + SITE]];
    return Math.floor(this.faults.slowed(attempt, route, time.meanNs, drawn) + 0.5);
  }

  private seekRoot(attempt: number, purpose: number): void {
    const { rootHi, rootLo } = this.attempts;
    this.draw.seek(rootHi[attempt], rootLo[attempt], purpose);
  }

  private seek(attempt: number, purpose: number): void {
    const { words } = this.attempts;
    this.draw.seek(words[attempt * ROW + HI], words[attempt * ROW + LO], purpose);
  }
}
