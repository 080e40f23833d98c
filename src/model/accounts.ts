import type { Recorder } from '../measure/recorder.js';
import { type Attempts, CAME, DONE, HI, LO, ROW, SITE, STARTED, TIMES } from './attempts.js';
import type { Memory } from './memory.js';
import { FACT_AWAY, FACT_JOINED, FACT_QUEUED, FACT_TOOK_PLACE, FACT_WENT_ON } from './outcomes.js';
import type { Program } from './program.js';

const NONE = -1;

/**
 * What is written down of an attempt at its callee: the facts of the fingerprint, and the counts,
 * waits and times of its component and of its route, where that has a name.
 */
export class Accounts {
  /** Null where nobody counts it. */
  memory: Memory | null = null;
  private readonly hasRoutes: boolean;

  constructor(
    private readonly program: Program,
    private readonly attempts: Attempts,
    readonly recorder: Recorder,
    /** The route's subject of measurement, by route; -1 where it has no name. */
    private readonly routeSubject: Int32Array,
  ) {
    this.hasRoutes = routeSubject.some((subject) => subject !== NONE);
  }

  fact(kind: number, attempt: number): void {
    const { words } = this.attempts;
    this.recorder.fingerprint.fact(kind, words[attempt * ROW + HI], words[attempt * ROW + LO]);
  }

  /** It is in the care of its callee from now on, if it was not yet. */
  taken(attempt: number): void {
    if (this.memory !== null) this.memory.holds(attempt);
  }

  /** Its callee is done with it. */
  done(attempt: number): void {
    this.attempts.setState(attempt, DONE);
    if (this.memory !== null) this.memory.leaves(attempt);
  }

  /** One more in a column of counts. */
  count(attempt: number, component: number, column: number): void {
    const epoch = this.attempts.epoch(attempt);
    this.recorder.services.count(component, epoch, column);
    if (!this.hasRoutes) return;
    const route = this.routeOf(attempt);
    if (route !== NONE) this.recorder.services.count(route, epoch, column);
  }

  /** It begins to wait. */
  queued(attempt: number, component: number): void {
    this.recorder.services.queued(component);
    if (!this.hasRoutes) return;
    const route = this.routeOf(attempt);
    if (route !== NONE) this.recorder.services.queued(route);
  }

  /** It waits no longer. */
  unqueued(attempt: number, component: number): void {
    const { recorder } = this;
    const { times } = this.attempts;
    recorder.services.unqueued(component, times, attempt * TIMES + CAME);
    if (!this.hasRoutes) return;
    const route = this.routeOf(attempt);
    if (route !== NONE) recorder.services.unqueued(route, times, attempt * TIMES + CAME);
  }

  /** It gets its worker. */
  started(attempt: number, component: number): void {
    const { attempts, recorder } = this;
    const epoch = attempts.epoch(attempt);
    recorder.services.started(component, epoch, attempts.times, attempt * TIMES + CAME);
    if (!this.hasRoutes) return;
    const route = this.routeOf(attempt);
    if (route === NONE) return;
    recorder.services.started(route, epoch, attempts.times, attempt * TIMES + CAME);
  }

  /** Its handler has ended as `column` says. */
  ended(attempt: number, component: number, column: number): void {
    const { attempts, recorder } = this;
    const epoch = attempts.epoch(attempt);
    recorder.services.ended(component, epoch, column, attempts.times, attempt * TIMES);
    if (!this.hasRoutes) return;
    const route = this.routeOf(attempt);
    if (route === NONE) return;
    recorder.services.ended(route, epoch, column, attempts.times, attempt * TIMES);
  }

  /** Its handler, run by its caller's worker, has ended as `column` says. */
  endedElsewhere(attempt: number, component: number, column: number): void {
    const { attempts, recorder } = this;
    const epoch = attempts.epoch(attempt);
    const row = attempt * TIMES + CAME;
    recorder.services.endedElsewhere(component, epoch, column, attempts.times, row);
    if (!this.hasRoutes) return;
    const route = this.routeOf(attempt);
    if (route === NONE) return;
    recorder.services.endedElsewhere(route, epoch, column, attempts.times, row);
  }

  /** It leaves its worker while its calls are out. */
  left(attempt: number, component: number): void {
    const row = attempt * TIMES + STARTED;
    this.leftAs(component, row);
    const route = this.hasRoutes ? this.routeOf(attempt) : NONE;
    if (route !== NONE) this.leftAs(route, row);
    this.fact(FACT_AWAY, attempt);
  }

