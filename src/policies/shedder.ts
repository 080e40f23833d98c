/**
 * A law by which one waiting line throws out what it would serve too late: at the door (`refuses`), by
 * a limit of the wait (`patienceNs`), or when its turn has come (`sheds`). A pure state machine: the
 * time, what is known of the line, and the draw are passed in. It hears of everything that comes to
 * the line and of everything that starts.
 */
export interface Shedder {
  /** One comes to wait behind `waiting` others: whether it is refused; `u` in [0, 1) is its own draw. */
  refuses(nowNs: number, waiting: number, u: number): boolean;
  /** One joins the line behind `waiting` others: how long it may wait at most, Infinity for no bound. */
  patienceNs(nowNs: number, waiting: number): number;
  /**
   * One that waited so long has its turn, `behind` are left: whether it is dropped. If it is, the next
   * one is asked about at once.
   */
  sheds(nowNs: number, waitedNs: number, behind: number): boolean;
  /** One comes, finds a worker free and nobody waiting, and starts. */
  passed(nowNs: number): void;
  /** One comes, finds the line full behind `waiting` others, and does not join it. */
  overflowed(nowNs: number, waiting: number): void;
  /** The line fell empty because somebody left it whose turn had not come. */
  emptied(nowNs: number): void;
  /** The line has room for so many from now on. */
  resized(capacity: number): void;
}
