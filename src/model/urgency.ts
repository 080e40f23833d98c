import { grown } from '../kernel/event-queue.js';

interface Heap {
  members: Int32Array;
  count: number;
}

/**
 * Those who wait at a replica by their deadline, as their callee knows it: the earliest is first, of
 * equal ones (and of those without a deadline, who are last) the one that came first. A binary heap a
 * replica; whoever leaves, leaves from its place.
 */
export class Urgency {
  private readonly heaps: Heap[];
  /** By attempt: its deadline, its number in the order of coming, its place in its heap. */
  private deadlineNs = new Float64Array(64);
  private number = new Float64Array(64);
  private place = new Int32Array(64);
  private came = 0;

  constructor(replicas: number) {
    this.heaps = Array.from({ length: replicas }, () => ({ members: new Int32Array(0), count: 0 }));
  }

  add(attempt: number, replica: number, deadlineNs: number): void {
    if (attempt >= this.place.length) this.growAttempts(attempt);
    const heap = this.heaps[replica];
    if (heap.count === heap.members.length) {
      heap.members = grown(heap.members, new Int32Array(Math.ceil(heap.count * 1.5) + 16));
    }
    this.deadlineNs[attempt] = deadlineNs;
    this.number[attempt] = this.came++;
    this.rise(heap, heap.count++, attempt);
  }

  remove(attempt: number, replica: number): void {
    const heap = this.heaps[replica];
    const last = heap.members[--heap.count];
    if (last === attempt) return;
    const place = this.place[attempt];
    this.sink(heap, place, last);
    this.rise(heap, this.place[last], last);
  }

  /** The most urgent; there must be one. */
  first(replica: number): number {
    return this.heaps[replica].members[0];
  }

  private isBefore(one: number, other: number): boolean {
    const { deadlineNs, number } = this;
    if (deadlineNs[one] !== deadlineNs[other]) return deadlineNs[one] < deadlineNs[other];
    return number[one] < number[other];
  }

  private rise({ members }: Heap, from: number, attempt: number): void {
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.isBefore(attempt, members[above])) break;
      members[at] = members[above];
      this.place[members[at]] = at;
      at = above;
    }
    members[at] = attempt;
    this.place[attempt] = at;
  }

  private sink({ members, count }: Heap, from: number, attempt: number): void {
    let at = from;
    for (let below = 2 * at + 1; below < count; below = 2 * at + 1) {
      if (below + 1 < count && this.isBefore(members[below + 1], members[below])) below++;
      if (!this.isBefore(members[below], attempt)) break;
      members[at] = members[below];
      this.place[members[at]] = at;
      at = below;
    }
    members[at] = attempt;
    this.place[attempt] = at;
  }

  private growAttempts(attempt: number): void {
    const rows = Math.ceil((attempt + 1) * 1.5);
    this.deadlineNs = grown(this.deadlineNs, new Float64Array(rows));
    this.number = grown(this.number, new Float64Array(rows));
    this.place = grown(this.place, new Int32Array(rows));
  }
}
