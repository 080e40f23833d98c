import { IdentitySource, purposeOf, unit53 } from '../kernel/draws.js';
import { type Attempts, HI, LO, REPLICA, ROW, SITE } from './attempts.js';
import type { Plan } from './plan.js';
import type { Program } from './program.js';
import type { Replicas } from './replicas.js';

const ERRORS = purposeOf('fault errors');

/** The fault `errors`: a share of those that start is answered `error` at once. */
export class FaultErrors {
  /**
   * Set by faults, by route: replicas' shares of requests answered `error` at once; NaN where that
   * changes as time goes by.
   */
  readonly ratios: Float64Array[];
  private readonly some: boolean;
  private ratioNow!: (route: number, own: number) => number;
  private readonly draw = new IdentitySource();

  constructor(
    plan: Plan,
    private readonly program: Program,
    private readonly attempts: Attempts,
    private readonly replicas: Replicas,
  ) {
    this.some = plan.faults.some((fault) => fault.kind === 'errors');
    this.ratios = plan.components.flatMap(({ routes, replicasMax: count }) =>
      routes.map(() => new Float64Array(count)),
    );
  }

  /** Tells who knows the share of a replica's requests, by its place, where that changes. */
  connect(ratioNow: (route: number, own: number) => number): void {
    this.ratioNow = ratioNow;
  }

  /** Whether an attempt that starts is answered so. */
  strike(attempt: number): boolean {
    if (!this.some) return false;
    const { attempts, draw, replicas } = this;
    const { words } = attempts;
    const replica = words[attempt * ROW + REPLICA];
    const route = this.program.siteRoute[words[attempt * ROW + SITE]];
    const own = replica - replicas.first[replicas.component[replica]];
    const known = this.ratios[route][own];
    if (known === 0) return false;
    const ratio = known === known ? known : this.ratioNow(route, own);
    draw.seek(words[attempt * ROW + HI], words[attempt * ROW + LO], ERRORS);
    return unit53(draw) < ratio;
  }
}
