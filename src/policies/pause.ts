/** A wait before a retry, and what its rule has to be told again at the next one of the same call. */
export interface Pause {
  ns: number;
  /** 0 before the first wait of a call. */
  memory: number;
}
