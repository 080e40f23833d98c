import { IdentitySource, purposeOf, unit53 } from '../kernel/draws.js';
import type { Kernel } from '../kernel/kernel.js';
import { type Choice, Rotation } from '../policies/choice.js';
import { type Attempts, CALL, HI, LO, REPLICA, ROW, SENT, TIMES } from './attempts.js';
import type { Calls } from './calls.js';
import type { Edge } from './edges.js';
import type { Labels } from './labels.js';

const BALANCE = purposeOf('balance');

/** Which client of an edge calls, and which replica of the callee its attempt goes to. */
export class Routing {
  private readonly draw = new IdentitySource();
  private readonly choice: Choice = { u: 0.5, nowNs: 0.5, keyHi: 0, keyLo: 0 };

  /** The others of a rotation, for whoever avoids one. */
  private others: Rotation | null = null;

  constructor(
    private readonly kernel: Kernel,
    private readonly attempts: Attempts,
    private readonly calls: Calls,
    private readonly labels: Labels,
  ) {}

  /** Which client of the edge makes a call: the caller's replica, or the producer's client. */
  client(edge: Edge, parent: number, call: number): number {
    if (parent >= 0) return this.attempts.words[parent * ROW + REPLICA] - edge.callerFirst;
    return edge.clients === 1 ? 0 : (this.calls.user(call) - edge.firstUser) % edge.clients;
  }

  /**
   * Chooses a replica for an attempt that sets out; the callee has several. With `avoid` 0 or more
   * it goes to another replica than that row.
   */
  choose(edge: Edge, attempt: number, parent: number, call: number, avoid: number): void {
    const { choice } = this;
    const { words } = this.attempts;
    const client = this.client(edge, parent, call);
    const balancer = edge.balancers[client];
    const all = edge.views === null ? edge.rotation : edge.views[client];
    if (all.count === 0) {
      // It goes nowhere; the balancer is told of its end all the same.
      balancer.sent(0);
      return;
    }
    this.draw.seek(words[attempt * ROW + HI], words[attempt * ROW + LO], BALANCE);
    choice.u = unit53(this.draw);
    choice.nowNs = this.kernel.clock[0];
    if (edge.hashes) this.noteKey(attempt);
    const rotation = avoid < 0 ? all : this.without(all, avoid - edge.firstReplica);
    const replica = balancer.pick(choice, rotation);
    balancer.sent(replica);
    words[attempt * ROW + REPLICA] = edge.firstReplica + replica;
  }

  /** Whether no replica is left for the client that sends an attempt. */
  findsNobody(edge: Edge, attempt: number): boolean {
    if (edge.views === null) return edge.rotation.count === 0;
    const call = this.attempts.words[attempt * ROW + CALL];
    return edge.views[this.client(edge, this.calls.parent(call), call)].count === 0;
  }

  /** The rotation without one replica, where there is another. */
  private without(rotation: Rotation, replica: number): Rotation {
    if (rotation.count < 2 || !rotation.has(replica)) return rotation;
    const size = rotation.list.length;
    if (this.others?.list.length !== size) this.others = new Rotation(size);
    for (let r = 0; r < size; r++) this.others.set(r, rotation.has(r) && r !== replica);
    return this.others;
  }

  /** What is hashed: the request's key, or where it has none, the request itself. */
  private noteKey(attempt: number): void {
    const { attempts, choice } = this;
    const key = this.labels.keyOf(attempt);
    choice.keyHi = key === 0 ? attempts.rootHi[attempt] : key;
    choice.keyLo = key === 0 ? attempts.rootLo[attempt] : 0;
  }

  /** The caller has done with an attempt; the callee has several replicas. */
  ended(edge: Edge, attempt: number, parent: number, call: number): void {
    const replica = this.attempts.words[attempt * ROW + REPLICA] - edge.firstReplica;
    const now = this.kernel.clock[0];
    const latency = now - this.attempts.times[attempt * TIMES + SENT];
    edge.balancers[this.client(edge, parent, call)].ended(replica, latency, now);
  }
}
