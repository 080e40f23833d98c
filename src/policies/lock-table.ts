const NONE = -1;

/** How a lock serves those who wait for it. */
export interface LockRule {
  /** The most important first, first come first served among equals; else first come first served. */
  byImportance: boolean;
  /** The holder is as important as the most important one that waits for it. */
  inherits: boolean;
}

/** Is told of one whose importance changes, before and after: 0 is the most important. */
export interface ImportanceObserver {
  changes(who: number): void;
  changed(who: number): void;
}

/**
 * Locks, each with at most one holder and a line of those who wait for it. Whoever holds a lock may
 * take it again, and gives it back as often. A lock given back goes straight to the first in line, so
 * nobody who comes later is before one that waits (a fair lock: `ReentrantLock(true)`, Go's mutex
 * while somebody starves, the row locks of a database).
 *
 * Inheritance is the basic protocol of Sha, Rajkumar and Lehoczky (Priority Inheritance Protocols,
 * IEEE Transactions on Computers 39(9), 1990): while somebody more important waits for a lock, its
 * holder has that importance; if the holder waits for another lock itself, it hands it on to the
 * holder of that one. It ends as the wait ends or the lock is given back.
 *
 * Holders are numbers of the user's choice, small ones; importance counts from 0, the greatest, up
 * to `ranks` − 1. An operation costs a few writes, and as many steps as there are ranks where a lock
 * inherits or goes by importance.
 */
export class LockTable {
  /** By lock: who holds it, −1 for nobody; and how often. */
  readonly holder: Int32Array;
  private readonly depth: Int32Array;
  /** By lock: how many wait. */
  readonly waiting: Int32Array;
  /** By lock and rank: the ends of the line, and how many of that importance wait. */
  private readonly heads: Int32Array;
  private readonly tails: Int32Array;
  private readonly counts: Int32Array;
  /** By lock: the next one that its holder holds too. */
  private readonly nextHeld: Int32Array;
  /** By who: the lock waited for, the first one held, importance: one's own, inherited, counted. */
  private waitsFor = new Int32Array(0);
  private held = new Int32Array(0);
  private own = new Int32Array(0);
  private inherited = new Int32Array(0);
  private linkedAt = new Int32Array(0);
  private next = new Int32Array(0);
  private previous = new Int32Array(0);

  constructor(
    private readonly rules: readonly LockRule[],
    private readonly ranks: number,
    private readonly observer: ImportanceObserver | null = null,
  ) {
    const cells = rules.length * ranks;
    this.holder = new Int32Array(rules.length).fill(NONE);
    this.depth = new Int32Array(rules.length);
    this.waiting = new Int32Array(rules.length);
    this.heads = new Int32Array(cells).fill(NONE);
    this.tails = new Int32Array(cells).fill(NONE);
    this.counts = new Int32Array(cells);
    this.nextHeld = new Int32Array(rules.length).fill(NONE);
  }

  /** Takes a lock that is free, or held by the same one already; false where another holds it. */
  take(lock: number, who: number, rank: number): boolean {
    const holder = this.holder[lock];
    if (holder === who) {
      this.depth[lock]++;
      return true;
    }
    if (holder !== NONE || this.waiting[lock] > 0) return false;
    this.meet(who, rank);
    this.hold(lock, who);
    return true;
  }

  /** One that could not take a lock stands in its line from now on; it waits for no other. */
  wait(lock: number, who: number, rank: number): void {
    this.meet(who, rank);
    this.waitsFor[who] = lock;
    this.link(lock, who);
    this.refresh(this.holder[lock]);
  }

  /** One that waits waits no longer. */
  leave(who: number): void {
    const lock = this.waitsFor[who];
    this.unlink(lock, who);
    this.waitsFor[who] = NONE;
    this.refresh(this.holder[lock]);
  }

  /** Gives a lock back once; true where it is free then, and may be handed on. */
  giveBack(lock: number): boolean {
    if (--this.depth[lock] > 0) return false;
    this.letGo(lock);
    return true;
  }

  /** Frees the lock that its holder took last, however often it took it; −1 where it holds none. */
  freeOne(who: number): number {
    const lock = this.firstHeld(who);
    if (lock !== NONE) this.letGo(lock);
    return lock;
  }

  /** A free lock goes to the first in its line, who waits no longer; −1 where nobody waits. */
  handOn(lock: number): number {
    if (this.waiting[lock] === 0) return NONE;
    const from = lock * this.ranks;
    let at = from;
    while (this.heads[at] === NONE) at++;
    const who = this.heads[at];
    this.unlink(lock, who);
    this.waitsFor[who] = NONE;
    this.hold(lock, who);
    return who;
  }

  /** The lock that one waits for, −1 for none. */
  waitedFor(who: number): number {
    return who < this.waitsFor.length ? this.waitsFor[who] : NONE;
  }

