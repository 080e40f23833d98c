import { IdentitySource, purposeOf, unit53 } from '../kernel/draws.js';
import { type Attempts, HI, LO, REPLICA, ROW } from './attempts.js';
import type { Edge } from './edges.js';

const BALANCE = purposeOf('balance');

/** Which client of an edge calls, and which replica of the callee its attempt goes to. */
export class Routing {
  private readonly draw = new IdentitySource();

  constructor(private readonly attempts: Attempts) {}

  /** Which client of the edge calls: the caller's replica, 0 for a producer. */
  client(edge: Edge, parent: number): number {
    return parent < 0 ? 0 : this.attempts.words[parent * ROW + REPLICA] - edge.callerFirst;
  }

  /** Chooses a replica for an attempt that sets out; the callee has several. */
  choose(edge: Edge, attempt: number, parent: number): void {
    const { words } = this.attempts;
    const balancer = edge.balancers[this.client(edge, parent)];
    if (edge.rotation.count === 0) {
      // It goes nowhere; the balancer is told of its end all the same.
      balancer.sent(0);
      return;
    }
    this.draw.seek(words[attempt * ROW + HI], words[attempt * ROW + LO], BALANCE);
    const replica = balancer.pick(unit53(this.draw), edge.rotation);
    balancer.sent(replica);
    words[attempt * ROW + REPLICA] = edge.firstReplica + replica;
  }

  /** The caller has done with an attempt; the callee has several replicas. */
  ended(edge: Edge, attempt: number, parent: number): void {
    const replica = this.attempts.words[attempt * ROW + REPLICA] - edge.firstReplica;
    edge.balancers[this.client(edge, parent)].ended(replica);
  }
}
