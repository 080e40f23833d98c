const NONE = -1;

/** Words of a row. The message's own key, and that of the request it is made for. */
export const M_HI = 0;
export const M_LO = 1;
export const M_ROOT_HI = 2;
export const M_ROOT_LO = 3;
/** Next in whatever line it stands in; in a free row, the next free one. */
export const M_NEXT = 4;
/** Producer (upper 16 bits), epoch of its request's arrival (8), flags (8). */
const WHO = 5;
/** The user of its request; while its publisher's call is under way, that call; of a copy: of what. */
export const M_USER = 6;
/**
 * Deliveries so far (12 bits); who needs the row beside its broker: deliveries under way, copies (8);
 * the queue where it lies (11); whether it is a producer's request.
 */
const COUNT = 7;
const WORDS = 8;
const QUEUE_SHIFT = 20;
const IS_REQUEST = -0x80000000;
/** Queues that a row can tell apart. */
export const QUEUES_MAX = 2048;
/** Copies keep a row only up to here: the rest is for deliveries. */
const HOLDERS_MAX = 128;
/** Beyond these there is room for one more delivery, and for one that keeps it. */
const CROWD = 254;

/** Times: when it was published, since when it is ready, when its request arrived. */
export const PUT = 0;
export const READY = 1;
export const ARRIVED = 2;
const TIMES = 3;

/** Flags. A producer's request goes on until it is handled. */
export const OPEN = 1;
/** Its publisher's call has not ended. */
export const PUBLISHING = 2;
/** It was published at the first try, all the way up. */
export const AT_FIRST = 4;
/** A handler has done with it. */
export const HANDLED = 8;
/** The same was published before, by an earlier try of the same call. */
export const COPY = 16;
/** Its publisher was told that it failed, or its client has left. */
export const UNWANTED = 32;
/** It lies in its broker, ready to be delivered. */
export const IS_READY = 64;
/** It has left its broker, and is kept until its deliveries have ended. */
export const GONE = 128;

const ROWS_BITS = 16;
const ROWS = 1 << ROWS_BITS;
const IN_CHUNK = ROWS - 1;

/**
 * Messages of all queues, as rows of typed arrays in chunks of 65,536: millions may wait, and none of
 * them is moved when more come. A row takes 56 bytes, and is recycled when its message has left its
 * broker and no delivery of it is under way.
 */
export class Messages {
  used = 0;
  inUse = 0;
  private readonly words: Int32Array[] = [];
  private readonly times: Float64Array[] = [];
  private free = NONE;

  /** A row for a message published now into a queue. */
  take(nowNs: number, queue: number, origin: number, epoch: number): number {
    this.inUse++;
    let row = this.free;
    if (row !== NONE) this.free = this.get(row, M_NEXT);
    else {
      row = this.used++;
      if (row >> ROWS_BITS === this.words.length) {
        this.words.push(new Int32Array(ROWS * WORDS));
        this.times.push(new Float64Array(ROWS * TIMES));
      }
    }
    this.set(row, M_NEXT, NONE);
    this.set(row, M_USER, NONE);
    this.set(row, WHO, (origin << 16) | (epoch << 8));
    this.set(row, COUNT, queue << QUEUE_SHIFT);
    this.setTime(row, PUT, nowNs);
    return row;
  }

  /** It has left its broker: its row is free when no delivery is under way. */
  release(row: number): void {
    this.mark(row, GONE, true);
    if (this.holders(row) === 0) this.recycle(row);
  }

  /** A delivery of it begins. */
  delivered(row: number): void {
    const count = this.get(row, COUNT);
    // Beyond what can be counted it stays there: nothing tells those apart.
    const more = (count & 0xfff) < 0xfff ? 1 : 0;
    this.set(row, COUNT, count + more + 0x1000);
  }

  /** A delivery of it has ended. Call last: the row may be free then. */
  returned(row: number): void {
    this.set(row, COUNT, this.get(row, COUNT) - 0x1000);
    if (this.is(row, GONE) && this.holders(row) === 0) this.recycle(row);
  }

  /** Somebody else needs its row, until `returned`; false where that is NONE, or too many do. */
  hold(row: number): boolean {
    if (row === NONE || this.holders(row) >= HOLDERS_MAX) return false;
    this.set(row, COUNT, this.get(row, COUNT) + 0x1000);
    return true;
  }

