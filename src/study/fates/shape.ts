/** Times are seconds, as everywhere in a result. */

/** What a part of a request's story is. */
export type SpanKind =
  | 'request'
  /** An attempt, as its caller sees it: of a call, to a queue, or of a queue to a consumer. */
  | 'try'
  | 'hedge'
  | 'publish'
  | 'delivery'
  /** A message in its queue. */
  | 'message'
  /** At its caller, before it was sent: limits, connections, windows. */
  | 'gate'
  /** At its callee: in line, at the door of a full queue, held back by a rule, waiting to be refused. */
  | 'queue'
  | 'door'
  | 'held'
  | 'refusal'
  /** Goes with another one that asks for the same. */
  | 'joined'
  /** Has a worker; has given it back while a call is out; waits for a lock. */
  | 'work'
  | 'away'
  | 'lock';

/** A stretch of a request's story, fit for a waterfall: spans nest by `parent`. */
export interface StorySpan {
  id: number;
  /** The span that it is part of, or was called from; null for the request itself. */
  parent: number | null;
  kind: SpanKind;
  /** The edge ("web -> checkout"), component or queue; of the request its own name. */
  place: string;
  /** From 1, where there are several. */
  replica?: number;
  /** Of an attempt: which try, or delivery, from 1. */
  number?: number;
  from: number;
  /** Null where it had not ended when the run did. */
  to: number | null;
  /** How it ended, where that is more than that it did: "ok", "timeout", "rejected", "good"… */
  outcome: string | null;
}

/** All that happened to one request in one run. */
export interface RequestStory {
  /** "web/812": the 812th of that producer; "users/17.3": the third of user 17. */
  request: string;
  /** "good", "late", "degraded", "failed: timeout", "unfinished", "never arrives". */
  fate: string;
  arrived: number | null;
  ended: number | null;
  latency: number | null;
  /** In the order in which they began, the request first. */
  spans: StorySpan[];
  /** The same in words, in the order of time. */
  lines: { at: number; text: string }[];
}

/** A request's story as a picture needs it, without its words. */
export type SampledRequest = Omit<RequestStory, 'lines'>;

/** Requests with one fate in the first run and one in the second. */
export interface FatePair {
  a: string;
  b: string;
  count: number;
  /** The first of them to arrive, at most five. */
  first: string[];
}

/** What became of the same requests in two runs. */
export interface FatesDiff {
  /** What the two runs are called: the first, and the one compared with it. */
  runs: [string, string];
  /** The one seed of both. */
  seed: string;
  /** Requests that arrived in both; in one only (who waits for answers may send more or fewer). */
  both: number;
  only: [number, number];
  /** How many of `both` have another fate in the second run. */
  differing: number;
  /** Every pair of fates that occurs, the commonest first; equal ones too. */
  table: FatePair[];
  /** Those good in both: by how much the second answered later, seconds (below 0: sooner). */
  latency: LatencyChange | null;
  /** The first to arrive of those whose fate differs, and the first whose end showed it. */
  first_arrived: Differing | null;
  first_ended: Differing | null;
  /** Where and when the runs part. Null where they do the same to the last fact. */
  parting: PartingTold | null;
  /** Why one request fared otherwise: the one asked for, else the first that arrived. */
  cause: { request: string; lines: string[] } | null;
}

export interface LatencyChange {
  count: number;
  mean: number;
  p50: number;
  p99: number;
  slower: number;
  faster: number;
  same: number;
}

/** A request with a fate in each of two runs. */
export interface Differing {
  request: string;
  arrived: number;
  /** When it had ended in each; null where it had not. */
  ended: [number | null, number | null];
  fates: [string, string];
}

export interface PartingTold {
  at: number;
  /** What happened then in the one run and not in the other. */
  text: string;
  /** The request concerned; null where it was none. */
  request: string | null;
  /** Where that request's ways part, if it is not the one whose cause is told. */
  ways: string | null;
  /** Where the difference came to, in the order of time, and what it was there. */
  places: { place: string; at: number; text: string }[];
}
