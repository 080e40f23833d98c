import { hashText, IdentitySource, purposeOf } from '../kernel/draws.js';
import { Zipf } from '../kernel/laws/zipf.js';
import type { Attempts } from './attempts.js';
import type { LabelPlan, Plan } from './plan.js';

const TENANT = purposeOf('tenant');
const KEY = purposeOf('key');

interface Label {
  /** Of a name; 0 where there is none, and where it is drawn. */
  fixed: number;
  drawn: Zipf | null;
}

/**
 * What a request carries with it: priority, tenant, key. A label is a number: 0 for none, a rank
 * from 1 to n where it is drawn, below 0 for a name. Equal ranks of two producers are one key, as
 * are equal names. Pure functions of the request, so they are asked for where they are needed and
 * kept nowhere.
 */
export class Labels {
  private readonly priorities: Int32Array;
  private readonly tenants: Label[];
  private readonly keys: Label[];
  private readonly draw = new IdentitySource();

  constructor(
    plan: Plan,
    private readonly attempts: Attempts,
  ) {
    this.priorities = Int32Array.from(plan.producers, ({ priority }) => priority);
    this.tenants = plan.producers.map(({ tenant }) => labelOf(tenant));
    this.keys = plan.producers.map(({ key }) => labelOf(key));
  }

  /** The priority of the requests of a producer; 0 is the most important. */
  priorityOf(origin: number): number {
    return this.priorities[origin];
  }

  /** Whose request an attempt is made for. */
  tenantOf(attempt: number): number {
    return this.label(this.tenants, attempt, TENANT);
  }

  /** What the request of an attempt asks for. */
  keyOf(attempt: number): number {
    return this.label(this.keys, attempt, KEY);
  }

  /** What a request of a producer asks for, by its key. */
  keyOfRequest(origin: number, hi: number, lo: number): number {
    const { fixed, drawn } = this.keys[origin];
    if (drawn === null) return fixed;
    this.draw.seek(hi, lo, KEY);
    return drawn.rank(this.draw);
  }

  private label(of: readonly Label[], attempt: number, purpose: number): number {
    const { attempts, draw } = this;
    const { fixed, drawn } = of[attempts.origin(attempt)];
    if (drawn === null) return fixed;
    draw.seek(attempts.rootHi[attempt], attempts.rootLo[attempt], purpose);
    return drawn.rank(draw);
  }
}

/** Whether some label is drawn: then every attempt has to know its request's key. */
export function drawsLabels(plan: Plan): boolean {
  return plan.producers.some(({ tenant, key }) => tenant?.kind === 'zipf' || key?.kind === 'zipf');
}

function labelOf(plan: LabelPlan): Label {
  if (plan === null) return { fixed: 0, drawn: null };
  if (plan.kind === 'zipf') return { fixed: 0, drawn: new Zipf(plan.n, plan.s) };
  return { fixed: labelOfName(plan.name), drawn: null };
}

/** The label of a name. */
export function labelOfName(name: string): number {
  return hashText(name).lo | 0x80000000;
}
