import { balancer, ChangeableBalancer } from '../policies/balancer.js';
import { retryBudget } from '../policies/budgets.js';
import type { Guard } from '../policies/guard.js';
import { PercentBudget } from '../policies/percent-budget.js';
import { RecentQuantile } from '../policies/recent-quantile.js';
import { type Attempts, REPLICA, ROW } from './attempts.js';
import type { Calls } from './calls.js';
import type { Edge } from './edges.js';
import { BREAKER, GUARDS, ruleOf } from './guards.js';
import type { Plan } from './plan.js';
import type { Program } from './program.js';
import type { WatchedBreaker } from './watched-breaker.js';

/** What the clients of edges need of the rest of the model. */
export interface ClientPeers {
  breakers: { renew(client: number, fresh: WatchedBreaker): void };
  ejections: {
    renew(edge: Edge, client: number): void;
    forget(edge: Edge, host: number): void;
  };
  /** So many clients of an edge are there. */
  counted(edge: number, clients: number): void;
  gates: { renew(client: number): void };
}

/**
 * Replicas as clients of those they call. A new one knows nothing: its breakers are closed, its pools
 * empty, its budgets, limits and throttles have seen nothing, its balancer begins with the first. Where
 * calls of the one that had its place are still out (a crash, a branch nobody needed) that edge's state
 * goes on.
 */
export class Clients {
  /** By edge and client: how many replicas have had that place, where it was not the first. */
  private readonly generation = new Map<number, number>();

  constructor(
    private readonly plan: Plan,
    private readonly program: Program,
    private readonly attempts: Attempts,
    private readonly calls: Calls,
    private readonly edges: readonly Edge[],
    private readonly peers: ClientPeers,
  ) {}

  /** Of a component so many replicas are there from now on. */
  count(component: number, replicas: number): void {
    for (const { index, guards, plan } of this.edges) {
      const isOwn = plan.from.kind === 'component' && plan.from.index === component;
      if (isOwn && guards[BREAKER].length > 0) this.peers.counted(index, replicas);
    }
  }

  /** A replica is a new one: those who call it know nothing of it. */
  forget(component: number, replica: number): void {
    for (const edge of this.edges) {
      if (edge.plan.to !== component) continue;
      const host = replica - edge.firstReplica;
      for (const one of edge.balancers) one.forget?.(host);
      this.peers.ejections.forget(edge, host);
    }
  }

  /** What a replica knows of those it calls begins anew. */
  renew(component: number, replica: number): void {
    const own = this.edges.filter(({ plan: { from } }) => {
      return from.kind === 'component' && from.index === component;
    });
    if (own.length === 0) return;
    const busy = this.edgesInUse(replica);
    for (const edge of own) {
      if (!busy.has(edge.index)) this.renewOn(edge, replica - edge.callerFirst);
    }
  }

  /** Edges over which calls of a replica are out. */
  private edgesInUse(replica: number): Set<number> {
    const { attempts, calls, program } = this;
    const used = new Set<number>();
    for (let call = 0; call < calls.used; call++) {
      if (calls.isFree(call)) continue;
      const parent = calls.parent(call);
      if (parent < 0 || attempts.words[parent * ROW + REPLICA] !== replica) continue;
      used.add(program.siteEdge[calls.site(call)]);
    }
    return used;
  }

  private renewOn(edge: Edge, own: number): void {
    const { peers, plan } = this;
    const client = edge.firstClient + own;
    const generation = (this.generation.get(client) ?? 0) + 1;
    this.generation.set(client, generation);
    if (edge.balancers.length > 0) {
      const before = edge.balancers[own];
      edge.balancers[own] =
        before instanceof ChangeableBalancer
          ? before.renewed()
          : balancer(plan.components[edge.plan.to].balance, edge.replicas);
    }
    this.renewPurse(edge, own);
    for (let gate = 0; gate < GUARDS; gate++) {
      if (edge.guards[gate].length === 0) continue;
      const fresh = ruleOf(edge.plan, gate, plan.seed, `${own} ${generation}`);
      if (fresh === null) continue;
      (edge.guards[gate] as Guard[])[own] = fresh;
      if (gate === BREAKER) peers.breakers.renew(client, fresh as WatchedBreaker);
    }
    edge.tenantRates?.renew(own);
    const { hedge } = edge.plan;
    if (edge.answers.length > 0 && hedge?.after.kind === 'quantile') {
      edge.answers[own] = new RecentQuantile(hedge.after.q);
    }
    if (edge.hedgeBudgets.length > 0 && hedge !== null) {
      edge.hedgeBudgets[own] = new PercentBudget(hedge.budget);
    }
    peers.ejections.renew(edge, own);
    peers.gates.renew(client);
  }

  private renewPurse(edge: Edge, own: number): void {
    const budget = edge.retry?.budget ?? null;
    if (edge.purses.length === 0 || edge.sharesBudget || budget === null) return;
    edge.purses[own].budget = retryBudget(budget);
  }
}
