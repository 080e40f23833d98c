/** What the model tells of waits as they begin and end, where a deadlock is possible; see `Waits`. */
export interface WaitNotes {
  /** Something that could have freed anybody is over: everybody is to be looked at. */
  everybody: boolean;
  /** Whether an attempt's handler, below 0 for none, has a way out is to be looked at. */
  suspect(attempt: number): void;
  /** That of the handler that made an attempt, if any; where it is gone, that of the attempt's replica. */
  suspectCallerOf(attempt: number): void;
  /** That of a replica: one has left its workers, or its line, who may not be followed. */
  suspectReplica(replica: number): void;
  /** A handler (below 0: a producer) makes a call, or one of its calls is over. */
  opened(parent: number, call: number): void;
  closed(parent: number, call: number): void;
  /** A call on a plain edge is tried. */
  tried(call: number, attempt: number): void;
  /** An attempt's worker waits for a call from now on. */
  callsOut(attempt: number): void;
  /** An attempt stands at a gate, and may hold what it got at others; or it is past all of them. */
  standsAtGate(attempt: number): void;
  mayHold(attempt: number): void;
}