  /** It has a worker again. */
  wentOn(attempt: number, component: number): void {
    const row = attempt * TIMES + STARTED;
    this.wentOnAs(component, row);
    const route = this.hasRoutes ? this.routeOf(attempt) : NONE;
    if (route !== NONE) this.wentOnAs(route, row);
    this.fact(FACT_WENT_ON, attempt);
  }

  /** It had left its worker for a lock, has that, and waits for a worker. */
  backInLine(attempt: number, component: number): void {
    const { away, services } = this.recorder;
    const { times } = this.attempts;
    const row = attempt * TIMES + STARTED;
    away.leave(component, times, row);
    services.queued(component);
    const route = this.hasRoutes ? this.routeOf(attempt) : NONE;
    if (route !== NONE) {
      away.leave(route, times, row);
      services.queued(route);
    }
    this.fact(FACT_QUEUED, attempt);
  }

  /** It has joined another, whose work is to answer both: it counts as away. */
  joined(attempt: number, component: number): void {
    this.recorder.away.enter(component);
    const route = this.hasRoutes ? this.routeOf(attempt) : NONE;
    if (route !== NONE) this.recorder.away.enter(route);
    this.fact(FACT_JOINED, attempt);
  }

  /** It takes the place of the one it had joined. */
  tookPlace(attempt: number, component: number): void {
    const { times } = this.attempts;
    const row = attempt * TIMES + STARTED;
    this.recorder.away.leave(component, times, row);
    const route = this.hasRoutes ? this.routeOf(attempt) : NONE;
    if (route !== NONE) this.recorder.away.leave(route, times, row);
    this.fact(FACT_TOOK_PLACE, attempt);
  }

  /** It ends without a worker, as `column` says; `told`: with an answer, which makes its sojourn one. */
  endedAway(attempt: number, component: number, column: number, told: boolean): void {
    this.endedAwayAs(attempt, component, column, told);
    const route = this.hasRoutes ? this.routeOf(attempt) : NONE;
    if (route !== NONE) this.endedAwayAs(attempt, route, column, told);
  }

  private leftAs(subject: number, row: number): void {
    this.recorder.services.leftWorker(subject, this.attempts.times, row);
    this.recorder.away.enter(subject);
  }

  private wentOnAs(subject: number, row: number): void {
    this.recorder.away.leave(subject, this.attempts.times, row);
    this.recorder.services.tookWorker(subject);
  }

  private endedAwayAs(attempt: number, subject: number, column: number, told: boolean): void {
    const { attempts, recorder } = this;
    const { times } = attempts;
    const epoch = attempts.epoch(attempt);
    recorder.away.leave(subject, times, attempt * TIMES + STARTED);
    recorder.services.count(subject, epoch, column);
    if (told) recorder.services.sojourn(subject, epoch, times, attempt * TIMES + CAME);
  }

  /** Its handler is stopped as `column` says. */
  stopped(attempt: number, component: number, column: number): void {
    const { attempts, recorder } = this;
    const epoch = attempts.epoch(attempt);
    const row = attempt * TIMES + STARTED;
    recorder.services.stopped(component, epoch, column, attempts.times, row);
    if (!this.hasRoutes) return;
    const route = this.routeOf(attempt);
    if (route !== NONE) recorder.services.stopped(route, epoch, column, attempts.times, row);
  }

  /** It gives its worker to another one, and waits. */
  stoodAside(attempt: number, component: number): void {
    const { times } = this.attempts;
    const { services } = this.recorder;
    services.left(component, times, attempt * TIMES + STARTED);
    services.queued(component);
    const route = this.routeOf(attempt);
    if (route === NONE) return;
    services.left(route, times, attempt * TIMES + STARTED);
    services.queued(route);
  }

  /** It stands aside no longer, which it did since `since[attempt]`. */
  notAside(attempt: number, component: number, since: Float64Array): void {
    this.recorder.services.unqueued(component, since, attempt);
    const route = this.routeOf(attempt);
    if (route !== NONE) this.recorder.services.unqueued(route, since, attempt);
  }

  /** It has a worker again. */
  busyAgain(attempt: number, component: number): void {
    this.recorder.services.busyAgain(component);
    const route = this.routeOf(attempt);
    if (route !== NONE) this.recorder.services.busyAgain(route);
  }

  /** The subject of measurement of an attempt's route, -1 where it has no name. */
  private routeOf(attempt: number): number {
    return this.routeSubject[this.program.siteRoute[this.attempts.words[attempt * ROW + SITE]]];
  }
}
