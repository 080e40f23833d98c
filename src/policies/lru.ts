const NONE = -1;
/** Rows at first; more come as keys do, up to the capacity. */
const ROWS_FIRST = 64;
/** The golden ratio's fraction, of 32 bits: spreads keys that follow one another (Knuth 6.4). */
const SPREAD = 0x9e3779b1;

/**
 * A cache of keys that throws out the one that was used least recently. A key is good for `ttlNs` from
 * the moment it was put; that it is found does not make it younger, so a popular key is fetched once
 * a `ttlNs` (memcached's and Redis' expiry). One that is past its time keeps its place until somebody
 * asks for it or it is its turn to go, as there. Keys are int32; the time is passed in.
 */
export class Lru {
  /** Keys in it, those past their time among them. */
  size = 0;
  private keys = new Int32Array(0);
  /** Row of the key used next after this one, and next before it; of a free row, the next free one. */
  private newer = new Int32Array(0);
  private older = new Int32Array(0);
  private untilNs = new Float64Array(0);
  /** Open addressing, at most half full: the row of a key, -1 for none. */
  private table = new Int32Array(0);
  private shift = 0;
  private newest = NONE;
  private oldest = NONE;
  private free = NONE;
  private used = 0;

  /** `capacity` at least 1, Infinity for no bound; `ttlNs` above 0, Infinity for keys that stay good. */
  constructor(
    readonly capacity: number,
    readonly ttlNs: number,
  ) {
    if (!(capacity >= 1 && ttlNs > 0)) throw new RangeError(`no cache: ${capacity}, ${ttlNs}`);
    this.resize(Math.min(capacity, ROWS_FIRST));
  }

  /** Whether a key is in it and good; if so it was used just now. */
  get(key: number, nowNs: number): boolean {
    const slot = this.slotOf(key);
    const row = this.table[slot];
    if (row === NONE) return false;
    if (nowNs >= this.untilNs[row]) {
      this.takeOut(row, slot);
      return false;
    }
    if (row !== this.newest) {
      this.unlink(row);
      this.link(row);
    }
    return true;
  }

  /** A key is put, or put anew; true if another one, still good, had to go. */
  put(key: number, nowNs: number): boolean {
    const known = this.table[this.slotOf(key)];
    if (known !== NONE) {
      this.untilNs[known] = nowNs + this.ttlNs;
      this.unlink(known);
      this.link(known);
      return false;
    }
    let evicts = false;
    if (this.size >= this.capacity) {
      const last = this.oldest;
      evicts = nowNs < this.untilNs[last];
      this.takeOut(last, this.slotOf(this.keys[last]));
    }
    const row = this.take();
    this.keys[row] = key;
    this.untilNs[row] = nowNs + this.ttlNs;
    this.table[this.slotOf(key)] = row;
    this.link(row);
    this.size++;
    return evicts;
  }

  /** Nothing is in it any more. */
  clear(): void {
    this.table.fill(NONE);
    this.newest = NONE;
    this.oldest = NONE;
    this.free = NONE;
    this.used = 0;
    this.size = 0;
  }

  get bytes(): number {
    return this.keys.length * 20 + this.table.length * 4;
  }

  private take(): number {
    const row = this.free;
    if (row !== NONE) {
      this.free = this.newer[row];
      return row;
    }
    if (this.used === this.keys.length) this.resize(Math.min(this.capacity, this.used * 2));
    return this.used++;
  }

  /** Where a key stands in the table, or would. */
  private slotOf(key: number): number {
    const { keys, table } = this;
    const mask = table.length - 1;
    let slot = Math.imul(key, SPREAD) >>> this.shift;
    while (table[slot] !== NONE && keys[table[slot]] !== key) slot = (slot + 1) & mask;
    return slot;
  }

  private takeOut(row: number, slot: number): void {
    this.unlink(row);
    this.close(slot);
    this.newer[row] = this.free;
    this.free = row;
    this.size--;
  }

  /** Empties a slot: what stands behind it, and would have stood there, moves up. */
  private close(slot: number): void {
    const { keys, table } = this;
    const mask = table.length - 1;
    let hole = slot;
    for (let at = (slot + 1) & mask; table[at] !== NONE; at = (at + 1) & mask) {
      const home = Math.imul(keys[table[at]], SPREAD) >>> this.shift;
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      table[hole] = table[at];
      hole = at;
    }
    table[hole] = NONE;
  }

  private link(row: number): void {
    this.older[row] = this.newest;
    this.newer[row] = NONE;
    if (this.newest === NONE) this.oldest = row;
    else this.newer[this.newest] = row;
    this.newest = row;
  }

  private unlink(row: number): void {
    const newer = this.newer[row];
    const older = this.older[row];
    if (newer === NONE) this.newest = older;
    else this.older[newer] = older;
    if (older === NONE) this.oldest = newer;
    else this.newer[older] = newer;
  }

  private resize(rows: number): void {
    this.keys = longer(this.keys, new Int32Array(rows));
    this.newer = longer(this.newer, new Int32Array(rows));
    this.older = longer(this.older, new Int32Array(rows));
    this.untilNs = longer(this.untilNs, new Float64Array(rows));
    let bits = 1;
    while (1 << bits < rows * 2) bits++;
    this.shift = 32 - bits;
    this.table = new Int32Array(1 << bits).fill(NONE);
    for (let row = this.oldest; row !== NONE; row = this.newer[row]) {
      this.table[this.slotOf(this.keys[row])] = row;
    }
  }
}

function longer<T extends Int32Array | Float64Array>(from: T, into: T): T {
  into.set(from as never);
  return into;
}
