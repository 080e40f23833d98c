import type { Breaker } from '../policies/breaker.js';
import { breaker } from '../policies/breakers.js';
import type { Ending, Guard, Local } from '../policies/guard.js';
import type { BreakerPlan } from './plan.js';

const NONE = -1;

/** Who is told when a breaker has changed its state, or the time of its timer. */
interface BreakerWatcher {
  changed(one: WatchedBreaker, client: number): void;
}

/** The breaker of one client of an edge, whose changes of state are noted as they happen. */
export class WatchedBreaker implements Guard {
  token = 0;
  readonly askAgainNs = Infinity;
  readonly waitMaxNs = Infinity;
  /** The state that was noted last. */
  state: number;
  /** When its timer is set for; Infinity for never. */
  alarmNs = Infinity;
  alarm = NONE;
  private watcher!: BreakerWatcher;
  private client = 0;

  constructor(readonly breaker: Breaker) {
    this.state = breaker.state;
  }

  connect(watcher: BreakerWatcher, client: number): void {
    this.watcher = watcher;
    this.client = client;
    this.look();
  }

  ask(nowNs: number, u: number): number {
    const answer = this.breaker.ask(nowNs, u);
    this.token = this.breaker.token;
    this.look();
    return answer;
  }

  stopped(nowNs: number, why: Local, token: number): void {
    this.breaker.stopped(nowNs, why, token);
    this.look();
  }

  ended(nowNs: number, how: Ending, tookNs: number, token: number): void {
    this.breaker.ended(nowNs, how, tookNs, token);
    this.look();
  }

  turn(nowNs: number): void {
    this.breaker.turn(nowNs);
    this.look();
  }

  private look(): void {
    const { breaker } = this;
    if (breaker.state === this.state && breaker.turnsAtNs === this.alarmNs) return;
    this.watcher.changed(this, this.client);
  }
}

/** The breakers of an edge, one for each client; none where its plan has none. */
export function breakersOf(plan: BreakerPlan | null, clients: number): WatchedBreaker[] {
  if (plan === null || plan.kind === 'outlier') return [];
  return Array.from({ length: clients }, () => new WatchedBreaker(breaker(plan)));
}
