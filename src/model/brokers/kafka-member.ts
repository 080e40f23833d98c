const NONE = -1;

/** Records that a member was given before it was put out of its group, and works on all the same. */
export interface Leftovers {
  partition: number;
  /** The assignment under which they were given, and how many are being handled of it. */
  epoch: number;
  flying: number;
  row: number;
  count: number;
  offset: number;
}

/** A replica of a consumer as a member of its group: its polling thread, and what it has in hand. */
export class KafkaMember {
  /** It is there, up, and not about to leave. */
  isUp = false;
  isPaused = false;
  /** It ends what it handles, and leaves its group then. */
  isLeaving = false;
  /** As the broker has it. */
  isIn = false;
  /** Counts crashes: what was delivered before one concerns the thread no more. */
  life = 0;
  /** Partitions that are its own; and in all of them: how many wait in hand, how many to be given. */
  owned: number[] = [];
  waiting = 0;
  behind = 0;
  /** Of the records of the last poll: how many are not done (`batch`). */
  batchLeft = 0;
  isInBatch = false;
  /** Deliveries of this life whose end it has not been told of. */
  out = 0;
  leftovers: Leftovers[] = [];
  /** Which of its own is asked first, for records and for work. */
  pollTurn = 0;
  handTurn = 0;
  /** Since when the thread rests; whether it was at work, and did not poll, when last looked at. */
  restsFromNs = -Infinity;
  isBusy = false;
  /** It has not polled for too long, while it stood still. */
  isOverdue = false;
  /** Alarms: it has not polled for too long; no heartbeat for too long; the next poll. */
  intervalAlarm = NONE;
  sessionAlarm = NONE;
  pollAlarm = NONE;

  constructor(
    readonly replica: number,
    readonly index: number,
  ) {}
}
