/** How an attempt ended. `reason` names are those of the ledger and of `errors.*`. */
export const OK = 1;
export const TIMEOUT = 2;
export const REJECTED = 3;
export const ERROR = 4;
export const EXPIRED = 5;
export const DROPPED = 6;
/** Its replica went down, or was down when it came. */
export const CRASHED = 7;
export const DEADLINE = 8;
/** Local reasons: never sent. */
export const NO_CONNECTION = 9;
export const BULKHEAD_FULL = 10;
/** Its caller needs it no longer: another copy was faster, or the caller was cancelled itself. */
export const GIVEN_UP = 11;
/** Local reasons too: a rule of the caller's side did not let it out. */
export const BREAKER_OPEN = 12;
export const THROTTLED = 13;
export const RATE_LIMITED = 14;
/** No end of an attempt: of a call that failed its caller's fallback takes over. */
export const FELL_BACK = 31;

/** By outcome; the ledger's `failed` has the names from TIMEOUT on. */
export const OUTCOMES: readonly string[] = [
  '',
  'ok',
  'timeout',
  'rejected',
  'error',
  'expired',
  'dropped',
  'crashed',
  'deadline',
  'no_connection',
  'bulkhead_full',
  'given_up',
  'breaker_open',
  'throttled',
  'rate_limited',
];

/** By outcome: the one as which it counts for shares and in the counts of edges. */
export const COUNTS_AS: readonly number[] = [
  ...[0, OK, TIMEOUT, REJECTED, ERROR],
  ...[REJECTED, REJECTED, ERROR],
  ...[DEADLINE, NO_CONNECTION, BULKHEAD_FULL, GIVEN_UP],
  ...[BREAKER_OPEN, THROTTLED, RATE_LIMITED],
];

/** What an event does; the kernel carries it with a row. */
export const ARRIVE = 0;
export const USER = 1;
export const SEND_NEXT = 2;
export const DELIVER = 3;
export const WORKED = 4;
export const PACED = 5;
export const ANSWER = 6;
export const GIVE_UP = 7;
export const RETRY = 8;
export const FAULT_ON = 9;
export const FAULT_OFF = 10;
/** The wait of an attempt reaches its constant maximum age; its drawn one, by the row of that. */
export const EXPIRE = 11;
export const EXPIRE_DRAWN = 12;
/** An attempt that a rule of admission held back goes on to the next one. */
export const HELD_ENOUGH = 22;
/** The time that a law of shedding gives an attempt to wait is over. */
export const SHED = 23;
/** A producer that waits for answers begins to send. */
export const BEGIN = 29;
/** A call that might have stood at a door was let in: its caller's worker is needed no longer. */
export const LET_IN = 21;
/** An autoscaler looks at its component; a new replica would be ready now. */
export const SCALE = 17;
export const SCALED_UP = 18;
/** Something of a replica's health checks came due; see `health.ts`. */
export const HEALTH = 27;
/** A replica is over the limit of its memory; one that was is there again. */
export const OUT_OF_MEMORY = 30;
export const RESTART = 28;
/** A lock that an attempt waited for is its; the time that it would wait for it is over. */
export const LOCKED = 24;
export const LOCK_TIMED_OUT = 25;
/** Whoever waits at a replica may have become more important than one at work there. */
export const RERANKED = 26;
/** Something that may be called off came due; see `alarms.ts`. */
export const ALARM = 20;
/** An alarm of a broker came due; the client of a message's request leaves. */
export const BROKER_ALARM = 13;
export const CLIENT_LEAVES = 14;
/** A fault that comes on bit by bit takes another worker away: fault. */
export const FAULT_STEP = 19;

/** Facts that the fingerprint hashes, beside an attempt's outcomes (1 … 15). */
export const FACT_SENT = 16;
export const FACT_QUEUED = 17;
export const FACT_STARTED = 18;
export const FACT_BLOCKED = 19;
export const FACT_ENDED = 20;
export const FACT_GAVE_UP = 21;
export const FACT_AWAY = 30;
export const FACT_WENT_ON = 31;
export const FACT_FAULT_ON = 24;
export const FACT_FAULT_OFF = 25;
/** It joins another one that waits; it takes the place of that one. */
export const FACT_JOINED = 32;
export const FACT_TOOK_PLACE = 33;
export const FACT_COMMITTED = 40;
/** A breaker changed its state; a client ejected a replica, or took it back. */
export const FACT_BREAKER = 41;
export const FACT_EJECTED = 42;
export const FACT_TAKEN_BACK = 43;
/** Health checks took a replica of a component out of rotation, or back. */
export const FACT_EJECTED_BY_CHECK = 58;
export const FACT_TAKEN_BACK_BY_CHECK = 59;
/** A rule of admission holds an attempt back. */
export const FACT_HELD_BACK = 45;
/** A rule of admission is in another state: of a component, and which. */
export const FACT_RULE = 46;
/** It is refused at the cost of work: it waits for that; a worker begins with it. */
export const FACT_TURNED_AWAY = 51;
export const FACT_REFUSING = 52;
/** So many replicas are wanted from now on; one is ready; one is gone. */
export const FACT_SCALED = 66;
export const FACT_READY = 67;
export const FACT_GONE = 68;
/** It waits for a lock; it has one; it has given it back, or waits for it no longer. */
export const FACT_LOCK_WAITS = 60;
export const FACT_LOCKED = 61;
export const FACT_UNLOCKED = 62;
export const FACT_LOCK_LEFT = 63;
/** The caches of a replica are emptied. */
export const FACT_FLUSHED = 70;
/** A message: published, done with, thrown away, gone to the dead letters, back in its line. */
export const FACT_PUBLISHED = 80;
export const FACT_ACKNOWLEDGED = 81;
export const FACT_DROPPED = 82;
export const FACT_BURIED = 83;
export const FACT_REQUEUED = 84;
/** Members of a group: of a consumer's replica, and which; partitions are given out. */
export const FACT_JOINED_GROUP = 85;
export const FACT_LEFT_GROUP = 86;
export const FACT_ASSIGNED = 87;
/** Of a consumer's replica, and which: it asks for more; it forgets to. A queue's stream fails. */
export const FACT_REQUESTED = 103;
export const FACT_FORGOT = 104;
export const FACT_OVERFLOWED = 105;
/** A queue's publishers are blocked, its memory being used up; or no longer. */
export const FACT_PUBLISHERS_BLOCKED = 95;
export const FACT_PUBLISHERS_FREE = 96;
/** What was sent is lost on its way. */
export const FACT_LOST = 26;
export const FACT_CRASHED = 27;
export const FACT_RESTARTED = 28;
