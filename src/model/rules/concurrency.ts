import { openStream, type Source, unit53 } from '../../kernel/draws.js';
import { grown } from '../../kernel/event-queue.js';
import type { Limit } from '../../policies/limit.js';
import { type LimitSpec, limitOf } from '../../policies/limits.js';
import type { House } from './house.js';
import { LET_IN, REFUSED, Rule, WENT_DROPPED, WENT_OK } from './rule.js';

/**
 * So many at once, from being let in to the end, whether they wait or are at work. What ended well, and
 * what was dropped for want of room or time, is a sample for a limit that learns; an error is none, as
 * in concurrency-limits' servlet filter, since it says nothing of the room there is.
 */
export class ConcurrencyRule extends Rule {
  override readonly isFull = true;
  private readonly limits: Limit[];
  private readonly inFlight: Int32Array;
  /** By attempt: when it was let in, and how many there were then. */
  private sinceNs = new Float64Array(16);
  private among = new Int32Array(16);
  private readonly streams: Source[];
  /** By limit: its area up to `lastNs`, item-nanoseconds. */
  private readonly areas: Float64Array;
  private readonly lastNs: Float64Array;

  constructor(
    private readonly house: House,
    private readonly spec: LimitSpec,
    readonly shared: boolean,
    private readonly component: number,
    private readonly first: number,
    replicas: number,
  ) {
    super();
    const count = shared ? 1 : replicas;
    const { name } = house.plan.components[component];
    this.streams = Array.from({ length: count }, (_, i) =>
      openStream(house.plan.seed, name, `admission concurrency ${i}`),
    );
    this.limits = this.streams.map((stream) => limitOf(spec, () => unit53(stream)));
    this.inFlight = new Int32Array(count);
    this.areas = new Float64Array(count);
    this.lastNs = new Float64Array(count);
  }

  ask(attempt: number, replica: number): number {
    const at = this.at(replica);
    if (this.inFlight[at] >= Math.floor(this.limits[at].limit)) return REFUSED;
    if (attempt >= this.among.length) this.grow(attempt);
    this.among[attempt] = ++this.inFlight[at];
    this.sinceNs[attempt] = this.house.clock[0];
    return LET_IN;
  }

  override ended(attempt: number, replica: number, how: number): void {
    const at = this.at(replica);
    this.inFlight[at]--;
    if (how !== WENT_OK && how !== WENT_DROPPED) return;
    const now = this.house.clock[0];
    const limit = this.limits[at];
    const before = limit.limit;
    const tookNs = now - this.sinceNs[attempt];
    limit.sample(now, tookNs, this.among[attempt], how === WENT_DROPPED);
    if (limit.limit !== before) this.moved(at, before);
  }

  override crashed(replica: number): void {
    if (this.shared) return;
    const at = this.at(replica);
    const before = this.limits[at].limit;
    const stream = this.streams[at];
    this.limits[at] = limitOf(this.spec, () => unit53(stream));
    this.moved(at, before);
  }

  /** How much of the limit is in use at a replica. */
  usedOf(replica: number): number {
    const at = this.at(replica);
    return this.inFlight[at] / Math.floor(this.limits[at].limit);
  }

  /** The limits of all replicas, or the one that they share, added up over time: × nanoseconds. */
  areaNow(): number {
    let sum = 0;
    for (let at = 0; at < this.limits.length; at++) {
      this.settle(at, this.limits[at].limit);
      sum += this.areas[at];
    }
    return sum;
  }

  private moved(at: number, before: number): void {
    this.settle(at, before);
    const now = Math.floor(this.limits[at].limit);
    if (now !== Math.floor(before)) this.house.changed(this.component, now);
  }

  private settle(at: number, limit: number): void {
    const now = this.house.clock[0];
    this.areas[at] += limit * (now - this.lastNs[at]);
    this.lastNs[at] = now;
  }

  private at(replica: number): number {
    return this.shared ? 0 : replica - this.first;
  }

  private grow(attempt: number): void {
    const rows = Math.ceil((attempt + 1) * 1.5);
    this.sinceNs = grown(this.sinceNs, new Float64Array(rows));
    this.among = grown(this.among, new Int32Array(rows));
  }
}
