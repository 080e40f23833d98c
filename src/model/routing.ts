import { IdentitySource, purposeOf, unit53 } from '../kernel/draws.js';
import type { Kernel } from '../kernel/kernel.js';
import type { Choice } from '../policies/choice.js';
import { type Attempts, CALL, HI, LO, REPLICA, ROW, SENT, TIMES } from './attempts.js';
import { CALL_ROW, CALLER_HI, CALLER_LO, type Calls } from './calls.js';
import type { Edge } from './edges.js';

const BALANCE = purposeOf('balance');

/** Which client of an edge calls, and which replica of the callee its attempt goes to. */
export class Routing {
  private readonly draw = new IdentitySource();

  private readonly choice: Choice = { u: 0.5, nowNs: 0.5, keyHi: 0, keyLo: 0 };

  constructor(
    private readonly kernel: Kernel,
    private readonly attempts: Attempts,
    private readonly calls: Calls,
  ) {}

  /** Which client of the edge calls: the caller's replica, 0 for a producer. */
  client(edge: Edge, parent: number): number {
    return parent < 0 ? 0 : this.attempts.words[parent * ROW + REPLICA] - edge.callerFirst;
  }

  /** Chooses a replica for an attempt that sets out; the callee has several. */
  choose(edge: Edge, attempt: number, parent: number): void {
    const { choice } = this;
    const { words } = this.attempts;
    const balancer = edge.balancers[this.client(edge, parent)];
    this.draw.seek(words[attempt * ROW + HI], words[attempt * ROW + LO], BALANCE);
    choice.u = unit53(this.draw);
    choice.nowNs = this.kernel.clock[0];
    // The caller's key stands for the request's until requests have keys of their own.
    const call = words[attempt * ROW + CALL] * CALL_ROW;
    choice.keyHi = this.calls.words[call + CALLER_HI];
    choice.keyLo = this.calls.words[call + CALLER_LO];
    const replica = balancer.pick(choice);
    balancer.sent(replica);
    words[attempt * ROW + REPLICA] = edge.firstReplica + replica;
  }

  /** The caller has done with an attempt; the callee has several replicas. */
  ended(edge: Edge, attempt: number, parent: number): void {
    const replica = this.attempts.words[attempt * ROW + REPLICA] - edge.firstReplica;
    const now = this.kernel.clock[0];
    const latency = now - this.attempts.times[attempt * TIMES + SENT];
    edge.balancers[this.client(edge, parent)].ended(replica, latency, now);
  }
}
