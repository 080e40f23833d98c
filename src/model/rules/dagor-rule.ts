import { mixed, purposeOf } from '../../kernel/draws.js';
import { Dagor, type DagorSpec } from '../../policies/dagor.js';
import type { House } from './house.js';
import { LET_IN, REFUSED, Rule } from './rule.js';

const USER = purposeOf('dagor user');
const HOUR_NS = 3600e9;

/**
 * DAGOR at a component. Businesses are the priorities of the plan's producers. A user is a tenant that
 * a producer draws; of a producer whose tenant is a single name each request is a user of its own. All
 * attempts of a request have one level wherever they come, which changes with the hour.
 */
export class DagorRule extends Rule {
  private readonly machines: Dagor[];
  /** By producer: its business, and whether it draws its users. */
  private readonly business: Int32Array;
  private readonly draws: Uint8Array;
  private readonly businesses: number;

  constructor(
    private readonly house: House,
    private readonly spec: DagorSpec,
    private readonly component: number,
    private readonly first: number,
    replicas: number,
  ) {
    super();
    const { producers } = house.plan;
    const priorities = [...new Set(producers.map(({ priority }) => priority))];
    priorities.sort((a, b) => a - b);
    this.businesses = priorities.length;
    this.business = Int32Array.from(producers, ({ priority }) => priorities.indexOf(priority));
    this.draws = Uint8Array.from(producers, ({ tenant }) => (tenant?.kind === 'zipf' ? 1 : 0));
    this.machines = Array.from({ length: replicas }, () => new Dagor(spec, this.businesses));
  }

  ask(attempt: number, replica: number): number {
    const { attempts, clock } = this.house;
    const machine = this.machines[replica - this.first];
    const before = machine.cursor;
    const business = this.business[attempts.origin(attempt)];
    const fine = machine.admits(clock[0], business, this.userOf(attempt));
    if (machine.cursor !== before) this.house.changed(this.component, machine.cursor);
    return fine ? LET_IN : REFUSED;
  }

  override started(_attempt: number, replica: number, waitedNs: number): void {
    const machine = this.machines[replica - this.first];
    const before = machine.cursor;
    machine.begins(this.house.clock[0], waitedNs);
    if (machine.cursor !== before) this.house.changed(this.component, machine.cursor);
  }

  override crashed(replica: number): void {
    this.machines[replica - this.first] = new Dagor(this.spec, this.businesses);
  }

  private userOf(attempt: number): number {
    const { attempts, clock, labels } = this.house;
    const hour = Math.floor(clock[0] / HOUR_NS);
    const drawn = this.draws[attempts.origin(attempt)] === 1;
    const one = drawn ? labels.tenantOf(attempt) : attempts.rootHi[attempt];
    const other = drawn ? 0 : attempts.rootLo[attempt];
    return (mixed(mixed(one ^ USER) ^ mixed(other ^ hour)) >>> 0) % this.spec.users;
  }
}
