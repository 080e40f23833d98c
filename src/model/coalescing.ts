import { grown } from '../kernel/event-queue.js';
import { type Attempts, ROW, SITE } from './attempts.js';
import { everIs } from './changes.js';
import type { Plan } from './plan.js';
import type { Program } from './program.js';
import type { Replicas } from './replicas.js';

const NONE = -1;
const ROUTE = 0x100000000;

/**
 * Requests that ask for the same thing while one of them waits (`queue.coalesce`): at one replica, in
 * one route, with one key; a request without a key is like no other. Keeps who waits under which key,
 * and, where they `join`, who has joined whom: the first, the leader, stands in the line for all of
 * them, and they stay with it until its work is done.
 */
export class Coalescing {
  /** By component: whether they join, else they take the place. */
  private readonly joins: Uint8Array;
  private readonly applies: Uint8Array;
  /** By component: whether it ever does, so that who waits has to be known. */
  private readonly mayApply: Uint8Array;
  /** By replica: who waits, by key and route. */
  private readonly waiting: Map<number, number>[];
  /** By attempt: whom it has joined; its first and last member; its neighbours among members. */
  private leader = new Int32Array(64).fill(NONE);
  private first = new Int32Array(64).fill(NONE);
  private last = new Int32Array(64).fill(NONE);
  private next = new Int32Array(64);
  private previous = new Int32Array(64);
  /** By attempt: its own caller has cancelled it, and its work goes on for its members. */
  private isForOthers = new Uint8Array(64);
  private keyOf!: (attempt: number) => number;

  constructor(
    plan: Plan,
    private readonly program: Program,
    private readonly attempts: Attempts,
    private readonly replicas: Replicas,
  ) {
    this.applies = Uint8Array.from(plan.components, ({ queue }) => (queue.coalesce ? 1 : 0));
    this.mayApply = Uint8Array.from(plan.components, (_, c) =>
      everIs(plan, c, ({ queue }) => queue.coalesce !== null) ? 1 : 0,
    );
    this.joins = Uint8Array.from(plan.components, ({ queue }) =>
      queue.coalesce === 'join' ? 1 : 0,
    );
    this.waiting = Array.from({ length: replicas.count }, () => new Map());
  }

  /** Tells where keys come from; 0 is none. */
  connect(keyOf: (attempt: number) => number): void {
    this.keyOf = keyOf;
  }

  /** Who waits at a replica for what an attempt asks for, -1 for none. */
  meets(attempt: number, replica: number): number {
    if (this.applies[this.replicas.component[replica]] === 0) return NONE;
    const code = this.codeOf(attempt);
    return code === 0 ? NONE : (this.waiting[replica].get(code) ?? NONE);
  }

  /** Whether those who meet at this replica join, else the newer takes the place. */
  joinsAt(replica: number): boolean {
    return this.joins[this.replicas.component[replica]] === 1;
  }

  /** What becomes of those who come to a component from now on; who has joined goes on with that. */
  setHow(component: number, how: null | 'join' | 'replace'): void {
    this.applies[component] = how === null ? 0 : 1;
    this.joins[component] = how === 'join' ? 1 : 0;
  }

  /** Those who have joined an attempt. */
  membersOf(attempt: number): number[] {
    const members: number[] = [];
    for (let m = this.firstOf(attempt); m !== NONE; m = this.next[m]) members.push(m);
    return members;
  }

  /** One stands in the line. */
  waits(attempt: number, replica: number): void {
    if (this.mayApply[this.replicas.component[replica]] === 0) return;
    this.reach(attempt);
    this.first[attempt] = NONE;
    this.last[attempt] = NONE;
    this.isForOthers[attempt] = 0;
    const code = this.codeOf(attempt);
    // Before it applied, several may have come for the same.
    if (code !== 0 && !this.waiting[replica].has(code)) this.waiting[replica].set(code, attempt);
  }

  /** One that has joined stands in the line from now on, with those who had joined before. */
  takesOver(attempt: number, replica: number): void {
    this.waiting[replica].set(this.codeOf(attempt), attempt);
  }

  /** One stands in the line no longer; who has joined it stays with it. */
  waitsNoMore(attempt: number, replica: number): void {
    if (this.mayApply[this.replicas.component[replica]] === 0) return;
    const code = this.codeOf(attempt);
    if (this.waiting[replica].get(code) === attempt) this.waiting[replica].delete(code);
  }

  /** One joins another. */
  join(attempt: number, leader: number): void {
    this.reach(attempt);
    this.first[attempt] = NONE;
    this.append(attempt, leader);
  }

  /** Whether others have joined an attempt. */
  hasMembers(attempt: number): boolean {
    return attempt < this.first.length && this.first[attempt] !== NONE;
  }

  /** Whom an attempt has joined. */
  leaderOf(attempt: number): number {
    return this.leader[attempt];
  }

  /** The first who has joined an attempt, and who joined next; -1 for none. */
  firstOf(attempt: number): number {
    return attempt < this.first.length ? this.first[attempt] : NONE;
  }

  after(member: number): number {
    return this.next[member];
  }

  /** One leaves whom it has joined. */
  part(member: number): void {
    const leader = this.leader[member];
    const before = this.previous[member];
    const after = this.next[member];
    if (before === NONE) this.first[leader] = after;
    else this.next[before] = after;
    if (after === NONE) this.last[leader] = before;
    else this.previous[after] = before;
    this.leader[member] = NONE;
  }

  /** The first who joined an attempt that leaves leads the others from now on. */
  succeed(attempt: number): number {
    const heir = this.first[attempt];
    this.part(heir);
    this.first[heir] = NONE;
    this.last[heir] = NONE;
    this.isForOthers[heir] = 0;
    for (let m = this.first[attempt]; m !== NONE; m = this.first[attempt]) {
      this.part(m);
      this.append(m, heir);
    }
    return heir;
  }

  /** The work of an attempt whose caller has cancelled it goes on for others. */
  leaveToOthers(attempt: number): void {
    this.isForOthers[attempt] = 1;
  }

  /** Whether an attempt's own caller has cancelled it, and its work goes on for others. */
  goesOnForOthers(attempt: number): boolean {
    return attempt < this.first.length && this.isForOthers[attempt] === 1;
  }

  /** Whether nobody is left of those for whom the work of an attempt went on. */
  isLeftAlone(attempt: number): boolean {
    return this.isForOthers[attempt] === 1 && this.first[attempt] === NONE;
  }

  private append(member: number, leader: number): void {
    const last = this.last[leader];
    this.leader[member] = leader;
    this.previous[member] = last;
    this.next[member] = NONE;
    if (last === NONE) this.first[leader] = member;
    else this.next[last] = member;
    this.last[leader] = member;
  }

  /** Key and route of an attempt as one number; 0 where it has no key. */
  private codeOf(attempt: number): number {
    const key = this.keyOf(attempt);
    if (key === 0) return 0;
    const route = this.program.siteRoute[this.attempts.words[attempt * ROW + SITE]];
    return route * ROUTE + (key >>> 0);
  }

  private reach(attempt: number): void {
    const from = this.first.length;
    if (attempt < from) return;
    const rows = Math.ceil((attempt + 1) * 1.5);
    this.leader = grown(this.leader, new Int32Array(rows).fill(NONE));
    this.first = grown(this.first, new Int32Array(rows).fill(NONE));
    this.last = grown(this.last, new Int32Array(rows).fill(NONE));
    this.next = grown(this.next, new Int32Array(rows));
    this.previous = grown(this.previous, new Int32Array(rows));
    this.isForOthers = grown(this.isForOthers, new Uint8Array(rows));
  }
}
