import { grown } from '../kernel/event-queue.js';

const NONE = -1;

/**
 * Those who wait at a replica by tenant: fair queuing as J. Nagle had it (RFC 970), one turn each in
 * round robin, each request counting as one. Tenants with somebody waiting stand in a ring; who gets a
 * turn has his oldest served and goes to its end; one who had nobody waiting joins at the end. Within
 * a tenant first come first served. A tenant's line lasts as long as it is not empty.
 */
export class Flows {
  /** By replica: lines by tenant, and the first and last of the ring. */
  private readonly lines: Map<number, number>[];
  private readonly first: Int32Array;
  private readonly last: Int32Array;
  /** By line: its tenant, its ends, its neighbours in the ring; in a free row, `after` is the next free. */
  private tenant = new Int32Array(16);
  private head = new Int32Array(16);
  private tail = new Int32Array(16);
  private before = new Int32Array(16);
  private after = new Int32Array(16);
  /** By attempt: its line, its neighbours there. */
  private line = new Int32Array(64);
  private previous = new Int32Array(64);
  private next = new Int32Array(64);
  private used = 0;
  private free = NONE;

  constructor(replicas: number) {
    this.lines = Array.from({ length: replicas }, () => new Map());
    this.first = new Int32Array(replicas).fill(NONE);
    this.last = new Int32Array(replicas).fill(NONE);
  }

  /** One comes for a tenant. */
  add(attempt: number, replica: number, tenant: number): void {
    if (attempt >= this.line.length) this.growAttempts(attempt);
    let line = this.lines[replica].get(tenant);
    if (line === undefined) {
      line = this.take(tenant);
      this.lines[replica].set(tenant, line);
      this.toEnd(line, replica);
    }
    const tail = this.tail[line];
    this.line[attempt] = line;
    this.previous[attempt] = tail;
    this.next[attempt] = NONE;
    if (tail === NONE) this.head[line] = attempt;
    else this.next[tail] = attempt;
    this.tail[line] = attempt;
  }

  /** One leaves, wherever it stands. */
  remove(attempt: number, replica: number): void {
    const line = this.line[attempt];
    const before = this.previous[attempt];
    const after = this.next[attempt];
    if (before === NONE) this.head[line] = after;
    else this.next[before] = after;
    if (after === NONE) this.tail[line] = before;
    else this.previous[after] = before;
    if (this.head[line] !== NONE) return;
    this.leaveRing(line, replica);
    this.lines[replica].delete(this.tenant[line]);
    this.after[line] = this.free;
    this.free = line;
  }

  /** Whose turn it is; there must be one. */
  turn(replica: number): number {
    return this.head[this.first[replica]];
  }

  /** The turn goes on to the next tenant, before this one's request is removed. */
  turned(replica: number): void {
    const line = this.first[replica];
    if (line === this.last[replica]) return;
    this.leaveRing(line, replica);
    this.toEnd(line, replica);
  }

  private toEnd(line: number, replica: number): void {
    const last = this.last[replica];
    this.before[line] = last;
    this.after[line] = NONE;
    if (last === NONE) this.first[replica] = line;
    else this.after[last] = line;
    this.last[replica] = line;
  }

  private leaveRing(line: number, replica: number): void {
    const before = this.before[line];
    const after = this.after[line];
    if (before === NONE) this.first[replica] = after;
    else this.after[before] = after;
    if (after === NONE) this.last[replica] = before;
    else this.before[after] = before;
  }

  private take(tenant: number): number {
    let line = this.free;
    if (line !== NONE) this.free = this.after[line];
    else {
      if (this.used === this.tenant.length) this.growLines();
      line = this.used++;
    }
    this.tenant[line] = tenant;
    this.head[line] = NONE;
    this.tail[line] = NONE;
    return line;
  }

  private growLines(): void {
    const rows = Math.ceil(this.used * 1.5);
    this.tenant = grown(this.tenant, new Int32Array(rows));
    this.head = grown(this.head, new Int32Array(rows));
    this.tail = grown(this.tail, new Int32Array(rows));
    this.before = grown(this.before, new Int32Array(rows));
    this.after = grown(this.after, new Int32Array(rows));
  }

  private growAttempts(attempt: number): void {
    const rows = Math.ceil((attempt + 1) * 1.5);
    this.line = grown(this.line, new Int32Array(rows));
    this.previous = grown(this.previous, new Int32Array(rows));
    this.next = grown(this.next, new Int32Array(rows));
  }
}