  /** How many need its row beside its broker. */
  holders(row: number): number {
    return (this.get(row, COUNT) >>> 12) & 0xff;
  }

  /** Its row is kept until `returned`, come what may: of one that is not `isCrowded`. */
  keep(row: number): void {
    this.set(row, COUNT, this.get(row, COUNT) + 0x1000);
  }

  /** Whether so many deliveries of it are under way that no more can be counted. */
  isCrowded(row: number): boolean {
    return this.holders(row) >= CROWD;
  }

  get(row: number, word: number): number {
    return this.words[row >> ROWS_BITS][(row & IN_CHUNK) * WORDS + word];
  }

  set(row: number, word: number, value: number): void {
    this.words[row >> ROWS_BITS][(row & IN_CHUNK) * WORDS + word] = value;
  }

  time(row: number, which: number): number {
    return this.times[row >> ROWS_BITS][(row & IN_CHUNK) * TIMES + which];
  }

  setTime(row: number, which: number, ns: number): void {
    this.times[row >> ROWS_BITS][(row & IN_CHUNK) * TIMES + which] = ns;
  }

  /** Where a time of it stands, for whoever reads it there: see `timeAt`. */
  timesOf(row: number): Float64Array {
    return this.times[row >> ROWS_BITS];
  }

  timeAt(row: number, which: number): number {
    return (row & IN_CHUNK) * TIMES + which;
  }

  is(row: number, flag: number): boolean {
    return (this.get(row, WHO) & flag) !== 0;
  }

  mark(row: number, flag: number, on: boolean): void {
    const who = this.get(row, WHO);
    this.set(row, WHO, on ? who | flag : who & ~flag);
  }

  /** The producer of its request. */
  origin(row: number): number {
    return this.get(row, WHO) >>> 16;
  }

  epoch(row: number): number {
    return (this.get(row, WHO) >>> 8) & 0xff;
  }

  /** How often it was delivered, the delivery under way included; 4,095 at most. */
  receives(row: number): number {
    return this.get(row, COUNT) & 0xfff;
  }

  queue(row: number): number {
    return (this.get(row, COUNT) >>> QUEUE_SHIFT) & (QUEUES_MAX - 1);
  }

  /** Whether it is for a producer's request itself. */
  isRequest(row: number): boolean {
    return this.get(row, COUNT) < 0;
  }

  setRequest(row: number, is: boolean): void {
    const count = this.get(row, COUNT);
    this.set(row, COUNT, is ? count | IS_REQUEST : count & ~IS_REQUEST);
  }

  /**
   * It goes to another queue, as if it had never been delivered. Whoever needs its row beside its
   * broker goes on with that; the message has another then, which is returned.
   */
  move(row: number, queue: number, nowNs: number): number {
    const moved = this.holders(row) === 0 ? row : this.twin(row);
    const isRequest = this.isRequest(row);
    this.set(moved, COUNT, queue << QUEUE_SHIFT);
    this.setRequest(moved, isRequest);
    this.setTime(moved, PUT, nowNs);
    return moved;
  }

  private twin(row: number): number {
    const twin = this.take(0, 0, 0, 0);
    for (const word of [M_HI, M_LO, M_ROOT_HI, M_ROOT_LO, WHO, M_USER]) {
      this.set(twin, word, this.get(row, word));
    }
    this.setTime(twin, ARRIVED, this.time(row, ARRIVED));
    this.mark(twin, PUBLISHING, false);
    if (this.is(row, COPY) && !this.hold(this.get(row, M_USER))) this.set(twin, M_USER, NONE);
    return twin;
  }

  /** What a copy is one of, where that is known; any other message is its own. */
  original(row: number): number {
    const original = this.is(row, COPY) ? this.get(row, M_USER) : NONE;
    return original === NONE ? row : original;
  }

  isFree(row: number): boolean {
    return Number.isNaN(this.time(row, PUT));
  }

  private recycle(row: number): void {
    const original = this.is(row, COPY) ? this.get(row, M_USER) : NONE;
    this.setTime(row, PUT, NaN);
    this.set(row, M_NEXT, this.free);
    this.free = row;
    this.inUse--;
    if (original !== NONE) this.returned(original);
  }

  get bytes(): number {
    return this.words.length * ROWS * (WORDS * 4 + TIMES * 8);
  }
}
