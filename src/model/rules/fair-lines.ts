import { deriveInto, purposeOf } from '../../kernel/draws.js';
import { grown } from '../../kernel/event-queue.js';
import { FairQueues, type FairQueuesSpec } from '../../policies/fair-queues.js';
import { type Attempts, REPLICA, ROW } from '../attempts.js';
import type { Labels } from '../labels.js';
import type { Plan } from '../plan.js';
import type { Replicas } from '../replicas.js';

const FLOW = purposeOf('flow');
const NONE = -1;

/**
 * Lines that are many queues (`fair_queues`), one set at each replica: which queue an attempt stands
 * in, and whose turn it is. A flow is a tenant. Who stands at a door has its queue, but is not counted
 * there yet.
 */
export class FairLines {
  /** By component. */
  private readonly specs: (FairQueuesSpec | null)[];
  /** By replica. */
  private readonly sets: (FairQueues | null)[];
  /** By attempt: the queue of its replica that it is of, and since when it has a seat; -1 for none. */
  private queueOf = new Int32Array(16);
  private seatedNs = new Float64Array(16);
  private readonly key = new Int32Array(2);
  private picked = NONE;

  constructor(
    plan: Plan,
    private readonly clock: Float64Array,
    private readonly attempts: Attempts,
    private readonly replicas: Replicas,
    private readonly labels: Labels,
  ) {
    this.specs = plan.components.map(({ admission }) => {
      const rule = admission.find(({ kind }) => kind === 'fair_queues');
      return rule?.kind === 'fair_queues' ? rule.spec : null;
    });
    this.sets = Array.from(replicas.component, (component) => {
      const spec = this.specs[component];
      return spec === null ? null : new FairQueues(spec);
    });
  }

  /** Whether one that arrives finds a queue of its hand with room, or a seat. */
  admits(attempt: number, replica: number, hasSeat: boolean): boolean {
    if (attempt >= this.queueOf.length) this.grow(attempt);
    const set = this.setOf(replica);
    deriveInto(this.key, 0, this.labels.tenantOf(attempt), FLOW, 0);
    const queue = set.choose(this.key[0], this.key[1]);
    this.queueOf[attempt] = queue;
    this.seatedNs[attempt] = NONE;
    return hasSeat || set.lengthOf(queue) < set.spec.length;
  }

  /** An attempt joins the line. */
  join(attempt: number, replica: number): void {
    this.setOf(replica).join(this.clock[0], this.queueOf[attempt], attempt);
  }

  /** Whose turn it is; somebody must wait. It is to be taken out next. */
  next(replica: number): number {
    this.picked = this.setOf(replica).first(this.clock[0]);
    return this.picked;
  }

  /** An attempt leaves the line: whose turn it is for its seat. */
  takeOut(attempt: number): void {
    const set = this.setOf(this.attempts.words[attempt * ROW + REPLICA]);
    if (attempt === this.picked) {
      set.dispatch(this.clock[0], attempt);
      this.seatedNs[attempt] = this.clock[0];
    } else set.leave(this.clock[0], attempt);
    this.picked = NONE;
  }

  /** An attempt gets a worker. */
  started(attempt: number, replica: number): void {
    if (this.seatedNs[attempt] !== NONE) return;
    this.setOf(replica).seat(this.clock[0], this.queueOf[attempt]);
    this.seatedNs[attempt] = this.clock[0];
  }

  /** An attempt has ended. */
  ended(attempt: number, replica: number): void {
    const since = this.seatedNs[attempt];
    if (since === NONE) return;
    const now = this.clock[0];
    this.setOf(replica).end(now, this.queueOf[attempt], now - since);
  }

  crashed(replica: number): void {
    const spec = this.specs[this.replicas.component[replica]];
    if (spec !== null) this.sets[replica] = new FairQueues(spec);
  }

  private setOf(replica: number): FairQueues {
    const set = this.sets[replica] as FairQueues;
    set.seats = this.replicas.workers[replica];
    return set;
  }

  private grow(attempt: number): void {
    const rows = Math.ceil((attempt + 1) * 1.5);
    this.queueOf = grown(this.queueOf, new Int32Array(rows));
    this.seatedNs = grown(this.seatedNs, new Float64Array(rows));
  }
}
