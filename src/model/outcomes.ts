/** How an attempt ended. `reason` names are those of the ledger and of `errors.*`. */
export const OK = 1;
export const TIMEOUT = 2;
export const REJECTED = 3;
export const ERROR = 4;
export const CRASHED = 7;

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

/** Facts that the fingerprint hashes, beside an attempt's outcomes (1 … 15). */
export const FACT_SENT = 16;
export const FACT_QUEUED = 17;
export const FACT_STARTED = 18;
export const FACT_BLOCKED = 19;
export const FACT_ENDED = 20;
export const FACT_GAVE_UP = 21;
export const FACT_FAULT_ON = 24;
export const FACT_FAULT_OFF = 25;
/** What was sent is lost on its way. */
export const FACT_LOST = 26;
export const FACT_CRASHED = 27;
export const FACT_RESTARTED = 28;