  /** The lock that one took last of those it holds, −1 for none; and the one it took before. */
  firstHeld(who: number): number {
    return who < this.held.length ? this.held[who] : NONE;
  }

  heldBefore(lock: number): number {
    return this.nextHeld[lock];
  }

  /** The importance that one has inherited; `ranks` for none. */
  inheritedBy(who: number): number {
    return who < this.inherited.length ? this.inherited[who] : this.ranks;
  }

  private hold(lock: number, who: number): void {
    this.holder[lock] = who;
    this.depth[lock] = 1;
    this.nextHeld[lock] = this.held[who];
    this.held[who] = lock;
    if (this.waiting[lock] > 0) this.refresh(who);
  }

  private letGo(lock: number): void {
    const { held, nextHeld } = this;
    const who = this.holder[lock];
    this.holder[lock] = NONE;
    this.depth[lock] = 0;
    if (held[who] === lock) held[who] = nextHeld[lock];
    else {
      let at = held[who];
      while (nextHeld[at] !== lock) at = nextHeld[at];
      nextHeld[at] = nextHeld[lock];
    }
    nextHeld[lock] = NONE;
    if (this.waiting[lock] > 0) this.refresh(who);
  }

  private importance(who: number): number {
    return Math.min(this.own[who], this.inherited[who]);
  }

  private link(lock: number, who: number): void {
    const rank = this.importance(who);
    const from = lock * this.ranks;
    this.counts[from + rank]++;
    this.linkedAt[who] = rank;
    const at = this.rules[lock].byImportance ? from + rank : from;
    const tail = this.tails[at];
    this.previous[who] = tail;
    this.next[who] = NONE;
    if (tail === NONE) this.heads[at] = who;
    else this.next[tail] = who;
    this.tails[at] = who;
    this.waiting[lock]++;
  }

  private unlink(lock: number, who: number): void {
    const rank = this.linkedAt[who];
    const from = lock * this.ranks;
    this.counts[from + rank]--;
    const at = this.rules[lock].byImportance ? from + rank : from;
    const before = this.previous[who];
    const after = this.next[who];
    if (before === NONE) this.heads[at] = after;
    else this.next[before] = after;
    if (after === NONE) this.tails[at] = before;
    else this.previous[after] = before;
    this.waiting[lock]--;
  }

  /** The importance of a holder may be another one now, and that of those it waits for. */
  private refresh(holder: number): void {
    let who = holder;
    while (who !== NONE) {
      const rank = this.heirOf(who);
      if (rank === this.inherited[who]) return;
      const was = this.importance(who);
      const becomes = Math.min(this.own[who], rank);
      if (was === becomes) {
        this.inherited[who] = rank;
        return;
      }
      this.observer?.changes(who);
      this.inherited[who] = rank;
      this.observer?.changed(who);
      const lock = this.waitsFor[who];
      if (lock === NONE) return;
      this.moved(lock, who);
      who = this.holder[lock];
    }
  }

  /** One that waits is of another importance: where that decides it stands behind its new equals. */
  private moved(lock: number, who: number): void {
    if (this.rules[lock].byImportance) {
      this.unlink(lock, who);
      this.link(lock, who);
      return;
    }
    const from = lock * this.ranks;
    this.counts[from + this.linkedAt[who]]--;
    this.linkedAt[who] = this.importance(who);
    this.counts[from + this.linkedAt[who]]++;
  }

  /** The greatest importance that waits for what one holds, where it is inherited. */
  private heirOf(who: number): number {
    let rank = this.ranks;
    for (let lock = this.held[who]; lock !== NONE; lock = this.nextHeld[lock]) {
      if (!this.rules[lock].inherits || this.waiting[lock] === 0) continue;
      const from = lock * this.ranks;
      let at = 0;
      while (this.counts[from + at] === 0) at++;
      rank = Math.min(rank, at);
    }
    return rank;
  }

  /** Somebody of this importance is dealt with: it may be another one under the number of one gone. */
  private meet(who: number, rank: number): void {
    if (who >= this.held.length) this.grow(who + 1);
    this.own[who] = rank;
  }

  private grow(least: number): void {
    const rows = Math.max(64, Math.ceil(least * 1.5));
    const longer = (old: Int32Array, fill: number): Int32Array<ArrayBuffer> => {
      const column = new Int32Array(rows).fill(fill);
      column.set(old);
      return column;
    };
    this.waitsFor = longer(this.waitsFor, NONE);
    this.held = longer(this.held, NONE);
    this.own = longer(this.own, 0);
    this.inherited = longer(this.inherited, this.ranks);
    this.linkedAt = longer(this.linkedAt, 0);
    this.next = longer(this.next, NONE);
    this.previous = longer(this.previous, NONE);
  }
}
